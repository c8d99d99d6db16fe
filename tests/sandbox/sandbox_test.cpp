// What a request means, and what is said where it can't be met.
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>

#include "tests/sandbox/testing.h"

namespace gander::sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace gander::sandbox::testing;

TEST(SandboxTest, PassesInputAndKeepsErrorsApartWhereAsked) {
  auto request = shell("cat; echo wrong >&2; exit 7");
  request.input = "given";
  request.mergeErrors = false;
  auto outcome = realSandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_EQ(outcome->output, "given");
  EXPECT_EQ(outcome->errors, "wrong\n");
  EXPECT_EQ(outcome->exitCode, 7);
  EXPECT_EQ(outcome->ending, Ending::kExited);
}

TEST(SandboxTest, ASignalIsAnExitCode) {
  auto outcome = realSandbox().run(shell("kill -SEGV $$"));
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_EQ(outcome->exitCode, 128 + 11);
}

TEST(SandboxTest, AMissingProgramIsAnOutcome) {
  Request request;
  request.command = {"no-such-program"};
  auto outcome = realSandbox().run(request);
  ASSERT_TRUE(outcome) << why(outcome);
  EXPECT_EQ(outcome->exitCode, 127);
  EXPECT_THAT(outcome->output, HasSubstr("no-such-program"));
}

TEST(SandboxTest, RefusesARequestThatCanNotBe) {
  auto missing = shell("true");
  missing.mounts = {{"/no/such/folder", "/gander/tree", true}};
  EXPECT_EQ(why(realSandbox().run(missing)), "not found: mount /no/such/folder in the sandbox: it is not there");
  auto relative = shell("true");
  relative.mounts = {{"/usr", "gander", false}};
  EXPECT_THAT(why(realSandbox().run(relative)), StartsWith("invalid: mount at gander: a place inside"));
  EXPECT_EQ(why(realSandbox().run(Request{})), "invalid: a sandbox without a command");
  auto option = shell("true");
  option.environment = {{"A", std::string("x\0--bind\0/\0/host", 16)}};
  EXPECT_THAT(why(realSandbox().run(option)), HasSubstr("contains a NUL byte"));
  auto nowhere = shell("true");
  nowhere.directory = "/nowhere";
  EXPECT_THAT(why(realSandbox().run(nowhere)),
              StartsWith("unavailable: set up the sandbox: bwrap: Can't chdir to /nowhere"));
}

TEST(SandboxTest, SaysWhatToInstallWhereBubblewrapIsMissing) {
  auto sandbox = makeBubblewrapSandbox("/no/such/folder");
  EXPECT_THAT(why(sandbox), StartsWith("unavailable: builds need bubblewrap: no program 'bwrap'"));
  EXPECT_THAT(why(sandbox), HasSubstr("apt-get install bubblewrap"));
}

TEST(SandboxTest, SaysWhichVersionIsNeeded) {
  Tree tree({{"bwrap", "#!/bin/sh\necho 'bwrap: Unknown option --disable-userns' >&2\nexit 1\n"}});
  ASSERT_EQ(::chmod((tree.path() / "bwrap").c_str(), 0755), 0);
  auto sandbox = makeBubblewrapSandbox(tree.path().string());
  EXPECT_EQ(why(sandbox),
            "unavailable: set up the sandbox: bwrap: Unknown option --disable-userns. To cure it: gander needs "
            "bubblewrap 0.8 or "
            "newer");
}

// A user namespace in which no further one may be made: what the kernel of a hardened machine answers.
void makeWithoutNamespaces() {
  if (::unshare(CLONE_NEWUSER) != 0) ::_exit(1);
  int file = ::open("/proc/sys/user/max_user_namespaces", O_WRONLY);
  if (file < 0 || ::write(file, "0", 1) != 1) ::_exit(2);
  auto sandbox = makeBubblewrapSandbox("/usr/bin:/bin");
  std::cerr << why(sandbox) << std::flush;
  ::_exit(sandbox ? 3 : 42);
}

TEST(SandboxDeathTest, SaysWhatToDoWhereTheKernelGrantsNoNamespaces) {
  EXPECT_EXIT(
      makeWithoutNamespaces(), ::testing::ExitedWithCode(42),
      "unavailable: set up the sandbox: bwrap: .*To cure it: raise the limit: sysctl -w user.max_user_namespaces");
}

}  // namespace
}  // namespace gander::sandbox
