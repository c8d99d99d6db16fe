// Rewrites small trees in memory, for the tests of the engines. Without a parser C++ is only text: tests/rewriter/cpp gives one.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
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

// What a rewrite needs beside a migration and a tree.
struct Around {
  std::string model;                                             // the text of one of the migration's own models
  Tree documents;                                                // the files that the migration names
  std::function<std::unique_ptr<CppParser>(const Tree&)> parse;  // makes a parser of C++ for a tree
};

// Fails the test if anything but the rewrite's own outcomes goes wrong. `model`: as Around::model.
Rewritten rewriteTree(const Tree& tree, const std::string& migration = kPlaysMigration, const std::string& model = "");
Rewritten rewriteTree(const Tree& tree, const std::string& migration, const Around& around);

// Marked source: `row["[[user_name->listener_name]]"]` is edited so, `{{user_name}}` is listed, all else stays. Checks the
// rewritten file, the listed places, that each edit has evidence and that a second run finds nothing to do. The other files may
// carry marks of edits, too; they are checked as the file is, but for what is listed.
void expectMarked(const std::string& path, const std::string& marked, const Tree& others = {},
                  const std::string& migration = kPlaysMigration, const std::string& model = "");

void expectMarked(const std::string& path, const std::string& marked, const Tree& others, const std::string& migration,
                  const Around& around);

// "path:line:column verdict spelling" of each ledger entry.
std::vector<std::string> ledgerLines(const Rewrite& rewrite);

}  // namespace gander::rewriter
