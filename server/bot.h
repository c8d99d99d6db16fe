// The bot of `gander serve`: forges tell it of events over HTTP, it watches, and looks.
//
//   POST /webhooks   server/deliveries.h       GET /healthz   200 while the store can be read, else 503
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "base/error.h"
#include "server/deliveries.h"
#include "server/http_server.h"
#include "server/watch.h"

namespace gander::server {

class Bot {
 public:
  struct Limits {
    Address listen{"127.0.0.1", 8080};
    WatchLimits watch;
    HttpLimits http;
  };

  // Without senders it only polls. kInvalid where it would not poll either; kUnavailable where it can't listen.
  static Result<std::unique_ptr<Bot>> start(Watch::Parts parts, std::vector<Sender> senders, const Limits& limits);

  const Address& listening() const { return server_->listening(); }
  Watch& watch() { return watch_; }

  // Nothing more is taken and no further look begins; waits so long for the looks that run. How many still run then: each of their steps is
  // recorded, so the process may end all the same.
  size_t stop(std::chrono::milliseconds patience);

 private:
  Bot(Watch::Parts parts, std::vector<Sender> senders, const WatchLimits& limits);
  HttpReply health() const;

  Watch watch_;
  const Deliveries deliveries_;
  std::unique_ptr<HttpServer> server_;  // last: it uses both
};

}  // namespace gander::server
