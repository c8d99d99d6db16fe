// The text of YAML's and JSON's scalars, with the place of every byte. Private to this folder.
#pragma once

#include <string>
#include <string_view>

#include "base/source.h"
#include "rewriter/treesitter/decoded_text.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {

// A scalar without its quotes; `quote` is 0 for plain scalars.
DecodedText decodeFlow(std::string_view text, ByteRange body, char quote);

// `|` and `>` with their header.
Scalar decodeBlock(const std::string& file, std::string_view text, ByteRange range);

}  // namespace gander::rewriter
