// Names in templates: their instantiations say what they are; where there is none, they are listed.
#include <gmock/gmock.h>

#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

constexpr auto kPlay = "#pragma once\nnamespace plays { struct UserPlay { int user_name = 0; }; }\n";

TEST(TemplateNamesTest, WhatNothingInstantiatesIsListed) {
  const auto got = rewriteTree({{"plays.h", kPlay}, {"main.cpp", R"(#include "plays.h"
template <class T> int unused(const T& play) { return play.user_name; }
template <class T> struct Reader { T play; int read() { return play.user_name; } };
int f(plays::UserPlay& play) { return play.user_name; }
)"}},
                               kClassMigration, cppAround());
  std::vector<std::string> listed;
  for (const auto& site : got.rewrite.listed) listed.push_back(std::to_string(site.position.line) + " " + site.reason);
  EXPECT_THAT(listed, testing::ElementsAre("2 it stands in a template that nothing instantiates",
                                           "3 it stands in a template that nothing instantiates"));
  EXPECT_EQ(got.rewrite.edits.size(), 2u);
}

TEST(TemplateNamesTest, AnInstantiationElsewhereSaysWhatItIs) {
  const auto got = rewriteTree(
      {{"plays.h", kPlay},
       {"read.h", "#pragma once\ntemplate <class T> int readPlay(const T& t) { return t.user_name; }\n"},
       {"read.cpp", "#include \"read.h\"\n"},
       {"other.cpp", "#include \"plays.h\"\n#include \"read.h\"\nint f(plays::UserPlay& p) { return readPlay(p); }\n"}},
      kClassMigration, cppAround());
  EXPECT_EQ(got.after.at("read.h"),
            "#pragma once\ntemplate <class T> int readPlay(const T& t) { return t.listener_name; }\n");
  EXPECT_THAT(got.rewrite.listed, testing::IsEmpty());
}

}  // namespace
}  // namespace gander::rewriter
