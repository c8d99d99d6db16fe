// The tokenizer and the resolver on any bytes: the first one chooses the dialect.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/rewriter/sql/flavor.h"
#include "tests/rewriter/sql/promises.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gander::rewriter::sql::generated;  // NOLINT(google-build-using-namespace)
  if (size == 0) return 0;
  const auto dialects = allDialects();
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::string broken = brokenPromise(text, dialects[data[0] % dialects.size()]);
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s\n", broken.c_str());
  std::abort();
}
