#include "pr-bot/codeowners.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "pr-bot/markdown.h"

namespace gander::prbot {

// One line. Patterns are compiled when the file is read, so that one that can't be is known then.
struct Rule {
  std::unique_ptr<RE2> pattern;
  bool negative = false;  // Gitea: applies to what does not match; GitLab: what matches has no owners of the section
  Owners owners;
};

struct CodeOwners::Rules {
  ForgeKind kind = ForgeKind::kGitHub;
  std::vector<std::vector<Rule>> sections{1};  // only GitLab has more than one
};

namespace {

constexpr size_t kMostRules = 20'000;
constexpr size_t kMostProblems = 100;
constexpr size_t kMostMemory = size_t{1} << 18;  // of one pattern

std::unique_ptr<RE2> compile(const std::string& expression) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMostMemory);
  auto pattern = std::make_unique<RE2>(expression, options);
  return pattern->ok() ? std::move(pattern) : nullptr;
}

bool isBlank(char c) { return c == ' ' || c == '\t'; }

// Up to the next blank that no backslash stands before; takes it and the blanks after it away from `rest`.
std::string_view takeWord(std::string_view& rest) {
  size_t end = 0;
  while (end < rest.size() && !isBlank(rest[end])) end += rest[end] == '\\' && end + 1 < rest.size() ? 2 : 1;
  auto word = rest.substr(0, end);
  rest = trimmed(rest.substr(end));
  return word;
}

bool isNameByte(char c) { return isWordByte(c) || c == '-' || c == '.'; }

// "@login", "@owner/team" or "name@host" -> where it belongs. False where it is none of them.
bool addOwner(std::string_view word, Owners& owners) {
  if (word.starts_with('@')) {
    const auto parts = split(word.substr(1), '/');
    const bool named = std::ranges::all_of(
        parts, [](const std::string& part) { return !part.empty() && std::ranges::all_of(part, isNameByte); });
    if (named) owners.names.emplace_back(word.substr(1));
    return named;
  }
  const auto at = word.find('@');
  if (at == 0 || at == std::string_view::npos || !word.substr(at).contains('.') || word.substr(at + 1).contains('@'))
    return false;
  owners.emails.emplace_back(word);
  return true;
}

// ---------------------------------------------------------------- GitHub

// One part of a path, between slashes.
std::string partExpression(std::string_view part) {
  std::string out;
  for (size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '*') {
      if (!out.ends_with("[^/]*")) out += "[^/]*";
    } else if (part[i] == '?') {
      out += "[^/]";
    } else {
      if (part[i] == '\\' && i + 1 < part.size()) ++i;
      out += RE2::QuoteMeta(std::string(1, part[i]));
    }
  }
  return out;
}

// What a gitignore pattern matches, with all that is below it where it is a folder. Nothing where GitHub does not know it.
// Before: docs/**/api    After: \Adocs/(?:[^/]+/)*api(?:/.*)?\z
std::optional<std::string> gitignoreExpression(std::string_view pattern) {
  if (pattern.starts_with('!') || pattern.starts_with("\\#") || pattern.find_first_of("[]") != std::string_view::npos)
    return std::nullopt;
  const bool folder = pattern.ends_with('/');
  const bool anchored = pattern.substr(0, pattern.size() - (folder ? 1 : 0)).contains('/');
  auto parts = split(pattern, '/');
  if (!parts.empty() && parts.front().empty()) parts.erase(parts.begin());
  if (!parts.empty() && parts.back().empty()) parts.pop_back();
  if (parts.empty() || std::ranges::find(parts, "") != parts.end()) return std::nullopt;
  std::string out = anchored ? "\\A" : "\\A(?:[^/]+/)*";
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    if (parts[i] == "**" && !last) {
      out += "(?:[^/]+/)*";
    } else if (parts[i] == "**") {
      out += ".+";
    } else {
      out += parts[i] == "*" ? "[^/]+" : partExpression(parts[i]);
      if (!last) out += "/";
    }
  }
  // docs/* is of the files in docs, and of none further down.
  const bool filesOnly = anchored && parts.back() == "*" && !folder;
  return out + (folder ? "/.+\\z" : filesOnly ? "\\z" : "(?:/.*)?\\z");
}

// What is wrong with the line; empty where nothing is.
std::string readGitHub(std::string_view line, CodeOwners::Rules& rules) {
  const auto pattern = takeWord(line);
  Rule rule;
  while (!line.empty()) {
    const auto word = takeWord(line);
    if (word.starts_with('#')) break;
    if (!addOwner(word, rule.owners)) return "is no owner: " + std::string(word);
  }
  const auto expression = gitignoreExpression(pattern);
  if (expression) rule.pattern = compile("(?s)" + *expression);
  if (!rule.pattern) return "is no pattern: " + std::string(pattern);
  rules.sections.front().push_back(std::move(rule));
  return "";
}

// ---------------------------------------------------------------- GitLab

// "[a-z]", "[!a]" as fnmatch has them, never a slash; takes it away from `rest`. Nothing where it does not end.
std::optional<std::string> takeSet(std::string_view& rest) {
  size_t at = 1;
  std::string out = "[";
  if (at < rest.size() && (rest[at] == '!' || rest[at] == '^')) out += "^/", ++at;
  for (const size_t begin = at; at < rest.size(); ++at) {
    if (rest[at] == ']' && at > begin) {
      rest.remove_prefix(at + 1);
      return out + "]";
    }
    const bool range = rest[at] == '-' && at > begin && at + 1 < rest.size() && rest[at + 1] != ']';
    if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
    if (rest[at] == '/') return std::nullopt;
    out += range ? "-" : isWordByte(rest[at]) ? std::string(1, rest[at]) : "\\" + std::string(1, rest[at]);
  }
  return std::nullopt;
}

// fnmatch with FNM_PATHNAME and FNM_DOTMATCH, over a path with a slash before it.
// Before: /docs/**/*.md    After: \A/docs/(?:[^/]+/)*[^/]*\.md\z
std::optional<std::string> fnmatchExpression(std::string_view rest) {
  std::string out = "\\A";
  while (!rest.empty()) {
    const bool atPart = out.ends_with('/') || out.ends_with("/)*");
    if (atPart && rest.starts_with("**/")) {
      if (!out.ends_with("/)*")) out += "(?:[^/]+/)*";
      rest.remove_prefix(3);
    } else if (rest.front() == '[') {
      auto set = takeSet(rest);
      if (!set) return std::nullopt;
      out += *set;
    } else if (rest.front() == '*' || rest.front() == '?') {
      if (rest.front() == '?')
        out += "[^/]";
      else if (!out.ends_with("[^/]*"))
        out += "[^/]*";
      rest.remove_prefix(1);
    } else {
      if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
      out += RE2::QuoteMeta(std::string(1, rest.front()));
      rest.remove_prefix(1);
    }
  }
  return out + "\\z";
}

std::string wholePattern(std::string_view pattern) {
  if (pattern == "*") return "/**/*";
  std::string out(pattern);
  if (!out.starts_with('/')) out = "/**/" + out;
  if (out.ends_with('/')) out += "**/*";
  return out;
}

class GitLabReader {
 public:
  explicit GitLabReader(CodeOwners::Rules& rules) : rules_(rules) {}

  std::string read(std::string_view line) {
    static const RE2 kHeading(R"(\A\^?\[([^\]]*)\](?:\[\d*\])?(?:[ \t]+(.*))?\z)");
    std::string name, owners;
    if (RE2::FullMatch(re2::StringPiece(line.data(), line.size()), kHeading, &name, &owners)) return head(name, owners);
    Rule rule;
    rule.negative = line.starts_with('!');
    if (rule.negative) line.remove_prefix(1);
    const auto pattern = wholePattern(takeWord(line));
    addOwners(line, rule.owners);
    if (rule.owners.names.empty() && rule.owners.emails.empty()) rule.owners = default_;
    if (const auto expression = fnmatchExpression(pattern)) rule.pattern = compile("(?s)" + *expression);
    if (!rule.pattern) return "is no pattern: " + pattern;
    // The same pattern again takes the place of the one before.
    auto& rules = rules_.sections[section_];
    const auto [known, fresh] = places_.try_emplace({section_, rule.negative, pattern}, rules.size());
    if (fresh)
      rules.push_back(std::move(rule));
    else
      rules[known->second] = std::move(rule);
    return "";
  }

 private:
  std::string head(const std::string& name, std::string_view owners) {
    default_ = {};
    addOwners(owners, default_);
    const auto [known, fresh] = sections_.try_emplace(toLowerAscii(name), rules_.sections.size());
    if (fresh) rules_.sections.emplace_back();
    section_ = known->second;
    return name.empty() ? "is a section without a name" : "";
  }

  // Roles ("@@maintainer") are nobody by name; other words are a comment.
  static void addOwners(std::string_view words, Owners& owners) {
    while (!words.empty()) addOwner(takeWord(words), owners);
  }

  CodeOwners::Rules& rules_;
  std::map<std::string, size_t> sections_;
  std::map<std::tuple<size_t, bool, std::string>, size_t> places_;
  size_t section_ = 0;
  Owners default_;
};

// ---------------------------------------------------------------- Gitea, Forgejo

// Before: a\ b\\.md @ann # c    After: "a b\.md", "@ann"
std::vector<std::string> giteaWords(std::string_view line) {
  std::vector<std::string> words(1);
  for (size_t i = 0; i < line.size() && line[i] != '#'; ++i) {
    if (isBlank(line[i]) || line[i] == '\r') {
      if (!words.back().empty()) words.emplace_back();
      continue;
    }
    if (line[i] == '\\' && ++i == line.size()) break;
    words.back() += line[i];
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string readGitea(std::string_view line, CodeOwners::Rules& rules) {
  auto words = giteaWords(line);
  if (words.empty()) return "";
  Rule rule;
  rule.negative = words.front().starts_with('!');
  // Without brackets around it, as Gitea does: `a|b` is what begins with a, and what ends with b.
  rule.pattern = compile("^" + words.front().substr(rule.negative ? 1 : 0) + "$");
  if (!rule.pattern) return "is no regular expression that is known here: " + words.front();
  for (size_t i = 1; i < words.size(); ++i) {
    const auto name = words[i].starts_with('@') ? words[i] : "@" + words[i];
    if (std::ranges::count(name, '/') > 1 || !addOwner(name, rule.owners)) return "is no owner: " + words[i];
  }
  if (rule.owners.names.empty()) return "has no owners";
  rules.sections.front().push_back(std::move(rule));
  return "";
}

// ---------------------------------------------------------------- what all have in common

bool matches(const RE2& pattern, const std::string& path) { return RE2::PartialMatch(path, pattern); }

void addNew(std::vector<std::string>& all, const std::vector<std::string>& more) {
  for (const auto& one : more)
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

void add(Owners& all, const Owners& more) {
  addNew(all.names, more.names);
  addNew(all.emails, more.emails);
}

// The last rule that matches; nothing where one excludes the path.
const Rule* lastMatch(const std::vector<Rule>& rules, const std::string& path) {
  const Rule* last = nullptr;
  for (const auto& rule : rules) {
    if (!matches(*rule.pattern, path)) continue;
    if (rule.negative) return nullptr;
    last = &rule;
  }
  return last;
}

}  // namespace

std::vector<std::string> codeOwnersPaths(ForgeKind kind) {
  switch (kind) {
    case ForgeKind::kGitHub: return {".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"};
    case ForgeKind::kGitLab: return {"CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"};
    case ForgeKind::kGitea: return {"CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS"};
  }
  return {};
}

bool asksOwnersItself(ForgeKind kind) { return kind != ForgeKind::kGitLab; }

CodeOwners CodeOwners::parse(std::string_view text, ForgeKind kind) {
  CodeOwners out;
  auto rules = std::make_shared<Rules>();
  rules->kind = kind;
  out.rules_ = rules;
  const auto lines = text.size() < kCodeOwnersBytes ? splitLines(text) : std::vector<std::string>();
  const auto filled = std::ranges::count_if(lines, [](const std::string& line) { return !trimmed(line).empty(); });
  // Reading only a part would give other owners than there are.
  if (text.size() >= kCodeOwnersBytes || std::cmp_greater(filled, kMostRules)) {
    out.problems_.emplace_back("the file is too large to be read");
    return out;
  }
  GitLabReader gitlab(*rules);
  for (size_t at = 0; at < lines.size(); ++at) {
    const auto line = trimmed(lines[at]);
    if (line.empty() || line.starts_with('#')) continue;
    const auto problem = kind == ForgeKind::kGitHub   ? readGitHub(line, *rules)
                         : kind == ForgeKind::kGitLab ? gitlab.read(line)
                                                      : readGitea(line, *rules);
    if (!problem.empty() && out.problems_.size() < kMostProblems)
      out.problems_.push_back(fmt::format("line {} {}", at + 1, oneLine(problem)));
  }
  return out;
}

Owners CodeOwners::of(std::string_view path) const {
  Owners all;
  if (!rules_) return all;
  const auto asked = (rules_->kind == ForgeKind::kGitLab ? "/" : "") + toValidUtf8(path);
  for (const auto& section : rules_->sections) {
    if (rules_->kind == ForgeKind::kGitea) {
      for (const auto& rule : section)
        if (matches(*rule.pattern, asked) != rule.negative) add(all, rule.owners);
    } else if (const auto* rule = lastMatch(section, asked)) {
      add(all, rule->owners);
    }
  }
  return all;
}

std::vector<std::string> orderReviewers(const CodeOwners& owners, const std::vector<std::string>& files) {
  std::map<std::string, std::pair<std::string, size_t>> counted;  // by name in lower case: forges take names in any
  for (const auto& file : files)
    for (const auto& name : owners.of(file).names) {
      auto& [written, count] = counted.try_emplace(toLowerAscii(name), name, 0).first->second;
      ++count;
    }
  std::vector<std::pair<std::string, size_t>> order;
  for (const auto& [name, one] : counted) order.push_back(one);
  std::ranges::sort(order, {}, [](const auto& one) {
    return std::tuple(-static_cast<int64_t>(one.second), toLowerAscii(one.first));
  });
  std::vector<std::string> out;
  for (auto& [name, count] : order) out.push_back(std::move(name));
  return out;
}

}  // namespace gander::prbot
