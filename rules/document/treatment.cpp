// What a change says is to be done in code: templates, a factor, a default, an action. All of it is checked here, so that who
// uses a template may rely on it: one {value}, holes that are known, brackets that are closed.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "rules/document/sections.h"

namespace gander::rules {
namespace {

const std::vector<std::string> kLanguages = {"cpp", "python", "sql"};

bool converts(ChangeKind kind) {
  return kind == ChangeKind::kRetype || kind == ChangeKind::kUnit || kind == ChangeKind::kNullability ||
         kind == ChangeKind::kMerge;
}

std::vector<std::string> holesOf(const Change& change) {
  if (change.kind == ChangeKind::kMerge) {
    std::vector<std::string> holes;
    for (const auto& field : change.fields) holes.push_back("{" + field + "}");
    return holes;
  }
  if (change.kind == ChangeKind::kNullability) return {"{value}", "{has}"};
  return {"{value}"};
}

// A hole is a word in braces, without blanks: `int{ x }` and `int{0}` are code.
bool isHole(std::string_view inside) {
  if (inside.empty() || inside.front() < 'a' || inside.front() > 'z') return false;
  return std::all_of(inside.begin(), inside.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; });
}

class TemplateCheck {
 public:
  TemplateCheck(const std::string& text, Position position, Problems& problems)
      : text_(text), position_(position), problems_(problems) {}

  void check(const Change& change) {
    checkBrackets();
    auto known = holesOf(change);
    for (size_t at = text_.find('{'); at != std::string::npos; at = text_.find('{', at + 1)) {
      size_t close = text_.find('}', at);
      if (close == std::string::npos) break;
      if (!isHole(std::string_view(text_).substr(at + 1, close - at - 1))) continue;
      auto hole = text_.substr(at, close - at + 1);
      ++met_[hole];
      if (std::find(known.begin(), known.end(), hole) == known.end())
        problem(fmt::format("unknown hole {} in {}{}; a brace of code has a blank behind it", inQuotes(hole),
                            inQuotes(text_), meantName(hole, known, "; write " + choices(known))));
    }
    bool merge = change.kind == ChangeKind::kMerge;
    for (const auto& hole : known)
      if ((merge || hole == "{value}") && met_[hole] != 1)
        problem(fmt::format("{} must stand once in {}", inQuotes(hole), inQuotes(text_)));
  }

 private:
  void problem(std::string what) { problems_.add(position_, std::move(what)); }

  void checkBrackets() {
    std::string open;
    char quote = 0;
    for (size_t i = 0; i < text_.size(); ++i) {
      char c = text_[i];
      if (quote != 0) {
        if (c == '\\') ++i;
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '(' || c == '[' || c == '{') {
        open.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
      } else if (c == ')' || c == ']' || c == '}') {
        if (open.empty() || open.back() != c)
          return problem(fmt::format("a bracket is not opened in {}", inQuotes(text_)));
        open.pop_back();
      }
    }
    if (quote != 0) problem(fmt::format("a quote is not closed in {}", inQuotes(text_)));
    if (!open.empty()) problem(fmt::format("a bracket is not closed in {}", inQuotes(text_)));
  }

  const std::string& text_;
  Position position_;
  Problems& problems_;
  std::map<std::string, int> met_;
};

class TreatmentReader {
 public:
  TreatmentReader(MapReader& map, Change& change, Problems& problems)
      : map_(map), change_(change), problems_(problems) {}

  void read() {
    if (change_.kind == ChangeKind::kRemove) readAction();
    if (change_.kind == ChangeKind::kNullability && change_.to == "nullable") readDefault();
    if (!converts(change_.kind)) return;
    const Node* node = map_.child("convert");
    if (node == nullptr) return;
    if (node->kind == Node::Kind::kScalar) return readFactor(*node);
    if (node->kind != Node::Kind::kMap)
      return problems_.add(node->position,
                           fmt::format("'convert' is a map from languages to templates, not {}", describe(*node)));
    for (const auto& entry : node->entries) readLanguage(entry);
  }

 private:
  void readAction() {
    auto word = map_.choice("action", {"list", "comment", "delete"}).value_or("list");
    change_.action = word == "comment"  ? RemoveAction::kComment
                     : word == "delete" ? RemoveAction::kDelete
                                        : RemoveAction::kList;
  }

  void readDefault() {
    change_.fallback = map_.optionalText("default");
    if (change_.fallback && change_.fallback->empty())
      problems_.add(map_.positionOf("default"), "an empty 'default'; write the code of a value: \"0\", \"{}\"");
    if (change_.fallback && map_.has("convert"))
      problems_.add(map_.positionOf("default"), "a change has either 'default' or 'convert', not both");
  }

  void readFactor(const Node& node) {
    if (change_.kind != ChangeKind::kUnit || node.text != "factor")
      return problems_.add(node.position,
                           fmt::format("'convert' can't be {}; write {}a map from languages to templates",
                                       inQuotes(node.text), change_.kind == ChangeKind::kUnit ? "factor or " : ""));
    change_.byFactor = true;
    const Unit* from = checkUnit("from", change_.from);
    const Unit* to = checkUnit("to", change_.to);
    if (from == nullptr || to == nullptr) return;
    if (from->quantity != to->quantity)
      return problems_.add(node.position, fmt::format("{} is of {} and {} of {}: no factor leads from one to the other",
                                                      change_.from, from->quantity, change_.to, to->quantity));
    if (std::max(from->size, to->size) % std::min(from->size, to->size) != 0)
      problems_.add(node.position,
                    fmt::format("{} and {} are no whole multiples; write templates", change_.from, change_.to));
  }

  const Unit* checkUnit(const std::string& key, const std::string& name) {
    const Unit* unit = findUnit(name);
    if (unit == nullptr && !name.empty())
      problems_.add(map_.positionOf(key),
                    fmt::format("no unit {} is known, for 'convert: factor'{}", inQuotes(name),
                                meantName(name, unitNames(), "; there is " + choices(unitNames()))));
    return unit;
  }

  void readLanguage(const Node::Entry& entry) {
    if (std::find(kLanguages.begin(), kLanguages.end(), entry.key) == kLanguages.end())
      problems_.add(entry.position,
                    fmt::format("unknown language {}; write {}", inQuotes(entry.key), choices(kLanguages)));
    MapReader map(entry.value, "a conversion", problems_);
    Conversion conversion{
        entry.key,
        readTemplate(map, "read"),
        "",
        "",
    };
    if (change_.kind != ChangeKind::kMerge) conversion.write = readTemplate(map, "write");
    if (entry.key == "cpp") conversion.include = map.optionalText("include").value_or("");
    const auto& include = conversion.include;
    bool quoted = include.size() > 2 && ((include.front() == '<' && include.back() == '>') ||
                                         (include.front() == '"' && include.back() == '"'));
    if (!include.empty() && !quoted)
      problems_.add(map.positionOf("include"),
                    fmt::format("write {} with its brackets or quotes: <{}>", inQuotes(include), include));
    if (map.isMap() && !map.has("read") && !map.has("write"))
      problems_.add(entry.position, "a conversion needs 'read', 'write' or both");
    map.finish();
    change_.conversions.push_back(std::move(conversion));
  }

  std::string readTemplate(MapReader& map, const std::string& key) {
    auto text = map.optionalText(key).value_or("");
    if (!text.empty()) TemplateCheck(text, map.positionOf(key), problems_).check(change_);
    return text;
  }

  MapReader& map_;
  Change& change_;
  Problems& problems_;
};

}  // namespace

void readTreatment(MapReader& map, Change& change, Problems& problems) {
  TreatmentReader(map, change, problems).read();
}

}  // namespace gander::rules
