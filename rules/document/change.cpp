#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "rules/document/sections.h"

namespace gander::rules {
namespace {

constexpr size_t kChangeLimit = 5000;
const std::vector<std::string> kKinds = {"rename",      "retype", "remove", "add",  "move",
                                         "nullability", "unit",   "enum",   "merge"};

// A name that can stand in code and in text alike: no blanks, quotes, dots or control characters.
void checkFieldName(const std::string& name, Position position, Problems& problems) {
  for (char c : name)
    if (static_cast<unsigned char>(c) <= 0x20 || c == '\'' || c == '"' || c == '`' || c == '\\' || c == '.') {
      problems.add(position,
                   fmt::format("bad name {} for a field; no blanks, quotes, dots or backslashes", inQuotes(name)));
      return;
    }
}

class ChangeReader {
 public:
  ChangeReader(const Node& node, Problems& problems) : map_(node, "a change", problems), problems_(problems) {}

  std::optional<WrittenChange> read(const std::string& dataset) {
    auto word = map_.choice("kind", kKinds, true);
    if (!word) return std::nullopt;
    for (size_t i = 0; i < kKinds.size(); ++i)
      if (kKinds[i] == *word) written_.change.kind = static_cast<ChangeKind>(i);
    written_.change.position = map_.position();
    readParts();
    auto& change = written_.change;
    readTreatment(map_, change, problems_);
    change.note = map_.optionalText("note").value_or("");
    auto id = map_.optionalText("id");
    map_.finish();
    change.id = id ? *id : fmt::format("{}/{}/{}", dataset, toString(change.kind), subject());
    if (change.field.empty()) return std::nullopt;
    return written_;
  }

 private:
  // Enum changes are told apart by their value too.
  std::string subject() const {
    const auto& change = written_.change;
    if (change.kind != ChangeKind::kEnumValue) return change.field;
    return change.field + "." + (change.from.empty() ? change.to : change.from);
  }

  void takeField(const std::string& key) {
    written_.change.field = map_.text(key);
    written_.field = map_.positionOf(key);
  }
  void takeTo(bool required) {
    written_.change.to = required ? map_.text("to") : map_.optionalText("to").value_or("");
    written_.to = map_.positionOf("to");
  }
  void takeFrom(bool required) {
    written_.change.from = required ? map_.text("from") : map_.optionalText("from").value_or("");
    written_.from = map_.positionOf("from");
  }

  void readParts() {
    switch (written_.change.kind) {
      case ChangeKind::kRename: readRename(); break;
      case ChangeKind::kRetype:
        takeField("field");
        takeFrom(false);
        takeTo(true);
        break;
      case ChangeKind::kRemove: takeField("field"); break;
      case ChangeKind::kAdd: readAdd(); break;
      case ChangeKind::kMove:
        takeField("field");
        takeTo(true);
        break;
      case ChangeKind::kNullability: readNullability(); break;
      case ChangeKind::kUnit:
        takeField("field");
        takeFrom(true);
        takeTo(true);
        break;
      case ChangeKind::kEnumValue: readEnum(); break;
      case ChangeKind::kMerge: readMerge(); break;
    }
  }

  void readRename() {
    takeField("field");
    takeTo(true);
    auto& to = written_.change.to;
    size_t dot = to.rfind('.');
    if (dot != std::string::npos) {
      problems_.add(
          written_.to,
          fmt::format("a rename's 'to' is the new last name only: write {}; use 'kind: move' for another place",
                      inQuotes(to.substr(dot + 1))));
    } else {
      checkFieldName(to, written_.to, problems_);
    }
    const auto& field = written_.change.field;
    if (!to.empty() && field.substr(field.rfind('.') + 1) == to)
      problems_.add(written_.to, fmt::format("{} is renamed to itself; remove the change", inQuotes(field)));
  }

  void readAdd() {
    takeField("field");
    written_.change.to = map_.optionalText("type").value_or("");
    written_.to = written_.field;
  }

  void readNullability() {
    takeField("field");
    written_.change.to = map_.choice("to", {"nullable", "required"}, true).value_or("");
    written_.to = map_.positionOf("to");
  }

  void readMerge() {
    auto& change = written_.change;
    change.field = change.to = map_.text("to");
    written_.field = written_.to = map_.positionOf("to");
    checkFieldName(change.to.substr(change.to.rfind('.') + 1), written_.to, problems_);
    for (const Node* item : map_.list("fields", true))
      if (auto name = scalarText(*item, "a field", problems_)) change.fields.push_back(std::move(*name));
    if (map_.has("fields") && change.fields.size() < 2)
      problems_.add(map_.positionOf("fields"), "a merge needs the two or more fields that become one");
  }

  void readEnum() {
    takeField("enum");
    takeFrom(false);
    takeTo(false);
    const auto& change = written_.change;
    if (!map_.has("from") && !map_.has("to"))
      problems_.add(map_.position(), "an enum change needs 'from', 'to' or both: the old value and the new one");
    if (!change.to.empty()) checkFieldName(change.to, written_.to, problems_);
  }

  MapReader map_;
  Problems& problems_;
  WrittenChange written_;
};

bool isPlacing(ChangeKind kind) {
  return kind == ChangeKind::kRename || kind == ChangeKind::kMove || kind == ChangeKind::kRemove ||
         kind == ChangeKind::kMerge;
}

// Two changes of one field that can't both be: the same twice, two that say where it goes, or anything beside its removal.
bool contradict(ChangeKind a, ChangeKind b) {
  if (a == b) return true;
  if (isPlacing(a) && isPlacing(b)) return true;
  auto alone = [](ChangeKind kind) {
    return kind == ChangeKind::kRemove || kind == ChangeKind::kAdd || kind == ChangeKind::kMerge;
  };
  return alone(a) || alone(b);
}

}  // namespace

std::vector<WrittenChange> readChanges(MapReader& dataset, const std::string& datasetId, Problems& problems) {
  std::vector<WrittenChange> changes;
  auto items = dataset.list("changes");
  if (items.size() > kChangeLimit) {
    problems.add(dataset.positionOf("changes"),
                 fmt::format("more than {} changes of one dataset; split the migration", kChangeLimit));
    return changes;
  }
  for (const Node* item : items)
    if (auto change = ChangeReader(*item, problems).read(datasetId)) changes.push_back(std::move(*change));
  return changes;
}

void checkChangesAgree(const std::vector<WrittenChange>& changes, Problems& problems) {
  std::map<std::string, std::vector<const WrittenChange*>> byField;
  std::map<std::pair<std::string, std::string>, const WrittenChange*> enumValues;
  for (const auto& written : changes) {
    const auto& change = written.change;
    if (change.kind == ChangeKind::kEnumValue) {
      auto value = change.from.empty() ? "+" + change.to : change.from;
      auto [first, fresh] = enumValues.try_emplace({change.field, value}, &written);
      if (!fresh)
        problems.add(change.position,
                     fmt::format("value {} of enum {} is changed twice (first in line {}); keep one of the changes",
                                 inQuotes(change.from.empty() ? change.to : change.from), inQuotes(change.field),
                                 first->second->change.position.line));
      continue;
    }
    const auto fields = change.kind == ChangeKind::kMerge ? change.fields : std::vector{change.field};
    for (const auto& field : fields) {
      const auto& others = byField[field];
      auto other = std::ranges::find_if(
          others, [&](const WrittenChange* one) { return contradict(one->change.kind, change.kind); });
      if (other != others.end())
        problems.add(
            change.position,
            fmt::format("field {} is changed twice: {} here and {} in line {}; keep one of them", inQuotes(field),
                        toString(change.kind), toString((*other)->change.kind), (*other)->change.position.line));
      byField[field].push_back(&written);
    }
  }
}

}  // namespace gander::rules
