// Which units are parsed: as few as tell what the migration asks for.
#include <gmock/gmock.h>

#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

using testing::ElementsAre;

class Watcher final : public CppParser {
 public:
  Watcher(std::unique_ptr<CppParser> inner, std::vector<std::string>& asked)
      : inner_(std::move(inner)), asked_(asked) {}
  std::vector<std::string> sources() const override { return inner_->sources(); }
  std::vector<Result<std::vector<Unit>>> lower(const std::vector<CppRequest>& requests) override {
    for (const auto& request : requests) asked_.push_back(request.file);
    return inner_->lower(requests);
  }
  Result<std::vector<RuleProblem>> check(const std::vector<CppRule>& rules) override { return inner_->check(rules); }

 private:
  std::unique_ptr<CppParser> inner_;
  std::vector<std::string>& asked_;
};

struct Watched {
  Rewritten got;
  std::vector<std::string> asked;
};

Watched rewriteWatched(const std::map<std::string, std::string>& files) {
  std::vector<std::string> asked;
  auto around = cppAround();
  around.parse = [inner = around.parse, &asked](const Tree& tree) {
    return std::make_unique<Watcher>(inner(tree), asked);
  };
  auto got = rewriteTree(files, kClassMigration, around);
  return {std::move(got), std::move(asked)};
}

constexpr auto kPlay = "#pragma once\nnamespace plays { struct UserPlay { int user_name = 0; }; }\n";

std::string headerWith(const std::string& function) {
  return "#pragma once\n#include \"plays.h\"\ninline int " + function +
         "(plays::UserPlay& p) { return p.user_name; }\n";
}

TEST(ParsedUnitsTest, OneSourceReadsAllHeadersThatItCan) {
  const auto [got, asked] = rewriteWatched({{"plays.h", kPlay},
                                            {"a.h", headerWith("a")},
                                            {"b.h", headerWith("b")},
                                            {"alone.cpp", "#include \"a.h\"\n"},
                                            {"both.cpp", "#include \"a.h\"\n#include \"b.h\"\n"},
                                            {"other.cpp", "#include \"b.h\"\n"}});
  EXPECT_THAT(asked, ElementsAre("both.cpp"));
  EXPECT_EQ(got.rewrite.edits.size(), 3u);
}

TEST(ParsedUnitsTest, AHeaderThatNoSourceReadsIsParsedAlone) {
  const auto [got, asked] = rewriteWatched({{"plays.h", kPlay},
                                            {"kept/a.h", headerWith("a")},
                                            // Another a.h: what is written does not lead to kept/a.h.
                                            {"main.cpp", "#include \"lost/a.h\"\n"},
                                            {"lost/a.h", "#pragma once\n"}});
  EXPECT_THAT(asked, testing::Contains("kept/a.h"));
  EXPECT_EQ(got.rewrite.edits.size(), 2u);
}

TEST(ParsedUnitsTest, NamesInCommentsAndInLongerNamesAskForNoCompiler) {
  const auto [got, asked] =
      rewriteWatched({{"plays.h", kPlay},
                      {"use.cpp", "#include \"plays.h\"\nint f(plays::UserPlay& p) { return p.user_name; }\n"},
                      {"notes.cpp", "// user_name is described elsewhere\n/* user_name */\nint g();\n"},
                      {"longer.cpp", "int old_user_name_list = 0;\n"}});
  EXPECT_THAT(asked, ElementsAre("use.cpp"));
  EXPECT_EQ(got.rewrite.edits.size(), 2u);
  EXPECT_EQ(got.rewrite.ledger.count(Verdict::kProse), 2u);
}

}  // namespace
}  // namespace gander::rewriter
