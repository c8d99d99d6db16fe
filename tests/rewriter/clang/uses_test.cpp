// What becomes of a member's value, as the compiler sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rewriter/clang/parse.h"

namespace gander::rewriter::testing {
namespace {

using ::testing::ElementsAre;

// The fates of the uses of `user_name` behind the classes, in their order.
std::vector<Fate> fatesOf(const std::string& code) {
  CppTree tree({{"main.cpp", R"(
struct Name { Name operator+(int) const; Name& operator<<(int); operator int() const; };
struct Play { int user_name; };
struct Song { Name user_name; };
void take(int);
void fill(int&);
)" + code}});
  const auto unit = tree.wanting({"user_name"}).asking({"Play", "Song"}).parse();
  EXPECT_THAT(unit.gaps, ::testing::IsEmpty());
  std::vector<Fate> fates;
  for (const auto& use : unit.uses) fates.push_back(use.fate);
  return fates;
}

TEST(UsesTest, OneOfTwoThatIsChosenMayBeWritten) {
  EXPECT_THAT(fatesOf("void f(bool c, Play& p, int other) { (c ? p.user_name : other) = 1; }"),
              ElementsAre(Fate::kAddress));
  EXPECT_THAT(fatesOf("void f(bool c, Play& p, int other) { ++(c ? p.user_name : other); }"),
              ElementsAre(Fate::kAddress));
  EXPECT_THAT(fatesOf("void f(bool c, Play& p, int other) { fill(c ? p.user_name : other); }"),
              ElementsAre(Fate::kAddress));
  EXPECT_THAT(fatesOf("void f(bool c, Play& p, int other) { int& r = c ? p.user_name : other; }"),
              ElementsAre(Fate::kAddress));
  EXPECT_THAT(fatesOf("void f(bool c, Play& p, int other) { take(c ? p.user_name : other); }"),
              ElementsAre(Fate::kRead));
  EXPECT_THAT(fatesOf("int f(bool c, Play& p) { return c ? p.user_name : 1; }"), ElementsAre(Fate::kRead));
  EXPECT_THAT(fatesOf("int f(Play& p) { return p.user_name ? 2 : 1; }"), ElementsAre(Fate::kRead));
}

TEST(UsesTest, AnOperatorThatMayChangeItsObjectIsNoRead) {
  EXPECT_THAT(fatesOf("void f(Song& s) { s.user_name << 1; }"), ElementsAre(Fate::kInner));
  EXPECT_THAT(fatesOf("void f(Song& s) { s.user_name + 1; }"), ElementsAre(Fate::kRead));
}

}  // namespace
}  // namespace gander::rewriter::testing
