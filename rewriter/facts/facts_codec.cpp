#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <type_traits>

#include "rewriter/cpp_parser.h"
#include "rewriter/facts/cbor_check.h"
#include "rewriter/facts/facts.h"
#include "rewriter/facts/fields.h"
#include "rewriter/facts/spans.h"

namespace gander::rewriter {
namespace {

using nlohmann::json;

constexpr size_t kDepth = 16;  // a unit is some eight levels deep

constexpr uint64_t limitOf(Op) { return static_cast<uint64_t>(Op::kUnknown); }
constexpr uint64_t limitOf(Access) { return static_cast<uint64_t>(Access::kAddress); }
constexpr uint64_t limitOf(How) { return static_cast<uint64_t>(How::kGuessed); }
constexpr uint64_t limitOf(SymbolKind) { return static_cast<uint64_t>(SymbolKind::kUnknown); }
constexpr uint64_t limitOf(Fate) { return static_cast<uint64_t>(Fate::kUnknown); }
constexpr uint64_t limitOf(ZoneKind) { return static_cast<uint64_t>(ZoneKind::kDirective); }
constexpr uint64_t limitOf(RulePart) { return static_cast<uint64_t>(RulePart::kReplace); }
constexpr uint64_t limitOf(uint32_t) { return std::numeric_limits<uint32_t>::max(); }
constexpr uint64_t limitOf(char) { return 255; }

template <typename T>
json write(const T& value);

struct FieldLister {
  std::vector<json> fields = {};  // in their order
  template <typename F>
  void operator()(const char*, F& field) {
    fields.push_back(write(field));
  }
};

// Leaves out the fields that are as in a fresh value: most are, and units are large.
class FieldWriter {
 public:
  explicit FieldWriter(const std::vector<json>& fresh) : fresh_(fresh.begin()) {}
  template <typename F>
  void operator()(const char* name, F& field) {
    json written = write(field);
    if (written != *fresh_++) object_[name] = std::move(written);
  }
  json take() { return std::move(object_); }

 private:
  std::vector<json>::const_iterator fresh_;
  json object_ = json::object();
};

// The writer only reads; one list of fields serves both directions.
template <typename T>
json writeRecord(const T& value) {
  static const std::vector<json> fresh = [] {
    FieldLister lister;
    T empty{};
    visitFields(lister, empty);
    return std::move(lister.fields);
  }();
  FieldWriter writer(fresh);
  visitFields(writer, const_cast<T&>(value));
  return writer.take();
}

template <typename T>
json write(const T& value) {
  if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, bool>) {
    return value;
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<uint64_t>(value);
  } else if constexpr (std::is_same_v<T, char>) {
    return static_cast<uint64_t>(static_cast<unsigned char>(value));
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<uint64_t>(value);
  } else if constexpr (requires { typename T::value_type; }) {
    json list = json::array();
    for (const auto& item : value) list.push_back(write(item));
    return list;
  } else {
    return writeRecord(value);
  }
}

// The first thing that is not as it must be, remembered; reading goes on without harm.
struct Reading {
  std::string error;
  void reject(std::string_view field, std::string_view what) {
    if (error.empty()) error = fmt::format("{}: {}", field, what);
  }
};

template <typename T>
void read(Reading& reading, const char* name, const json& from, T& value);

class FieldReader {
 public:
  FieldReader(Reading& reading, const json& object) : reading_(reading), object_(object) {}
  template <typename F>
  void operator()(const char* name, F& field) {
    const auto found = object_.find(name);
    if (found != object_.end()) read(reading_, name, *found, field);
  }

 private:
  Reading& reading_;
  const json& object_;
};

template <typename T>
void read(Reading& reading, const char* name, const json& from, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    if (!from.is_string()) return reading.reject(name, "not text");
    value = from.get_ref<const std::string&>();
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!from.is_boolean()) return reading.reject(name, "not true or false");
    value = from.get<bool>();
  } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
    if (!from.is_number_unsigned()) return reading.reject(name, "not a number");
    const auto number = from.get<uint64_t>();
    if (number > limitOf(T{})) return reading.reject(name, "out of range");
    value = static_cast<T>(number);
  } else if constexpr (requires { typename T::value_type; }) {
    if (!from.is_array()) return reading.reject(name, "not a list");
    value.reserve(from.size());
    for (const json& item : from) read(reading, name, item, value.emplace_back());
  } else {
    if (!from.is_object()) return reading.reject(name, "not a record");
    FieldReader reader(reading, from);
    visitFields(reader, value);
  }
}

// What the solver relies on without asking again.
class UnitCheck {
 public:
  Status run(const Unit& unit) {
    forEachSpan(unit, [&](const Span& span) { check(span.range); });
    forEachPiece(unit, [&](const LiteralPiece& piece) { checkPiece(piece); });
    for (const Function& function : unit.functions) checkFunction(function);
    for (const RuleMatch& match : unit.rules) checkMatch(match, unit);
    if (error_.empty()) return {};
    return fail(ErrorKind::kCorrupt, "facts: " + error_);
  }

 private:
  void reject(std::string_view what) {
    if (error_.empty()) error_ = what;
  }
  void check(ByteRange range) {
    if (range.begin > range.end) reject("a range ends before it begins");
  }
  void checkPiece(const LiteralPiece& piece) {
    if (!piece.offsets.empty() && piece.offsets.size() != piece.value.size() + 1)
      reject("offsets that don't fit their text");
    uint32_t before = piece.span.range.begin;
    for (const uint32_t offset : piece.offsets) {
      if (offset < before || offset > piece.span.range.end) reject("offsets outside of their literal");
      before = offset;
    }
    if (piece.offsets.empty() && piece.value.size() > piece.span.range.size()) reject("a text longer than its literal");
  }
  void checkMatch(const RuleMatch& match, const Unit& unit) {
    for (const uint32_t instance : match.instances)
      if (instance >= unit.instances.size()) reject("an instantiation that is not there");
  }
  void checkFunction(const Function& function) {
    std::set<ValueId> defined{kNoValue};
    for (const Fact& fact : function.facts) {
      if (fact.out != kNoValue && !defined.insert(fact.out).second) reject("a value is defined twice");
    }
    for (const Fact& fact : function.facts) checkFact(fact, function, defined);
    for (const Parameter& parameter : function.params) {
      if (!defined.contains(parameter.value)) reject("a parameter without its definition");
    }
  }
  void checkFact(const Fact& fact, const Function& function, const std::set<ValueId>& defined) {
    for (const ValueId operand : fact.in) {
      if (!defined.contains(operand)) reject("an operand without its definition");
    }
    const bool parameter = fact.op == Op::kParam || fact.op == Op::kOut;
    if (parameter && fact.index >= function.params.size()) reject("a parameter that is not there");
    if (fact.in.size() < leastOperands(fact)) reject("too few operands");
    if (!fact.keywords.empty() && fact.keywords.size() + 1 != fact.in.size()) reject("keywords without arguments");
  }
  static size_t leastOperands(const Fact& fact) {
    const size_t written = fact.access == Access::kWrite ? 1 : 0;
    switch (fact.op) {
      case Op::kGlobal: return written;
      case Op::kMember: return 1 + written;
      case Op::kIndex: return 2 + written;
      case Op::kCopy:
      case Op::kCall:
      case Op::kElement:
      case Op::kOut:
      case Op::kFormat: return 1;
      case Op::kChanged: return 2;
      default: return 0;
    }
  }

  std::string error_;
};

template <typename T>
Result<T> readDocument(const json& document, const char* what) {
  T value;
  Reading reading;
  read(reading, what, document, value);
  if (!reading.error.empty()) return fail(ErrorKind::kCorrupt, reading.error);
  return value;
}

}  // namespace

std::string encodeUnit(const Unit& unit) {
  std::string bytes;
  json::to_cbor(write(unit), bytes);
  return bytes;
}

Result<Unit> decodeUnit(std::string_view bytes) {
  GANDER_CHECK(checkCbor(bytes, kDepth));
  try {
    GANDER_TRY(Unit unit, readDocument<Unit>(json::from_cbor(bytes.begin(), bytes.end()), "facts"));
    GANDER_CHECK(UnitCheck().run(unit));
    return unit;
  } catch (const json::exception& error) {
    return fail(ErrorKind::kCorrupt, fmt::format("facts: {}", error.what()));
  }
}

// JSON is UTF-8. A path that is not is spoilt here and then not found by the parsing process, which says so.
std::string encodeCommand(const CppCommand& command) {
  return write(command).dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<CppCommand> decodeCommand(std::string_view text) {
  try {
    return readDocument<CppCommand>(json::parse(text), "command");
  } catch (const json::exception& error) {
    return fail(ErrorKind::kCorrupt, fmt::format("command: {}", error.what()));
  }
}

std::string encodeProblems(const std::vector<RuleProblem>& problems) {
  return write(problems).dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<std::vector<RuleProblem>> decodeProblems(std::string_view text) {
  try {
    return readDocument<std::vector<RuleProblem>>(json::parse(text), "problems");
  } catch (const json::exception& error) {
    return fail(ErrorKind::kCorrupt, fmt::format("problems: {}", error.what()));
  }
}

}  // namespace gander::rewriter
