#include "pr-bot/markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gander::prbot {
namespace {

constexpr std::string_view kBreak = "&#8203;";

// The size of the sequence at the start of valid UTF-8.
size_t sequenceSize(std::string_view text) {
  auto first = static_cast<unsigned char>(text[0]);
  return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

// U+202A..U+202E and U+2066..U+2069 turn the direction of writing; all are three bytes in UTF-8.
bool turnsDirection(std::string_view sequence) {
  if (sequence.size() != 3 || sequence[0] != '\xE2') return false;
  auto last = static_cast<unsigned char>(sequence[2]);
  if (sequence[1] == '\x80') return last >= 0xAA && last <= 0xAE;
  return sequence[1] == '\x81' && last >= 0xA6 && last <= 0xA9;
}

std::string spelledOut(std::string_view sequence) {
  unsigned code =
      (static_cast<unsigned char>(sequence[1]) & 0x3FU) << 6U | (static_cast<unsigned char>(sequence[2]) & 0x3FU);
  return fmt::format("[U+{:04X}]", 0x2000U | code);
}

std::string escapeHtml(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

// What starts a list, heading or quotation where it comes first.
size_t markerSize(std::string_view text) {
  size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')')) return digits;
  return std::string_view::npos;
}

}  // namespace

std::string oneLine(std::string_view text, size_t limit) {
  auto valid = toValidUtf8(text);
  std::string out;
  for (std::string_view rest = valid; !rest.empty();) {
    auto sequence = rest.substr(0, sequenceSize(rest));
    rest.remove_prefix(sequence.size());
    bool control = sequence.size() == 1 && (static_cast<unsigned char>(sequence[0]) < 0x20 || sequence[0] == 0x7F);
    auto shown = control ? " " : turnsDirection(sequence) ? spelledOut(sequence) : std::string(sequence);
    if (shown == " " && out.ends_with(' ')) continue;
    if (out.size() + shown.size() > limit) return out + "…";
    out += shown;
  }
  size_t begin = std::min(out.find_first_not_of(' '), out.size());
  size_t end = out.find_last_not_of(' ');
  return end == std::string::npos ? "" : out.substr(begin, end + 1 - begin);
}

std::string escapeMarkdown(std::string_view text) {
  auto line = oneLine(text, 1000);
  size_t marker = markerSize(line);
  std::string out;
  for (size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    bool first = i == 0 && std::string_view("-+=/").contains(c);
    // Inside of a word '_' is no emphasis, and names full of escapes are hard to read on a terminal.
    bool inWord = c == '_' && i > 0 && i + 1 < line.size() && isWordByte(line[i - 1]) && isWordByte(line[i + 1]);
    if (first || i == marker || (!inWord && std::string_view("\\`*_{}[]<>|~&!#$").contains(c))) out += '\\';
    bool path = c == '/' && i > 0 && line[i - 1] == ':';
    if (path) out += kBreak;
    out += c;
    bool www = c == 'w' && line.substr(0, i + 1).ends_with("www") && line.substr(i + 1).starts_with('.');
    if (c == '@' || c == '#' || www) out += kBreak;
  }
  return out;
}

std::string codeSpan(std::string_view text, Place place) {
  auto line = oneLine(text);
  if (line.empty()) return "(nothing)";
  size_t longest = 0, run = 0;
  for (char c : line) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  std::string fence(longest + 1, '`');
  std::string pad = line.starts_with('`') || line.ends_with('`') ? " " : "";
  if (place == Place::kTable) line = replaceAll(line, "|", "\\|");
  return fence + pad + line + pad + fence;
}

std::string htmlCode(std::string_view text) { return "<code>" + escapeHtml(oneLine(text)) + "</code>"; }

std::string link(std::string_view label, std::string_view url) {
  bool web = url.starts_with("https://") || url.starts_with("http://");
  bool plain = std::ranges::all_of(
      url, [](char c) { return c > ' ' && c < 0x7F && !std::string_view("<>()\\\"`").contains(c); });
  if (!web || !plain) return fmt::format("{}: {}", escapeMarkdown(label), codeSpan(url));
  return fmt::format("[{}]({})", escapeMarkdown(label), url);
}

}  // namespace gander::prbot
