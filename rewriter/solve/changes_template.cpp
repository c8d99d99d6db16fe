#include "rewriter/solve/changes_template.h"

#include "base/text.h"

namespace gander::rewriter {
namespace {

constexpr std::string_view kValue = "{value}";

// Whether the hole stands alone between parentheses or commas.
bool isDelimited(std::string_view before, std::string_view behind) {
  size_t last = before.find_last_not_of(' ');
  size_t first = behind.find_first_not_of(' ');
  bool opens = last != std::string_view::npos && (before[last] == '(' || before[last] == ',' || before[last] == '{');
  bool closes =
      first != std::string_view::npos && (behind[first] == ')' || behind[first] == ',' || behind[first] == '}');
  return opens && closes;
}

// Where a bracket or a quote that begins at `at` ends: one past it, or npos.
size_t skip(std::string_view code, size_t at) {
  std::string open;
  for (size_t i = at; i < code.size(); ++i) {
    char c = code[i];
    if (c == '"' || c == '\'') {
      for (++i; i < code.size() && code[i] != c; ++i)
        if (code[i] == '\\') ++i;
    } else if (c == '(' || c == '[' || c == '{') {
      open.push_back(c);
    } else if (c == ')' || c == ']' || c == '}') {
      if (open.empty()) return std::string_view::npos;
      open.pop_back();
    }
    if (open.empty()) return i < code.size() ? i + 1 : std::string_view::npos;
  }
  return std::string_view::npos;
}

// The '<...>' of a cast or a template's name, which a call follows.
size_t skipAngles(std::string_view code, size_t at) {
  int depth = 0;
  for (size_t i = at; i < code.size(); ++i) {
    char c = code[i];
    if (c == '<') ++depth;
    if (c == '>' && --depth == 0) return i + 1 < code.size() && code[i + 1] == '(' ? i + 1 : std::string_view::npos;
    if (!isWordByte(c) && c != '<' && c != '>' && c != ':' && c != ',' && c != ' ' && c != '*') break;
  }
  return std::string_view::npos;
}

}  // namespace

bool isPrimary(std::string_view code) {
  for (size_t i = 0; i < code.size();) {
    char c = code[i];
    if (isWordByte(c) || c == ':' || c == '.') {
      ++i;
    } else if (c == '-' && i > 0 && code.substr(i).starts_with("->")) {
      i += 2;
    } else if (c == '(' || c == '[' || c == '{' || c == '"' || c == '\'') {
      i = skip(code, i);
    } else if (c == '<' && i > 0 && isWordByte(code[i - 1])) {
      i = skipAngles(code, i);
    } else {
      return false;
    }
    if (i == std::string_view::npos) return false;
  }
  return !code.empty();
}

bool isPath(std::string_view code) {
  for (size_t i = 0; i < code.size(); ++i) {
    const bool arrow = code[i] == '-' && i + 1 < code.size() && code[i + 1] == '>';
    if (arrow) ++i;
    if (!arrow && !isWordByte(code[i]) && code[i] != '.' && code[i] != ':') return false;
  }
  return true;
}

void Wrapping::enclose() {
  before = "(" + before;
  behind += ")";
  primary = true;
}

void Wrapping::apply(std::string_view pattern) {
  if (pattern == kValue) return;
  size_t hole = pattern.find(kValue);
  auto left = pattern.substr(0, hole);
  auto right = pattern.substr(hole + kValue.size());
  if (!primary && !isDelimited(left, right)) enclose();
  before = std::string(left) + before;
  behind += std::string(right);
  primary = isPrimary(replaceAll(pattern, kValue, "v"));
}

std::string withoutBlanks(std::string_view code) {
  std::string out;
  char quote = 0;
  for (size_t i = 0; i < code.size(); ++i) {
    char c = code[i];
    if (quote != 0) {
      out += c;
      if (c == '\\' && i + 1 < code.size()) out += code[++i];
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
  }
  return out;
}

}  // namespace gander::rewriter
