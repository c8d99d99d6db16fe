// The migration's datasets as tables of the SQL resolver.
#include "rewriter/solve/meaning_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "rewriting.h"

namespace gander::rewriter {
namespace {

using sql::DialectName;

constexpr const char* kMigration = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: user-plays-v2, title: Move user_plays to version 2, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: user_plays_v1, fields: {user_name: string, track_ms: int64, listener.name: string, mood: string}}
    references:
      - table: {old: lake.user_plays_v1, new: lake.user_plays_v2}
      - table: {old: Plays, new: play_events}
    changes:
      - {kind: rename, field: user_name, to: listener_name}
      - {kind: rename, field: track_ms, to: duration_ms}
      - {kind: unit, field: track_ms, from: ms, to: s}
      - {kind: rename, field: listener.name, to: title}
      - {kind: remove, field: mood}
  - id: events
    schema:
      old: {name: events, fields: {id: string}}
    references:
      - table: {old: "ga.events_*", new: "ga4.hits_*"}
)";

class NoFiles final : public rules::DocumentFiles {
 public:
  Result<std::string> read(const std::string& relative) const override {
    return fail(ErrorKind::kNotFound, "no file " + relative);
  }
};

class MeaningCatalogTest : public testing::Test {
 protected:
  MeaningCatalogTest()
      : migration_(*rules::parseMigration("migration.yaml", kMigration, NoFiles())),
        meaning_(migration_, library_),
        catalog_(meaning_) {}

  // "a.b" or "`a`.b": what becomes of it, as "dataset old|new [name parts]" or the reason for which it is unclear.
  std::string find(const std::string& written, DialectName dialect = DialectName::kTolerant) {
    auto texts = split(written, '.');
    std::vector<sql::NamePart> parts;
    for (const auto& text : texts) {
      bool quoted = text.starts_with('`');
      auto body = quoted ? std::string_view(text).substr(1, text.size() - 2) : std::string_view(text);
      parts.push_back({body, quoted, body.contains(sql::kHoleByte) || body.contains("{{"), {}});
    }
    const auto* table = catalog_.find(parts, sql::dialectOf(dialect));
    if (table == nullptr) return "";
    if (!table->unclear.empty()) return table->unclear;
    std::string out = table->name + (table->atNew ? " new" : " old");
    for (const auto& part : table->nowParts) out += " " + part;
    return out;
  }

  rules::Migration migration_;
  rules::Library library_;
  Meaning meaning_;
  MeaningCatalog catalog_;
};

TEST_F(MeaningCatalogTest, FindsTablesByTheirNames) {
  EXPECT_EQ(find("lake.user_plays_v1"), "user-plays old user_plays_v2");
  EXPECT_EQ(find("lake.user_plays_v2"), "user-plays new");
  EXPECT_EQ(find("plays"), "user-plays old play_events");
  EXPECT_EQ(find("users"), "");
  EXPECT_EQ(find("lake.users"), "");
  EXPECT_EQ(find("pond.user_plays_v1"), "");
}

TEST_F(MeaningCatalogTest, OtherQualifiersAreUnclear) {
  EXPECT_THAT(find("user_plays_v1"), testing::StartsWith("the table user_plays_v1 may be lake.user_plays_v1: add a"));
  EXPECT_THAT(find("acme.lake.user_plays_v1"), testing::HasSubstr("may be lake.user_plays_v1"));
  EXPECT_THAT(find("\x01.user_plays_v1"), testing::StartsWith("the table {}.user_plays_v1 may be"));
  EXPECT_EQ(find("user_plays_v2"), "");
}

TEST_F(MeaningCatalogTest, CaseCountsAsTheDialectSays) {
  EXPECT_EQ(find("PLAYS"), "user-plays old play_events");
  EXPECT_EQ(find("`plays`", DialectName::kSqlite), "user-plays old play_events");
  EXPECT_THAT(find("`PLAYS`"), testing::HasSubstr("may be Plays"));
  EXPECT_EQ(find("`PLAYS`", DialectName::kPostgres), "");
  EXPECT_EQ(find("`plays`", DialectName::kPostgres), "user-plays old play_events");
  EXPECT_EQ(find("`PLAYS`", DialectName::kSnowflake), "user-plays old play_events");
  EXPECT_THAT(find("PLAYS", DialectName::kBigQuery), testing::HasSubstr("may be Plays"));
}

TEST_F(MeaningCatalogTest, ShardsBelongToTheirWildcard) {
  EXPECT_EQ(find("ga.events_*"), "events old hits_* ga4");
  EXPECT_EQ(find("ga.events_20240101"), "events old hits_20240101 ga4");
  EXPECT_EQ(find("ga.events_2024*"), "events old hits_2024* ga4");
  EXPECT_EQ(find("ga.events_intraday_*"), "events old hits_intraday_* ga4");
  EXPECT_EQ(find("ga.events_{{ ds }}"), "events old hits_{{ ds }} ga4");
  EXPECT_EQ(find("ga4.hits_20240101"), "events new");
  EXPECT_THAT(find("ga.events_archive"), testing::HasSubstr("may be ga.events_*"));
  EXPECT_THAT(find("ga.ev*"), testing::HasSubstr("may be ga.events_*"));
  EXPECT_EQ(find("ga.event_20240101"), "");
}

TEST_F(MeaningCatalogTest, ADateBehindAPlainNameIsUnclearAndADecoratorIsNot) {
  EXPECT_EQ(find("lake.user_plays_v1_20240101"),
            "the table lake.user_plays_v1_20240101 may be a shard of lake.user_plays_v1");
  EXPECT_EQ(find("lake.user_plays_v1$20240101"), "user-plays old user_plays_v2$20240101");
  EXPECT_THAT(find("lake.user_plays_\x01"), testing::HasSubstr("may be lake.user_plays_v1"));
  EXPECT_EQ(find("lake.\x01"), "");
}

TEST_F(MeaningCatalogTest, ColumnsAreTheSchemasWithWhatBecomesOfThem) {
  auto columns = columnsOf(migration_.datasets[0]);
  ASSERT_EQ(columns.size(), 4U);
  EXPECT_EQ(columns[0].now, "listener_name");
  EXPECT_EQ(columns[1].now, "");  // renamed, and of another unit: a person looks
  EXPECT_THAT(columns[1].reason, testing::HasSubstr("unit of track_ms"));
  EXPECT_EQ(columns[2].path, "listener.name");
  EXPECT_EQ(columns[2].now, "title");
  EXPECT_THAT(columns[3].reason, testing::HasSubstr("remove of mood"));
  std::vector<sql::NamePart> parts{{"Plays", false, false, {}}};
  const auto* table = catalog_.find(parts, sql::dialectOf(DialectName::kTolerant));
  EXPECT_THAT(table->shifts, testing::ElementsAre("user-plays/remove/mood"));
  EXPECT_TRUE(table->complete);
  EXPECT_EQ(catalog_.referenceOf(*table)->old, "Plays");
}

}  // namespace
}  // namespace gander::rewriter
