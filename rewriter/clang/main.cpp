// gander-cpp: the parsing process. One command on standard input, one unit on standard output.
//   --inputs      what the parse rests on before the unit (rewriter/facts/inputs.h)
//   --all-bodies  parse as much as a compiler does; for measuring
//   --check-rules only tell what is wrong with the command's rules
// Other flags are a request that can't be worked on.
// Exit status: 0 a unit, 2 a request that can't be worked on, 4 a defect.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>

#include "rewriter/clang/frontend.h"
#include "rewriter/facts/narrow.h"

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

Status serve(const std::set<std::string_view>& flags) {
  for (const auto flag : flags)
    if (flag != "--inputs" && flag != "--all-bodies" && flag != "--check-rules")
      return fail(ErrorKind::kInvalid, "no flag of this program: " + std::string(flag));
  GANDER_TRY(auto text, readAll(STDIN_FILENO));
  GANDER_TRY(auto command, rewriter::decodeCommand(text));
  if (flags.contains("--check-rules"))
    return writeAll(STDOUT_FILENO, rewriter::encodeProblems(rewriter::checkRules(command.request.rules)));
  GANDER_TRY(auto parsed, rewriter::parseWithInputs(command, flags.contains("--all-bodies")));
  const auto unit =
      command.request.everything ? rewriter::encodeWide(std::move(parsed.unit)) : rewriter::encodeUnit(parsed.unit);
  return writeAll(STDOUT_FILENO, flags.contains("--inputs") ? rewriter::encodeAnswer(parsed.inputs, unit) : unit);
}

}  // namespace

int main(int count, char** arguments) {
  const Status status = serve({arguments + 1, arguments + count});
  if (status) return 0;
  std::fprintf(stderr, "gander-cpp: %s\n", status.error().message.c_str());
  const bool badRequest = status.error().kind == ErrorKind::kInvalid || status.error().kind == ErrorKind::kCorrupt ||
                          status.error().kind == ErrorKind::kNotFound;
  return badRequest ? 2 : 4;
}
