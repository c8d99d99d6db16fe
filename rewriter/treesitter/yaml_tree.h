// YAML as a tree, with the place of every key and value: for those who ask what stands beside a value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {

struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap, kAlias };
  struct Entry;

  Kind kind = Kind::kNull;
  ByteRange range;
  Scalar scalar;       // kScalar: value, span and offsets
  bool block = false;  // kScalar: `|` or `>`
  std::string anchor;  // the name that aliases use for it; kAlias: the name it uses
  std::vector<YamlNode> items;
  std::vector<Entry> entries;  // in the document's order

  // The value of a map's first key of that name; null where there is none.
  const YamlNode* find(std::string_view key) const;
  // The value of a scalar under a key; empty where there is none.
  std::string textOf(std::string_view key) const;
  bool isScalar() const { return kind == Kind::kScalar; }
};

struct YamlNode::Entry {
  Scalar key;
  YamlNode value;
};

// Each document of a text. Stretches that can't be parsed are left out.
std::vector<YamlNode> yamlTrees(const std::string& path, std::string_view text);

}  // namespace gander::rewriter
