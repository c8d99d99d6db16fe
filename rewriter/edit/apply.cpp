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

// Before: models/plays_v1.sql     After: models/plays_v2.sql, with the edits of the old one
static Status moveFile(const FileAction& action, const FileSystem& tree, ChangedFiles& changed) {
  if (changed.contains(action.path) || tree.read(action.path))
    return fail(ErrorKind::kConflict,
                fmt::format("{} does not move to {}: there is a file of that name", action.movedFrom, action.path));
  auto edited = changed.find(action.movedFrom);
  if (edited == changed.end()) {
    GANDER_TRY(auto text, tree.read(action.movedFrom));
    changed[action.path] = std::move(text);
  } else {
    changed[action.path] = edited->second;
  }
  changed[action.movedFrom] = std::nullopt;
  return {};
}

Result<ChangedFiles> changedFiles(const Rewrite& rewrite, const FileSystem& tree) {
  std::map<std::string, std::vector<const Edit*>> byFile;
  for (const auto& edit : rewrite.edits) byFile[edit.span.file].push_back(&edit);
  ChangedFiles changed;
  for (auto& [path, edits] : byFile) {
    GANDER_TRY(auto text, tree.read(path));
    GANDER_CHECK(applyTo(text, path, std::move(edits)));
    changed.emplace(path, std::move(text));
  }
  for (const auto& action : rewrite.files) {
    if (action.removes) {
      changed[action.path] = std::nullopt;
    } else if (action.movedFrom.empty()) {
      changed[action.path] = action.text;
    } else {
      GANDER_CHECK(moveFile(action, tree, changed));
    }
  }
  return changed;
}

}  // namespace gander::rewriter
