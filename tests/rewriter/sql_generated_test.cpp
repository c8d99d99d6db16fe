// Texts that are made up with what each of their names means: exactly the names of what is renamed are edited, in each dialect.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <iostream>

#include "tests/rewriter/sql/binding_check.h"
#include "tests/rewriter/sql/query_generator.h"

namespace gander::rewriter::sql::generated {
namespace {

using Numbers = std::vector<uint32_t>;

struct Case {
  Schema schema;
  GeneratedText text;
};

Case makeCase(const Flavor& flavor, const Numbers& schemaNumbers, const Numbers& textNumbers) {
  Choices schemaChoices(schemaNumbers);
  Case made{.schema = makeSchema(schemaChoices, flavor)};
  Choices textChoices(textNumbers);
  made.text = generate(textChoices, made.schema, flavor);
  return made;
}

std::string describe(const Case& made, const SqlResult& result, const Checked& checked) {
  return "\n" + show(made.schema) + "-- before\n" + made.text.text + "\n-- after\n" +
         (wrongRanges(made.text.text, result).empty() ? editedText(made.text.text, result) : "") + "\n" +
         show(made.text.text, result) + checked.wrong + "\n";
}

struct Counts {
  size_t texts = 0;
  size_t edited = 0;
  size_t listed = 0;
};

rc::Gen<Numbers> numbers(size_t count) {
  return rc::gen::noShrink(rc::gen::scale(static_cast<double>(count) / 100,
                                          rc::gen::container<Numbers>(rc::gen::inRange<uint32_t>(0, 5040))));
}

class SqlGeneratedTest : public testing::TestWithParam<DialectName> {};

// Empty, or what is wrong with one text.
std::string check(const Flavor& flavor, const Case& made, SchemaCatalog::Known known, Counts* counts = nullptr) {
  const SchemaCatalog catalog(made.schema, flavor, known);
  const SqlResult result = rewriteSql(made.text.text, catalog, {.dialect = flavor.name});
  const Checked checked = checkEdits(made.text, flavor, result, known == SchemaCatalog::Known::kAll);
  if (counts != nullptr) {
    ++counts->texts;
    if (!result.edits.empty()) ++counts->edited;
    if (checked.listed) ++counts->listed;
  }
  return checked.wrong.empty() ? "" : describe(made, result, checked);
}

std::string smallest(const Flavor& flavor, SchemaCatalog::Known known, const Numbers& schema, Numbers text) {
  const auto wrong = [&](const Numbers& schemaNumbers, const Numbers& textNumbers) {
    return check(flavor, makeCase(flavor, schemaNumbers, textNumbers), known);
  };
  text = shrink(text, [&](const Numbers& smaller) { return !wrong(schema, smaller).empty(); });
  const Numbers least = shrink(schema, [&](const Numbers& smaller) { return !wrong(smaller, text).empty(); });
  return wrong(least, text);
}

// RapidCheck's own parameters (RC_PARAMS) may ask for more than its 100 rounds, and say the seed.
void expectRight(DialectName dialect, SchemaCatalog::Known known) {
  const Flavor& flavor = flavorOf(dialect);
  Counts counts;
  const auto property = [&] {
    const Numbers schema = *numbers(60);
    for (size_t i = 0; i < 10; ++i) {
      const Numbers text = *numbers(600);
      const Case made = makeCase(flavor, schema, text);
      // A table that keeps its name may have been moved already: where others' columns are unknown, too, that can't be told.
      const SchemaTable& dataset = made.schema.tables.front();
      RC_PRE(known == SchemaCatalog::Known::kAll || dataset.name != dataset.now);
      if (!check(flavor, made, known, &counts).empty()) RC_FAIL(smallest(flavor, known, schema, text));
    }
  };
  const auto& params = rc::detail::configuration().testParams;
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params);
  std::ostringstream shown;
  rc::detail::printResultMessage(result, shown);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << shown.str();
  std::cout << "texts " << counts.texts << ", edited " << counts.edited << ", listed " << counts.listed << "\n";
  EXPECT_GT(counts.edited * 2, counts.texts);
}

TEST_P(SqlGeneratedTest, EditsWhatIsRenamedAndNothingElse) { expectRight(GetParam(), SchemaCatalog::Known::kAll); }

TEST_P(SqlGeneratedTest, EditsNoWrongNameWhereOtherSchemasAreUnknown) {
  expectRight(GetParam(), SchemaCatalog::Known::kDatasetAlone);
}

INSTANTIATE_TEST_SUITE_P(Dialects, SqlGeneratedTest, testing::ValuesIn(allDialects().begin(), allDialects().end()),
                         [](const auto& info) { return std::string(dialectOf(info.param).word); });

}  // namespace
}  // namespace gander::rewriter::sql::generated
