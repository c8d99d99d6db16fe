// Schemas out of each language's files.
#include "rules/schema.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rules/texts.h"

namespace gander::rules {
namespace {

using ::testing::ElementsAre;

// "path type", with what is special about it.
std::vector<std::string> shownFields(const Result<Schema>& schema) {
  std::vector<std::string> shown;
  if (!schema) return mistakesOf(schema);
  for (const auto& field : schema->fields)
    shown.push_back(fmt::format("{} {}{}{}{}", field.path, field.type, field.repeated ? " repeated" : "",
                                field.nullable ? " nullable" : "", field.oneof.empty() ? "" : " in " + field.oneof));
  return shown;
}

constexpr auto kProto = R"(syntax = "proto3";
package w.v1;
import "nowhere/to_be_found.proto";
enum Kind { KIND_A = 0; KIND_B = 1; }
message Listener { string name = 1; Listener friend = 2; }
message Play {
  message Inner { int32 deep = 1; enum Mood { GOOD = 0; } }
  string user_name = 1;
  repeated int64 marks = 2;
  Listener listener = 3;
  optional double score = 4;
  map<string, Inner> inners = 5;
  oneof what { Kind kind = 6; other.pkg.Thing thing = 7; }
  Inner.Mood mood = 8;
}
)";

TEST(ProtoSchemaTest, ReadsFieldsOfEveryKind) {
  auto schema = parseSchema("a/plays.proto", kProto, "w.v1.Play");
  EXPECT_THAT(shownFields(schema),
              ElementsAre("user_name string", "marks int64 repeated", "listener w.v1.Listener nullable",
                          "listener.name string", "listener.friend w.v1.Listener nullable", "score double nullable",
                          "inners map<string, w.v1.Play.Inner> repeated", "kind w.v1.Kind nullable in what",
                          "thing other.pkg.Thing nullable in what", "mood w.v1.Play.Inner.Mood"));
  EXPECT_EQ(schema->name, "w.v1.Play");
  ASSERT_EQ(schema->enums.size(), 2U);
  EXPECT_EQ(schema->enums[0].name, "Kind");
  EXPECT_THAT(schema->enums[0].values, ElementsAre("KIND_A", "KIND_B"));
  EXPECT_EQ(schema->enums[1].name, "Play.Inner.Mood");
  EXPECT_NE(schema->findField("listener.name"), nullptr);
  EXPECT_EQ(schema->findField("listener.nam"), nullptr);
}

TEST(ProtoSchemaTest, FindsNestedMessagesByFullNameAndPlainOnesByTheirLast) {
  EXPECT_THAT(shownFields(parseSchema("p.proto", kProto, "w.v1.Play.Inner")), ElementsAre("deep int32"));
  EXPECT_EQ(parseSchema("p.proto", kProto, "Inner")->name, "w.v1.Play.Inner");
  EXPECT_THAT(
      mistakesOf(parseSchema("p.proto", kProto, "")),
      ElementsAre(
          "p.proto:1:1: several messages here; give the name of one: w.v1.Listener, w.v1.Play or w.v1.Play.Inner"));
}

TEST(ProtoSchemaTest, ReadsProto2) {
  auto schema = parseSchema(
      "p.proto", "package q;\nmessage M { required int32 a = 1; optional string b = 2; extensions 100 to 200; }\n", "");
  EXPECT_THAT(shownFields(schema), ElementsAre("a int32", "b string nullable"));
  EXPECT_EQ(schema->name, "q.M");
}

TEST(ProtoSchemaTest, PlacesErrorsByBytesBehindTabs) {
  EXPECT_THAT(mistakesOf(parseSchema("p.proto", "syntax = \"proto3\";\nmessage M {\n\tint32\t\ta 1;\n}\n", "M")),
              ElementsAre("p.proto:3:11: not protobuf: Missing field number."));
}

TEST(ProtoSchemaTest, EndsMessagesThatHoldEachOther) {
  std::string text = "syntax = \"proto3\";\n";
  for (char name = 'A'; name <= 'Z'; ++name) {
    text += fmt::format("message {} {{", name);
    for (char other = 'A'; other <= 'Z'; ++other) text += fmt::format(" {} f{} = {};", other, other, other - 'A' + 1);
    text += "}\n";
  }
  EXPECT_THAT(mistakesOf(parseSchema("p.proto", text, "A")),
              ElementsAre("p.proto:1:1: message 'A' has more than 20000 fields, nested ones included"));
}

constexpr auto kSql = R"(-- the plays; CREATE TABLE no (x int)
/* /* nested */ CREATE TABLE neither (x int) */
CREATE TYPE mood AS ENUM ('good', 'it''s bad');
CREATE TABLE IF NOT EXISTS lake."User Plays" (
  user_name   character varying(80) NOT NULL DEFAULT 'a,b)',
  "Played At" timestamp with time zone,
  marks       int[] CHECK (cardinality(marks) < 5),
  price       numeric ( 10,
                        2 ),
  `a key`     text COMMENT 'the key',
  key         varchar(20),
  listener    STRUCT<name STRING, ids ARRAY<INT64>> OPTIONS(description="x"),
  body        text DEFAULT $tag$ ), ( $tag$,
  id          bigint,
  PRIMARY KEY (id, price),
  KEY by_name (user_name),
  CONSTRAINT once UNIQUE (user_name)
) PARTITION BY RANGE (id);
CREATE TABLE copy AS SELECT 1;
create temporary table small (a int primary key);
)";

TEST(SqlSchemaTest, ReadsColumnsInSeveralDialects) {
  auto schema = parseSchema("x.sql", kSql, "lake.User Plays");
  EXPECT_THAT(shownFields(schema),
              ElementsAre("user_name character varying(80)", "Played At timestamp with time zone nullable",
                          "marks int[] repeated nullable", "price numeric (10, 2)", "a key text nullable",
                          "key varchar(20) nullable", "listener STRUCT<name STRING, ids ARRAY<INT64>> nullable",
                          "body text nullable", "id bigint"));
  ASSERT_EQ(schema->enums.size(), 1U);
  EXPECT_EQ(schema->enums[0].name, "mood");
  EXPECT_THAT(schema->enums[0].values, ElementsAre("good", "it's bad"));
}

TEST(SqlSchemaTest, ChoosesTheTable) {
  EXPECT_THAT(shownFields(parseSchema("x.sql", kSql, "small")), ElementsAre("a int"));
  EXPECT_EQ(parseSchema("x.sql", kSql, "User Plays")->name, "lake.User Plays");
  EXPECT_THAT(mistakesOf(parseSchema("x.sql", kSql, "smal")),
              ElementsAre("x.sql:1:1: no CREATE TABLE 'smal' here; did you mean 'small'?"));
  EXPECT_THAT(mistakesOf(parseSchema("x.sql", "SELECT 1", "")),
              ElementsAre("x.sql:1:1: there is no CREATE TABLE here"));
}

TEST(SqlSchemaTest, TellsMistakesAtTheirPlace) {
  EXPECT_THAT(mistakesOf(parseSchema("x.sql", "CREATE TABLE t (\n  a int,\n  a text,\n  'b' int", "")),
              ElementsAre("x.sql:1:16: this list of columns has no end; close it with ')'",
                          "x.sql:3:3: column 'a' stands here twice", "x.sql:4:3: not a column's name: 'b'"));
  EXPECT_THAT(mistakesOf(parseSchema("x.sql", "CREATE TABLE t ()", "")),
              ElementsAre("x.sql:1:16: table 't' has no columns"));
}

constexpr auto kAvro = R"({
  "type": "record", "name": "Play", "namespace": "w.v1",
  "fields": [
    {"name": "user_name", "type": "string"},
    {"name": "score", "type": ["null", "double"], "default": null},
    {"name": "marks", "type": {"type": "array", "items": "long"}},
    {"name": "labels", "type": {"type": "map", "values": "string"}},
    {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
    {"name": "listener", "type": {"type": "record", "name": "Listener", "fields": [
      {"name": "name", "type": ["string", "null"]}, {"name": "friend", "type": ["null", "Listener"]}]}},
    {"name": "guest", "type": "w.v1.Listener"},
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "any", "type": ["int", "string"]}
  ]
})";

TEST(AvroSchemaTest, ReadsFieldsOfEveryKind) {
  auto schema = parseSchema("p.avsc", kAvro, "");
  EXPECT_THAT(
      shownFields(schema),
      ElementsAre("user_name string", "score double nullable", "marks long repeated", "labels map<string, string>",
                  "kind w.v1.Kind", "listener w.v1.Listener", "listener.name string nullable",
                  "listener.friend w.v1.Listener nullable", "guest w.v1.Listener", "guest.name string nullable",
                  "guest.friend w.v1.Listener nullable", "at long", "any int|string"));
  EXPECT_EQ(schema->name, "w.v1.Play");
  ASSERT_EQ(schema->enums.size(), 1U);
  EXPECT_EQ(schema->enums[0].name, "Kind");
  EXPECT_EQ(parseSchema("p.avsc", kAvro, "Listener")->name, "w.v1.Listener");
}

TEST(AvroSchemaTest, TellsMistakesAtTheirPlace) {
  EXPECT_THAT(mistakesOf(parseSchema("p.avsc",
                                     "{\"type\": \"record\", \"name\": \"P\",\n \"fields\": [{\"name\": \"a\"}, "
                                     "{\"name\": \"b\", \"type\": \"int\"},\n {\"name\": \"b\", \"type\": \"int\"}]}",
                                     "P")),
              ElementsAre("p.avsc:2:13: a field needs 'name' and 'type'", "p.avsc:3:2: field 'b' stands here twice"));
  EXPECT_THAT(mistakesOf(parseSchema("p.avsc", "{\"type\": \"record\", \"name\": \"P\"}", "")),
              ElementsAre("p.avsc:1:1: record 'P' lacks the list 'fields'; add it"));
  EXPECT_THAT(mistakesOf(parseSchema("p.avsc", "[]", "")), ElementsAre("p.avsc:1:1: there is no record here"));
}

constexpr auto kJson = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Play",
  "type": "object",
  "required": ["user_name"],
  "properties": {
    "user_name": {"type": "string"},
    "score": {"type": ["number", "null"]},
    "kind": {"enum": ["a", "b"]},
    "listener": {"$ref": "#/$defs/Listener"},
    "marks": {"type": "array", "items": {"type": "object", "properties": {"at": {"type": "integer"}}, "required": ["at"]}},
    "elsewhere": {"$ref": "other.json"}
  },
  "$defs": {"Listener": {"type": "object", "properties": {"name": {"type": "string"}, "friend": {"$ref": "#/$defs/Listener"}}}}
})";

TEST(JsonSchemaTest, ReadsPropertiesThroughReferences) {
  auto schema = parseSchema("p.json", kJson, "");
  EXPECT_THAT(shownFields(schema),
              ElementsAre("user_name string", "score number nullable", "kind  nullable", "listener object nullable",
                          "listener.name string nullable", "listener.friend object nullable",
                          "marks object repeated nullable", "marks.at integer", "elsewhere  nullable"));
  EXPECT_EQ(schema->name, "Play");
  EXPECT_EQ(schema->enums[0].name, "kind");
  EXPECT_EQ(parseSchema("p.json", kJson, "Play")->name, "Play");
  EXPECT_THAT(shownFields(parseSchema("p.json", kJson, "Listener")),
              ElementsAre("name string nullable", "friend object nullable", "friend.name string nullable",
                          "friend.friend object nullable"));
}

TEST(JsonSchemaTest, TellsMistakesAtTheirPlace) {
  EXPECT_THAT(mistakesOf(parseSchema("p.json", "{\"properties\": {\n \"a\": {\"$ref\": \"#/nowhere\"}}}", "")),
              ElementsAre("p.json:2:16: '#/nowhere' leads nowhere in this file"));
  EXPECT_THAT(mistakesOf(parseSchema("p.json", "{\"type\": \"object\"}", "")),
              ElementsAre("p.json:1:1: there is no schema with \"properties\" here"));
  EXPECT_THAT(mistakesOf(parseSchema("p.json", "{\"properties\": [1]}", "")),
              ElementsAre("p.json:1:16: \"properties\" must be a map, not a list"));
  EXPECT_THAT(mistakesOf(parseSchema("p.json", "{\n \"a\" 1}", "")),
              ElementsAre(::testing::StartsWith("p.json:2:6: not JSON: syntax error while parsing object separator")));
}

TEST(SchemaTest, RefusesOtherFiles) {
  EXPECT_THAT(mistakesOf(parseSchema("p.thrift", "", "")),
              ElementsAre("p.thrift:1:1: a schema's file must end in .proto, .sql, .avsc or .json"));
}

}  // namespace
}  // namespace gander::rules
