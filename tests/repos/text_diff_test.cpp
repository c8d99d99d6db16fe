#include "repos/text_diff.h"

#include <gmock/gmock.h>

namespace gander::repos {
namespace {

using Lines = std::tuple<uint32_t, uint32_t, uint32_t>;

std::vector<Lines> runs(std::string_view before, std::string_view after) {
  auto same = sameLines(before, after);
  EXPECT_TRUE(same) << same.error().message;
  std::vector<Lines> out;
  for (const auto& one : *same) out.emplace_back(one.before, one.after, one.count);
  return out;
}

TEST(SameLinesTest, TellsWhichLinesStandInBothTexts) {
  using testing::ElementsAre;
  EXPECT_THAT(runs("a\nb\nc\n", "a\nb\nc\n"), ElementsAre(Lines(1, 1, 3)));
  EXPECT_THAT(runs("a\nb\nc\n", "new\na\nb\nc\n"), ElementsAre(Lines(1, 2, 3)));
  EXPECT_THAT(runs("a\nb\nc\n", "a\nX\nc\n"), ElementsAre(Lines(1, 1, 1), Lines(3, 3, 1)));
  EXPECT_THAT(runs("a\nb\nc\n", "a\nc\n"), ElementsAre(Lines(1, 1, 1), Lines(3, 2, 1)));
  EXPECT_THAT(runs("a\nb\nc", "a\nb\nmore\nc"), ElementsAre(Lines(1, 1, 2), Lines(3, 4, 1)));
  EXPECT_THAT(runs("a\nb\n", "a\nb\nmore\n"), ElementsAre(Lines(1, 1, 2)));
  EXPECT_THAT(runs("", "a\n"), ElementsAre());
  EXPECT_THAT(runs("a\n", ""), ElementsAre());
  EXPECT_THAT(runs("", ""), ElementsAre());
}

TEST(SameLinesTest, BytesThatAreNoTextAreComparedAllTheSame) {
  using testing::ElementsAre;
  EXPECT_THAT(runs(std::string_view("a\0b\nc\n", 6), std::string_view("a\0b\nd\n", 6)), ElementsAre(Lines(1, 1, 1)));
}

}  // namespace
}  // namespace gander::repos
