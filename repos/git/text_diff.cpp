#include "repos/text_diff.h"

#include <algorithm>
#include <set>

#include "repos/git/failure.h"
#include "repos/git/handles.h"

namespace gander::repos {

Result<std::string> unifiedDiff(const std::map<std::string, std::string>& before,
                                const std::map<std::string, std::string>& after) {
  ensureGitStarted();
  std::set<std::string> paths;
  for (const auto& [path, text] : before) paths.insert(path);
  for (const auto& [path, text] : after) paths.insert(path);
  std::string out;
  for (const auto& path : paths) {
    auto old = before.find(path);
    auto now = after.find(path);
    const std::string* oldText = old == before.end() ? nullptr : &old->second;
    const std::string* newText = now == after.end() ? nullptr : &now->second;
    Handle<git_patch, git_patch_free> patch;
    GANDER_GIT(git_patch_from_buffers(into(patch), oldText == nullptr ? nullptr : oldText->data(),
                                      oldText == nullptr ? 0 : oldText->size(), path.c_str(),
                                      newText == nullptr ? nullptr : newText->data(),
                                      newText == nullptr ? 0 : newText->size(), path.c_str(), nullptr),
               "compare " + path);
    Buffer text;
    GANDER_GIT(git_patch_to_buf(&text.value, patch.get()), "print the difference of " + path);
    out.append(text.value.ptr, text.value.size);
  }
  return out;
}

namespace {

// Of a difference without context, hunk by hunk: what is between two of them stands in both texts.
struct Between {
  std::vector<SameLines> same;
  uint32_t before = 1;
  uint32_t after = 1;

  void until(uint32_t line) {
    if (line > before) same.push_back({before, after, line - before});
    after += line - before;
    before = line;
  }
};

int onHunk(const git_diff_delta*, const git_diff_hunk* hunk, void* payload) {
  auto& between = *static_cast<Between*>(payload);
  // Where lines were only added, a hunk names the line before them.
  between.until(static_cast<uint32_t>(hunk->old_start) + (hunk->old_lines == 0 ? 1 : 0));
  between.before += static_cast<uint32_t>(hunk->old_lines);
  between.after += static_cast<uint32_t>(hunk->new_lines);
  return 0;
}

uint32_t lineCount(std::string_view text) {
  const auto ends = std::ranges::count(text, '\n');
  return static_cast<uint32_t>(ends) + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

}  // namespace

Result<std::vector<SameLines>> sameLines(std::string_view before, std::string_view after) {
  ensureGitStarted();
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  options.context_lines = 0;
  options.flags = GIT_DIFF_FORCE_TEXT;
  Between between;
  GANDER_GIT(git_diff_buffers(before.data(), before.size(), nullptr, after.data(), after.size(), nullptr, &options,
                              nullptr, nullptr, onHunk, nullptr, &between),
             "compare two texts");
  between.until(lineCount(before) + 1);
  return std::move(between.same);
}

}  // namespace gander::repos
