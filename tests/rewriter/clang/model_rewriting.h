// Rewrites small C++ trees, each parsed by the frontend in this process: marked source for models and flows.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rewriter/rewrite.h"

namespace gander::rewriter::testing {

using CppFiles = std::map<std::string, std::string>;

// A migration of user-plays: user_name -> listener_name, track_ms -> duration_ms, listener.name -> listener.title;
// user_plays_v1 -> user_plays_v2. `references` are more of its references, one a line as in a document.
std::string playsMigration(const std::string& references = "");

struct ModelRewritten {
  Rewrite rewrite;
  CppFiles after;
};

// Every source (.cpp, .cc, .c) is a unit of its own. `model`: the text of one of the migration's own.
ModelRewritten rewriteWithModels(const CppFiles& tree, const std::string& migration = playsMigration(),
                                 const std::string& model = "");

// Marked source: `row["[[user_name->listener_name]]"]` is edited so, `{{user_name}}` is listed, all else stays as it is. Checks
// that each edit has evidence and that a second run finds nothing to do.
void expectMarkedCpp(const std::string& marked, const CppFiles& others = {},
                     const std::string& migration = playsMigration(), const std::string& model = "");

// "line verdict spelling" of each occurrence in a file.
std::vector<std::string> verdictsIn(const Rewrite& rewrite, const std::string& file);

}  // namespace gander::rewriter::testing
