// gander-cpp: the parsing process. One command on standard input, one unit on standard output.
// Exit status: 0 a unit, 2 a request that can't be worked on, 4 a defect.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "rewriter/clang/frontend.h"

namespace {

using namespace gander;

constexpr size_t kChunk = 1 << 16;  // bytes

Result<std::string> readAll(int descriptor) {
  std::string text;
  std::string chunk(kChunk, '\0');
  while (true) {
    const ssize_t count = ::read(descriptor, chunk.data(), chunk.size());
    if (count == 0) return text;
    if (count > 0) text.append(chunk, 0, static_cast<size_t>(count));
    if (count < 0 && errno != EINTR) return failErrno(errno, "read the command");
  }
}

Status writeAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count > 0) text.remove_prefix(static_cast<size_t>(count));
    if (count < 0 && errno != EINTR) return failErrno(errno, "write the unit");
  }
  return {};
}

Status serve() {
  GANDER_TRY(auto text, readAll(STDIN_FILENO));
  GANDER_TRY(auto command, rewriter::decodeCommand(text));
  GANDER_TRY(auto unit, rewriter::parseCpp(command));
  return writeAll(STDOUT_FILENO, rewriter::encodeUnit(unit));
}

}  // namespace

int main() {
  const Status status = serve();
  if (status) return 0;
  std::fprintf(stderr, "gander-cpp: %s\n", status.error().message.c_str());
  const bool badRequest = status.error().kind == ErrorKind::kInvalid || status.error().kind == ErrorKind::kCorrupt ||
                          status.error().kind == ErrorKind::kNotFound;
  return badRequest ? 2 : 4;
}
