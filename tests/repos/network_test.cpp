// git over https and ssh, against nginx with `git http-backend` and sshd: credentials, certificates, host keys, races, secrets.
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

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

const BranchName kBranch{"gander/rename"};
const std::string kWriter = "s3cret-of-the-writer";
const std::string kReader = "s3cret-of-the-reader";

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
    EXPECT_THAT(error.message, Not(HasSubstr("s3cret")));
    return error;
  }

  Error pushFails() {
    auto pushed = repository_->push(kBranch, ours_, std::nullopt);
    EXPECT_FALSE(pushed);
    EXPECT_EQ(remoteTip(kBranch.name), "");
    auto error = pushed ? Error{} : pushed.error();
    EXPECT_THAT(error.message, Not(HasSubstr("s3cret")));
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
    fs::permissions(file, fs::perms(0755));
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
    while (!fs::exists(remote_ / "waiting") && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    EXPECT_TRUE(fs::exists(remote_ / "waiting"));
    std::string lines;
    for (const auto& entry : fs::directory_iterator("/proc")) {
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
    for (const auto& entry : fs::recursive_directory_iterator(cache())) {
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

class HttpsTest : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    server_ = std::make_unique<HttpsGit>(root());
    server_->setTokens({"writer:" + kWriter, "reader:" + kReader}, {"writer:" + kWriter, "reader:" + kReader});
    access_.authorities = server_->authorities();
    use({Token{"writer", kWriter}});
  }

  void use(std::deque<std::optional<Token>> tokens) {
    tokens_ = std::make_shared<Tokens>(std::move(tokens));
    access_.credentials = tokens_;
  }

  std::unique_ptr<HttpsGit> server_;
  std::shared_ptr<Tokens> tokens_;
};

TEST_F(HttpsTest, FetchesAndPushes) {
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  EXPECT_EQ(repository_->findBranch({"main"}).value()->hex, base_);
  EXPECT_EQ(repository_->push(kBranch, ours_, std::nullopt).value(), PushOutcome::kPushed);
  EXPECT_EQ(remoteTip(kBranch.name), ours_.hex);
  EXPECT_EQ(repository_->removeBranch(kBranch, ours_).value(), PushOutcome::kPushed);
  EXPECT_EQ(remoteTip(kBranch.name), "");
  auto pushed = personPushes("a.txt", "person\n");
  repository_.reset();
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  EXPECT_EQ(repository_->findBranch({"main"}).value()->hex, pushed);
  auto place = server_->url().substr(std::string("https://").size());
  EXPECT_THAT(tokens_->asked(), ElementsAre(place, place, place, place)) << "once for each connection";
}

TEST_F(HttpsTest, ChecksTheAddressOfAnIpCertificateToo) {
  ASSERT_NO_FATAL_FAILURE(open(server_->base("127.0.0.1") + "api.git"));
}

TEST_F(HttpsTest, CarriesMoreThanABuffer) {
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

TEST_F(HttpsTest, TellsCredentialsApart) {
  use({std::nullopt});
  auto none = fetchFails(server_->url());
  EXPECT_EQ(none.kind, ErrorKind::kDenied);
  EXPECT_THAT(none.message, HasSubstr("the server wants a credential, and no credential for localhost:"));
  use({Token{"writer", "s3cret-but-wrong"}});
  auto wrong = fetchFails(server_->url());
  EXPECT_EQ(wrong.kind, ErrorKind::kDenied);
  EXPECT_THAT(wrong.message, HasSubstr("is refused: it is wrong, or has expired"));
  EXPECT_EQ(tokens_->asked().size(), 2u) << "once more, and never again";
  use({Token{"writer", kWriter}});
  EXPECT_EQ(fetchFails(server_->url("missing.git")).kind, ErrorKind::kNotFound);
  EXPECT_THAT(fetchFails(server_->base() + "page/x").message, HasSubstr("answers with text/html"));
}

TEST_F(HttpsTest, SaysThatATokenMayNotWrite) {
  use({Token{"reader", kReader}});
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  auto error = pushFails();
  EXPECT_EQ(error.kind, ErrorKind::kDenied);
  EXPECT_THAT(error.message, HasSubstr("no right to write to the repository"));
}

// It is good for the list of branches and not any more for the push.
TEST_F(HttpsTest, AsksOnceMoreForATokenThatExpires) {
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  server_->setTokens({"writer:" + kWriter, "writer2:s3cret-new"}, {"writer2:s3cret-new"});
  auto error = pushFails();
  EXPECT_EQ(error.kind, ErrorKind::kDenied);
  EXPECT_THAT(error.message, HasSubstr("has expired"));
  repository_.reset();
  server_->setTokens({"writer:" + kWriter}, {"writer:" + kWriter});
  use({Token{"writer", kWriter}, Token{"writer2", "s3cret-new"}});
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  server_->setTokens({"writer:" + kWriter, "writer2:s3cret-new"}, {"writer2:s3cret-new"});
  EXPECT_EQ(repository_->push(kBranch, ours_, std::nullopt).value(), PushOutcome::kPushed);
  EXPECT_EQ(remoteTip(kBranch.name), ours_.hex);
}

TEST_F(HttpsTest, NeverTrustsAnUnknownAuthority) {
  access_.authorities.clear();
  auto error = fetchFails(server_->url());
  EXPECT_EQ(error.kind, ErrorKind::kDenied);
  EXPECT_THAT(error.message, HasSubstr("the certificate of localhost:"));
  EXPECT_EQ(server_->requests(), 0) << "nothing was sent";
  HttpsGit other(fs::path(root() / "other"));
  access_.authorities = other.authorities();  // a CA, but not this server's
  EXPECT_EQ(fetchFails(server_->url()).kind, ErrorKind::kDenied);
  access_.authorities = server_->authorities();
  auto otherName = fetchFails(server_->base("127.0.0.2") + "api.git");  // not in the certificate
  EXPECT_EQ(otherName.kind, ErrorKind::kDenied) << otherName.message;
  access_.authorities = root() / "no-such-file";
  EXPECT_EQ(fetchFails(server_->url()).kind, ErrorKind::kInvalid);
  EXPECT_EQ(server_->requests(), 0);
}

TEST_F(HttpsTest, FollowsAMovedRepositoryAndKeepsItsTokenAtHome) {
  ASSERT_NO_FATAL_FAILURE(open(server_->base() + "moved/api.git"));
  EXPECT_EQ(repository_->push(kBranch, ours_, std::nullopt).value(), PushOutcome::kPushed);
  repository_.reset();
  // the source knows nothing for the other server
  class OneHost final : public CredentialSource {
   public:
    explicit OneHost(std::string host) : host_(std::move(host)) {}
    Result<std::optional<Token>> findToken(const RemotePlace& place, bool) override {
      if (place.host != host_) return std::nullopt;
      return Token{"writer", kWriter};
    }

   private:
    std::string host_;
  };
  auto base = server_->base();
  access_.credentials = std::make_shared<OneHost>(base.substr(8, base.size() - 9));
  EXPECT_EQ(fetchFails(base + "elsewhere/api.git").kind, ErrorKind::kNotFound);
  EXPECT_EQ(server_->elsewhereLog(), "-\n");
  // nor does an address's own credential travel
  access_.credentials.reset();
  auto own = base;
  EXPECT_EQ(fetchFails(own.insert(8, "writer:" + kWriter + "@") + "elsewhere/api.git").kind, ErrorKind::kNotFound);
  EXPECT_EQ(server_->elsewhereLog(), "-\n-\n");
  EXPECT_THAT(fetchFails(base + "down/api.git").message, HasSubstr("from https to http is not followed"));
}

TEST_F(HttpsTest, NeverLosesAPushBehindItsLook) {
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  racesAPerson(false);
}

TEST_F(HttpsTest, NeverLosesAPushBehindTheNegotiation) {
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  racesAPerson(true);
}

TEST_F(HttpsTest, ShowsItsTokenToNobody) {
  ASSERT_NO_FATAL_FAILURE(open(server_->url()));
  auto lines = commandLinesDuringAPush();
  EXPECT_THAT(lines, HasSubstr("git-http-backend")) << "the trap: the push is seen";
  EXPECT_THAT(lines, Not(HasSubstr("s3cret")));
  auto files = everyFileOfTheCache();
  EXPECT_THAT(files, HasSubstr("config"));
  EXPECT_THAT(files, Not(HasSubstr("s3cret")));
  auto own = server_->url().insert(8, "writer:" + kWriter + "@");
  repository_.reset();
  access_.credentials.reset();
  ASSERT_NO_FATAL_FAILURE(open(own));
  EXPECT_THAT(everyFileOfTheCache(), Not(HasSubstr("s3cret")));
}

TEST_F(NetworkTest, SendsNoTokenInClear) {
  std::string heard;
  LoopbackServer server([&](int connection) {
    std::array<char, 4096> request{};
    ssize_t count = ::read(connection, request.data(), request.size());
    if (count > 0) heard.append(request.data(), static_cast<size_t>(count));
    const std::string answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    EXPECT_GT(::write(connection, answer.data(), answer.size()), 0);
  });
  access_.credentials = std::make_shared<Tokens>(std::deque<std::optional<Token>>{Token{"writer", kWriter}});
  fetchFails("http://127.0.0.1:" + std::to_string(server.port()) + "/api.git");
  EXPECT_THAT(heard, HasSubstr("GET /api.git/info/refs"));
  EXPECT_THAT(heard, Not(HasSubstr("uthorization")));
}

// A server that takes the connection and never says a word.
TEST_F(NetworkTest, GivesUpOnASilentServer) {
  std::atomic<bool> done = false;
  LoopbackServer server([&](int) {
    while (!done) std::this_thread::yield();
  });
  auto place = "127.0.0.1:" + std::to_string(server.port());
  access_.deadlines.connect = std::chrono::seconds(1);
  access_.deadlines.silence = std::chrono::milliseconds(300);
  auto https = fetchFails("http://" + place + "/api.git");
  EXPECT_EQ(https.kind, ErrorKind::kUnavailable);
  EXPECT_THAT(https.message, HasSubstr("the server has said nothing for 0.3 s"));
  access_.deadlines.silence = std::chrono::seconds(30);
  access_.deadlines.whole = std::chrono::milliseconds(300);
  EXPECT_THAT(fetchFails("http://" + place + "/api.git").message, HasSubstr("not done after 0.3 s"));
  auto ssh = fetchFails("ssh://" + place + "/api.git");
  EXPECT_EQ(ssh.kind, ErrorKind::kUnavailable);
  EXPECT_THAT(ssh.message, HasSubstr("not done after 0.3 s"));
  done = true;
}

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
