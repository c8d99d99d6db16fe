// Where a repository is cloned from, as a forge names it.
//
//   https://git.example.com:8443/group/sub/plays.git    git.example.com:8443  group/sub/plays
//   git@git.example.com:group/plays.git                 git.example.com       group/plays
//   ssh://git@git.example.com:2222/group/plays          git.example.com       group/plays
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace gander::prbot {

struct GitAddress {
  std::string host;  // in lower case; with its port where http(s) names one
  std::string path;  // without slashes around it and without .git
};

// Nothing where it names no host: a path of this machine.
std::optional<GitAddress> parseGitAddress(std::string_view url);

// The name of a repository on the forge whose pages are at `web`: kNotFound where the address is of another host, or its path is no
// name. `parts`: how many parts a name has at most (owner/name: 2).
Result<std::string> nameOnForge(std::string_view url, std::string_view web, size_t parts);

}  // namespace gander::prbot
