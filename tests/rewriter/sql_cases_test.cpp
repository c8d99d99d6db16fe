// Each case of tests/rewriter/sql/cases as a test of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "base/text.h"
#include "sql_cases.h"

namespace gander::rewriter::sql {

void PrintTo(const SqlCase& made, std::ostream* out) { *out << made.file << ".cases: " << made.title; }

namespace {

const std::vector<SqlCase>& allCases() {
  static const auto cases = loadSqlCases(GANDER_SOURCE_DIR "/tests/rewriter/sql/cases");
  return cases;
}

std::string testName(const testing::TestParamInfo<SqlCase>& info) {
  std::string name = info.param.file + "_" + info.param.title;
  for (char& c : name)
    if (!isWordByte(c) || (static_cast<unsigned char>(c) & 0x80U) != 0) c = '_';
  return name;
}

std::vector<std::string> hazardNames(const SqlResult& result) {
  std::set<std::string> names;
  for (const auto& hazard : result.hazards) names.insert(hazard.name);
  return {names.begin(), names.end()};
}

// What a reader needs to see why: the case, both marked texts line by line, and what was said of each listed name.
std::string explain(const SqlCase& made, const SqlResult& result) {
  const auto expected = splitLines(showMarks(made.text, made.marks));
  const auto obtained = splitLines(showMarks(made.text, marksOf(result)));
  std::string shown =
      made.file + ".cases: " + made.title + " (" + std::string(dialectOf(made.options.dialect).word) + ")\n";
  for (size_t i = 0; i < std::max(expected.size(), obtained.size()); ++i) {
    const std::string wanted = i < expected.size() ? expected[i] : "";
    const std::string got = i < obtained.size() ? obtained[i] : "";
    shown += (wanted == got ? "            " : "  expected: ") + wanted + "\n";
    if (wanted != got) shown += "  obtained: " + got + "\n";
  }
  for (const auto& judged : result.judged)
    if (judged.listed)
      shown += "  listed " + made.text.substr(judged.range.begin, judged.range.size()) + ": " + judged.reason + "\n";
  for (const auto& hazard : result.hazards) shown += "  hazard " + hazard.name + ": " + hazard.message + "\n";
  return shown;
}

void checkEdits(const SqlCase& made, const SqlResult& result) {
  uint32_t end = 0;
  for (const auto& edit : result.edits) {
    EXPECT_LE(edit.range.end, made.text.size());
    EXPECT_GE(edit.range.begin, end) << "edits overlap, or are not sorted";
    end = edit.range.end;
    EXPECT_FALSE(edit.evidence.empty()) << edit.now << " has no evidence";
    EXPECT_FALSE(edit.change.empty()) << edit.now << " is of no change";
    EXPECT_NE(edit.now, made.text.substr(edit.range.begin, edit.range.size())) << "an edit that changes nothing";
  }
  for (const auto& judged : result.judged) EXPECT_FALSE(judged.reason.empty());
}

class SqlCasesTest : public testing::TestWithParam<SqlCase> {};

TEST_P(SqlCasesTest, ChangesWhatItMustAndNothingElse) {
  const SqlCase& made = GetParam();
  ASSERT_EQ(made.wrong, "");
  const CaseCatalog before(made, CaseCatalog::At::kBefore);
  const auto result = rewriteSql(made.text, before, made.options);
  SCOPED_TRACE(explain(made, result));
  EXPECT_EQ(showMarks(made.text, marksOf(result)), showMarks(made.text, made.marks));
  EXPECT_EQ(hazardNames(result), made.hazards);
  checkEdits(made, result);

  const std::string rewritten = applyMarks(made.text, marksOf(result));
  const CaseCatalog after(made, CaseCatalog::At::kAfter);
  const auto again = rewriteSql(rewritten, after, made.options);
  EXPECT_TRUE(again.edits.empty()) << "a second run changes it again:\n" << showMarks(rewritten, marksOf(again));
}

// Whatever the dialect and the options, edits stay in the text and apart.
TEST(SqlCorpusTest, NoTextBreaksInAnotherDialect) {
  for (const auto& made : allCases()) {
    const CaseCatalog catalog(made, CaseCatalog::At::kBefore);
    for (std::string_view dialect :
         {"tolerant", "bigquery", "spark", "postgres", "mysql", "sqlite", "snowflake", "tsql"})
      for (Outputs outputs : {Outputs::kContracts, Outputs::kKeep, Outputs::kFollow}) {
        SCOPED_TRACE(made.file + ".cases: " + made.title + " as " + std::string(dialect));
        checkEdits(made, rewriteSql(made.text, catalog, {.dialect = *findDialect(dialect), .outputs = outputs}));
      }
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, SqlCasesTest, testing::ValuesIn(allCases()), testName);

TEST(SqlCorpusTest, HasItsCasesInAllDialects) {
  std::map<std::string, size_t> byFile;
  std::map<std::string_view, size_t> byDialect;
  std::map<std::string_view, size_t> marks;
  std::set<std::pair<std::string, std::string>> titles;
  for (const auto& made : allCases()) {
    ++byFile[made.file];
    ++byDialect[dialectOf(made.options.dialect).word];
    for (const auto& mark : made.marks) ++marks[mark.listed ? "listed" : "edited"];
    EXPECT_TRUE(titles.emplace(made.file, made.title).second) << made.file << " has two cases: " << made.title;
  }
  for (const auto& [file, count] : byFile) std::cout << "  " << file << ": " << count << "\n";
  for (const auto& [dialect, count] : byDialect) std::cout << "  " << dialect << ": " << count << "\n";
  for (const auto& [verdict, count] : marks) std::cout << "  names " << verdict << ": " << count << "\n";
  std::cout << "  cases: " << allCases().size() << "\n";
  EXPECT_GE(allCases().size(), 260U);
  for (const auto& [dialect, count] : byDialect) EXPECT_GE(count, 15U) << dialect;
  EXPECT_EQ(byDialect.size(), 8U);
}

}  // namespace
}  // namespace gander::rewriter::sql
