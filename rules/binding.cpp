#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rules/document/header.h"
#include "rules/model.h"
#include "rules/yaml/reader.h"

namespace gander::rules {
namespace {

const std::vector<std::string> kFilters = {"lower", "upper", "camel", "cpp"};

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

std::string applyFilter(std::string_view filter, std::string text) {
  if (filter == "lower") return toLowerAscii(text);
  if (filter == "upper") return toUpperAscii(std::move(text));
  if (filter == "camel") return toCamel(text);
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

std::string expand(std::string_view pattern, std::string_view field, std::string_view oneof) {
  std::string name;
  for (const auto& piece : splitPattern(pattern)) {
    if (!piece.hole) {
      name += piece.text;
      continue;
    }
    auto words = split(piece.text, '|');
    std::string value(words.front() == "oneof" ? oneof : field);
    for (size_t i = 1; i < words.size(); ++i) value = applyFilter(words[i], std::move(value));
    name += value;
  }
  return name;
}

void checkPattern(const std::string& pattern, bool inOneof, Position position, Problems& problems) {
  for (const auto& piece : splitPattern(pattern)) {
    if (!piece.hole) {
      if (piece.text.find_first_of("{}") != std::string::npos)
        problems.add(position, fmt::format("a brace without its other half in {}", inQuotes(pattern)));
      continue;
    }
    auto words = split(piece.text, '|');
    if (words.front() != "field" && !(inOneof && words.front() == "oneof"))
      problems.add(position, fmt::format("unknown hole {} in {}; write {}", inQuotes("{" + piece.text + "}"),
                                         inQuotes(pattern), inOneof ? "{field} or {oneof}" : "{field}"));
    for (size_t i = 1; i < words.size(); ++i)
      if (std::find(kFilters.begin(), kFilters.end(), words[i]) == kFilters.end())
        problems.add(position, fmt::format("unknown filter {}{}", inQuotes(words[i]),
                                           meantName(words[i], kFilters, "; write " + choices(kFilters))));
  }
}

BindingMember readMember(const Node& node, bool inOneof, Problems& problems) {
  BindingMember member;
  member.position = node.position;
  if (node.kind == Node::Kind::kMap) {
    MapReader map(node, "a member", problems);
    member.pattern = map.text("name");
    member.scope = map.optionalText("in").value_or("");
    map.finish();
  } else {
    member.pattern = scalarText(node, "a member", problems).value_or("");
  }
  if (!member.pattern.empty() && member.pattern.find("{field") == std::string::npos)
    problems.add(node.position, fmt::format("{} has no {{field}}: it would be the same name for each field",
                                            inQuotes(member.pattern)));
  checkPattern(member.pattern, inOneof, node.position, problems);
  checkPattern(member.scope, inOneof, node.position, problems);
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
  for (const Node* item : map.list("fields", true)) binding.fields.push_back(readMember(*item, false, problems));
  for (const Node* item : map.list("oneof_fields")) binding.oneofFields.push_back(readMember(*item, true, problems));
  map.finish();
  return binding;
}

}  // namespace

const LanguageBinding* Binding::find(std::string_view language) const {
  for (const auto& binding : languages)
    if (binding.language == language) return &binding;
  return nullptr;
}

std::vector<BoundName> expandField(const LanguageBinding& binding, std::string_view oldField, std::string_view newField,
                                   std::string_view oneof) {
  std::vector<BoundName> names;
  auto add = [&](const BindingMember& member) {
    BoundName name{expand(member.scope, oldField, oneof), expand(member.pattern, oldField, oneof),
                   expand(member.pattern, newField, oneof)};
    if (name.old != name.now && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  };
  for (const auto& member : binding.fields) add(member);
  if (!oneof.empty())
    for (const auto& member : binding.oneofFields) add(member);
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
