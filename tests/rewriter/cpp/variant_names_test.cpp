// Branches of `#if` that a build left out: never edited, and never forgotten where the other branch is.
#include <gmock/gmock.h>

#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kPlay = "#pragma once\nnamespace plays { struct UserPlay { int user_name = 0; }; }\n";

Rewritten rewriteVariant(const std::string& source) {
  return rewriteTree({{"plays.h", kPlay}, {"main.cpp", "#include \"plays.h\"\n" + source}}, kClassMigration,
                     cppAround());
}

TEST(VariantNamesTest, AnotherBranchOfAnEditedFunctionHoldsItsUnitBack) {
  const auto got = rewriteVariant(R"(
int f(plays::UserPlay& p) {
#ifdef OTHER_PLATFORM
  return show(p.user_name);  // user_name
#else
  return p.user_name;
#endif
}
)");
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  ASSERT_THAT(got.rewrite.listed, SizeIs(3));
  EXPECT_THAT(got.rewrite.listed[0].reason, HasSubstr("of a function that is edited"));
  EXPECT_TRUE(got.rewrite.listed[0].blocks);
}

TEST(VariantNamesTest, ABranchOfItsOwnIsListedAndHoldsNothingBack) {
  const auto got = rewriteVariant(R"(
int f(plays::UserPlay& p) { return p.user_name; }
#ifdef OTHER_PLATFORM
int g(plays::UserPlay& p) { return p.user_name; }
const char* text = "user_name";
#endif
)");
  EXPECT_THAT(got.rewrite.edits, SizeIs(2));
  ASSERT_THAT(got.rewrite.listed, SizeIs(1));
  EXPECT_THAT(got.rewrite.listed[0].reason, HasSubstr("the preprocessor left out"));
  EXPECT_FALSE(got.rewrite.listed[0].blocks);
}

// No configuration compiles it: it is as a comment is.
TEST(VariantNamesTest, WhatIsNeverCompiledHoldsNothingBack) {
  for (const auto* never : {"#if 0", "#  if (false)  // old", "#if 0 /* gone */"}) {
    const auto got = rewriteVariant("int f(plays::UserPlay& p) {\n" + std::string(never) +
                                    "\n  show(p.user_name);\n#endif\n  return p.user_name;\n}\n");
    EXPECT_THAT(got.rewrite.edits, SizeIs(2)) << never;
    ASSERT_THAT(got.rewrite.listed, SizeIs(1)) << never;
    EXPECT_FALSE(got.rewrite.listed[0].blocks);
  }
  const auto sometimes = rewriteVariant(
      "int f(plays::UserPlay& p) {\n#if 0 + OTHER\n  show(p.user_name);\n#endif\n  return p.user_name;\n}\n");
  EXPECT_THAT(sometimes.rewrite.edits, IsEmpty());
}

// One file, compiled for two products: each branch is code in one of them.
TEST(VariantNamesTest, EachWayInWhichAFileIsCompiledIsRead) {
  Around around;
  around.parse = [](const Tree& tree) { return makeTreeParser(tree, {{"main.cpp", {{"-DLOUD"}, {}}}}); };
  const std::string main = R"(#include "plays.h"
struct Other { int user_name; };
#ifdef LOUD
using Given = Other;
int loud(plays::UserPlay& p) { return p.user_name; }
#else
using Given = plays::UserPlay;
int calm(plays::UserPlay& p) { return p.user_name + 1; }
#endif
)";
  const auto both = rewriteTree({{"plays.h", kPlay}, {"main.cpp", main}}, kClassMigration, around);
  EXPECT_THAT(both.after.at("main.cpp"), HasSubstr("return p.listener_name; }"));
  EXPECT_THAT(both.after.at("main.cpp"), HasSubstr("return p.listener_name + 1; }"));
  EXPECT_THAT(both.rewrite.listed, IsEmpty());
  const auto differ = rewriteTree(
      {{"plays.h", kPlay}, {"main.cpp", main + "int f(Given& g) { return g.user_name; }\n"}}, kClassMigration, around);
  EXPECT_THAT(differ.after.at("main.cpp"), HasSubstr("return g.user_name; }"));
  EXPECT_FALSE(differ.rewrite.listed.empty());
}

TEST(VariantNamesTest, WhatAnyUnitReadsIsProved) {
  const std::string header =
      "#pragma once\n#include \"plays.h\"\n#ifdef LOUD\ninline int loud(plays::UserPlay& p) { return p.user_name; "
      "}\n#endif\n";
  Around around;
  around.parse = [](const Tree& tree) { return makeTreeParser(tree, {{"loud.cpp", {{"-DLOUD"}}}}); };
  const auto got =
      rewriteTree({{"plays.h", kPlay},
                   {"show.h", header},
                   {"calm.cpp", "#include \"show.h\"\nint f(plays::UserPlay& p) { return p.user_name; }\n"},
                   {"loud.cpp", "#include \"show.h\"\nint g(plays::UserPlay& p) { return p.user_name; }\n"}},
                  kClassMigration, around);
  EXPECT_THAT(got.rewrite.edits, SizeIs(4));
  EXPECT_THAT(got.rewrite.listed, IsEmpty());
}

}  // namespace
}  // namespace gander::rewriter
