// Changes other than renames, on real generated code: what is edited as the migration says, and what is listed instead.
#include <gmock/gmock.h>

#include "base/text.h"
#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kOld = R"(syntax = "proto3";
package warehouse.v1;
enum Kind { KIND_SONG = 0; KIND_TALK = 1; }
message Song { string title = 1; }
message Listener {
  enum Kind { KIND_SONG = 0; }
  Kind kind = 1;
  int32 duration = 2;
}
message UserPlay {
  enum Kind { KIND_SONG = 0; KIND_TALK = 1; }
  Kind kind = 1;
  int32 duration = 2;
  int32 plays = 3;
  string song_title = 4;
  Song song = 5;
  optional int32 rating = 6;
}
)";

std::string replaced(std::string text, const std::vector<std::pair<std::string, std::string>>& names) {
  for (const auto& [old, now] : names) text.replace(text.rfind(old), old.size(), now);
  return text;
}

ProtoCase caseOf(const std::string& changes, const std::vector<std::pair<std::string, std::string>>& now) {
  ProtoCase schema;
  schema.old = kOld;
  schema.now = replaced(kOld, now);
  schema.changes = changes;
  return schema;
}

std::vector<std::string> reasons(const Rewrite& rewrite) {
  std::vector<std::string> out;
  for (const auto& site : rewrite.listed) out.push_back(site.reason);
  return out;
}

const char* const kUsing = R"(
using warehouse::v1::Listener;
using warehouse::v1::UserPlay;
)";

TEST(ChangesTest, AValueOfAnEnumIsRenamedInItsOwnEnumOnly) {
  auto schema = caseOf("      - {kind: enum, enum: UserPlay.Kind, from: KIND_SONG, to: KIND_MUSIC}\n",
                       {{"KIND_SONG", "KIND_MUSIC"}});
  expectProto(schema, std::string(kUsing) + R"(
enum class Mine { KIND_SONG };
int f(UserPlay& p, Listener& l, Mine mine) {
  p.set_kind(UserPlay::[[KIND_SONG->KIND_MUSIC]]), l.set_kind(Listener::KIND_SONG);
  if (p.kind() == warehouse::v1::[[UserPlay_Kind_KIND_SONG->UserPlay_Kind_KIND_MUSIC]]) return warehouse::v1::KIND_SONG;
  switch (p.kind()) {
    case UserPlay::[[KIND_SONG->KIND_MUSIC]]: return warehouse::v1::Listener_Kind_KIND_SONG;
    default: return mine == Mine::KIND_SONG;  // KIND_SONG
  }
}
)");
}

TEST(ChangesTest, ASwitchWithoutDefaultIsListedWhereAValueIsNew) {
  auto schema = caseOf("      - {kind: enum, enum: UserPlay.Kind, to: KIND_NOISE}\n",
                       {{"KIND_TALK = 1; }", "KIND_TALK = 1; KIND_NOISE = 2; }"}});
  auto got = rewriteProto(schema, std::string(kUsing) + R"(
int f(UserPlay& p, Listener& l) {
  switch (p.kind()) {
    case UserPlay::KIND_SONG: return 1;
    case UserPlay::KIND_TALK: return 2;
  }
  switch (p.kind()) {
    case UserPlay::KIND_SONG: return 1;
    default: return 2;
  }
  switch (l.kind()) {
    case Listener::KIND_SONG: return 1;
  }
}
)");
  EXPECT_THAT(hazardLines(got.rewrite), testing::ElementsAre(HasSubstr("enum-exhaustiveness main.cpp:7:3")));
  EXPECT_EQ(got.rewrite.listed.size(), 1u);
}

TEST(ChangesTest, AValueThatGoesIsListed) {
  auto schema = caseOf("      - {kind: enum, enum: UserPlay.Kind, from: KIND_TALK}\n", {{"KIND_TALK = 1; ", ""}});
  expectProto(schema, std::string(kUsing) + R"(
int f(UserPlay& p) { return p.kind() == UserPlay::{{KIND_TALK}} ? warehouse::v1::KIND_TALK : 0; }
)");
}

const char* const kRetype =
    "      - {kind: retype, field: duration, from: int32, to: int64, convert: {cpp: {read: "
    "\"static_cast<int>({value})\", write: \"{value} + 0L\"}}}\n";

TEST(ChangesTest, ARetypedFieldIsReadAndWrittenByTemplates) {
  auto schema = caseOf(kRetype, {{"int32 duration", "int64 duration"}});
  expectProto(schema, std::string(kUsing) + R"(
int f(UserPlay& p, const UserPlay* q, Listener& l, int left) {
  p.set_duration([[->(]]left ? 1 : 2[[->) + 0L]]), l.set_duration(left);
  p.set_duration(left[[-> + 0L]]);
  int x = [[->static_cast<int>(]]p.duration()[[->)]] * 2 + l.duration();
  return x + [[->static_cast<int>(]]q->duration()[[->)]];  // p.duration()
}
)");
}

TEST(ChangesTest, ParenthesesStandWhereATemplateNeedsThem) {
  auto schema = caseOf(
      "      - {kind: retype, field: duration, from: int32, to: int64, convert: {cpp: {read: \"{value} - 0\", write: "
      "\"{value}\"}}}\n",
      {{"int32 duration", "int64 duration"}});
  expectProto(schema, std::string(kUsing) + R"(
long g(long x);
long f(UserPlay& p) {
  p.set_duration(3);
  long x = [[->(]]p.duration()[[-> - 0)]] * 2;
  long y = p.duration()[[-> - 0]];
  return x + y + g(p.duration()[[-> - 0]]);
}
)");
}

TEST(ChangesTest, WhatATemplateCantReachIsListed) {
  const char* const migration = R"yaml(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-class, title: A wider duration, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: plays.Play, fields: {duration: int32}}
    references:
      - type: plays.Play
    changes:
      - {kind: retype, field: duration, from: int32, to: int64, convert: {cpp: {read: "static_cast<int>({value})", write: "{value}"}}}
)yaml";
  expectMarked("main.cpp", R"(#include "play.h"
void take(int& x);
int f(plays::Play& p, other::Play& o) {
  p.{{duration}} += 2, o.duration += 2;
  ++p.{{duration}};
  int* at = &p.{{duration}};
  auto& same = p.{{duration}};
  decltype(p.{{duration}}) y = 3;
  take(p.{{duration}}), take(o.duration);
  int plays::Play::* member = &plays::Play::{{duration}};
  return *at + same + y + o.*(int other::Play::*)nullptr + p.*member;
}
)",
               {{"play.h",
                 "namespace plays { struct Play { int duration = 0; }; }\nnamespace other { struct Play { "
                 "int duration = 0; }; }\n"}},
               migration, cppAround());
}

// The class is defined in the tree, and its definition is listed: a draft makes the rest.
TEST(ChangesTest, MembersOfAClassAreReadAndWritten) {
  const char* const migration = R"yaml(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-class, title: A wider duration, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: plays.Play, fields: {duration: int32}}
    references:
      - type: plays.Play
    changes:
      - {kind: retype, field: duration, from: int32, to: int64, convert: {cpp: {read: "narrow({value})", write: "widen({value})"}}}
incomplete: draft
)yaml";
  expectMarked("main.cpp", R"(#include "play.h"
int narrow(long x);
long widen(int x);
int f(plays::Play& p, other::Play& o) {
  p.duration = [[->widen(]]o.duration + 1[[->)]];
  o.duration = [[->narrow(]]p.duration[[->)]];
  return [[->narrow(]]p.duration[[->)]] + o.duration;
}
)",
               {{"play.h",
                 "namespace plays { struct Play { int duration = 0; }; }\nnamespace other { struct Play { "
                 "int duration = 0; }; }\n"}},
               migration, cppAround());
}

TEST(ChangesTest, LossesOfARetypeAreTold) {
  auto schema = caseOf("      - {kind: retype, field: duration, from: int32, to: int64}\n",
                       {{"int32 duration", "int64 duration"}});
  auto got = rewriteProto(schema, "#include <cstdio>" + std::string(kUsing) + R"(
void f(UserPlay& p, Listener& l) {
  int x = p.duration();
  long y = p.duration();
  int z = l.duration();
  std::printf("%d %d %d", p.duration(), l.duration(), x + z);
  std::printf("%ld", y);
}
)");
  EXPECT_THAT(hazardLines(got.rewrite), Contains(HasSubstr("narrowing main.cpp:7:13")));
  EXPECT_THAT(hazardLines(got.rewrite), Contains(HasSubstr("narrowing main.cpp:10:29")));
  EXPECT_EQ(got.rewrite.hazards.size(), 3u) << testing::PrintToString(hazardLines(got.rewrite));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
}

TEST(ChangesTest, ARenameAndARetypeOfOneField) {
  auto schema = caseOf(std::string(kRetype) + "      - {kind: rename, field: duration, to: length}\n",
                       {{"int32 duration", "int64 length"}});
  expectProto(schema, std::string(kUsing) + R"(
int f(UserPlay& p, Listener& l, int left) {
  p.[[set_duration->set_length]](left[[-> + 0L]]), l.set_duration(left), p.[[clear_duration->clear_length]]();
  return [[->static_cast<int>(]]p.[[duration->length]]()[[->)]] + l.duration();
}
)");
}

TEST(ChangesTest, AFieldThatGoesIsListedWithWhatIsMadeOfIt) {
  auto schema = caseOf("      - {kind: remove, field: plays}\n", {{"  int32 plays = 3;\n", ""}});
  expectProto(schema, std::string(kUsing) + R"(
struct Other { int plays() { return 1; } };
int f(UserPlay& p, Other& o) { int total = p.{{plays}}() + o.plays(); p.{{set_plays}}(2); return total; }
)");
}

TEST(ChangesTest, ACommentIsPutAboveWhatUsesAFieldThatGoes) {
  auto schema = caseOf("      - {kind: remove, field: plays, action: comment}\n", {{"  int32 plays = 3;\n", ""}});
  expectProto(schema, std::string(kUsing) + R"(
int f(UserPlay& p) {
  int total = 0;
  [[->// plays goes with the new version
  ]]total += p.{{plays}}();
  return total;
}
)");
}

TEST(ChangesTest, AStatementThatOnlyWritesAFieldThatGoesGoesToo) {
  auto schema = caseOf("      - {kind: remove, field: plays, action: delete}\n", {{"  int32 plays = 3;\n", ""}});
  expectProto(schema, std::string(kUsing) + R"(
struct Other { void set_plays(int) {} };
void f(UserPlay& p, Other& o) {
[[  p.set_plays(2);
->]]  o.set_plays(2);
[[  p.clear_plays();
->]]  int i = 0;
  o.set_plays(i);
}
)");
}

TEST(ChangesTest, AStatementWithMoreThanTheWriteStays) {
  auto schema = caseOf("      - {kind: remove, field: plays, action: delete}\n", {{"  int32 plays = 3;\n", ""}});
  expectProto(schema, std::string(kUsing) + R"(
int next();
void f(UserPlay& p, bool some) {
  p.{{set_plays}}(next());
  if (some) p.{{set_plays}}(2);
  some ? p.{{set_plays}}(1) : p.{{set_plays}}(2);
}
)");
}

TEST(ChangesTest, AUnitByFactor) {
  auto schema = caseOf("      - {kind: unit, field: duration, from: s, to: ms, convert: factor}\n", {});
  expectProto(schema, std::string(kUsing) + R"(
int f(UserPlay& p, Listener& l, int left) {
  p.set_duration(left[[-> * 1000]]), l.set_duration(left);
  p.set_duration([[->(]]left + 1[[->) * 1000]]);
  int x = p.duration()[[-> / 1000]];
  return x + [[->(]]p.duration()[[-> / 1000)]] % 7 + l.duration();
}
)");
}

TEST(ChangesTest, ACopyOfTheFieldIsNotConverted) {
  auto schema = caseOf("      - {kind: unit, field: duration, from: s, to: ms, convert: factor}\n", {});
  expectProto(schema, std::string(kUsing) + R"(
void f(UserPlay& p, UserPlay& q, Listener& l) {
  p.set_duration(q.duration());
  l.set_duration(q.duration()[[-> / 1000]]);
  p.set_duration(l.duration()[[-> * 1000]]);
}
)");
}

TEST(ChangesTest, AWrapperOfTheOldUnitBecomesThatOfTheNewOne) {
  auto schema = caseOf("      - {kind: unit, field: duration, from: s, to: ms, convert: factor}\n", {});
  expectProto(schema, "#include <chrono>" + std::string(kUsing) + R"(
void wait(std::chrono::nanoseconds time);
void f(UserPlay& p, Listener& l) {
  wait(std::chrono::[[seconds->milliseconds]](p.duration()));
  wait(std::chrono::seconds(l.duration()));
}
)");
}

TEST(ChangesTest, AValueThatIsScaledAlreadyIsListed) {
  auto schema = caseOf("      - {kind: unit, field: duration, from: s, to: ms, convert: factor}\n", {});
  auto got = rewriteProto(schema, std::string(kUsing) + R"(
int f(UserPlay& p, int wait_ms) {
  int x = p.duration() * 1000;
  int timeout_ms = p.duration();
  p.set_duration(wait_ms);
  p.set_duration(x / 1000);
  return timeout_ms;
}
)");
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite),
              testing::ElementsAre(HasSubstr("scaled here: * 1000"), HasSubstr("timeout_ms is named for another unit"),
                                   HasSubstr("wait_ms is named for another unit"), HasSubstr("scaled here: / 1000"),
                                   HasSubstr("the migration gives no rule for it")));
}

TEST(ChangesTest, AUnitWithoutARuleIsListed) {
  auto schema = caseOf("      - {kind: unit, field: duration, from: s, to: ms}\n", {});
  expectProto(schema, std::string(kUsing) + R"(
int f(UserPlay& p, Listener& l) { return p.{{duration}}() + l.duration(); }
)");
}

TEST(ChangesTest, AFieldThatMayBeUnsetIsReadWithADefault) {
  auto schema = caseOf("      - {kind: nullability, field: rating, to: nullable, default: \"3\"}\n", {});
  expectProto(schema, std::string(kUsing) + R"(
struct Other { int rating() { return 1; } };
UserPlay make();
int f(UserPlay& p, const UserPlay* q, Other& o) {
  int x = [[->p.has_rating() ? ]]p.rating()[[-> : 3]];
  p.set_rating(2);
  return x + [[->(q->has_rating() ? ]]q->rating()[[-> : 3)]] + o.rating();
}
)");
}

TEST(ChangesTest, AnObjectThatWouldBeMadeTwiceIsListed) {
  auto schema = caseOf("      - {kind: nullability, field: rating, to: nullable, default: \"3\"}\n", {});
  expectProto(schema, std::string(kUsing) + R"(
UserPlay make();
int f() { return make().{{rating}}(); }
)");
}

TEST(ChangesTest, ACheckOfAFieldThatMustBeSetIsListed) {
  auto schema = caseOf("      - {kind: nullability, field: rating, to: required}\n", {});
  auto got = rewriteProto(schema, std::string(kUsing) + R"(
int f(UserPlay& p) { return p.has_rating() ? p.rating() : 0; }
)");
  EXPECT_THAT(hazardLines(got.rewrite), testing::ElementsAre(HasSubstr("nullability main.cpp:6:31")));
  EXPECT_THAT(reasons(got.rewrite), Contains(HasSubstr("rating is always set in the new version")));
}

TEST(ChangesTest, AFieldMovesIntoAMessage) {
  auto schema =
      caseOf("      - {kind: move, field: song_title, to: song.title}\n", {{"  string song_title = 4;\n", ""}});
  schema.old = replaced(kOld, {{"message Song { string title = 1; }", "message Song {}"}});
  expectProto(schema, std::string(kUsing) + R"(
struct Other { std::string song_title() { return "song_title"; } };
std::string f(UserPlay& p, const UserPlay* q, Other& o) {
  p.[[set_song_title->mutable_song()->set_title]]("x"), p.[[clear_song_title->mutable_song()->clear_title]]();
  p.[[mutable_song_title->mutable_song()->mutable_title]]()->append("y");
  return p.[[song_title->song().title]]() + q->[[song_title->song().title]]() + o.song_title();
}
)");
}

TEST(ChangesTest, AFieldMovesOutOfAMessage) {
  auto schema = caseOf("      - {kind: move, field: song.title, to: title}\n", {});
  schema.now = replaced(kOld, {{"Song song = 5;", "Song song = 5; string title = 7;"}});
  schema.now = replaced(schema.now, {{"message Song { string title = 1; }", "message Song {}"}});
  expectProto(schema, std::string(kUsing) + R"(
std::string f(UserPlay& p, const UserPlay* q) {
  return p.[[song().title->title]]() + q->[[song().title->title]]();
}
)");
}

TEST(ChangesTest, AFieldThatIsNotReachedThroughItsMessageIsListed) {
  auto schema = caseOf("      - {kind: move, field: song.title, to: title}\n", {});
  schema.now = replaced(kOld, {{"Song song = 5;", "Song song = 5; string title = 7;"}});
  schema.now = replaced(schema.now, {{"message Song { string title = 1; }", "message Song {}"}});
  expectProto(schema, std::string(kUsing) + R"(
std::string f(warehouse::v1::Song& s) { return s.{{title}}(); }
)");
}

TEST(ChangesTest, WhatIsReadStandsWithinWhatIsWritten) {
  auto schema = caseOf("      - {kind: nullability, field: rating, to: nullable, default: \"3\"}\n" +
                           std::string("      - {kind: unit, field: duration, from: s, to: ms, convert: factor}\n"),
                       {});
  expectProto(schema, std::string(kUsing) + R"(
void f(UserPlay& q, const UserPlay& p) { q.set_duration([[->(p.has_rating() ? ]]p.rating()[[-> : 3) * 1000]]); }
)");
}

// Two messages of one template, whose fields both change: the place is converted once.
TEST(ChangesTest, WhatInstantiationsDemandAlikeIsPutOnce) {
  ProtoCase schema = caseOf("      - {kind: unit, field: duration, from: s, to: ms, convert: factor}\n", {});
  auto got = rewriteProto(schema, std::string(kUsing) + R"(
template <class T> long length(const T& t) { return t.duration(); }
long f(const UserPlay& p) { return length(p) + length<UserPlay>(p); }
)");
  EXPECT_THAT(got.after.at("main.cpp"), HasSubstr("return t.duration() / 1000; }"));
}

ProtoCase mergedCase() {
  return caseOf(
      "      - {kind: merge, fields: [duration, plays], to: total, convert: {cpp: {read: \"{duration} + {plays}\"}}}\n",
      {{"  int32 duration = 2;\n  int32 plays = 3;\n", "  int32 total = 2;\n"}});
}

TEST(ChangesTest, FieldsThatBecomeOneAreReadTogether) {
  expectProto(mergedCase(), std::string(kUsing) + R"(
int f(const UserPlay& p, Listener& l) { return ([[p.duration() + p.plays()->p.total()]]) * l.duration(); }
)");
}

// Of two objects, and of what makes its object anew for each field, nothing is one.
TEST(ChangesTest, FieldsOfTwoObjectsDoNotBecomeOne) {
  expectProto(mergedCase(), std::string(kUsing) + R"(
struct Next { UserPlay& next(); };
int f(const UserPlay& p, const UserPlay& q, Next& it) {
  int apart = p.{{duration}}() + q.{{plays}}();
  return apart + (it.next().{{duration}}() + it.next().{{plays}}());
}
)");
}

TEST(ChangesTest, AFieldThatMovesAndMayBeUnsetIsListed) {
  auto schema =
      caseOf("      - {kind: move, field: song_title, to: song.title}\n" +
                 std::string("      - {kind: nullability, field: song_title, to: nullable, default: '\"\"'}\n"),
             {{"  string song_title = 4;\n", ""}});
  schema.old = replaced(kOld, {{"message Song { string title = 1; }", "message Song {}"}});
  expectProto(schema, std::string(kUsing) + R"(
std::string f(const UserPlay& p) { return p.{{song_title}}(); }
)");
}

constexpr auto kWithInclude =
    "      - {kind: retype, field: plays, from: int32, to: string, convert: {cpp: {read: \"std::stoi({value})\", "
    "write: "
    "\"std::to_string({value})\", include: <string>}}}\n";

TEST(ChangesTest, AnIncludeStandsInNoConditional) {
  auto got = rewriteProto(caseOf(kWithInclude, {{"int32 plays", "string plays"}}), R"(#ifdef __linux__
#include <cstdio>
#endif
int f(const warehouse::v1::UserPlay& p) { return p.plays(); }
)");
  EXPECT_THAT(got.after.at("main.cpp"), HasSubstr("#include \"plays.pb.h\"\n#include <string>\n"));
  EXPECT_THAT(got.after.at("main.cpp"), HasSubstr("return std::stoi(p.plays());"));
}

}  // namespace
}  // namespace gander::rewriter
