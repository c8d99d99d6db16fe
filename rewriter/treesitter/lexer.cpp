#include "rewriter/treesitter/lexer.h"

#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"

namespace gander::rewriter {
namespace {

struct Quote {
  std::string_view open;
  std::string_view close;
  bool escapes = true;   // a backslash takes the next byte
  bool lines = false;    // may hold line breaks
  bool doubled = false;  // the closing quote twice is that quote
};

enum class CommentPlace { kAnywhere, kWordStart, kLineStart };

struct Rules {
  std::vector<std::string_view> comments;  // up to the end of the line
  std::vector<std::pair<std::string_view, std::string_view>> blocks;
  std::vector<Quote> quotes;  // longer ones first
  CommentPlace place = CommentPlace::kAnywhere;
  bool directives = false;  // C's preprocessor
  bool rawStrings = false;  // R"x(...)x"
  bool separators = false;  // 1'000
};

const Quote kDouble{.open = "\"", .close = "\""};
const Quote kSingle{.open = "'", .close = "'"};
const Quote kDoubleLines{.open = "\"", .close = "\"", .lines = true};
const Quote kSingleRaw{.open = "'", .close = "'", .escapes = false, .lines = true};
const Quote kBacktick{.open = "`", .close = "`", .lines = true};
const Quote kBacktickRaw{.open = "`", .close = "`", .escapes = false, .lines = true};
const Quote kTripleDouble{.open = "\"\"\"", .close = "\"\"\"", .lines = true};
const Quote kTripleSingle{.open = "'''", .close = "'''", .lines = true};
const Quote kSqlText{.open = "'", .close = "'", .escapes = false, .lines = true, .doubled = true};

const std::map<std::string_view, Rules>& table() {
  using enum CommentPlace;
  static const std::map<std::string_view, Rules> kTable = {
      {"cpp", {{"//"}, {{"/*", "*/"}}, {kDouble, kSingle}, kAnywhere, true, true, true}},
      {"proto", {{"//"}, {{"/*", "*/"}}, {kDouble, kSingle}}},
      {"java", {{"//"}, {{"/*", "*/"}}, {kTripleDouble, kDouble, kSingle}}},
      {"groovy", {{"//"}, {{"/*", "*/"}}, {kTripleDouble, kTripleSingle, kDouble, kSingle}}},
      {"go", {{"//"}, {{"/*", "*/"}}, {kBacktickRaw, kDouble, kSingle}}},
      {"javascript", {{"//"}, {{"/*", "*/"}}, {kBacktick, kDouble, kSingle}}},
      {"json", {{"//"}, {{"/*", "*/"}}, {kDouble}}},
      {"rust", {{"//"}, {{"/*", "*/"}}, {kDoubleLines}}},  // a lone ' is mostly a lifetime
      {"php", {{"//", "#"}, {{"/*", "*/"}}, {kDoubleLines, {.open = "'", .close = "'", .lines = true}}}},
      {"css", {{}, {{"/*", "*/"}}, {kDouble, kSingle}}},
      {"sql", {{"--"}, {{"/*", "*/"}, {"{#", "#}"}}, {kSqlText}}},
      {"shell", {{"#"}, {}, {kDoubleLines, kSingleRaw}, kWordStart}},
      {"dockerfile", {{"#"}, {}, {kDouble}, kLineStart}},
      {"make", {{"#"}, {}, {}}},
      {"cmake",
       {{"#"}, {{"#[[", "]]"}}, {kDoubleLines, {.open = "[[", .close = "]]", .escapes = false, .lines = true}}}},
      {"toml", {{"#"}, {}, {kTripleDouble, kTripleSingle, kDouble, {.open = "'", .close = "'", .escapes = false}}}},
      {"hcl", {{"#", "//"}, {{"/*", "*/"}}, {kDouble}}},
      {"ini", {{"#", ";"}, {}, {}, kLineStart}},
      {"properties", {{"#", "!"}, {}, {}, kLineStart}},
      {"conf", {{"#"}, {}, {kDouble}, kWordStart}},
      {"ruby",
       {{"#"}, {{"\n=begin", "\n=end"}}, {kDoubleLines, {.open = "'", .close = "'", .lines = true}}, kWordStart}},
      {"perl", {{"#"}, {}, {kDoubleLines, {.open = "'", .close = "'", .lines = true}}, kWordStart}},
      {"r", {{"#"}, {}, {kDoubleLines, {.open = "'", .close = "'", .lines = true}}}},
      {"lua",
       {{"--"}, {{"--[[", "]]"}}, {{.open = "[[", .close = "]]", .escapes = false, .lines = true}, kDouble, kSingle}}},
      {"haskell", {{"--"}, {{"{-", "-}"}}, {kDouble}}},
      {"html", {{}, {{"<!--", "-->"}}, {}}},
      {"tex", {{"%"}, {}, {}}},
  };
  return kTable;
}

class Lexer {
 public:
  Lexer(const Rules& rules, std::string_view text) : rules_(rules), text_(text) {}

  std::vector<Zone> run() {
    while (at_ < text_.size()) {
      if (takeDirective() || takeBlock() || takeLine() || takeRaw() || takeQuoted()) continue;
      ++at_;
    }
    return std::move(zones_);
  }

 private:
  bool startsWith(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }
  void add(size_t end, ZoneKind kind) {
    zones_.push_back({{static_cast<uint32_t>(at_), static_cast<uint32_t>(end)}, kind});
  }
  size_t lineEnd(size_t from) const { return std::min(text_.find('\n', from), text_.size()); }

  bool atLineStart() const {
    for (size_t i = at_; i-- > 0 && text_[i] != '\n';) {
      if (text_[i] != ' ' && text_[i] != '\t') return false;
    }
    return true;
  }
  bool atWordStart() const {
    return at_ == 0 || std::string_view(" \t\n\r;(&|").find(text_[at_ - 1]) != std::string_view::npos;
  }

  // The directive up to its last line; what stands in it is looked at as well.
  bool takeDirective() {
    if (!rules_.directives || text_[at_] != '#' || !atLineStart()) return false;
    size_t end = lineEnd(at_);
    while (end < text_.size() && (text_[end - 1] == '\\' || text_.substr(0, end).ends_with("\\\r")))
      end = lineEnd(end + 1);
    add(end, ZoneKind::kDirective);
    return ++at_, true;
  }

  bool takeBlock() {
    for (const auto& [open, close] : rules_.blocks) {
      if (!startsWith(open)) continue;
      const size_t found = text_.find(close, at_ + open.size());
      const size_t end = found == std::string_view::npos ? text_.size() : found + close.size();
      add(end, ZoneKind::kComment);
      return at_ = end, true;
    }
    return false;
  }

  bool takeLine() {
    for (const std::string_view leader : rules_.comments) {
      if (!startsWith(leader)) continue;
      if (rules_.place == CommentPlace::kLineStart && !atLineStart()) continue;
      if (rules_.place == CommentPlace::kWordStart && !atWordStart()) continue;
      size_t end = lineEnd(at_);
      while (rules_.directives && end < text_.size() && text_[end - 1] == '\\') end = lineEnd(end + 1);
      add(end, ZoneKind::kComment);
      return at_ = end, true;
    }
    return false;
  }

  // R"x( ... )x", with the prefix letters in front of the R left out.
  bool takeRaw() {
    if (!rules_.rawStrings || !startsWith("R\"")) return false;
    if (at_ > 0 && isWordByte(text_[at_ - 1]) &&
        std::string_view("uU8L").find(text_[at_ - 1]) == std::string_view::npos)
      return false;
    const size_t open = text_.find('(', at_ + 2);
    if (open == std::string_view::npos || open - at_ > 18) return false;
    const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
    const size_t found = text_.find(close, open);
    const size_t end = found == std::string_view::npos ? text_.size() : found + close.size();
    add(end, ZoneKind::kString);
    return at_ = end, true;
  }

  bool isSeparator() const {
    if (!rules_.separators || text_[at_] != '\'' || at_ == 0) return false;
    size_t begin = at_;
    while (begin > 0 && at_ - begin < 64 && (isWordByte(text_[begin - 1]) || text_[begin - 1] == '\'')) --begin;
    return begin < at_ && std::isdigit(static_cast<unsigned char>(text_[begin])) != 0;
  }

  bool takeQuoted() {
    if (isSeparator()) return false;
    for (const Quote& quote : rules_.quotes) {
      if (!startsWith(quote.open)) continue;
      if (unclosed_.contains(quote.open)) return false;
      if (const auto end = endOf(quote)) {
        add(*end, ZoneKind::kString);
        return at_ = *end, true;
      }
      if (quote.lines) unclosed_.insert(quote.open);  // looked for to the end of the text already
      return false;
    }
    return false;
  }

  // Absent for a quote that does not close: it is taken for an apostrophe.
  std::optional<size_t> endOf(const Quote& quote) const {
    for (size_t i = at_ + quote.open.size(); i < text_.size(); ++i) {
      if (quote.escapes && text_[i] == '\\') {
        ++i;
      } else if (text_.substr(i).starts_with(quote.close)) {
        const size_t end = i + quote.close.size();
        if (!quote.doubled || !text_.substr(end).starts_with(quote.close)) return end;
        i = end + quote.close.size() - 1;
      } else if (text_[i] == '\n' && !quote.lines) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  const Rules& rules_;
  std::string_view text_;
  size_t at_ = 0;
  std::vector<Zone> zones_;
  std::set<std::string_view> unclosed_;
};

}  // namespace

std::vector<Zone> lexZones(const std::string& language, std::string_view text) {
  const auto rules = table().find(language);
  return rules == table().end() ? std::vector<Zone>{} : Lexer(rules->second, text).run();
}

}  // namespace gander::rewriter
