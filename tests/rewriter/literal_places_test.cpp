#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/rewriter/literal_promises.h"

namespace gander::rewriter {
namespace {

constexpr std::array<std::string_view, 40> kParts = {"a",
                                                     "user_name",
                                                     "\\",
                                                     "\\n",
                                                     "\\\\",
                                                     "\\x62",
                                                     "\\x6",
                                                     "\\u0062",
                                                     "\\u00",
                                                     "\\U0001F600",
                                                     "{",
                                                     "}",
                                                     "{{",
                                                     "}}",
                                                     "\n",
                                                     "\r\n",
                                                     "\r",
                                                     "\\\n",
                                                     "\\\r\n",
                                                     "\\1",
                                                     "\\12",
                                                     "\\123",
                                                     "\\400",
                                                     "\\777",
                                                     "\\8",
                                                     "\\N{DASH}",
                                                     "\\N{",
                                                     "\\'",
                                                     "\\\"",
                                                     "'",
                                                     "\"",
                                                     "1",
                                                     "9",
                                                     "f",
                                                     " ",
                                                     "\xC3\xA9",
                                                     "\xF0\x9F\x98\x80",
                                                     "\xFF",
                                                     "\\q",
                                                     "\\d"};

StringForm formOf(uint32_t bits) {
  return {.raw = (bits & 1) != 0,
          .bytes = (bits & 2) != 0,
          .formatted = (bits & 4) != 0 && (bits & 2) == 0,
          .triple = (bits & 8) != 0,
          .quote = (bits & 16) != 0 ? '\'' : '"'};
}

std::string someParts(std::mt19937& random, size_t most) {
  std::string out;
  for (size_t count = random() % most; count > 0; --count) out += kParts[random() % kParts.size()];
  return out;
}

TEST(LiteralPlacesTest, EachByteOfAValueComesFromItsOwnBytesOfTheSource) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string body = someParts(random, 12);
    const uint32_t form = random() % 32;
    ASSERT_EQ(wrongPlaces(body, formOf(form)), "") << body << " form " << form;
  }
}

// What can be written at all reads as it was meant, and changes nothing beside it.
TEST(LiteralPlacesTest, WhatIsWrittenReadsTheSame) {
  std::mt19937 random(2);
  for (int i = 0; i < 50'000; ++i) {
    const std::string body = someParts(random, 8);
    const std::string text = someParts(random, 4);
    const uint32_t form = random() % 32;
    const size_t begin = random() % 12;
    ASSERT_EQ(wrongWriting(body, formOf(form), begin, begin + random() % 6, text), "")
        << "body " << body << " text " << text << " form " << form;
  }
}

}  // namespace
}  // namespace gander::rewriter
