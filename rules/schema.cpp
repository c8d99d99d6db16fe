#include "rules/schema.h"

namespace gander::rules {

const Field* Schema::findField(std::string_view path) const {
  for (const auto& field : fields)
    if (field.path == path) return &field;
  return nullptr;
}

std::vector<std::string> Schema::fieldPaths() const {
  std::vector<std::string> paths;
  for (const auto& field : fields) paths.push_back(field.path);
  return paths;
}

}  // namespace gander::rules
