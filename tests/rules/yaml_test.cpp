// The reader of documents: limits, and that no bytes at all make it fall over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/files.h"
#include "rules/model.h"
#include "rules/yaml/reader.h"
#include "tests/rules/texts.h"

namespace gander::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<std::string> mistakesIn(std::string_view text) {
  Problems problems("d.yaml");
  auto root = parseYaml(text, problems);
  if (!root) EXPECT_FALSE(problems.empty());
  return problems.empty() ? std::vector<std::string>() : splitLines(problems.error().message);
}

TEST(YamlTest, FollowsAliases) {
  Problems problems("d.yaml");
  auto root = parseYaml("a: &x [1, 2]\nb: *x\n", problems);
  ASSERT_TRUE(root && problems.empty());
  ASSERT_NE(root->find("b"), nullptr);
  EXPECT_EQ(root->find("b")->items.size(), 2U);
  EXPECT_EQ(root->find("b")->position, (Position{2, 4}));
}

TEST(YamlTest, StopsAnAliasBomb) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    auto last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 1; j < 10; ++j) text += ", " + last;
    text += "]\n";
  }
  EXPECT_THAT(mistakesIn(text), ElementsAre("d.yaml:6:10: more than 200000 values; split the document"));
}

TEST(YamlTest, StopsDepth) {
  EXPECT_THAT(mistakesIn(std::string(65, '[') + std::string(65, ']')),
              ElementsAre("d.yaml:1:65: nested more than 64 deep; write it flatter"));
  EXPECT_THAT(mistakesIn(std::string(100'000, '[')), ElementsAre(HasSubstr("nested more than 64 deep")));
  EXPECT_THAT(mistakesIn(std::string(64, '[') + std::string(64, ']')), IsEmpty());
  EXPECT_THAT(mistakesIn("a: &a {b: *a}"),
              ElementsAre("d.yaml:1:11: an alias inside of what it stands for; write the value out"));
}

TEST(YamlTest, RefusesWhatWouldBeReadWrong) {
  EXPECT_THAT(mistakesIn("a: \xff\n"), ElementsAre("d.yaml:1:1: not UTF-8; save the document as UTF-8"));
  EXPECT_THAT(mistakesIn("a: 1\nb: \x04\nc: 2\n"), ElementsAre("d.yaml:2:4: control character 0x04; remove it"));
  EXPECT_THAT(mistakesIn(std::string("a: 1\0", 5)), ElementsAre("d.yaml:1:5: control character 0x00; remove it"));
  EXPECT_THAT(mistakesIn("a: 1\n---\nb: 2\n"),
              ElementsAre("d.yaml:1:1: more than one YAML document; keep one in a file"));
  EXPECT_THAT(mistakesIn("? [a]\n: 1\n"), ElementsAre("d.yaml:1:3: a key must be a plain word"));
  EXPECT_THAT(mistakesIn(std::string(5 << 20, ' ')),
              ElementsAre("d.yaml:1:1: larger than 4194304 bytes; split the document"));
  EXPECT_THAT(mistakesIn("a: *gone\n"),
              ElementsAre(StartsWith("d.yaml:1:4: not YAML: the referenced anchor is not defined")));
  EXPECT_THAT(mistakesIn("\tkey: 1\n"), ::testing::Not(IsEmpty()));
}

TEST(YamlTest, CutsLongNamesAndLongLists) {
  Problems problems("d.yaml");
  for (uint32_t i = 1; i <= 150; ++i) problems.add({i, 1}, "wrong");
  auto lines = splitLines(problems.error().message);
  EXPECT_EQ(lines.size(), 101U);
  EXPECT_EQ(lines.back(), "d.yaml: 50 more mistakes; mend these first");
  EXPECT_EQ(inQuotes(std::string(100, 'x')), "'" + std::string(60, 'x') + "...'");
  EXPECT_EQ(inQuotes("a\nb"), "'a b'");
}

TEST(JsonTest, PlacesValues) {
  Problems problems("d.json");
  auto root = parseJson("{\n  \"a\": [1, -2.5e3, \"x\\u00e9\", true, null, {}],\n\t\"b\" :12}", problems);
  ASSERT_TRUE(root && problems.empty());
  const auto& items = root->find("a")->items;
  ASSERT_EQ(items.size(), 6U);
  std::vector<uint32_t> columns;
  for (const auto& item : items) columns.push_back(item.position.column);
  EXPECT_THAT(columns, ElementsAre(9, 12, 20, 31, 37, 43));
  EXPECT_EQ(items[2].text, "x\xc3\xa9");
  EXPECT_EQ(root->entries[1].position, (Position{3, 2}));
  EXPECT_EQ(root->find("b")->position, (Position{3, 7}));
}

TEST(JsonTest, StopsDepthAndDuplicates) {
  Problems deep("d.json");
  EXPECT_FALSE(parseJson(std::string(100'000, '['), deep));
  EXPECT_THAT(deep.error().message, HasSubstr("d.json:1:65: nested more than 64 deep"));
  Problems twice("d.json");
  EXPECT_TRUE(parseJson("{\"a\": 1, \"a\": 2}", twice));
  EXPECT_EQ(twice.error().message, "d.json:1:10: key 'a' stands here a second time (first at 1:2); remove one of them");
}

// Small random damage: bytes put in, taken out, changed, stretches doubled, and pieces of the grammar put anywhere.
std::string mutate(std::string text, std::mt19937& random) {
  static const std::vector<std::string> pieces = {"{",  "}",    "[",     "]",    "- ",   ": ",   "&a ",  "*a",
                                                  "|",  ">",    "?",     "!!x ", "'",    "\"",   "\\",   "#",
                                                  "\n", "\t",   "---\n", "...",  "<<: ", "\x04", "\xff", "%YAML 1.2\n",
                                                  ",",  "null", "~",     "/*",   "$$",   "(",    ")"};
  auto below = [&](size_t limit) { return limit == 0 ? 0 : random() % limit; };
  for (size_t times = 1 + below(6); times > 0; --times) {
    size_t at = below(text.size() + 1);
    switch (below(5)) {
      case 0: text.insert(at, pieces[below(pieces.size())]); break;
      case 1: text.erase(at, below(20)); break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 3: text.insert(at, text.substr(below(text.size()), below(60))); break;
      default: text.resize(at); break;
    }
  }
  return text;
}

// Every answer must be a value, or an error whose lines all begin with a place.
template <typename T>
void expectPlaces(const Result<T>& result, const std::string& text) {
  if (result) return;
  EXPECT_EQ(result.error().kind, ErrorKind::kInvalid);
  for (const auto& line : splitLines(result.error().message)) {
    size_t colon = line.find(':');
    bool placed = colon != std::string::npos && (std::isdigit(static_cast<unsigned char>(line[colon + 1])) != 0 ||
                                                 line.find(" more mistakes") != std::string::npos);
    EXPECT_TRUE(placed) << line << "\nin\n" << text;
  }
}

std::string shipped(const std::string& path) {
  auto text = readFile(std::filesystem::path(GANDER_SOURCE_DIR) / "rules" / path);
  EXPECT_TRUE(text);
  return text.value_or("");
}

TEST(MutationTest, DocumentsOfAnyBytesAreAnswered) {
  const std::string migration = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-v2, title: Move plays, owner: me}
datasets:
  - id: plays
    schema:
      old: {name: p, fields: {a: int32, b: {type: string, nullable: true}}, enums: {K: [A, B]}}
      new: {file: p.proto}
    references: [{table: {old: t, new: u}}, {function: {name: f, object: warehouse.row, parameter: 0}}, {type: &x Play}]
    changes:
      - {kind: rename, field: a, to: b}
      - {kind: enum, enum: K, from: A, to: C}
files: [{path: "**/p.proto", from: p.proto}]
repositories: [{name: a/b, url: ../x}]
)";
  MemoryFiles files({{"p.proto", "syntax = \"proto3\"; message P { int32 b = 1; }"}});
  auto model = shipped("models/python/warehouse.yaml");
  auto binding = shipped("bindings/protobuf.yaml");
  std::mt19937 random(20260131);
  for (int i = 0; i < 3000; ++i) {
    auto text = mutate(migration, random);
    expectPlaces(parseMigration("m.yaml", text, files), text);
    text = mutate(model, random);
    expectPlaces(parseModel("x.yaml", text), text);
    if (i % 4 == 0) expectPlaces(parseBinding("b.yaml", text = mutate(binding, random)), text);
  }
}

TEST(MutationTest, SchemasOfAnyBytesAreAnswered) {
  const std::vector<std::pair<std::string, std::string>> schemas = {
      {"p.proto",
       "syntax = \"proto3\";\npackage w;\nenum K { A = 0; }\nmessage P { map<string, P> m = 1; oneof o { K k = 2; P p "
       "= 3; } optional int32 i = 4; "
       "message I { repeated string s = 1 [deprecated = true]; } extensions 5 to max; }\n"},
      {"p.sql",
       "CREATE TYPE m AS ENUM ('a');\nCREATE TABLE a.\"b c\" (x int NOT NULL, y STRUCT<a INT64, b ARRAY<STRING>>, "
       "PRIMARY KEY (x)); -- end\n"},
      {"p.avsc",
       R"({"type": "record", "name": "P", "namespace": "w", "fields": [{"name": "a", "type": ["null", {"type": "array", "items": "P"}]}]})"},
      {"p.json",
       R"({"title": "P", "required": ["a"], "properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"type": ["string", "null"]}}})"}};
  std::mt19937 random(20260201);
  for (int i = 0; i < 6000; ++i) {
    const auto& [file, good] = schemas[static_cast<size_t>(i) % schemas.size()];
    auto text = mutate(good, random);
    expectPlaces(parseSchema(file, text, i % 3 == 0 ? "" : "P"), text);
  }
}

}  // namespace
}  // namespace gander::rules
