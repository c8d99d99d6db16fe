#include "rewriter/definitions/proto_places.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <string>

namespace gander::rewriter {

namespace io = google::protobuf::io;

uint32_t ProtoPlaces::offsetOf(int line, int column) const {
  auto begin = lines_.lineBegin(static_cast<uint32_t>(line) + 1);
  uint32_t bytes = 0;
  for (int counted = 0; counted < column && begin + bytes < text_.size() && text_[begin + bytes] != '\n'; ++bytes)
    counted += text_[begin + bytes] == '\t' ? 8 - counted % 8 : 1;
  return begin + bytes;
}

ByteRange ProtoPlaces::rangeOf(const std::vector<int>& span) const {
  if (span.size() < 3) return {};
  int endLine = span.size() == 4 ? span[2] : span[0];
  return {offsetOf(span[0], span[1]), offsetOf(endLine, span.back())};
}

namespace {

class Silent final : public io::ErrorCollector {
 public:
  void AddError(int, int, const std::string&) override {}
};

}  // namespace

std::vector<ByteRange> identifiersIn(std::string_view text, ByteRange range) {
  auto part = text.substr(range.begin, range.size());
  ProtoPlaces places(part);
  io::ArrayInputStream stream(part.data(), static_cast<int>(part.size()));
  Silent errors;
  io::Tokenizer tokenizer(&stream, &errors);
  std::vector<ByteRange> found;
  while (tokenizer.Next()) {
    const auto& token = tokenizer.current();
    if (token.type != io::Tokenizer::TYPE_IDENTIFIER) continue;
    found.push_back({range.begin + places.offsetOf(token.line, token.column),
                     range.begin + places.offsetOf(token.line, token.end_column)});
  }
  return found;
}

std::string lineBreakBefore(std::string_view text, ByteRange statement) {
  size_t line = text.rfind('\n', statement.begin);
  if (line == std::string_view::npos) return " ";
  auto blanks = text.substr(line + 1, statement.begin - line - 1);
  if (blanks.find_first_not_of(" \t") != std::string_view::npos) return " ";
  bool carriage = line > 0 && text[line - 1] == '\r';
  return (carriage ? "\r\n" : "\n") + std::string(blanks);
}

// The end of the comments that follow `at` up to a line's end; `at` where there are none, or more than comments.
static size_t behindComments(std::string_view text, size_t at) {
  for (size_t end = at;;) {
    end = std::min(text.find_first_not_of(" \t", end), text.size());
    auto rest = text.substr(end);
    if (rest.empty() || rest.front() == '\n' || rest.starts_with("\r\n"))
      return text.find_last_not_of(" \t", end - 1) + 1;
    if (rest.starts_with("//")) {
      size_t line = std::min(text.find('\n', end), text.size());
      return text[line - 1] == '\r' ? line - 1 : line;
    }
    size_t close = rest.starts_with("/*") ? text.find("*/", end) : std::string_view::npos;
    if (close == std::string_view::npos) return at;
    end = close + 2;
  }
}

ProtoGap gapBehind(std::string_view text, ByteRange statement) {
  auto between = lineBreakBefore(text, statement);
  bool ownLine = between != " ";
  auto at = ownLine ? behindComments(text, statement.end) : statement.end;
  return {static_cast<uint32_t>(at), std::move(between)};
}

}  // namespace gander::rewriter
