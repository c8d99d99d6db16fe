#include "rewriter/definitions/proto_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace gander::rewriter {
namespace {

// Those that may be the key of a map come first.
constexpr std::array<std::string_view, 15> kScalars = {"int32",  "int64",   "uint32",  "uint64",   "sint32",
                                                       "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64",
                                                       "bool",   "string",  "bytes",   "double",   "float"};
constexpr size_t kKeys = 12;

std::string withoutBlanks(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c != ' ' && c != '\t') out += c;
  return out;
}

bool isTypeName(std::string_view text) {
  if (text.starts_with('.')) text.remove_prefix(1);
  return std::ranges::all_of(split(text, '.'), isProtoName);
}

}  // namespace

bool isProtoName(std::string_view text) {
  auto fits = [](char c) { return isWordByte(c) && static_cast<unsigned char>(c) < 0x80; };
  return !text.empty() && std::ranges::all_of(text, fits) && !(text.front() >= '0' && text.front() <= '9');
}

std::string whyNoType(const ProtoTree& protos, const MessagePlace& place, std::string_view type) {
  auto none = fmt::format("'{}' is no type of protobuf", type);
  constexpr std::string_view kMap = "map<";
  if (type.starts_with(kMap)) {
    auto inner = type.substr(kMap.size());
    size_t comma = inner.find(',');
    if (!inner.ends_with('>') || comma == std::string_view::npos) return none;
    auto value = withoutBlanks(inner.substr(comma + 1, inner.size() - comma - 2));
    bool key = std::find(kScalars.begin(), kScalars.begin() + kKeys, withoutBlanks(inner.substr(0, comma))) !=
               kScalars.begin() + kKeys;
    return !key || value.starts_with(kMap) ? none : whyNoType(protos, place, value);
  }
  if (std::ranges::find(kScalars, type) != kScalars.end()) return "";
  if (!isTypeName(type)) return none;
  auto full = protos.resolve({std::string(type), {}, place.message->full});
  if (protos.seesType(*place.source, full)) return "";
  return protos.definesType(full) ? fmt::format("no file that this one imports defines {}", full) : none;
}

bool isSameType(std::string_view a, std::string_view b) {
  auto x = withoutBlanks(a);
  auto y = withoutBlanks(b);
  return x == y || x.ends_with("." + y) || y.ends_with("." + x);
}

}  // namespace gander::rewriter
