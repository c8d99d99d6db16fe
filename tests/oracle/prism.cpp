#include "tests/oracle/prism.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace gander::prbot {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);

// After a fork: this process becomes prism, and ends with the one that started it.
[[noreturn]] void become(const std::string& description, int port, int upstream, const char* log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  dup2(out, 1);
  dup2(out, 2);
  const auto portText = std::to_string(port);
  const auto server = fmt::format("http://127.0.0.1:{}", upstream);
  // Without --errors nothing is refused, and the log says which member was wrong.
  const char* errors = std::getenv("GANDER_ORACLE_EXPLAIN") == nullptr ? "--errors=true" : "--errors=false";
  execl(GANDER_NODE, GANDER_NODE, "-r", GANDER_ORACLE "/aloud.cjs",
        GANDER_ORACLE "/node_modules/@stoplight/prism-cli/dist/index.js", "proxy", "-h", "127.0.0.1", "-p",
        portText.c_str(), errors, description.c_str(), server.c_str(), nullptr);
  _exit(127);
}

}  // namespace

int freePort() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(socket, plain, size) == 0 && getsockname(socket, plain, &size) == 0;
  close(socket);
  if (!bound) throw std::runtime_error("no port is free");
  return ntohs(address.sin_port);
}

Prism::Prism(const std::string& description, int upstream)
    : port_(freePort()), log_(std::filesystem::temp_directory_path() / fmt::format("gander-prism-{}.log", getpid())) {
  std::ofstream(log_).close();
  process_ = fork();
  if (process_ == 0) become(description, port_, upstream, log_.c_str());
  if (process_ < 0 || !waitFor("Prism is listening")) throw std::runtime_error("prism does not start: " + log());
}

Prism::~Prism() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove(log_, ignored);
}

// What is asked last is logged last: a path that nobody knows marks the end.
std::string Prism::refused() {
  const auto mark = fmt::format("/mark-{}", ++marks_);
  httplib::Client("127.0.0.1", port_).Get(mark);
  if (!waitFor(mark + " ")) return "prism does not answer\n";
  std::istringstream lines(log().substr(seen_));
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    seen_ += line.size() + 1;
    if ((line.find("✖") != std::string::npos || line.find("Violation") != std::string::npos) &&
        line.find("/mark-") == std::string::npos)
      out += line + "\n";
  }
  return out;
}

std::string Prism::log() const {
  std::ostringstream out;
  out << std::ifstream(log_).rdbuf();
  return out.str();
}

bool Prism::waitFor(const std::string& words) const {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (log().find(words) == std::string::npos) {
    if (std::chrono::steady_clock::now() > end || waitpid(process_, nullptr, WNOHANG) != 0) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace gander::prbot
