// Where groups are looked for, as a function of the kernel's two texts; and what is written into one.
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/sandbox/testing.h"

namespace gander::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace gander::sandbox::testing;

constexpr auto kV1 = CgroupVersion::kV1;
constexpr auto kV2 = CgroupVersion::kV2;

TEST(CgroupTest, VersionTwoIsLookedForBelowAndBesideTheOwnGroup) {
  EXPECT_THAT(cgroupCandidates("0::/user.slice/run-1.scope\n",
                               "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"),
              ElementsAre(CgroupParent{"/sys/fs/cgroup/user.slice/run-1.scope", kV2, true, true},
                          CgroupParent{"/sys/fs/cgroup/user.slice", kV2, true, true}));
}

TEST(CgroupTest, AboveTheMountPointThereIsNothing) {
  EXPECT_THAT(cgroupCandidates("0::/\n", "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
              ElementsAre(CgroupParent{"/sys/fs/cgroup", kV2, true, true}));
}

TEST(CgroupTest, VersionOneHasAFolderForEachController) {
  EXPECT_THAT(cgroupCandidates("9:name=systemd:/\n8:pids:/\n4:memory:/jobs/7\n1:cpu:/\n",
                               "40 24 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                               "41 24 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                               "42 24 0:32 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"),
              ElementsAre(CgroupParent{"/sys/fs/cgroup/pids", kV1, false, true},
                          CgroupParent{"/sys/fs/cgroup/memory/jobs/7", kV1, true, false}));
}

TEST(CgroupTest, AContainersMountShowsOnlyItsOwnPartOfTheTree) {
  EXPECT_THAT(cgroupCandidates("4:memory:/docker/abc\n",
                               "41 24 0:31 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"),
              ElementsAre(CgroupParent{"/sys/fs/cgroup/memory", kV1, true, false}));
  EXPECT_THAT(cgroupCandidates("4:memory:/docker/abcdef\n",
                               "41 24 0:31 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"),
              IsEmpty());
  EXPECT_THAT(cgroupCandidates("0::/../other\n", "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"), IsEmpty());
}

TEST(CgroupTest, TextsThatMakeNoSenseGiveNothing) {
  EXPECT_THAT(cgroupCandidates("", ""), IsEmpty());
  EXPECT_THAT(cgroupCandidates("memory\n:\n4:memory\n", "41 24 - cgroup\n - \n"), IsEmpty());
}

// Plain files stand where the kernel has its own: the test proves names and values, not the kernel.
TEST(CgroupTest, WritesTheLimitsOfEachVersion) {
  Limits limits{.memory = 1000, .processes = 10};
  Tree two({{"memory.max", ""}, {"memory.swap.max", ""}, {"pids.max", ""}});
  ASSERT_TRUE(writeCgroupLimits({"/", kV2, true, true}, two.path(), limits));
  EXPECT_EQ(two.read("memory.max"), "1000");
  EXPECT_EQ(two.read("memory.swap.max"), "0");
  EXPECT_EQ(two.read("pids.max"), "14");
  Tree one({{"memory.limit_in_bytes", ""}, {"memory.memsw.limit_in_bytes", ""}});
  ASSERT_TRUE(writeCgroupLimits({"/", kV1, true, false}, one.path(), limits));
  EXPECT_EQ(one.read("memory.limit_in_bytes"), "1000");
  EXPECT_EQ(one.read("memory.memsw.limit_in_bytes"), "1000");
  Tree none({});
  EXPECT_THAT(why(writeCgroupLimits({"/", kV2, true, true}, none.path(), limits)),
              ::testing::StartsWith("not found: open "));
}

// Every cgroup file system of this machine, whatever it can limit: a process that enters a group dies with it.
TEST(CgroupTest, EndKillsWhoeverIsLeft) {
  auto memberships = readFile("/proc/self/cgroup"), mounts = readFile("/proc/self/mountinfo");
  ASSERT_TRUE(memberships && mounts);
  int tried = 0;
  for (auto parent : cgroupCandidates(*memberships, *mounts)) {
    parent.memory = parent.processes = false;
    auto group = RunGroup::make({parent}, {});
    if (!group) continue;  // not ours to use
    pid_t child = ::fork();
    if (child == 0) {
      int entry = ::open(group->entries().at(0).c_str(), O_WRONLY);
      if (::write(entry, "0", 1) != 1) ::_exit(1);
      ::pause();
    }
    auto ready = [&] { return readFile(group->entries().at(0)).value_or("").contains(std::to_string(child)); };
    int status = 0;
    while (!ready() && ::waitpid(child, &status, WNOHANG) == 0) ::sched_yield();
    if (WIFEXITED(status) && WEXITSTATUS(status) == 1) continue;  // not ours to enter
    ++tried;
    EXPECT_TRUE(group->end()) << parent.folder;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << parent.folder;
  }
  if (tried == 0) GTEST_SKIP() << "no group can be made here";
}

TEST(CgroupTest, ReadsTheKillsForWantOfMemory) {
  Tree two({{"memory.events", "low 0\nmax 12\noom 2\noom_kill 3\noom_group_kill 0\n"}});
  EXPECT_EQ(outOfMemoryKills(kV2, two.path()), 3U);
  Tree one({{"memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"}});
  EXPECT_EQ(outOfMemoryKills(kV1, one.path()), 1U);
  EXPECT_EQ(outOfMemoryKills(kV1, two.path()), 0U);
}

}  // namespace
}  // namespace gander::sandbox
