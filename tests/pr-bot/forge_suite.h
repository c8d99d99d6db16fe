// What every forge does. An implementation joins by a fixture with
//   Forge& forge();  std::string cloneUrl();  void push(branch, commit);   of the repository "acme/plays"
#pragma once

#include <gmock/gmock.h>

#include <set>

#include <string>

#include "pr-bot/forge.h"

namespace gander::prbot {

template <typename Fixture>
class ForgeSuite : public testing::Test {
 protected:
  static constexpr auto kRepository = "acme/plays";
  static constexpr auto kBranch = "gander/plays-v2";
  static std::string commit(char digit) { return std::string(40, digit); }

  Forge& forge() { return fixture_.forge(); }
  PullRequestText text(char head) {
    fixture_.push(kBranch, commit(head));
    return {kRepository, kBranch, "main", commit(head), "Move user_plays to version 2", "What and **why**", false};
  }
  PullRequest opened(char head) {
    auto pull = forge().ensure(text(head));
    EXPECT_TRUE(pull) << pull.error().message;
    return pull.value_or(PullRequest());
  }
  Fixture fixture_;
};

TYPED_TEST_SUITE_P(ForgeSuite);

TYPED_TEST_P(ForgeSuite, KnowsARepositoryByItsAddress) {
  auto name = this->forge().repositoryName(this->fixture_.cloneUrl());
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_EQ(*name, this->kRepository);
  auto strange = this->forge().repositoryName("https://elsewhere.example.com/acme/plays.git");
  ASSERT_FALSE(strange);
  EXPECT_EQ(strange.error().kind, ErrorKind::kNotFound);
}

TYPED_TEST_P(ForgeSuite, LooksAtARepository) {
  auto seen = this->forge().look(this->kRepository);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->name, this->kRepository);
  EXPECT_EQ(seen->defaultBranch, "main");
  EXPECT_EQ(seen->standing, Standing::kActive);
  EXPECT_TRUE(seen->mayWrite);
  EXPECT_EQ(seen->web.ends_with("/acme/plays"), seen->kind.has_value()) << seen->web;
  auto missing = this->forge().look("acme/none");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
}

TYPED_TEST_P(ForgeSuite, OpensOneAndFindsItAgain) {
  auto none = this->forge().find(this->kRepository, this->kBranch, "main", 0);
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_FALSE(*none);
  const auto opened = this->opened('a');
  EXPECT_GT(opened.number, 0);
  auto found = this->forge().find(this->kRepository, this->kBranch, "main", 0);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->number, opened.number);
  EXPECT_EQ((*found)->state, PullRequestState::kOpen);
  EXPECT_EQ((*found)->text.title, "Move user_plays to version 2");
  EXPECT_EQ((*found)->text.body, "What and **why**");
  EXPECT_EQ((*found)->text.base, "main");
  EXPECT_EQ((*found)->text.head, this->commit('a'));
  EXPECT_FALSE(*this->forge().find(this->kRepository, "gander/other", "main", 0));
}

TYPED_TEST_P(ForgeSuite, BringsTheOpenOneUpToDate) {
  const auto first = this->opened('a');
  auto text = this->text('b');
  text.title = "Another title";
  text.body = "Other words";
  text.draft = true;
  auto second = this->forge().ensure(text);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->number, first.number);
  EXPECT_EQ(second->text.title, "Another title");
  EXPECT_EQ(second->text.body, "Other words");
  EXPECT_EQ(second->text.head, this->commit('b'));
  EXPECT_TRUE(second->text.draft);
  text.draft = false;
  auto third = this->forge().ensure(text);
  ASSERT_TRUE(third) << third.error().message;
  EXPECT_EQ(third->number, first.number);
  EXPECT_FALSE(third->text.draft);
  EXPECT_EQ(third->text.title, "Another title");
}

TYPED_TEST_P(ForgeSuite, AClosedOneStaysClosed) {
  const auto first = this->opened('a');
  auto closed = this->forge().close(this->kRepository, first.number, "not now");
  ASSERT_TRUE(closed) << closed.error().message;
  EXPECT_EQ(closed->state, PullRequestState::kClosed);
  EXPECT_EQ((*this->forge().find(this->kRepository, this->kBranch, "main", 0))->state, PullRequestState::kClosed);
  EXPECT_TRUE(this->forge().close(this->kRepository, first.number, "not now"));
  auto merged = this->forge().merge(this->kRepository, first.number, {.head = this->commit('a')});
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().kind, ErrorKind::kConflict);
  EXPECT_GT(this->opened('b').number, first.number);
}

TYPED_TEST_P(ForgeSuite, MergesTheHeadThatWasAskedForAndNoOther) {
  const auto opened = this->opened('a');
  auto stale = this->forge().merge(this->kRepository, opened.number, {.head = this->commit('9')});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::kConflict);
  auto merged = this->forge().merge(this->kRepository, opened.number, {.head = this->commit('a')});
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(merged->state, PullRequestState::kMerged);
  EXPECT_EQ(merged->merged.size(), 40u);
  auto again = this->forge().merge(this->kRepository, opened.number, {.head = this->commit('a')});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->merged, merged->merged);
  auto closed = this->forge().close(this->kRepository, opened.number, "too late");
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().kind, ErrorKind::kConflict);
}

TYPED_TEST_P(ForgeSuite, SaysAThingOnce) {
  const auto opened = this->opened('a');
  for (int time = 0; time < 3; ++time)
    EXPECT_TRUE(this->forge().say(this->kRepository, opened.number, {.body = "There are commits of a person."}));
  EXPECT_TRUE(this->forge().say(this->kRepository, opened.number, {.body = "Another thing."}));
  for (int time = 0; time < 2; ++time)
    EXPECT_TRUE(
        this->forge().say(this->kRepository, opened.number, {.body = "Look here.", .file = "src/a.cpp", .line = 900}));
  auto all = this->forge().comments(this->kRepository, opened.number);
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 3u);
  EXPECT_THAT(all->front().body, testing::StartsWith("There are commits of a person."));
  EXPECT_TRUE(all->front().own);
  EXPECT_THAT(all->back().body, testing::StartsWith("`src/a.cpp:900`: Look here."));
  std::set<std::string> ids;
  for (const auto& one : *all) EXPECT_TRUE(ids.insert(one.id).second) << one.id;
}

REGISTER_TYPED_TEST_SUITE_P(ForgeSuite, KnowsARepositoryByItsAddress, LooksAtARepository, OpensOneAndFindsItAgain,
                            BringsTheOpenOneUpToDate, AClosedOneStaysClosed, MergesTheHeadThatWasAskedForAndNoOther,
                            SaysAThingOnce);

}  // namespace gander::prbot
