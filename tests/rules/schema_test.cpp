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

TEST(ProtoSchemaTest, SaysThatAnEditionIsNotRead) {
  EXPECT_THAT(mistakesOf(parseSchema("p.proto", "// new\nedition = \"2023\";\nmessage M { int32 a = 1; }\n", "M")),
              ElementsAre(::testing::MatchesRegex(
                  "p.proto:1:1: it names an edition, and protobuf [0-9.]+ reads proto2 and proto3")));
  EXPECT_THAT(shownFields(parseSchema("p.proto", "message edition { required int32 edition = 1; }\n", "edition")),
              ElementsAre("edition int32"));
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
                          "listener.name STRING nullable", "listener.ids ARRAY<INT64> repeated nullable",
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

// Each: a file, and its tables with their columns; "..." where there may be more.
std::vector<std::string> shownTables(std::string_view text) {
  auto schemas = parseSchemas("x.sql", text);
  if (!schemas) return mistakesOf(schemas);
  std::vector<std::string> shown;
  for (const auto& schema : *schemas) {
    std::string line = schema.name + ":";
    for (const auto& path : schema.fieldPaths()) line += " " + path;
    shown.push_back(line + (schema.complete ? "" : " ..."));
  }
  return shown;
}

TEST(SqlSchemaTest, ReadsEveryTableOfAFile) {
  EXPECT_THAT(shownTables(kSql),
              ElementsAre("lake.User Plays: user_name Played At marks price a key key listener listener.name "
                          "listener.ids body id",
                          "small: a"));
  EXPECT_THAT(shownTables("SELECT 1; INSERT INTO t VALUES (1)"),
              ElementsAre("x.sql:1:1: there is no CREATE TABLE with columns here"));
}

TEST(SqlSchemaTest, ReadsRecordsOfSeveralDialects) {
  auto schema = parseSchema("x.sql", R"(
CREATE OR REPLACE TABLE `my-project.lake.events` (
  id INT64 NOT NULL OPTIONS(description="a, <b>"),
  items ARRAY<STRUCT<price NUMERIC(10, 2) NOT NULL OPTIONS(description='x'), tag STRUCT<name STRING, deep STRUCT<x STRUCT<y INT64>>>>>,
  plain STRUCT<INT64, STRING>,
  unique BOOL, primary BOOL, period STRING, constraint STRING
) PARTITION BY DATE(at) CLUSTER BY id OPTIONS(labels=[("a", "b")]);)",
                            "");
  EXPECT_THAT(shownFields(schema),
              ElementsAre("id INT64",
                          "items ARRAY<STRUCT<price NUMERIC(10, 2) NOT NULL OPTIONS(description='x'), tag STRUCT<name "
                          "STRING, deep STRUCT<x STRUCT<y INT64>>>>> repeated nullable",
                          "items.price NUMERIC(10, 2)",
                          "items.tag STRUCT<name STRING, deep STRUCT<x STRUCT<y INT64>>> nullable",
                          "items.tag.name STRING nullable", "items.tag.deep STRUCT<x STRUCT<y INT64>> nullable",
                          "items.tag.deep.x STRUCT<y INT64> nullable", "plain STRUCT<INT64, STRING> nullable",
                          "unique BOOL nullable", "primary BOOL nullable", "period STRING nullable",
                          "constraint STRING nullable"));
  EXPECT_EQ(schema->name, "my-project.lake.events");
  EXPECT_THAT(shownTables("CREATE EXTERNAL TABLE a.b (u struct<name:string, ids:array<bigint>> COMMENT 'it\\'s', "
                          "`m` map<string,struct<x:int>>) PARTITIONED BY (day date, m) STORED AS PARQUET; "
                          "create table trino (r ROW(name VARCHAR, \"N\" ARRAY(ROW(x INT))));"
                          "CREATE TABLE my-project.ds.t (a INT64)"),
              ElementsAre("a.b: u u.name u.ids m day", "trino: r r.name r.N r.N.x", "my-project.ds.t: a"));
}

TEST(SqlSchemaTest, PassesOverConstraintsOfSeveralDialects) {
  EXPECT_THAT(shownTables(R"(
CREATE TABLE film (film_id int DEFAULT nextval('s'::regclass) NOT NULL, fulltext tsvector NOT NULL, special text[],
  CONSTRAINT c CHECK ((year > 1900) AND (data #> '{a}' IS NOT NULL)), EXCLUDE USING gist (r WITH &&), UNIQUE NULLS NOT DISTINCT (a));
CREATE TABLE `m` (`id` int(11) NOT NULL AUTO_INCREMENT, `note` varchar(9) COMMENT 'it\'s ), (', PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`note`), FULLTEXT KEY `f` (`note`), SPATIAL INDEX (g), KEY `k` USING BTREE (`note`), KEY ((lower(note))),
  CONSTRAINT FOREIGN KEY (x) REFERENCES y (z)) ENGINE=InnoDB;
CREATE TABLE [dbo].[Orders] ([Id] INT IDENTITY(1,1) NOT NULL, [Total] AS ([a]*[b]) PERSISTED, [From] datetime2 GENERATED ALWAYS AS ROW START,
  PERIOD FOR SYSTEM_TIME ([From], [To]), CONSTRAINT [pk] PRIMARY KEY CLUSTERED ([Id] ASC)) WITH (SYSTEM_VERSIONING = ON)
GO
CREATE TABLE click (id UInt64, n Nested(x UInt8), INDEX by_id id TYPE minmax GRANULARITY 1, PROJECTION p (SELECT id)) ENGINE = MergeTree ORDER BY (id);
CREATE TABLE lite (id, name, UNIQUE (id, name)) WITHOUT ROWID;
)"),
              ElementsAre("film: film_id fulltext special", "m: id note", "dbo.Orders: Id Total From",
                          "click: id n n.x", "lite: id name"));
}

TEST(SqlSchemaTest, FollowsWhatComesAfterATablesDefinition) {
  EXPECT_THAT(
      shownTables("CREATE TABLE a.t (x int, y int, z int);\nALTER TABLE ONLY a.t ADD COLUMN w int DEFAULT 1, "
                  "ADD CONSTRAINT pk PRIMARY KEY (x), DROP COLUMN IF EXISTS y, ALTER COLUMN z SET NOT NULL;\n"
                  "ALTER TABLE a.t RENAME COLUMN z TO zz; ALTER TABLE a.t RENAME x TO xx; alter table a.t add v "
                  "int; ALTER TABLE a.t RENAME TO u; ALTER TABLE nowhere ADD q int;"),
      ElementsAre("a.u: xx zz w v"));
  EXPECT_THAT(
      shownTables("CREATE TABLE t (x int); DROP TABLE IF EXISTS t; CREATE TABLE t (y int); CREATE TABLE o (a int)"),
      ElementsAre("t: y", "o: a"));
  EXPECT_THAT(shownTables("CREATE TABLE t (x int); CREATE OR REPLACE TABLE T (y int);"), ElementsAre("T: y"));
}

TEST(SqlSchemaTest, TellsWhereATableMayHaveMoreColumns) {
  EXPECT_THAT(
      shownTables("CREATE TABLE p (a int); CREATE TABLE q (LIKE p INCLUDING ALL, b int); CREATE TABLE r (LIKE "
                  "nowhere, c int); CREATE TABLE s (d int) INHERITS (p); CREATE TABLE t CLONE p; CREATE TABLE u AS "
                  "SELECT * FROM p; CREATE TABLE v (e int, 'f' int); CREATE TABLE w PARTITION OF p DEFAULT;"),
      ElementsAre("p: a", "q: b a", "r: c ...", "s: d a", "t: a", "v: e ...", "w: a"));
}

// A second definition may be the one that is meant.
TEST(SqlSchemaTest, JoinsDefinitionsOfOneTable) {
  EXPECT_THAT(shownTables("CREATE TABLE IF NOT EXISTS t (a int); CREATE TABLE IF NOT EXISTS T (b int);"),
              ElementsAre("t: a b"));
  EXPECT_THAT(shownFields(parseSchema("x.sql", "CREATE TABLE t (a int); CREATE TABLE t (a int)", "t")),
              ElementsAre("a int nullable"));
}

TEST(SqlSchemaTest, EndsOnDeepBrackets) {
  std::string text = "CREATE TABLE t (a STRUCT<" + std::string(200'000, '(');
  EXPECT_THAT(mistakesOf(parseSchema("x.sql", text, "")),
              ElementsAre("x.sql:1:16: this list of columns has no end; close it with ')'"));
}

TEST(SchemaTest, TellsALanguageByItsText) {
  EXPECT_EQ(schemaEnding(kSql), ".sql");
  EXPECT_EQ(schemaEnding(R"( {"type": "record", "name": "A", "fields": []})"), ".avsc");
  EXPECT_EQ(schemaEnding(R"({"properties": {"a": {}}})"), ".json");
  EXPECT_EQ(schemaEnding("syntax = \"proto3\";\nmessage A { int32 a = 1; }"), ".proto");
  EXPECT_EQ(schemaEnding("openapi: 3.0.0\npaths: {}\n"), "");
  EXPECT_EQ(schemaEnding("{not json"), "");
  EXPECT_EQ(schemaEnding(R"({"openapi": "3.0.0"})"), "");
  EXPECT_EQ(schemaEnding(" "), "");
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
