// What becomes of a message's fields and an enum's values in a .proto file; and what is only listed, since no protobuf would come of
// it, or since nothing tells that it is the old version.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriting.h"
#include "tests/rules/texts.h"

namespace gander::rewriter {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto kHead = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: user-plays-v2, title: Move user_plays to version 2, owner: "group:default/plays"}
)";
constexpr auto kFields = "user_name: string, track_ms: int32, song: string, listener: Listener, listener.name: string";

std::string owner(const std::string& changes, const std::string& role = "owner", const std::string& fields = kFields) {
  return std::string(kHead) + "datasets:\n  - id: user-plays\n    role: " + role +
         "\n    schema:\n      old:\n        name: warehouse.v1.UserPlay\n        fields: {" + fields +
         "}\n        enums: {Kind: [KIND_SONG, KIND_TALK]}\n"
         "    references:\n      - {type: {old: warehouse.v1.UserPlay, new: warehouse.v1.UserPlay, binding: "
         "protobuf}}\n"
         "      - {table: user_plays}\n    changes:\n" +
         changes;
}

const std::string kRename = "      - {kind: rename, field: user_name, to: listener_name}\n";
const std::string kProto = "syntax = \"proto3\";\npackage warehouse.v1;\n";

std::string changesWith(const std::vector<std::string>& changes) {
  std::string out;
  for (const auto& change : changes) out += "      - {" + change + "}\n";
  return out;
}

std::vector<std::string> hazardNames(const Rewrite& rewrite) {
  std::vector<std::string> names;
  for (const auto& hazard : rewrite.hazards) names.push_back(hazard.name);
  return names;
}

std::vector<std::string> reasons(const Rewrite& rewrite) {
  std::vector<std::string> out;
  for (const auto& site : rewrite.listed) out.push_back(site.reason);
  return out;
}

// One file, with the schemas of both versions in files.
struct Versions {
  std::string old;
  std::string now;
  std::string changes;
};

Around versionFiles(const Versions& versions) {
  return {.model = "", .documents = {{"old.proto", versions.old}, {"new.proto", versions.now}}, .parse = nullptr};
}

std::string versioned(const Versions& versions) {
  return std::string(kHead) + R"(datasets:
  - id: plays
    role: owner
    schema: {old: {file: old.proto, name: w.Play}, new: {file: new.proto, name: w.Play}}
    references: [{type: {old: w.Play, new: w.Play}}]
    changes:
)" + versions.changes;
}

std::string afterOf(const Versions& versions, const std::string& text, std::vector<std::string>* listed = nullptr) {
  auto got = rewriteTree({{"play.proto", text}}, versioned(versions), versionFiles(versions));
  if (listed != nullptr) *listed = reasons(got.rewrite);
  return got.after.at("play.proto");
}

TEST(UnreadProtoTest, HoldsBackWhatGoesWithTheDefinition) {
  auto got = rewriteTree({{"plays.proto",
                           "edition = \"2023\";\npackage warehouse.v1;\n"
                           "message UserPlay { string user_name = 1; }\n"},
                          {"other.proto", kProto + "message Day { UserPlay play = 1; }\n"},
                          {"q.sql", "SELECT user_name FROM user_plays;\n"}},
                         owner(kRename));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(ledgerLines(got.rewrite), Contains("q.sql:1:8 listed user_name"));
  ASSERT_THAT(hazardNames(got.rewrite), Contains("definition-not-read"));
  for (const auto& hazard : got.rewrite.hazards) {
    if (hazard.name != "definition-not-read") continue;
    EXPECT_EQ(hazard.file, "plays.proto");
    EXPECT_THAT(hazard.message, HasSubstr("edition"));
    EXPECT_THAT(hazard.message, HasSubstr("proto2 and proto3"));
  }
}

TEST(UnreadProtoTest, HoldsBackWhereAPathIsEdited) {
  auto got = rewriteTree({{"own/plays.proto", "syntax = \"proto3\";\nmessage UserPlay { string user_name 1; }\n"},
                          {"q.sql", "SELECT user_name FROM user_plays;\n"}},
                         owner(kRename, "consumer") + "define: [{paths: \"own/**\", action: edit}]\n");
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(got.rewrite.hazards, Contains(AllOf(Field(&Hazard::name, "definition-not-read"),
                                                  Field(&Hazard::message, HasSubstr("line 2")))));
}

TEST(UnreadProtoTest, OfOthersHoldsNothingBack) {
  const Tree tree{{"plays.proto", kProto + "message UserPlay { string user_name = 1; }\n"},
                  {"users.proto", "edition = \"2023\";\nmessage User { string user_name = 1; }  // UserPlay's\n"},
                  {"words.proto", "message UserPlayer { string about = 1 \n"},
                  {"third_party/plays.proto", "edition = \"2023\";\nmessage UserPlay { string user_name = 1; }\n"}};
  auto got = rewriteTree(tree, owner(kRename));
  EXPECT_EQ(got.rewrite.edits.size(), 1U);
  EXPECT_THAT(hazardNames(got.rewrite), Not(Contains("definition-not-read")));
}

TEST(UnreadProtoTest, HoldsAPackageBackThatItNames) {
  const auto migration = std::string(kHead) + R"(datasets:
  - id: user-plays
    schema: {old: {name: warehouse.v1.UserPlay, fields: {user_name: string}}}
    references:
      - type: {old: warehouse.v1.UserPlay, new: warehouse.v2.UserPlay, binding: protobuf}
      - package: {old: warehouse.v1, new: warehouse.v2, binding: protobuf}
)";
  const Tree tree{{"day.proto", kProto + "message Day { warehouse.v1.UserPlay play = 1; }\n"}};
  EXPECT_FALSE(rewriteTree(tree, migration).rewrite.edits.empty());
  auto with = [&](const std::string& type) {
    auto more = tree;
    more["report.proto"] = "edition = \"2023\";\nmessage Report { " + type + " day = 1; }\n";
    return rewriteTree(more, migration).rewrite;
  };
  EXPECT_THAT(with("warehouse.v1.Day").edits, IsEmpty());
  EXPECT_THAT(hazardNames(with("warehouse.v1.Day")), Contains("definition-not-read"));
  EXPECT_FALSE(with("lake.v1.Day").edits.empty());
}

TEST(UnreadProtoTest, OfAConsumerIsSaidAndHoldsNothingBack) {
  auto got = rewriteTree({{"plays.proto", "edition = \"2023\";\nmessage UserPlay { string user_name = 1; }\n"},
                          {"q.sql", "SELECT user_name FROM user_plays;\n"}},
                         owner(kRename, "consumer"));
  EXPECT_THAT(ledgerLines(got.rewrite), Contains("q.sql:1:8 edited user_name"));
  EXPECT_THAT(hazardNames(got.rewrite), Contains("definition-not-read"));
}

TEST(ProtoFieldsTest, WhatIsNoNameIsListed) {
  auto got = rewriteTree({{"plays.proto", kProto + "message UserPlay { string user_name = 1; }\n"}},
                         owner("      - {kind: rename, field: user_name, to: listener-name}\n"));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite), ElementsAre("'listener-name' is no name of protobuf"));
}

struct Retype {
  std::string to;
  std::string reason;  // empty: it is edited
};

class RetypeTest : public ::testing::TestWithParam<Retype> {};

TEST_P(RetypeTest, TakesOnlyTypesThatTheFileKnows) {
  const std::string text =
      "syntax = \"proto3\";\npackage warehouse.v1;\nimport \"lake/songs.proto\";\n"
      "import \"google/protobuf/timestamp.proto\";\n"
      "message UserPlay { string song = 1; message Inner { } }\n";
  auto got = rewriteTree({{"plays.proto", text},
                          {"protos/lake/songs.proto", "syntax = \"proto3\";\npackage lake;\nmessage Song { }\n"},
                          {"far.proto", "syntax = \"proto3\";\npackage warehouse.v1;\nmessage Far { }\n"}},
                         owner(changesWith({"kind: retype, field: song, to: \"" + GetParam().to + "\""})));
  auto want = text;
  if (GetParam().reason.empty()) want.replace(want.find("string song"), 6, GetParam().to);
  EXPECT_EQ(got.after.at("plays.proto"), want);
  if (GetParam().reason.empty())
    EXPECT_THAT(reasons(got.rewrite), IsEmpty());
  else
    EXPECT_THAT(reasons(got.rewrite), ElementsAre(HasSubstr(GetParam().reason)));
}

INSTANTIATE_TEST_SUITE_P(Types, RetypeTest,
                         ::testing::Values(Retype{"bytes", ""}, Retype{"Inner", ""}, Retype{"lake.Song", ""},
                                           Retype{".lake.Song", ""}, Retype{"google.protobuf.Timestamp", ""},
                                           Retype{"map<string, int64>", ""}, Retype{"map<string, lake.Song>", ""},
                                           Retype{"BIGINT", "no type"}, Retype{"int6", "no type"},
                                           Retype{"int64,", "no type"}, Retype{"lake", "no type"},
                                           Retype{"map<double, string>", "no type"},
                                           Retype{"map<string, map<string, string>>", "no type"},
                                           Retype{"a..b", "no type"}, Retype{"Far", "imports"},
                                           Retype{"google.protobuf.Any", ""}, Retype{"google.type.Date", "no type"}));

TEST(ProtoFieldsTest, AnotherTypeThanTheMigrationKnowsIsListed) {
  auto got = rewriteTree({{"plays.proto", kProto + "message UserPlay { sint32 track_ms = 1; }\n"}},
                         owner(changesWith({"kind: retype, field: track_ms, from: int32, to: int64"})));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite), ElementsAre("it is sint32 here, and not int32"));
}

TEST(ProtoFieldsTest, AnEnumValueThatIsNoNameIsListedAndNotTakenAway) {
  auto got = rewriteTree({{"plays.proto", kProto + "enum Kind { KIND_NONE = 0; KIND_SONG = 1; }\n"
                                                   "message UserPlay { Kind kind = 1; }\n"}},
                         owner(changesWith({"kind: enum, enum: Kind, from: KIND_SONG, to: kind-music"})));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite), ElementsAre("'kind-music' is no name of protobuf"));
}

const Versions kAdded{
    "syntax = \"proto3\"; package w; message Play { string a = 1; oneof o { int32 b = 2; } }",
    "syntax = \"proto3\"; package w; message Play { string a = 1; oneof o { int32 b = 2; } int64 at = 7; }",
    "      - {kind: add, field: at, type: int64}\n"};

TEST(ProtoFieldsTest, ANewFieldStandsBehindAOneof) {
  EXPECT_EQ(afterOf(kAdded,
                    "syntax = \"proto3\";\npackage w;\nmessage Play {\n  string a = 1;\n  oneof o {\n"
                    "    int32 b = 2;\n  }\n}\n"),
            "syntax = \"proto3\";\npackage w;\nmessage Play {\n  string a = 1;\n  oneof o {\n    int32 b = 2;\n  }\n"
            "  int64 at = 7;\n}\n");
}

TEST(ProtoFieldsTest, ANewFieldStandsBehindTheCommentOfTheLast) {
  EXPECT_EQ(afterOf(kAdded, "syntax = \"proto3\";\npackage w;\nmessage Play {\n  string a = 1;  // a; the first\n}\n"),
            "syntax = \"proto3\";\npackage w;\nmessage Play {\n  string a = 1;  // a; the first\n  int64 at = 7;\n}\n");
  EXPECT_EQ(afterOf(kAdded, "syntax = \"proto3\";\npackage w;\nmessage Play {\n\tstring a = 1; /* a\n\tb */\n}\n"),
            "syntax = \"proto3\";\npackage w;\nmessage Play {\n\tstring a = 1; /* a\n\tb */\n\tint64 at = 7;\n}\n");
  EXPECT_EQ(afterOf(kAdded, "syntax = \"proto3\";\npackage w;\nmessage Play { string a = 1; }  // all\n"),
            "syntax = \"proto3\";\npackage w;\nmessage Play { string a = 1; int64 at = 7; }  // all\n");
}

TEST(ProtoFieldsTest, AReservedNumberOrNameIsTaken) {
  std::vector<std::string> listed;
  const std::string number = "syntax = \"proto3\";\npackage w;\nmessage Play { string a = 1; reserved 5 to 8; }\n";
  EXPECT_EQ(afterOf(kAdded, number, &listed), number);
  EXPECT_THAT(listed, ElementsAre("at is new, and its number 7 is reserved"));
  const std::string name = "syntax = \"proto3\";\npackage w;\nmessage Play { string a = 1; reserved \"at\"; }\n";
  EXPECT_EQ(afterOf(kAdded, name, &listed), name);
  EXPECT_THAT(listed, ElementsAre("at is new, and its name is reserved"));
  auto got = rewriteTree(
      {{"plays.proto", kProto + "message UserPlay { string user_name = 1; reserved \"listener_name\"; }\n"}},
      owner(kRename));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite), ElementsAre("warehouse.v1.UserPlay has reserved the name listener_name"));
}

const std::string kSwap =
    changesWith({"kind: rename, field: user_name, to: song", "kind: rename, field: song, to: user_name"});

TEST(ProtoSwapTest, WithoutASignOfTheVersionIsListed) {
  auto got = rewriteTree({{"plays.proto", kProto + "message UserPlay { string user_name = 1; string song = 2; }\n"}},
                         owner(kSwap));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite), Each(HasSubstr("the name is in both versions")));
  EXPECT_EQ(got.rewrite.listed.size(), 2U);
}

TEST(ProtoSwapTest, NamesOfOneVersionTellWhichItIs) {
  const auto swap = owner(kSwap + changesWith({"kind: rename, field: track_ms, to: duration_ms"}));
  expectMarked("plays.proto",
               kProto +
                   "message UserPlay {\n  string [[user_name->song]] = 1;\n  string [[song->user_name]] = 2;\n"
                   "  int32 [[track_ms->duration_ms]] = 3;\n}\n",
               {}, swap);
  auto both = rewriteTree(
      {{"plays.proto", kProto + "message UserPlay { string user_name = 1; string song = 2; int32 track_ms = 3; }\n"},
       {"copy.proto", kProto + "message UserPlay { string user_name = 2; string song = 1; int32 duration_ms = 3; }\n"}},
      swap);
  EXPECT_THAT(both.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(both.rewrite), Contains("names of the old and of the new version stand in one unit"));
}

TEST(ProtoSwapTest, AChainOfNamesIsMadeOnce) {
  expectMarked(
      "plays.proto",
      kProto + "message UserPlay {\n  string [[user_name->song]] = 1;\n  string [[song->title]] = 2;\n}\n", {},
      owner(changesWith({"kind: rename, field: user_name, to: song", "kind: rename, field: song, to: title"})));
}

TEST(ProtoSwapTest, WhatTakesTheNameOfARemovedFieldStays) {
  expectMarked("plays.proto",
               kProto +
                   "message UserPlay {\n  string [[user_name->song]] = 1;\n"
                   "  [[string song = 2;->reserved 2;]]\n}\n",
               {}, owner(changesWith({"kind: rename, field: user_name, to: song", "kind: remove, field: song"})));
}

TEST(ProtoSwapTest, NumbersTellAnEnumsVersion) {
  const Versions versions{
      "syntax = \"proto3\"; package w; enum Kind { NONE = 0; SONG = 1; TALK = 2; } message Play { Kind kind = 1; }",
      "syntax = \"proto3\"; package w; enum Kind { NONE = 0; TALK = 1; SONG = 2; } message Play { Kind kind = 1; }",
      changesWith({"kind: enum, enum: Kind, from: SONG, to: TALK", "kind: enum, enum: Kind, from: TALK, to: SONG"})};
  EXPECT_EQ(afterOf(versions, versions.old), versions.now);
  EXPECT_EQ(afterOf(versions, versions.now), versions.now);
}

TEST(ProtoSwapTest, DefaultsFollowTheirEnum) {
  const Versions versions{
      "syntax = \"proto2\"; package w; enum Kind { NONE = 0; SONG = 1; TALK = 2; }\n"
      "message Play { optional Kind kind = 1 [default = SONG]; }",
      "syntax = \"proto2\"; package w; enum Kind { NONE = 0; TALK = 1; SONG = 2; }\n"
      "message Play { optional Kind kind = 1 [default = TALK]; }",
      changesWith({"kind: enum, enum: Kind, from: SONG, to: TALK", "kind: enum, enum: Kind, from: TALK, to: SONG"})};
  EXPECT_EQ(afterOf(versions, versions.old), versions.now);
  EXPECT_EQ(afterOf(versions, versions.now), versions.now);
}

TEST(ProtoSwapTest, TheOldNameOfTheMessageTellsTheVersion) {
  const auto migration = std::string(kHead) + R"(datasets:
  - id: user-plays
    role: owner
    schema: {old: {name: w.UserPlay, fields: {user_name: string, song: string}}}
    references: [{type: {old: w.UserPlay, new: w.PlayEvent, binding: protobuf}}]
    changes:
)" + kSwap;
  expectMarked("plays.proto",
               "syntax = \"proto3\";\npackage w;\nmessage [[UserPlay->PlayEvent]] {\n"
               "  string [[user_name->song]] = 1;\n  string [[song->user_name]] = 2;\n}\n",
               {}, migration);
}

TEST(ProtoSwapTest, AnEnumsWithoutASignIsListed) {
  auto got = rewriteTree(
      {{"plays.proto", kProto + "enum Kind { KIND_SONG = 0; KIND_TALK = 1; }\nmessage UserPlay { Kind kind = 1; }\n"}},
      owner(changesWith({"kind: enum, enum: Kind, from: KIND_SONG, to: KIND_TALK",
                         "kind: enum, enum: Kind, from: KIND_TALK, to: KIND_SONG"})));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite), Each(HasSubstr("the name is in both versions")));
}

const std::string kEnumOld =
    "syntax = \"proto3\"; package w; enum Kind { NONE = 0; SONG = 1; } message Play { Kind kind = 1; }";
const Versions kGrown{
    kEnumOld,
    "syntax = \"proto3\"; package w; enum Kind { NONE = 0; SONG = 1; TALK = 2; } message Play { Kind kind = 1; }",
    changesWith({"kind: enum, enum: Kind, to: TALK"})};

std::string enumFile(const std::string& body) {
  return "syntax = \"proto3\";\npackage w;\nenum Kind {" + body + "}\nmessage Play { Kind kind = 1; }\n";
}

TEST(ProtoEnumTest, ANewValueStandsAsTheOthersDo) {
  EXPECT_EQ(afterOf(kGrown, enumFile("\n\tNONE = 0;\n\tSONG = 1;  // a song\n")),
            enumFile("\n\tNONE = 0;\n\tSONG = 1;  // a song\n\tTALK = 2;\n"));
  EXPECT_EQ(afterOf(kGrown, enumFile(" NONE = 0; SONG = 1; ")), enumFile(" NONE = 0; SONG = 1; TALK = 2; "));
  EXPECT_EQ(afterOf(kGrown, enumFile("\r\n    NONE = 0;\r\n")), enumFile("\r\n    NONE = 0;\r\n    TALK = 2;\r\n"));
}

TEST(ProtoEnumTest, ATakenNumberIsListed) {
  std::vector<std::string> listed;
  EXPECT_EQ(afterOf(kGrown, enumFile(" NONE = 0; MINE = 2; "), &listed), enumFile(" NONE = 0; MINE = 2; "));
  EXPECT_THAT(listed, ElementsAre("TALK is new, and its number 2 is taken"));
  EXPECT_EQ(afterOf(kGrown, enumFile(" NONE = 0; reserved 2; "), &listed), enumFile(" NONE = 0; reserved 2; "));
  EXPECT_THAT(listed, ElementsAre("TALK is new, and its number 2 is reserved"));
  EXPECT_EQ(afterOf(kGrown, enumFile(" option allow_alias = true; NONE = 0; MINE = 2; MORE = 2; ")),
            enumFile(" option allow_alias = true; NONE = 0; MINE = 2; MORE = 2; TALK = 2; "));
}

TEST(ProtoEnumTest, ARemovedAliasReservesNoNumber) {
  const std::string body = " option allow_alias = true; NONE = 0; SONG = 1; MUSIC = 1; ";
  auto removed = [&](const std::string& more) {
    auto one = [](const std::string& values) {
      return "syntax = \"proto3\"; package w; enum Kind {" + values + "} message Play { Kind kind = 1; }";
    };
    Versions versions{one(body), one(" NONE = 0; MUSIC = 1; "), changesWith({"kind: enum, enum: Kind, from: SONG"})};
    return afterOf(versions, enumFile(body + more));
  };
  EXPECT_EQ(removed("TALK = 1; "),
            enumFile(" option allow_alias = true; NONE = 0; reserved \"SONG\"; MUSIC = 1; TALK = 1; "));
  EXPECT_EQ(removed(""), enumFile(body)) << "allow_alias without an alias is a mistake";
}

TEST(ProtoEnumTest, SeveralNewValuesStandInTheirOrder) {
  const Versions versions{kEnumOld,
                          "syntax = \"proto3\"; package w; enum Kind { NONE = 0; SONG = 1; TALK = 2; NEWS = 3; } "
                          "message Play { Kind kind = 1; }",
                          changesWith({"kind: enum, enum: Kind, to: TALK", "kind: enum, enum: Kind, to: NEWS"})};
  EXPECT_EQ(afterOf(versions, enumFile("\n  NONE = 0;\n")), enumFile("\n  NONE = 0;\n  TALK = 2;\n  NEWS = 3;\n"));
}

TEST(ProtoEnumTest, ShortNameMeansTheEnumOfItsMessage) {
  const Versions versions{
      "syntax = \"proto3\"; package w; message Play { enum Kind { NONE = 0; SONG = 1; } Kind kind = 1; }",
      "syntax = \"proto3\"; package w; message Play { enum Kind { NONE = 0; MUSIC = 1; TALK = 2; } Kind kind = 1; }",
      changesWith({"kind: enum, enum: Kind, from: SONG, to: MUSIC", "kind: enum, enum: Kind, to: TALK"})};
  EXPECT_EQ(
      afterOf(versions, versions.old),
      "syntax = \"proto3\"; package w; message Play { enum Kind { NONE = 0; MUSIC = 1; TALK = 2; } Kind kind = 1; }");
}

TEST(SpecificationSwapTest, IsDecidedByTheTreeAlone) {
  auto migration = [](const std::string& more) {
    return std::string(kHead) + R"(datasets:
  - id: user-plays
    role: owner
    schema: {old: {name: user_plays, fields: {user_name: string, song: string, track_ms: int32}}}
    references: [{table: user_plays}]
    changes:
)" + kSwap +
           more + "definitions: [{paths: \"*.yaml\", path: \"{table}[*]\"}]\n";
  };
  auto got = rewriteTree({{"lake.yaml", "user_plays: [user_name, song]\n"}}, migration(""));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite), Each(HasSubstr("the name is in both versions")));
  EXPECT_EQ(got.rewrite.listed.size(), 2U);
  expectMarked("lake.yaml",
               "user_plays:\n  - [[user_name->song]]\n  - [[song->user_name]]\n  - [[track_ms->duration_ms]]\n", {},
               migration(changesWith({"kind: rename, field: track_ms, to: duration_ms"})));
}

}  // namespace
}  // namespace gander::rewriter
