// Definitions that change with their uses: .proto files and specifications of tables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriting.h"
#include "tests/rules/texts.h"

namespace gander::rewriter {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kHead = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: user-plays-v2, title: Move user_plays to version 2, owner: "group:default/plays"}
)";

std::string owner(const std::string& changes, const std::string& role = "owner") {
  return std::string(kHead) + R"(datasets:
  - id: user-plays
    role: )" +
         role + R"(
    schema:
      old:
        name: warehouse.v1.UserPlay
        fields: {user_name: string, track_ms: int32, song: string, listener: Listener, listener.name: string}
        enums: {Kind: [KIND_SONG, KIND_TALK]}
    references: [{type: {old: warehouse.v1.UserPlay, new: warehouse.v1.UserPlay, binding: protobuf}}]
    changes:
)" + changes;
}

const std::string kRename = "      - {kind: rename, field: user_name, to: listener_name}\n";

std::vector<std::string> hazardNames(const Rewrite& rewrite) {
  std::vector<std::string> names;
  for (const auto& hazard : rewrite.hazards) names.push_back(hazard.name);
  return names;
}

TEST(ProtoDefinitionTest, RenamesAFieldOfThisMessageAlone) {
  expectMarked("plays.proto", R"(syntax = "proto3";
package warehouse.v1;
// user_name of the dataset
message UserPlay {
	string [[user_name->listener_name]] = 1;  // user_name
  string user_name_hash = 2;
  message Inner { string user_name = 1; }
  oneof user { int64 id = 3; }
}
message Account { string user_name = 1; }
)",
               {{"other.proto", "syntax = \"proto3\";\npackage lake;\nmessage UserPlay { string user_name = 1; }\n"}},
               owner(kRename));
}

TEST(ProtoDefinitionTest, OthersOfTheSameNameAreProvedToBeOthers) {
  auto got = rewriteTree({{"a.proto",
                           "syntax = \"proto3\";\npackage warehouse.v1;\nmessage UserPlay { string user_name = 1; }\n"
                           "message Account { string user_name = 1; }\n"}},
                         owner(kRename));
  EXPECT_THAT(ledgerLines(got.rewrite), ElementsAre("a.proto:3:27 edited user_name", "a.proto:4:26 other user_name"));
  EXPECT_EQ(got.rewrite.edits.front().evidence.front().why, "message warehouse.v1.UserPlay is user-plays's definition");
}

TEST(ProtoDefinitionTest, AFieldOfANestedRecordIsOneOfItsOwnMessage) {
  expectMarked("plays.proto", R"(syntax = "proto2";
package warehouse.v1;
message Listener { optional string [[name->title]] = 1; }
message Song { optional string name = 1; }
message UserPlay { optional Listener listener = 1; optional Song song = 2; optional string name = 3; }
)",
               {}, owner("      - {kind: rename, field: listener.name, to: title}\n"));
}

TEST(ProtoDefinitionTest, AConsumersIsOnlyListed) {
  const std::string text =
      "syntax = \"proto3\";\npackage warehouse.v1;\nmessage UserPlay { string {{user_name}} = 1; }\n";
  expectMarked("plays.proto", text, {}, owner(kRename, "consumer"));
  expectMarked("plays.proto", text, {}, owner(kRename) + "define: [{paths: \"*.proto\", action: list}]\n");
}

TEST(ProtoDefinitionTest, DefineByPathLetsAConsumersBeEdited) {
  expectMarked(
      "own/plays.proto",
      "syntax = \"proto3\";\npackage warehouse.v1;\nmessage UserPlay { string [[user_name->listener_name]] = 1; }\n",
      {}, owner(kRename, "consumer") + "define: [{paths: \"own/**\", action: edit}]\n");
}

TEST(ProtoDefinitionTest, TextsOfOptionsThatMayNameTheFieldAreListed) {
  auto got = rewriteTree({{"plays.proto", R"(syntax = "proto3";
package warehouse.v1;
message UserPlay {
  string user_name = 1 [json_name = "userName"];
}
message Other { option (about) = "user_name"; }
service Plays {
  rpc Get(UserPlay) returns (Other) { option (http) = { get: "/v1/{user_name}" }; }
  rpc Put(Other) returns (Other) { option (http) = { get: "/v1/{user_name}" }; }
}
)"}},
                         owner(kRename));
  EXPECT_THAT(ledgerLines(got.rewrite),
              ElementsAre("plays.proto:4:10 edited user_name", "plays.proto:6:35 unreached user_name",
                          "plays.proto:8:68 listed user_name", "plays.proto:9:65 unreached user_name"));
  EXPECT_THAT(hazardNames(got.rewrite), IsEmpty()) << "json_name keeps the JSON name";
}

TEST(ProtoDefinitionTest, AJsonNameThatChangesIsAHazard) {
  auto got = rewriteTree(
      {{"a.proto", "syntax = \"proto3\";\npackage warehouse.v1;\nmessage UserPlay { string user_name = 1; }\n"}},
      owner(kRename));
  EXPECT_THAT(hazardNames(got.rewrite), ElementsAre("wire-text"));
}

TEST(ProtoDefinitionTest, OtherKindsOfChange) {
  const std::string migration = owner(R"(      - {kind: retype, field: track_ms, to: int64}
      - {kind: remove, field: song}
      - {kind: nullability, field: user_name, to: nullable}
      - {kind: enum, enum: Kind, from: KIND_SONG, to: KIND_MUSIC}
)");
  auto got = rewriteTree({{"plays.proto", R"(syntax = "proto3";
package warehouse.v1;
enum Kind { KIND_SONG = 0; KIND_TALK = 1; }
enum Other { reserved 7; KIND_NONE = 0; }
message UserPlay {
  string user_name = 1;
  int32 track_ms = 2;
  string song = 3;  // the song
  Kind kind = 4;
}
)"}},
                         migration);
  EXPECT_EQ(got.after["plays.proto"], R"(syntax = "proto3";
package warehouse.v1;
enum Kind { KIND_MUSIC = 0; KIND_TALK = 1; }
enum Other { reserved 7; KIND_NONE = 0; }
message UserPlay {
  optional string user_name = 1;
  int64 track_ms = 2;
  reserved 3;
  reserved "song";  // the song
  Kind kind = 4;
}
)");
}

TEST(ProtoDefinitionTest, TypesAndPackagesMoveWithTheirNames) {
  std::string migration = std::string(kHead) + R"(datasets:
  - id: user-plays
    role: owner
    schema: {old: {name: warehouse.v1.UserPlay, fields: {user_name: string}}}
    references:
      - type: {old: warehouse.v1.UserPlay, new: warehouse.v2.PlayEvent, binding: protobuf}
      - package: {old: warehouse.v1, new: warehouse.v2, binding: protobuf}
)";
  expectMarked("plays.proto", R"(syntax = "proto3";
package warehouse.[[v1->v2]];
message [[UserPlay->PlayEvent]] { string user_name = 1; UserPlayKind kind = 2; enum UserPlayKind { A = 0; } }
message Day { repeated [[UserPlay->PlayEvent]] plays = 1; map<string, [[UserPlay->PlayEvent]]> by = 2; }
)",
               {{"users.proto", "syntax = \"proto3\";\npackage lake;\nmessage UserPlay { UserPlay self = 1; }\n"}},
               migration);
  expectMarked(
      "report.proto", R"(syntax = "proto3";
package reports;
import "plays.proto";
message Report { .warehouse.[[v1->v2]].[[UserPlay->PlayEvent]] play = 1; warehouse.[[v1->v2]].Day day = 2; lake.UserPlay other = 3; }
)",
      {{"plays.proto",
        "syntax = \"proto3\";\npackage warehouse.[[v1->v2]];\nmessage [[UserPlay->PlayEvent]] {}\nmessage Day { "
        "[[UserPlay->PlayEvent]] p = 1; }\n"}},
      migration);
}

TEST(ProtoDefinitionTest, ACppFileThatNobodyParsedHoldsItBack) {
  auto got = rewriteTree(
      {{"a.proto", "syntax = \"proto3\";\npackage warehouse.v1;\nmessage UserPlay { string user_name = 1; }\n"},
       {"main.cpp", "auto f(P p) { return p.user_name(); }\n"}},
      owner(kRename));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(ledgerLines(got.rewrite), Contains("a.proto:3:27 listed user_name"));
}

TEST(ProtoDefinitionTest, GeneratedCodeInTheTreeIsAHazard) {
  auto got = rewriteTree(
      {{"p/a.proto", "syntax = \"proto3\";\npackage warehouse.v1;\nmessage UserPlay { string user_name = 1; }\n"},
       {"gen/a_pb2.py", "# Generated by the protocol buffer compiler.  DO NOT EDIT!\nuser_name = 1\n"}},
      owner(kRename));
  EXPECT_EQ(got.after["gen/a_pb2.py"].substr(0, 3), "# G");
  ASSERT_THAT(hazardNames(got.rewrite), Contains("generated-code"));
  for (const auto& hazard : got.rewrite.hazards) {
    if (hazard.name == "generated-code") {
      EXPECT_THAT(hazard.message, HasSubstr("protoc --python_out=gen -I p p/a.proto"));
    }
  }
}

// protoc says in what it makes which file that was.
TEST(ProtoDefinitionTest, GeneratedCodeOfAnotherFileOfThatNameIsNone) {
  const std::string text = "syntax = \"proto3\";\npackage warehouse.v1;\nmessage UserPlay { string user_name = 1; }\n";
  const std::string mark = "// Generated by the protocol buffer compiler.  DO NOT EDIT!\n";
  auto made = [&](const std::string& source) { return mark + "// source: " + source + "\n"; };
  auto told = [&](Tree tree) {
    tree["warehouse/v1/a.proto"] = text;
    std::vector<std::string> files;
    for (const auto& hazard : rewriteTree(tree, owner(kRename)).rewrite.hazards)
      if (hazard.name == "generated-code") files.push_back(hazard.file);
    return files;
  };
  EXPECT_THAT(told({{"gen/v1/a.pb.h", made("v1/a.proto")}, {"gen/users/a.pb.h", made("users/a.proto")}}),
              ElementsAre("gen/v1/a.pb.h"));
  EXPECT_THAT(told({{"gen/a.pb.h", mark}}), ElementsAre("gen/a.pb.h"));
  EXPECT_THAT(told({{"gen/a.pb.h", mark}, {"users/a.proto", "syntax = \"proto3\";\n"}}), IsEmpty())
      << "nothing says of which";
}

// The new schema's file says the numbers; what comes out means the same.
TEST(ProtoDefinitionTest, TheResultMeansTheSameAsTheNewSchema) {
  const std::string old = R"(syntax = "proto3";
package w;
message Play {
  string a = 1;
  string b = 2;
  int32 c = 3;
  bool gone = 4;
}
)";
  const std::string now = R"(syntax = "proto3";
package w;
message Play {
  string b = 1;
  string a = 2;
  int64 c = 3;
  reserved 4;
  reserved "gone";
  repeated string tags = 7;
  optional int64 at = 8;
}
)";
  rules::MemoryFiles files({{"old.proto", old}, {"new.proto", now}});
  auto migration = rules::parseMigration("m.yaml", std::string(kHead) + R"(datasets:
  - id: plays
    role: owner
    schema: {old: {file: old.proto, name: w.Play}, new: {file: new.proto, name: w.Play}}
    references: [{type: {old: w.Play, new: w.Play}}]
    changes:
      - {kind: rename, field: a, to: b}
      - {kind: rename, field: b, to: a}
      - {kind: retype, field: c, to: int64}
      - {kind: remove, field: gone}
      - {kind: add, field: tags, type: string}
      - {kind: add, field: at, type: int64}
)",
                                         files);
  ASSERT_TRUE(migration) << migration.error().message;
  auto library = rules::loadLibrary(GANDER_SOURCE_DIR "/rules", {});
  ASSERT_TRUE(library);
  MemoryFileSystem tree({{"play.proto", old}});
  auto made = rewrite({*migration, *library, tree, nullptr});
  ASSERT_TRUE(made) << made.error().message;
  auto changed = changedFiles(*made, tree);
  ASSERT_TRUE(changed) << changed.error().message;
  ASSERT_TRUE(changed->contains("play.proto"));
  EXPECT_EQ(*changed->at("play.proto"), now);
  auto after = rules::parseSchema("play.proto", *changed->at("play.proto"), "w.Play");
  auto want = rules::parseSchema("new.proto", now, "w.Play");
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->fields, want->fields);

  MemoryFileSystem again({{"play.proto", now}});
  auto second = rewrite({*migration, *library, again, nullptr});
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->edits.empty()) << "a second run still edits " << second->edits.front().old;
}

std::string specified(const std::string& definitions, const std::string& more = "") {
  return std::string(kHead) + R"(datasets:
  - id: user-plays
    role: owner
    schema: {old: {name: user_plays, fields: {user_name: string, day: string}}}
    references: [{table: user_plays}]
    changes: [{kind: rename, field: user_name, to: listener_name}]
definitions:
)" + definitions +
         more;
}

TEST(SpecificationTest, APathIntoYamlFindsTheTablesOwnFields) {
  expectMarked("specs/lake.yaml", R"(tables:
  - name: user_plays   # user_name
    about: user_name
    columns:
      - {name: "[[user_name->listener_name]]", about: user_name}
      - name: day
  - name: users
    columns:
      - name: user_name
)",
               {}, specified("  - {paths: \"specs/*.yaml\", path: \"tables[name={table}].columns[*].name\"}\n"));
}

TEST(SpecificationTest, KeysMayBeTableAndField) {
  expectMarked("specs/lake.json", R"({"tables": {"users": {"columns": {"user_name": "text"}},
 "user_plays": {"columns": {"[[user_name->listener_name]]": "user_name"}}}}
)",
               {}, specified("  - {paths: \"specs/*\", path: \"tables.{table}.columns.{field}\"}\n"));
}

const std::string kTables = R"(  - paths: "**/*.table"
    language: python
    query: |
      (module
        (expression_statement (call function: (identifier) @f arguments: (argument_list (string) @table)))
        (expression_statement
          (call arguments: (argument_list
            (list (call function: (identifier) @column arguments: (argument_list . (string) @field))))))
        (#eq? @f "table_name") (#eq? @column "Column"))
)";

TEST(SpecificationTest, AQueryFindsTheFieldsOfATable) {
  expectMarked("specs/plays.table", R"(table_name("user_plays")
description("user_name of plays")
schema([
    Column("day", TEXT),
    Column("[[user_name->listener_name]]", TEXT, "user_name"),
    Other("user_name"),
])
)",
               {{"specs/users.table", "table_name(\"users\")\nschema([Column(\"user_name\", TEXT)])\n"}},
               specified(kTables));
}

TEST(SpecificationTest, AnotherTablesFieldIsProvedToBeAnothers) {
  auto got = rewriteTree({{"users.table", "table_name(\"users\")\nschema([Column(\"user_name\", TEXT)])\n"}},
                         specified(kTables));
  EXPECT_THAT(ledgerLines(got.rewrite), ElementsAre("users.table:2:17 other user_name"));
}

TEST(SpecificationTest, AMistakeInAQueryHasItsPlaceInTheDocument) {
  auto bad = kTables;
  bad.replace(bad.find("argument_list (string)"), 13, "argument_lost");
  auto migration = rules::parseMigration("m.yaml", specified(bad), rules::MemoryFiles());
  ASSERT_TRUE(migration) << migration.error().message;
  auto checked = checkMigration(*migration);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(checked.error().message, "m.yaml:15:75: the language's grammar has no node of this name");
}

TEST(SpecificationTest, SchemaMigrationsThatHaveRunAreHistory) {
  auto got = rewriteTree({{"db/migrations/001.sql", "CREATE TABLE user_plays (user_name text);\n"}},
                         specified("  - {paths: x, path: \"a.{table}.{field}\"}\n"));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  ASSERT_THAT(hazardNames(got.rewrite), ElementsAre("schema-migration"));
  EXPECT_THAT(got.rewrite.hazards.front().message,
              HasSubstr("ALTER TABLE user_plays RENAME COLUMN user_name TO listener_name"));
}

TEST(SpecificationTest, EachTablesSchemaMigrationNamesThatTable) {
  const std::string migration = std::string(kHead) + R"(datasets:
  - id: user-plays
    role: owner
    schema: {old: {name: user_plays, fields: {user_name: string}}}
    references: [{table: user_plays}, {table: old_plays}]
    changes: [{kind: rename, field: user_name, to: listener_name}]
)";
  auto got = rewriteTree({{"db/migrations/001.sql", "CREATE TABLE user_plays (user_name text);\n"},
                          {"db/migrations/002.sql", "CREATE TABLE old_plays (user_name text);\n"}},
                         migration);
  std::vector<std::string> told;
  for (const auto& hazard : got.rewrite.hazards)
    told.push_back(hazard.file + hazard.message.substr(hazard.message.find(": ")));
  EXPECT_THAT(told,
              ElementsAre("db/migrations/001.sql: ALTER TABLE user_plays RENAME COLUMN user_name TO listener_name",
                          "db/migrations/002.sql: ALTER TABLE old_plays RENAME COLUMN user_name TO listener_name"));
}

}  // namespace
}  // namespace gander::rewriter
