// What stops a command that takes too much. Every test runs the real bubblewrap.
#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "tests/sandbox/testing.h"

namespace gander::sandbox {
namespace {

using ::testing::HasSubstr;
using namespace gander::sandbox::testing;

// A daemon that nobody waits for: two forks, a session of its own, no open outputs. It holds a lock as long as it lives.
constexpr const char* kDaemon =
    "(setsid bash -c 'exec 9> /gander/tree/lock; flock 9; echo > /gander/tree/held; sleep 600' < /dev/null > /dev/null "
    "2>&1 &)\n"
    "while [ ! -e /gander/tree/held ]; do :; done\n";

bool lockIsFree(const Tree& tree) {
  int file = ::open((tree.path() / "lock").c_str(), O_RDWR | O_CLOEXEC);
  bool isFree = file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) == 0;
  if (file >= 0) ::close(file);
  return isFree;
}

class BothSandboxes : public ::testing::TestWithParam<bool> {
 protected:
  Sandbox& sandbox() { return GetParam() ? realSandbox() : plainSandbox(); }
};
INSTANTIATE_TEST_SUITE_P(LimitsTest, BothSandboxes, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "AsMade" : "WithoutCgroups"; });

TEST_P(BothSandboxes, TheTimeLimitKillsDaemonsToo) {
  Tree tree({});
  auto request = shell(std::string(kDaemon) + "echo waiting; sleep 600");
  request.mounts = {{tree.path(), "/gander/tree", true}};
  request.limits.time = std::chrono::milliseconds(700);
  auto outcome = sandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_EQ(outcome->ending, Ending::kTimedOut);
  EXPECT_FALSE(outcome->succeeded());
  EXPECT_EQ(outcome->output, "waiting\n");
  EXPECT_TRUE(lockIsFree(tree));
}

TEST_P(BothSandboxes, NothingOutlivesACommandThatEnds) {
  Tree tree({});
  auto request = shell(std::string(kDaemon) + "exit 3");
  request.mounts = {{tree.path(), "/gander/tree", true}};
  auto outcome = sandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_EQ(outcome->ending, Ending::kExited);
  EXPECT_EQ(outcome->exitCode, 3);
  EXPECT_TRUE(lockIsFree(tree));
}

TEST_P(BothSandboxes, TheSandboxDiesWithGander) {
  Tree tree({});
  auto request = shell(std::string(kDaemon) + "sleep 600");
  request.mounts = {{tree.path(), "/gander/tree", true}};
  Sandbox& used = sandbox();
  pid_t gander = ::fork();
  if (gander == 0) {
    ::setenv("TMPDIR", tree.path().c_str(), 1);  // what it can't remove any more goes with the tree
    (void)used.run(request);
    ::_exit(0);
  }
  while (!std::filesystem::exists(tree.path() / "held")) ::sched_yield();
  ::kill(gander, SIGKILL);
  ASSERT_EQ(::waitpid(gander, nullptr, 0), gander);
  int file = ::open((tree.path() / "lock").c_str(), O_RDWR | O_CLOEXEC);
  EXPECT_EQ(::flock(file, LOCK_EX), 0);  // waits for the daemon's end; the test's own time limit is the failure
  ::close(file);
  EXPECT_TRUE(used.run(shell("true")));
}

TEST_P(BothSandboxes, AFloodOfOutputIsCutAndItsWriterKilled) {
  auto request = shell("yes");
  request.limits.output = 100'000;
  size_t streamed = 0;
  request.onOutput = [&](std::string_view piece) { streamed += piece.size(); };
  auto outcome = sandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_EQ(outcome->ending, Ending::kOutputCut);
  EXPECT_EQ(outcome->output.size(), 100'000U);
  EXPECT_EQ(streamed, 100'000U);
  EXPECT_LT(outcome->elapsed, request.limits.time);
}

TEST_P(BothSandboxes, AFileDoesNotGrowBeyondItsLimit) {
  Tree tree({});
  auto request = shell("exec dd if=/dev/zero of=/gander/tree/big bs=64k count=100 status=none");
  request.mounts = {{tree.path(), "/gander/tree", true}};
  request.limits.fileSize = 1 << 20;
  auto outcome = sandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_EQ(outcome->exitCode, 128 + SIGXFSZ);
  EXPECT_EQ(std::filesystem::file_size(tree.path() / "big"), 1U << 20);
}

TEST_P(BothSandboxes, OneProcessDoesNotTakeMoreThanTheMemory) {
  auto request = shell("exec python3 -c 'print(len(b\"x\" * (1 << 30)))'");
  request.limits.memory = 128 << 20;
  auto outcome = sandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_FALSE(outcome->succeeded());
  if (sandbox().limits().memoryHard)
    EXPECT_EQ(outcome->ending, Ending::kOutOfMemory);
  else
    EXPECT_THAT(outcome->output, HasSubstr("MemoryError"));
}

TEST(LimitsTest, ManyProcessesTogetherDoNotTakeMoreThanTheMemory) {
  if (!realSandbox().limits().memoryHard) GTEST_SKIP() << "no cgroup here: " << realSandbox().limits().describe();
  auto request =
      shell("for i in 1 2 3 4; do python3 -c 'import time; x = b\"x\" * (50 << 20); time.sleep(1)' & done; wait");
  request.limits.memory = 128 << 20;
  auto outcome = realSandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_EQ(outcome->ending, Ending::kOutOfMemory);
}

TEST(LimitsTest, FilesInTheTemporaryFolderCountAsMemory) {
  auto request = shell("dd if=/dev/zero of=/tmp/big bs=1M count=200 status=none");
  request.limits.memory = 128 << 20;
  auto outcome = realSandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_THAT(outcome->output, HasSubstr("No space left on device"));
}

bool processesHold(Sandbox& sandbox) { return sandbox.limits().processesHard || ::geteuid() != 0; }

TEST_P(BothSandboxes, ForksEndAtTheLimit) {
  if (!processesHold(sandbox())) GTEST_SKIP() << "without a cgroup the kernel counts no process of root";
  auto request = shell(
      "exec python3 -c '\nimport os, time\nn = 0\ntry:\n  while n < 500:\n    if os.fork() == 0: time.sleep(600)\n"
      "    n += 1\nexcept OSError as e:\n  print(n, e.strerror)\n'");
  request.limits.processes = 20;
  auto outcome = sandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_THAT(outcome->output, HasSubstr("Resource temporarily unavailable"));
  EXPECT_GE(std::stoi(outcome->output), 17);
  EXPECT_LE(std::stoi(outcome->output), 24);
}

TEST_P(BothSandboxes, AForkBombIsStoppedAndTheMachineLives) {
  if (!processesHold(sandbox())) GTEST_SKIP() << "without a cgroup the kernel counts no process of root";
  auto request = shell(":() { : | : & }; :; sleep 600");
  request.limits.processes = 40;
  request.limits.time = std::chrono::milliseconds(1500);
  auto outcome = sandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_FALSE(outcome->succeeded());
  auto after = sandbox().run(shell("echo alive"));
  ASSERT_TRUE(after) << why(after);
  EXPECT_EQ(after->output, "alive\n");
}

TEST(LimitsTest, LeavesNoGroupBehind) {
  auto outcome = realSandbox().run(shell("true"));
  ASSERT_TRUE(outcome) << why(outcome);
  auto own = "gander-" + std::to_string(::getpid()) + "-";
  for (const auto& parent : usableCgroups())
    for (const auto& entry : std::filesystem::directory_iterator(parent.folder))
      EXPECT_FALSE(entry.path().filename().string().starts_with(own)) << entry.path();
}

TEST(LimitsTest, RunsManyAtOnce) {
  std::vector<std::string> outputs(6);
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < outputs.size(); ++i)
      threads.emplace_back([&outputs, i] {
        auto outcome = realSandbox().run(shell("echo run " + std::to_string(i)));
        outputs[i] = outcome ? outcome->output : why(outcome);
      });
  }
  for (size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(outputs[i], "run " + std::to_string(i) + "\n");
}

TEST(LimitsTest, SaysWhichLimitsAreHard) {
  EXPECT_EQ((LimitReport{true, true}.describe()), "time, output and file size: hard; memory: hard; processes: hard");
  EXPECT_EQ(plainSandbox().limits().describe(),
            "time, output and file size: hard; memory: soft (for each process, not for all together); processes: soft "
            "(for each "
            "user, and not for root)");
}

}  // namespace
}  // namespace gander::sandbox
