// What the outside does to a fetch: servers that refuse, disks that are full, kill -9.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <random>
#include <thread>

#include "tests/repos/git_fixture.h"
#include "tests/repos/git_server.h"

namespace gander::repos {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

class FailureTest : public GitTest {
 protected:
  Error fetchFails(const std::string& url) {
    auto repository = makeMirrors(cache())->fetch(url);
    EXPECT_FALSE(repository) << url << " was fetched";
    return repository ? Error{} : repository.error();
  }

  static std::string noise(size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
  }
};

TEST_F(FailureTest, TellsTheAnswersOfAServerApart) {
  const std::map<std::string, ErrorKind> answers = {{"401 Unauthorized", ErrorKind::kDenied},
                                                    {"403 Forbidden", ErrorKind::kDenied},
                                                    {"404 Not Found", ErrorKind::kNotFound},
                                                    {"503 Service Unavailable", ErrorKind::kUnavailable}};
  for (const auto& [answer, kind] : answers) {
    LoopbackServer server(httpAnswer(answer));
    auto place = "127.0.0.1:" + std::to_string(server.port()) + "/team/api.git";
    auto error = fetchFails("http://ada:open%20sesame@" + place);
    EXPECT_EQ(error.kind, kind) << answer << ": " << error.message;
    EXPECT_THAT(error.message, HasSubstr("fetch http://" + place + ": "));
    EXPECT_THAT(error.message, Not(HasSubstr("sesame")));
  }
}

TEST_F(FailureTest, SaysThatNobodyAnswers) {
  auto port = LoopbackServer(httpAnswer("")).port();  // gone again
  auto error = fetchFails("http://ada:sesame@127.0.0.1:" + std::to_string(port) + "/api.git");
  EXPECT_EQ(error.kind, ErrorKind::kUnavailable);
  EXPECT_THAT(error.message, Not(HasSubstr("sesame")));
}

class FullDiskTest : public FailureTest {
 protected:
  void SetUp() override {
    FailureTest::SetUp();
    makeRemote("api", {{"big.bin", noise(3 << 20, 1)}});
    fs::create_directories(disk());
  }

  void TearDown() override {
    if (mounted_) ::umount2(disk().c_str(), MNT_DETACH);
  }

  fs::path disk() const { return root() / "disk"; }

  // A disk of so many bytes, or a larger one in its place with the same contents. 0, or an errno.
  int mount(size_t bytes) {
    auto options = "size=" + std::to_string(bytes);
    if (::mount("tmpfs", disk().c_str(), "tmpfs", mounted_ ? MS_REMOUNT : 0, options.c_str()) != 0) return errno;
    mounted_ = true;
    return 0;
  }

  bool mounted_ = false;
};

TEST_F(FullDiskTest, FetchSaysSoAndHealsWhenThereIsRoom) {
  if (int error = mount(1 << 20); error != 0)
    GTEST_SKIP() << "no right to mount a small disk here: " << std::strerror(error);
  LoopbackServer server(gitDaemon(root()));
  const std::string urls[] = {remote_.string(), "git://127.0.0.1:" + std::to_string(server.port()) + "/api.git"};
  for (const auto& url : urls) {
    ASSERT_EQ(mount(1 << 20), 0);
    auto full = makeMirrors(disk())->fetch(url);
    ASSERT_FALSE(full) << url;
    EXPECT_EQ(full.error().kind, ErrorKind::kExhausted) << full.error().message;
    EXPECT_THAT(full.error().message, HasSubstr("No space left on device"));
    for (const auto& entry : fs::directory_iterator(disk()))
      EXPECT_EQ(entry.path().extension(), ".lock") << entry.path();
    ASSERT_EQ(mount(64 << 20), 0);
    auto healed = makeMirrors(disk())->fetch(url);
    ASSERT_TRUE(healed) << healed.error().message;
    EXPECT_EQ((*healed)->listTree({remoteTip("main")}).value().at(0).size, 3u << 20);
    healed->reset();
    for (const auto& entry : fs::directory_iterator(disk())) fs::remove_all(entry);
  }
}

TEST_F(FullDiskTest, CommitCheckoutAndPushSaySo) {
  if (int error = mount(64 << 20); error != 0)
    GTEST_SKIP() << "no right to mount a small disk here: " << std::strerror(error);
  auto tip = remoteTip("main");
  auto far = disk() / "far.git";  // a remote on the small disk
  git(root(), {"clone", "-q", "--bare", remote_, far});
  auto elsewhere = makeMirrors(cache())->fetch(far.string());
  ASSERT_TRUE(elsewhere) << elsewhere.error().message;
  auto commit = (*elsewhere)->commit({{tip}, {{"new.bin", noise(4 << 20, 2)}}, kGander, kMorning, "m"});
  ASSERT_TRUE(commit) << commit.error().message;
  auto repository = makeMirrors(disk())->fetch(remote_.string());
  ASSERT_TRUE(repository) << repository.error().message;
  write(disk() / "filler", noise(50 << 20, 3));
  ASSERT_EQ(mount((64 << 20) - fs::space(disk()).available + (1 << 20)), 0);

  auto made = (*repository)->commit({{tip}, {{"new.bin", noise(4 << 20, 2)}}, kGander, kMorning, "m"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kExhausted) << made.error().message;
  auto out = (*repository)->checkout({tip}, disk() / "out");
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().kind, ErrorKind::kExhausted) << out.error().message;
  fs::remove_all(disk() / "out");
  auto pushed = (*elsewhere)->push({"gander/x"}, *commit, std::nullopt);
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().kind, ErrorKind::kExhausted) << pushed.error().message;
  EXPECT_EQ(git(far, {"for-each-ref", "--format=%(refname)"}), "refs/heads/main");
  EXPECT_EQ(tryGit(far, {"fsck", "--strict"}), 0);
}

// A child fetches and is killed, each time a bit later; then a fetch must find or make a whole mirror.
TEST_F(FailureTest, HealsAfterKillAtAnyMoment) {
  std::map<std::string, std::string> files;
  for (unsigned i = 0; i < 200; ++i) files["folder/file" + std::to_string(i)] = noise(2000, i);
  makeRemote("api", files);
  for (int round = 0; round < 30; ++round) {
    if (round % 3 == 0) fs::remove_all(cache());
    auto pushed = personPushes("changing", std::to_string(round));
    pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(makeMirrors(cache())->fetch(remote_.string()) ? 0 : 1);
    auto moment = std::chrono::steady_clock::now() + std::chrono::microseconds(round * 500);
    while (std::chrono::steady_clock::now() < moment) std::this_thread::yield();
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    auto repository = fetch();
    ASSERT_TRUE(repository) << "round " << round;
    ASSERT_EQ(repository->findBranch({"main"}).value()->hex, pushed);
    ASSERT_EQ(repository->listTree({pushed}).value().size(), 201u);
    repository.reset();
    ASSERT_EQ(tryGit(mirror(), {"fsck", "--connectivity-only"}), 0);
  }
}

}  // namespace
}  // namespace gander::repos
