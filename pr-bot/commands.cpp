#include "pr-bot/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "pr-bot/markdown.h"

namespace gander::prbot {
namespace {

constexpr std::string_view kPrefix = "/gander";
constexpr size_t kMostBytes = size_t{1} << 18;  // of a comment; forges take less
constexpr size_t kMostCommands = 10;

struct CommandText {
  CommandKind kind;
  std::string_view name;
  std::string_view parameters;
  std::string_view meaning;
};
constexpr std::array kCommands{
    CommandText{CommandKind::kRetry, "retry", "", "try again what failed"},
    CommandText{CommandKind::kRegenerate, "regenerate", "", "make the change anew from the base branch"},
    CommandText{CommandKind::kSkip, "skip", " <reason>", "leave this repository out of the campaign"},
    CommandText{CommandKind::kExplain, "explain", " <file:line>", "say why a line was edited or left as it is"},
    CommandText{CommandKind::kRollback, "rollback", "", "take back what was merged, by a pull request of its own"},
    CommandText{CommandKind::kDeclined, "declined", " <why> [words]",
                "close this, and remember why: wrong-edit, not-now, not-ours, done-otherwise"},
    CommandText{CommandKind::kHelp, "help", "", "show this table"},
};

constexpr std::array kDeclines{std::pair{Decline::kWrongEdit, std::string_view("wrong-edit")},
                               std::pair{Decline::kNotNow, std::string_view("not-now")},
                               std::pair{Decline::kNotOurs, std::string_view("not-ours")},
                               std::pair{Decline::kDoneOtherwise, std::string_view("done-otherwise")}};

bool isBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view takeWord(std::string_view& rest) {
  const auto word = rest.substr(0, rest.find_first_of(" \t"));
  rest = trimmed(rest.substr(word.size()));
  return word;
}

// ---------------------------------------------------------------- which lines speak

// Goes over the lines of a comment and tells for each whether it shows as text of its author.
class Speech {
 public:
  bool speaks(std::string_view line) {
    const auto text = trimmed(line);
    if (!until_.empty()) {  // in HTML that shows nothing, or shows it as it is
      if (toLowerAscii(line).contains(until_)) until_.clear();
      return false;
    }
    if (fence_ > 0) {
      if (runOf(text, mark_) >= fence_ && runOf(text, mark_) == text.size()) fence_ = 0;
      return false;
    }
    if (text.starts_with(">>>")) {  // GitLab's quotation of many lines
      block_ = !block_;
      return false;
    }
    if (text.empty()) quoted_ = false;
    if (text.starts_with('>')) quoted_ = true;
    // What follows a quoted line without an empty one between still shows as a part of it.
    if (block_ || quoted_) return false;
    return !opens(line, text);
  }

 private:
  static size_t runOf(std::string_view text, char c) { return std::min(text.find_first_not_of(c), text.size()); }

  bool opens(std::string_view line, std::string_view text) {
    for (const char mark : {'`', '~'})
      if (const auto run = runOf(text, mark); run >= 3 && !text.substr(run).contains('`')) {
        mark_ = mark;
        fence_ = run;
        return true;
      }
    const auto lower = toLowerAscii(line);
    for (const auto& [begin, end] :
         {std::pair("<!--", "-->"), std::pair("<pre", "</pre>"), std::pair("<code", "</code>")})
      if (const auto at = lower.find(begin); at != std::string::npos && lower.find(end, at) == std::string::npos) {
        until_ = end;
        return at == 0;
      }
    return false;
  }

  size_t fence_ = 0;
  char mark_ = '`';
  bool block_ = false;
  bool quoted_ = false;
  std::string until_;
};

// ---------------------------------------------------------------- what they say

std::string meant(std::string_view near) {
  return near.empty() ? "See " + codeSpan("/gander help") + "." : fmt::format("Did you mean {}?", codeSpan(near));
}

std::string nearestOf(std::string_view name, const auto& table, auto&& nameOf) {
  std::vector<std::string> names;
  for (const auto& one : table) names.emplace_back(nameOf(one));
  return nearest(name, names);
}

// "`src/a.cpp:12`" -> file and line. False where it is none.
bool readPlace(std::string_view words, Command& command) {
  while (words.starts_with('`') && words.ends_with('`') && words.size() > 1) words = words.substr(1, words.size() - 2);
  const auto colon = words.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto* end = words.data() + words.size();
  const auto [last, error] = std::from_chars(words.data() + colon + 1, end, command.line);
  if (error != std::errc() || last != end || command.line == 0) return false;
  command.file = words.substr(0, colon);
  const auto parts = split(command.file, '/');
  return std::ranges::none_of(parts,
                              [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

// "wrong-edit", and "wrong edit" and "Wrong_Edit" too; takes it away from `rest`.
std::optional<Decline> takeDecline(std::string_view& rest) {
  for (const auto& [why, name] : kDeclines) {
    if (rest.size() < name.size() || (rest.size() > name.size() && isWordByte(rest[name.size()]))) continue;
    const auto same = std::ranges::equal(toLowerAscii(rest.substr(0, name.size())), name,
                                         [](char a, char b) { return a == b || (b == '-' && (a == ' ' || a == '_')); });
    if (!same) continue;
    rest = trimmed(rest.substr(name.size()));
    while (rest.starts_with(':') || rest.starts_with(',')) rest = trimmed(rest.substr(1));
    return why;
  }
  return std::nullopt;
}

std::optional<std::string> readParameters(std::string_view rest, Command& command) {
  switch (command.kind) {
    case CommandKind::kSkip:
      command.words = rest;
      if (rest.empty()) return "It needs a reason: " + codeSpan("/gander skip <reason>") + ".";
      return std::nullopt;
    case CommandKind::kExplain:
      if (!readPlace(rest, command))
        return "It needs a line of a file: " + codeSpan("/gander explain src/a.cpp:12") + ".";
      return std::nullopt;
    case CommandKind::kDeclined: {
      if (const auto why = takeDecline(rest)) {
        command.why = *why;
        command.words = rest;
        return std::nullopt;
      }
      const auto typed = std::string(rest.substr(0, rest.find_first_of(" \t")));
      std::string near = nearestOf(typed, kDeclines, [](const auto& one) { return one.second; });
      if (near.empty()) near = "wrong-edit, not-now, not-ours or done-otherwise";
      return fmt::format("{} is no reason. {}", codeSpan(typed), meant("/gander declined " + near));
    }
    default:
      if (!rest.empty())
        return fmt::format("{} takes no more words. Did you mean {}?", codeSpan(toString(command.kind)),
                           codeSpan("/gander " + std::string(toString(command.kind))));
      return std::nullopt;
  }
}

Command readCommand(std::string_view line) {
  Command command{.typed = std::string(line)};
  auto rest = trimmed(line.substr(kPrefix.size()));
  const auto name = toLowerAscii(takeWord(rest));
  const auto* known = std::ranges::find(kCommands, std::string_view(name), &CommandText::name);
  if (name.empty()) return command;
  if (known != kCommands.end()) {
    command.kind = known->kind;
    command.mistaken = readParameters(rest, command);
    return command;
  }
  const auto near = nearestOf(name, kCommands, [](const auto& one) { return one.name; });
  command.mistaken =
      fmt::format("{} is no command. {}", codeSpan(name), meant(near.empty() ? near : "/gander " + near));
  return command;
}

std::string helpText() {
  std::string out =
      "What can be said here, at the start of a line, by those who may write to this repository:\n\n| | |\n|-|-|\n";
  for (const auto& one : kCommands)
    out +=
        fmt::format("| {} | {} |\n", codeSpan(fmt::format("{} {}{}", kPrefix, one.name, one.parameters), Place::kTable),
                    escapeMarkdown(one.meaning));
  return out;
}

}  // namespace

std::string_view toString(CommandKind kind) { return std::ranges::find(kCommands, kind, &CommandText::kind)->name; }

std::string_view toString(Decline why) {
  return std::ranges::find(kDeclines, why, [](const auto& one) { return one.first; })->second;
}

std::vector<Command> commandsIn(std::string_view body) {
  std::vector<Command> out;
  if (body.size() > kMostBytes) return out;
  Speech speech;
  for (const auto& text : splitLines(body)) {
    const auto line = std::string_view(text).substr(0, text.find_last_not_of(" \t\r") + 1);
    if (!speech.speaks(line) || !line.starts_with(kPrefix)) continue;
    if (line.size() > kPrefix.size() && !isBlank(line[kPrefix.size()])) continue;  // "/gander-bot", "/ganders"
    if (std::ranges::find(out, line, &Command::typed) != out.end()) continue;
    out.push_back(readCommand(line));
    if (out.size() == kMostCommands) break;
  }
  return out;
}

std::vector<Command> commandsOf(const Comment& comment) {
  if (comment.own || !comment.mayWrite) return {};
  return commandsIn(comment.body);
}

std::string answerTo(const Command& command, std::string_view outcome) {
  if (command.mistaken) return fmt::format("{}: {}", codeSpan(command.typed), *command.mistaken);
  if (command.kind == CommandKind::kHelp) return helpText();
  return fmt::format("{}: {}", codeSpan(command.typed), escapeMarkdown(outcome));
}

}  // namespace gander::prbot
