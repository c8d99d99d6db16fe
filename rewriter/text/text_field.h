// A field of a dataset as a text of data names it.
#pragma once

#include <string>

#include "base/source.h"

namespace gander::rewriter {

struct TextField {
  std::string path;  // with dots where it is nested: "listener.name"; the name alone in a row of columns
  ByteRange range;   // bytes of the text that hold its last name, without quotes
  bool quoted = false;
  auto operator<=>(const TextField&) const = default;
};

}  // namespace gander::rewriter
