#include <fmt/format.h>

#include <algorithm>

#include "rewriter/rewrite.h"

namespace gander::rewriter {

// Before: "user_name", [0, 9) -> "listener_name"     After: "listener_name"
static Status applyTo(std::string& text, const std::string& path, std::vector<const Edit*> edits) {
  std::sort(edits.begin(), edits.end(), [](const Edit* a, const Edit* b) { return a->span.range < b->span.range; });
  std::string out;
  uint32_t done = 0;
  for (const auto* edit : edits) {
    auto range = edit->span.range;
    if (range.begin < done)
      return fail(ErrorKind::kConflict, fmt::format("{}: two edits overlap", formatPlace(path, edit->position)));
    if (range.end > text.size() || text.compare(range.begin, range.size(), edit->old) != 0)
      return fail(ErrorKind::kConflict,
                  fmt::format("{}: '{}' does not stand here any more", formatPlace(path, edit->position), edit->old));
    out.append(text, done, range.begin - done);
    out += edit->now;
    done = range.end;
  }
  out.append(text, done, std::string::npos);
  text = std::move(out);
  return {};
}

Result<std::map<std::string, std::string>> changedFiles(const Rewrite& rewrite, const FileSystem& tree) {
  std::map<std::string, std::vector<const Edit*>> byFile;
  for (const auto& edit : rewrite.edits) byFile[edit.span.file].push_back(&edit);
  std::map<std::string, std::string> changed;
  for (auto& [path, edits] : byFile) {
    GANDER_TRY(auto text, tree.read(path));
    GANDER_CHECK(applyTo(text, path, std::move(edits)));
    changed.emplace(path, std::move(text));
  }
  for (const auto& action : rewrite.files) changed[action.path] = action.text;
  return changed;
}

}  // namespace gander::rewriter
