#include "server/http/bounded_stream.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace gander::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kSlice{100};     // how soon a stop is seen
constexpr milliseconds kFarewell{500};  // for a client to take a refusal
constexpr size_t kFraming = 64U << 10;  // bytes that chunks may take beside their contents

// Of either end of a connection.
void nameOf(const sockaddr_storage& address, socklen_t size, std::string& ip, int& port) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  if (::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host.data(), host.size(), service.data(),
                    service.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return;
  ip = host.data();
  port = std::atoi(service.data());
}

}  // namespace

BoundedStream::BoundedStream(int socket, const HttpLimits& limits, const std::atomic<bool>& stopping)
    : socket_(socket),
      limits_(limits),
      stopping_(stopping),
      deadline_(steady_clock::now() + limits.patience),
      allowance_(limits.headers) {}

BoundedStream::~BoundedStream() { ::close(socket_); }

void BoundedStream::allowBody() { allowance_ += limits_.body + kFraming; }

bool BoundedStream::waitFor(short events, Moment until, bool untilStopped) const {
  while (true) {
    if (untilStopped && stopping_) return false;
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    if (left <= milliseconds(0)) return false;
    pollfd one{.fd = socket_, .events = events, .revents = 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::min(left, kSlice).count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool BoundedStream::fill() {
  if (end_ != End::kNone) return false;
  if (allowance_ == 0) {
    end_ = End::kTooLarge;
    return false;
  }
  if (!waitFor(POLLIN, deadline_, true)) {
    end_ = stopping_ ? End::kStopped : End::kTooSlow;
    return false;
  }
  const auto got = ::recv(socket_, buffer_.data(), std::min(buffer_.size(), allowance_), 0);
  if (got < 0 && errno == EINTR) return fill();
  if (got <= 0) {
    end_ = End::kClosed;
    return false;
  }
  anything_ = true;
  at_ = 0;
  held_ = static_cast<size_t>(got);
  allowance_ -= held_;
  return true;
}

ssize_t BoundedStream::read(char* to, size_t size) {
  if (at_ == held_ && !fill()) return end_ == End::kClosed ? 0 : -1;
  const auto count = std::min(size, held_ - at_);
  std::memcpy(to, buffer_.data() + at_, count);
  at_ += count;
  return static_cast<ssize_t>(count);
}

BoundedStream::Moment BoundedStream::answerDeadline() const {
  if (answerDeadline_ == Moment{}) answerDeadline_ = steady_clock::now() + limits_.patience;
  return answerDeadline_;
}

ssize_t BoundedStream::write(const char* from, size_t size) {
  if (!waitFor(POLLOUT, answerDeadline(), false)) return -1;
  return ::send(socket_, from, size, MSG_NOSIGNAL);
}

void BoundedStream::finish() {
  ::shutdown(socket_, SHUT_WR);
  const auto until = steady_clock::now() + kFarewell;
  while (waitFor(POLLIN, until, true)) {
    const auto got = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (got == 0 || (got < 0 && errno != EINTR)) return;
  }
}

void BoundedStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) nameOf(address, size, ip, port);
}

void BoundedStream::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) nameOf(address, size, ip, port);
}

std::string BoundedStream::peer() const {
  std::string ip = "somebody";
  int port = 0;
  get_remote_ip_and_port(ip, port);
  return ip;
}

}  // namespace gander::server
