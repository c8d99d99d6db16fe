// One file of Backstage descriptors: YAML documents, each an entity. Private to catalog/.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace gander::catalog {

struct DescriptorSource {
  std::string file;  // as it is shown
  std::string text;
  std::filesystem::path catalog;  // absolute: where relative clone paths start
};

// Appends the file's entities, and its mistakes as `file:line:column: what, and what to do`.
void parseDescriptors(const DescriptorSource& source, std::vector<Entity>& entities,
                      std::vector<std::string>& mistakes);

// What git clones for a page of a repository: "https://github.com/o/r/tree/main/x" -> "https://github.com/o/r".
std::string cloneUrlOfPage(std::string_view url);

}  // namespace gander::catalog
