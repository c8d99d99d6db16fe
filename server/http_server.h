// A small HTTP/1.1 server: a few routes, one request to a connection, and an end to everything that a client could make long.
//
//   accept -> a thread is free? -> line and headers -> route? -> body -> handler -> answer -> close
//
// What is no route is answered 404 before its body is read. Each refusal is one line of the log: who asked, what, and why; nothing of
// headers or bodies. TLS is a proxy's to do.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "pr-bot/http/transport.h"
#include "server/address.h"

namespace gander::server {

struct HttpCall {
  std::string peer;  // its address; of the proxy, where there is one
  prbot::HttpHeaders headers;
  std::string body;
};

struct HttpReply {
  int status = 200;
  std::string body;      // JSON
  std::string why = {};  // for the log and nobody else; empty: nothing to tell
};

struct HttpRoute {
  std::string method;                                // "GET" (then HEAD too), or "POST", whose body must be JSON
  std::string path;                                  // the whole of it
  std::function<HttpReply(const HttpCall&)> handle;  // called by many threads at a time
};

struct HttpLimits {
  unsigned threads = 8;               // requests at one time
  size_t waiting = 64;                // connections that wait for a thread; further ones are answered 503
  size_t headers = size_t{32} << 10;  // bytes of the request line and the headers, all of them
  size_t body = size_t{25} << 20;     // bytes
  std::chrono::milliseconds patience{
      10'000};  // until a request is there as a whole, and again until its answer is taken
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;  // stops
  // Where it listens, with the port that was chosen.
  virtual const Address& listening() const = 0;
  // No new request is taken, one that is not there as a whole is dropped, one that is being handled is answered. May be repeated.
  virtual void stop() = 0;
};

// kUnavailable where the address is taken, or is none of this machine.
Result<std::unique_ptr<HttpServer>> startHttpServer(const Address& address, std::vector<HttpRoute> routes,
                                                    const HttpLimits& limits = {});

}  // namespace gander::server
