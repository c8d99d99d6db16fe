// Branches that a build leaves out, read as code: only directives change, and no byte moves.
#include "rewriter/lower/branches.h"

#include <gmock/gmock.h>

namespace gander::rewriter {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Each reading of a text whose whole body from the line behind `opens` to the last directive is left out, for each `name` in it.
std::vector<std::string> readings(const std::string& text, const std::string& opens) {
  const auto begin = static_cast<uint32_t>(text.find('\n', text.find(opens)) + 1);
  const std::vector<ByteRange> inactive = {{begin, static_cast<uint32_t>(text.rfind('#'))}};
  std::vector<ByteRange> places;
  for (size_t at = text.find("name"); at != std::string::npos; at = text.find("name", at + 1))
    places.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(at + 4)});
  std::vector<std::string> texts;
  for (const auto& reading : otherReadings(text, inactive, places)) {
    auto& now = texts.emplace_back(text);
    for (const auto& [span, instead] : reading.directives) now.replace(span.range.begin, span.range.size(), instead);
    EXPECT_EQ(now.size(), text.size());
  }
  return texts;
}

TEST(BranchesTest, AConditionIsTakenToBeTrue) {
  EXPECT_THAT(readings("#ifdef A // a\r\nname\r\n#endif", "#ifdef"), ElementsAre("#if 1        \r\nname\r\n#endif"));
  EXPECT_THAT(readings("#if(A) && \\\n B\nname\n#endif", "B"), ElementsAre("#if 1      \n  \nname\n#endif"));
  EXPECT_THAT(readings("#  if A\n#if B\nname\n#endif\n#endif", "if A"),
              ElementsAre("#if 1  \n#if 1\nname\n#endif\n#endif"));
}

TEST(BranchesTest, EachBranchOfAChainIsAReadingOfItsOwn) {
  EXPECT_THAT(
      readings("#if A\nname\n#elif B\nname\n#else\nname\n#endif", "#if A"),
      ElementsAre("#if 1\nname\n#elif B\nname\n#else\nname\n#endif", "#if 0\nname\n#elif 1\nname\n#else\nname\n#endif",
                  "#if 0\nname\n#elif 0\nname\n#else\nname\n#endif"));
  EXPECT_THAT(readings("#if A\nname\n#elif B\nname\n#elif C\nname\n#elif D\nname\n#else\nname\n#endif", "#if A"),
              SizeIs(4));
}

TEST(BranchesTest, WhatCanNotBeToldIsLeftAlone) {
  EXPECT_THAT(readings("#if A /* a\nb */\nname\n#endif", "#if"), IsEmpty());
  EXPECT_THAT(readings("#if 0\nname\n#endif", "#if"), IsEmpty());
  EXPECT_THAT(readings("#if A\n#if B\nname\n#endif", "#if"), IsEmpty());
  EXPECT_THAT(readings("#endif\n#if A\nname\n#endif", "#if"), IsEmpty());
}

// The chain around what is left out stays as it is: it may be a guard.
TEST(BranchesTest, WhatIsReadAnywayIsNotTouched) {
  EXPECT_THAT(readings("#ifndef H\n#ifdef A\nname\n#endif\n", "#ifdef A"), IsEmpty());
  EXPECT_THAT(readings("#ifndef H\n#endif\n#ifdef A\nname\n#endif\n", "#ifdef A"),
              ElementsAre("#ifndef H\n#endif\n#if 1   \nname\n#endif\n"));
}

}  // namespace
}  // namespace gander::rewriter
