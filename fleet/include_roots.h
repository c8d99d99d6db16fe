// Folders of a tree from which its sources include: told by the includes themselves, where no build says it.
//
//   #include "mamba/core/context.hpp"  and one file libmamba/include/mamba/core/context.hpp  ->  libmamba/include
//
// A folder is only taken for a header that one file of the tree can be. Symbolic links are not followed.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gander::fleet {

class IncludeRoots {
 public:
  // `tree`: absolute; it is looked through when folders are first asked for.
  explicit IncludeRoots(std::filesystem::path tree) : tree_(std::move(tree)) {}

  // The folders that a file, and what it includes, needs beyond the `known` ones, in the order in which they are met. All are relative
  // to the tree; "" is the tree itself. From one thread at a time.
  std::vector<std::string> of(const std::string& file, const std::vector<std::string>& known) const;

 private:
  struct Written {
    std::string path;
    bool quoted = false;
  };
  struct Search;

  const std::vector<Written>& includesOf(const std::string& file) const;
  bool has(const std::string& file) const;
  std::optional<std::string> rootOf(const std::string& included) const;
  void lookThrough() const;

  std::filesystem::path tree_;
  mutable bool known_ = false;
  mutable std::map<std::string, std::vector<std::string>> files_;  // last part of the path -> paths, sorted
  mutable std::map<std::string, std::vector<Written>> includes_;
};

}  // namespace gander::fleet
