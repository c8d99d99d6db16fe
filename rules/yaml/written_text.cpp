#include "rules/yaml/written_text.h"

#include <algorithm>

namespace gander::rules {
namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Walks the document beside the text that was read from it.
class Follower {
 public:
  Follower(std::string_view document, size_t begin, Position position) : document_(document), at_(begin) {
    written_.stretches.push_back({0, position});
    lines_ = LineIndex(document);
    enter();
  }

  // The line end at the end of a block is not meant.
  WrittenText follow(std::string text) && {
    if (block_ && text.ends_with('\n')) text.pop_back();
    for (size_t i = 0; i < text.size() && find(text[i]); ++i) {
      note(static_cast<uint32_t>(i));
      at_ = next_;
      written_.followed = static_cast<uint32_t>(i + 1);
    }
    written_.text = std::move(text);
    return std::move(written_);
  }

 private:
  // Steps behind an anchor and a tag, and behind a quote, or a block's header.
  void enter() {
    while (peek(at_) == '&' || peek(at_) == '!') {
      at_ = std::min(document_.find_first_of(" \t\r\n", at_), document_.size());
      at_ = std::min(document_.find_first_not_of(" \t\r\n", at_), document_.size());
    }
    char first = peek(at_);
    if (first == '"' || first == '\'') quote_ = first, ++at_;
    block_ = first == '|' || first == '>';
    if (block_) at_ = std::min(document_.find('\n', at_), document_.size());
  }

  char peek(size_t at) const { return at < document_.size() ? document_[at] : '\0'; }

  // Finds the next byte of the text, past blanks that are no part of it; it then stands at `at_`, and goes on at `next_`.
  bool find(char wanted) {
    for (; at_ < document_.size(); ++at_) {
      char c = document_[at_];
      bool escaped = quote_ == '"' && c == '\\';
      bool broken = escaped && isBlank(peek(at_ + 1)) && peek(at_ + 1) != ' ';  // the line goes on
      if (broken) continue;
      next_ = at_ + (escaped || (quote_ == '\'' && c == '\'') ? 2 : 1);
      if (escaped) return isSimpleEscape(peek(at_ + 1), wanted);
      if (c == wanted || (isBlank(wanted) && c == '\n')) return true;
      if (!isBlank(c)) return false;
    }
    return false;
  }

  static bool isSimpleEscape(char escape, char wanted) {
    if (escape == wanted) return true;
    return (escape == 'n' && wanted == '\n') || (escape == 't' && wanted == '\t') || (escape == 'r' && wanted == '\r');
  }

  void note(uint32_t offset) {
    auto& last = written_.stretches.back();
    auto here = lines_.at(static_cast<uint32_t>(at_));
    bool goesOn = here.line == last.position.line && here.column == last.position.column + offset - last.offset;
    if (goesOn) return;
    if (offset == last.offset)
      last.position = here;
    else
      written_.stretches.push_back({offset, here});
  }

  std::string_view document_;
  size_t at_;
  size_t next_ = 0;
  char quote_ = 0;
  bool block_ = false;
  LineIndex lines_{""};
  WrittenText written_;
};

}  // namespace

Position WrittenText::at(uint32_t offset) const {
  Position position;
  for (const auto& stretch : stretches) {
    if (stretch.offset > offset) break;
    position = stretch.position;
    position.column += std::max(std::min(offset, followed), stretch.offset) - stretch.offset;
  }
  return position;
}

// Where the text of an alias is written: at the last anchor of its name.
static size_t anchorOf(std::string_view document, size_t alias) {
  const size_t end = std::min(document.find_first_of(" \t\r\n,]}", alias), document.size());
  const auto anchor = "&" + std::string(document.substr(alias + 1, end - alias - 1));
  for (size_t at = document.rfind(anchor, alias); at != std::string_view::npos && at > 0;
       at = document.rfind(anchor, at - 1))
    if (at + anchor.size() < document.size() && isBlank(document[at + anchor.size()])) return at;
  return alias;
}

WrittenText writtenText(const Node& scalar, std::string_view document) {
  const LineIndex lines(document);
  size_t begin = lines.lineBegin(scalar.position.line) + scalar.position.column - 1;
  auto position = scalar.position;
  if (begin < document.size() && document[begin] == '*') {
    begin = anchorOf(document, begin);
    position = lines.at(static_cast<uint32_t>(begin));
  }
  return Follower(document, begin, position).follow(scalar.text);
}

}  // namespace gander::rules
