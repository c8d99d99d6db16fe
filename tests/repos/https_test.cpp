// git over https, against nginx with `git http-backend`: credentials, certificates, redirects, races, secrets.
#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/repos/network_fixture.h"

namespace gander::repos {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

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

}  // namespace
}  // namespace gander::repos
