#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "rewriter/treesitter/frontends.h"
#include "rewriter/treesitter/yaml_tree.h"

namespace gander::rewriter {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> shown(const std::vector<Scalar>& scalars) {
  std::vector<std::string> lines;
  for (const Scalar& scalar : scalars) lines.push_back(scalar.path + " (" + scalar.key + ") = " + scalar.value);
  return lines;
}

const Scalar& named(const std::vector<Scalar>& scalars, const std::string& path) {
  for (const Scalar& scalar : scalars) {
    if (scalar.path == path) return scalar;
  }
  static const Scalar kNone;
  ADD_FAILURE() << "no scalar " << path;
  return kNone;
}

// The source that the bytes [from, to) of a scalar's value come from.
std::string source(std::string_view text, const Scalar& scalar, size_t from, size_t to) {
  return std::string(text.substr(scalar.offsetOf(from), scalar.offsetOf(to) - scalar.offsetOf(from)));
}

TEST(YamlTest, GivesEachValueWithItsPath) {
  EXPECT_THAT(shown(yamlScalars("a.yaml",
                                "# c\n"
                                "jobs:\n"
                                "  - name: load\n"
                                "    table: user_plays_v1  # the plays\n"
                                "  - {table: 't2', list: [u, \"v\"]}\n"
                                "\"q.r\": &A x\n"
                                "ref: *A\n"
                                "tagged: !!str 5\n"
                                "empty:\n"
                                "---\n"
                                "- second\n")),
              ElementsAre("jobs.0.name (name) = load", "jobs.0.table (table) = user_plays_v1",
                          "jobs.1.table (table) = t2", "jobs.1.list.0 (list) = u", "jobs.1.list.1 (list) = v",
                          "q.r (q.r) = x", "tagged (tagged) = 5", "0 () = second"));
}

TEST(YamlTest, DecodesQuotedText) {
  const std::string text = "a: \"x\\ty\\u00e9 user\"\nb: 'it''s user'\nc: \"one\n  two\"\n";
  const auto scalars = yamlScalars("a.yaml", text);
  EXPECT_EQ(named(scalars, "a").value, "x\ty\xc3\xa9 user");
  EXPECT_EQ(source(text, named(scalars, "a"), 6, 10), "user");
  EXPECT_EQ(named(scalars, "b").value, "it's user");
  EXPECT_EQ(source(text, named(scalars, "b"), 5, 9), "user");
  EXPECT_EQ(named(scalars, "c").value, "one two");
  EXPECT_EQ(source(text, named(scalars, "c"), 4, 7), "two");
}

TEST(YamlTest, GivesTheBodyWithoutItsQuotes) {
  const std::string text = "a: 'user_plays'\nb: user_plays\n";
  for (const Scalar& scalar : yamlScalars("a.yaml", text)) {
    EXPECT_EQ(text.substr(scalar.span.range.begin, scalar.span.range.size()), "user_plays");
    EXPECT_THAT(scalar.offsets, IsEmpty());
  }
}

TEST(YamlTest, ReadsBlockScalars) {
  const std::string text =
      "literal: |\n  SELECT *\n    FROM plays\n\n  WHERE x\n"
      "folded: >-\n  a b\n  c\n\n  d\n"
      "last: |-\n  end";
  const auto scalars = yamlScalars("a.yaml", text);
  EXPECT_EQ(named(scalars, "literal").value, "SELECT *\n  FROM plays\n\nWHERE x\n");
  EXPECT_EQ(source(text, named(scalars, "literal"), 16, 21), "plays");
  EXPECT_EQ(named(scalars, "folded").value, "a b c\nd");
  EXPECT_EQ(source(text, named(scalars, "folded"), 4, 5), "c");
  EXPECT_EQ(named(scalars, "last").value, "end");
}

TEST(JsonTest, GivesEachValueWithItsPath) {
  EXPECT_THAT(shown(jsonScalars(
                  "a.json",
                  "{\"a\": [1, \"x\\u00e9\\ud83d\\ude00\\n\", {\"b\": true}], // c\n \"d\": null}\n{\"e\": \"f\"}\n")),
              ElementsAre("a.0 (a) = 1", "a.1 (a) = x\xc3\xa9\xf0\x9f\x98\x80\n", "a.2.b (b) = true", "d (d) = null",
                          "e (e) = f"));
}

TEST(JsonTest, KnowsThePlaceOfEachByte) {
  const std::string text = "{\"t\": \"\\\"user\\u0020plays\"}";
  const auto scalars = jsonScalars("a.json", text);
  EXPECT_EQ(named(scalars, "t").value, "\"user plays");
  EXPECT_EQ(source(text, named(scalars, "t"), 6, 11), "plays");
}

TEST(ScalarTest, SurvivesAnyBytes) {
  std::mt19937 random(3);
  const std::string alphabet = "ab:-[]{}\"'\\|>#&*\n  \t,?!%@`u0\r\xff";
  for (int i = 0; i < 3'000; ++i) {
    std::string text;
    for (unsigned n = random() % 60; n > 0; --n) text += alphabet[random() % alphabet.size()];
    for (const auto& scalars : {yamlScalars("a", text), jsonScalars("a", text)}) {
      for (const Scalar& scalar : scalars) {
        ASSERT_LE(scalar.span.range.begin, scalar.span.range.end);
        ASSERT_LE(scalar.offsetOf(scalar.value.size()), text.size()) << text;
        ASSERT_TRUE(scalar.offsets.empty() || scalar.offsets.size() == scalar.value.size() + 1);
      }
    }
  }
}

// Zones as the text that they cover, comments in <>, strings in [], directives in {}.
std::vector<std::string> shownZones(const std::string& language, const std::string& text) {
  std::vector<std::string> found;
  for (const Zone& zone : zones(language, text)) {
    const std::string body = text.substr(zone.range.begin, zone.range.size());
    found.push_back(zone.kind == ZoneKind::kComment  ? "<" + body + ">"
                    : zone.kind == ZoneKind::kString ? "[" + body + "]"
                                                     : "{" + body + "}");
  }
  return found;
}

TEST(ZonesTest, CppHasCommentsStringsAndDirectives) {
  EXPECT_THAT(
      shownZones("cpp",
                 "#define X \"u\" \\\n  y // c\nint a = 1'000; /* d\n */ f(R\"x(a\")x\", 'q', \"s\\\"\"); // 'e\n"),
      ElementsAre("{#define X \"u\" \\\n  y // c}", "[\"u\"]", "<// c>", "</* d\n */>", "[R\"x(a\")x\"]", "['q']",
                  "[\"s\\\"\"]", "<// 'e>"));
}

TEST(ZonesTest, APythonDocstringIsAComment) {
  EXPECT_THAT(
      shownZones("python", "\"\"\"m\"\"\"\nx = 'a' 'b'  # c\ndef f():\n  'd'\n  'e'\nclass C:\n  # g\n  \"h\"\n"),
      ElementsAre("<\"\"\"m\"\"\">", "['a']", "['b']", "<# c>", "<'d'>", "['e']", "<# g>", "<\"h\">"));
}

TEST(ZonesTest, KnowsTheCommentsOfOtherLanguages) {
  EXPECT_THAT(shownZones("yaml", "a: it's # c\nb: 'x'\n"), ElementsAre("<# c>", "['x']"));
  EXPECT_THAT(shownZones("shell", "echo ${#x} a#b 'c #d' # e\n"), ElementsAre("['c #d']", "<# e>"));
  EXPECT_THAT(shownZones("sql", "SELECT \"q\", 'it''s' -- c\n"), ElementsAre("['it''s']", "<-- c>"));
  EXPECT_THAT(shownZones("cmake", "set(A \"x\") # c\n#[[ d ]]\n"), ElementsAre("[\"x\"]", "<# c>", "<#[[ d ]]>"));
  EXPECT_THAT(shownZones("make", "A = 'x' # c\n"), ElementsAre("<# c>"));
  EXPECT_THAT(shownZones("toml", "a = \"x\" # c\n"), ElementsAre("[\"x\"]", "<# c>"));
  EXPECT_THAT(shownZones("ini", "; c\na = b ; d\n"), ElementsAre("<; c>"));
  EXPECT_THAT(shownZones("proto", "// don't\nstring a = 1; // c\n"), ElementsAre("<// don't>", "<// c>"));
  EXPECT_THAT(shownZones("rust", "fn f<'a>(x: &'a str) { g(\"s\") } // c\n"), ElementsAre("[\"s\"]", "<// c>"));
  EXPECT_THAT(shownZones("markdown", "# t\n"), ElementsAre("<# t\n>"));
  EXPECT_THAT(shownZones("", "# t\n"), IsEmpty());
}

TEST(LanguageTest, TellsItByTheName) {
  EXPECT_EQ(languageOf("a/b.PY"), "python");
  EXPECT_EQ(languageOf("src/CMakeLists.txt"), "cmake");
  EXPECT_EQ(languageOf("Makefile"), "make");
  EXPECT_EQ(languageOf("q/report.sql.j2"), "sql");
  EXPECT_EQ(languageOf("scripts/create.mysql"), "sql");
  EXPECT_EQ(languageOf("a.h"), "cpp");
  EXPECT_EQ(languageOf("Dockerfile.dev"), "dockerfile");
  EXPECT_EQ(languageOf("dir.py/none"), "");
}

std::string shown(std::string_view text, const YamlNode& node) {
  std::string out = node.anchor.empty() || node.kind == YamlNode::Kind::kAlias ? "" : "&" + node.anchor + " ";
  switch (node.kind) {
    case YamlNode::Kind::kNull: return out + "~";
    case YamlNode::Kind::kAlias: return "*" + node.anchor;
    case YamlNode::Kind::kScalar:
      return out + node.scalar.value + "@" +
             std::string(text.substr(node.scalar.span.range.begin, node.scalar.span.range.size()));
    case YamlNode::Kind::kSequence:
      for (const auto& item : node.items) out += "[" + shown(text, item) + "]";
      return out;
    case YamlNode::Kind::kMap:
      for (const auto& entry : node.entries) out += "{" + entry.key.value + ": " + shown(text, entry.value) + "}";
      return out;
  }
  return out;
}

TEST(YamlTreeTest, KeepsWhatStandsBesideAValue) {
  const std::string text =
      "columns: &c\n"
      "  - name: 'user_name'\n"
      "    tests: [unique, {accepted_values: {values: [a]}}, x: y]\n"
      "  -\n"
      "again: *c\n"
      "\"quoted key\": \"v\"\n"
      "none:\n"
      "---\n"
      "second: 1\n";
  const auto trees = yamlTrees("a.yml", text);
  ASSERT_EQ(trees.size(), 2);
  EXPECT_EQ(shown(text, trees[0]),
            "{columns: &c [{name: user_name@user_name}{tests: [unique@unique][{accepted_values: {values: [a@a]}}]"
            "[{x: y@y}]}][~]}{again: *c}{quoted key: v@v}{none: ~}");
  EXPECT_EQ(shown(text, trees[1]), "{second: 1@1}");
  EXPECT_EQ(trees[0].textOf("quoted key"), "v");
  EXPECT_EQ(trees[0].textOf("absent"), "");
  const auto key = trees[0].entries[2].key.span.range;
  EXPECT_EQ(text.substr(key.begin, key.size()), "quoted key");
}

TEST(YamlTreeTest, ReadsWhatItCanOfABrokenText) {
  EXPECT_TRUE(yamlTrees("a.yml", "").empty());
  const auto trees = yamlTrees("a.yml", "a: 1\nb: {{ jinja }}\nc: 2\n");
  ASSERT_FALSE(trees.empty());
  EXPECT_EQ(trees[0].textOf("a"), "1");
  yamlTrees("a.yml", std::string(20000, '['));
  yamlTrees("a.yml", std::string(2000, '-') + " x");
}

}  // namespace
}  // namespace gander::rewriter
