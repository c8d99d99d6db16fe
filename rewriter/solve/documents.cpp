#include "rewriter/solve/documents.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/solve/data_text.h"
#include "rewriter/solve/query.h"
#include "rewriter/sql/sql_tables.h"
#include "rewriter/sql/sql_tokens.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

class DocumentSolver {
 public:
  DocumentSolver(const std::string& path, const Meaning& meaning, const Texts& texts, Solution& solution)
      : path_(path), meaning_(meaning), texts_(texts), solution_(solution), text_(texts.find(path)->text) {}

  void solveScalars(const std::string& language) {
    for (const auto& scalar : language == "yaml" ? yamlScalars(path_, text_) : jsonScalars(path_, text_)) {
      if (!judgeByKey(scalar, language)) judgeAnywhere(scalar);
    }
  }

  void solveSql() {
    for (const auto& token : sqlTokens(text_))
      if (token.is(";")) statementEnds_.push_back(token.range.end);
    std::set<std::pair<size_t, std::string>> reads;  // a dataset, and the statement that reads it
    std::vector<ByteRange> tables;
    for (const auto& table : sqlTables(text_)) {
      if (table.hole) continue;
      tables.push_back(table.range);
      if (auto dataset = judgeTable(table)) reads.emplace(*dataset, unitOf(table.range));
    }
    for (const auto& [dataset, statement] : reads) judgeColumns(dataset, statement, tables);
  }

 private:
  Span spanOfScalar(const Scalar& scalar, size_t size) const {
    return {path_, {scalar.offsetOf(0), scalar.offsetOf(size)}};
  }
  EvidenceStep step(const Span& span, std::string why) const {
    return {path_, texts_.positionOf(span), std::move(why)};
  }

  void replace(const Scalar& scalar, const ReferenceMeaning& found, Tier tier, const std::string& why) {
    if (found.alreadyNew || !found.tellsVersion()) return;
    Demand demand;
    demand.span = spanOfScalar(scalar, found.nameSize());
    demand.stance = Stance::kReplace;
    demand.replacement = found.reference->now;
    demand.change = found.change;
    demand.tier = tier;
    demand.units.insert(unitOfReference(demand.span));
    demand.evidence.push_back(step(demand.span, why));
    solution_.demands.push_back(std::move(demand));
  }

  // A key that a model knows: its value is the name of a dataset, ours or another.
  bool judgeByKey(const Scalar& scalar, const std::string& language) {
    auto path = replaceAll(scalar.path, ".", "/");
    for (const auto& [model, entry] : meaning_.models().keys(language)) {
      if (!globMatches(replaceAll(entry->pattern.name, ".", "/"), path)) continue;
      auto found = meaning_.findReference(entry->reference, scalar.value);
      if (found) {
        replace(scalar, *found, Tier::kFlow,
                fmt::format("the value of key {} is the name of a {} (model {}): {}", scalar.path,
                            rules::toString(entry->reference), model->name, meaning_.dataset(found->dataset).id));
        return true;
      }
      Demand keep;
      keep.span = scalar.span;
      keep.stance = Stance::kKeep;
      keep.reason = fmt::format("names {} '{}', not a dataset of this migration", rules::toString(entry->reference),
                                scalar.value);
      solution_.demands.push_back(std::move(keep));
    }
    return false;
  }

  void judgeAnywhere(const Scalar& scalar) {
    auto found = meaning_.findAnywhere(scalar.value);
    if (!found) return;
    replace(scalar, *found, Tier::kRule,
            fmt::format("names {}: {} '{}', wherever it stands", meaning_.dataset(found->dataset).id,
                        rules::toString(found->reference->kind), found->reference->old));
  }

  std::optional<size_t> judgeTable(const TableUse& table) {
    std::vector<std::string> names;
    for (const auto& [range, name] : table.parts) names.push_back(name);
    auto found = findTable(meaning_, names);
    Demand demand;
    demand.span = {path_, table.range};
    demand.tier = Tier::kScope;
    demand.change = found.change;
    demand.units.insert(unitOf(table.range));
    if (found.match == TableMatch::kOther) {
      demand.stance = Stance::kKeep;
      demand.reason = fmt::format("the table {}, not of a dataset of this migration", table.name);
      solution_.demands.push_back(std::move(demand));
      return std::nullopt;
    }
    if (found.match == TableMatch::kUnclear) {
      demand.claimed = true;
      demand.reason =
          fmt::format("the table {} may be {}: add a table reference with the qualifiers that are used here",
                      table.name, found.reference->old);
      solution_.demands.push_back(std::move(demand));
      return std::nullopt;
    }
    if (found.match == TableMatch::kOld) replaceTable(table, found, std::move(demand));
    return found.dataset;
  }

  void replaceTable(const TableUse& table, const TableMeaning& found, Demand demand) {
    auto edits = editsOfTable(*found.reference, table.parts);
    if (edits.empty() && found.reference->old != found.reference->now) {
      demand.claimed = demand.blocks = true;
      demand.reason = fmt::format("{} and {} have another number of parts", found.reference->old, found.reference->now);
      solution_.demands.push_back(std::move(demand));
      return;
    }
    for (const auto& edit : edits) {
      demand.span.range = edit.range;
      demand.stance = Stance::kReplace;
      demand.replacement = edit.now;
      demand.evidence = {step(
          demand.span, fmt::format("names {} in table position: {}", meaning_.dataset(found.dataset).id, table.name))};
      solution_.demands.push_back(demand);
    }
  }

  // The columns of queries are not resolved; where a statement reads the dataset, a changed field's name in it may be one.
  void judgeColumns(size_t dataset, const std::string& statement, const std::vector<ByteRange>& tables) {
    auto comments = zones("sql", text_);
    for (const auto& change : meaning_.dataset(dataset).changes) {
      if (meaning_.findField(dataset, change.field) == nullptr) continue;
      for (size_t at = text_.find(change.field); at != std::string::npos; at = text_.find(change.field, at + 1)) {
        ByteRange range{static_cast<uint32_t>(at), static_cast<uint32_t>(at + change.field.size())};
        auto covers = [&](ByteRange one) { return one.contains(range); };
        if (unitOf(range) != statement || !isOccurrence(text_, range.begin, range.end)) continue;
        if (std::any_of(tables.begin(), tables.end(), covers)) continue;
        if (std::any_of(comments.begin(), comments.end(), [&](const Zone& zone) { return covers(zone.range); }))
          continue;
        Demand demand;
        demand.span = {path_, range};
        demand.change = change.id;
        demand.claimed = demand.blocks = true;
        demand.reason = fmt::format("may be a column of {}: gander does not resolve columns of queries",
                                    meaning_.dataset(dataset).id);
        demand.units.insert(unitOf(range));
        solution_.demands.push_back(std::move(demand));
      }
    }
  }

  // A statement goes as a whole.
  std::string unitOf(ByteRange range) const {
    auto end = std::lower_bound(statementEnds_.begin(), statementEnds_.end(), range.end);
    return fmt::format("ref:{}:{}", path_, end == statementEnds_.begin() ? 0 : *(end - 1));
  }

  const std::string& path_;
  const Meaning& meaning_;
  const Texts& texts_;
  Solution& solution_;
  const std::string& text_;
  std::vector<uint32_t> statementEnds_;
};

}  // namespace

void solveDocument(const std::string& path, const std::string& language, const Meaning& meaning, const Texts& texts,
                   Solution& solution) {
  if (texts.find(path) == nullptr) return;
  DocumentSolver solver(path, meaning, texts, solution);
  if (language == "yaml" || language == "json") solver.solveScalars(language);
  if (language == "sql") solver.solveSql();
  if (language == "csv" || language == "json") solveDataFile(path, language, meaning, texts, solution);
}

}  // namespace gander::rewriter
