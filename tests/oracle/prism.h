// The proxy that holds each request, and each answer, against an API description: prism, in a process of its own.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace gander::prbot {

class Prism {
 public:
  // Stands at a free port in front of the server at `upstream`. Throws where it does not start.
  Prism(const std::string& description, int upstream);
  ~Prism();
  Prism(const Prism&) = delete;
  Prism& operator=(const Prism&) = delete;

  int port() const { return port_; }
  // What it refused since it was asked last, one line each.
  std::string refused();

 private:
  std::string log() const;
  bool waitFor(const std::string& words) const;

  int port_ = 0;
  pid_t process_ = -1;
  std::filesystem::path log_;
  size_t seen_ = 0;  // bytes of the log
  int marks_ = 0;
};

// A port of the loopback that was free just now.
int freePort();

}  // namespace gander::prbot
