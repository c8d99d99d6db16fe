#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "rewriter/sql/jinja.h"

namespace gander::rewriter::sql {
namespace {

using testing::ElementsAre;

std::string shown(const JinjaValue& value);

std::string shownAll(const std::vector<JinjaValue>& items) {
  std::vector<std::string> lines;
  for (const auto& item : items) lines.push_back(shown(item));
  return fmt::format("{}", fmt::join(lines, ", "));
}

std::string shownNamed(const JinjaValue& value) {
  std::string out;
  for (const auto& one : value.named) out += fmt::format("; {}={}", one.name, shown(one.value));
  return out;
}

std::string shown(const JinjaValue& value) {
  std::string out;
  switch (value.kind) {
    case JinjaValue::Kind::kUnknown: out = fmt::format("?({})", shownAll(value.items)); break;
    case JinjaValue::Kind::kText: out = fmt::format("'{}'", value.text); break;
    case JinjaValue::Kind::kNumber:
    case JinjaValue::Kind::kName: out = value.text; break;
    case JinjaValue::Kind::kCall:
      out = fmt::format("{}{}({}", value.base.empty() ? "" : shown(value.base[0]) + " . ", value.text,
                        shownAll(value.items));
      break;
    case JinjaValue::Kind::kList: out = fmt::format("[{}]", shownAll(value.items)); break;
    case JinjaValue::Kind::kDict: out = fmt::format("{{{}", shownAll(value.items)); break;
    case JinjaValue::Kind::kConcat: out = fmt::format("cat({})", shownAll(value.items)); break;
    case JinjaValue::Kind::kChoice: out = fmt::format("either({})", shownAll(value.items)); break;
    case JinjaValue::Kind::kElement: out = fmt::format("{} of {}", value.text, shownAll(value.items)); break;
  }
  out += shownNamed(value);
  if (value.kind == JinjaValue::Kind::kCall) out += ")";
  if (value.kind == JinjaValue::Kind::kDict) out += "}";
  for (const auto& filter : value.filters) out += "|" + filter;
  return out;
}

std::string read(std::string_view text) { return shown(readJinjaValue(text, {0, static_cast<uint32_t>(text.size())})); }

JinjaStatement statement(std::string_view text) {
  return readJinjaStatement(text, {0, static_cast<uint32_t>(text.size())});
}

TEST(JinjaTest, ReadsCallsAndLiterals) {
  EXPECT_EQ(read(" ref('m') "), "ref('m')");
  EXPECT_EQ(read("ref('pkg', \"m\", v=2)"), "ref('pkg', 'm'; v=2)");
  EXPECT_EQ(read("dbt_utils.star(from=ref('m'), except=['a', 'b'])"),
            "dbt_utils.star(; from=ref('m'); except=['a', 'b'])");
  EXPECT_EQ(read("this.schema"), "this.schema");
  EXPECT_EQ(read("{'a': 1, \"b\": [x, ('y', 'z')], c: 'd'}"), "{'d'; a=1; b=[x, ['y', 'z']]}");
  EXPECT_EQ(read("('x')"), "'x'");
  EXPECT_EQ(read("('x',)"), "['x']");
  EXPECT_EQ(read("f()"), "f()");
  EXPECT_EQ(read("f(a, *b, **c)"), "f(a, b, c)");
}

TEST(JinjaTest, ReadsWhatIsPutTogetherAndChosen) {
  EXPECT_EQ(read("'a' ~ b + 'c'"), "cat('a', b, 'c')");
  EXPECT_EQ(read("'a' 'b'"), "cat('a', 'b')");
  EXPECT_EQ(read("'a' if x == 'q' else ref('b')"), "either('a', ref('b')); if=?(x, 'q')");
  EXPECT_EQ(read("a or 'b'"), "either(a, 'b')");
  EXPECT_EQ(read("a is not none and not b"), "?(a, none, b)");
  EXPECT_EQ(read("-1 * 2"), "?(1, 2)");
}

TEST(JinjaTest, ReadsFiltersMembersAndSubscripts) {
  EXPECT_EQ(read("x | trim | default('y', true)"), "x; |default='y'; |default=true|trim|default");
  EXPECT_EQ(read("ref('m').identifier"), "identifier of ref('m')");
  EXPECT_EQ(read("ref('m').include(database=false)"), "ref('m') . include(; database=false)");
  EXPECT_EQ(read("x['a'][0]"), " of a of x, 'a', 0");
  EXPECT_EQ(read("x.append(ref('m'))"), "x.append(ref('m'))");
  EXPECT_EQ(read("a ~ b|lower"), "cat(a, b|lower)");
}

TEST(JinjaTest, PlacesAreThoseOfTheText) {
  const std::string text = "select 1 from {{ source('lake', 'user_plays_v1') }}";
  auto pieces = jinjaPieces(text);
  ASSERT_EQ(pieces.size(), 2);
  auto value = readJinjaValue(text, pieces[1].inside);
  ASSERT_EQ(value.items.size(), 2);
  EXPECT_EQ(text.substr(value.items[1].body.begin, value.items[1].body.size()), "user_plays_v1");
  EXPECT_EQ(text.substr(value.body.begin, value.body.size()), "source");
  EXPECT_EQ(text.substr(value.range.begin, value.range.size()), "source('lake', 'user_plays_v1')");
}

TEST(JinjaTest, EscapesAreReadAndMarked) {
  const std::string_view text = R"(f('it\'s', "a\\b", 'plain'))";
  auto value = readJinjaValue(text, {0, static_cast<uint32_t>(text.size())});
  ASSERT_EQ(value.items.size(), 3);
  EXPECT_EQ(value.items[0].text, "it's");
  EXPECT_FALSE(value.items[0].plain);
  EXPECT_EQ(value.items[1].text, "a\\b");
  EXPECT_TRUE(value.items[2].plain);
}

TEST(JinjaTest, FindsArgumentsByPositionAndName) {
  const std::string_view text = "f('a', b='c')";
  auto value = readJinjaValue(text, {0, static_cast<uint32_t>(text.size())});
  ASSERT_NE(value.argument(0, "x"), nullptr);
  EXPECT_EQ(value.argument(0, "x")->text, "a");
  EXPECT_EQ(value.argument(5, "b")->text, "c");
  EXPECT_EQ(value.argument(5, ""), nullptr);
}

TEST(JinjaTest, ReadsStatements) {
  auto set = statement(" set cols = ['a', 'b'] ");
  EXPECT_EQ(set.word, "set");
  EXPECT_THAT(set.targets, ElementsAre("cols"));
  EXPECT_EQ(shown(*set.value), "['a', 'b']");

  auto loop = statement("for a, b in x.items() if a != 'q'");
  EXPECT_THAT(loop.targets, ElementsAre("a", "b"));
  EXPECT_EQ(shown(loop.value->items[0]), "x.items()");

  auto macro = statement("macro clean(relation, cols=['a'], other=none)");
  EXPECT_EQ(macro.name, "clean");
  ASSERT_EQ(macro.parameters.size(), 3);
  EXPECT_EQ(macro.parameters[1].name, "cols");
  EXPECT_EQ(shown(*macro.parameters[1].byDefault), "['a']");
  EXPECT_FALSE(macro.parameters[0].byDefault);

  EXPECT_EQ(statement("snapshot plays_snapshot").name, "plays_snapshot");
  EXPECT_EQ(statement("endfor").word, "endfor");
  EXPECT_EQ(shown(*statement("do log('x', info=true)").value), "log('x'; info=true)");
  auto block = statement("set x");
  EXPECT_FALSE(block.value);
  EXPECT_THAT(block.targets, ElementsAre("x"));
  EXPECT_EQ(shown(*statement("call statement('q', fetch_result=True)").value), "statement('q'; fetch_result=True)");
}

std::vector<std::string> pieces(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& piece : jinjaPieces(text)) {
    const char kind = "TESC"[static_cast<int>(piece.kind)];
    out.push_back(fmt::format("{} {}", kind, text.substr(piece.inside.begin, piece.inside.size())));
  }
  return out;
}

TEST(JinjaTest, SplitsTemplates) {
  EXPECT_THAT(pieces("a {{- x -}} b{%+ if y %}c{# {{ z }} #}d"),
              ElementsAre("T a ", "E  x ", "T  b", "S  if y ", "T c", "C  {{ z }} ", "T d"));
  EXPECT_THAT(pieces("{{ f('}}', {'a': {'b': 1}}) }}x"), ElementsAre("E  f('}}', {'a': {'b': 1}}) ", "T x"));
  EXPECT_THAT(pieces("{% raw %}{{ ref('m') }}{%- endraw -%}{{ a }}"),
              ElementsAre("S  raw ", "T {{ ref('m') }}", "S  endraw ", "E  a "));
  EXPECT_THAT(pieces("{# never ends {{ x }}"), ElementsAre("C  never ends {{ x }}"));
  EXPECT_THAT(pieces("{{ f(( }} x"), ElementsAre("E  f(( ", "T  x"));
  EXPECT_THAT(pieces("{{"), ElementsAre("E "));
  EXPECT_THAT(pieces("{% raw %}x"), ElementsAre("S  raw ", "T x"));
}

TEST(JinjaTest, FindsThePieceOfAHole) {
  const std::string text = "from {{ ref('m') }} x";
  auto piece = jinjaPieceAt(text, {5, 19});
  ASSERT_TRUE(piece);
  EXPECT_EQ(text.substr(piece->inside.begin, piece->inside.size()), " ref('m') ");
  EXPECT_FALSE(jinjaPieceAt(text, {0, 4}));
  EXPECT_FALSE(jinjaPieceAt(text, {5, 4000}));
}

// Whatever stands there, reading ends, and every place lies within the text.
TEST(JinjaTest, TakesAnyBytes) {
  const std::string alphabet = "{}%#-'\"()[],.|~=:+ abx1\\\nif else in not or raw endraw";
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (size_t i = random() % 60; i > 0; --i) text += alphabet[random() % alphabet.size()];
    uint32_t at = 0;
    for (const auto& piece : jinjaPieces(text)) {
      EXPECT_EQ(piece.range.begin, at) << text;
      EXPECT_GT(piece.range.end, piece.range.begin);
      EXPECT_TRUE(piece.range.contains(piece.inside)) << text;
      at = piece.range.end;
      readJinjaStatement(text, piece.inside);
      visitJinja(readJinjaValue(text, piece.inside), [&](const JinjaValue& value) {
        EXPECT_LE(value.range.end, text.size());
        EXPECT_LE(value.range.begin, value.range.end) << text;
      });
    }
    EXPECT_EQ(at, text.size()) << text;
  }
  readJinjaValue(std::string(100000, '('), {0, 100000});
  readJinjaValue(std::string(100000, '['), {0, 100000});
}

}  // namespace
}  // namespace gander::rewriter::sql
