// Texts about protobuf messages: the names of fields in them, and where they stand.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriter/text/proto_text.h"

namespace gander::rewriter {
namespace {

std::string shown(const std::optional<std::vector<TextField>>& fields) {
  if (!fields) return "none";
  std::string line;
  for (const auto& field : *fields)
    line += fmt::format("{}{}@{}", line.empty() ? "" : " ", field.path, field.range.begin);
  return line;
}

TEST(ProtoTextTest, ReadsTheTextFormat) {
  EXPECT_EQ(shown(prototextFields(R"(a: 1 b: "x: y" 'z' c { d: -3, e < f: X > })")),
            "a@0 b@5 c@19 c.d@23 c.e@30 c.e.f@34");
  EXPECT_EQ(shown(prototextFields("a: [1, 2] b: [{c: 1}, {c: 2}]; # d: 1\ne: 1.5e3 # f: 1")),
            "a@0 b@10 b.c@15 b.c@23 e@38");
  EXPECT_EQ(shown(prototextFields("a: %d b: \"%s\" c: \x01")), "a@0 b@6 c@14");
  EXPECT_EQ(shown(prototextFields("[warehouse.note] { a: 1 } [x.y]: 2 b: inf")), "\\.a@19 b@35");
  EXPECT_EQ(shown(prototextFields(R"(a: "\"b: 1" c: '\'')")), "a@0 c@12");
  EXPECT_EQ(shown(prototextFields("")), "");
}

TEST(ProtoTextTest, ReadsNothingOfWhatIsNoTextFormat) {
  for (const auto* text : {"a", "a: {", "a: \"x", "a: 1 }", "\x01: 1", "{\"a\": 1}", "a {", "[a: 1", "a:", "1a: 2"})
    EXPECT_EQ(shown(prototextFields(text)), "none") << text;
  EXPECT_EQ(shown(prototextFields(std::string(1000, '<'))), "none");
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "a {";
  EXPECT_EQ(shown(prototextFields(deep)), "none");
}

TEST(ProtoTextTest, ReadsPathsOfAMask) {
  EXPECT_EQ(shown(maskFields("user_name,song.title")), "user_name@0 song@10 song.title@15");
  EXPECT_EQ(shown(maskFields("a.b.c,,d")), "a@0 a.b@2 a.b.c@4 d@7");
  EXPECT_EQ(shown(maskFields("")), "");
  EXPECT_EQ(shown(maskFields("a, b")), "none");
  EXPECT_EQ(shown(maskFields("counts[\"a\"]")), "none");
}

TEST(ProtoTextTest, MakesNamesOfJsonAsProtobufDoes) {
  EXPECT_EQ(protoJsonName("user_name"), "userName");
  EXPECT_EQ(protoJsonName("userName"), "userName");
  EXPECT_EQ(protoJsonName("x2_y3z"), "x2Y3z");
  EXPECT_EQ(protoJsonName("_a_1b"), "A1b");
}

}  // namespace
}  // namespace gander::rewriter
