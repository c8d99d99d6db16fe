// Git, through libgit2: bare mirrors of the consumers, their trees read without a checkout, commits made from edits straight
// into the object database, pushes that overwrite nobody.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "repos/remote_access.h"

namespace gander::repos {

// 40 lower-case hex digits.
struct CommitId {
  std::string hex;
  auto operator<=>(const CommitId&) const = default;
};

struct TreeId {
  std::string hex;
  auto operator<=>(const TreeId&) const = default;
};

struct BranchName {
  std::string name;  // without refs/heads/
  auto operator<=>(const BranchName&) const = default;
};

enum class EntryKind { kFile, kExecutable, kSymlink, kSubmodule };

struct TreeEntry {
  std::string path;
  EntryKind kind = EntryKind::kFile;
  std::string id;     // object id, hex
  uint64_t size = 0;  // bytes; 0 for a submodule
};

struct Person {
  std::string name;
  std::string email;
};

struct CommitInfo {
  CommitId id;
  TreeId tree;
  std::vector<CommitId> parents;
  Person author;
  Person committer;
  std::string message;
  Time committed{};  // the committer's time, whole seconds
};

struct NewCommit {
  CommitId parent;
  // path -> new bytes, where the mode of a file that is there is kept; nullopt: the file goes away
  std::map<std::string, std::optional<std::string>> files;
  Person author;
  Time time;                             // the same inputs give the same commit
  std::string message;                   // trailers at its end
  std::optional<Person> committer = {};  // nothing: the author
  std::vector<Person> coAuthors = {};    // a trailer Co-authored-by each
};

// Up to date: the remote's branch already was as wanted, whatever was expected, so a push may be repeated. Refused: it was neither
// that nor at the expected commit, and was left alone.
enum class PushOutcome { kPushed, kUpToDate, kRefused };

// One repository's bare mirror in the cache. Only one thread or process uses a mirror at a time (it holds a lock file).
class Repository {
 public:
  virtual ~Repository() = default;

  // The remote's default branch and its commit, as of the last fetch. kNotFound for an empty repository.
  virtual Result<BranchName> defaultBranch() const = 0;
  virtual Result<std::optional<CommitId>> findBranch(const BranchName& branch) const = 0;

  virtual Result<CommitInfo> readCommit(const CommitId& commit) const = 0;
  // Every entry but folders, sorted by the bytes of its path. kInvalid for a tree with a path that could lead out of it or names ".git",
  // kExhausted for one of more than a million entries.
  virtual Result<std::vector<TreeEntry>> listTree(const CommitId& commit) const = 0;
  virtual Result<std::string> readBlob(const std::string& id) const = 0;

  // Commits reachable from `tip` and not from `base`, newest first.
  virtual Result<std::vector<CommitInfo>> commitsBetween(const CommitId& base, const CommitId& tip) const = 0;

  // A plain checkout of a commit's files into an empty folder, without .git; symbolic links that leave the tree are not made. After an
  // error the folder holds a part of the files.
  virtual Status checkout(const CommitId& commit, const std::filesystem::path& folder) const = 0;

  // kInvalid for a path that goes through or names a symbolic link or a submodule, leaves the tree, or names ".git", and for a
  // file that is to go away and is not there.
  virtual Result<CommitId> commit(const NewCommit& commit) = 0;

  // Makes the remote's branch point at `to`, if it stands at `expected` (nullopt: if there is none); the remote checks that in
  // the push itself, so that nothing between a look and the push is overwritten. Which branches may be pushed is the caller's to decide: a
  // default branch is for a forge that merges, and for nobody else. A repository of this machine runs no hooks, and a branch checked
  // out there is kDenied, as is what a server declines.
  virtual Result<PushOutcome> push(const BranchName& branch, const CommitId& to,
                                   const std::optional<CommitId>& expected) = 0;
  // Deletes the remote's branch if it stands at `expected`.
  virtual Result<PushOutcome> removeBranch(const BranchName& branch, const CommitId& expected) = 0;

  // The tree of the three-way merge of `theirs` into `ours`. kConflict where they don't merge cleanly.
  virtual Result<TreeId> mergedTree(const CommitId& ours, const CommitId& theirs) const = 0;
  // The same merge, as a commit with both parents. kConflict where they don't merge cleanly.
  virtual Result<CommitId> merge(const CommitId& ours, const CommitId& theirs, const Person& author, Time time,
                                 const std::string& message) = 0;

  // `git diff` of two commits, with three lines of context.
  virtual Result<std::string> diff(const CommitId& from, const CommitId& to) const = 0;
};

// The mirrors' folder. Opening brings a mirror up to date with its remote (incrementally) and locks it.
class Mirrors {
 public:
  virtual ~Mirrors() = default;
  // `url`: what git takes: a URL or a path. kUnavailable, kDenied or kNotFound with the cause, never with a credential.
  virtual Result<std::unique_ptr<Repository>> fetch(const std::string& url) = 0;
};

struct MirrorSettings {
  // How long a fetch waits for a mirror that is in use (then kUnavailable). A thread that holds a repository and fetches it again waits
  // for itself.
  std::chrono::milliseconds patience{std::chrono::minutes(5)};
  RemoteAccess access = {};
  std::optional<Signing> signing = {};  // of commits and merges
};

std::unique_ptr<Mirrors> makeMirrors(std::filesystem::path cache, MirrorSettings settings = {});

}  // namespace gander::repos
