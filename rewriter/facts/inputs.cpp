#include "rewriter/facts/inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace gander::rewriter {

constexpr std::string_view kSeparators = "\t\n";

// kind, size, time, path and target, with tabs between.
static std::string lineOf(const Input& input) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\n", static_cast<int>(input.kind), input.size, input.modified, input.path,
                     input.target);
}

std::string encodeAnswer(const std::vector<Input>& inputs, std::string_view unit) {
  std::string text;
  const bool written = std::ranges::all_of(inputs, [](const Input& input) {
    return (input.path + input.target).find_first_of(kSeparators) == std::string::npos;
  });
  if (written)
    for (const auto& input : inputs) text += lineOf(input);
  return (text += '\n') += unit;
}

template <typename T>
static bool readNumber(std::string_view& line, T& number) {
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || end == line.data() + line.size() || *end != '\t') return false;
  line.remove_prefix(static_cast<size_t>(end - line.data()) + 1);
  return true;
}

static std::optional<Input> readLine(std::string_view line) {
  Input input;
  unsigned kind = 0;
  if (!readNumber(line, kind) || !readNumber(line, input.size) || !readNumber(line, input.modified))
    return std::nullopt;
  const size_t tab = line.find('\t');
  if (tab == std::string_view::npos || kind > static_cast<unsigned>(InputKind::kProgram)) return std::nullopt;
  input.kind = static_cast<InputKind>(kind);
  input.path = line.substr(0, tab);
  input.target = line.substr(tab + 1);
  return input;
}

Result<Answer> decodeAnswer(std::string_view text) {
  Answer answer;
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    if (end == at) {
      answer.unit = text.substr(at + 1);
      return answer;
    }
    auto input = readLine(text.substr(at, end - at));
    if (!input) break;
    answer.inputs.push_back(std::move(*input));
    at = end + 1;
  }
  return fail(ErrorKind::kCorrupt, "the parser's answer: its list of inputs can't be read");
}

}  // namespace gander::rewriter
