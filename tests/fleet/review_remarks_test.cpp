#include "fleet/review_remarks.h"

#include <gmock/gmock.h>

namespace gander::fleet {
namespace {

using testing::HasSubstr;

constexpr auto kRewrite = R"({
  "edits": [
    {"file": "a.cpp", "line": 10, "old": "user_name", "new": "listener_name"},
    {"file": "a.cpp", "line": 40, "old": "x", "new": "x\n  y"},
    {"file": "a.cpp", "line": 60, "old": "user_name", "new": "listener_name"}],
  "hazards": [
    {"name": "narrowing", "file": "a.cpp", "line": 61, "message": "int64 into <int> of @team"},
    {"name": "position", "file": "b.sql", "line": 3, "message": "not changed here"},
    {"name": "wire-text", "file": "a.cpp", "line": 30, "message": "far from any change"}],
  "listed": [
    {"file": "a.cpp", "line": 12, "text": "user_name", "reason": "its type is not known"},
    {"file": "a.cpp", "line": 61, "text": "user_name", "reason": "the line has a remark"}]})";

TEST(ReviewRemarksTest, SpeaksToLinesThatTheDifferenceShows) {
  auto remarks = reviewRemarks(kRewrite);
  ASSERT_TRUE(remarks) << remarks.error().message;
  ASSERT_EQ(remarks->size(), 2u);
  EXPECT_EQ((*remarks)[0].file, "a.cpp");
  EXPECT_EQ((*remarks)[0].line, 62u);  // a line came in above it
  EXPECT_THAT((*remarks)[0].body, HasSubstr("**narrowing**"));
  EXPECT_THAT((*remarks)[0].body, testing::Not(HasSubstr("@team")));
  EXPECT_EQ((*remarks)[1].line, 12u);
  EXPECT_THAT((*remarks)[1].body, HasSubstr("Not changed: `user_name`"));
}

TEST(ReviewRemarksTest, SaysNoMoreThanItMay) {
  EXPECT_EQ(reviewRemarks(kRewrite, 1)->size(), 1u);
  EXPECT_TRUE(reviewRemarks(kRewrite, 0)->empty());
}

TEST(ReviewRemarksTest, WhatIsNoRewriteIsAnErrorAndNoCrash) {
  for (const auto* text : {"", "[]", "{}", R"({"edits": [{}], "hazards": [], "listed": []})",
                           R"({"edits": 1, "hazards": 1, "listed": 1})"}) {
    auto remarks = reviewRemarks(text);
    if (!remarks) EXPECT_EQ(remarks.error().kind, ErrorKind::kCorrupt) << text;
  }
  EXPECT_FALSE(reviewRemarks("{}"));
}

}  // namespace
}  // namespace gander::fleet
