// What a C++ parse asked of the machine's files. As long as all its inputs are as they were, a parse gives the same facts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gander::rewriter {

enum class InputKind {
  kRead,     // a file whose text was read
  kPresent,  // a file that is there; its text was not asked for
  kFolder,   // a folder that is there
  kAbsent,   // looked for and not there
  kListing,  // a folder whose entries were looked through
  kLink,     // a path that was resolved
  kProgram,  // of the parsing process itself
};

struct Input {
  std::string path;  // absolute, as the parsing process sees it
  InputKind kind = InputKind::kPresent;
  uint64_t size = 0;      // kRead, kProgram: bytes
  uint64_t modified = 0;  // kRead, kListing, kProgram: nanoseconds since 1970
  std::string target;     // kLink: where it leads; empty where nowhere
  bool operator==(const Input&) const = default;
};

// What `gander-cpp --inputs` prints: the inputs, then the unit as encodeUnit() makes it. An input whose path holds a tab or a line
// break has no such form; the whole list is then left out, and an empty list says that what the unit rests on is not known.
std::string encodeAnswer(const std::vector<Input>& inputs, std::string_view unit);

struct Answer {
  std::vector<Input> inputs;
  std::string_view unit;  // of the text that was decoded
};
Result<Answer> decodeAnswer(std::string_view text);

}  // namespace gander::rewriter
