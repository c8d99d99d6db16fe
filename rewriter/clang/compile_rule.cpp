#include <clang/ASTMatchers/Dynamic/Diagnostics.h>
#include <clang/ASTMatchers/Dynamic/Parser.h>
#include <clang/Tooling/Transformer/Parsing.h>
#include <fmt/format.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/Regex.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include "base/text.h"
#include "rewriter/clang/rules.h"

namespace gander::rewriter {
namespace {

namespace dynamic = clang::ast_matchers::dynamic;
using clang::ASTNodeKind;

using Problems = std::vector<RuleProblem>;

constexpr int kDeepest = 200;  // matchers within matchers

constexpr std::string_view kNoNode = "this matcher can't stand alone; begin with one of a node, such as callExpr()";

constexpr std::array kNameMatchers = {"hasName", "hasAnyName"};
constexpr std::array kRegexMatchers = {"matchesName", "matchesSelector", "isExpansionInFileMatching"};

bool isOneOf(llvm::StringRef name, const auto& names) { return std::ranges::find(names, name) != names.end(); }

// A type that is not written anywhere.
bool isPlaceless(ASTNodeKind kind) {
  return ASTNodeKind::getFromNodeKind<clang::QualType>().isBaseOf(kind) ||
         ASTNodeKind::getFromNodeKind<clang::Type>().isBaseOf(kind);
}

// What Clang takes as a text, and can't use.
std::string badText(llvm::StringRef matcher, const std::string& text) {
  std::string error;
  if (isOneOf(matcher, kRegexMatchers) && !llvm::Regex(text).isValid(error))
    return fmt::format("no regular expression: {}", error);
  if (isOneOf(matcher, kNameMatchers) && (text.empty() || text.ends_with(':')))
    return "no name; write the name of a declaration, such as \"::lake::open\"";
  return "";
}

// The registry of matchers, with a note of the names that are bound, and of texts that Clang does not check.
class NotingSema final : public dynamic::Parser::RegistrySema {
 public:
  std::optional<dynamic::MatcherCtor> lookupMatcherCtor(llvm::StringRef name) override {
    auto found = RegistrySema::lookupMatcherCtor(name);
    if (found) names_[*found] = name.str();
    return found;
  }

  dynamic::VariantMatcher actOnMatcherExpression(dynamic::MatcherCtor matcher, dynamic::SourceRange range,
                                                 llvm::StringRef name, llvm::ArrayRef<dynamic::ParserValue> arguments,
                                                 dynamic::Diagnostics* error) override {
    for (const auto& argument : arguments) {
      auto wrong = argument.Value.isString() ? badText(names_[matcher], argument.Value.getString()) : "";
      if (wrong.empty()) continue;
      bad.emplace_back(argument.Range.Start, std::move(wrong));
      return {};
    }
    auto made = RegistrySema::actOnMatcherExpression(matcher, range, name, arguments, error);
    if (!name.empty()) {
      const auto single = made.getSingleMatcher();
      bound[name.str()] = single && isPlaceless(single->getSupportedKind());
    }
    return made;
  }

  std::map<std::string, bool> bound;  // whether it is a type, which stands nowhere
  std::vector<std::pair<dynamic::SourceLocation, std::string>> bad;

 private:
  std::map<dynamic::MatcherCtor, std::string> names_;
};

template <typename... Kinds>
std::vector<dynamic::ArgKind> argumentsOf() {
  return {dynamic::ArgKind::MakeMatcherArg(ASTNodeKind::getFromNodeKind<Kinds>())...};
}

// Matchers of the kinds of nodes that are mostly asked for, for a hint.
std::vector<std::string> matcherNames() {
  NotingSema sema;
  std::set<std::string> names;
  const auto kinds =
      argumentsOf<clang::Decl, clang::Stmt, clang::QualType, clang::Type, clang::TypeLoc, clang::NestedNameSpecifier,
                  clang::FunctionDecl, clang::CXXMethodDecl, clang::CXXRecordDecl, clang::VarDecl, clang::FieldDecl,
                  clang::CallExpr, clang::CXXMemberCallExpr, clang::CXXConstructExpr, clang::MemberExpr,
                  clang::DeclRefExpr, clang::StringLiteral>();
  for (const auto& one : sema.getMatcherCompletions(kinds)) {
    const llvm::StringRef text(one.TypedText);
    names.insert(text.take_until([](char c) { return c == '('; }).str());
  }
  return {names.begin(), names.end()};
}

std::string meant(std::string_view name, const std::vector<std::string>& candidates) {
  auto found = nearest(name, candidates);
  return found.empty() ? "" : fmt::format("; did you mean '{}'?", found);
}

// Clang's words for a mistake, with what to do where that can be told.
std::string explain(std::string_view message) {
  constexpr std::string_view kNotFound = "Matcher not found: ";
  if (message.starts_with(kNotFound)) {
    auto name = message.substr(kNotFound.size());
    auto hint = meant(name, matcherNames());
    return fmt::format("no matcher '{}'{}", name, hint.empty() ? "; clang.llvm.org has the list of them" : hint);
  }
  return std::string(message);
}

// "3:14: what", with lines and columns of the matcher.
struct Said {
  unsigned line = 0;
  unsigned column = 0;
  std::string_view what;
};
bool readSaid(std::string_view text, Said& said) {
  const char* end = text.data() + text.size();
  auto line = std::from_chars(text.data(), end, said.line);
  if (line.ec != std::errc() || line.ptr == end || *line.ptr != ':') return false;
  auto column = std::from_chars(line.ptr + 1, end, said.column);
  if (column.ec != std::errc() || !std::string_view(column.ptr, end).starts_with(": ")) return false;
  said.what = {column.ptr + 2, end};
  return true;
}

class Compiler {
 public:
  Compiler(const CppRule& rule, uint32_t index) : rule_(rule), index_(index) {}

  std::expected<CompiledRule, Problems> compile() {
    auto matcher = parseMatcher();
    auto range = parseRange();
    auto replace = parseTemplate();
    if (!matcher || !range || !problems_.empty()) return std::unexpected(std::move(problems_));
    return CompiledRule{rule_.name,        rule_.paths,         std::move(*matcher),
                        std::move(*range), std::move(anchors_), std::move(replace)};
  }

 private:
  using Matcher = clang::ast_matchers::internal::DynTypedMatcher;

  void add(RulePart part, size_t offset, std::string message) {
    problems_.push_back({index_, part, static_cast<uint32_t>(offset), std::move(message)});
  }

  std::optional<Matcher> parseMatcher() {
    const size_t begin = std::min(rule_.match.find_first_not_of(" \t\r\n"), rule_.match.size());
    if (isTooDeep(RulePart::kMatch, rule_.match)) return std::nullopt;
    const std::string text = joinedLines(withoutComments(rule_.match.substr(begin)));
    llvm::StringRef code = text;
    dynamic::Diagnostics diagnostics;
    auto parsed = dynamic::Parser::parseMatcherExpression(code, &sema_, nullptr, &diagnostics);
    if (!parsed) {
      if (sema_.bad.empty())
        addSaid(diagnostics.toString(), text, begin);
      else
        addBad(text, begin);
      return std::nullopt;
    }
    const auto rest = code.ltrim();
    if (!rest.empty()) {
      add(RulePart::kMatch, rule_.match.size() - rest.size(), "the matcher has ended before this; write one matcher");
      return std::nullopt;
    }
    readable_ = true;
    return bindWhole(*parsed, begin);
  }

  // Brackets within brackets, but for those in texts. Whoever reads them calls itself for each.
  bool isTooDeep(RulePart part, const std::string& text) {
    int depth = 0;
    bool quoted = false;
    for (size_t at = 0; at < text.size(); ++at) {
      if (quoted && text[at] == '\\')
        ++at;
      else if (text[at] == '"')
        quoted = !quoted;
      else if (!quoted && text[at] == ')')
        --depth;
      else if (!quoted && text[at] == '(' && ++depth > kDeepest) {
        add(part, at, fmt::format("nested more than {} deep; write it flatter", kDeepest));
        return true;
      }
    }
    return false;
  }

  // A comment would take in what is joined to its line; each byte stays where it is.
  static std::string withoutComments(std::string text) {
    bool quoted = false;
    bool comment = false;
    for (size_t at = 0; at < text.size(); ++at) {
      if (comment && text[at] != '\n') {
        text[at] = ' ';
        continue;
      }
      comment = !quoted && text[at] == '#';
      if (comment) text[at] = ' ';
      if (quoted && text[at] == '\\')
        ++at;
      else if (text[at] == '"')
        quoted = !quoted;
    }
    return text;
  }

  // For Clang a line end outside of brackets ends a matcher: `.bind("x")` may stand in a line of its own all the same.
  static std::string joinedLines(std::string text) {
    for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
      const size_t next = text.find_first_not_of(" \t\r\n", at);
      if (next != std::string::npos && text[next] == '.') text[at] = ' ';
    }
    return text;
  }

  std::optional<Matcher> bindWhole(const Matcher& matcher, size_t begin) {
    if (sema_.bound.contains(kWholeMatch))
      add(RulePart::kMatch, begin, "'match' is the name of the whole match; bind this node by another one");
    auto bound = matcher.tryBind(kWholeMatch);
    clang::ast_matchers::MatchFinder finder;
    if (!bound || !finder.addDynamicMatcher(*bound, nullptr)) {
      add(RulePart::kMatch, begin, std::string(kNoNode));
      return std::nullopt;
    }
    placeless_ = isPlaceless(bound->getSupportedKind());
    if (placeless_ && rule_.range.empty())
      add(RulePart::kMatch, begin,
          "a type stands nowhere in the code; match typeLoc(), which is a type where it is written");
    return bound;
  }

  void addBad(const std::string& read, size_t begin) {
    const LineIndex lines(read);
    for (const auto& [place, wrong] : sema_.bad)
      add(RulePart::kMatch, begin + std::min<size_t>(lines.lineBegin(place.Line) + place.Column - 1, read.size()),
          wrong);
  }

  void addSaid(const std::string& text, const std::string& read, size_t begin) {
    const LineIndex lines(read);
    for (const auto& line : splitLines(text)) {
      Said said;
      if (!readSaid(line, said)) continue;
      add(RulePart::kMatch, begin + std::min<size_t>(lines.lineBegin(said.line) + said.column - 1, read.size()),
          explain(said.what));
    }
    const bool overloaded = text.contains("unresolved overloaded type");
    if (problems_.empty())
      add(RulePart::kMatch, begin, overloaded ? std::string(kNoNode) : "no matcher can be read: " + text);
  }

  std::optional<clang::transformer::RangeSelector> parseRange() {
    if (rule_.range.empty()) {
      anchors_ = {kWholeMatch};
      return clang::transformer::node(kWholeMatch);
    }
    if (isTooDeep(RulePart::kRange, rule_.range)) return std::nullopt;
    auto parsed = clang::transformer::parseRangeSelector(rule_.range);
    if (!parsed) {
      addRangeError(llvm::toString(parsed.takeError()));
      return std::nullopt;
    }
    for (size_t open = rule_.range.find('"'); open != std::string::npos;) {
      const size_t close = rule_.range.find('"', open + 1);
      if (close == std::string::npos) break;
      anchors_.push_back(rule_.range.substr(open + 1, close - open - 1));
      checkBound(RulePart::kRange, open + 1, anchors_.back());
      open = rule_.range.find('"', close + 1);
    }
    return std::move(*parsed);
  }

  // "parse error at position (4): what: the text from there on"
  void addRangeError(std::string_view text) {
    constexpr std::string_view kHead = "parse error at position (";
    size_t offset = 0;
    if (text.starts_with(kHead)) {
      text.remove_prefix(kHead.size());
      std::from_chars(text.data(), text.data() + text.size(), offset);
      text.remove_prefix(std::min(text.find(": ") + 2, text.size()));
      text = text.substr(0, text.find(": "));
    }
    add(RulePart::kRange, std::min(offset, rule_.range.size()),
        fmt::format("no range selector: {}; write one as node(\"name\")", text));
  }

  RuleTemplate parseTemplate() {
    auto pieces = parseRuleTemplate(rule_.replace);
    for (const auto& piece : pieces)
      if (piece.bound) checkBound(RulePart::kReplace, piece.offset, piece.text);
    return pieces;
  }

  void checkBound(RulePart part, size_t offset, const std::string& name) {
    if (!readable_) return;  // what is bound is not known
    const auto found = sema_.bound.find(name);
    const bool whole = name == kWholeMatch;
    if (whole || found != sema_.bound.end()) {
      if (part == RulePart::kReplace && (whole ? placeless_ : found->second))
        add(part, offset, fmt::format("'{}' is a type, which stands nowhere in the code; bind a typeLoc()", name));
      return;
    }
    std::vector<std::string> names;
    for (const auto& [one, placeless] : sema_.bound) names.push_back(one);
    auto hint = meant(name, names);
    if (hint.empty() && part == RulePart::kReplace) hint = "; a brace of code has a blank behind it";
    add(part, offset, fmt::format("no node is bound as '{}'{}", name, hint));
  }

  const CppRule& rule_;
  uint32_t index_;
  NotingSema sema_;
  std::vector<std::string> anchors_;
  bool readable_ = false;
  bool placeless_ = false;  // the whole match is a type
  Problems problems_;
};

}  // namespace

std::expected<CompiledRule, std::vector<RuleProblem>> compileRule(const CppRule& rule, uint32_t index) {
  return Compiler(rule, index).compile();
}

Result<std::vector<CompiledRule>> compileRules(const std::vector<CppRule>& rules) {
  std::vector<CompiledRule> compiled;
  for (const auto& rule : rules) {
    auto one = compileRule(rule, static_cast<uint32_t>(compiled.size()));
    if (!one) return fail(ErrorKind::kInvalid, fmt::format("rule {}: {}", rule.name, one.error().front().message));
    compiled.push_back(std::move(*one));
  }
  return compiled;
}

}  // namespace gander::rewriter
