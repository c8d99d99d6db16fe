// Whom the client trusts: a server with TLS on the loopback, with certificates of the test's own.
#include <gmock/gmock.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>

#include "base/files.h"
#include "pr-bot/forge_settings.h"
#include "pr-bot/forges.h"
#include "tests/pr-bot/rest_fixture.h"

namespace gander::prbot {
namespace {

using testing::HasSubstr;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

constexpr long kDay = 24L * 3600;  // seconds

void addExtension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), X509_EXTENSION_free);
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) throw std::runtime_error("no " + value);
}

// An authority, and what it signs.
class Authority {
 public:
  explicit Authority(const std::string& name = "CA of a test")
      : key_(makeKey()), certificate_(make(key_.get(), name, kDay)) {
    addExtension(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    sign(certificate_.get());
  }
  static Key makeKey() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

  // `names`: "DNS:localhost,IP:127.0.0.1"; it ends in that many seconds.
  Certificate issue(EVP_PKEY* key, const std::string& names, long seconds = kDay) const {
    auto certificate = make(key, "server", seconds);
    addExtension(certificate.get(), certificate_.get(), NID_subject_alt_name, names);
    sign(certificate.get());
    return certificate;
  }
  void write(const std::filesystem::path& file) const {
    std::unique_ptr<FILE, decltype(&std::fclose)> out(std::fopen(file.c_str(), "w"), std::fclose);
    if (!out || PEM_write_X509(out.get(), certificate_.get()) != 1) throw std::runtime_error("no " + file.string());
  }

 private:
  Certificate make(EVP_PKEY* key, const std::string& name, long seconds) const {
    Certificate out(X509_new(), X509_free);
    X509_set_version(out.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(out.get()), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(out.get()), -2 * kDay);
    X509_gmtime_adj(X509_getm_notAfter(out.get()), seconds);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(out.get(), X509_get_subject_name(certificate_ ? certificate_.get() : out.get()));
    X509_set_pubkey(out.get(), key);
    return out;
  }
  void sign(X509* certificate) const {
    if (X509_sign(certificate, key_.get(), EVP_sha256()) == 0) throw std::runtime_error("it does not sign");
  }

  mutable long serial_ = 0;
  Key key_;
  Certificate certificate_{nullptr, X509_free};
};

// Answers as a Gitea with one repository, and counts who came through.
class TlsServer {
 public:
  TlsServer(const Authority& authority, const std::string& names, long seconds = kDay)
      : key_(Authority::makeKey()),
        certificate_(authority.issue(key_.get(), names, seconds)),
        server_(certificate_.get(), key_.get()) {
    server_.Get(".*", [this](const httplib::Request&, httplib::Response& response) {
      ++requests;
      response.set_content(R"({"full_name": "acme/plays", "default_branch": "main"})", "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~TlsServer() {
    server_.stop();
    thread_.join();
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url(const std::string& host = "localhost") const {
    return "https://" + host + ":" + std::to_string(port_);
  }
  std::atomic<int> requests = 0;

 private:
  Key key_;
  Certificate certificate_;
  httplib::SSLServer server_;
  int port_ = 0;
  std::thread thread_;
};

class TlsTest : public testing::Test {
 protected:
  void SetUp() override { authority_.write(file()); }
  std::filesystem::path file() const { return folder_.path() / "ca.pem"; }

  static Result<HttpAnswer> ask(const std::string& url, const std::filesystem::path& certificates) {
    auto transport = RestFixture::must(makeCurlTransport({.certificates = certificates}));
    return transport->send({.method = "GET", .url = url, .headers = {{"authorization", "Bearer t"}}, .body = ""});
  }
  // That nothing of a request came to the server: it would have held the token.
  static void expectRefused(const TlsServer& server, const std::string& url,
                            const std::filesystem::path& certificates) {
    auto answer = ask(url, certificates);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(answer.error().message, HasSubstr("SSL peer certificate"));
    EXPECT_EQ(server.requests, 0);
  }

  Authority authority_;
  TemporaryDirectory folder_ = RestFixture::must(TemporaryDirectory::make("tls"));
};

TEST_F(TlsTest, AnAuthorityThatIsNamedIsTrusted) {
  TlsServer server(authority_, "DNS:localhost,IP:127.0.0.1");
  for (const auto* host : {"localhost", "127.0.0.1"}) {
    auto answer = ask(server.url(host), file());
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
  }
}

TEST_F(TlsTest, AnAuthorityThatIsNotNamedIsRefused) {
  TlsServer server(authority_, "DNS:localhost");
  expectRefused(server, server.url(), "");
  const Authority other("Another CA of a test");
  other.write(folder_.path() / "other.pem");
  expectRefused(server, server.url(), folder_.path() / "other.pem");
}

TEST_F(TlsTest, AnotherHostsCertificateIsRefused) {
  TlsServer server(authority_, "DNS:other.example.com,IP:127.0.0.2");
  expectRefused(server, server.url(), file());
  expectRefused(server, server.url("127.0.0.1"), file());
}

TEST_F(TlsTest, ACertificateThatHasEndedIsRefused) {
  TlsServer server(authority_, "DNS:localhost", -60);
  expectRefused(server, server.url(), file());
}

TEST_F(TlsTest, PlainTextIsNoWayAround) {
  TlsServer server(authority_, "DNS:localhost");
  auto plain = ask("http://git.example.com/", file());
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().kind, ErrorKind::kInvalid) << plain.error().message;
}

// As an operator has it: `certificates` of the document, and nothing else.
TEST_F(TlsTest, ADocumentNamesTheAuthority) {
  TlsServer server(authority_, "DNS:localhost");
  ManualClock clock{Time(std::chrono::seconds(1'790'000'000))};
  auto look = [&](const std::string& certificates) {
    const auto text = "apiVersion: gander/v1\nkind: Forges\nforges:\n  - {kind: gitea, url: \"" + server.url() +
                      "\", token: {env: TOKEN}" + certificates + "}\n";
    auto settings = RestFixture::must(parseForgeSettings(folder_.path() / "forges.yaml", text));
    auto forges = RestFixture::must(
        makeForges(settings, {.clock = clock, .environment = [](const std::string&) { return "t"; }, .embedded = {}}));
    return forges.forge->look(RestFixture::must(forges.forge->repositoryName(server.url() + "/acme/plays.git")));
  };
  auto without = look("");
  ASSERT_FALSE(without);
  EXPECT_THAT(without.error().message, HasSubstr("SSL peer certificate"));
  EXPECT_EQ(server.requests, 0);
  auto with = look(", certificates: ca.pem");
  EXPECT_TRUE(with) << with.error().message;
}

}  // namespace
}  // namespace gander::prbot
