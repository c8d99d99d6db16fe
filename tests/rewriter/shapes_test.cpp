// Files and texts of data that have a dataset's shape: edited where the migration says so by path, else listed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriting.h"

namespace gander::rewriter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kShapes = std::string(kPlaysMigration) + "shapes: [\"data/**\"]\n";

TEST(ShapesTest, AHeaderIsEditedWhereTheMigrationNamesTheFile) {
  expectMarked("data/plays.csv",
               "[[user_name->listener_name]],\"[[track_ms->duration_ms]]\", played_at\nuser_name,track_ms,1\n", {},
               kShapes);
  expectMarked("data/plays.tsv", "played_at\t[[user_name->listener_name]]\t[[track_ms->duration_ms]]\tnote\r\n", {},
               kShapes);
  expectMarked("data/plays.csv", "\xEF\xBB\xBF[[user_name->listener_name]];[[track_ms->duration_ms]];played_at\n", {},
               kShapes);
}

TEST(ShapesTest, AHeaderIsListedElsewhere) {
  expectMarked("other/plays.csv", "{{user_name}},{{track_ms}},played_at\n", {}, kShapes);
  auto got = rewriteTree({{"other/plays.csv", "user_name,track_ms,played_at\n"}});
  ASSERT_EQ(got.rewrite.listed.size(), 2U);
  EXPECT_THAT(
      got.rewrite.listed[0].reason,
      HasSubstr("a header row that has 3 of the 3 columns of user-plays: the migration's 'shapes' do not name"));
}

// Another dataset's header, a wide join, and a text that has both versions' names.
TEST(ShapesTest, OtherHeadersAreLeftAlone) {
  expectMarked("data/users.csv", "id,user_name,email\n", {}, kShapes);
  expectMarked("data/pair.csv", "user_name,track_ms\n", {}, kShapes);
  expectMarked("data/one.csv", "user_name\n", {}, kShapes);
  expectMarked("data/note.csv", "\nuser_name,track_ms,played_at\n", {}, kShapes);
  expectMarked("data/rows.csv", "a,b,c\nuser_name,track_ms,played_at\n", {}, kShapes);
  expectMarked("data/long.csv", "my_user_name,track_ms,played_at,x\n", {}, kShapes);
  expectMarked("data/wide.csv", "{{user_name}},{{track_ms}},played_at,a,b,c,d\n", {}, kShapes);
  expectMarked("data/both.csv", "{{user_name}},{{track_ms}},played_at,listener_name\n", {}, kShapes);
  expectMarked("data/new.csv", "listener_name,duration_ms,played_at\n", {}, kShapes);
}

TEST(ShapesTest, KeysOfJsonRows) {
  expectMarked("data/plays.jsonl",
               "{\"[[user_name->listener_name]]\": \"user_name\", \"[[track_ms->duration_ms]]\": 1, \"played_at\": 2}\n"
               "{\"[[user_name->listener_name]]\": \"b\", \"played_at\": 3}\n"
               "{\"{{user_name}}\": 1, \"kind\": 2}\n",
               {}, kShapes);
}

TEST(ShapesTest, JsonOfAnotherShapeIsLeftAlone) {
  expectMarked("data/users.json", R"([{"id": 1, "user_name": "a", "email": "b"}])", {}, kShapes);
  expectMarked("data/wrapped.json", R"({"rows": [{"user_name": "a", "track_ms": 1, "played_at": 2}]})", {}, kShapes);
  expectMarked("schema.json", R"({"fields": [{"name": "user_name"}, {"name": "track_ms"}]})", {}, kShapes);
}

constexpr auto kNested = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: m, title: t, owner: o}
datasets:
  - id: plays
    schema: {old: {name: p, fields: {id: int, listener: record, listener.name: string, marks: record, marks.at: int}}}
    references: [{table: {old: p_v1, new: p_v2}}]
    changes: [{kind: rename, field: listener.name, to: title}, {kind: rename, field: marks, to: stars}, {kind: retype, field: id, to: int64}]
shapes: ["**/*.json"]
)";

TEST(ShapesTest, NestedKeysHaveTheirPath) {
  expectMarked(
      "a.json",
      R"({"{{id}}": 1, "name": 2, "listener": {"[[name->title]]": "a", "id": 3}, "[[marks->stars]]": [{"at": 4, "name": 5}]})",
      {}, kNested);
}

}  // namespace
}  // namespace gander::rewriter
