// A document as a tree of nodes with their places; read from YAML or JSON. No library's type shows here.
//
//   text -> parseYaml | parseJson -> Node -> MapReader (reader.h) -> checked values
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "rules/yaml/problems.h"

namespace gander::rules {

struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMap };
  struct Entry;

  Kind kind = Kind::kNull;
  std::string text;    // kScalar
  bool plain = false;  // kScalar: written without quotes, so that `true` or `3` may be meant as such
  Position position;
  std::vector<Node> items;     // kSequence
  std::vector<Entry> entries;  // kMap, in the document's order; no key twice
  const Node* find(std::string_view key) const;
};

struct Node::Entry {
  std::string key;
  Position position;
  Node value;
};

// The one document of a YAML text. Anchors and aliases are followed, up to kNodeLimit nodes; merge keys (<<) are not.
// Nothing comes back where the text can't be read at all; `problems` then holds why. Duplicate keys are problems too.
std::optional<Node> parseYaml(std::string_view text, Problems& problems);

// The same of a JSON text (RFC 8259).
std::optional<Node> parseJson(std::string_view text, Problems& problems);

inline constexpr size_t kTextLimit = 4UL << 20;  // bytes
inline constexpr size_t kNodeLimit = 200'000;
inline constexpr size_t kDepthLimit = 64;

}  // namespace gander::rules
