// What tests of git over a network share: a repository on a server, a person who pushes at the worst moment, eyes for secrets.
#pragma once

#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>

#include "tests/repos/git_fixture.h"
#include "tests/repos/git_server.h"
#include "tests/repos/real_servers.h"

namespace gander::repos {

void PrintTo(PushOutcome outcome, std::ostream* out);

inline const BranchName kBranch{"gander/rename"};
inline const std::string kWriter = "s3cret-of-the-writer";
inline const std::string kReader = "s3cret-of-the-reader";

// Gives one token after another, the last one again and again, and notes what it was asked.
class Tokens final : public CredentialSource {
 public:
  explicit Tokens(std::deque<std::optional<Token>> tokens) : tokens_(std::move(tokens)) {}
  Result<std::optional<Token>> findToken(const RemotePlace& place, bool refused) override {
    std::scoped_lock lock(mutex_);
    asked_.push_back(place.host + place.path + (refused ? " refused" : ""));
    auto token = tokens_.front();
    if (refused && tokens_.size() > 1) tokens_.pop_front();
    return refused ? tokens_.front() : token;
  }
  std::vector<std::string> asked() const { return asked_; }

 private:
  std::mutex mutex_;
  std::deque<std::optional<Token>> tokens_;
  std::vector<std::string> asked_;
};

class NetworkTest : public GitTest {
 protected:
  void SetUp() override {
    GitTest::SetUp();
    makeRemote("api", {{"a.txt", "one\n"}, {"b.txt", "one\n"}});
    base_ = remoteTip("main");
  }

  Result<std::unique_ptr<Repository>> tryFetch(const std::string& url) {
    return makeMirrors(cache(), {.access = access_})->fetch(url);
  }

  void open(const std::string& url) {
    auto fetched = tryFetch(url);
    ASSERT_TRUE(fetched) << fetched.error().message;
    repository_ = std::move(*fetched);
    ours_ = ganderCommits(*repository_, base_, "a.txt", "two\n");
  }

  Error fetchFails(const std::string& url) {
    auto fetched = tryFetch(url);
    EXPECT_FALSE(fetched) << url << " was fetched";
    auto error = fetched ? Error{} : fetched.error();
    EXPECT_THAT(error.message, testing::Not(testing::HasSubstr("s3cret")));
    return error;
  }

  Error pushFails() {
    auto pushed = repository_->push(kBranch, ours_, std::nullopt);
    EXPECT_FALSE(pushed);
    EXPECT_EQ(remoteTip(kBranch.name), "");
    auto error = pushed ? Error{} : pushed.error();
    EXPECT_THAT(error.message, testing::Not(testing::HasSubstr("s3cret")));
    return error;
  }

  // A person's commit on `base_`, in the remote but on no branch.
  std::string personCommits() {
    write(person_ / "b.txt", "mine\n");
    git(person_, {"commit", "-q", "-a", "-m", "by hand"});
    auto id = git(person_, {"rev-parse", "HEAD"});
    git(person_, {"push", "-q", "origin", "HEAD:refs/parked/person"});
    return id;
  }

  void hook(const std::string& script) {
    auto file = remote_ / "hooks/pre-receive";
    write(file, "#!/bin/sh\n" + script);
    std::filesystem::permissions(file, std::filesystem::perms(0755));
  }

  // Between gander's look and the moment in which the server moves the branch, a person's push moves it, fifty times: `late`, behind the
  // push's own negotiation (the hook runs there), else behind the fetch.
  void racesAPerson(bool late) {
    auto theirs = personCommits();
    auto reference = "refs/heads/" + kBranch.name;
    if (late) {
      hook("unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\ngit update-ref " +
           reference + " " + theirs + "\n");
    }
    for (int round = 0; round < 50; ++round) {
      git(remote_, {"update-ref", reference, late ? base_ : theirs});
      auto outcome = repository_->push(kBranch, ours_, CommitId{base_});
      ASSERT_TRUE(outcome) << outcome.error().message;
      ASSERT_EQ(*outcome, PushOutcome::kRefused) << "round " << round;
      ASSERT_EQ(remoteTip(kBranch.name), theirs) << "round " << round;
    }
    hook("exit 0\n");
    git(remote_, {"update-ref", reference, base_});
    EXPECT_EQ(repository_->push(kBranch, ours_, CommitId{base_}).value(), PushOutcome::kPushed);
    EXPECT_EQ(remoteTip(kBranch.name), ours_.hex);
  }

  // The command lines of all processes, while a push is held up by the server's hook.
  std::string commandLinesDuringAPush() {
    hook("touch waiting\nuntil [ -e go ]; do sleep 0.02; done\n");
    std::thread pushing([&] {
      auto outcome = repository_->push(kBranch, ours_, std::nullopt);
      EXPECT_TRUE(outcome) << outcome.error().message;
    });
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!std::filesystem::exists(remote_ / "waiting") && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    EXPECT_TRUE(std::filesystem::exists(remote_ / "waiting"));
    std::string lines;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::ifstream file(entry.path() / "cmdline", std::ios::binary);
      lines.append(std::istreambuf_iterator<char>(file), {});
      lines += '\n';
    }
    write(remote_ / "go", "");
    pushing.join();
    return lines;
  }

  std::string everyFileOfTheCache() {
    std::string bytes;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(cache())) {
      bytes += entry.path().string() + "\n";
      if (entry.is_regular_file()) bytes += readFile(entry.path()).value();
    }
    return bytes;
  }

  RemoteAccess access_;
  std::string base_;
  CommitId ours_;
  std::unique_ptr<Repository> repository_;
};

}  // namespace gander::repos
