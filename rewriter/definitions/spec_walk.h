// Follows a path of a specification through YAML or JSON.
#pragma once

#include <string>
#include <vector>

#include "rewriter/treesitter/yaml_tree.h"
#include "rules/spec_path.h"

namespace gander::rewriter {

// A field that a specification names, and the table whose it is; several names where the path says {table} more than once.
struct SpecField {
  std::vector<Scalar> tables;
  Scalar field;
};

std::vector<SpecField> walkSpec(const rules::SpecPath& path, const std::vector<YamlNode>& documents);

}  // namespace gander::rewriter
