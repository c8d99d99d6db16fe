// How much of real SQL is understood: files, statements, those with no unknown part in FROM and SELECT lists, and how fast it went.
//
//   gander_measure_sql FOLDER... [--dialect D] [--migration FILE] [--first N]
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "base/source.h"
#include "bench/sql_texts.h"
#include "rewriter/sql/sql.h"
#include "rules/migration.h"

namespace gander::bench {
namespace {

namespace sql = rewriter::sql;

struct Flags {
  std::vector<std::string> folders;
  std::string dialect;  // empty: what each text tells
  std::string migration;
  size_t first = 20;
  int passes = 3;
};

// The migration's tables by the last part of their names, whatever stands before it: for measuring only.
class MigrationTables final : public sql::Catalog {
 public:
  explicit MigrationTables(const rules::Migration& migration) {
    for (const auto& dataset : migration.datasets) add(dataset);
  }
  const sql::Table* find(std::span<const sql::NamePart> parts, const sql::Dialect& /*dialect*/) const override {
    for (const auto& [name, table] : tables_)
      if (!parts.empty() && !parts.back().hole && parts.back().text == name) return &table;
    return nullptr;
  }

 private:
  void add(const rules::Dataset& dataset) {
    sql::Table table{.name = dataset.id, .complete = true, .dataset = true};
    for (const auto& field : dataset.old.fields) table.columns.push_back({.path = field.path});
    for (const auto& change : dataset.changes)
      for (auto& column : table.columns)
        if (column.path == change.field && change.kind == rules::ChangeKind::kRename)
          column.now = change.to, column.change = change.id;
    for (const auto& reference : dataset.references)
      if (reference.kind == rules::ReferenceKind::kTable)
        tables_.emplace_back(reference.old.substr(reference.old.rfind('.') + 1), table);
  }

  std::vector<std::pair<std::string, sql::Table>> tables_;
};

// What was found in some of the texts.
struct Counts {
  size_t files = 0;
  size_t statements = 0;
  size_t understood = 0;
  size_t edits = 0;
  size_t listed = 0;
};

struct Measured {
  Counts counts;
  std::vector<std::string> notUnderstood;  // a place and the statement's first words, for each
};

sql::DialectName dialectOf(const SqlText& text, const Flags& flags) {
  return flags.dialect.empty() ? sql::guessDialect(text.text) : *sql::findDialect(flags.dialect);
}

std::string describe(const SqlText& text, const LineIndex& lines, const sql::Statement& statement) {
  auto words = text.text.substr(statement.range.begin, std::min(statement.range.size(), 60U));
  std::ranges::replace_if(words, [](unsigned char byte) { return byte < ' '; }, ' ');
  return fmt::format("{}: {}", formatPlace(text.path, lines.at(statement.range.begin)), words);
}

Measured count(const std::vector<SqlText>& texts, const sql::Catalog& catalog, const Flags& flags) {
  Measured measured;
  auto& counts = measured.counts;
  for (const auto& text : texts) {
    auto result = sql::rewriteSql(text.text, catalog, {.dialect = dialectOf(text, flags)});
    const LineIndex lines(text.text);
    ++counts.files;
    counts.edits += result.edits.size();
    counts.listed += static_cast<size_t>(std::ranges::count_if(result.judged, &sql::SqlJudged::listed));
    for (const auto& statement : result.statements) {
      ++counts.statements;
      counts.understood += statement.understood ? 1 : 0;
      if (!statement.understood) measured.notUnderstood.push_back(describe(text, lines, statement));
    }
  }
  return measured;
}

// The processor's time of this thread: what else the machine does costs nothing.
double secondsSpent() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The best of some passes, in MB (10^6 bytes) a second.
double speedOf(const std::vector<SqlText>& texts, const sql::Catalog& catalog, const Flags& flags) {
  double best = 0;
  for (int pass = 0; pass < flags.passes; ++pass) {
    size_t statements = 0;
    const double begin = secondsSpent();
    for (const auto& text : texts)
      statements += sql::rewriteSql(text.text, catalog, {.dialect = dialectOf(text, flags)}).statements.size();
    const double took = secondsSpent() - begin;
    if (statements > 0) best = std::max(best, static_cast<double>(bytesOf(texts)) / 1e6 / took);
  }
  return best;
}

Result<void> measure(const Flags& flags) {
  GANDER_TRY(auto texts, readSqlFiles(flags.folders));
  std::unique_ptr<sql::Catalog> catalog = std::make_unique<NothingKnown>();
  if (!flags.migration.empty()) {
    GANDER_TRY(auto migration, rules::loadMigration(flags.migration));
    catalog = std::make_unique<MigrationTables>(migration);
  }
  auto measured = count(texts, *catalog, flags);
  const auto& counts = measured.counts;
  for (size_t at = 0; at < std::min(flags.first, measured.notUnderstood.size()); ++at)
    fmt::print("{}\n", measured.notUnderstood[at]);
  auto share =
      100.0 * static_cast<double>(counts.understood) / static_cast<double>(std::max<size_t>(counts.statements, 1));
  fmt::print("{} files, {} statements, {:.2f} % understood, {} not\n", counts.files, counts.statements, share,
             measured.notUnderstood.size());
  if (!flags.migration.empty()) fmt::print("{} edits, {} listed\n", counts.edits, counts.listed);
  fmt::print("{:.1f} MB of text, {:.1f} MB/s on one core\n", static_cast<double>(bytesOf(texts)) / 1e6,
             speedOf(texts, *catalog, flags));
  return {};
}

int run(int count, char** arguments) {
  Flags flags;
  CLI::App app{"How much of the SQL in some folders is understood, and how fast."};
  app.add_option("FOLDER", flags.folders, "Folders with *.sql")->required();
  app.add_option("--dialect", flags.dialect, "Their dialect (default: what each text tells)")
      ->check([](const std::string& word) { return sql::findDialect(word) ? "" : "no dialect of that name"; });
  app.add_option("--migration", flags.migration, "A migration whose tables are looked for");
  app.add_option("--first", flags.first, "How many of the statements that are not understood are shown");
  app.add_option("--passes", flags.passes, "How often the texts are read for the speed; the best counts");
  CLI11_PARSE(app, count, arguments);
  auto measured = measure(flags);
  if (!measured) fmt::print(stderr, "gander_measure_sql: {}\n", measured.error().message);
  return measured ? 0 : 2;
}

}  // namespace
}  // namespace gander::bench

int main(int count, char** arguments) { return gander::bench::run(count, arguments); }
