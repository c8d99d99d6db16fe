#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "repos/git/failure.h"
#include "repos/git/local_folder.h"
#include "repos/git/objects.h"
#include "repos/git/packed_references.h"
#include "repos/git/push.h"

namespace gander::repos {
namespace {

constexpr std::chrono::seconds kPatience{10};  // for a lock that git holds for milliseconds
constexpr std::chrono::milliseconds kPause{5};

// Calls `attempt` until it finds git's lock files free: 0, or the code of its failure.
template <typename Attempt>
int whileLocked(Attempt attempt) {
  auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    int code = attempt();
    if (code != GIT_ELOCKED || std::chrono::steady_clock::now() >= deadline) return code;
    std::this_thread::sleep_for(kPause);
  }
}

std::unexpected<Error> failLocked(const std::string& reference) {
  return fail(ErrorKind::kUnavailable,
              fmt::format("{} is locked; if no git is at work there, remove the file {}.lock in the repository",
                          reference, reference));
}

// What the target has already: the walk stops there.
Status hideTargets(git_repository* target, git_revwalk* walk) {
  ReferenceIterator references;
  GANDER_GIT(git_reference_iterator_new(into(references), target), "list its branches");
  ReferenceHandle reference;
  int code = 0;
  while ((code = git_reference_next(into(reference), references.get())) == 0) {
    const git_oid* id = git_reference_target(reference.get());
    if (id == nullptr) continue;
    int hidden = git_revwalk_hide(walk, id);
    // commits that the mirror lacks, and tags, hide nothing
    if (hidden < 0 && hidden != GIT_ENOTFOUND && hidden != GIT_EINVALIDSPEC && hidden != GIT_EPEEL)
      return failGit(hidden, "compare the commits");
  }
  if (code != GIT_ITEROVER) return failGit(code, "list its branches");
  return {};
}

Status copyObjects(git_repository* mirror, git_repository* target, const git_oid& tip) {
  WalkHandle walk;
  GANDER_GIT(git_revwalk_new(into(walk), mirror), "walk the commits");
  GANDER_GIT(git_revwalk_push(walk.get(), &tip), "walk the commits");
  GANDER_CHECK(hideTargets(target, walk.get()));
  PackBuilder builder;
  GANDER_GIT(git_packbuilder_new(into(builder), mirror), "pack the commits");
  GANDER_GIT(git_packbuilder_insert_walk(builder.get(), walk.get()), "pack the commits");
  if (git_packbuilder_object_count(builder.get()) == 0) return {};
  Buffer objects;
  GANDER_GIT(git_repository_item_path(&objects.value, target, GIT_REPOSITORY_ITEM_OBJECTS), "find its objects");
  auto packs = std::string(objects.value.ptr, objects.value.size) + "/pack";
  GANDER_GIT(git_packbuilder_write(builder.get(), packs.c_str(), 0, nullptr, nullptr), "write the commits");
  return {};
}

Status checkNotCheckedOut(git_repository* target, const std::string& name) {
  ReferenceHandle branch;
  int code = git_reference_lookup(into(branch), target, name.c_str());
  if (code == GIT_ENOTFOUND) return {};
  if (code < 0) return failGit(code, "look for the branch");
  int out = git_branch_is_checked_out(branch.get());
  if (out < 0) return failGit(out, "look for checkouts of the branch");
  if (out > 0) return fail(ErrorKind::kDenied, fmt::format("{} is checked out there; use a bare repository", name));
  return {};
}

// A reference `a` leaves no room for `a/b`, nor the other way round.
Status checkNoneInTheWay(git_repository* target, const std::string& name) {
  auto inTheWay = [&](const std::string& other) {
    return fail(ErrorKind::kConflict, fmt::format("{} can't be made: {} is in the way", name, other));
  };
  for (size_t slash = name.rfind('/'); slash != std::string::npos && slash > 0; slash = name.rfind('/', slash - 1)) {
    ReferenceHandle above;
    int code = git_reference_lookup(into(above), target, name.substr(0, slash).c_str());
    if (code == 0) return inTheWay(name.substr(0, slash));
    if (code != GIT_ENOTFOUND && code != GIT_EINVALIDSPEC) return failGit(code, "look for branches in the way");
  }
  ReferenceIterator below;
  GANDER_GIT(git_reference_iterator_glob_new(into(below), target, (name + "/*").c_str()),
             "look for branches in the way");
  const char* other = nullptr;
  int code = git_reference_next_name(&other, below.get());
  if (code == 0) return inTheWay(other);
  if (code != GIT_ITEROVER) return failGit(code, "look for branches in the way");
  return {};
}

Result<PushOutcome> move(git_repository* target, const PushOrder& order) {
  git_oid old{};  // zero: there must be none
  if (order.expected) old = *order.expected;
  ReferenceHandle moved;
  int code = whileLocked([&] {
    return git_reference_create_matching(into(moved), target, order.reference.c_str(), &*order.to, 1, &old,
                                         "push: gander");
  });
  if (code == GIT_EMODIFIED || code == GIT_ENOTFOUND) {
    // the comparison failed, or, with the branch gone, could not be made; where it stands now tells which outcome it is
    GANDER_TRY(auto stands, findTarget(target, order.reference));
    auto now = compare(order, stands);
    return now == PushOutcome::kPushed ? PushOutcome::kRefused : now;
  }
  if (code == GIT_ELOCKED) return failLocked(order.reference);
  if (code < 0) return failGit(code, fmt::format("move {}", order.reference));
  return PushOutcome::kPushed;
}

Result<PushOutcome> remove(git_repository* target, const PushOrder& order) {
  TransactionHandle transaction;
  GANDER_GIT(git_transaction_new(into(transaction), target), "begin the deletion");
  int code = whileLocked([&] { return git_transaction_lock_ref(transaction.get(), order.reference.c_str()); });
  if (code == GIT_ELOCKED) return failLocked(order.reference);
  if (code < 0) return failGit(code, fmt::format("lock {}", order.reference));
  GANDER_TRY(auto stands, findTarget(target, order.reference));  // under its lock
  if (auto outcome = compare(order, stands); outcome != PushOutcome::kPushed) return outcome;
  // libgit2 would rewrite the packed references from what it read before it had their lock, and lose what git packs meanwhile
  GANDER_TRY(auto packed, PackedReferences::lock(git_repository_commondir(target), kPatience));
  GANDER_CHECK(packed.remove(order.reference));
  GANDER_GIT(git_transaction_remove(transaction.get(), order.reference.c_str()),
             fmt::format("delete {}", order.reference));
  GANDER_GIT(git_transaction_commit(transaction.get()), fmt::format("delete {}", order.reference));
  return PushOutcome::kPushed;
}

}  // namespace

Result<PushOutcome> pushToFolder(git_repository* mirror, const RemoteUrl& url, const PushOrder& order) {
  GANDER_TRY(auto target, openLocal(url.local));
  GANDER_TRY(auto stands, findTarget(target.get(), order.reference));
  if (auto outcome = compare(order, stands); outcome != PushOutcome::kPushed) return outcome;
  GANDER_CHECK(checkNotCheckedOut(target.get(), order.reference));
  if (!order.to) return remove(target.get(), order);
  if (!stands) GANDER_CHECK(checkNoneInTheWay(target.get(), order.reference));
  GANDER_CHECK(copyObjects(mirror, target.get(), *order.to));
  return move(target.get(), order);
}

}  // namespace gander::repos
