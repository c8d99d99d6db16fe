// Many forges as one: each repository is of the one whose address it has. Names are told apart by the forge's host:
//
//   github.com:acme/plays   git.example.com:acme/plays   acme/plays (the embedded one's)
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pr-bot/forge.h"

namespace gander::prbot {

struct NamedForge {
  std::string host;                  // empty: the embedded one, at most one of them
  std::shared_ptr<void> foundation;  // what the forge refers to, if there is something
  std::unique_ptr<Forge> forge;
};

// A repository's name among joined forges, taken apart.
struct RepositoryPlace {
  std::string host;   // of its forge; empty: the embedded one
  std::string owner;  // or group; empty where it has none
  std::string path;   // the forge's own name of it: "acme/plays"
};
RepositoryPlace placeOfName(const std::string& repository);

std::unique_ptr<Forge> joinForges(std::vector<NamedForge> forges);

}  // namespace gander::prbot
