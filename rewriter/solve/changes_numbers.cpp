#include "rewriter/solve/changes_numbers.h"

#include <fmt/format.h>

#include <map>

#include "base/text.h"

namespace gander::rewriter {

std::optional<ValueType> numberOf(std::string_view schemaType) {
  struct Number {
    uint32_t bits;
    bool isSigned;
    bool floating;
  };
  // Words of protobuf, Avro, SQL and of people.
  static const std::map<std::string, Number, std::less<>> kNumbers = {
      {"int8", {8, true, false}},      {"int16", {16, true, false}},    {"int32", {32, true, false}},
      {"int64", {64, true, false}},    {"sint32", {32, true, false}},   {"sint64", {64, true, false}},
      {"sfixed32", {32, true, false}}, {"sfixed64", {64, true, false}}, {"uint8", {8, false, false}},
      {"uint16", {16, false, false}},  {"uint32", {32, false, false}},  {"uint64", {64, false, false}},
      {"fixed32", {32, false, false}}, {"fixed64", {64, false, false}}, {"int", {32, true, false}},
      {"integer", {32, true, false}},  {"smallint", {16, true, false}}, {"bigint", {64, true, false}},
      {"long", {64, true, false}},     {"float", {32, true, true}},     {"float32", {32, true, true}},
      {"float64", {64, true, true}},   {"double", {64, true, true}},    {"real", {32, true, true}}};
  auto found = kNumbers.find(toLowerAscii(schemaType));
  if (found == kNumbers.end()) return std::nullopt;
  return ValueType{std::string(schemaType), found->second.bits, found->second.isSigned, found->second.floating};
}

static std::optional<NumberLoss> loss(const ValueType& from, const ValueType& into) {
  if (into.bits == 0 || from.bits == 0 || into.name == "bool") return std::nullopt;
  auto lost = [&](const char* hazard, std::string_view what) {
    return NumberLoss{hazard, fmt::format("{} goes into {}: {}", from.name, into.name, what)};
  };
  if (from.floating && !into.floating) return lost("precision", "what stands behind the point is lost");
  if (from.floating) {
    if (into.bits < from.bits) return lost("precision", "it holds fewer digits");
    return std::nullopt;
  }
  if (into.floating) {
    uint32_t exact = into.bits == 32 ? 24 : 53;
    if (from.bits > exact) return lost("precision", fmt::format("it holds whole numbers up to {} bits only", exact));
    return std::nullopt;
  }
  if (into.bits < from.bits) return lost("narrowing", "large numbers are cut");
  if (into.isSigned != from.isSigned && (from.isSigned || into.bits == from.bits))
    return lost("sign", from.isSigned ? "negative numbers become large ones" : "large numbers become negative ones");
  return std::nullopt;
}

std::optional<NumberLoss> lossOf(const ValueType& old, const ValueType& now, const ValueType& into) {
  auto lost = loss(now, into);
  auto before = loss(old, into);
  if (lost && before && before->hazard == lost->hazard && old.bits >= now.bits) return std::nullopt;
  return lost;
}

std::optional<NumberLoss> lossInPrint(const ValueType& old, const ValueType& now, std::string_view conversion) {
  if (conversion.empty() || old.bits == 0 || now.bits == 0) return std::nullopt;
  if (old.bits == now.bits && old.isSigned == now.isSigned && old.floating == now.floating) return std::nullopt;
  char last = conversion.back();
  bool floating = std::string_view("aAeEfFgG").contains(last);
  if (floating && now.floating) return std::nullopt;  // a float is passed as a double
  bool wide = conversion.contains('l') || conversion.contains('j') || conversion.contains('z');
  bool sixtyFour = !now.floating && now.bits == 64;
  bool isSigned = last == 'd' || last == 'i';
  if (!floating && !now.floating && wide == sixtyFour)
    return isSigned == now.isSigned
               ? std::nullopt
               : std::optional(NumberLoss{"sign", fmt::format("{} prints {}", conversion, now.name)});
  return NumberLoss{"narrowing", fmt::format("{} does not print {}", conversion, now.name)};
}

}  // namespace gander::rewriter
