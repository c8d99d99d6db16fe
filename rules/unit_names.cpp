#include "rules/unit_names.h"

#include <fmt/format.h>

#include "rules/change.h"
#include "rules/document/header.h"
#include "rules/yaml/reader.h"

namespace gander::rules {

static std::vector<std::string> readTexts(MapReader& map, const std::string& key, Problems& problems) {
  std::vector<std::string> texts;
  for (const Node* item : map.list(key))
    if (auto text = scalarText(*item, "a name", problems)) texts.push_back(std::move(*text));
  return texts;
}

static UnitNames readUnit(const Node::Entry& entry, const std::string& language, Problems& problems) {
  if (findUnit(entry.key) == nullptr)
    problems.add(entry.position, fmt::format("no unit {} is known{}", inQuotes(entry.key),
                                             meantName(entry.key, unitNames(), "; there is " + choices(unitNames()))));
  MapReader map(entry.value, "a unit", problems);
  UnitNames names{language, entry.key, readTexts(map, "types", problems), readTexts(map, "words", problems)};
  map.finish();
  return names;
}

Result<std::vector<UnitNames>> parseUnits(std::string_view file, std::string_view text) {
  Problems problems(file);
  auto root = parseYaml(text, problems);
  if (!root) return std::unexpected(problems.error());
  MapReader document(*root, "a file of units", problems);
  readKind(document, "Units", problems);
  std::string language;
  if (const Node* node = document.map("metadata", true)) {
    MapReader metadata(*node, "metadata", problems);
    metadata.text("name");
    language = metadata.text("language");
    metadata.optionalText("about");
    metadata.finish();
  }
  std::vector<UnitNames> units;
  if (const Node* node = document.map("units", true))
    for (const auto& entry : node->entries) units.push_back(readUnit(entry, language, problems));
  document.finish();
  if (!problems.empty()) return std::unexpected(problems.error());
  return units;
}

}  // namespace gander::rules
