#include "pr-bot/markdown.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "pr-bot/text/shown.h"

namespace gander::prbot {
namespace {

constexpr std::string_view kBreak = "&#8203;";
constexpr std::string_view kZeroWidth = "\xE2\x80\x8B";
constexpr size_t kLogLine = 300;  // bytes of one line of a log

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

// Behind the word that would close an issue. The words: GitLab's documentation, "Default closing pattern".
// Before: Fixes #12    After: Fixes<mark> #12
std::string withoutClosing(std::string text, std::string_view mark) {
  static const RE2 kClosing(
      R"re((?i)\b(clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?|reopen(?:s|ed)?)(:?\s+(?:issues?\s+)?\S*(?:#|:\S*//|-\d)))re");
  RE2::GlobalReplace(&text, kClosing, fmt::format("\\1{}\\2", mark));
  return text;
}

// Whether a forge makes a reference of what stands behind line[i]: !12, ~bug, %"1.0", &3, $5, GH-12.
bool refers(std::string_view line, size_t i) {
  const char c = line[i];
  if (c == '@' || c == '#') return true;
  if (i + 1 >= line.size()) return false;
  const char next = line[i + 1];
  if (std::string_view("!~%&$").contains(c)) return isWordByte(next) || next == '"';
  return c == '-' && i >= 2 && next >= '0' && next <= '9' &&
         (toLowerAscii(line.substr(i - 2, 2)) == "gh" || toLowerAscii(line.substr(i - 2, 2)) == "gl");
}

bool isWeb(std::string_view url) {
  return (url.starts_with("https://") || url.starts_with("http://")) && std::ranges::all_of(url, [](char c) {
           return c > ' ' && c < 0x7F && !std::string_view("<>()\\\"`|").contains(c);
         });
}

std::string fenceFor(std::string_view text, size_t least) {
  size_t longest = 0, run = 0;
  for (char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max(longest + 1, least), '`');
}

}  // namespace

std::string oneLine(std::string_view text, size_t limit) {
  auto valid = toValidUtf8(text);
  std::string out;
  for (std::string_view rest = valid; !rest.empty();) {
    auto shown = shownSequence(takeSequence(rest));
    if (shown == " " && out.ends_with(' ')) continue;
    if (out.size() + shown.size() > limit) return out + "…";
    out += shown;
  }
  size_t begin = std::min(out.find_first_not_of(' '), out.size());
  size_t end = out.find_last_not_of(' ');
  return end == std::string::npos ? "" : out.substr(begin, end + 1 - begin);
}

std::string plainLine(std::string_view text, size_t limit) {
  return replaceAll(withoutClosing(oneLine(text, limit), kZeroWidth), "@", fmt::format("@{}", kZeroWidth));
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
    if (www || refers(line, i)) out += kBreak;
  }
  return withoutClosing(std::move(out), kBreak);
}

std::string codeSpan(std::string_view text, Place place) {
  auto line = withoutClosing(oneLine(text), kZeroWidth);
  if (line.empty()) return "(nothing)";
  auto fence = fenceFor(line, 1);
  std::string pad = line.starts_with('`') || line.ends_with('`') ? " " : "";
  // Readers of tables don't agree on what `\\|` is: there is none.
  if (place == Place::kTable) line = replaceAll(replaceAll(line, "\\|", fmt::format("\\{}|", kZeroWidth)), "|", "\\|");
  return fence + pad + line + pad + fence;
}

std::string linkedCode(std::string_view text, std::string_view url, Place place) {
  auto code = codeSpan(text, place);
  return isWeb(url) ? fmt::format("[{}]({})", code, url) : code;
}

std::string codeBlock(std::string_view text, size_t lines, size_t bytes) {
  std::vector<std::string> kept;
  size_t size = 0;
  auto all = terminalLines(text, kLogLine);
  for (auto line = all.rbegin(); line != all.rend() && kept.size() < lines; ++line) {
    if (kept.empty() && line->empty()) continue;
    auto shown = line->empty() ? "" : " " + withoutClosing(*line, kZeroWidth);
    if (size + shown.size() + 1 > bytes) break;
    size += shown.size() + 1;
    kept.push_back(std::move(shown));
  }
  while (!kept.empty() && kept.back().empty()) kept.pop_back();
  if (kept.empty()) return "";
  std::ranges::reverse(kept);
  std::string body;
  for (const auto& line : kept) body += line + "\n";
  auto fence = fenceFor(body, 3);
  return fmt::format("{}text\n{}{}\n", fence, body, fence);
}

std::string htmlCode(std::string_view text) {
  return fmt::format("<code>{}</code>", withoutClosing(escapeHtml(oneLine(text)), kBreak));
}

std::string link(std::string_view label, std::string_view url) {
  if (!isWeb(url)) return fmt::format("{}: {}", escapeMarkdown(label), codeSpan(url));
  return fmt::format("[{}]({})", escapeMarkdown(label), url);
}

}  // namespace gander::prbot
