// rules: matchers of the author's own, with what becomes of what they match. The matchers themselves are checked where Clang is.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rules/document/header.h"
#include "rules/document/sections.h"

namespace gander::rules {
namespace {

bool isWord(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, isWordByte) && (text.front() < '0' || text.front() > '9');
}

// The names in a matcher, for a hint: "lake::open" of hasName("lake::open") gives `open`.
std::vector<std::string> namesIn(std::string_view matcher) {
  std::vector<std::string> names;
  for (size_t open = matcher.find('"'); open != std::string_view::npos;) {
    size_t close = matcher.find('"', open + 1);
    if (close == std::string_view::npos) break;
    auto text = matcher.substr(open + 1, close - open - 1);
    auto name = text.substr(text.find_last_of(":") == std::string_view::npos ? 0 : text.find_last_of(":") + 1);
    bool bound = matcher.substr(0, open).ends_with("bind(");
    if (!bound && isWord(name) && std::ranges::find(names, name) == names.end()) names.emplace_back(name);
    open = matcher.find('"', close + 1);
  }
  return names;
}

class RuleReader {
 public:
  RuleReader(const Node& node, std::string_view document, const Migration& migration, Problems& problems)
      : map_(node, "a rule", problems), document_(document), migration_(migration), problems_(problems) {
    rule_.position = node.position;
  }

  Rule read() {
    rule_.name = map_.text("name");
    checkName(rule_.name, map_.positionOf("name"), problems_);
    readLanguage();
    rule_.paths = map_.optionalText("paths").value_or(rule_.paths);
    checkGlob(rule_.paths, map_.positionOf("paths"), problems_);
    rule_.match = readText("match", "a Clang AST matcher", true);
    rule_.range = readText("range", "a range selector, such as node(\"name\")", false);
    rule_.replace = readText("replace", "the text that takes the range's place", true);
    if (!rule_.match.stretches.empty() && rule_.match.text.find_first_not_of(" \n") == std::string::npos)
      problems_.add(map_.positionOf("match"), "an empty matcher; write what is to be matched, such as callExpr()");
    readWords();
    readChange();
    map_.finish();
    return std::move(rule_);
  }

 private:
  void readLanguage() {
    auto language = map_.optionalText("language").value_or("cpp");
    if (language != "cpp")
      problems_.add(
          map_.positionOf("language"),
          fmt::format("rules are Clang AST matchers and so for cpp only, not for {}; for definitions in other "
                      "languages there are the queries of 'definitions', for APIs there are models",
                      inQuotes(language)));
  }

  WrittenText readText(const std::string& key, std::string_view what, bool required) {
    const Node* node = map_.child(key, required);
    if (node == nullptr) return {};
    if (node->kind == Node::Kind::kScalar) return writtenText(*node, document_);
    problems_.add(node->position, fmt::format("'{}' is a text, {}, not {}", key, what, describe(*node)));
    return {};
  }

  void readWords() {
    for (const Node* item : map_.list("words")) {
      auto word = scalarText(*item, "a word", problems_);
      if (!word) continue;
      if (!isWord(*word))
        problems_.add(item->position, fmt::format("{} is no word; write a name as it stands in code, without '::' or "
                                                  "quotes",
                                                  inQuotes(*word)));
      rule_.words.push_back(std::move(*word));
    }
    if (!map_.isMap() || !rule_.words.empty()) return;
    auto names = namesIn(rule_.match.text);
    problems_.add(
        map_.positionOf("words"),
        fmt::format("nothing says which files are looked at; add 'words', names of which a file must hold one{}",
                    names.empty() ? "" : fmt::format(": [{}]", fmt::join(names, ", "))));
  }

  void readChange() {
    rule_.change = "rule/" + rule_.name;
    auto change = map_.optionalText("change");
    if (!change) return;
    rule_.change = *change;
    std::vector<std::string> ids;
    for (const auto& dataset : migration_.datasets) {
      std::vector<std::string> own;
      for (const auto& one : dataset.changes) own.push_back(one.id);
      for (const auto& reference : dataset.references) own.push_back(referenceId(dataset, reference));
      if (std::ranges::find(own, *change) != own.end()) rule_.dataset = dataset.id;
      ids.insert(ids.end(), own.begin(), own.end());
    }
    if (rule_.dataset.empty())
      problems_.add(map_.positionOf("change"),
                    fmt::format("no change or reference has the id {}{}", inQuotes(*change),
                                meantName(*change, ids, "; an id is <dataset>/<kind>/<field or old name>")));
  }

  MapReader map_;
  std::string_view document_;
  const Migration& migration_;
  Problems& problems_;
  Rule rule_;
};

}  // namespace

void readRules(MapReader& document, std::string_view text, Section section, Migration& migration) {
  std::set<std::string> names;
  for (const Node* item : document.list("rules")) {
    auto rule = RuleReader(*item, text, migration, section.problems).read();
    if (!rule.name.empty() && !names.insert(rule.name).second)
      section.problems.add(item->position,
                           fmt::format("rule {} stands here twice; give one another name", inQuotes(rule.name)));
    migration.rules.push_back(std::move(rule));
  }
}

}  // namespace gander::rules
