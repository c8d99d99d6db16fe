// A worker may die anywhere: between any two records, before or after one was written, and during a merge.
#include "tests/fleet/mini_fleet.h"

namespace gander::fleet {
namespace {

// Dies at its N-th call: before it has an effect, or after it, when only the answer is lost. Dead for good then.
class MortalStore final : public Store {
 public:
  enum class When { kBefore, kAfter };
  MortalStore(Store& store, int calls, When when) : store_(store), left_(calls), when_(when) {}

  Status ensureCampaign(const Campaign& campaign, const std::vector<TargetSeed>& targets, Time now) override {
    return pass<void>([&] { return store_.ensureCampaign(campaign, targets, now); });
  }
  Result<std::vector<Campaign>> campaigns() override {
    return pass<std::vector<Campaign>>([&] { return store_.campaigns(); });
  }
  Result<std::vector<Target>> targets(const std::string& campaign) override {
    return pass<std::vector<Target>>([&] { return store_.targets(campaign); });
  }
  Result<TargetDetails> details(const TargetKey& key) override {
    return pass<TargetDetails>([&] { return store_.details(key); });
  }
  Result<std::optional<Target>> claim(const ClaimRequest& request) override {
    return pass<std::optional<Target>>([&] { return store_.claim(request); });
  }
  Status record(const Target& next, const std::string& worker, const std::string& log,
                const std::optional<RewriteDocument>& document) override {
    return pass<void>([&] { return store_.record(next, worker, log, document); });
  }
  Status release(const TargetKey& key, const std::string& worker, Time now) override {
    return pass<void>([&] { return store_.release(key, worker, now); });
  }
  Status spend(const Opening& opening) override {
    return pass<void>([&] { return store_.spend(opening); });
  }
  bool died() const { return left_ <= 0; }

 private:
  template <typename T>
  Result<T> pass(const std::function<Result<T>()>& call) {
    if (left_ <= 0) return dead();
    --left_;
    if (left_ > 0) return call();
    if (when_ == When::kAfter) (void)call();
    return dead();
  }
  static std::unexpected<Error> dead() { return fail(ErrorKind::kUnavailable, "killed"); }

  Store& store_;
  int left_;
  const When when_;
};

// Loses the answer of the one call that closes a merge.
class MortalRecords final : public prbot::PullRequestRecords {
 public:
  explicit MortalRecords(prbot::PullRequestRecords& records) : records_(records) {}
  Result<std::optional<prbot::PullRequest>> findNewest(const std::string& repository,
                                                       const std::string& branch) override {
    return records_.findNewest(repository, branch);
  }
  Result<std::optional<prbot::PullRequest>> find(const std::string& repository, int number) override {
    return records_.find(repository, number);
  }
  Result<prbot::PullRequest> add(const prbot::PullRequest& one) override { return records_.add(one); }
  Status update(const prbot::PullRequest& one) override {
    if (one.state == prbot::PullRequestState::kMerged) return fail(ErrorKind::kUnavailable, "killed");
    return records_.update(one);
  }
  Status ensureComment(const std::string& repository, int number, const std::string& body, Time at) override {
    return records_.ensureComment(repository, number, body, at);
  }
  Result<std::vector<prbot::Comment>> comments(const std::string& repository, int number) override {
    return records_.comments(repository, number);
  }

 private:
  prbot::PullRequestRecords& records_;
};

class DeathTest : public MiniFleet, public testing::WithParamInterface<MortalStore::When> {
 protected:
  void freshStore(int round) {
    database_ = mustHave(openSqliteStore(root() / ("state/" + std::to_string(round) + ".db")));
    openForge(*database_.pullRequests);
  }
  void restartProcess() { workers_.process = std::to_string(std::stoi(workers_.process) + 1); }
  // What a person sees in the end.
  std::vector<std::string> outcome() {
    std::vector<std::string> seen;
    for (const auto& one : mustHave(database_.store->targets("plays-v2"))) {
      auto proposed = pullRequest(one.key.repository);
      seen.push_back(
          one.key.repository + ": " + std::string(toString(one.state)) + " " + one.head + " " + one.verification + " " +
          (proposed ? std::to_string(proposed->number) + " " + proposed->text.head + proposed->text.body : "none") +
          (one.leaseOwner.empty() ? "" : " held") + git(bare(one.key.repository), {"for-each-ref"}));
    }
    return seen;
  }
};

TEST_P(DeathTest, EveryDeathEndsLikeAnUndisturbedRun) {
  makeRepository("acme/report", {{"report.py", kReport}});
  makeRepository("acme/unrelated", {{"main.py", "print('hello')\n"}});
  freshStore(0);
  auto migration = migrationFor({"acme/report", "acme/unrelated"});
  {
    auto fleet = makeFleet();
    mustHave(fleet.run(migration, {}));
  }
  auto wanted = outcome();
  ASSERT_EQ(target("acme/report").state, TargetState::kOpen) << target("acme/report").detail;

  int deaths = 0;
  for (int calls = 1; calls < 60; ++calls) {
    git(bare("acme/report"), {"branch", "-D", "gander/plays-v2"});
    freshStore(calls);
    MortalStore mortal(*database_.store, calls, GetParam());
    auto killed = makeFleet(mortal, *forge_).run(migration, {});
    bool died = mortal.died();
    EXPECT_EQ(died, !killed.has_value());
    if (died) {
      ++deaths;
      restartProcess();
      auto again = makeFleet().run(migration, {});
      ASSERT_TRUE(again) << again.error().message;
    }
    EXPECT_EQ(outcome(), wanted) << "killed at call " << calls;
    if (!died) break;
  }
  EXPECT_GT(deaths, 12) << "each call of the store was one death";
}

TEST_P(DeathTest, ARollbackThatDiesGoesOn) {
  makeRepository("acme/report", {{"report.py", kReport}});
  const auto start = tip("acme/report", "main");
  const auto migration = migrationFor({"acme/report"});
  auto outcomeOfRollback = [&](int calls) -> std::pair<bool, std::string> {
    git(bare("acme/report"), {"update-ref", "refs/heads/main", start});
    for (const auto* branch : {"gander/plays-v2", "gander/plays-v2.rollback"})
      git(bare("acme/report"), {"update-ref", "-d", std::string("refs/heads/") + branch});
    freshStore(1000 + calls);
    restartProcess();
    {
      auto fleet = makeFleet();
      mustHave(fleet.run(migration, {}));
      mustHave(fleet.approve(migration, "acme/report"));
    }
    MortalStore mortal(*database_.store, calls, GetParam());
    auto killed = makeFleet(mortal, *forge_).rollback(migration, "acme/report");
    if (mortal.died()) {
      restartProcess();
      killed = makeFleet().rollback(migration, "acme/report");
    }
    EXPECT_TRUE(killed) << killed.error().message;
    auto target = mustHave(database_.store->details({"plays-v2.rollback", "acme/report"})).target;
    auto proposed = mustHave(database_.pullRequests->findNewest("acme/report", "gander/plays-v2.rollback"));
    return {mortal.died(), std::string(toString(target.state)) + " " + target.head + target.leaseOwner + " " +
                               std::to_string(proposed ? proposed->number : 0) +
                               git(bare("acme/report"), {"for-each-ref"})};
  };
  const auto wanted = outcomeOfRollback(1000).second;
  EXPECT_THAT(wanted, testing::StartsWith("open "));
  int deaths = 0;
  for (int calls = 1; calls < 60; ++calls) {
    auto [died, outcome] = outcomeOfRollback(calls);
    EXPECT_EQ(outcome, wanted) << "killed at call " << calls;
    if (!died) break;
    ++deaths;
  }
  EXPECT_GT(deaths, 12);
}

INSTANTIATE_TEST_SUITE_P(At, DeathTest, testing::Values(MortalStore::When::kBefore, MortalStore::When::kAfter));

TEST_F(MiniFleet, AMergeThatWasNotWrittenDownIsFoundAgain) {
  makeRepository("acme/report", {{"report.py", kReport}});
  MortalRecords mortal(*database_.pullRequests);
  openForge(mortal);
  auto migration = migrationFor({"acme/report"});
  {
    auto fleet = makeFleet();
    mustHave(fleet.run(migration, {}));
    auto killed = fleet.approve(migration, "acme/report");
    ASSERT_FALSE(killed);
    EXPECT_THAT(killed.error().message, testing::HasSubstr("killed"));
  }
  auto merged = tip("acme/report", "main");
  EXPECT_EQ(show("acme/report", "main:report.py"), kReportAfter) << "the merge itself had been pushed";
  workers_.process = "2";
  openForge(*database_.pullRequests);
  auto fleet = makeFleet();
  auto report = mustHave(fleet.run(migration, {}));
  EXPECT_EQ(report.targets[0].target.state, TargetState::kMerged) << report.targets[0].problem;
  EXPECT_EQ(tip("acme/report", "main"), merged) << "merged once";
  EXPECT_EQ(pullRequest("acme/report")->merged, merged);
}

TEST_F(MiniFleet, TheFoldersOfDeadWorkersAreSwept) {
  makeRepository("acme/unrelated", {{"main.py", "print('hello')\n"}});
  openForge(*database_.pullRequests);
  auto dead = root() / "state/scratch/test_0_1_1/base";
  auto alive = root() / "state/scratch/other-boot_4_4_4";
  ASSERT_TRUE(ensureDirectory(dead));
  ASSERT_TRUE(ensureDirectory(alive));
  auto fleet = makeFleet();
  mustHave(fleet.run(migrationFor({"acme/unrelated"}), {}));
  EXPECT_FALSE(std::filesystem::exists(dead.parent_path()));
  EXPECT_TRUE(std::filesystem::exists(alive));
}

}  // namespace
}  // namespace gander::fleet
