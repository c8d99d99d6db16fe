// What every store does. An implementation joins by a type with `Store& store()`:
//   INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreSuite, SqliteFixture);
#pragma once

#include <gmock/gmock.h>

#include "fleet/store.h"

namespace gander::fleet {

template <typename Fixture>
class StoreSuite : public testing::Test {
 protected:
  static constexpr auto kWorker = "boot/1/2/3";
  Store& store() { return fixture_.store(); }
  Time at(int minutes) const { return Time(std::chrono::minutes(28'000'000 + minutes)); }
  TargetKey key() const { return {"plays-v2", "acme/a"}; }

  void SetUp() override {
    auto made =
        store().ensureCampaign({"plays-v2", "Title", "data", "/x.yaml", {}},
                               {{"acme/b", "/b.git", "me"}, {"acme/a", "https://u:secret@h/a.git", "me"}}, at(0));
    ASSERT_TRUE(made) << made.error().message;
  }
  Result<std::optional<Target>> claim(const std::string& worker, int from, int until, bool gone = false) {
    return store().claim({key(), worker, at(from), at(until), [gone](const std::string&) { return gone; }});
  }
  Target claimed() {
    auto target = claim(kWorker, 0, 60);
    EXPECT_TRUE(target && *target);
    return target && *target ? **target : Target{};
  }
  // Takes the target through working states up to `last`.
  Target advanced(TargetState last) {
    auto target = claimed();
    target.base = std::string(40, 'b');
    target.head = std::string(40, 'c');
    while (target.state != last) {
      target.state = static_cast<TargetState>(static_cast<int>(target.state) + 1);
      if (target.state == TargetState::kOpen) target.proposal = 4;
      auto done = store().record(target, kWorker, "", std::nullopt);
      EXPECT_TRUE(done) << done.error().message;
    }
    return target;
  }

  Fixture fixture_;
};

TYPED_TEST_SUITE_P(StoreSuite);

TYPED_TEST_P(StoreSuite, KeepsCampaignsAndTargets) {
  auto campaigns = this->store().campaigns();
  ASSERT_TRUE(campaigns);
  ASSERT_EQ(campaigns->size(), 1);
  EXPECT_EQ(campaigns->front().title, "Title");
  EXPECT_EQ(campaigns->front().created, this->at(0));
  auto targets = this->store().targets("plays-v2");
  ASSERT_TRUE(targets);
  ASSERT_EQ(targets->size(), 2);
  EXPECT_EQ(targets->at(0).key.repository, "acme/a");
  EXPECT_EQ(targets->at(0).url, "https://h/a.git") << "no credential in a row";
  EXPECT_EQ(targets->at(0).state, TargetState::kWaiting);
  EXPECT_TRUE(this->store().targets("other")->empty());
}

TYPED_TEST_P(StoreSuite, BringsACampaignUpToDateAndKeepsItsTargetsStates) {
  this->advanced(TargetState::kScanned);
  auto again = this->store().ensureCampaign({"plays-v2", "New title", "data", "/y.yaml", {}},
                                            {{"acme/a", "/moved.git", "you"}}, this->at(5));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(this->store().campaigns()->front().title, "New title");
  EXPECT_EQ(this->store().campaigns()->front().created, this->at(0));
  auto targets = *this->store().targets("plays-v2");
  ASSERT_EQ(targets.size(), 2);
  EXPECT_EQ(targets[0].state, TargetState::kScanned);
  EXPECT_EQ(targets[0].url, "/moved.git");
  EXPECT_EQ(targets[0].owner, "you");
}

TYPED_TEST_P(StoreSuite, LetsOneWorkerHoldATarget) {
  this->claimed();
  auto other = this->claim("boot/9/9/9", 1, 60);
  ASSERT_TRUE(other);
  EXPECT_FALSE(*other);
  auto missing = this->store().claim({{"plays-v2", "acme/z"}, "w", this->at(0), this->at(1), {}});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(this->store().release(this->key(), this->kWorker, this->at(2)));
  auto free = this->claim("boot/9/9/9", 3, 60);
  ASSERT_TRUE(free && *free);
  EXPECT_EQ((*free)->leaseOwner, "boot/9/9/9");
}

TYPED_TEST_P(StoreSuite, TakesOverAnEndedLeaseAndADeadWorkersLease) {
  this->claimed();
  EXPECT_TRUE(*this->claim("boot/9/9/9", 61, 120)) << "its time is over";
  EXPECT_FALSE(*this->claim("boot/8/8/8", 62, 120));
  EXPECT_TRUE(*this->claim("boot/8/8/8", 62, 120, true)) << "its holder is dead";
  auto attempts = this->store().details(this->key())->attempts;
  ASSERT_EQ(attempts.size(), 3);
  EXPECT_EQ(attempts[0].outcome, "abandoned");
  EXPECT_EQ(attempts[1].ended, this->at(62));
  EXPECT_EQ(attempts[2].outcome, "");
  EXPECT_FALSE(attempts[2].ended);
}

TYPED_TEST_P(StoreSuite, WritesNothingForAWorkerThatLostItsLease) {
  auto target = this->claimed();
  ASSERT_TRUE(*this->claim("boot/9/9/9", 61, 120));
  target.state = TargetState::kFetched;
  auto late = this->store().record(target, this->kWorker, "", std::nullopt);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(late.error().message, testing::HasSubstr("taken over by another worker"));
  ASSERT_TRUE(this->store().release(this->key(), this->kWorker, this->at(70)));
  EXPECT_EQ(this->store().details(this->key())->target.leaseOwner, "boot/9/9/9");
}

TYPED_TEST_P(StoreSuite, RefusesAStateThatMayNotFollow) {
  auto target = this->claimed();
  target.state = TargetState::kCommitted;
  auto skipped = this->store().record(target, this->kWorker, "", std::nullopt);
  ASSERT_FALSE(skipped);
  EXPECT_EQ(skipped.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(skipped.error().message, testing::HasSubstr("can't go from 'waiting' to 'committed'"));
  EXPECT_EQ(this->store().details(this->key())->target.state, TargetState::kWaiting);
  EXPECT_TRUE(this->store().details(this->key())->attempts[0].steps.empty());
}

TYPED_TEST_P(StoreSuite, KeepsEverythingOfAStep) {
  auto target = this->advanced(TargetState::kBuilt);
  target.state = TargetState::kCommitted;
  target.detail = "a \xFF byte";
  target.inputs = "digest";
  target.baseBranch = "main";
  target.verification = "verified";
  target.incomplete = true;
  target.counts = {5, 4, 3, 2, 1};
  target.updated = this->at(9);
  target.leaseUntil = this->at(99);
  RewriteDocument document{"{\"edits\": []}", "--- a\n+++ b\n",          "Title", "Body",
                           "all passed",      std::string("log\0end", 7)};
  auto done = this->store().record(target, this->kWorker, "step's log", document);
  ASSERT_TRUE(done) << done.error().message;
  auto details = this->store().details(this->key());
  ASSERT_TRUE(details);
  const auto& read = details->target;
  EXPECT_EQ(read.detail, "a \xEF\xBF\xBD byte");
  EXPECT_EQ(read.inputs, "digest");
  EXPECT_EQ(read.baseBranch, "main");
  EXPECT_EQ(read.head, target.head);
  EXPECT_TRUE(read.incomplete);
  EXPECT_EQ(read.counts.edits, 5);
  EXPECT_EQ(read.counts.builtEdits, 4);
  EXPECT_EQ(read.counts.files, 3);
  EXPECT_EQ(read.counts.listed, 2);
  EXPECT_EQ(read.counts.hazards, 1);
  EXPECT_EQ(read.updated, this->at(9));
  EXPECT_EQ(read.leaseUntil, this->at(99));
  ASSERT_TRUE(details->document);
  EXPECT_EQ(details->document->json, document.json);
  EXPECT_EQ(details->document->diff, document.diff);
  EXPECT_EQ(details->document->log, "logend");
  ASSERT_EQ(details->attempts.size(), 1);
  ASSERT_EQ(details->attempts[0].steps.size(), 6);
  EXPECT_EQ(details->attempts[0].steps.back().log, "step's log");
  EXPECT_EQ(details->attempts[0].steps.back().state, TargetState::kCommitted);
  ASSERT_TRUE(this->store().release(this->key(), this->kWorker, this->at(10)));
  EXPECT_EQ(this->store().details(this->key())->attempts[0].outcome, "committed");
}

TYPED_TEST_P(StoreSuite, NeverLeavesADecision) {
  auto target = this->advanced(TargetState::kOpen);
  target.state = TargetState::kDeclined;
  ASSERT_TRUE(this->store().record(target, this->kWorker, "", std::nullopt));
  for (const auto& row : kStates) {
    target.state = row.state;
    EXPECT_EQ(this->store().record(target, this->kWorker, "", std::nullopt).has_value(),
              row.state == TargetState::kDeclined || row.state == TargetState::kWaiting)
        << row.text << ": only its reason may follow, or the beginning where somebody opened it again";
    target.state = TargetState::kDeclined;
    ASSERT_TRUE(this->store().record(target, this->kWorker, "", std::nullopt));
  }
}

TYPED_TEST_P(StoreSuite, CountsWhatIsOpenedInAnHour) {
  const OpeningBudget budget{.perHour = 3, .perOwner = 2, .openPerOwner = 0, .openPerRepository = 0};
  std::vector<TargetSeed> seeds;
  for (const auto* name : {"acme/c", "acme/d", "other/a", "third/a"}) seeds.push_back({name, "/x.git", ""});
  ASSERT_TRUE(this->store().ensureCampaign({"plays-v2", "T", "", "", {}}, seeds, this->at(0)));
  auto open = [&](const std::string& name, int minute, const std::string& forge = "github.com") {
    const auto owner = name.substr(0, name.find('/'));
    return this->store().spend({{"plays-v2", name}, forge, owner, name, budget, this->at(minute)});
  };
  EXPECT_TRUE(open("acme/a", 0));
  EXPECT_TRUE(open("acme/b", 1));
  EXPECT_TRUE(open("acme/a", 2)) << "the same one, tried again";
  auto third = open("acme/c", 3);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, ErrorKind::kExhausted);
  EXPECT_THAT(third.error().message, testing::HasSubstr("2 pull requests were opened within an hour for acme"));
  EXPECT_THAT(third.error().message, testing::HasSubstr(formatTime(this->at(60))));
  EXPECT_TRUE(open("other/a", 4));
  auto fifth = open("third/a", 5);
  ASSERT_FALSE(fifth);
  EXPECT_THAT(fifth.error().message, testing::HasSubstr("3 pull requests were opened within an hour, "));
  EXPECT_TRUE(open("third/a", 5, "git.example.com")) << "each forge has its own";
  EXPECT_TRUE(open("acme/c", 60)) << "the first one is an hour ago";
  ASSERT_TRUE(this->store().ensureCampaign({"users-v2", "T", "", "", {}}, {{"acme/c", "/c.git", ""}}, this->at(60)));
  auto again = this->store().spend({{"users-v2", "acme/c"},
                                    "github.com",
                                    "acme",
                                    "acme/c",
                                    {.perHour = 0, .perOwner = 0, .perRepository = 1},
                                    this->at(61)});
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, testing::HasSubstr("1 pull request was opened within an hour for acme/c"));
}

TYPED_TEST_P(StoreSuite, CountsWhatIsOpenAtOneTime) {
  const OpeningBudget budget{.perHour = 0, .perOwner = 0, .openPerOwner = 2, .openPerRepository = 1};
  auto open = [&](const TargetKey& key, const std::string& repository) {
    return this->store().spend({key, "github.com", "acme", repository, budget, this->at(0)});
  };
  ASSERT_TRUE(this->store().ensureCampaign({"users-v2", "T", "", "", {}}, {{"acme/a", "/a.git", ""}}, this->at(0)));
  ASSERT_TRUE(open(this->key(), "acme/a"));
  EXPECT_TRUE(open({"users-v2", "acme/a"}, "acme/a")) << "nothing is pushed yet";
  auto target = this->advanced(TargetState::kOpen);
  auto onForge = this->store().spend({{"plays-v2", "acme/b"},
                                      "github.com",
                                      "other",
                                      "other/b",
                                      {.perHour = 0, .perOwner = 0, .open = 1},
                                      this->at(0)});
  ASSERT_FALSE(onForge);
  EXPECT_THAT(onForge.error().message, testing::HasSubstr("1 pull request was opened and not decided for github.com"));
  auto second = open({"plays-v2", "acme/b"}, "acme/a");
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, testing::HasSubstr("1 pull request was opened and not decided for acme/a"));
  EXPECT_TRUE(open({"plays-v2", "acme/b"}, "acme/b"));
  target.state = TargetState::kMerged;
  ASSERT_TRUE(this->store().record(target, this->kWorker, "", std::nullopt));
  EXPECT_TRUE(open({"plays-v2", "acme/b"}, "acme/a"));
}

REGISTER_TYPED_TEST_SUITE_P(StoreSuite, KeepsCampaignsAndTargets, BringsACampaignUpToDateAndKeepsItsTargetsStates,
                            LetsOneWorkerHoldATarget, TakesOverAnEndedLeaseAndADeadWorkersLease,
                            WritesNothingForAWorkerThatLostItsLease, RefusesAStateThatMayNotFollow,
                            KeepsEverythingOfAStep, NeverLeavesADecision, CountsWhatIsOpenedInAnHour,
                            CountsWhatIsOpenAtOneTime);

}  // namespace gander::fleet
