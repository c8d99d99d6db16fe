#include "server/http_server.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

#include "base/text.h"
#include "tests/server/serving.h"

namespace gander::server {
namespace {

using testing::HasSubstr;

// A client that keeps to no rules.
class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(static_cast<uint16_t>(port))};
    ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool send(const std::string& text) const {
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  // Until the server ends the connection.
  std::string readAll() const {
    std::string all;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::recv(socket_, buffer.data(), buffer.size(), 0)) > 0;)
      all.append(buffer.data(), static_cast<size_t>(got));
    return all;
  }

 private:
  const int socket_;
};

class HttpServerTest : public testing::Test {
 protected:
  void start(const HttpLimits& limits = {}) {
    std::vector<HttpRoute> routes{
        {"POST", "/echo",
         [](const HttpCall& call) { return HttpReply{202, call.body + prbot::headerOf(call.headers, "x-more")}; }},
        {"GET", "/here", [](const HttpCall&) { return HttpReply{200, "{}"}; }}};
    server_ = must(startHttpServer({"127.0.0.1", 0}, std::move(routes), limits));
  }
  int port() const { return server_->listening().port; }
  // "202 body", or the library's word for what went wrong.
  static std::string told(const httplib::Result& result) {
    return result ? std::to_string(result->status) + " " + result->body : httplib::to_string(result.error());
  }
  httplib::Client client() const {
    httplib::Client client("127.0.0.1", port());
    client.set_read_timeout(std::chrono::minutes(2));
    return client;
  }
  std::string post(const std::string& body, const httplib::Headers& headers = {},
                   const char* type = "application/json") {
    return told(client().Post("/echo", headers, body, type));
  }

  CaughtLog log_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, RoutesAreAnsweredAndNothingElse) {
  start();
  EXPECT_EQ(post("\"a\"", {{"X-More", "b"}, {"x-more", "c"}}), "202 \"a\"b, c");
  EXPECT_EQ(told(client().Post("/echo", "{}", "application/json; charset=utf-8")), "202 {}");
  EXPECT_EQ(told(client().Get("/here")), "200 {}");
  EXPECT_EQ(told(client().Get("/here?x=1")), "200 {}");
  EXPECT_EQ(told(client().Head("/here")), "200 ");
  EXPECT_EQ(log_.text(), "");
  for (const auto* path : {"/", "/here/", "/echo", "/../here", "/echo/..", "/metrics"})
    EXPECT_EQ(told(client().Get(path)), R"(404 {"error":"nothing here"})") << path;
  EXPECT_EQ(told(client().Post("/here", "{}", "application/json")), R"(404 {"error":"nothing here"})");
  EXPECT_EQ(told(client().Put("/echo", "{}", "application/json")), R"(404 {"error":"nothing here"})");
  EXPECT_EQ(log_.count("127.0.0.1 GET /metrics: 404"), 1u) << log_.text();
}

TEST_F(HttpServerTest, WhatIsNoJsonIsNotRead) {
  start();
  EXPECT_THAT(post("payload=%7B%7D", {}, "application/x-www-form-urlencoded"), HasSubstr("400"));
  EXPECT_THAT(post("--x\r\n", {}, "multipart/form-data; boundary=x"), HasSubstr("400"));
  EXPECT_THAT(post("{}", {{"Content-Encoding", "gzip"}}), HasSubstr("400"));
  EXPECT_EQ(log_.count("the content type must be application/json"), 3u) << log_.text();
}

TEST_F(HttpServerTest, WhatIsTooLargeIsRefused) {
  start({.body = 1000});
  EXPECT_EQ(post(std::string(1000, '1')), "202 " + std::string(1000, '1'));
  EXPECT_EQ(post(std::string(1001, '1')), R"(413 {"error":"too large"})");
  EXPECT_EQ(post(std::string(50'000'000, '1')), R"(413 {"error":"too large"})");
  EXPECT_EQ(log_.count("413 more than 1000 bytes"), 2u) << log_.text();
  RawClient chunked(port());
  chunked.send("POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i) chunked.send("64\r\n" + std::string(100, '1') + "\r\n");
  chunked.send("0\r\n\r\n");
  EXPECT_THAT(chunked.readAll(), HasSubstr("413"));
}

TEST_F(HttpServerTest, ChunksAreJoined) {
  start();
  RawClient chunked(port());
  chunked.send("POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  chunked.send("3\r\n\"a\x62\r\n2\r\nc\"\r\n0\r\n\r\n");
  EXPECT_THAT(chunked.readAll(), testing::AllOf(HasSubstr("202"), HasSubstr("\"abc\"")));
}

TEST_F(HttpServerTest, WhatIsNoHttpIsRefused) {
  start();
  for (const std::string text :
       {"hello\r\n\r\n", "GET\r\n\r\n", "GET /here\r\n\r\n", "GET /here HTTP/9.9\r\n\r\n",
        "POST /echo HTTP/1.1\r\n\r\n", "POST /echo HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{}",
        "POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n{}",
        "POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: "
        "chunked\r\n\r\n{}"}) {
    RawClient client(port());
    client.send(text);
    EXPECT_THAT(client.readAll(), HasSubstr("400")) << text;
  }
  RawClient headers(port());
  std::string many = "GET /here HTTP/1.1\r\n";
  for (int i = 0; i < 5000; ++i) many += "X-Header: with some value\r\n";
  headers.send(many + "\r\n");
  EXPECT_THAT(headers.readAll(), HasSubstr("400")) << "more headers than are read";
  RawClient line(port());
  line.send("GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n");
  EXPECT_THAT(line.readAll(), testing::Not(HasSubstr("200")));
  EXPECT_EQ(told(client().Get("/here")), "200 {}");
}

TEST_F(HttpServerTest, AControlCharacterDoesNotReachTheLog) {
  start();
  RawClient client(port());
  client.send("GET /a%0a%1b[31mfaked HTTP/1.1\r\n\r\n");
  EXPECT_THAT(client.readAll(), HasSubstr("404"));
  EXPECT_EQ(splitLines(log_.text()).size(), 1u) << log_.text();
  EXPECT_THAT(log_.text(), testing::Not(HasSubstr("\x1b")));
}

// With one thread: who is slow holds it no longer than the patience, and who comes next is answered.
TEST_F(HttpServerTest, ASlowClientIsDropped) {
  start({.threads = 1, .patience = std::chrono::milliseconds(200)});
  for (const std::string begin :
       {"", "GET /here HTTP/1.1\r\nX: ",
        "POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"}) {
    RawClient slow(port());
    slow.send(begin);
    std::atomic<bool> ended = false;
    std::thread drip([&] {
      while (!ended && slow.send("1")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    });
    EXPECT_EQ(told(client().Get("/here")), "200 {}");
    slow.readAll();
    ended = true;
    drip.join();
  }
  EXPECT_GE(log_.count("not in time") + log_.count("came in time") + log_.count("malformed"), 3u) << log_.text();
}

TEST_F(HttpServerTest, MoreThanCanWaitAreToldSo) {
  start({.threads = 1, .waiting = 1, .patience = std::chrono::minutes(10)});
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 5; ++i) idle.push_back(std::make_unique<RawClient>(port()));
  EXPECT_THAT(idle.back()->readAll(), HasSubstr("503"));
  EXPECT_GE(log_.count("503 too many connections"), 1u);
  idle.clear();
  std::string answer;
  while (!answer.starts_with("200")) answer = told(client().Get("/here"));
}

TEST_F(HttpServerTest, AStopWaitsForNobodysRest) {
  start({.patience = std::chrono::minutes(10)});
  RawClient half(port());
  half.send("POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
  RawClient idle(port());
  server_->stop();
  half.readAll();
  idle.readAll();
  EXPECT_FALSE(client().Get("/here"));
  server_->stop();
}

TEST_F(HttpServerTest, AnAddressThatIsTakenIsSaid) {
  start();
  auto second = startHttpServer({"127.0.0.1", port()}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("can't listen on 127.0.0.1:" + std::to_string(port())));
  EXPECT_FALSE(startHttpServer({"192.0.2.1", 0}, {}));
}

TEST(AddressTest, IsAHostAndAPort) {
  for (const auto* text : {"127.0.0.1:8080", "[::1]:0", "localhost:65535", "0.0.0.0:1"})
    EXPECT_EQ(toString(must(parseAddress(text))), text);
  for (const auto* text : {"", "8080", ":8080", "::1:8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                           "127.0.0.1:-1", "127.0.0.1:80a", "[]:80"}) {
    auto address = parseAddress(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().kind, ErrorKind::kInvalid);
    EXPECT_THAT(address.error().message, HasSubstr("is no HOST:PORT to listen on")) << text;
  }
}

}  // namespace
}  // namespace gander::server
