#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "rules/document/header.h"
#include "rules/model.h"
#include "rules/yaml/reader.h"

namespace gander::rules {
namespace {

const std::vector<std::string> kFilters = {"lower", "upper", "camel", "inner", "bare", "cpp"};

// C++'s keywords, and what protobuf's generator takes for one (kKeywordList of compiler/cpp/helpers.cc, 3.21).
bool isCppKeyword(const std::string& name) {
  static const auto words = split(
      "NULL alignas alignof and and_eq asm assert auto bitand bitor bool break case catch char char16_t "
      "char32_t char8_t class co_await co_return co_yield compl concept const const_cast consteval "
      "constexpr constinit continue decltype default delete do double dynamic_cast else enum explicit "
      "export extern false float for friend goto if inline int long mutable namespace new noexcept not "
      "not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires return "
      "short signed sizeof static static_assert static_cast struct switch template this thread_local throw "
      "true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq",
      ' ');
  static const std::set<std::string> keywords(words.begin(), words.end());
  return keywords.contains(name);
}

std::string toUpperAscii(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// Before: user_name, x2_y3z   After: UserName, X2Y3Z. As UnderscoresToCamelCase(input, true) of compiler/cpp/helpers.cc.
std::string toCamel(std::string_view text) {
  std::string camel;
  bool capital = true;
  for (char c : text) {
    bool lower = c >= 'a' && c <= 'z';
    bool digit = c >= '0' && c <= '9';
    bool letter = lower || (c >= 'A' && c <= 'Z');
    if (letter || digit) camel += lower && capital ? static_cast<char>(c - 'a' + 'A') : c;
    capital = !letter;
  }
  return camel;
}

// user_name -> userName
std::string toInner(std::string_view text) {
  auto inner = toCamel(text);
  if (!inner.empty() && inner[0] >= 'A' && inner[0] <= 'Z') inner[0] = static_cast<char>(inner[0] - 'A' + 'a');
  return inner;
}

// m_user_name, d_user_name, user_name_ -> user_name: what marks a member, and no accessor is named after.
std::string toBare(std::string_view text) {
  for (std::string_view mark : {"m_", "d_", "s_", "_"})
    if (text.size() > mark.size() && text.starts_with(mark)) {
      text.remove_prefix(mark.size());
      break;
    }
  if (text.size() > 1 && text.ends_with('_')) text.remove_suffix(1);
  return std::string(text);
}

std::string applyFilter(std::string_view filter, std::string text) {
  if (filter == "lower") return toLowerAscii(text);
  if (filter == "upper") return toUpperAscii(std::move(text));
  if (filter == "camel") return toCamel(text);
  if (filter == "inner") return toInner(text);
  if (filter == "bare") return toBare(text);
  return isCppKeyword(text) ? text + "_" : text;
}

// The pieces of a pattern: text as it is, and the insides of {...}.
struct Piece {
  std::string text;
  bool hole = false;
};

std::vector<Piece> splitPattern(std::string_view pattern) {
  std::vector<Piece> pieces;
  while (!pattern.empty()) {
    size_t open = pattern.find('{');
    size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
    if (close == std::string_view::npos) {
      pieces.push_back({std::string(pattern), false});
      break;
    }
    if (open > 0) pieces.push_back({std::string(pattern.substr(0, open)), false});
    pieces.push_back({std::string(pattern.substr(open + 1, close - open - 1)), true});
    pattern.remove_prefix(close + 1);
  }
  return pieces;
}

// What the holes of a pattern stand for.
using Holes = std::map<std::string, std::string, std::less<>>;

std::string expand(std::string_view pattern, const Holes& holes) {
  std::string name;
  for (const auto& piece : splitPattern(pattern)) {
    if (!piece.hole) {
      name += piece.text;
      continue;
    }
    auto words = split(piece.text, '|');
    auto hole = holes.find(words.front());
    std::string value = hole == holes.end() ? "" : hole->second;
    for (size_t i = 1; i < words.size(); ++i) value = applyFilter(words[i], std::move(value));
    name += value;
  }
  return name;
}

void addExpanded(const std::vector<BindingMember>& members, const Holes& old, const Holes& now,
                 std::vector<BoundName>& names) {
  for (const auto& member : members) {
    BoundName name{expand(member.scope, old), expand(member.pattern, old), expand(member.pattern, now), member.role,
                   member.arguments};
    const bool known = std::ranges::any_of(
        names, [&](const BoundName& one) { return one.scope == name.scope && one.old == name.old; });
    if (!known) names.push_back(std::move(name));
  }
}

// Names that a rename leaves as they are have nothing to say; of a change that renames nothing, all do.
void dropUnchanged(bool sameHoles, std::vector<BoundName>& names) {
  if (!sameHoles) std::erase_if(names, [](const BoundName& name) { return name.old == name.now; });
}

void checkPattern(const std::string& pattern, const std::vector<std::string>& known, Position position,
                  Problems& problems) {
  for (const auto& piece : splitPattern(pattern)) {
    if (!piece.hole) {
      if (piece.text.find_first_of("{}") != std::string::npos)
        problems.add(position, fmt::format("a brace without its other half in {}", inQuotes(pattern)));
      continue;
    }
    auto words = split(piece.text, '|');
    if (std::find(known.begin(), known.end(), words.front()) == known.end()) {
      std::vector<std::string> holes;
      for (const auto& hole : known) holes.push_back("{" + hole + "}");
      problems.add(position, fmt::format("unknown hole {} in {}; write {}", inQuotes("{" + piece.text + "}"),
                                         inQuotes(pattern), fmt::join(holes, " or ")));
    }
    for (size_t i = 1; i < words.size(); ++i)
      if (std::find(kFilters.begin(), kFilters.end(), words[i]) == kFilters.end())
        problems.add(position, fmt::format("unknown filter {}{}", inQuotes(words[i]),
                                           meantName(words[i], kFilters, "; write " + choices(kFilters))));
  }
}

constexpr int kMostArguments = 63;

const std::vector<std::string> kRoles = {"other", "value", "write", "has", "clear", "mutable", "number"};

// `known`: the holes that may stand there; `own`, without which it would be the same name for each, must.
BindingMember readMember(const Node& node, const std::vector<std::string>& known, const std::string& own,
                         Problems& problems) {
  BindingMember member;
  member.position = node.position;
  if (node.kind == Node::Kind::kMap) {
    MapReader map(node, "a member", problems);
    member.pattern = map.text("name");
    member.scope = map.optionalText("in").value_or("");
    if (auto role = map.choice("role", kRoles))
      member.role = static_cast<MemberRole>(std::find(kRoles.begin(), kRoles.end(), *role) - kRoles.begin());
    if (auto count = map.optionalNumber("arguments", 0, kMostArguments)) member.arguments = *count;
    map.finish();
  } else {
    member.pattern = scalarText(node, "a member", problems).value_or("");
  }
  if (!member.pattern.empty() && member.pattern.find("{" + own) == std::string::npos)
    problems.add(node.position, fmt::format("{} has no {{{}}}: it would be the same name for each {}",
                                            inQuotes(member.pattern), own, own));
  checkPattern(member.pattern, known, node.position, problems);
  checkPattern(member.scope, known, node.position, problems);
  return member;
}

LanguageBinding readLanguage(const Node::Entry& entry, Problems& problems) {
  LanguageBinding binding;
  binding.language = entry.key;
  if (entry.key != "cpp" && entry.key != "python")
    problems.add(entry.position, fmt::format("unknown language {}; write cpp or python", inQuotes(entry.key)));
  MapReader map(entry.value, "a language", problems);
  binding.separator = map.text("separator");
  binding.nested = map.optionalText("nested").value_or(binding.separator);
  // Of the holes that may stand in a name, the first must.
  auto read = [&](const char* key, const std::vector<std::string>& known, std::vector<BindingMember>& members) {
    const bool required = std::string_view(key) == "fields";
    const auto& own = known.front();
    for (const Node* item : map.list(key, required)) members.push_back(readMember(*item, known, own, problems));
  };
  read("fields", {"field"}, binding.fields);
  read("oneof_fields", {"field", "oneof"}, binding.oneofFields);
  read("oneofs", {"oneof"}, binding.oneofs);
  read("enums", {"enum"}, binding.enums);
  read("nested_enums", {"enum", "own"}, binding.nestedEnums);
  read("nested_values", {"value", "enum", "own"}, binding.nestedValues);
  read("parameters", {"field"}, binding.parameters);
  read("enum_values", {"value", "enum"}, binding.enumValues);
  read("nested_enum_values", {"value", "outer", "enum"}, binding.nestedEnumValues);
  map.finish();
  return binding;
}

}  // namespace

const LanguageBinding* Binding::find(std::string_view language) const {
  for (const auto& binding : languages)
    if (binding.language == language) return &binding;
  return nullptr;
}

std::vector<BoundName> allNames(const LanguageBinding& binding, std::string_view oldField, std::string_view newField,
                                std::string_view oneof) {
  const Holes old{{"field", std::string(oldField)}, {"oneof", std::string(oneof)}};
  const Holes now{{"field", std::string(newField)}, {"oneof", std::string(oneof)}};
  std::vector<BoundName> names;
  addExpanded(binding.fields, old, now, names);
  if (!oneof.empty()) addExpanded(binding.oneofFields, old, now, names);
  return names;
}

std::vector<BoundName> expandOneof(const LanguageBinding& binding, std::string_view oldOneof,
                                   std::string_view newOneof) {
  std::vector<BoundName> names;
  addExpanded(binding.oneofs, {{"oneof", std::string(oldOneof)}}, {{"oneof", std::string(newOneof)}}, names);
  dropUnchanged(oldOneof == newOneof, names);
  return names;
}

std::vector<BoundName> expandParameters(const LanguageBinding& binding, std::string_view oldField,
                                        std::string_view newField) {
  std::vector<BoundName> names;
  addExpanded(binding.parameters, {{"field", std::string(oldField)}}, {{"field", std::string(newField)}}, names);
  dropUnchanged(oldField == newField, names);
  return names;
}

std::vector<BoundName> expandEnum(const LanguageBinding& binding, const EnumNames& old, const EnumNames& now,
                                  const std::vector<std::string>& values) {
  std::vector<BoundName> names;
  Holes before{{"enum", old.whole}, {"own", old.own}};
  Holes behind{{"enum", now.whole}, {"own", now.own}};
  const bool same = before == behind;
  addExpanded(binding.enums, before, behind, names);
  if (old.nested) {
    addExpanded(binding.nestedEnums, before, behind, names);
    for (const auto& value : values) {
      before["value"] = behind["value"] = value;
      addExpanded(binding.nestedValues, before, behind, names);
    }
  }
  dropUnchanged(same, names);
  return names;
}

std::vector<BoundName> expandField(const LanguageBinding& binding, std::string_view oldField, std::string_view newField,
                                   std::string_view oneof) {
  auto names = allNames(binding, oldField, newField, oneof);
  dropUnchanged(oldField == newField, names);
  return names;
}

std::vector<BoundName> expandEnumValue(const LanguageBinding& binding, const EnumValue& old, const EnumValue& now) {
  auto holesOf = [&](const EnumValue& value) {
    return Holes{{"outer", fmt::format("{}", fmt::join(value.outer, binding.nested))},
                 {"enum", value.name},
                 {"value", value.value}};
  };
  std::vector<BoundName> names;
  for (const auto& member : old.outer.empty() ? binding.enumValues : binding.nestedEnumValues)
    names.push_back({expand(member.scope, holesOf(old)), expand(member.pattern, holesOf(old)),
                     expand(member.pattern, holesOf(now)), member.role, std::nullopt});
  return names;
}

Result<Binding> parseBinding(std::string_view file, std::string_view text) {
  Problems problems(file);
  auto root = parseYaml(text, problems);
  if (!root) return std::unexpected(problems.error());
  Binding binding;
  binding.file = file;
  MapReader document(*root, "a binding", problems);
  readKind(document, "Binding", problems);
  if (const Node* node = document.map("metadata", true)) {
    MapReader metadata(*node, "metadata", problems);
    binding.name = metadata.text("name");
    checkName(binding.name, metadata.positionOf("name"), problems);
    metadata.optionalText("about");
    metadata.finish();
  }
  if (const Node* languages = document.map("languages", true))
    for (const auto& entry : languages->entries) binding.languages.push_back(readLanguage(entry, problems));
  document.finish();
  if (!problems.empty()) return std::unexpected(problems.error());
  return binding;
}

}  // namespace gander::rules
