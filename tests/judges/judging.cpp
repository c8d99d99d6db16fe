#include "tests/judges/judging.h"

#include <algorithm>

#include "tests/rewriter/sql/edited_text.h"
#include "tests/rewriter/sql/query_generator.h"

namespace gander::judges {
namespace {

using namespace rewriter::sql;             // NOLINT(google-build-using-namespace)
using namespace rewriter::sql::generated;  // NOLINT(google-build-using-namespace)

constexpr size_t kQueriesForSchema = 25;

std::string quoted(const std::string& name) { return '"' + name + '"'; }

// Few values, so that they meet; NULLs and equal rows.
std::string value(const SchemaColumn& column, bool first, size_t row, std::mt19937& random) {
  if (first) return row == 0 && random() % 4 == 0 ? "NULL" : std::to_string(row);
  if (random() % 5 == 0) return "NULL";
  if (column.type == Type::kInteger) return std::to_string(random() % 4);
  static const char* const kTexts[] = {"'a'", "'b'", "'ab'", "'user_name'"};
  return kTexts[random() % 4];
}

std::string tableText(const SchemaTable& table, bool now, const std::vector<std::string>& rows) {
  const std::string name = quoted(now ? table.now : table.name);
  std::string out = "CREATE TABLE " + name + " (";
  for (const SchemaColumn& column : table.columns) {
    const bool first = &column == &table.columns.front();
    out += (first ? "" : ", ") + quoted(now ? column.now : column.name) +
           (column.type == Type::kInteger ? " INTEGER" : " TEXT") + (first ? " UNIQUE" : "");
  }
  out += ");\n";
  for (const std::string& row : rows) out += "INSERT INTO " + name + " VALUES (" + row + ");\n";
  return out;
}

std::string shown(const Rows& rows) {
  std::string out;
  for (const std::string& column : rows.columns) out += column + " | ";
  for (const auto& row : rows.rows) {
    out += "\n  ";
    for (const auto& value : row) out += value.value_or("NULL") + " | ";
  }
  return out + "\n";
}

}  // namespace

Settings& settings() {
  static Settings settings;
  return settings;
}

Status Judge::makeTables(const Numbers& numbers, std::mt19937& random) {
  Choices choices(numbers);
  schema_ = makeSchema(choices, flavor_);
  GANDER_CHECK(old_.clear());
  GANDER_CHECK(now_.clear());
  tables_.clear();
  for (const SchemaTable& table : schema_.tables) {
    std::vector<std::string> rows(3 + random() % 3);
    for (size_t row = 0; row < rows.size(); ++row) {
      for (const SchemaColumn& column : table.columns) {
        const bool first = &column == &table.columns.front();
        rows[row] += (first ? "" : ", ") + value(column, first, row, random);
      }
    }
    tables_ += tableText(table, false, rows);
    GANDER_CHECK(old_.run(tableText(table, false, rows)));
    GANDER_CHECK(now_.run(tableText(table, true, rows)));
  }
  return {};
}

std::string Judge::run(const Settings& settings) {
  std::mt19937 random(settings.seed);
  std::string wrong;
  size_t found = 0;
  for (size_t i = 0; i < settings.queries; ++i) {
    if (i % kQueriesForSchema == 0) {
      if (auto made = makeTables(randomNumbers(random, 60), random); !made) return made.error().message;
    }
    // A table that keeps its name may have been moved already: where others' columns are unknown, too, that can't be told.
    const SchemaTable& dataset = schema_.tables.front();
    const bool allKnown = i % 4 != 3 || dataset.name == dataset.now;
    Numbers query = randomNumbers(random, 600);
    const Answer answer = ask(query, allKnown);
    count(answer, allKnown);
    if (answer.outcome != Outcome::kWrong) continue;
    query = shrink(query, [&](const Numbers& smaller) { return ask(smaller, allKnown).outcome == Outcome::kWrong; });
    wrong += report(query, allKnown) + "\n";
    if (++found == settings.most) return wrong;
  }
  return wrong;
}

void Judge::count(const Answer& answer, bool allKnown) {
  ++tally_.asked;
  if (answer.outcome == Outcome::kRejected) {
    ++tally_.rejected;
    tally_.rejections.push_back(answer.why);
  }
  if (answer.outcome == Outcome::kListed) ++tally_.listed;
  if (answer.outcome != Outcome::kSame) return;
  ++tally_.compared;
  if (!allKnown) ++tally_.unknown;
  if (answer.changed) ++tally_.changed;
}

Judge::Answer Judge::ask(const Numbers& query, bool allKnown) {
  Choices choices(query);
  const GeneratedText text = generate(choices, schema_, flavor_);
  const SchemaCatalog catalog(schema_, flavor_,
                              allKnown ? SchemaCatalog::Known::kAll : SchemaCatalog::Known::kDatasetAlone);
  const SqlResult result = rewriteSql(text.text, catalog, {.dialect = flavor_.name});
  if (auto wrong = wrongRanges(text.text, result); !wrong.empty()) return {Outcome::kWrong, wrong};
  const bool listed =
      std::any_of(result.judged.begin(), result.judged.end(), [](const SqlJudged& it) { return it.listed; });
  if (listed) return {Outcome::kListed, ""};
  Answer answer = compare(text, editedText(text.text, result));
  answer.changed = !result.edits.empty();
  return answer;
}

// What is left behind: the tables' contents after a statement that writes, and what was made.
Result<std::vector<Rows>> Judge::contents(const GeneratedText& text, Database& database, bool now) const {
  std::vector<Rows> all;
  if (text.writes) {
    for (const SchemaTable& table : schema_.tables) {
      GANDER_TRY(Rows rows, database.run("SELECT * FROM " + quoted(now ? table.now : table.name)));
      rows.columns.clear();  // these are the migration's
      std::sort(rows.rows.begin(), rows.rows.end());
      all.push_back(std::move(rows));
    }
  }
  if (!text.made.empty()) {
    GANDER_TRY(Rows rows, database.run("SELECT * FROM " + quoted(text.made)));
    std::sort(rows.rows.begin(), rows.rows.end());
    all.push_back(std::move(rows));
  }
  return all;
}

Result<Rows> Judge::runAndUndo(const GeneratedText& text, Database& database, const std::string& sql, bool now,
                               std::vector<Rows>& left) const {
  GANDER_CHECK(database.run("BEGIN"));
  auto rows = database.run(sql, now ? Patience::kLong : Patience::kShort);
  if (rows) {
    if (auto contents = this->contents(text, database, now)) {
      left = std::move(*contents);
    } else {
      rows = std::unexpected(contents.error());
    }
  }
  const auto undone = database.run("ROLLBACK");
  if (rows && !undone) return std::unexpected(undone.error());
  return rows;  // a statement that was stopped may have ended its transaction
}

Judge::Answer Judge::compare(const GeneratedText& text, const std::string& rewritten) {
  std::vector<Rows> leftBefore;
  std::vector<Rows> leftAfter;
  const auto before = runAndUndo(text, old_, text.text, false, leftBefore);
  if (!before) return {Outcome::kRejected, before.error().message + "\n  " + text.text};
  const auto after = runAndUndo(text, now_, rewritten, true, leftAfter);
  if (!after) return {Outcome::kWrong, "not accepted: " + after.error().message};
  if (auto wrong = compareRows(text, *before, *after)) return {Outcome::kWrong, *wrong};
  for (size_t i = 0; i < leftBefore.size(); ++i) {
    bool same = leftBefore[i].rows == leftAfter[i].rows && leftBefore[i].columns.size() == leftAfter[i].columns.size();
    for (size_t at = 0; same && at < leftBefore[i].columns.size(); ++at) {
      same = sameName(text, at, true, leftBefore[i].columns[at], leftAfter[i].columns[at]);
    }
    if (same) continue;
    return {Outcome::kWrong, "left behind before: " + shown(leftBefore[i]) + "after: " + shown(leftAfter[i])};
  }
  return {Outcome::kSame, ""};
}

// A star passes the new names on. SQLite calls an expression by its text, so such a name moves with it, and what passes through
// subqueries in the letters that one of them uses.
bool Judge::sameName(const GeneratedText& text, size_t output, bool made, const std::string& before,
                     const std::string& after) const {
  const auto& outputs = made ? text.madeOutputs : text.outputs;
  if (before == after || output >= outputs.size()) return before == after;
  const Named& named = text.named[outputs[output].named];
  if (outputs[output].byStar) return true;
  if (flavor_.name != DialectName::kSqlite) return false;
  const auto key = [&](const std::string& name) { return writtenKey(flavor_.columns, name, false); };
  return !named.referable || (named.given != kNone && key(before) == key(after));
}

std::optional<std::string> Judge::compareRows(const GeneratedText& text, const Rows& before, const Rows& after) const {
  if (before.columns.size() != after.columns.size()) return "another number of columns";
  for (size_t i = 0; i < before.columns.size(); ++i) {
    if (sameName(text, i, false, before.columns[i], after.columns[i])) continue;
    return "output " + std::to_string(i + 1) + " was " + before.columns[i] + ", is " + after.columns[i];
  }
  auto left = before.rows;
  auto right = after.rows;
  if (!text.ordered) {
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
  }
  if (left != right) return "rows before: " + shown(before) + "after: " + shown(after);
  return std::nullopt;
}

std::string Judge::report(const Numbers& query, bool allKnown) {
  Choices choices(query);
  const GeneratedText text = generate(choices, schema_, flavor_);
  const SchemaCatalog catalog(schema_, flavor_,
                              allKnown ? SchemaCatalog::Known::kAll : SchemaCatalog::Known::kDatasetAlone);
  const SqlResult result = rewriteSql(text.text, catalog, {.dialect = flavor_.name});
  return generated::show(schema_) + tables_ + "-- before\n" + text.text + "\n-- after\n" +
         editedText(text.text, result) + "\n" + generated::show(text.text, result) + ask(query, allKnown).why;
}

}  // namespace gander::judges
