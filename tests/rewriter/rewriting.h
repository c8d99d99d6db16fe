// Rewrites small trees in memory, for the tests of the engines. Python, YAML and SQL only: C++ has its own tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "rewriter/rewrite.h"

namespace gander::rewriter {

using Tree = std::map<std::string, std::string>;

// A migration of user-plays: user_name -> listener_name, track_ms -> duration_ms; user_plays_v1 -> user_plays_v2.
extern const char* const kPlaysMigration;

struct Rewritten {
  rules::Migration migration;
  Rewrite rewrite;
  Tree after;
};

// Fails the test if anything but the rewrite's own outcomes goes wrong. `model`: the text of one of the migration's own.
Rewritten rewriteTree(const Tree& tree, const std::string& migration = kPlaysMigration, const std::string& model = "");

// Marked source: `row["[[user_name->listener_name]]"]` is edited so, `{{user_name}}` is listed, all else stays. Checks the
// rewritten file, the listed places, that each edit has evidence and that a second run finds nothing to do.
void expectMarked(const std::string& path, const std::string& marked, const Tree& others = {},
                  const std::string& migration = kPlaysMigration, const std::string& model = "");

// "path:line:column verdict spelling" of each ledger entry.
std::vector<std::string> ledgerLines(const Rewrite& rewrite);

}  // namespace gander::rewriter
