// One connection, as the HTTP library reads and writes it, with limits to bytes and time of a whole request. The library's own are for each
// line and each read: a client that sends one byte every few seconds would never come to an end.
#pragma once

#include <httplib.h>
#include <poll.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>

#include "server/http_server.h"

namespace gander::server {

class BoundedStream final : public httplib::Stream {
 public:
  enum class End { kNone, kClosed, kTooSlow, kTooLarge, kStopped };  // why nothing more is read

  // The socket is this stream's to close.
  BoundedStream(int socket, const HttpLimits& limits, const std::atomic<bool>& stopping);
  ~BoundedStream() override;
  BoundedStream(const BoundedStream&) = delete;
  BoundedStream& operator=(const BoundedStream&) = delete;

  // The headers are read: a body may follow.
  void allowBody();
  // The answer is written: waits a moment for the client to have read it, for what it still sends would take the answer from it.
  void finish();
  End end() const { return end_; }
  bool hasRead() const { return anything_; }
  std::string peer() const;

  using httplib::Stream::write;
  bool is_readable() const override { return at_ < held_ || waitFor(POLLIN, deadline_, false); }
  bool is_writable() const override { return waitFor(POLLOUT, answerDeadline(), false); }
  ssize_t read(char* to, size_t size) override;
  ssize_t write(const char* from, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  using Moment = std::chrono::steady_clock::time_point;
  bool fill();
  bool waitFor(short events, Moment until, bool untilStopped) const;
  Moment answerDeadline() const;

  const int socket_;
  const HttpLimits& limits_;
  const std::atomic<bool>& stopping_;
  Moment deadline_;                  // of the request
  mutable Moment answerDeadline_{};  // from the first byte of the answer on
  size_t allowance_;                 // bytes that may still be received
  bool anything_ = false;
  End end_ = End::kNone;
  std::array<char, 16384> buffer_{};
  size_t at_ = 0;  // buffer_[at_, held_) is not read yet
  size_t held_ = 0;
};

}  // namespace gander::server
