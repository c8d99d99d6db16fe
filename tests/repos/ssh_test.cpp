// git over ssh, against sshd: keys, host keys, races, secrets.
#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/repos/network_fixture.h"

namespace gander::repos {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

class SshTest : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    server_ = std::make_unique<SshGit>(root());
    access_.ssh.key = server_->key("writer");
    access_.ssh.knownHosts = {known()};
    write(known(), host() + " " + server_->hostKey() + "\n");
  }

  fs::path known() const { return root() / "known hosts"; }
  std::string host() const { return "[127.0.0.1]:" + std::to_string(server_->port()); }

  std::unique_ptr<SshGit> server_;
};

TEST_F(SshTest, FetchesAndPushes) {
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  EXPECT_EQ(repository_->push(kBranch, ours_, std::nullopt).value(), PushOutcome::kPushed);
  EXPECT_EQ(remoteTip(kBranch.name), ours_.hex);
  EXPECT_EQ(repository_->removeBranch(kBranch, ours_).value(), PushOutcome::kPushed);
  EXPECT_EQ(remoteTip(kBranch.name), "");
  auto pushed = personPushes("a.txt", "person\n");
  repository_.reset();
  access_.ssh.key = server_->key("rsa");
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  EXPECT_EQ(repository_->findBranch({"main"}).value()->hex, pushed);
}

TEST_F(SshTest, CarriesMoreThanABuffer) {
  std::string noise(3 << 20, 'x');
  for (size_t i = 0, state = 1; i < noise.size(); ++i)
    noise[i] = static_cast<char>((state = state * 6364136223846793005 + 1) >> 56);
  auto tip = personPushes("big.bin", noise);
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  auto made = repository_->commit({{tip}, {{"bigger.bin", noise + noise}}, kGander, kMorning, "m"});
  ASSERT_TRUE(made);
  EXPECT_EQ(repository_->push(kBranch, *made, std::nullopt).value(), PushOutcome::kPushed);
  EXPECT_EQ(tryGit(remote_, {"fsck", "--strict"}), 0);
}

TEST_F(SshTest, TakesAnAgentsKey) {
  auto socket = root() / "agent";
  Daemon agent({"/usr/bin/ssh-agent", "-D", "-a", socket.string()}, root() / "agent.log");
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!fs::exists(socket) && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  mustRun({"/usr/bin/env", "SSH_AUTH_SOCK=" + socket.string(), "ssh-add", "-q", server_->key("writer")}, root());
  access_.ssh.key.clear();
  EXPECT_EQ(fetchFails(server_->url()).kind, ErrorKind::kDenied) << "no agent is used that is not named";
  access_.ssh.agent = socket;
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
}

TEST_F(SshTest, ChecksHostKeys) {
  write(known(), "");
  auto unknown = fetchFails(server_->url());
  EXPECT_EQ(unknown.kind, ErrorKind::kDenied);
  EXPECT_THAT(unknown.message, HasSubstr("the host key of " + host() + " is not known"));
  EXPECT_THAT(unknown.message, HasSubstr("ssh-keyscan -p " + std::to_string(server_->port()) + " 127.0.0.1 >> "));
  access_.ssh.knownHosts = {root() / "no-such-file"};
  EXPECT_EQ(fetchFails(server_->url()).kind, ErrorKind::kDenied);
  access_.ssh.knownHosts.clear();
  EXPECT_EQ(fetchFails(server_->url()).kind, ErrorKind::kDenied);
  access_.ssh.knownHosts = {known()};
  auto other = readFile(server_->key("stranger.pub")).value();
  write(known(), host() + " " + other);
  auto changed = fetchFails(server_->url());
  EXPECT_EQ(changed.kind, ErrorKind::kDenied);
  EXPECT_THAT(changed.message, HasSubstr("is not the known one"));
  EXPECT_THAT(changed.message, HasSubstr("ssh-keygen -R '" + host() + "'"));
  // hashed, as Debian's ssh writes it; and in the second file
  write(known(), host() + " " + server_->hostKey() + "\n");
  mustRun({"/usr/bin/ssh-keygen", "-H", "-f", known().string()}, root());
  EXPECT_THAT(readFile(known()).value(), Not(HasSubstr("127.0.0.1")));
  access_.ssh.knownHosts = {root() / "no-such-file", known()};
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
}

TEST_F(SshTest, TellsKeysApart) {
  access_.ssh.key = server_->key("stranger");
  auto stranger = fetchFails(server_->url());
  EXPECT_EQ(stranger.kind, ErrorKind::kDenied);
  EXPECT_THAT(stranger.message, HasSubstr("the server refuses the key " + server_->key("stranger").string()));
  for (const std::string who : {"reader", "fetcher"}) {
    access_.ssh.key = server_->key(who);
    ASSERT_NO_FATAL_FAILURE(open(server_->url()));
    auto error = pushFails();
    EXPECT_EQ(error.kind, ErrorKind::kDenied) << error.message;
    EXPECT_THAT(error.message,
                HasSubstr(who == "reader" ? "no right to write to the repository: ERROR: this key may only read"
                                          : "may only read: the server answers a push with git-upload-pack"));
    repository_.reset();
  }
  access_.ssh.key = server_->key("writer");
  EXPECT_EQ(fetchFails(server_->url("missing.git")).kind, ErrorKind::kNotFound);
}

TEST_F(SshTest, TakesNoOptionsFromAnAddress) {
  for (const auto* url : {"ssh://-oProxyCommand=touch%20x/api.git", "-oProxyCommand=x:api.git", "ssh://-lx@127.0.0.1/a",
                          "git@127.0.0.1:--upload-pack=x"})
    EXPECT_EQ(fetchFails(url).kind, ErrorKind::kInvalid) << url;
  EXPECT_EQ(fetchFails("ssh://git:s3cret@127.0.0.1:" + std::to_string(server_->port()) + "/api.git").kind,
            ErrorKind::kInvalid);
}

TEST_F(SshTest, NeverLosesAPushBehindItsLook) {
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  racesAPerson(false);
}

TEST_F(SshTest, NeverLosesAPushBehindTheNegotiation) {
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  racesAPerson(true);
}

TEST_F(SshTest, ShowsItsKeyToNobody) {
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  auto lines = commandLinesDuringAPush();
  EXPECT_THAT(lines, HasSubstr("StrictHostKeyChecking=yes")) << "the trap: ssh is seen";
  auto key = readFile(server_->key("writer")).value();
  auto line = key.substr(key.find('\n') + 1, 60);
  EXPECT_THAT(lines, Not(HasSubstr(line)));
  EXPECT_THAT(everyFileOfTheCache(), Not(HasSubstr(line)));
}

}  // namespace
}  // namespace gander::repos
