#include "rewriter/solve/sql_files.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

// A dotted name with its quotes.
constexpr std::string_view kName = R"(((?:[`"\[]?[\w$\-]+[`"\]]?\s*\.\s*){0,3}[`"\[]?[\w$\-]+[`"\]]?|`[\w$\-.]+`))";

std::vector<std::string> partsOf(std::string_view written) {
  std::vector<std::string> parts;
  for (auto& part : split(written, '.')) {
    std::erase_if(part, [](char c) { return std::string_view("`\"[] \t\r\n").contains(c); });
    parts.push_back(std::move(part));
  }
  return parts;
}

bool sameText(std::string_view a, std::string_view b) { return toLowerAscii(a) == toLowerAscii(b); }

// One name is the end of the other.
bool mayMean(const std::vector<std::string>& made, std::span<const sql::NamePart> parts) {
  for (size_t i = 1; i <= std::min(made.size(), parts.size()); ++i) {
    const auto& part = parts[parts.size() - i];
    if (!part.hole && !sameText(made[made.size() - i], part.text)) return false;
  }
  return true;
}

bool isSame(const std::vector<std::string>& made, std::span<const sql::NamePart> parts) {
  return made.size() == parts.size() && mayMean(made, parts);
}

// Databases whose dialect is none of ours: nothing is taken for granted in their files.
constexpr std::array<std::string_view, 17> kOtherDatabases = {
    "athena", "clickhouse", "cockroachdb", "db2",    "drill",  "duckdb",   "firebird", "h2",     "hana",
    "impala", "monetdb",    "netezza",     "oracle", "presto", "teradata", "trino",    "vertica"};

std::optional<sql::DialectName> dialectNamed(std::string_view word) {
  if (word == "standard" || word == "tolerant") return std::nullopt;
  if (auto found = sql::findDialect(word)) return found;
  if (std::ranges::find(kOtherDatabases, word) != kOtherDatabases.end()) return sql::DialectName::kTolerant;
  return std::nullopt;
}

// What the folders of a path say: `whole` by a folder's name ("db/postgres/"), else by a part of one ("snowflake-dbt/"). The
// nearest to the file counts.
struct PathDialect {
  std::optional<sql::DialectName> name;
  bool whole = false;
};
PathDialect dialectOfPath(std::string_view path) {
  PathDialect said;
  auto folders = split(toLowerAscii(path), '/');
  folders.pop_back();
  for (const auto& folder : folders) {
    if (auto name = dialectNamed(folder)) {
      said = {name, true};
    } else if (!said.whole) {
      auto words = folder;
      std::ranges::replace(words, '_', '-');
      for (const auto& word : split(words, '-'))
        if (auto part = dialectNamed(word)) said = {part, false};
    }
  }
  return said;
}

std::string lowerName(const std::vector<std::string>& name) {
  return toLowerAscii(fmt::format("{}", fmt::join(name, ".")));
}

}  // namespace

SqlFiles::SqlFiles(const Meaning& meaning, const Texts& texts)
    : meaning_(meaning), texts_(texts), catalog_(meaning, this), dbt_(meaning, texts, [this](const std::string& path) {
        const auto* file = resolve(path);
        return file == nullptr ? nullptr : &file->result;
      }) {
  findMade();
}

void SqlFiles::findMade() {
  for (const auto& [path, source] : texts_.all())
    if (languageOf(path) == "sql" && source.nature != FileNature::kGenerated) findMadeIn(path, source.text);
}

void SqlFiles::findMadeIn(const std::string& path, std::string_view text) {
  static const RE2 kCreate(
      std::string(
          R"((?i)\bcreate\s+(?:or\s+replace\s+)?(?:(?:temp|temporary|materialized|external|transient|unlogged|secure|recursive|global|local|dynamic|iceberg)\s+)*(?:table|view)\s+(?:if\s+not\s+exists\s+)?)") +
      std::string(kName));
  static const RE2 kAlter(std::string(R"((?i)\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?)") + std::string(kName) +
                          R"(\s+add\b)");
  re2::StringPiece rest(text.data(), text.size());
  std::string name;
  while (RE2::FindAndConsume(&rest, kCreate, &name)) {
    auto parts = partsOf(name);
    byName_.emplace(toLowerAscii(parts.back()), made_.size());
    made_.push_back({path, std::move(parts), false, false, 0, {}});
  }
  rest = re2::StringPiece(text.data(), text.size());
  while (RE2::FindAndConsume(&rest, kAlter, &name)) {
    auto parts = partsOf(name);
    altered_.emplace(toLowerAscii(parts.back()), std::move(parts));
  }
}

bool SqlFiles::isAltered(const std::vector<std::string>& name) const {
  auto [begin, end] = altered_.equal_range(toLowerAscii(name.back()));
  return begin != end;
}

std::vector<std::string> SqlFiles::names() const { return {}; }

// One definition that the name can mean; where several could, none.
const sql::Table* SqlFiles::find(std::span<const sql::NamePart> parts, const sql::Dialect& dialect) const {
  return findBeside(parts, dialect, false);
}

const sql::Table* SqlFiles::findWhole(std::span<const sql::NamePart> parts, const sql::Dialect& dialect) const {
  return findBeside(parts, dialect, true);
}

const sql::Table* SqlFiles::findBeside(std::span<const sql::NamePart> parts, const sql::Dialect& dialect,
                                       bool wholeOnly) const {
  if (!resolving_.empty() && dbt_.has(resolving_.back()))
    if (const auto* found = dbt_.catalogOf(resolving_.back()).find(parts, dialect)) return found;
  if (parts.empty() || parts.back().hole) return nullptr;
  auto [begin, end] = byName_.equal_range(toLowerAscii(parts.back().text));
  std::vector<size_t> whole;
  std::vector<size_t> some;
  for (auto at = begin; at != end; ++at) {
    if (isSame(made_[at->second].name, parts)) whole.push_back(at->second);
    if (mayMean(made_[at->second].name, parts)) some.push_back(at->second);
  }
  if (wholeOnly) some.clear();
  if (wholeOnly && std::ranges::any_of(parts, &sql::NamePart::hole)) whole.clear();
  const auto& candidates = whole.empty() ? some : whole;
  const sql::Table* found = nullptr;
  std::string name;
  for (size_t index : candidates) {
    const auto* table = tableOf(made_[index]);
    if (table == nullptr) continue;
    if (found != nullptr && (name != lowerName(made_[index].name) || whole.empty())) return nullptr;
    if (found != nullptr) return nullptr;  // made twice: which one it is now is not known
    found = table;
    name = lowerName(made_[index].name);
  }
  return found;
}

const sql::Table* SqlFiles::tableOf(MadeRelation& made) const {
  if (made.resolved) return made.failed ? nullptr : &made.table;
  const SqlFile* file = resolve(made.path);
  if (file == nullptr) return nullptr;
  made.resolved = true;
  made.failed = true;
  for (const auto& statement : file->result.statements) {
    if (statement.made.size() != made.name.size()) continue;
    if (!isSame(made.name, statement.made)) continue;
    describe(made, statement);
    made.failed = false;
    break;
  }
  return made.failed ? nullptr : &made.table;
}

// What a relation puts out, as its readers will see it.
void SqlFiles::describe(MadeRelation& made, const sql::Statement& statement) const {
  made.statement = statement.range.begin;
  auto& table = made.table;
  const auto* source = texts_.find(made.path);
  table.name = fmt::format("{}, made at {}", fmt::join(made.name, "."),
                           formatPlace(made.path, source->lines.at(statement.range.begin)));
  table.complete = statement.outputsKnown && !statement.outputs.empty() && !isAltered(made.name);
  table.key = MeaningCatalog::kFirstKeyBeside +
              static_cast<size_t>(
                  std::find_if(made_.begin(), made_.end(), [&](const MadeRelation& one) { return &one == &made; }) -
                  made_.begin());
  for (const auto& output : statement.outputs) {
    if (output.name.empty()) continue;
    sql::Column column{output.name, "", "", ""};
    if (output.now != output.name) {
      column.now = output.now;
      column.change = output.change;
    }
    table.columns.push_back(std::move(column));
    if (!output.passes || output.of == nullptr) continue;
    // What is nested in a column that it passes on keeps its own names.
    const auto prefix = output.path + ".";
    for (const auto& nested : output.of->columns)
      if (nested.path.starts_with(prefix)) {
        table.columns.push_back(nested);
        table.columns.back().path = output.name + "." + nested.path.substr(prefix.size());
      }
  }
}

sql::DialectName SqlFiles::treeDialect() const {
  if (treeDialect_) return *treeDialect_;
  std::map<sql::DialectName, size_t> votes;
  for (const auto& [path, source] : texts_.all())
    if (languageOf(path) == "sql" && source.nature == FileNature::kCode && !dialectOfPath(path).whole)
      ++votes[sql::guessDialect(source.text)];
  votes.erase(sql::DialectName::kTolerant);
  auto best =
      std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  size_t all = 0;
  for (const auto& [dialect, count] : votes) all += count;
  // A few files of another dialect are a slip of the guess; a tree of two dialects has no one answer.
  const bool clear = best != votes.end() && best->second * 10 >= all * 9;
  treeDialect_ = clear ? best->first : sql::DialectName::kTolerant;
  return *treeDialect_;
}

sql::Options SqlFiles::optionsFor(const std::string& path, std::string_view text) const {
  auto options = sqlPolicyOf(meaning_.migration(), path);
  if (options.dialect != sql::DialectName::kTolerant) return options;
  const auto said = dialectOfPath(path);
  options.dialect = said.whole ? *said.name : sql::guessDialect(text);
  if (said.whole || options.dialect != sql::DialectName::kTolerant) return options;
  options.dialect = treeDialect();
  if (!sql::mayBe(options.dialect, text)) options.dialect = sql::DialectName::kTolerant;
  if (said.name && options.dialect == sql::DialectName::kTolerant) options.dialect = *said.name;
  // The tree is of one dialect, and the folder speaks of another: of a source's database, or of its own.
  if (said.name && options.dialect != *said.name) options.dialect = sql::DialectName::kTolerant;
  return options;
}

const SqlFile* SqlFiles::resolve(const std::string& path) const {
  auto [at, fresh] = resolved_.try_emplace(path);
  if (!fresh) return at->second ? &*at->second : nullptr;
  const auto& text = texts_.find(path)->text;
  SqlFile file{path, optionsFor(path, text), {}};
  if (dbt_.isUnread(path)) file.options.rowsFollow = true;
  if (dbt_.has(path)) dbt_.describeMade(path, file.options);
  resolving_.push_back(path);
  file.result = read(path, text, file.options);
  auto& kept = resolved_[path];
  kept = std::move(file);
  // {{ this }} is what the file itself makes.
  if (dbt_.readsItself(path)) kept->result = read(path, text, kept->options);
  resolving_.pop_back();
  return &*kept;
}

sql::SqlResult SqlFiles::read(const std::string& path, const std::string& text, const sql::Options& options) const {
  if (!dbt_.has(path)) return sql::rewriteSql(text, catalog_, options);
  return dbt_.mapBack(path, sql::rewriteSql(dbt_.catalogOf(path).expansion().text(), catalog_, options));
}

sql::HoleQuery SqlFiles::queryInHole(std::string_view text, ByteRange hole) const {
  if (resolving_.empty() || !dbt_.has(resolving_.back())) return {};
  return dbt_.catalogOf(resolving_.back()).queryInHole(text, hole);
}

std::optional<sql::HoleStar> SqlFiles::starInHole(std::string_view text, ByteRange hole) const {
  if (resolving_.empty() || !dbt_.has(resolving_.back())) return std::nullopt;
  return dbt_.catalogOf(resolving_.back()).starInHole(text, hole);
}

std::vector<ByteRange> SqlFiles::columnsInHole(std::string_view text, ByteRange hole) const {
  if (resolving_.empty() || !dbt_.has(resolving_.back())) return {};
  return dbt_.catalogOf(resolving_.back()).columnsInHole(text, hole);
}

std::string SqlFiles::unitOf(const sql::Table& table) const {
  const size_t index = table.key - MeaningCatalog::kFirstKeyBeside;
  if (table.key < MeaningCatalog::kFirstKeyBeside || index >= made_.size()) return "";
  return fmt::format("ref:{}:{}", made_[index].path, made_[index].statement);
}

namespace {

// The demands of one resolved file.
class FileDemands {
 public:
  FileDemands(const SqlFiles& files, const SqlFile& file, const Meaning& meaning, const Texts& texts,
              Solution& solution)
      : files_(files),
        file_(file),
        meaning_(meaning),
        texts_(texts),
        solution_(solution),
        text_(texts.find(file.path)->text) {
    for (const auto& statement : file.result.statements) noteStatement(statement);
  }

  void demand() {
    const auto& dbt = files_.dbt();
    for (const auto& edit : joinInsertions(text_, file_.result.edits))
      if (!dbt.isExpanded({file_.path, edit.range})) demandEdit(edit, {file_.path, edit.range});
    for (const auto& judged : file_.result.judged)
      if (!dbt.isExpanded({file_.path, judged.range})) demandJudged(judged, {file_.path, judged.range});
    for (const auto& one : dbt.outsideOf(file_.path).edits) demandEdit(one.edit, one.span);
    for (const auto& one : dbt.outsideOf(file_.path).judged) demandJudged(one.judged, one.span);
    for (const auto& hazard : file_.result.hazards)
      solution_.hazards.push_back(
          {hazard.name, file_.path, texts_.positionOf({file_.path, hazard.range}), hazard.message});
  }

 private:
  struct Known {
    std::set<std::string> units;
    std::set<size_t> told;  // datasets that are named by a name of one version only
    std::set<size_t> reads;
  };

  void noteStatement(const sql::Statement& statement) {
    auto& known = statements_[statement.range.begin];
    known.units.insert(fmt::format("ref:{}:{}", file_.path, statement.range.begin));
    for (const auto* table : statement.reads) {
      const auto* reference = files_.catalog().referenceOf(*table);
      if (reference != nullptr) {
        known.reads.insert(table->key);
        const auto& made = files_.dbt().unitsOfDataset(table->key);
        known.units.insert(made.begin(), made.end());
      }
      if (reference != nullptr && reference->old != reference->now) known.told.insert(table->key);
      const bool moves = std::any_of(table->columns.begin(), table->columns.end(),
                                     [](const sql::Column& column) { return !column.change.empty(); });
      const auto* dbt = files_.dbt().relationOf(*table);
      if (dbt != nullptr && dbt->isDataset()) known.reads.insert(dbt->dataset);
      if (dbt != nullptr && dbt->isDataset() && dbt->reference->old != dbt->reference->now)
        known.told.insert(dbt->dataset);
      if (reference == nullptr && dbt == nullptr && moves)
        if (auto unit = files_.unitOf(*table); !unit.empty()) known.units.insert(unit);
    }
    if (files_.dbt().has(file_.path)) known.units.merge(files_.dbt().unitsOf(file_.path, statement));
    for (size_t dataset : known.reads) {
      if (known.told.contains(dataset)) continue;
      for (const auto& name : meaning_.fieldNames())
        if (meaning_.onlyNew(dataset, name) && holdsWord(statement.range, name))
          solution_.unitsAtNew.insert(known.units.begin(), known.units.end());
    }
  }

  bool holdsWord(ByteRange range, const std::string& name) const {
    for (size_t at = text_.find(name, range.begin); at != std::string::npos && at < range.end;
         at = text_.find(name, at + 1))
      if (isOccurrence(text_, at, at + name.size())) return true;
    return false;
  }

  Demand begin(const Span& span, const std::string& change, size_t statement) {
    Demand demand;
    demand.span = span;
    demand.tier = Tier::kScope;
    demand.change = change;
    demand.units = statements_[statement].units;
    if (demand.units.empty()) demand.units.insert(fmt::format("ref:{}:{}", file_.path, statement));
    return demand;
  }

  EvidenceStep step(ByteRange range, std::string why) const {
    return {file_.path, texts_.positionOf({file_.path, range}), std::move(why)};
  }

  void demandEdit(const sql::SqlEdit& edit, const Span& span) {
    auto demand = begin(span, edit.change, edit.statement);
    demand.stance = Stance::kReplace;
    demand.replacement = edit.now;
    demand.written = true;
    for (const auto& one : edit.evidence) demand.evidence.push_back(step(one.range, one.why));
    demand.evidence.push_back(step(edit.range, fmt::format("read as {}", sql::dialectOf(file_.options.dialect).word)));
    noteVersion(demand, edit.statement);
    solution_.demands.push_back(std::move(demand));
  }

  // Whether the name is in both versions, and whether it tells the one that its statement is at.
  void noteVersion(Demand& demand, size_t statement) {
    for (size_t dataset : statements_[statement].reads)
      for (const auto& change : meaning_.dataset(dataset).changes) {
        if (change.id != demand.change) continue;
        if (meaning_.onlyOld(dataset, change.field))
          solution_.unitsAtOld.insert(demand.units.begin(), demand.units.end());
        demand.ambiguous = meaning_.isNewField(dataset, change.field) && !statements_[statement].told.contains(dataset);
      }
  }

  void demandJudged(const sql::SqlJudged& judged, const Span& span) {
    auto demand = begin(span, judged.change, judged.statement);
    demand.stance = judged.listed ? Stance::kOpen : Stance::kKeep;
    demand.claimed = judged.listed;
    demand.blocks = judged.blocks;
    demand.reason = judged.reason;
    solution_.demands.push_back(std::move(demand));
  }

  const SqlFiles& files_;
  const SqlFile& file_;
  const Meaning& meaning_;
  const Texts& texts_;
  Solution& solution_;
  const std::string& text_;
  std::map<size_t, Known> statements_;
};

}  // namespace

void SqlFiles::solve(const std::string& path, Solution& solution) const {
  const auto* source = texts_.find(path);
  if (source == nullptr || source->nature != FileNature::kCode) return;
  if (const SqlFile* file = resolve(path)) FileDemands(*this, *file, meaning_, texts_, solution).demand();
}

}  // namespace gander::rewriter
