#include "rewriter/verdict/embedded_keys.h"

#include "base/text.h"

namespace gander::rewriter {
namespace {

bool isQuote(char c) { return c == '"' || c == '\'' || c == '`'; }

bool isBlank(char c) { return c == ' ' || c == '\t'; }

// What stands before the name, without its own quotes and brackets: an item begins behind nothing, a separator or a new line.
bool beginsItem(std::string_view before) {
  auto drop = [&](auto unwanted) {
    while (!before.empty() && unwanted(before.back())) before.remove_suffix(1);
  };
  drop([](char c) { return isQuote(c) || c == '\\' || c == '['; });
  drop(isBlank);
  if (before.ends_with("\\n") || before.ends_with("\\t")) return true;
  return before.empty() || std::string_view("\n\r{,;(").contains(before.back());
}

// `= 1`, `: "x"`, `] = {`: a value that stands in the text itself. A hole of a format is none, a comparison neither.
bool hasValue(std::string_view behind) {
  auto drop = [&](auto unwanted) {
    while (!behind.empty() && unwanted(behind.front())) behind.remove_prefix(1);
  };
  drop([](char c) { return isQuote(c) || c == '\\' || c == ']'; });
  drop(isBlank);
  if (behind.empty() || (behind.front() != '=' && behind.front() != ':')) return false;
  char sign = behind.front();
  behind.remove_prefix(1);
  drop(isBlank);
  if (behind.empty() || behind.front() == sign || behind.front() == '%' || behind.starts_with("{}")) return false;
  return isWordByte(behind.front()) || isQuote(behind.front()) || std::string_view("-+.\\[{").contains(behind.front());
}

// Between the quotes: without a prefix, the quotes, and the delimiters of a raw literal.
ByteRange bodyOf(std::string_view text, ByteRange string) {
  auto written = text.substr(string.begin, string.size());
  size_t open = written.find_first_of("\"'");
  if (open == std::string_view::npos) return string;
  size_t quotes = written.substr(open).starts_with("\"\"\"") || written.substr(open).starts_with("'''") ? 3 : 1;
  size_t delimiter = 0;
  bool raw = open > 0 && written[open - 1] == 'R';
  if (raw && written.find('(', open) != std::string_view::npos) delimiter = written.find('(', open) - open;
  size_t head = open + quotes + delimiter;
  size_t tail = quotes + delimiter;
  if (head + tail > written.size()) return string;
  return {string.begin + static_cast<uint32_t>(head), string.end - static_cast<uint32_t>(tail)};
}

}  // namespace

bool standsAsKey(std::string_view text, ByteRange string, ByteRange name) {
  auto body = bodyOf(text, string);
  if (!body.contains(name)) return false;
  auto before = text.substr(body.begin, name.begin - body.begin);
  auto behind = text.substr(name.end, body.end - name.end);
  bool first = before.find_first_not_of(" \t\"'\\[") == std::string_view::npos;
  // "user_name: must be set" is a sentence.
  if (first && behind.find_first_not_of(" \"'\\]") != std::string_view::npos &&
      behind[behind.find_first_not_of(" \"'\\]")] == ':')
    return false;
  return beginsItem(before) && hasValue(behind);
}

}  // namespace gander::rewriter
