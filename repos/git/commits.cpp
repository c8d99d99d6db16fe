#include "repos/git/commits.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <chrono>
#include <set>

#include "repos/git/edited_tree.h"
#include "repos/git/failure.h"
#include "repos/git/objects.h"
#include "repos/git/signing.h"
#include "repos/git/trailers.h"

namespace gander::repos {
namespace {

Result<SignatureHandle> signatureOf(const Person& person, Time time) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  SignatureHandle signature;
  GANDER_GIT(git_signature_new(into(signature), person.name.c_str(), person.email.c_str(), seconds, 0),
             fmt::format("sign as '{} <{}>'", person.name, person.email));
  return signature;
}

struct Contents {
  const git_oid& tree;
  std::vector<const git_commit*> parents;
  Person author;
  Person committer;
  Time time;
  std::string message;
};

Result<CommitId> writeCommit(git_repository* repository, const Contents& contents,
                             const std::optional<Signing>& signing) {
  GANDER_TRY(auto author, signatureOf(contents.author, contents.time));
  GANDER_TRY(auto committer, signatureOf(contents.committer, contents.time));
  TreeHandle root;
  GANDER_GIT(git_tree_lookup(into(root), repository, &contents.tree), "read the new tree");
  auto parents = contents.parents;
  const char* message = contents.message.c_str();
  git_oid id{};
  if (!signing) {
    GANDER_GIT(git_commit_create(&id, repository, nullptr, author.get(), committer.get(), nullptr, message, root.get(),
                                 parents.size(), parents.data()),
               "write the commit");
    return CommitId{toHex(id)};
  }
  Buffer unsigned_;
  GANDER_GIT(git_commit_create_buffer(&unsigned_.value, repository, author.get(), committer.get(), nullptr, message,
                                      root.get(), parents.size(), parents.data()),
             "write the commit");
  std::string text(unsigned_.value.ptr, unsigned_.value.size);
  GANDER_TRY(auto signature, signText(*signing, text));
  GANDER_GIT(git_commit_create_with_signature(&id, repository, text.c_str(), signature.c_str(), "gpgsig"),
             "write the signed commit");
  return CommitId{toHex(id)};
}

Person toPerson(const git_signature* signature) { return {signature->name, signature->email}; }

// The paths of an index that did not merge, each once.
Result<std::set<std::string>> conflictPaths(git_index* index) {
  IndexConflicts conflicts;
  GANDER_GIT(git_index_conflict_iterator_new(into(conflicts), index), "list the conflicts");
  std::set<std::string> paths;
  std::array<const git_index_entry*, 3> sides{};
  int code = 0;
  while ((code = git_index_conflict_next(&sides[0], &sides[1], &sides[2], conflicts.get())) == 0) {
    for (const auto* side : sides) {
      if (side != nullptr) paths.insert(side->path);
    }
  }
  if (code != GIT_ITEROVER) return failGit(code, "list the conflicts");
  return paths;
}

}  // namespace

Result<CommitInfo> describeCommit(git_commit* commit) {
  CommitInfo info;
  info.id.hex = toHex(*git_commit_id(commit));
  info.tree.hex = toHex(*git_commit_tree_id(commit));
  for (unsigned i = 0; i < git_commit_parentcount(commit); ++i)
    info.parents.push_back({toHex(*git_commit_parent_id(commit, i))});
  info.author = toPerson(git_commit_author(commit));
  info.committer = toPerson(git_commit_committer(commit));
  info.message = git_commit_message(commit);
  info.committed = Time(std::chrono::seconds(git_commit_time(commit)));
  return info;
}

Result<std::vector<CommitInfo>> walkCommits(git_repository* repository, const CommitId& base, const CommitId& tip) {
  GANDER_TRY(auto hidden, parseId(base.hex));
  GANDER_TRY(auto shown, parseId(tip.hex));
  WalkHandle walk;
  GANDER_GIT(git_revwalk_new(into(walk), repository), "walk the commits");
  GANDER_GIT(git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME), "walk the commits");
  GANDER_GIT(git_revwalk_push(walk.get(), &shown), fmt::format("walk from commit {}", tip.hex));
  GANDER_GIT(git_revwalk_hide(walk.get(), &hidden), fmt::format("walk to commit {}", base.hex));
  std::vector<CommitInfo> commits;
  git_oid id{};
  int code = 0;
  while ((code = git_revwalk_next(&id, walk.get())) == 0) {
    GANDER_TRY(auto commit, loadCommit(repository, {toHex(id)}));
    GANDER_TRY(auto info, describeCommit(commit.get()));
    commits.push_back(std::move(info));
  }
  if (code != GIT_ITEROVER) return failGit(code, "walk the commits");
  return commits;
}

Result<CommitId> makeCommit(git_repository* repository, const NewCommit& commit,
                            const std::optional<Signing>& signing) {
  GANDER_TRY(auto parent, loadCommit(repository, commit.parent));
  GANDER_TRY(auto base, loadTree(repository, commit.parent));
  GANDER_TRY(auto tree, editTree(repository, base.get(), commit.files));
  GANDER_TRY(auto message, withCoAuthors(commit.message, commit.coAuthors));
  return writeCommit(
      repository, {tree, {parent.get()}, commit.author, commit.committer.value_or(commit.author), commit.time, message},
      signing);
}

// The tree of a three-way merge; kConflict names what both changed.
static Result<git_oid> mergeTrees(git_repository* repository, git_commit* ours, git_commit* theirs) {
  git_merge_options options = GIT_MERGE_OPTIONS_INIT;
  IndexHandle index;
  GANDER_GIT(git_merge_commits(into(index), repository, ours, theirs, &options), "merge");
  if (git_index_has_conflicts(index.get()) != 0) {
    GANDER_TRY(auto paths, conflictPaths(index.get()));
    return fail(ErrorKind::kConflict,
                fmt::format("{} does not merge into {}: both changed {}", toHex(*git_commit_id(theirs)),
                            toHex(*git_commit_id(ours)), fmt::join(paths, ", ")));
  }
  git_oid tree{};
  GANDER_GIT(git_index_write_tree_to(&tree, index.get(), repository), "write the merged tree");
  return tree;
}

Result<TreeId> mergedTreeOf(git_repository* repository, const CommitId& ours, const CommitId& theirs) {
  GANDER_TRY(auto our, loadCommit(repository, ours));
  GANDER_TRY(auto their, loadCommit(repository, theirs));
  GANDER_TRY(auto tree, mergeTrees(repository, our.get(), their.get()));
  return TreeId{toHex(tree)};
}

Result<CommitId> mergeCommits(git_repository* repository, const CommitId& ours, const CommitId& theirs,
                              const Person& author, Time time, const std::string& message,
                              const std::optional<Signing>& signing) {
  GANDER_TRY(auto our, loadCommit(repository, ours));
  GANDER_TRY(auto their, loadCommit(repository, theirs));
  GANDER_TRY(auto tree, mergeTrees(repository, our.get(), their.get()));
  return writeCommit(repository, {tree, {our.get(), their.get()}, author, author, time, message}, signing);
}

Result<std::string> diffCommits(git_repository* repository, const CommitId& from, const CommitId& to) {
  GANDER_TRY(auto before, loadTree(repository, from));
  GANDER_TRY(auto after, loadTree(repository, to));
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  DiffHandle diff;
  GANDER_GIT(git_diff_tree_to_tree(into(diff), repository, before.get(), after.get(), &options), "compare the trees");
  git_diff_find_options find = GIT_DIFF_FIND_OPTIONS_INIT;
  find.flags = GIT_DIFF_FIND_RENAMES;
  GANDER_GIT(git_diff_find_similar(diff.get(), &find), "look for renamed files");
  Buffer text;
  GANDER_GIT(git_diff_to_buf(&text.value, diff.get(), GIT_DIFF_FORMAT_PATCH), "print the difference");
  return std::string(text.value.ptr, text.value.size);
}

}  // namespace gander::repos
