#include "pr-bot/text/shown.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace gander::prbot {
namespace {

struct CodeRange {
  uint32_t first;
  uint32_t last;
};
// Unicode's marks of direction, zero-width and other characters that leave no trace.
constexpr std::array<CodeRange, 10> kUnseen{{{0xAD, 0xAD},
                                             {0x61C, 0x61C},
                                             {0x115F, 0x1160},
                                             {0x180E, 0x180E},
                                             {0x200B, 0x200F},
                                             {0x202A, 0x202E},
                                             {0x2060, 0x206F},
                                             {0xFEFF, 0xFEFF},
                                             {0xFFF9, 0xFFFB},
                                             {0xE0000, 0xE007F}}};

uint32_t codeOf(std::string_view sequence) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(sequence[i])); };
  if (sequence.size() == 1) return byte(0);
  uint32_t code = byte(0) & (0xFFU >> (sequence.size() + 1));
  for (size_t i = 1; i < sequence.size(); ++i) code = code << 6U | (byte(i) & 0x3FU);
  return code;
}

bool isControl(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

// The size of the escape sequence at the start, which begins with ESC (ECMA-48, 5.4 and 5.6).
size_t escapeSize(std::string_view text) {
  if (text.size() < 2) return text.size();
  const char kind = text[1];
  if (kind == '[') {  // parameters, then one final byte
    size_t end = 2;
    while (end < text.size() && text[end] >= 0x20 && text[end] < 0x40) ++end;
    return end < text.size() && text[end] >= 0x40 && text[end] < 0x7F ? end + 1 : end;
  }
  if (std::string_view("]PX^_").contains(
          kind)) {  // a string, up to BEL or ESC \ ; one that does not end in its line is none
    const auto line = text.substr(0, text.find_first_of("\r\n"));
    const auto end = line.find_first_of("\a\x1B", 2);
    if (end == std::string_view::npos) return 2;
    return line[end] == '\a' ? end + 1 : line.substr(end).starts_with("\x1B\\") ? end + 2 : end;
  }
  return kind >= 0x20 && kind < 0x7F ? 2 : 1;
}

std::string withoutEscapes(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto plain = std::min(text.find('\x1B'), text.size());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(escapeSize(text));
  }
  return out;
}

}  // namespace

std::string_view takeSequence(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const auto sequence = text.substr(0, first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4);
  text.remove_prefix(sequence.size());
  return sequence;
}

std::string shownSequence(std::string_view sequence) {
  const auto code = codeOf(sequence);
  if (isControl(code)) return " ";
  const bool unseen =
      std::ranges::any_of(kUnseen, [&](const CodeRange& range) { return code >= range.first && code <= range.last; });
  return unseen ? fmt::format("[U+{:04X}]", code) : std::string(sequence);
}

std::vector<std::string> terminalLines(std::string_view text, size_t limit) {
  std::vector<std::string> lines;
  const auto valid = replaceAll(withoutEscapes(toValidUtf8(text)), "\r\n", "\n");
  for (const auto& raw : split(replaceAll(valid, "\r", "\n"), '\n')) {
    std::string line;
    for (std::string_view rest = raw; !rest.empty();) {
      const auto sequence = takeSequence(rest);
      const auto shown = sequence == "\t" ? "    " : shownSequence(sequence);
      if (line.size() + shown.size() > limit) {
        line += "…";
        break;
      }
      line += shown;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace gander::prbot
