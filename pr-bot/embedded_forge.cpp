#include "pr-bot/embedded_forge.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "pr-bot/remark.h"

namespace gander::prbot {
namespace {

namespace fs = std::filesystem;

bool isBareRepository(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / "HEAD", error) && fs::is_directory(folder / "objects", error) &&
         fs::is_directory(folder / "refs", error);
}

// Looks for one bare repository below the folder; goes into none that it finds.
Result<bool> holdsRepository(const fs::path& folder) {
  std::error_code error;
  fs::recursive_directory_iterator entries(folder, fs::directory_options::skip_permission_denied, error), end;
  for (; !error && entries != end; entries.increment(error)) {
    if (!entries->is_directory(error)) continue;
    if (isBareRepository(entries->path())) return true;
    if (entries.depth() >= 3) entries.disable_recursion_pending();
  }
  if (error) return failErrno(error.value(), fmt::format("forge folder {}", folder.string()));
  return false;
}

class EmbeddedForge final : public Forge {
 public:
  EmbeddedForge(fs::path folder, const EmbeddedForgeParts& parts)
      : folder_(std::move(folder)), records_(parts.records), merger_(parts.merger), clock_(parts.clock) {}

  Result<std::string> repositoryName(const std::string& url) const override {
    fs::path path = url.starts_with("file://") ? url.substr(7) : url;
    std::error_code error;
    auto place = fs::weakly_canonical(path, error).lexically_relative(folder_);
    if (error || place.empty() || *place.begin() == ".." || place == ".")
      return fail(ErrorKind::kNotFound,
                  fmt::format("{} is not in the forge's folder {}", withoutCredentials(url), folder_.string()));
    auto name = place.generic_string();
    if (name.ends_with(".git")) name.resize(name.size() - 4);
    GANDER_CHECK(folderOf(name));
    return name;
  }

  Result<ForgeRepository> look(const std::string& repository) override {
    GANDER_TRY(auto folder, folderOf(repository));
    ForgeRepository out{.name = repository, .mayWrite = true};
    GANDER_TRY(auto head, readFile(folder / "HEAD"));
    constexpr std::string_view kBranch = "ref: refs/heads/";
    if (head.starts_with(kBranch)) out.defaultBranch = splitLines(head).front().substr(kBranch.size());
    std::error_code error;
    const bool loose = fs::exists(folder / "refs/heads" / out.defaultBranch, error);
    if (!loose && !fs::exists(folder / "packed-refs", error)) out.standing = Standing::kEmpty;
    return out;
  }

  Result<std::optional<PullRequest>> find(const std::string& repository, const std::string& branch, const std::string&,
                                          int) override {
    return records_.findNewest(repository, branch);
  }

  Result<PullRequest> ensure(const PullRequestText& text) override {
    GANDER_CHECK(folderOf(text.repository));
    GANDER_TRY(auto newest, records_.findNewest(text.repository, text.branch));
    const bool open = newest && newest->state == PullRequestState::kOpen;
    if (!open && newest && newest->number == text.number)
      return fail(ErrorKind::kConflict, fmt::format("pull request {} #{} is {} by now", text.repository, text.number,
                                                    toString(newest->state)));
    if (!open) {
      PullRequest fresh;
      fresh.text = text;
      fresh.created = fresh.updated = clock_.now();
      return records_.add(fresh);
    }
    newest->text = text;
    newest->text.number = newest->number;
    newest->updated = clock_.now();
    GANDER_CHECK(records_.update(*newest));
    return *newest;
  }

  Result<PullRequest> merge(const std::string& repository, int number, const MergeOrder& order) override {
    GANDER_TRY(auto pullRequest, load(repository, number));
    if (pullRequest.state == PullRequestState::kMerged) return pullRequest;
    if (pullRequest.state == PullRequestState::kClosed)
      return fail(ErrorKind::kConflict,
                  fmt::format("pull request {} #{} is closed: {}", repository, number, pullRequest.reason));
    if (order.callOff) return pullRequest;  // none waits here
    GANDER_TRY(auto folder, folderOf(repository));
    const auto& text = pullRequest.text;
    MergeRequest request{
        folder, text.base, text.branch, order.head, fmt::format("Merge #{}: {}\n", number, text.title), clock_.now()};
    GANDER_TRY(pullRequest.merged, merger_.merge(request));
    pullRequest.state = PullRequestState::kMerged;
    pullRequest.text.head = order.head;
    pullRequest.updated = clock_.now();
    GANDER_CHECK(records_.update(pullRequest));
    return pullRequest;
  }

  Result<PullRequest> close(const std::string& repository, int number, const std::string& reason) override {
    GANDER_TRY(auto pullRequest, load(repository, number));
    if (pullRequest.state == PullRequestState::kMerged)
      return fail(ErrorKind::kConflict, fmt::format("pull request {} #{} is merged", repository, number));
    if (pullRequest.state == PullRequestState::kClosed) return pullRequest;
    pullRequest.state = PullRequestState::kClosed;
    pullRequest.reason = reason;
    pullRequest.updated = clock_.now();
    GANDER_CHECK(records_.update(pullRequest));
    return pullRequest;
  }

  // The embedded forge has no reviews: what is said at a line names it.
  Status say(const std::string& repository, int number, const Remark& remark) override {
    GANDER_CHECK(load(repository, number));
    return records_.ensureComment(repository, number, unplacedBody(remark), clock_.now());
  }

  Result<std::vector<Comment>> comments(const std::string& repository, int number) override {
    GANDER_CHECK(load(repository, number));
    return records_.comments(repository, number);
  }

 private:
  Result<PullRequest> load(const std::string& repository, int number) {
    GANDER_TRY(auto found, records_.find(repository, number));
    if (!found) return fail(ErrorKind::kNotFound, fmt::format("{} has no pull request #{}", repository, number));
    return *found;
  }

  Result<fs::path> folderOf(const std::string& repository) const {
    for (const auto& name : {repository + ".git", repository})
      if (isBareRepository(folder_ / name)) return folder_ / name;
    return fail(ErrorKind::kNotFound,
                fmt::format("the forge's folder {} has no bare repository {}.git", folder_.string(), repository));
  }

  const fs::path folder_;
  PullRequestRecords& records_;
  BranchMerger& merger_;
  const Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<Forge>> makeEmbeddedForge(const EmbeddedForgeParts& parts) {
  std::error_code error;
  if (!fs::is_directory(parts.folder, error))
    return fail(ErrorKind::kNotFound, fmt::format("forge folder {}: there is no such folder", parts.folder.string()));
  auto folder = fs::canonical(parts.folder, error);
  if (error) return failErrno(error.value(), fmt::format("forge folder {}", parts.folder.string()));
  GANDER_TRY(bool holds, holdsRepository(folder));
  if (!holds)
    return fail(
        ErrorKind::kInvalid,
        fmt::format("forge folder {}: it holds no bare git repository; make one there with `git init --bare NAME.git`",
                    folder.string()));
  return std::make_unique<EmbeddedForge>(std::move(folder), parts);
}

}  // namespace gander::prbot
