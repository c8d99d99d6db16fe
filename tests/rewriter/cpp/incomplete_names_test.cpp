// Code that does not compile: what can be proved is, and nothing is taken from the compiler's guesses.
#include <gmock/gmock.h>

#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

using ::testing::HasSubstr;

const std::string kPlay = "namespace plays { struct UserPlay { int [[user_name->listener_name]] = 0; }; }\n";

void expectIncomplete(const std::string& marked) { expectMarked("main.cpp", marked, {}, kClassMigration, cppAround()); }

TEST(IncompleteNamesTest, WhatIsResolvedIsEditedBesideWhatIsNot) {
  expectIncomplete("#include <nowhere/missing.h>\n" + kPlay +
                   "int f(plays::UserPlay& p) { return missing(p.[[user_name->listener_name]]); }\n"
                   "int g(missing::Row& r) { return r.{{user_name}}; }\n"
                   "int h() { auto r = missing::load(); return r.{{user_name}}; }\n");
}

TEST(IncompleteNamesTest, ATypeThatIsIntBecauseItWasUnknownIsNoProof) {
  expectIncomplete(
      kPlay +
      "struct Account { Missing {{user_name}}; };\n"
      "int f(Account& a, plays::UserPlay& p) { return a.{{user_name}} + p.[[user_name->listener_name]]; }\n");
}

TEST(IncompleteNamesTest, AMemberOfABaseIsNoneWhereTheClassHasErrors) {
  expectIncomplete(kPlay +
                   "struct Song : Missing, plays::UserPlay {};\n"
                   "struct Album : Song {};\n"
                   "struct Live : plays::UserPlay {};\n"
                   "int f(Song& s, Album& a, Live& l) { return s.{{user_name}} + a.{{user_name}} + "
                   "l.[[user_name->listener_name]]; }\n");
}

TEST(IncompleteNamesTest, AClassKeepsItsOwnMembersInSpiteOfErrors) {
  expectIncomplete(
      "namespace plays { struct UserPlay { int [[user_name->listener_name]] = 0; missing::Place place; }; }\n"
      "int f(plays::UserPlay& p) { return p.[[user_name->listener_name]]; }\n");
}

TEST(IncompleteNamesTest, EachListedNameSaysWhatWasLacking) {
  const auto got = rewriteTree({{"main.cpp",
                                 "#include <nowhere/missing.h>\n"
                                 "namespace plays { struct UserPlay { int user_name = 0; }; }\n"
                                 "int g(missing::Row& r) { return r.user_name; }\n"
                                 "struct Song : missing::Song, plays::UserPlay {};\n"
                                 "int h(Song& s) { return s.user_name; }\n"}},
                               kClassMigration, cppAround());
  ASSERT_EQ(got.rewrite.listed.size(), 2U);
  EXPECT_THAT(got.rewrite.listed[0].reason, HasSubstr("nowhere/missing.h: not found"));
  EXPECT_THAT(got.rewrite.listed[1].reason, HasSubstr("could not resolve it: Song has errors"));
}

// A text that a `literal` reference names is meant wherever it stands: where nothing could follow it, that is told.
TEST(IncompleteNamesTest, ALiteralAmongWhatIsNotKnownIsListed) {
  const auto migration = std::string(kClassMigration) + R"(
  - id: keys
    references:
      - literal: {old: user_name, new: listener_name}
)";
  expectMarked("main.cpp",
               "#include <nowhere/missing.h>\n" + kPlay +
                   "void show(const char* key);\n"
                   "void f(plays::UserPlay& p) {\n"
                   "  show(\"[[user_name->listener_name]]\");\n"
                   "}\n"
                   "void g(missing::Node& node) {\n"
                   "  node[\"{{user_name}}\"] = 1;\n"
                   "  node[\"user_name_2\"] = node[\"the user_name\"];\n"
                   "}\n",
               {}, migration, cppAround());
}

}  // namespace
}  // namespace gander::rewriter
