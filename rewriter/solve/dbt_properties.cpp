// What .yml files of a dbt project say of its sources, models and their columns.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/dbt/columns.h"
#include "rewriter/solve/dbt_templates.h"
#include "rewriter/text/csv_header.h"

namespace gander::rewriter {

using dbt::ArgumentRole;
using dbt::Literal;

namespace {

Literal literalOf(const Scalar& scalar) { return {scalar.value, scalar.span, scalar.offsets.empty()}; }

const std::vector<YamlNode>& itemsOf(const YamlNode& node, std::string_view key) {
  static const std::vector<YamlNode> kNone;
  const auto* list = node.find(key);
  return list == nullptr ? kNone : list->items;
}

bool isName(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return isWordByte(c); });
}

class PropertiesSolver {
 public:
  PropertiesSolver(const dbt::PropertyFile& file, const DbtParts& parts, DbtScribe& scribe)
      : file_(file), parts_(parts), scribe_(scribe) {}

  void solve() {
    for (const auto& document : file_.documents) {
      for (const auto& source : itemsOf(document, "sources")) judgeSource(source);
      for (const char* section : {"models", "seeds", "snapshots"})
        for (const auto& entry : itemsOf(document, section)) judgeResource(entry, section);
      for (const auto& exposure : itemsOf(document, "exposures")) judgeExposure(exposure);
      for (const auto& test : itemsOf(document, "unit_tests")) judgeUnitTest(test);
      for (const auto& model : itemsOf(document, "semantic_models")) judgeSemanticModel(model);
      for (const char* section : {"macros", "analyses", "metrics", "saved_queries", "groups"})
        for (const auto& entry : itemsOf(document, section)) judgeTexts(entry);
    }
  }

 private:
  // Sources

  void judgeSource(const YamlNode& source) {
    judgeTexts(source);
    std::vector<const DbtRelation*> relations;
    for (const auto& table : itemsOf(source, "tables")) {
      const auto* found = parts_.projects.findSource(file_.project, source.textOf("name"), table.textOf("name"));
      if (found == nullptr || found->properties.node != &table) continue;
      const auto& relation = parts_.relations.of(*found);
      relations.push_back(&relation);
      if (judgeTableName(*found, table, relation)) judgeEntity(table, relation);
    }
    for (const char* key : {"loaded_at_field"}) judgeForAll(source.find(key), key, relations);
    if (const auto* config = source.find("config"))
      judgeForAll(config->find("loaded_at_field"), "loaded_at_field", relations);
  }

  // Whether the entry is to become the new version's.
  bool judgeTableName(const dbt::SourceTable& found, const YamlNode& table, const DbtRelation& relation) {
    const auto* name = table.find("name");
    if (!relation.table.unclear.empty()) {
      scribe_.list(name->scalar.span, relation.table.change, relation.table.unclear, false, {relation.unit});
      return true;
    }
    if (relation.physical) {
      if (usedElsewhere(*relation.physical))
        scribe_.list(relation.physical->span, relation.table.change,
                     "the identifier of a source's table, and something else, too", true, {relation.unit});
      else
        scribe_.rename(*relation.physical, relation.now, relation, "the identifier of the source's table");
      return true;
    }
    if (!relation.isRenamed()) {
      if (!relation.isDataset() && !scribe_.changeNamed(name->scalar.value).empty())
        scribe_.keep(name->scalar.span, fmt::format("{}, not of a dataset of this migration", relation.table.name));
      return true;
    }
    if (parts_.projects.findSource(found.project, found.source, relation.now) != nullptr) {
      scribe_.keep(table.range.size() > 0 ? Span{file_.path, table.range} : name->scalar.span,
                   fmt::format("describes the old version; {} is declared beside it", relation.now));
      return false;
    }
    scribe_.rename(literalOf(name->scalar), relation.now, relation, "the source declares it");
    return true;
  }

  // A variable of dbt_project.yml that templates of SQL ask for, too.
  bool usedElsewhere(const Literal& literal) const {
    if (literal.span.file == file_.path) return false;
    bool used = false;
    for (const auto& path : parts_.projects.sqlFiles())
      parts_.projects.templateOf(path).visitValues([&](const sql::JinjaValue& value) {
        if (!value.isCall("var") || value.items.empty() || !value.items[0].isText()) return;
        const auto* node = parts_.projects.findVariable(file_.project, value.items[0].text);
        used |= node != nullptr && node->scalar.span.range.contains(literal.span.range);
      });
    return used;
  }

  // A key of a source that holds for all of its tables.
  void judgeForAll(const YamlNode* value, const std::string& key, const std::vector<const DbtRelation*>& relations) {
    if (value == nullptr || !value->isScalar() || scribe_.changeNamed(value->scalar.value).empty()) return;
    size_t changed = 0;
    for (const auto* relation : relations) changed += relation->changeOf(value->scalar.value) != nullptr ? 1 : 0;
    if (changed == 0) return scribe_.keep(value->scalar.span, fmt::format("{} of other tables", key));
    if (changed == relations.size() && changed == 1)
      return scribe_.nameColumn(literalOf(value->scalar), *relations.front(), key);
    scribe_.list(value->scalar.span, scribe_.changeNamed(value->scalar.value),
                 fmt::format("{} of several tables, of which only some are the dataset", key), true, {});
  }

  // Models, seeds, snapshots

  void judgeResource(const YamlNode& entry, std::string_view section) {
    const auto* name = entry.find("name");
    if (name == nullptr || !name->isScalar()) return;
    const auto* resource = resourceOf(entry, section);
    if (resource == nullptr) return judgeTexts(entry);
    const auto& relation = parts_.relations.of(*resource);
    if (const auto* over = entry.find("relation")) judgeRelationName(*over);
    judgeResourceName(*name, relation);
    judgeEntity(entry, relation);
    for (const auto& version : itemsOf(entry, "versions")) judgeVersion(version);
  }

  void judgeResourceName(const YamlNode& name, const DbtRelation& relation) {
    bool edited = relation.definition == DbtRelation::Definition::kEdited;
    if (relation.isRenamed() && edited)
      scribe_.rename(literalOf(name.scalar), relation.now, relation, "its properties are under this name");
    else if (!relation.table.unclear.empty() && relation.isDataset())
      scribe_.list(name.scalar.span, relation.table.change, relation.table.unclear, false, {relation.unit});
    else if (!scribe_.changeNamed(name.scalar.value).empty())
      scribe_.keep(name.scalar.span, relation.isDataset()
                                         ? "the old version's own properties"
                                         : fmt::format("{}, not of a dataset of this migration", relation.table.name));
  }

  const dbt::Resource* resourceOf(const YamlNode& entry, std::string_view section) const {
    auto kind = section == "models"  ? dbt::ResourceKind::kModel
                : section == "seeds" ? dbt::ResourceKind::kSeed
                                     : dbt::ResourceKind::kSnapshot;
    const dbt::Resource* latest = nullptr;
    for (const auto& one : parts_.projects.resources()) {
      if (one->project != file_.project || one->kind != kind) continue;
      bool described = std::ranges::any_of(one->properties, [&](const auto& own) { return own.node == &entry; });
      if (described && (latest == nullptr || one->latest)) latest = one.get();
    }
    return latest;
  }

  // A version's own columns; what `columns` of the model say is meant for the latest.
  void judgeVersion(const YamlNode& version) {
    for (const auto& one : parts_.projects.resources()) {
      bool described = std::ranges::any_of(one->properties, [&](const auto& own) { return own.node == &version; });
      if (!described) continue;
      const auto& relation = parts_.relations.of(*one);
      judgeEntity(version, relation);
      for (const auto& column : itemsOf(version, "columns"))
        for (const char* key : {"include", "exclude"})
          if (const auto* names = column.find(key)) judgeNames(*names, relation, key);
    }
  }

  // What is said of a table or model: its columns, tests, configuration, and words about it.
  void judgeEntity(const YamlNode& entity, const DbtRelation& relation) {
    judgeTexts(entity);
    for (const auto& column : itemsOf(entity, "columns")) judgeColumn(column, relation);
    for (const char* key : {"tests", "data_tests"})
      for (const auto& test : itemsOf(entity, key)) judgeTest(test, relation);
    for (const auto& constraint : itemsOf(entity, "constraints")) judgeConstraint(constraint, relation);
    if (const auto* field = entity.find("loaded_at_field")) judgeNames(*field, relation, "loaded_at_field");
    if (const auto* query = entity.find("loaded_at_query")) judgeUnknown(*query, relation, "loaded_at_query");
    if (const auto* freshness = entity.find("freshness"))
      if (const auto* filter = freshness->find("filter")) judgeNames(*filter, relation, "the filter of freshness");
    if (const auto* config = entity.find("config")) judgeConfig(*config, relation);
    if (const auto* external = entity.find("external")) judgeUnknown(*external, relation, "external");
  }

  void judgeColumn(const YamlNode& column, const DbtRelation& relation) {
    judgeTexts(column);
    if (const auto* name = column.find("name"); name != nullptr && name->isScalar())
      scribe_.nameColumn(literalOf(name->scalar), relation, "a column in the properties");
    for (const char* key : {"tests", "data_tests"})
      for (const auto& test : itemsOf(column, key)) judgeTest(test, relation);
    for (const auto& constraint : itemsOf(column, "constraints")) judgeConstraint(constraint, relation);
  }

  void judgeConstraint(const YamlNode& constraint, const DbtRelation& relation) {
    if (const auto* columns = constraint.find("columns")) judgeNames(*columns, relation, "the columns of a constraint");
    if (const auto* expression = constraint.find("expression")) {
      if (constraint.textOf("type") == "check")
        judgeNames(*expression, relation, "the expression of a constraint");
      else
        judgeUnknown(*expression, relation, "the expression of a constraint");
    }
    if (const auto* to = constraint.find("to")) {
      const auto* other = judgeRelationName(*to);
      if (const auto* columns = constraint.find("to_columns"); columns != nullptr && other != nullptr)
        judgeNames(*columns, *other, "the columns of a foreign key");
    }
  }

  // Names or expressions of one relation: a scalar, or a list of them.
  void judgeNames(const YamlNode& value, const DbtRelation& relation, const std::string& what) {
    for (const auto& item : value.items) judgeNames(item, relation, what);
    for (const auto& entry : value.entries) judgeNames(entry.value, relation, what);
    if (!value.isScalar()) return;
    if (isName(value.scalar.value)) return scribe_.nameColumn(literalOf(value.scalar), relation, what);
    if (value.scalar.value.contains("{{")) return judgeUnknown(value, relation, what);
    scribe_.expression(value.scalar, relation, what);
  }

  // Something of which nobody knows what it holds: changed names in it are listed.
  void judgeUnknown(const YamlNode& value, const DbtRelation& relation, const std::string& what) {
    for (const auto& item : value.items) judgeUnknown(item, relation, what);
    for (const auto& entry : value.entries) judgeUnknown(entry.value, relation, what);
    if (!value.isScalar() || !relation.changes()) return;
    for (auto range : dbt::namesIn(literalOf(value.scalar))) {
      auto name = parts_.texts.slice({file_.path, range});
      if (const auto* change = relation.changeOf(name))
        scribe_.list({file_.path, range}, change->change, fmt::format("{}: what stands in it is not known", what),
                     false, {relation.unit});
    }
  }

  // ref('x') or source('a', 'b'), bare or as a template.
  const DbtRelation* judgeRelationName(const YamlNode& node) {
    if (!node.isScalar()) return nullptr;
    auto referents = parts_.names.ofExpression(file_.project, node.scalar);
    for (const auto& referent : referents) {
      if (!referent.name) continue;
      const auto* relation = parts_.relations.of({referent}, nullptr);
      auto what = fmt::format("{} names {}", node.scalar.value,
                              relation == nullptr     ? referent.why
                              : relation->isDataset() ? "it"
                                                      : relation->table.name);
      scribe_.nameRelation(*referent.name, relation, what);
    }
    return parts_.relations.of(referents, nullptr);
  }

  // Tests

  void judgeTest(const YamlNode& test, const DbtRelation& relation) {
    if (test.kind != YamlNode::Kind::kMap) return;
    auto name = test.textOf("test_name");
    if (!name.empty()) return judgeArguments(name, test, relation);
    for (const auto& entry : test.entries) {
      if (entry.value.kind == YamlNode::Kind::kMap && entry.key.value != "config" && entry.key.value != "arguments")
        judgeArguments(entry.key.value, entry.value, relation);
      if (entry.key.value == "config") judgeArguments(entry.key.value, entry.value, relation);
    }
  }

  void judgeArguments(const std::string& test, const YamlNode& arguments, const DbtRelation& relation) {
    const DbtRelation* other = nullptr;
    for (const char* key : {"to", "compare_model", "comparison_model", "model", "relation"})
      if (const auto* value = arguments.find(key)) other = judgeRelationName(*value);
    for (const auto& entry : arguments.entries) {
      const auto& key = entry.key.value;
      if (key == "arguments" || key == "config") {
        judgeArguments(test, entry.value, relation);
        continue;
      }
      if (key == "column_name") {
        judgeNames(entry.value, relation, "the column of a test");
        continue;
      }
      switch (dbt::roleOfTestArgument(test, key)) {
        case ArgumentRole::kColumns:
          judgeNames(entry.value, relation, fmt::format("{} of the test {}", key, test));
          break;
        case ArgumentRole::kColumnsTo:
          if (other != nullptr) judgeNames(entry.value, *other, fmt::format("{} of the test {}", key, test));
          break;
        case ArgumentRole::kNoColumn:
          keepValues(entry.value, fmt::format("{} of the test {}, no column", key, test));
          break;
        case ArgumentRole::kUnknown:
          judgeUnknown(entry.value, relation, fmt::format("{} of the test {}", key, test));
          break;
      }
    }
  }

  void keepValues(const YamlNode& value, const std::string& why) {
    for (const auto& item : value.items) keepValues(item, why);
    if (value.isScalar() && scribe_.meaning().knowsField(value.scalar.value)) scribe_.keep(value.scalar.span, why);
  }

  // Configuration

  void judgeConfig(const YamlNode& config, const DbtRelation& relation) {
    for (const auto& entry : config.entries) {
      const auto& key = entry.key.value;
      if (key == "loaded_at_field") judgeNames(entry.value, relation, key);
      switch (dbt::roleOfConfig(key)) {
        case dbt::ConfigRole::kOutputs:
          if (key.ends_with("column_types"))
            judgeKeys(entry.value, relation, key);
          else
            judgeNames(entry.value, relation, fmt::format("{} of the configuration", key));
          break;
        case dbt::ConfigRole::kUnknown: judgeUnknown(entry.value, relation, key); break;
        case dbt::ConfigRole::kNoColumn:
          keepValues(entry.value, fmt::format("{} of the configuration, no column", key));
      }
    }
  }

  void judgeKeys(const YamlNode& map, const DbtRelation& relation, const std::string& what) {
    for (const auto& entry : map.entries) scribe_.nameColumn(literalOf(entry.key), relation, what);
  }

  // Texts for people

  void judgeTexts(const YamlNode& entry) {
    for (const auto& one : entry.entries) {
      const auto& key = one.key.value;
      if (key == "description" || key == "label" || key == "title") judgeText(one.value, "a description");
      if (key == "meta" || key == "docs" || key == "tags") judgeText(one.value, "metadata");
    }
  }

  void judgeText(const YamlNode& value, const std::string& what) {
    if (value.kind == YamlNode::Kind::kNull) return;
    auto text = parts_.texts.slice({file_.path, value.range});
    for (const auto& name : scribe_.meaning().fieldNames())
      if (text.contains(name)) return scribe_.prose({file_.path, value.range}, what);
  }

  // Exposures, unit tests, semantic models

  void judgeExposure(const YamlNode& exposure) {
    judgeTexts(exposure);
    for (const auto& item : itemsOf(exposure, "depends_on")) judgeRelationName(item);
  }

  void judgeUnitTest(const YamlNode& test) {
    judgeTexts(test);
    const auto* model = test.find("model");
    const dbt::Resource* resource = nullptr;
    if (model != nullptr && model->isScalar())
      resource = parts_.projects.findResource(file_.project, "", model->scalar.value, "");
    const DbtRelation* made = resource == nullptr ? nullptr : &parts_.relations.of(*resource);
    if (made != nullptr && made->isRenamed() && made->definition == DbtRelation::Definition::kEdited)
      scribe_.rename(literalOf(model->scalar), made->now, *made, "the model of a unit test");
    for (const auto& given : itemsOf(test, "given")) {
      const auto* input = given.find("input");
      if (input == nullptr || !input->isScalar()) continue;
      const auto* relation = input->scalar.value == "this" ? made : judgeRelationName(*input);
      if (relation != nullptr) judgeRows(given, *relation);
    }
    const auto* expect = test.find("expect");
    if (expect != nullptr && made != nullptr) judgeRows(*expect, *made);
  }

  // Rows as maps, as CSV, as SQL, or in a file.
  void judgeRows(const YamlNode& given, const DbtRelation& relation) {
    auto format = given.textOf("format");
    if (const auto* fixture = given.find("fixture"); fixture != nullptr && fixture->isScalar())
      judgeFixture(fixture->scalar.value, format, relation);
    const auto* rows = given.find("rows");
    if (rows == nullptr) return;
    for (const auto& row : rows->items)
      for (const auto& entry : row.entries)
        scribe_.nameColumn(literalOf(entry.key), relation, "a column of a unit test's rows");
    if (!rows->isScalar()) return;
    if (format == "sql") return judgeUnknown(*rows, relation, "the rows of a unit test");
    auto header = csvHeader(rows->scalar.value);
    if (!header) return;
    for (const auto& column : header->columns) {
      ByteRange range{rows->scalar.offsetOf(column.range.begin), rows->scalar.offsetOf(column.range.end)};
      scribe_.nameColumn({column.path, {file_.path, range}, range.size() == column.range.size()}, relation,
                         "a column of a unit test's rows");
    }
  }

  void judgeFixture(const std::string& name, const std::string& format, const DbtRelation& relation) {
    const auto& project = parts_.projects.all()[file_.project];
    for (const auto& folder : project.testPaths) {
      auto path = fmt::format("{}fixtures/{}.{}", folder, name, format.empty() ? "csv" : format);
      const auto* source = parts_.texts.find(path);
      auto header = source == nullptr || !path.ends_with(".csv") ? std::nullopt : csvHeader(source->text);
      if (!header) continue;
      for (const auto& column : header->columns)
        scribe_.nameColumn({column.path, {path, column.range}, true}, relation, "a column of a unit test's rows");
    }
  }

  void judgeSemanticModel(const YamlNode& model) {
    judgeTexts(model);
    const auto* of = model.find("model");
    const auto* relation = of == nullptr ? nullptr : judgeRelationName(*of);
    if (relation == nullptr) return;
    for (const char* section : {"entities", "dimensions", "measures"})
      for (const auto& item : itemsOf(model, section)) {
        judgeTexts(item);
        const auto* expression = item.find("expr");
        if (expression != nullptr) judgeNames(*expression, *relation, fmt::format("expr of {}", section));
        const auto* name = item.find("name");
        if (expression != nullptr || name == nullptr || !name->isScalar()) continue;
        if (const auto* change = relation->changeOf(name->scalar.value))
          scribe_.list(name->scalar.span, change->change,
                       fmt::format("its column becomes {}: write expr: {}", change->now, change->now), true,
                       {relation->unit});
      }
  }

  const dbt::PropertyFile& file_;
  const DbtParts& parts_;
  DbtScribe& scribe_;
};

}  // namespace

void solveDbtProperties(const dbt::PropertyFile& file, const DbtParts& parts, DbtScribe& scribe) {
  PropertiesSolver(file, parts, scribe).solve();
}

}  // namespace gander::rewriter
