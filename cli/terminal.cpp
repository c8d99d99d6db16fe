#include "cli/terminal.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"

namespace gander::cli {

std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f) c = '?';
  // C1 control characters, as UTF-8 writes them: 0xC2 0x80 to 0xC2 0x9F.
  for (size_t at = 0; at + 1 < out.size(); ++at)
    if (out[at] == '\xC2' && static_cast<unsigned char>(out[at + 1]) < 0xA0) out[at] = out[at + 1] = '?';
  return out;
}

std::string Style::wrap(std::string_view code, std::string_view text) const {
  return colours_ && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

std::string styleDiff(std::string_view diff, const Style& style) {
  if (!style.colours()) return std::string(diff);
  std::string out;
  for (const auto& line : splitLines(printable(diff))) {
    if (line.starts_with("+++") || line.starts_with("---") || line.starts_with("diff ")) {
      out += style.bold(line);
    } else if (line.starts_with('+')) {
      out += style.good(line);
    } else if (line.starts_with('-')) {
      out += style.bad(line);
    } else {
      out += line.starts_with("@@") ? style.dim(line) : line;
    }
    out += '\n';
  }
  return out;
}

std::string styleState(fleet::TargetState state, const Style& style) {
  auto text = fleet::toString(state);
  switch (state) {
    case fleet::TargetState::kOpen:
    case fleet::TargetState::kMerged: return style.good(text);
    case fleet::TargetState::kBroken:
    case fleet::TargetState::kFailed:
    case fleet::TargetState::kUnreachable: return style.bad(text);
    case fleet::TargetState::kOnlyListed:
    case fleet::TargetState::kHandedOver: return style.attention(text);
    default: return std::string(text);
  }
}

void printOut(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
void printErr(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

void RunProgress::onTarget(const std::string& repository, fleet::TargetState state, const std::string& detail) {
  auto line = fmt::format("{:<28} {}", printable(repository), fleet::toString(state));
  if (!detail.empty()) line += ": " + printable(detail.substr(0, detail.find('\n')));
  if (!lines_.contains(repository)) order_.push_back(repository);
  lines_[repository] = line;
  if (order_.size() >= environment_.rows) plain_ = true;
  if (environment_.live && !plain_) return redraw();
  printErr(line + "\n");
}

// Lines are cut to the terminal's width: one that wrapped would break the count of lines to go up.
void RunProgress::redraw() {
  std::string out = drawn_ > 0 ? fmt::format("\x1b[{}A", drawn_) : "";
  for (const auto& repository : order_)
    out += fmt::format("\r\x1b[2K{}\n", lines_[repository].substr(0, environment_.columns - 1));
  drawn_ = order_.size();
  printErr(out);
}

}  // namespace gander::cli
