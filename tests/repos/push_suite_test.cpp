// One behaviour, every way to a remote: a folder of this machine, and git's own server.
#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/repos/git_fixture.h"
#include "tests/repos/git_server.h"

namespace gander::repos {

void PrintTo(PushOutcome outcome, std::ostream* out) {
  *out << (outcome == PushOutcome::kPushed ? "pushed" : outcome == PushOutcome::kUpToDate ? "up to date" : "refused");
}

namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const BranchName kBranch{"gander/rename"};

class PushTest : public GitTest, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    GitTest::SetUp();
    makeRemote("api", {{"a.txt", "one\n"}, {"b.txt", "one\n"}});
    base_ = remoteTip("main");
    if (overNetwork()) server_ = std::make_unique<LoopbackServer>(gitDaemon(root()));
    repository_ =
        fetch(overNetwork() ? "git://127.0.0.1:" + std::to_string(server_->port()) + "/api.git" : remote_.string());
    ASSERT_TRUE(repository_);
    ours_ = ganderCommits(*repository_, base_, "a.txt", "two\n");
  }

  bool overNetwork() const { return std::string(GetParam()) == "Network"; }

  PushOutcome push(const CommitId& to, const std::optional<CommitId>& expected) {
    auto outcome = repository_->push(kBranch, to, expected);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome.value_or(PushOutcome::kRefused);
  }

  // A person's commit on top of `parent`, in the remote but on no branch yet.
  std::string personCommits(const std::string& parent, const std::string& text) {
    git(person_, {"checkout", "-q", "--detach", base_});
    if (parent != base_) {
      git(person_, {"fetch", "-q", "origin", parent});
      git(person_, {"checkout", "-q", "--detach", parent});
    }
    write(person_ / "b.txt", text);
    git(person_, {"commit", "-q", "-a", "-m", "by hand"});
    auto id = git(person_, {"rev-parse", "HEAD"});
    git(person_, {"push", "-q", "origin", "HEAD:refs/parked/" + id});
    return id;
  }

  void personMoves(const std::string& to) { git(remote_, {"update-ref", "refs/heads/" + kBranch.name, to}); }

  std::string base_;
  CommitId ours_;
  std::unique_ptr<LoopbackServer> server_;
  std::unique_ptr<Repository> repository_;
};

INSTANTIATE_TEST_SUITE_P(Ways, PushTest, testing::Values("Folder", "Network"),
                         [](const auto& way) { return std::string(way.param); });

TEST_P(PushTest, MakesABranchThatIsNotThere) {
  EXPECT_EQ(push(ours_, std::nullopt), PushOutcome::kPushed);
  EXPECT_EQ(remoteTip(kBranch.name), ours_.hex);
  EXPECT_EQ(git(remote_, {"show", kBranch.name + ":a.txt"}), "two");
  EXPECT_EQ(tryGit(remote_, {"fsck", "--strict", "--connectivity-only"}), 0);
  EXPECT_EQ(repository_->findBranch(kBranch).value()->hex, ours_.hex);
}

TEST_P(PushTest, RepeatedPushIsUpToDate) {
  push(ours_, std::nullopt);
  EXPECT_EQ(push(ours_, ours_), PushOutcome::kUpToDate);
  EXPECT_EQ(push(ours_, std::nullopt), PushOutcome::kUpToDate);
}

TEST_P(PushTest, ReplacesWhatItExpectsThoughNotAFastForward) {
  push(ours_, std::nullopt);
  auto afresh = ganderCommits(*repository_, base_, "a.txt", "three\n");
  EXPECT_EQ(push(afresh, ours_), PushOutcome::kPushed);
  EXPECT_EQ(remoteTip(kBranch.name), afresh.hex);
}

TEST_P(PushTest, RefusesWhereAPersonHasCommitted) {
  push(ours_, std::nullopt);
  auto theirs = personCommits(ours_.hex, "mine\n");
  personMoves(theirs);
  auto afresh = ganderCommits(*repository_, base_, "a.txt", "three\n");
  EXPECT_EQ(push(afresh, ours_), PushOutcome::kRefused);
  EXPECT_EQ(push(afresh, std::nullopt), PushOutcome::kRefused);
  EXPECT_EQ(remoteTip(kBranch.name), theirs);
}

TEST_P(PushTest, RefusesWhereAPersonHasDeletedTheBranch) {
  push(ours_, std::nullopt);
  git(remote_, {"update-ref", "-d", "refs/heads/" + kBranch.name});
  auto afresh = ganderCommits(*repository_, base_, "a.txt", "three\n");
  EXPECT_EQ(push(afresh, ours_), PushOutcome::kRefused);
  EXPECT_EQ(remoteTip(kBranch.name), "");
}

TEST_P(PushTest, ComparesWithPackedReferencesToo) {
  push(ours_, std::nullopt);
  auto theirs = personCommits(ours_.hex, "mine\n");
  personMoves(theirs);
  git(remote_, {"pack-refs", "--all"});
  EXPECT_EQ(push(ours_, std::nullopt), PushOutcome::kRefused);
  EXPECT_EQ(push(ours_, {{theirs}}), PushOutcome::kPushed);
  EXPECT_EQ(remoteTip(kBranch.name), ours_.hex);
}

TEST_P(PushTest, RemovesABranchThatStandsWhereExpected) {
  push(ours_, std::nullopt);
  EXPECT_EQ(repository_->removeBranch(kBranch, {base_}).value(), PushOutcome::kRefused);
  EXPECT_EQ(remoteTip(kBranch.name), ours_.hex);
  EXPECT_EQ(repository_->removeBranch(kBranch, ours_).value(), PushOutcome::kPushed);
  EXPECT_EQ(remoteTip(kBranch.name), "");
  EXPECT_EQ(repository_->findBranch(kBranch).value(), std::nullopt);
  EXPECT_EQ(repository_->removeBranch(kBranch, ours_).value(), PushOutcome::kUpToDate);
}

TEST_P(PushTest, RemovesAPackedBranchAndNoOther) {
  push(ours_, std::nullopt);
  git(remote_, {"tag", "-a", "-m", "tag", "v1", "main"});
  git(remote_, {"branch", kBranch.name + "-2", "main"});
  git(remote_, {"pack-refs", "--all", "--prune"});
  auto before = git(remote_, {"for-each-ref"});
  EXPECT_EQ(repository_->removeBranch(kBranch, ours_).value(), PushOutcome::kPushed);
  auto line = ours_.hex + " commit\trefs/heads/" + kBranch.name + "\n";
  ASSERT_THAT(before, HasSubstr(line));
  EXPECT_EQ(git(remote_, {"for-each-ref"}), before.erase(before.find(line), line.size()));
  EXPECT_EQ(git(remote_, {"rev-parse", "v1^{}"}), base_);
}

TEST_P(PushTest, SaysThatACommitIsNotThere) {
  auto outcome = repository_->push(kBranch, {std::string(40, '1')}, std::nullopt);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(repository_->push({"a..b"}, ours_, std::nullopt).error().kind, ErrorKind::kInvalid);
}

TEST_P(PushTest, SaysThatABranchIsInTheWay) {
  git(remote_, {"branch", "gander", "main"});
  auto outcome = repository_->push(kBranch, ours_, std::nullopt);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, overNetwork() ? ErrorKind::kDenied : ErrorKind::kConflict) << outcome.error().message;
  git(remote_, {"branch", "-m", "gander", kBranch.name + "/deep"});
  EXPECT_EQ(repository_->push(kBranch, ours_, std::nullopt).error().kind, outcome.error().kind);
}

// A person and gander push to one branch at the same time, a hundred times: the one who is first wins, and the other knows. Who was first
// starts later in the next round, so that they meet.
TEST_P(PushTest, NeverLosesAPersonsCommitInARace) {
  using Steady = std::chrono::steady_clock;
  const auto theirs = CommitId{personCommits(base_, "mine\n")};
  const auto reference = "refs/heads/" + kBranch.name;
  const auto step = std::chrono::microseconds(overNetwork() ? 4000 : 300);
  auto until = [](Steady::time_point time) {
    while (Steady::now() < time) std::this_thread::yield();
  };
  std::chrono::microseconds ahead{0};  // how much earlier gander starts
  int won = 0;
  for (int round = 0; round < 100; ++round) {
    git(remote_, {"update-ref", reference, base_});
    int moved = -1;
    auto now = Steady::now();
    std::thread person([&] {
      until(now + ahead);
      moved = tryGit(remote_, {"update-ref", reference, theirs.hex, base_});
    });
    until(now - ahead);
    auto outcome = push(ours_, CommitId{base_});
    person.join();
    bool pushed = outcome == PushOutcome::kPushed;
    ASSERT_EQ(pushed, moved != 0) << "round " << round;
    ASSERT_EQ(remoteTip(kBranch.name), pushed ? ours_.hex : theirs.hex) << "round " << round;
    won += pushed ? 1 : 0;
    ahead += pushed ? -step : step;
  }
  std::cout << "gander was first " << won << " times of 100\n";
  EXPECT_GT(won, 0);
  EXPECT_LT(won, 100);
}

class FolderPushTest : public PushTest {
 protected:
  fs::path lock() const { return remote_ / ("refs/heads/" + kBranch.name + ".lock"); }
};
INSTANTIATE_TEST_SUITE_P(Ways, FolderPushTest, testing::Values("Folder"),
                         [](const auto& way) { return std::string(way.param); });

// What git does when a person pushes: makes the lock file, writes the new commit into it, renames it over the branch. Here gander comes
// between the first step and the last, with its own look at the branch already done.
TEST_P(FolderPushTest, SeesACommitThatArrivesAfterItsLook) {
  personMoves(base_);
  auto theirs = personCommits(base_, "mine\n");
  write(lock(), "");
  auto packs = [&] { return std::distance(fs::directory_iterator(remote_ / "objects/pack"), {}); };
  auto before = packs();
  PushOutcome outcome = PushOutcome::kPushed;
  std::thread gander([&] { outcome = push(ours_, CommitId{base_}); });
  while (packs() < before + 2) std::this_thread::yield();  // the look is done, the objects are there
  std::ofstream(lock()) << theirs << "\n";
  fs::rename(lock(), remote_ / ("refs/heads/" + kBranch.name));
  gander.join();
  EXPECT_EQ(outcome, PushOutcome::kRefused);
  EXPECT_EQ(remoteTip(kBranch.name), theirs);
}

TEST_P(FolderPushTest, LeavesABranchAloneThatIsCheckedOut) {
  git(remote_, {"config", "core.bare", "false"});
  git(remote_, {"config", "core.worktree", root() / "worktree"});
  fs::create_directories(root() / "worktree");
  auto outcome = repository_->push({"main"}, ours_, CommitId{base_});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(outcome.error().message, HasSubstr("is checked out there"));
  EXPECT_EQ(push(ours_, std::nullopt), PushOutcome::kPushed);
}

TEST_P(FolderPushTest, WaitsForPackedReferences) {
  push(ours_, std::nullopt);
  git(remote_, {"pack-refs", "--all"});
  write(remote_ / "packed-refs.lock", "");
  PushOutcome outcome = PushOutcome::kRefused;
  std::thread gander([&] { outcome = repository_->removeBranch(kBranch, ours_).value_or(PushOutcome::kRefused); });
  while (!fs::exists(lock())) std::this_thread::yield();
  EXPECT_EQ(remoteTip(kBranch.name), ours_.hex);
  fs::remove(remote_ / "packed-refs.lock");
  gander.join();
  EXPECT_EQ(outcome, PushOutcome::kPushed);
  EXPECT_EQ(remoteTip(kBranch.name), "");
  EXPECT_FALSE(fs::exists(remote_ / "packed-refs.lock"));
}

class NetworkPushTest : public PushTest {
 protected:
  void hook(const std::string& script) {
    auto file = remote_ / "hooks/pre-receive";
    write(file, "#!/bin/sh\n" + script);
    fs::permissions(file, fs::perms(0755));
  }
};
INSTANTIATE_TEST_SUITE_P(Ways, NetworkPushTest, testing::Values("Network"),
                         [](const auto& way) { return std::string(way.param); });

// The hook runs behind the negotiation and before the server moves the branch: here a person's commit comes in.
TEST_P(NetworkPushTest, SeesACommitThatArrivesAfterTheNegotiation) {
  personMoves(base_);
  auto theirs = personCommits(base_, "mine\n");
  hook("unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\ngit update-ref refs/heads/" +
       kBranch.name + " " + theirs + "\n");
  EXPECT_EQ(push(ours_, CommitId{base_}), PushOutcome::kRefused);
  EXPECT_EQ(remoteTip(kBranch.name), theirs);
}

TEST_P(NetworkPushTest, PassesOnThatTheServerDeclines) {
  hook("exit 1\n");
  auto outcome = repository_->push(kBranch, ours_, std::nullopt);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(outcome.error().message,
              HasSubstr("the server refuses refs/heads/gander/rename: pre-receive hook declined"));
}

TEST_P(NetworkPushTest, FetchesIncrementallyToo) {
  auto url = "git://127.0.0.1:" + std::to_string(server_->port()) + "/api.git";
  auto pushed = personPushes("a.txt", "person\n");
  repository_.reset();
  repository_ = fetch(url);
  EXPECT_EQ(repository_->findBranch({"main"}).value()->hex, pushed);
  EXPECT_EQ(repository_->defaultBranch().value().name, "main");
  git(root(), {"init", "-q", "--bare", root() / "empty.git"});
  auto empty = makeMirrors(cache())->fetch("git://127.0.0.1:" + std::to_string(server_->port()) + "/empty.git");
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_THAT((*empty)->defaultBranch().error().message, HasSubstr("has no commit yet"));
  auto missing = makeMirrors(cache())->fetch("git://127.0.0.1:" + std::to_string(server_->port()) + "/missing.git");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound) << missing.error().message;
}

}  // namespace
}  // namespace gander::repos
