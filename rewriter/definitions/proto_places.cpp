#include "rewriter/definitions/proto_places.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

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

}  // namespace gander::rewriter
