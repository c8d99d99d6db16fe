// The compilation database of a tree (compile_commands.json): which command compiles a file, and whose flags fit a file that
// has none of its own.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "fleet/include_roots.h"

namespace gander::fleet {

struct CompileCommand {
  std::string file;                    // relative to the tree
  std::string directory;               // absolute
  std::vector<std::string> arguments;  // clang or clang++, then flags that are let through (compile_flags.h)
  std::vector<std::string> dropped;    // flags that were not
  std::string from;                    // the file whose flags these are, where they are a neighbour's; else empty
  bool inferred = false;
  auto operator<=>(const CompileCommand&) const = default;
};

// Where things stand as the compiler was told: a build in a sandbox knows other paths than the machine.
struct CompilePlace {
  std::filesystem::path root;    // the tree, absolute
  std::filesystem::path folder;  // of the database, absolute; relative paths in it start here
};

class CompilationDatabase {
 public:
  // kInvalid for text that is not a compilation database. Commands for files outside the tree are left out.
  static Result<CompilationDatabase> parse(std::string_view text, const CompilePlace& place);
  // A database without commands: every file gets default flags, and the folders that its includes tell (include_roots.h).
  // `host`: the tree as it can be read here.
  static CompilationDatabase none(std::filesystem::path root, const std::filesystem::path& host);

  // The file's own commands, each that differs from the others once, in the database's order; else its nearest neighbour's flags (the
  // same name with another ending, then the same folder, then the folder nearest by path), else default flags. Never empty.
  std::vector<CompileCommand> find(const std::string& file) const;

  // Main files of the tree that are source text and were not made by the build, sorted.
  std::vector<std::string> sources() const;

  // Names of macros that not all of its commands define alike.
  std::set<std::string> varyingMacros() const;

  size_t outside() const { return outside_; }  // commands for files that are not in the tree
  bool empty() const { return commands_.empty(); }

 private:
  const CompileCommand* findNeighbour(const std::string& file) const;

  CompileCommand inferred(const std::string& file) const;

  std::map<std::string, std::vector<CompileCommand>> commands_;
  std::optional<IncludeRoots> roots_;
  std::filesystem::path root_;
  size_t outside_ = 0;
  std::string buildFolder_;  // relative to the tree; empty where it is the tree itself or outside
};

}  // namespace gander::fleet
