// A text in a document that is a language of its own, a query or a matcher: where each of its bytes stands in the document.
//
//   match: |
//     callExpr(           byte 0 stands in line 2, column 5
//       argumnet())       byte 12 in line 3, column 7
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/yaml/node.h"

namespace gander::rules {

struct WrittenText {
  // From a byte of the text on, the text runs in one line of the document.
  struct Stretch {
    uint32_t offset = 0;
    Position position;
  };
  std::string text;
  std::vector<Stretch> stretches;  // by offset; at least one for a text that was read
  uint32_t followed = 0;  // bytes that were found in the document; what is behind them has no column of its own

  bool empty() const { return text.empty(); }
  Position at(uint32_t offset) const;
};

// Of a scalar in any of YAML's styles. An alias stands where its anchor is. Where the text can't be followed through the document
// (an escape by number), the rest of it stands where that was last possible. The line end at the end of a block is no part of the text.
WrittenText writtenText(const Node& scalar, std::string_view document);

}  // namespace gander::rules
