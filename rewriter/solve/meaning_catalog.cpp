#include "rewriter/solve/meaning_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include "base/text.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {

using rules::ChangeKind;
using sql::Dialect;
using sql::DialectName;
using sql::NamePart;

namespace {

enum class Match { kNo, kUnclear, kYes };

// Names of tables, unlike those of columns, keep their case in BigQuery, and in MySQL where its file system does.
Match sameName(std::string_view known, std::string_view written, bool quoted, const Dialect& dialect) {
  if (known == written) return Match::kYes;
  if (toLowerAscii(known) != toLowerAscii(written)) return Match::kNo;
  if (dialect.name == DialectName::kBigQuery || dialect.name == DialectName::kMysql) return Match::kUnclear;
  if (!quoted || dialect.fold == sql::Fold::kInsensitive) return Match::kYes;
  auto upper = [](std::string_view text) { return std::none_of(text.begin(), text.end(), ::islower); };
  if (dialect.fold == sql::Fold::kLower) return written == toLowerAscii(written) ? Match::kYes : Match::kNo;
  if (dialect.fold == sql::Fold::kUpper) return upper(written) ? Match::kYes : Match::kNo;
  return Match::kUnclear;
}

// The text before and behind what is filled in later.
struct Affixes {
  std::string_view before;
  std::string_view behind;
};

Affixes affixesOf(std::string_view text) {
  constexpr std::string_view kOpening("\x01{$%", 4);
  constexpr std::string_view kClosing("\x01}", 2);
  size_t begin = text.find_first_of(kOpening);
  size_t end = text.find_last_of(kClosing);
  if (begin == std::string_view::npos) begin = 0;
  return {text.substr(0, begin), end == std::string_view::npos ? std::string_view() : text.substr(end + 1)};
}

bool mayFill(const NamePart& part, std::string_view name) {
  auto [before, behind] = affixesOf(part.text);
  auto lower = toLowerAscii(name);
  return name.size() >= before.size() + behind.size() && lower.starts_with(toLowerAscii(before)) &&
         lower.ends_with(toLowerAscii(behind));
}

bool isDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

// What follows a wildcard reference's prefix: "*", "20240101", "2024*", "intraday_20240101", a hole at the end.
bool isShard(std::string_view rest, bool hole) {
  auto [before, behind] = affixesOf(rest);
  if (hole && before.size() < rest.size()) return behind.empty();
  if (rest.ends_with('*')) rest.remove_suffix(1);
  size_t word = rest.rfind('_');
  auto last = word == std::string_view::npos ? rest : rest.substr(word + 1);
  return last.empty() || isDigits(last);
}

// user_plays_20240101 of user_plays.
bool isDated(std::string_view written, std::string_view known) {
  if (written.size() < known.size() + 4 || toLowerAscii(written.substr(0, known.size())) != toLowerAscii(known))
    return false;
  auto rest = written.substr(known.size());
  if (rest.front() == '_') rest.remove_prefix(1);
  if (rest.ends_with('*')) rest.remove_suffix(1);
  return rest.empty() || (isDigits(rest) && rest.size() >= 4);
}

// One part of a written name against one of a reference's.
struct PartMatch {
  Match match = Match::kNo;
  std::string tail;  // of a shard or a partition: what follows the name, and stays
  bool dated = false;
};

PartMatch matchLast(std::string_view known, const NamePart& part, const Dialect& dialect) {
  auto written = part.text;
  PartMatch out;
  if (size_t mark = written.find('$');
      mark != std::string_view::npos && mark > 0 && isDigits(written.substr(mark + 1))) {
    out.tail = written.substr(mark);
    written = written.substr(0, mark);
  }
  if (known.ends_with('*') && known.size() > 1) {
    auto prefix = known.substr(0, known.size() - 1);
    if (written.size() < prefix.size()) {
      bool wider = written.ends_with('*') && prefix.starts_with(written.substr(0, written.size() - 1));
      out.match = wider ? Match::kUnclear : Match::kNo;
      return out;
    }
    out.match = sameName(prefix, written.substr(0, prefix.size()), part.quoted, dialect);
    auto rest = written.substr(prefix.size());
    if (out.match == Match::kYes && !isShard(rest, part.hole)) out.match = Match::kUnclear;
    out.tail = std::string(rest) + out.tail;
    return out;
  }
  if (part.hole) {
    auto [before, behind] = affixesOf(part.text);
    bool told = !before.empty() || !behind.empty();
    out.match = told && mayFill(part, known) ? Match::kUnclear : Match::kNo;
    return out;
  }
  out.match = sameName(known, written, part.quoted, dialect);
  out.dated = out.match == Match::kNo && isDated(written, known);
  return out;
}

Match matchQualifier(std::string_view known, const NamePart& part, const Dialect& dialect) {
  if (part.hole) return mayFill(part, known) ? Match::kUnclear : Match::kNo;
  return sameName(known, part.text, part.quoted, dialect);
}

// A whole written name against a whole reference's.
PartMatch matchName(const std::vector<std::string>& known, std::span<const NamePart> parts, const Dialect& dialect) {
  auto out = matchLast(known.back(), parts.back(), dialect);
  if (out.dated) out.match = Match::kUnclear;
  for (size_t i = 1; i < std::min(known.size(), parts.size()) && out.match != Match::kNo; ++i)
    out.match = std::min(out.match, matchQualifier(known[known.size() - 1 - i], parts[parts.size() - 1 - i], dialect));
  if (known.size() != parts.size()) out.match = std::min(out.match, Match::kUnclear);
  return out;
}

std::string nameOf(std::span<const NamePart> parts) {
  std::vector<std::string> names;
  for (const auto& part : parts) names.push_back(replaceAll(part.text, std::string_view(&sql::kHoleByte, 1), "{}"));
  return fmt::format("{}", fmt::join(names, "."));
}

std::string keyOf(std::span<const NamePart> parts, const Dialect& dialect) {
  std::string key(dialect.word);
  for (const auto& part : parts)
    key += fmt::format("\n{}{}{}", part.quoted ? 'q' : ' ', part.hole ? 'h' : ' ', part.text);
  return key;
}

}  // namespace

std::vector<sql::Column> columnsOf(const rules::Dataset& dataset) {
  std::vector<sql::Column> columns;
  for (const auto& field : dataset.old.fields) {
    sql::Column column{field.path, "", "", ""};
    for (const auto& change : dataset.changes) {
      if (!change.concerns(field.path)) continue;
      auto meaning = meaningOf(0, change);
      if (!column.change.empty() && meaning.replacement) continue;  // what needs a person stands beside the rename
      column.change = meaning.change;
      column.now = meaning.replacement.value_or("");
      column.reason = meaning.reason;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

sql::Options sqlPolicyOf(const rules::Migration& migration, std::string_view path) {
  sql::Options options;
  std::optional<rules::OutputPolicy> outputs;
  for (const auto& policy : migration.sql) {
    if (!globMatches(policy.paths, path)) continue;
    if (options.dialect == DialectName::kTolerant && !policy.dialect.empty())
      options.dialect = sql::findDialect(policy.dialect).value_or(DialectName::kTolerant);
    if (!outputs) outputs = policy.outputs;
  }
  switch (outputs.value_or(migration.outputs)) {
    case rules::OutputPolicy::kContracts: options.outputs = sql::Outputs::kContracts; break;
    case rules::OutputPolicy::kKeep: options.outputs = sql::Outputs::kKeep; break;
    case rules::OutputPolicy::kFollow: options.outputs = sql::Outputs::kFollow; break;
  }
  return options;
}

struct MeaningCatalog::Found {
  const rules::Reference* reference = nullptr;
  size_t dataset = 0;
  bool atNew = false;
  PartMatch match;
};

MeaningCatalog::MeaningCatalog(const Meaning& meaning, const sql::Catalog* beside)
    : meaning_(meaning), beside_(beside) {
  for (size_t index = 0; index < meaning.migration().datasets.size(); ++index) addDataset(index);
}

void MeaningCatalog::addDataset(size_t index) {
  const auto& dataset = meaning_.dataset(index);
  old_.push_back(columnsOf(dataset));
  auto& now = new_.emplace_back();
  for (const auto& field : dataset.now.fields) now.push_back({field.path, "", "", ""});
}

MeaningCatalog::Found MeaningCatalog::findReference(std::span<const NamePart> parts, const Dialect& dialect) const {
  Found best;
  for (size_t index = 0; index < old_.size(); ++index)
    for (const auto& reference : meaning_.dataset(index).references) {
      if (reference.kind != rules::ReferenceKind::kTable) continue;
      for (bool atNew : {false, true}) {
        auto match = matchName(split(atNew ? reference.now : reference.old, '.'), parts, dialect);
        if (match.match == Match::kNo || (atNew && match.match == Match::kUnclear)) continue;
        if (match.match > best.match.match) best = {&reference, index, atNew, match};
        if (match.match == Match::kYes && !atNew)
          return {&reference, index, atNew, match};  // old wins over another's new
      }
    }
  return best;
}

// What replaces the parts, from the last one backward, up to the foremost that differs.
static std::vector<std::string> newParts(const rules::Reference& reference, const std::string& tail) {
  auto old = split(reference.old, '.');
  auto now = split(reference.now, '.');
  while (!old.empty() && !now.empty() && old.front() == now.front()) {
    old.erase(old.begin());
    now.erase(now.begin());
  }
  std::reverse(now.begin(), now.end());
  if (now.empty()) return now;
  if (now.front().ends_with('*')) now.front().pop_back();
  now.front() += tail;
  return now;
}

static std::string whyUnclear(const rules::Reference& reference, std::span<const NamePart> parts,
                              const PartMatch& match) {
  if (match.match == Match::kYes)
    return fmt::format("{} and {} have another number of parts", reference.old, reference.now);
  if (match.dated) return fmt::format("the table {} may be a shard of {}", nameOf(parts), reference.old);
  return fmt::format("the table {} may be {}: add a table reference with the qualifiers that are used here",
                     nameOf(parts), reference.old);
}

static bool canBeWritten(const rules::Reference& reference) {
  bool shards = reference.old.ends_with('*') == reference.now.ends_with('*');
  return shards && split(reference.old, '.').size() == split(reference.now, '.').size();
}

const sql::Table* MeaningCatalog::make(const std::string& key, const Found& found,
                                       std::span<const NamePart> parts) const {
  const auto& dataset = meaning_.dataset(found.dataset);
  sql::Table table;
  table.name = dataset.id;
  table.columns = found.atNew ? new_[found.dataset] : old_[found.dataset];
  table.complete = !table.columns.empty() && dataset.old.complete;
  table.dataset = true;
  table.atNew = found.atNew;
  table.key = found.dataset;
  for (const auto& change : dataset.changes)
    if (change.kind == ChangeKind::kAdd || change.kind == ChangeKind::kRemove || change.kind == ChangeKind::kMove ||
        change.kind == ChangeKind::kMerge)
      table.shifts.push_back(change.id);
  table.change = referenceId(dataset, *found.reference);
  bool moves = !found.atNew && found.reference->old != found.reference->now;
  if (found.match.match == Match::kUnclear || (moves && !canBeWritten(*found.reference)))
    table.unclear = whyUnclear(*found.reference, parts, found.match);
  else if (moves)
    table.nowParts = newParts(*found.reference, found.match.tail);
  return &made_.emplace(key, Known{std::move(table), found.reference}).first->second.table;
}

const sql::Table* MeaningCatalog::find(std::span<const NamePart> parts, const Dialect& dialect) const {
  if (parts.empty()) return nullptr;
  auto key = keyOf(parts, dialect);
  auto made = made_.find(key);
  const sql::Table* ours = nullptr;
  if (made != made_.end()) {
    ours = &made->second.table;
  } else if (auto found = findReference(parts, dialect); found.reference != nullptr) {
    ours = make(key, found, parts);
  }
  if (ours != nullptr && ours->unclear.empty()) return ours;
  const auto* other = ours != nullptr ? nullptr : findKnown(key, parts, dialect);
  // A name that may be the dataset's is another relation's only where it is all of that one's name.
  if (other == nullptr && beside_ != nullptr)
    other = ours == nullptr ? beside_->find(parts, dialect) : beside_->findWhole(parts, dialect);
  return other == nullptr ? ours : other;
}

// A table of the migration's `schemas`. By all parts of its name: which columns it lacks decides about names.
const sql::Table* MeaningCatalog::findKnown(const std::string& key, std::span<const NamePart> parts,
                                            const Dialect& dialect) const {
  for (const auto& schema : meaning_.migration().schemas) {
    auto name = split(schema.name, '.');
    if (name.size() != parts.size() || matchName(name, parts, dialect).match != Match::kYes) continue;
    sql::Table table;
    table.name = schema.name;
    for (const auto& field : schema.fields) table.columns.push_back({field.path, "", "", ""});
    table.complete = schema.complete;
    table.key = kKnownKey;
    return &made_.emplace(key, Known{std::move(table), nullptr}).first->second.table;
  }
  return nullptr;
}

// Old and new names, and those on the way to nested ones; of tables their last parts.
std::vector<std::string> MeaningCatalog::names() const {
  std::set<std::string> names;
  for (const auto& dataset : meaning_.migration().datasets) {
    for (const auto& change : dataset.changes) {
      for (const auto& field : change.kind == ChangeKind::kMerge ? change.fields : std::vector{change.field})
        for (auto& part : split(field, '.')) names.insert(std::move(part));
      if (change.kind == ChangeKind::kRename) names.insert(change.to);
    }
    for (const auto& reference : dataset.references)
      if (reference.kind == rules::ReferenceKind::kTable && reference.old != reference.now)
        names.insert(lastPart(reference.old));
  }
  return {names.begin(), names.end()};
}

std::vector<ByteRange> MeaningCatalog::columnsInHole(std::string_view text, ByteRange hole) const {
  return beside_ == nullptr ? std::vector<ByteRange>() : beside_->columnsInHole(text, hole);
}

sql::HoleQuery MeaningCatalog::queryInHole(std::string_view text, ByteRange hole) const {
  return beside_ == nullptr ? sql::HoleQuery() : beside_->queryInHole(text, hole);
}

std::optional<sql::HoleStar> MeaningCatalog::starInHole(std::string_view text, ByteRange hole) const {
  return beside_ == nullptr ? std::nullopt : beside_->starInHole(text, hole);
}

const rules::Reference* MeaningCatalog::referenceOf(const sql::Table& table) const {
  for (const auto& [key, known] : made_)
    if (&known.table == &table) return known.reference;
  return nullptr;
}

}  // namespace gander::rewriter
