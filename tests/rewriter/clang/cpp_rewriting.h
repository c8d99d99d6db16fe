// Rewrites small C++ trees on disk, for the tests of the engine as a whole: parsed in this process, without a sandbox.
#pragma once

#include <map>
#include <string>

#include "rewriter/rewrite.h"

namespace gander::rewriter::testing {

// A migration of user-plays: user_name -> listener_name, track_ms -> duration_ms; user_plays_v1 -> user_plays_v2.
extern const char* const kPlaysMigration;
// A header "lake.h" for the sources: lake::Client, Table, Row, Reader, and what its model says of them.
extern const char* const kLakeHeader;
extern const char* const kLakeModel;

struct CppRewritten {
  Rewrite rewrite;
  std::map<std::string, std::string> after;
};
CppRewritten rewriteCpp(std::map<std::string, std::string> tree, const std::string& migration = kPlaysMigration,
                        const std::string& flag = "-std=c++20");

// Marked source, main.cpp with lake.h before it: `row["[[user_name->listener_name]]"]` is edited so, `{{user_name}}` is listed, all
// else stays. A second run finds nothing to do.
void expectMarked(const std::string& marked, const std::map<std::string, std::string>& others = {});

}  // namespace gander::rewriter::testing
