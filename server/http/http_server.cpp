#include "server/http_server.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <optional>
#include <thread>

#include "base/text.h"
#include "pr-bot/markdown.h"
#include "server/http/bounded_stream.h"
#include "server/http/bounded_tasks.h"

namespace gander::server {
namespace {

constexpr int kBacklog = 128;       // connections that the kernel keeps until they are accepted
constexpr size_t kShownPath = 120;  // bytes of a path in the log
constexpr std::string_view kBusy = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

void logRefusal(const std::string& peer, const std::string& what, int status, const std::string& why) {
  spdlog::warn("{} {}: {} {}", prbot::oneLine(peer), prbot::oneLine(what, kShownPath), status, prbot::oneLine(why));
}

// With a stream for each connection that keeps to the limits.
class BoundedServer final : public httplib::Server {
 public:
  explicit BoundedServer(const HttpLimits& limits) : limits_(limits) {
    new_task_queue = [this] { return new BoundedTasks(limits_.threads, limits_.waiting); };
    // The library would share the port with any other program that wants it.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    });
  }

  // The library lets only five connections wait to be accepted.
  void deepenBacklog() { ::listen(svr_sock_, kBacklog); }
  void end() {
    stopping_ = true;
    stop();
  }

 private:
  bool process_and_close_socket(socket_t socket) override {
    BoundedStream stream(socket, limits_, stopping_);
    if (BoundedTasks::isOverflow()) {
      logRefusal(stream.peer(), "-", 503, "too many connections wait already");
      return stream.write(kBusy.data(), kBusy.size()) > 0;
    }
    bool closed = false;
    const bool answered = process_request(stream, true, closed, [&](httplib::Request&) { stream.allowBody(); });
    if (!answered && stream.end() == BoundedStream::End::kTooSlow && stream.hasRead())
      logRefusal(stream.peer(), "-", 408, "no whole request came in time");
    if (answered) stream.finish();
    return answered;
  }

  const HttpLimits limits_;
  std::atomic<bool> stopping_ = false;
};

std::optional<size_t> lengthOf(const httplib::Request& request) {
  const auto text = request.get_header_value("Content-Length");
  size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

class RoutedServer final : public HttpServer {
 public:
  RoutedServer(std::vector<HttpRoute> routes, const HttpLimits& limits)
      : routes_(std::move(routes)), limits_(limits), server_(limits) {
    using Response = httplib::Server::HandlerResponse;
    server_.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      const auto refused = refuse(request);
      if (!refused) return Response::Unhandled;
      answer(request, response, *refused);
      return Response::Handled;
    });
    // What the library refuses itself: it has no words for it.
    server_.set_error_handler(
        httplib::Server::Handler([](const httplib::Request& request, httplib::Response& response) {
          if (response.body.empty())
            answer(request, response, {response.status, R"({"error":"malformed"})", "malformed"});
        }));
    server_.set_exception_handler(
        [](const httplib::Request& request, httplib::Response& response, const std::exception_ptr&) {
          answer(request, response, {500, R"({"error":"failed"})", "a defect of gander"});
        });
    for (const auto& route : routes_) {
      if (route.method == "GET")
        server_.Get(route.path, [&](const httplib::Request& request, httplib::Response& response) {
          answer(request, response, route.handle(callOf(request)));
        });
      else
        server_.Post(route.path, [&](const httplib::Request& request, httplib::Response& response,
                                     const httplib::ContentReader& reader) {
          answer(request, response, readAndHandle(route, request, reader));
        });
    }
  }
  ~RoutedServer() override { stop(); }
  RoutedServer(const RoutedServer&) = delete;
  RoutedServer& operator=(const RoutedServer&) = delete;

  Status listen(const Address& address) {
    listening_ = address;
    const bool bound = address.port == 0 ? (listening_.port = server_.bind_to_any_port(address.host)) > 0
                                         : server_.bind_to_port(address.host, address.port);
    if (!bound)
      return fail(ErrorKind::kUnavailable,
                  fmt::format("can't listen on {}: another program does, or the address is none of this machine; name "
                              "another one",
                              toString(address)));
    server_.deepenBacklog();
    thread_ = std::thread([this] { accept(); });
    while (!server_.is_running() && !ended_) std::this_thread::yield();
    return {};
  }

  const Address& listening() const override { return listening_; }

  void stop() override {
    if (!thread_.joinable()) return;
    server_.end();
    thread_.join();
  }

 private:
  // Until it is stopped; the library gives up too where the machine has no memory or file for a connection.
  void accept() {
    if (!server_.listen_after_bind())
      spdlog::error("{} can't be listened on any more: no webhook is taken until gander is started again",
                    toString(listening_));
    ended_ = true;
  }

  static HttpCall callOf(const httplib::Request& request) {
    HttpCall call{.peer = request.remote_addr};
    for (const auto& [name, value] : request.headers) {
      auto& all = call.headers[toLowerAscii(name)];
      all += (all.empty() ? "" : ", ") + value;
    }
    return call;
  }

  static void answer(const httplib::Request& request, httplib::Response& response, const HttpReply& reply) {
    response.status = reply.status;
    response.set_content(reply.body, "application/json");
    const auto peer = request.remote_addr.empty() ? std::string("somebody") : request.remote_addr;
    if (!reply.why.empty()) logRefusal(peer, request.method + " " + request.path, reply.status, reply.why);
  }

  // What is wrong with a request as far as its headers tell; its body is then not read.
  std::optional<HttpReply> refuse(const httplib::Request& request) const {
    const auto method = request.method == "HEAD" ? std::string("GET") : request.method;
    const auto found = std::ranges::find_if(
        routes_, [&](const HttpRoute& one) { return one.method == method && one.path == request.path; });
    if (found == routes_.end()) return HttpReply{404, R"({"error":"nothing here"})", "no such route"};
    if (method != "POST") return std::nullopt;
    const auto type = toLowerAscii(request.get_header_value("Content-Type"));
    if (type.substr(0, type.find(';')) != "application/json" || request.has_header("Content-Encoding"))
      return malformed("the content type must be application/json, not compressed");
    const bool chunked = toLowerAscii(request.get_header_value("Transfer-Encoding")) == "chunked";
    const auto length = lengthOf(request);
    if (chunked == length.has_value()) return malformed("one of Content-Length and a chunked body must say its length");
    if (length && *length > limits_.body) return tooLarge();
    return std::nullopt;
  }

  HttpReply readAndHandle(const HttpRoute& route, const httplib::Request& request,
                          const httplib::ContentReader& reader) const {
    auto call = callOf(request);
    bool large = false;
    const bool whole = reader([&](const char* data, size_t size) {
      large = call.body.size() + size > limits_.body;
      if (!large) call.body.append(data, size);
      return !large;
    });
    if (large) return tooLarge();
    if (!whole) return malformed("the body did not come as a whole, or not in time");
    return route.handle(call);
  }

  static HttpReply malformed(const std::string& why) { return {400, R"({"error":"malformed"})", why}; }
  HttpReply tooLarge() const {
    return {413, R"({"error":"too large"})", fmt::format("more than {} bytes", limits_.body)};
  }

  const std::vector<HttpRoute> routes_;
  const HttpLimits limits_;
  BoundedServer server_;
  Address listening_;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> startHttpServer(const Address& address, std::vector<HttpRoute> routes,
                                                    const HttpLimits& limits) {
  auto server = std::make_unique<RoutedServer>(std::move(routes), limits);
  GANDER_CHECK(server->listen(address));
  return server;
}

}  // namespace gander::server
