// What decoding a literal promises: each byte of the value knows the bytes of the source that it comes from.
#pragma once

#include <string>
#include <string_view>

#include "rewriter/treesitter/python_literals.h"

namespace gander::rewriter {

// Empty, or what is wrong with the places of a decoded body: offsets that go back or leave the body; bytes of the source that
// alone mean something else than within it.
std::string wrongPlaces(std::string_view body, StringForm form);

// Empty, or what is wrong with a text written in the place of value[begin, end): decoded again, all else must be the same.
std::string wrongWriting(std::string_view body, StringForm form, size_t begin, size_t end, std::string_view text);

}  // namespace gander::rewriter
