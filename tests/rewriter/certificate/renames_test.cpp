// Which edits a migration of renames explains.
#include <gtest/gtest.h>

#include "rewriter/certificate/renames.h"
#include "tests/rules/texts.h"

namespace gander::rewriter {
namespace {

constexpr auto kMigration = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-v2, title: Move plays, owner: group:default/plays}
datasets:
  - id: plays
    schema:
      old: {name: lake.v1.UserPlay, fields: {user_name: string, track: string}, enums: {Kind: [KIND_SONG, KIND_TALK]}}
    references:
      - type: {old: lake.v1.UserPlay, new: lake.v2.PlayEvent, binding: protobuf}
      - table: {old: user_plays_v1, new: user-plays-v2}
      - uri: {old: "s3://lake/user_plays/v1/", new: "s3://lake/plays/v2/"}
      - include: {old: lake/v1/plays.pb.h, new: lake/v2/plays.pb.h}
    changes:
      - {kind: rename, field: user_name, to: listener_name}
      - {kind: rename, field: track, to: song}
      - {kind: enum, enum: Kind, from: KIND_SONG, to: KIND_MUSIC}
  - id: users
    schema: {old: {name: users, fields: {user_name: string, track: string}}}
    references: [{table: users}]
    changes: [{kind: rename, field: track, to: lane}]
)";

bool explains(const std::string& old, const std::string& now, Tier tier = Tier::kType) {
  static const auto migration = rules::parseMigration("m.yaml", kMigration, rules::MemoryFiles());
  if (!migration) throw std::runtime_error(migration.error().message);
  static const auto library = rules::loadLibrary(GANDER_SOURCE_DIR "/rules", {});
  static const Renames renames(*migration, *library);
  Edit edit;
  edit.old = old;
  edit.now = now;
  edit.tier = tier;
  return renames.explains(edit);
}

TEST(RenamesTest, ExplainsNewNames) {
  EXPECT_TRUE(explains("user_name", "listener_name"));
  EXPECT_TRUE(explains("set_user_name", "set_listener_name"));
  EXPECT_TRUE(explains("kUserNameFieldNumber", "kListenerNameFieldNumber"));
  EXPECT_TRUE(explains("UserPlay", "PlayEvent"));
  EXPECT_TRUE(explains("KIND_SONG", "KIND_MUSIC"));
  EXPECT_TRUE(explains("track", "song"));
  EXPECT_TRUE(explains("track", "lane"));
  EXPECT_TRUE(explains("v1", "v2"));
  EXPECT_TRUE(explains("lake::v1::UserPlay", "lake::v2::PlayEvent"));
  EXPECT_TRUE(explains("v1/plays.pb.h", "v2/plays.pb.h"));
  EXPECT_TRUE(explains("s3://lake/user_plays/v1/", "s3://lake/plays/v2/"));
  EXPECT_TRUE(explains("user_plays_v1", "user-plays-v2", Tier::kFlow));
}

TEST(RenamesTest, ExplainsNothingElse) {
  EXPECT_FALSE(explains("user_name", "anything"));
  EXPECT_FALSE(explains("track", "anything")) << "a name with two new ones";
  EXPECT_FALSE(explains("set_track", "anything"));
  EXPECT_FALSE(explains("Kind", "KIND_MUSIC")) << "the enum's own name stays";
  EXPECT_FALSE(explains("KIND_SONG", ""));
  EXPECT_FALSE(explains("user_name", ""));
  EXPECT_FALSE(explains("user_name", "user_name"));
  EXPECT_FALSE(explains("user_name", "listener_name(); evil()"));
  EXPECT_FALSE(explains("user_name; day", "listener_name; days"));
  EXPECT_FALSE(explains("user_name_hash", "listener_name_hash"));
}

TEST(RenamesTest, ExplainsNoInsertionOutsideOfQueries) {
  EXPECT_FALSE(explains("", "x"));
  EXPECT_FALSE(explains("", "listener_name"));
  EXPECT_FALSE(explains("", " AS user_name", Tier::kFlow));
  EXPECT_TRUE(explains("", " AS user_name", Tier::kScope));
  EXPECT_TRUE(explains("", " AS \"user_name\"", Tier::kScope));
  EXPECT_TRUE(explains("", "p.", Tier::kScope));
  EXPECT_FALSE(explains("", "; DROP TABLE plays", Tier::kScope));
  EXPECT_FALSE(explains("", " AS day", Tier::kScope));
  EXPECT_FALSE(explains("", " WHERE user_name = 'x'", Tier::kScope));
  EXPECT_FALSE(explains("", " -- ", Tier::kScope));
}

TEST(RenamesTest, ExplainsWhatAQueryNeedsBesideItsNames) {
  EXPECT_TRUE(explains("user_name", "listener_name AS user_name", Tier::kScope));
  EXPECT_TRUE(explains("USER_NAME", "p.LISTENER_NAME AS USER_NAME", Tier::kScope));
  EXPECT_TRUE(explains("user_plays_v1", "\"user-plays-v2\"", Tier::kScope));
  EXPECT_TRUE(explains("user_plays_v1", "\\\"user-plays-v2\\\"", Tier::kScope)) << "in a string";
  EXPECT_TRUE(explains("user_name", "listener_name AS user_name", Tier::kShape));
  EXPECT_FALSE(explains("user_name", "listener_name AS user_name", Tier::kRule));
  EXPECT_TRUE(explains("\"user_name\"", "p.listener_name", Tier::kScope));
  EXPECT_TRUE(explains("listener_name", "u.listener_name", Tier::kScope));
  EXPECT_TRUE(explains("USING (user_name)", "ON p.listener_name = u.user_name", Tier::kScope));
  EXPECT_TRUE(explains(", day)", " and p.day = u.day", Tier::kScope));
  EXPECT_FALSE(explains("day", "p.listener_name", Tier::kScope)) << "day is not written any more";
  EXPECT_FALSE(explains("p.user_name", "listener_name", Tier::kScope)) << "of which table";
  EXPECT_FALSE(explains("user_name", "listener_name AS day", Tier::kScope));
  EXPECT_FALSE(explains("user_name", "listener_name + 1", Tier::kScope));
  EXPECT_FALSE(explains("user_name", "", Tier::kScope));
}

}  // namespace
}  // namespace gander::rewriter
