#include <gmock/gmock.h>
#include <sqlite3.h>

#include <thread>

#include "base/files.h"
#include "base/process.h"
#include "fleet/store.h"
#include "fleet/worker_identity.h"
#include "tests/fleet/store_suite.h"
#include "tests/pr-bot/records_suite.h"

namespace gander::fleet {
namespace {

using testing::HasSubstr;

struct SqliteFixture {
  SqliteFixture() {
    auto made = TemporaryDirectory::make("store");
    folder.emplace(std::move(*made));
    auto opened = openSqliteStore(file());
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) database = std::move(*opened);
  }
  std::filesystem::path file() const { return folder->path() / "deeper/gander.db"; }
  Store& store() { return *database.store; }
  prbot::PullRequestRecords& records() { return *database.pullRequests; }
  // What another program reads in the file.
  std::string query(const std::string& sql) const {
    auto outcome =
        runProcess({.command = {"sqlite3", file().string(), sql}, .environment = {{"PATH", "/usr/bin:/bin"}}});
    EXPECT_TRUE(outcome && outcome->succeeded());
    return outcome ? outcome->output + outcome->errors : "";
  }
  int commentCount() const { return std::stoi(query("SELECT count(*) FROM pull_request_comment")); }

  std::optional<TemporaryDirectory> folder;
  Database database;
};

using Sqlite = testing::Types<SqliteFixture>;

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteFixture fixture_;
};

TEST_F(SqliteStoreTest, KeepsWhatWasStoredWhenItIsOpenedAgain) {
  ASSERT_TRUE(fixture_.store().ensureCampaign({"a", "T", "o", "d", {}}, {{"r", "u", "o"}}, Time{}));
  auto second = openSqliteStore(fixture_.file());
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->store->targets("a")->size(), 1);
  EXPECT_EQ(fixture_.query("PRAGMA journal_mode"), "wal\n");
  EXPECT_EQ(fixture_.query("PRAGMA integrity_check"), "ok\n");
}

TEST_F(SqliteStoreTest, EnforcesTheStateTableInTheDatabaseToo) {
  ASSERT_TRUE(fixture_.store().ensureCampaign({"a", "T", "o", "d", {}}, {{"r", "u", "o"}}, Time{}));
  auto attempt = [&](const std::string& sql) {
    auto outcome = runProcess({.command = {"sqlite3", fixture_.file().string(), "PRAGMA foreign_keys = ON; " + sql},
                               .environment = {{"PATH", "/usr/bin:/bin"}}});
    return outcome ? outcome->errors : "not run";
  };
  EXPECT_THAT(attempt("UPDATE target SET state = 'nonsense'"), HasSubstr("CHECK constraint failed"));
  EXPECT_THAT(attempt("UPDATE target SET previous_state = state, state = 'built'"),
              HasSubstr("FOREIGN KEY constraint failed"));
  EXPECT_THAT(attempt("UPDATE target SET previous_state = 'pushed', state = 'open'"),
              HasSubstr("CHECK constraint failed"));
  EXPECT_EQ(attempt("UPDATE target SET previous_state = state, state = 'fetched'"), "");
}

TEST_F(SqliteStoreTest, WaitsForAnotherProcessAndSaysSoInTheEnd) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(fixture_.file().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  auto blocked = openSqliteStore(fixture_.file(), {std::chrono::milliseconds(20)});
  ASSERT_FALSE(blocked);
  EXPECT_EQ(blocked.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(blocked.error().message, HasSubstr("another process locks it"));
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_TRUE(openSqliteStore(fixture_.file(), {std::chrono::milliseconds(20)}));
}

TEST_F(SqliteStoreTest, ManyThreadsClaimATargetOnce) {
  ASSERT_TRUE(fixture_.store().ensureCampaign({"a", "T", "o", "d", {}}, {{"r", "u", "o"}}, Time{}));
  std::atomic<int> won = 0, failed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&, i] {
        auto own = openSqliteStore(fixture_.file());
        auto claimed =
            own ? own->store->claim({{"a", "r"}, "w" + std::to_string(i), Time{}, Time(std::chrono::hours(1)), {}})
                : Result<std::optional<Target>>(std::unexpected(own.error()));
        ++(!claimed ? failed : *claimed ? won : failed);
      });
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(failed, 7);
}

TEST(SqliteOpenTest, RefusesWhatIsNoStore) {
  auto folder = TemporaryDirectory::make("store");
  ASSERT_TRUE(folder);
  auto garbage = folder->path() / "garbage.db";
  ASSERT_TRUE(writeFile(garbage, std::string(8192, 'x')));
  auto opened = openSqliteStore(garbage);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kCorrupt);
  EXPECT_THAT(opened.error().message, HasSubstr("damaged or no store of gander"));

  auto foreign = folder->path() / "foreign.db";
  ASSERT_TRUE(runProcess(
      {.command = {"sqlite3", foreign.string(), "CREATE TABLE mine (x)"}, .environment = {{"PATH", "/usr/bin:/bin"}}}));
  opened = openSqliteStore(foreign);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(opened.error().message, HasSubstr("another program"));

  opened = openSqliteStore(folder->path());
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("this is a folder"));
}

TEST(SqliteOpenTest, RefusesTheStoreOfANewerGander) {
  SqliteFixture fixture;
  fixture.query("UPDATE schema_version SET version = 99");
  auto opened = openSqliteStore(fixture.file());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(opened.error().message, HasSubstr("tables of version 99"));
}

// SQLite's own limit on a file's pages fails as a full disk does, at any write.
TEST(SqliteOpenTest, KeepsAllOrNothingOnAFullDisk) {
  SqliteFixture fixture;
  ASSERT_TRUE(fixture.store().ensureCampaign({"a", "T", "o", "d", {}}, {{"r", "u", "o"}}, Time{}));
  auto claimed = fixture.store().claim({{"a", "r"}, "w", Time{}, Time(std::chrono::hours(1)), {}});
  ASSERT_TRUE(claimed && *claimed);
  auto target = **claimed;
  target.state = TargetState::kFetched;
  target.base = "b";
  auto full = openSqliteStore(fixture.file(), {.pageLimit = 1});
  ASSERT_TRUE(full) << full.error().message;
  auto recorded = full->store->record(target, "w", std::string(4 << 20, 'x'), std::nullopt);
  ASSERT_FALSE(recorded);
  EXPECT_EQ(recorded.error().kind, ErrorKind::kExhausted);
  EXPECT_THAT(recorded.error().message, HasSubstr("the disk is full"));
  auto details = fixture.store().details({"a", "r"});
  ASSERT_TRUE(details);
  EXPECT_EQ(details->target.state, TargetState::kWaiting);
  EXPECT_TRUE(details->attempts[0].steps.empty());
  EXPECT_TRUE(fixture.store().record(target, "w", "small", std::nullopt));
}

TEST(WorkersTest, KnowsItselfAndTheDead) {
  auto workers = makeProcessWorkers();
  ASSERT_TRUE(workers) << workers.error().message;
  auto mine = (*workers)->newName();
  EXPECT_NE(mine, (*workers)->newName());
  EXPECT_FALSE((*workers)->isGone(mine));
  // A process that has ended, and one that has this process's number but another start.
  auto parts = mine.substr(0, mine.find('/'));
  auto ended = runProcess({.command = {"sh", "-c", "echo $$"}, .environment = {{"PATH", "/usr/bin:/bin"}}});
  ASSERT_TRUE(ended);
  auto number = ended->output.substr(0, ended->output.find('\n'));
  EXPECT_TRUE((*workers)->isGone(parts + "/" + number + "/1/1"));
  EXPECT_TRUE((*workers)->isGone(parts + "/1/99/1"));
  EXPECT_FALSE((*workers)->isGone("another-boot/" + number + "/1/1")) << "only the lease's end can tell";
  EXPECT_FALSE((*workers)->isGone("by hand"));
}

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreSuite, Sqlite);

}  // namespace gander::fleet

namespace gander::prbot {
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, RecordsSuite, gander::fleet::SqliteFixture);
}
