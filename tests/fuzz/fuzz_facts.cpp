// What a parsing process may answer, which is not trusted: any bytes as facts, problems of rules and inputs. What can be read must
// come back the same when it is written and read once more.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "rewriter/cpp_parser.h"
#include "rewriter/facts/inputs.h"

namespace {

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gander::rewriter;  // NOLINT(google-build-using-namespace)
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto unit = decodeUnit(bytes)) {
    const auto written = encodeUnit(*unit);
    const auto again = decodeUnit(written);
    demand(again.has_value(), "a unit that was written can't be read");
    demand(encodeUnit(*again) == written, "a unit changes when it is written and read");
  }
  if (const auto problems = decodeProblems(bytes))
    demand(decodeProblems(encodeProblems(*problems)).has_value(), "problems that were written can't be read");
  if (const auto command = decodeCommand(bytes))
    demand(decodeCommand(encodeCommand(*command)).has_value(), "a command that was written can't be read");
  (void)decodeAnswer(bytes);
  return 0;
}
