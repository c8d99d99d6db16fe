// Parses small trees for the rewriter, in this process: each tree is written into a folder of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rewriter/cpp_parser.h"
#include "tests/rewriter/rewriting.h"

namespace gander::rewriter {

// The ways in which single files are compiled, by name: more flags for each.
using CompiledAs = std::map<std::string, std::vector<std::vector<std::string>>>;

// C++20 with the tree's root as an include folder, C11 for `.c`. What protoc makes of each `.proto` stands in a build folder.
std::unique_ptr<CppParser> makeTreeParser(const Tree& tree, const CompiledAs& flags = {});

// A migration of the message warehouse.v1.UserPlay by its schema: `changes` is the list in YAML. The .proto in the tree is
// plays.proto, and becomes `now`.
struct ProtoCase {
  std::string old;
  std::string now;
  std::string changes;
  std::string references = "- type: {old: warehouse.v1.UserPlay, new: warehouse.v1.UserPlay}";
  std::string newName;  // of the message in `now`, where the migration is to read that too
};
std::string migrationOf(const ProtoCase& schema);
Around aroundOf(const ProtoCase& schema);
// expectMarked of main.cpp beside the case's plays.proto, whose header it includes.
void expectProto(const ProtoCase& schema, const std::string& marked, const Tree& others = {});
Rewritten rewriteProto(const ProtoCase& schema, const std::string& source, const Tree& others = {});

// A migration of the class plays::UserPlay, written out: user_name -> listener_name, track_ms -> duration_ms.
extern const char* const kClassMigration;
Around cppAround();

// "name file:line:column message" of each hazard.
std::vector<std::string> hazardLines(const Rewrite& rewrite);

}  // namespace gander::rewriter
