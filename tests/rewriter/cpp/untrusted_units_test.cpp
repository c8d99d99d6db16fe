// What a parsing process tells is checked against the files; and what stands outside of the tree is nobody's to edit.
#include <gmock/gmock.h>

#include "base/files.h"
#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

constexpr auto kPlay = "#pragma once\nnamespace plays { struct UserPlay { int user_name = 0; }; }\n";

// Tells what `inner` tells, and one more name.
class Liar final : public CppParser {
 public:
  Liar(std::unique_ptr<CppParser> inner, Span place) : inner_(std::move(inner)), place_(std::move(place)) {}
  std::vector<std::string> sources() const override { return inner_->sources(); }
  std::vector<Result<std::vector<Unit>>> lower(const std::vector<CppRequest>& requests) override {
    auto answers = inner_->lower(requests);
    for (auto& answer : answers) {
      if (!answer) continue;
      for (auto& unit : *answer) {
        NameUse use{.span = place_, .text = "user_name", .symbol = "plays::UserPlay::user_name"};
        use.kind = SymbolKind::kField;
        unit.names.push_back(use);
      }
    }
    return answers;
  }

 private:
  std::unique_ptr<CppParser> inner_;
  Span place_;
};

Rewritten rewriteLied(const Span& place) {
  auto around = cppAround();
  auto inner = around.parse;
  around.parse = [inner, place](const Tree& tree) { return std::make_unique<Liar>(inner(tree), place); };
  return rewriteTree(
      {{"plays.h", kPlay}, {"main.cpp", "#include \"plays.h\"\nint f(plays::UserPlay& p) { return p.user_name; }\n"}},
      kClassMigration, around);
}

TEST(UntrustedUnitsTest, AUnitThatNamesPlacesThatAreNotThereIsAGap) {
  const auto got = rewriteLied({"main.cpp", {5000, 5009}});
  EXPECT_THAT(got.rewrite.edits, testing::IsEmpty());
  ASSERT_THAT(got.rewrite.gaps, testing::Not(testing::IsEmpty()));
  EXPECT_EQ(got.rewrite.gaps.front().why, "the parser told of places that are not there");
  for (const auto& entry : got.rewrite.ledger.entries) EXPECT_EQ(entry.verdict, Verdict::kListed) << entry.reason;
}

TEST(UntrustedUnitsTest, PlacesOutsideOfTheTreeAreNoneOfItsBusiness) {
  const auto got = rewriteLied({"/usr/include/other.h", {5000, 5009}});
  EXPECT_THAT(got.rewrite.gaps, testing::IsEmpty());
  EXPECT_EQ(got.rewrite.edits.size(), 2u);
}

}  // namespace
}  // namespace gander::rewriter
