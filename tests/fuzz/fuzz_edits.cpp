// The edit engine on edits at any places of any text: made all at once, or refused. Each edit is five bytes of the input: where it
// begins, how long it is, how much of the text takes its place, whether it knows what stands there. The rest is the text.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "rewriter/rewrite.h"

namespace {

using namespace gander::rewriter;  // NOLINT(google-build-using-namespace)

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

constexpr size_t kBytes = 5;

Edit readEdit(const uint8_t* data, const std::string& text) {
  Edit edit;
  const uint32_t begin = data[0] + 256U * (data[1] % 4U);
  edit.span = {"a.cpp", {begin, begin + data[2] % 16U}};
  if (data[4] % 8U != 0 && edit.span.range.end <= text.size()) edit.old = text.substr(begin, edit.span.range.size());
  edit.now = std::string(data[3] % 32U, 'n');
  return edit;
}

// What the edits must make of the text: from the last to the first, each by itself.
std::string oneByOne(std::string text, std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.span.range < b.span.range; });
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit)
    text.replace(edit->span.range.begin, edit->span.range.size(), edit->now);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t count = data[0] % 8U;
  if (size < 1 + count * kBytes) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1 + count * kBytes, size - 1 - count * kBytes);
  Rewrite rewrite;
  for (size_t i = 0; i < count; ++i) rewrite.edits.push_back(readEdit(data + 1 + i * kBytes, text));
  const MemoryFileSystem tree({{"a.cpp", text}});
  const auto changed = changedFiles(rewrite, tree);
  bool fit = true;
  for (const auto& edit : rewrite.edits) {
    const auto& range = edit.span.range;
    fit = fit && range.end <= text.size() && text.compare(range.begin, range.size(), edit.old) == 0;
    for (const auto& other : rewrite.edits) fit = fit && (&edit == &other || !range.overlaps(other.span.range));
  }
  if (!fit) {
    demand(!changed || count == 0, "edits that overlap or do not fit were made");
    return 0;
  }
  demand(changed.has_value(), "edits that fit were refused");
  if (count > 0) demand(changed->at("a.cpp") == oneByOne(text, rewrite.edits), "the edits made another text");
  return 0;
}
