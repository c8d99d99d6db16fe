// Branches of `#if` that a build left out: edited where the compiler can tell what stands in them, and else never forgotten where
// the other branch is.
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

TEST(VariantNamesTest, WhatCannotBeToldInAnEditedFunctionHoldsItsUnitBack) {
  const auto got = rewriteVariant(R"(
int f(plays::UserPlay& p) {
#ifdef OTHER_PLATFORM
  return platform()->user_name;  // user_name
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

TEST(VariantNamesTest, WhatCannotBeToldInABranchOfItsOwnHoldsNothingBack) {
  const auto got = rewriteVariant(R"(
int f(plays::UserPlay& p) { return p.user_name; }
#ifdef OTHER_PLATFORM
int g(Handle play) { return play->user_name; }
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
  EXPECT_THAT(sometimes.rewrite.edits, SizeIs(3));
}

// Every branch of a chain is read once as code, and an edit of one says that the build does not check it.
TEST(VariantNamesTest, ABranchThatIsLeftOutIsProvedAsCode) {
  const auto got = rewriteVariant(R"(
#include <string.h>
struct Other { int user_name = 0; };
#if defined(ONE) && \
    defined(OTHER_PLATFORM)
int one(plays::UserPlay& p, Other& o) { return p.user_name + o.user_name; }
#elif defined(TWO)  // user_name
#  include <platform.h>
int two(plays::UserPlay& p) {
  int user_name = 0;
#  ifdef LOUD
  log(p.user_name, user_name);
#  endif
  return p.user_name;
}
#else
int three(plays::UserPlay& p) { return p.user_name; }
#endif
)");
  const auto& after = got.after.at("main.cpp");
  EXPECT_THAT(after, HasSubstr("return p.listener_name + o.user_name; }"));
  EXPECT_THAT(after, HasSubstr("  int user_name = 0;\n#  ifdef LOUD\n  log(p.listener_name, user_name);"));
  EXPECT_THAT(after, HasSubstr("  return p.listener_name;\n}"));
  EXPECT_THAT(after, HasSubstr("int three(plays::UserPlay& p) { return p.listener_name; }"));
  EXPECT_THAT(got.rewrite.listed, IsEmpty());
  int checked = 0;
  for (const auto& edit : got.rewrite.edits) checked += edit.built ? 1 : 0;
  EXPECT_EQ(checked, 2);  // the member itself, and three()
}

// The guard of a header that is read again stays: it is no branch that the build leaves out.
TEST(VariantNamesTest, ABranchOfAHeaderIsReadByASourceThatIncludesIt) {
  const std::string header = R"(#ifndef SHOW_H
#define SHOW_H
#include "show.h"
#include "plays.h"
struct Show {
#ifdef OTHER_PLATFORM
  int name(const plays::UserPlay& p) { return p.user_name; }
#else
  int name(const plays::UserPlay&) { return 0; }
#endif
};
#endif
)";
  const auto got =
      rewriteTree({{"plays.h", kPlay}, {"show.h", header}, {"main.cpp", "#include \"show.h\"\n#include \"show.h\"\n"}},
                  kClassMigration, cppAround());
  EXPECT_THAT(got.after.at("show.h"), HasSubstr("return p.listener_name; }"));
  EXPECT_THAT(got.rewrite.listed, IsEmpty());
}

TEST(VariantNamesTest, ABranchMaybeCapturedByALocalAroundIt) {
  const auto got = rewriteVariant(R"(
struct Mine : plays::UserPlay {
  int f(int listener_name) {
#ifdef OTHER_PLATFORM
    return user_name + listener_name;
#else
    return listener_name;
#endif
  }
};
)");
  EXPECT_THAT(got.after.at("main.cpp"), HasSubstr("return user_name + listener_name;"));
  ASSERT_FALSE(got.rewrite.listed.empty());
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

// What a header means is not told by one source alone where another may make something else of it, though that one holds no old name.
TEST(VariantNamesTest, AHeaderThatMeansSomethingElseElsewhereIsListed) {
  constexpr auto kEither = R"(#pragma once
#include "plays.h"
struct Other { int user_name = 0; };
#ifdef PLAYS
using Rec = plays::UserPlay;
#else
using Rec = Other;
#endif
inline int nameOf(const Rec& record) { return record.user_name; }
)";
  const auto got =
      rewriteTree({{"plays.h", kPlay},
                   {"either.h", kEither},
                   {"main.cpp", "#define PLAYS 1\n#include \"either.h\"\nint f(Rec& r) { return nameOf(r); }\n"},
                   {"other.cpp", "#include \"either.h\"\nint g(Rec& r) { return nameOf(r); }\n"}},
                  kClassMigration, cppAround());
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  ASSERT_FALSE(got.rewrite.listed.empty());
  EXPECT_TRUE(std::ranges::any_of(got.rewrite.listed, [](const auto& site) { return site.span.file == "either.h"; }));
}

TEST(VariantNamesTest, AHeaderWithoutAGuardIsReadWithEachSource) {
  constexpr auto kBody = "inline int nameOf(const Rec& record) { return record.user_name; }\n";
  const auto got = rewriteTree(
      {{"plays.h", kPlay},
       {"body.inc", kBody},
       {"main.cpp", "#include \"plays.h\"\nusing Rec = plays::UserPlay;\n#include \"body.inc\"\n"},
       {"other.cpp", "struct Other { int user_id = 0, user_name = 0; };\nusing Rec = Other;\n#include \"body.inc\"\n"},
       {"third.cpp", "#include \"others.h\"\nusing Rec = Third;\n#include \"body.inc\"\n"},
       {"others.h", "#pragma once\n#define NAME(x) user_##x\nstruct Third { int NAME(name) = 0; };\n"}},
      kClassMigration, cppAround());
  EXPECT_FALSE(std::ranges::any_of(got.rewrite.edits, [](const auto& edit) { return edit.span.file == "body.inc"; }));
}

TEST(VariantNamesTest, AGuardIsNoReasonToReadMore) {
  const auto got = rewriteTree(
      {{"plays.h",
        "#ifndef PLAYS_H\n#define PLAYS_H\nnamespace plays { struct UserPlay { int user_name = 0; }; }\n#endif\n"},
       {"main.cpp", "#define PLAYS_H_SEEN\n#include \"plays.h\"\nint f(plays::UserPlay& p) { return p.user_name; }\n"}},
      kClassMigration, cppAround());
  EXPECT_THAT(got.rewrite.edits, SizeIs(2));
}

}  // namespace
}  // namespace gander::rewriter
