// What the command inside can't see or touch. Every test runs the real bubblewrap.
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/sandbox/testing.h"

namespace gander::sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace gander::sandbox::testing;

// Runs a script and gives its output; a failure to run it fails the test.
std::string outputOf(const Request& request) {
  auto outcome = realSandbox().run(request);
  EXPECT_TRUE(outcome) << why(outcome);
  return outcome ? outcome->output : std::string();
}

class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 4), 0);
    socklen_t size = sizeof address_;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &size);
  }
  ~Listener() { ::close(socket_); }
  int port() const { return ntohs(address_.sin_port); }
  bool connectFromHere() const {
    int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = ::connect(client, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0;
    ::close(client);
    return good;
  }
  bool accepted() const {
    int client = ::accept(socket_, nullptr, nullptr);
    if (client >= 0) ::close(client);
    return client >= 0;
  }

 private:
  int socket_;
  sockaddr_in address_{};
};

TEST(IsolationTest, HasNoNetworkNotEvenTheHostsLoopback) {
  Listener listener;
  ASSERT_TRUE(listener.connectFromHere());
  ASSERT_TRUE(listener.accepted());
  auto output = outputOf(
      shell(fmt::format("exec 3<>/dev/tcp/127.0.0.1/{} && echo connected; cat /proc/net/dev", listener.port())));
  EXPECT_THAT(output, HasSubstr("Connection refused"));
  EXPECT_THAT(output, Not(HasSubstr("connected")));
  EXPECT_THAT(output, Not(HasSubstr("eth")));
  EXPECT_FALSE(listener.accepted());
}

TEST(IsolationTest, ShowsNoFolderOfTheMachineButTheSystem) {
  EXPECT_EQ(outputOf(shell("ls /home; ls -A /home/gander /tmp /run")), "gander\n/home/gander:\n\n/run:\n\n/tmp:\n");
  for (std::string_view path : {"/root", "/var", "/etc/shadow", "/etc/ssl/private", "/etc/pip.conf", "/etc/gitconfig",
                                "/sys", "/boot", "/usr/local/etc/npmrc"})
    EXPECT_EQ(outputOf(shell(fmt::format("test -e {} && echo there", path))), "") << path;
  EXPECT_THAT(outputOf(shell("cat /etc/passwd; id")), HasSubstr("uid=1000(gander) gid=1000(gander)"));
  EXPECT_EQ(outputOf(shell("hostname")), "gander\n");
}

TEST(IsolationTest, WritesNothingOutsideItsOwnFolders) {
  for (std::string_view path : {"/x", "/usr/x", "/etc/x", "/usr/local/etc/x", "/home/x", "/dev/x", "/etc/passwd"})
    EXPECT_EQ(outputOf(shell(fmt::format("(echo > {}) 2>/dev/null && echo written", path))), "") << path;
  EXPECT_EQ(outputOf(shell("for i in /tmp/x /home/gander/x /run/x /dev/shm/x; do echo > $i || echo $i; done")), "");
}

// Where gander is root, the user inside passes the kernel's checks as root's: the settings of the whole machine and the nodes of
// its devices would be in reach.
TEST(IsolationTest, ChangesNoSettingOfTheMachine) {
  bool root = ::geteuid() == 0;
  EXPECT_THAT(outputOf(shell("exec 3<>/proc/sys/kernel/core_pattern && echo opened")),
              HasSubstr(root ? "Read-only file system" : "Permission denied"));
  EXPECT_THAT(outputOf(shell("chmod 0666 /dev/null && echo changed")),
              HasSubstr(root ? "Read-only file system" : "Operation not permitted"));
  EXPECT_THAT(outputOf(shell("cat /proc/keys")), Not(HasSubstr("keyring")));
  EXPECT_EQ(outputOf(shell("echo works > /dev/null; head -c 4 /dev/zero | wc -c")), "4\n");
}

TEST(IsolationTest, HasNoEnvironmentButWhatTheRequestNames) {
  ::setenv("GANDER_TEST_SECRET", "hunter2", 1);
  auto request = shell("");
  request.command = {"/usr/bin/env"};
  request.environment = {{"NAMED", "by the request"}};
  EXPECT_EQ(outputOf(request), "HOME=/home/gander\nNAMED=by the request\nPATH=/usr/local/bin:/usr/bin:/bin\nPWD=/\n");
  EXPECT_THAT(outputOf(shell("cat /proc/*/environ")), Not(HasSubstr("hunter2")));
}

TEST(IsolationTest, ShowsNoPlaceOfTheMachineInCommandLines) {
  Tree tree({{"a", "text"}});
  auto request = shell("cat /gander/tree/a /proc/[0-9]*/cmdline | tr '\\0' ' '");
  request.mounts = {{tree.path(), "/gander/tree", false}};
  auto output = outputOf(request);
  EXPECT_THAT(output, HasSubstr("text"));
  EXPECT_THAT(output, HasSubstr("bwrap"));
  EXPECT_THAT(output, Not(HasSubstr(tree.path().string())));
}

TEST(IsolationTest, InheritsNoDescriptor) {
  Tree tree({{"secret", "hunter2"}});
  int leaked = ::open((tree.path() / "secret").c_str(), O_RDONLY);  // without O_CLOEXEC, as a careless library does
  ASSERT_GT(leaked, 2);
  // 3 is the folder that is being listed.
  auto request = shell("");
  request.command = {"ls", "/proc/self/fd"};
  EXPECT_EQ(outputOf(request), "0\n1\n2\n3\n");
  ::close(leaked);
}

TEST(IsolationTest, SeesNoProcessOfTheMachineAndHasNoCapability) {
  auto names = outputOf(shell("cat /proc/[0-9]*/comm"));
  EXPECT_THAT(names, HasSubstr("bwrap"));
  EXPECT_THAT(names, Not(HasSubstr("gander_")));
  EXPECT_THAT(outputOf(shell("grep CapEff /proc/self/status")), HasSubstr("0000000000000000"));
  EXPECT_THAT(outputOf(shell("unshare --user true && echo made")), Not(HasSubstr("made")));
}

// The keyring of the login session is inherited through all namespaces.
TEST(IsolationTest, ReachesNoKeyring) {
  auto python = fmt::format(
      "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
      "for call in ({}, {}, {}):\n  print(libc.syscall(call, 0, -3, 0), os.strerror(ctypes.get_errno()))\n",
      SYS_keyctl, SYS_add_key, SYS_bpf);
  auto request = shell("");
  request.command = {"python3", "-c", python};
  EXPECT_EQ(outputOf(request), "-1 Operation not permitted\n-1 Operation not permitted\n-1 Operation not permitted\n");
}

TEST(IsolationTest, MountsAreReadOnlyUnlessTheRequestSaysOtherwise) {
  Tree readOnly({{"a", "old"}}), writable({{"a", "old"}});
  auto request = shell("echo new > /gander/r/a; echo new > /gander/w/a; pwd");
  request.mounts = {{readOnly.path(), "/gander/r", false}, {writable.path(), "/gander/w", true}};
  request.directory = "/gander/w";
  auto output = outputOf(request);
  EXPECT_THAT(output, HasSubstr("/gander/r/a: Read-only file system"));
  EXPECT_THAT(output, HasSubstr("/gander/w\n"));
  EXPECT_EQ(readOnly.read("a"), "old");
  EXPECT_EQ(writable.read("a"), "new\n");
}

TEST(IsolationTest, FollowsNoLinkOfTheTreeOutOfTheSandbox) {
  Tree outside({{"secret", "hunter2"}}), tree({});
  std::filesystem::create_symlink(outside.path() / "secret", tree.path() / "link");
  auto request = shell("cat /gander/tree/link");
  request.mounts = {{tree.path(), "/gander/tree", true}};
  EXPECT_THAT(outputOf(request), HasSubstr("No such file or directory"));
}

TEST(IsolationTest, HasTheToolsOfTheSystem) {
  EXPECT_THAT(outputOf(shell("command -v python3; python3 -c 'import json, ssl; print(\"python works\")'")),
              HasSubstr("/usr/bin/python3\npython works\n"));
  EXPECT_THAT(outputOf(shell("echo 'int main() {}' > /tmp/a.c && cc -o /tmp/a /tmp/a.c && /tmp/a && echo built")),
              "built\n");
}

}  // namespace
}  // namespace gander::sandbox
