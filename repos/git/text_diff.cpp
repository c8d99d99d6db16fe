#include "repos/text_diff.h"

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

}  // namespace gander::repos
