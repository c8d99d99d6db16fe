// The mapping from decoded literals to their source: the first byte chooses the form, two the place of what is written, and a
// zero byte parts the body from the new text.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/rewriter/literal_promises.h"

namespace {

void demand(const std::string& wrong) {
  if (wrong.empty()) return;
  std::fprintf(stderr, "%s\n", wrong.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const gander::rewriter::StringForm form{.raw = (data[0] & 1) != 0,
                                          .bytes = (data[0] & 2) != 0,
                                          .formatted = (data[0] & 4) != 0 && (data[0] & 2) == 0,
                                          .triple = (data[0] & 8) != 0,
                                          .quote = (data[0] & 16) != 0 ? '\'' : '"'};
  const std::string_view rest(reinterpret_cast<const char*>(data + 3), size - 3);
  const size_t part = rest.find('\0');
  const std::string_view body = rest.substr(0, part);
  demand(gander::rewriter::wrongPlaces(body, form));
  if (part != std::string_view::npos) {
    demand(gander::rewriter::wrongWriting(body, form, data[1], data[1] + data[2] % 16U, rest.substr(part + 1)));
  }
  return 0;
}
