// Branches of `#if` that a build leaves out, made readable for a compiler: their directives are overwritten, and every byte of
// the file keeps its place.
//
//   #ifdef _WIN32                #if 1
//     show(p.user_name());         show(p.user_name());
//   #else                   ->   #else
//     print(p.user_name());        print(p.user_name());
//   #endif                       #endif
#pragma once

#include <string_view>
#include <vector>

#include "base/source.h"
#include "rewriter/cpp_parser.h"

namespace gander::rewriter {

// One way to read a file: directives that say something else, and the stretches that are code then.
struct OtherReading {
  std::vector<Overwrite> directives;  // `file` is left empty
  std::vector<ByteRange> branches;
};

// As few as may be that read each of the `places` as code, at most four; what more would need is passed over, and so are
// places under `#if 0`, which no configuration compiles, and places of which the directives can't be told. `inactive`: the
// regions that the build leaves out; directives around those stay as they are.
std::vector<OtherReading> otherReadings(std::string_view text, const std::vector<ByteRange>& inactive,
                                        const std::vector<ByteRange>& places);

// Whether no configuration compiles a region: it stands under `#if 0`.
bool isNeverCode(std::string_view text, ByteRange region);

}  // namespace gander::rewriter
