#include "rewriter/definitions/specifications.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "rewriter/definitions/scribe.h"
#include "rewriter/definitions/spec_walk.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/treesitter/tree_query.h"

namespace gander::rewriter {
namespace {

using rules::DefinitionSource;
using rules::ReferenceKind;

// A name where it stands, without quotes.
struct SpecName {
  std::string text;
  ByteRange range;
};

// A captured node may be a string with its quotes, and a prefix. With an escape in it, it is no plain name.
std::optional<SpecName> nameIn(std::string_view text, ByteRange range) {
  auto body = text.substr(range.begin, range.size());
  size_t quote = body.find_first_of("\"'");
  if (quote != std::string_view::npos && quote <= 2 && body.size() > quote + 1 && body.back() == body[quote]) {
    range.begin += static_cast<uint32_t>(quote) + 1;
    range.end -= 1;
    body = text.substr(range.begin, range.size());
  }
  if (body.find_first_of("\\\"'") != std::string_view::npos) return std::nullopt;
  return SpecName{std::string(body), range};
}

SpecName nameOf(const Scalar& scalar) {
  return {scalar.value, {scalar.offsetOf(0), scalar.offsetOf(scalar.value.size())}};
}

class SpecSolver {
 public:
  SpecSolver(const DefinitionParts& parts, Solution& solution, const DefinitionSource& source, const std::string& path)
      : parts_(parts), scribe_(parts, solution), source_(source), path_(path), text_(parts.texts.find(path)->text) {}

  void solvePath() {
    auto parsed = rules::parseSpecPath(source_.path);
    if (!parsed) return;  // checked when the migration was read
    for (const auto& one : walkSpec(*parsed, yamlTrees(path_, text_))) {
      std::vector<SpecName> tables;
      for (const auto& table : one.tables) tables.push_back(nameOf(table));
      judge(tables, nameOf(one.field));
    }
  }

  void solveQuery(const TreeQuery& query) {
    bool complete = true;
    for (const auto& match : query.run(text_, complete)) {
      std::vector<SpecName> tables;
      for (const auto& capture : match)
        if (auto name = nameIn(text_, capture.range); name && capture.name == "table") tables.push_back(*name);
      for (const auto& capture : match)
        if (auto name = nameIn(text_, capture.range); name && capture.name == "field") judge(tables, *name);
    }
    if (!complete)
      scribe_.hazard("definition-not-read", {path_, {0, 0}},
                     "the migration's query matches more than can be followed at once: some fields may be missing");
  }

 private:
  struct Owner {
    size_t dataset = 0;
    const rules::Reference* table = nullptr;
  };

  // The dataset that a table's name means in the old version.
  std::optional<Owner> ownerOf(const SpecName& table) const {
    const auto& migration = parts_.meaning.migration();
    for (size_t index = 0; index < migration.datasets.size(); ++index) {
      if (!source_.dataset.empty() && source_.dataset != migration.datasets[index].id) continue;
      for (const auto& reference : migration.datasets[index].references)
        if (reference.kind == ReferenceKind::kTable && reference.old == table.text) return Owner{index, &reference};
    }
    return std::nullopt;
  }

  std::optional<Owner> ownerOf(const std::vector<SpecName>& tables) const {
    if (tables.empty()) {
      const auto& datasets = parts_.meaning.migration().datasets;
      for (size_t index = 0; index < datasets.size(); ++index)
        if (datasets[index].id == source_.dataset) return Owner{index, nullptr};
      return std::nullopt;
    }
    auto owner = ownerOf(tables.front());
    for (const auto& table : tables)
      if (table.text != tables.front().text) return std::nullopt;
    return owner;
  }

  void judge(const std::vector<SpecName>& tables, const SpecName& field) {
    auto owner = ownerOf(tables);
    if (!owner) {
      if (!tables.empty() && parts_.meaning.knowsField(field.text))
        scribe_.keep({path_, field.range}, fmt::format("a field of table {}", tables.front().text));
      return;
    }
    auto defined = describe(*owner, tables, field);
    for (const auto& table : tables) renameTable(defined, *owner, table);
    const auto& names = parts_.meaning;
    scribe_.tellVersion(owner->dataset, {.old = names.onlyOld(owner->dataset, field.text) || movesTable(*owner),
                                         .now = names.onlyNew(owner->dataset, field.text)});
    const auto* meaning = names.findField(owner->dataset, field.text);
    if (meaning == nullptr) return;
    if (!meaning->replacement) return scribe_.list(defined, field.range, meaning->change, meaning->reason, true);
    scribe_.replace(defined,
                    {.range = field.range,
                     .replacement = *meaning->replacement,
                     .change = meaning->change,
                     .why = fmt::format("found by the migration's {}, line {}",
                                        source_.query.empty() ? "path " + source_.path : "query",
                                        source_.query.empty() ? source_.position.line : source_.query.at(0).line),
                     .tier = Tier::kRule,
                     .ambiguous = names.isNewField(owner->dataset, field.text)});
  }

  // Its old name tells the version.
  static bool movesTable(const Owner& owner) { return owner.table != nullptr && owner.table->old != owner.table->now; }

  Defined describe(const Owner& owner, const std::vector<SpecName>& tables, const SpecName& field) const {
    if (tables.empty()) return {owner.dataset, {path_, field.range}, "the specification"};
    return {owner.dataset, {path_, tables.front().range}, "the specification of table " + tables.front().text};
  }

  void renameTable(const Defined& defined, const Owner& owner, const SpecName& table) {
    if (!movesTable(owner)) return;
    scribe_.replace(defined,
                    {table.range, owner.table->now, referenceId(parts_.meaning.dataset(owner.dataset), *owner.table),
                     "the table's name in its specification", Tier::kRule});
  }

  const DefinitionParts& parts_;
  DefinitionScribe scribe_;
  const DefinitionSource& source_;
  const std::string& path_;
  const std::string& text_;
};

}  // namespace

void solveSpecifications(const DefinitionParts& parts, Solution& solution) {
  DefinitionScribe scribe(parts, solution);
  for (const auto& source : parts.meaning.migration().definitions) {
    std::optional<TreeQuery> query;
    if (!source.query.empty()) {
      auto compiled = TreeQuery::compile(source.language, source.query.text);
      if (!compiled) continue;  // checkDefinitionQueries() has said so
      query = std::move(*compiled);
    }
    for (const auto& [path, text] : parts.texts.all()) {
      if (!globMatches(source.paths, path) || scribe.isLeftAlone(path)) continue;
      SpecSolver solver(parts, solution, source, path);
      query ? solver.solveQuery(*query) : solver.solvePath();
    }
  }
}

Status checkDefinitionQueries(const rules::Migration& migration) {
  std::string wrong;
  for (const auto& source : migration.definitions) {
    if (source.query.empty()) continue;
    auto compiled = TreeQuery::compile(source.language, source.query.text);
    if (!compiled)
      wrong +=
          fmt::format("{}{}: {}", wrong.empty() ? "" : "\n",
                      formatPlace(migration.file, source.query.at(compiled.error().offset)), compiled.error().message);
  }
  if (!wrong.empty()) return fail(ErrorKind::kInvalid, wrong);
  return {};
}

}  // namespace gander::rewriter
