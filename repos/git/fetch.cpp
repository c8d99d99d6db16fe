#include "repos/git/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/files.h"
#include "repos/git/failure.h"
#include "repos/git/objects.h"

namespace gander::repos {
namespace {

constexpr std::string_view kBranches = "refs/heads/";

struct RemoteState {
  std::map<std::string, git_oid> branches;  // by full reference name
  std::string head;                         // what the mirror's HEAD will name
};

Result<RemoteState> readRemote(git_remote* remote) {
  const git_remote_head** heads = nullptr;
  size_t count = 0;
  GANDER_GIT(git_remote_ls(&heads, &count, remote), "list the branches");
  RemoteState state;
  for (size_t i = 0; i < count; ++i) {
    std::string name = heads[i]->name;
    int valid = 0;
    GANDER_GIT(git_reference_name_is_valid(&valid, name.c_str()), "check a branch name");
    if (name.starts_with(kBranches) && valid != 0) state.branches[name] = heads[i]->oid;
  }
  Buffer head;
  int code = git_remote_default_branch(&head.value, remote);
  if (code < 0 && code != GIT_ENOTFOUND) return failGit(code, "find the default branch");
  state.head = state.branches.empty() ? kEmptyHead : kNoHead;
  if (code == 0 && state.branches.contains(head.value.ptr)) state.head = head.value.ptr;
  return state;
}

Result<std::vector<std::string>> listBranches(git_repository* mirror) {
  ReferenceIterator iterator;
  GANDER_GIT(git_reference_iterator_glob_new(into(iterator), mirror, "refs/heads/*"), "list the mirror's branches");
  std::vector<std::string> names;
  const char* name = nullptr;
  int code = 0;
  while ((code = git_reference_next_name(&name, iterator.get())) == 0) names.emplace_back(name);
  if (code != GIT_ITEROVER) return failGit(code, "list the mirror's branches");
  return names;
}

// Deleted branches go first: one named `a` would stand in the way of a new `a/b`.
Status applyState(git_repository* mirror, const RemoteState& state) {
  GANDER_TRY(auto present, listBranches(mirror));
  for (const auto& name : present) {
    if (!state.branches.contains(name))
      GANDER_GIT(git_reference_remove(mirror, name.c_str()), fmt::format("drop {}", name));
  }
  for (const auto& [name, id] : state.branches) {
    GANDER_TRY(auto stands, findTarget(mirror, name));
    if (stands && git_oid_equal(&*stands, &id)) continue;
    ReferenceHandle made;
    GANDER_GIT(git_reference_create(into(made), mirror, name.c_str(), &id, 1, nullptr), fmt::format("move {}", name));
  }
  ReferenceHandle head;
  GANDER_GIT(git_reference_symbolic_create(into(head), mirror, "HEAD", state.head.c_str(), 1, nullptr),
             "keep the default branch");
  return {};
}

// Looked at before the remote is asked: a pack that has gone would not be missed by the exchange, where references alone say what the
// mirror has.
Status checkTips(git_repository* mirror) {
  OdbHandle objects;
  GANDER_GIT(git_repository_odb(into(objects), mirror), "open the mirror's object database");
  GANDER_TRY(auto names, listBranches(mirror));
  for (const auto& name : names) {
    GANDER_TRY(auto tip, findTarget(mirror, name));
    if (!tip) continue;
    size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    GANDER_GIT(git_odb_read_header(&size, &type, objects.get(), &*tip), fmt::format("read the commit of {}", name));
  }
  return {};
}

// The mirror's lock is held, so a lock file of git's or an unfinished object in it is a dead process's.
Status removeLeftovers(const std::filesystem::path& mirror) {
  std::error_code error;
  std::vector<std::filesystem::path> leftovers;
  std::filesystem::recursive_directory_iterator walk(mirror, error);
  for (; !error && walk != std::filesystem::recursive_directory_iterator(); walk.increment(error)) {
    auto name = walk->path().filename().string();
    bool unfinished = name.starts_with("pack_git2_") || name.starts_with("tmp_object_git2_");
    if (name.ends_with(".lock") || unfinished) leftovers.push_back(walk->path());
  }
  for (size_t i = 0; i < leftovers.size() && !error; ++i) std::filesystem::remove(leftovers[i], error);
  if (error) return failErrno(error.value(), fmt::format("clean the mirror {}", mirror.string()));
  return {};
}

Result<RepositoryHandle> openMirror(const std::filesystem::path& folder) {
  RepositoryHandle mirror;
  GANDER_GIT(git_repository_open_bare(into(mirror), folder.c_str()), "open the mirror");
  return mirror;
}

// Under another name until it is whole: what has the mirror's name is one. Takes the place of a damaged one only then.
Status makeMirror(const std::filesystem::path& folder, const Remote& remote) {
  auto unfinished = folder;
  unfinished += ".new";
  GANDER_CHECK(removeTree(unfinished));
  auto fill = [&]() -> Status {
    RepositoryHandle made;
    GANDER_GIT(git_repository_init(into(made), unfinished.c_str(), 1), "make the mirror");
    made.reset();
    GANDER_TRY(auto mirror, openMirror(unfinished));
    GANDER_CHECK(updateMirror(mirror.get(), remote));
    mirror.reset();
    GANDER_CHECK(removeTree(folder));
    std::error_code error;
    std::filesystem::rename(unfinished, folder, error);
    if (error) return failErrno(error.value(), fmt::format("make the mirror {}", folder.string()));
    return {};
  };
  auto status = fill();
  if (!status) {
    if (auto removed = removeTree(unfinished); !removed) status.error().message += "; " + removed.error().message;
  }
  return status;
}

Result<RepositoryHandle> openUpdated(const std::filesystem::path& folder, const Remote& remote) {
  GANDER_CHECK(removeLeftovers(folder));
  GANDER_TRY(auto mirror, openMirror(folder));
  GANDER_CHECK(checkTips(mirror.get()));
  GANDER_CHECK(updateMirror(mirror.get(), remote));
  return mirror;
}

// Whether making the mirror afresh may cure it; what the outside answers stays as it is.
bool isDamage(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kUnavailable:
    case ErrorKind::kDenied:
    case ErrorKind::kExhausted: return false;
    default: return true;
  }
}

}  // namespace

Status updateMirror(git_repository* mirror, const Remote& from) {
  RemoteCall call(from);
  GANDER_TRY(auto remote, call.makeRemote(mirror));
  git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
  options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
  options.update_fetchhead = 0;  // it would hold the address
  call.setCallbacks(options.callbacks);
  forgetFailure();
  int code = git_remote_connect(remote.get(), GIT_DIRECTION_FETCH, &options.callbacks, nullptr, nullptr);
  if (code < 0) return call.fail(code, "connect");
  GANDER_TRY(auto state, readRemote(remote.get()));
  forgetFailure();
  if (!state.branches.empty()) code = git_remote_download(remote.get(), nullptr, &options);
  if (code < 0) return call.fail(code, "download");
  GANDER_GIT(git_remote_disconnect(remote.get()), "disconnect");
  return applyState(mirror, state);
}

Result<RepositoryHandle> ensureMirror(const std::filesystem::path& folder, const Remote& remote) {
  std::error_code error;
  bool present = std::filesystem::exists(folder, error);
  if (error) return failErrno(error.value(), fmt::format("look for the mirror {}", folder.string()));
  if (present) {
    auto updated = openUpdated(folder, remote);
    if (updated || !isDamage(updated.error())) return updated;
  }
  GANDER_CHECK(makeMirror(folder, remote));
  return openMirror(folder);
}

}  // namespace gander::repos
