// What every keeper of pull requests does. An implementation joins by a type with `PullRequestRecords& records()`:
//   INSTANTIATE_TYPED_TEST_SUITE_P(Memory, RecordsSuite, MemoryFixture);
#pragma once

#include <gmock/gmock.h>

#include "pr-bot/embedded_forge.h"

namespace gander::prbot {

template <typename Fixture>
class RecordsSuite : public testing::Test {
 protected:
  PullRequestRecords& records() { return fixture_.records(); }
  static PullRequest sample(const std::string& repository, const std::string& branch) {
    PullRequest one;
    one.text = {repository, branch, "main", std::string(40, 'a'), "Title", "Body \xE2\x80\x94 with | and 'quotes'",
                false};
    one.created = one.updated = Time(std::chrono::milliseconds(1'700'000'000'123));
    return one;
  }
  Fixture fixture_;
};

TYPED_TEST_SUITE_P(RecordsSuite);

TYPED_TEST_P(RecordsSuite, NumbersEachRepositoryOnItsOwn) {
  auto& records = this->records();
  EXPECT_EQ(records.add(this->sample("acme/a", "gander/x"))->number, 1);
  EXPECT_EQ(records.add(this->sample("acme/a", "gander/y"))->number, 2);
  EXPECT_EQ(records.add(this->sample("acme/b", "gander/x"))->number, 1);
}

TYPED_TEST_P(RecordsSuite, GivesBackWhatWasPutIn) {
  auto& records = this->records();
  auto added = records.add(this->sample("acme/a", "gander/x"));
  ASSERT_TRUE(added) << added.error().message;
  auto found = records.find("acme/a", added->number);
  ASSERT_TRUE(found && *found);
  const auto& text = (*found)->text;
  auto wanted = this->sample("acme/a", "gander/x");
  EXPECT_EQ(text.branch, "gander/x");
  EXPECT_EQ(text.base, "main");
  EXPECT_EQ(text.head, wanted.text.head);
  EXPECT_EQ(text.title, "Title");
  EXPECT_EQ(text.body, wanted.text.body);
  EXPECT_FALSE(text.draft);
  EXPECT_EQ((*found)->created, wanted.created);
  EXPECT_EQ((*found)->state, PullRequestState::kOpen);
  EXPECT_FALSE(*records.find("acme/a", 7));
  EXPECT_FALSE(*records.find("acme/b", 1));
}

TYPED_TEST_P(RecordsSuite, RefusesASecondOpenOneOfABranch) {
  auto& records = this->records();
  auto first = records.add(this->sample("acme/a", "gander/x"));
  ASSERT_TRUE(first);
  auto second = records.add(this->sample("acme/a", "gander/x"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
  first->state = PullRequestState::kClosed;
  first->reason = "not now";
  ASSERT_TRUE(records.update(*first));
  auto third = records.add(this->sample("acme/a", "gander/x"));
  ASSERT_TRUE(third) << third.error().message;
  EXPECT_EQ((*records.findNewest("acme/a", "gander/x"))->number, third->number);
  EXPECT_EQ((*records.find("acme/a", first->number))->reason, "not now");
}

TYPED_TEST_P(RecordsSuite, UpdatesOnlyWhatIsThere) {
  auto& records = this->records();
  auto missing = this->sample("acme/a", "gander/x");
  missing.number = 3;
  auto updated = records.update(missing);
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().kind, ErrorKind::kNotFound);
  auto one = records.add(missing);
  ASSERT_TRUE(one);
  one->state = PullRequestState::kMerged;
  one->merged = std::string(40, 'b');
  one->text.draft = true;
  ASSERT_TRUE(records.update(*one));
  auto found = records.find("acme/a", one->number);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->state, PullRequestState::kMerged);
  EXPECT_EQ((*found)->merged, one->merged);
  EXPECT_TRUE((*found)->text.draft);
}

TYPED_TEST_P(RecordsSuite, TakesACommentOnce) {
  auto& records = this->records();
  ASSERT_TRUE(records.add(this->sample("acme/a", "gander/x")));
  Time now{};
  EXPECT_TRUE(records.ensureComment("acme/a", 1, "hello", now));
  EXPECT_TRUE(records.ensureComment("acme/a", 1, "hello", now));
  EXPECT_TRUE(records.ensureComment("acme/a", 1, "again", now));
  EXPECT_EQ(this->fixture_.commentCount(), 2);
  auto said = records.comments("acme/a", 1);
  ASSERT_TRUE(said) << said.error().message;
  ASSERT_EQ(said->size(), 2);
  EXPECT_EQ(said->front().id, "1");
  EXPECT_EQ(said->back().body, "again");
  EXPECT_TRUE(said->back().own);
  EXPECT_TRUE(records.comments("acme/a", 9)->empty());
  auto missing = records.ensureComment("acme/a", 9, "hello", now);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
}

REGISTER_TYPED_TEST_SUITE_P(RecordsSuite, NumbersEachRepositoryOnItsOwn, GivesBackWhatWasPutIn,
                            RefusesASecondOpenOneOfABranch, UpdatesOnlyWhatIsThere, TakesACommentOnce);

}  // namespace gander::prbot
