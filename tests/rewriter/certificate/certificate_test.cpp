// The certificate: what it finds in rewrites that are right, and in rewrites with a planted defect.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "rewriter/certificate/tokens.h"
#include "tests/rewriter/certificate/tree.h"

namespace gander::rewriter::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kPlay = "namespace plays { struct UserPlay { int user_name; int day; }; }\n";
const std::string kUser = "struct User { int user_name; };\n";

std::string shown(const Certificate& certificate) {
  std::string out(toString(certificate.grade));
  if (certificate.difference)
    out += " " + formatPlace(certificate.difference->file, certificate.difference->position) + " " +
           certificate.difference->before + " -> " + certificate.difference->after;
  return out;
}

TEST(CertificateTest, NamesOfARightRewriteMeanTheSame) {
  Rewriting made({{"play.h", kPlay},
                  {"main.cpp", "#include \"play.h\"\n" + kUser +
                                   "int f(plays::UserPlay& p, User u) { p.user_name = 1; /* user_name */\n"
                                   "  return p.user_name + u.user_name + p.day; }\n"}});
  ASSERT_EQ(made.rewrite.edits.size(), 3U);
  EXPECT_EQ(made.rewrite.certificate.grade, CertificateGrade::kTokens) << "without a new build";
  auto certificate = made.certify();
  EXPECT_EQ(shown(certificate), "symbols") << certificate.why;
  EXPECT_EQ(certificate.why, "");
}

TEST(CertificateTest, AnEditOfAnothersFieldIsFound) {
  Rewriting made(
      {{"main.cpp", kPlay + kUser + "int f(plays::UserPlay p, User u) { return p.user_name + u.user_name; }\n"}});
  made.plant("main.cpp", "user_name; };\nint", "listener_name; };\nint");
  made.plant("main.cpp", "user_name; }\n", "listener_name; }\n");  // it builds, and says something else
  auto certificate = made.certify();
  EXPECT_EQ(shown(certificate),
            "none main.cpp:2:19 field User::user_name (main.cpp:87) -> field User::listener_name (main.cpp:87)");
  EXPECT_TRUE(certificate.failed());
}

TEST(CertificateTest, WhatTheNewTreeLacksIsSaid) {
  Rewriting made({{"play.h", kPlay},
                  {"main.cpp", "#include \"play.h\"\nint f(plays::UserPlay p) { return p.user_name + p.day; }\n"}});
  auto certificate = made.certify("play.h");
  EXPECT_EQ(certificate.grade, CertificateGrade::kTokens);
  EXPECT_THAT(certificate.why, HasSubstr("in the new tree, main.cpp"));
}

TEST(CertificateTest, AnEditOfWhatIsNoOldNameIsFound) {
  Rewriting made({{"main.cpp", kPlay + "int f(plays::UserPlay p) { return p.user_name + p.day; }\n"}});
  made.plant("main.cpp", "day; }\n", "days; }\n");
  EXPECT_THAT(shown(made.certify()), HasSubstr("none main.cpp:2:51 day; }\n -> days; }\n"));
}

TEST(CertificateTest, ANameThatIsCapturedIsFound) {
  // As if nobody had listed it: the member's use becomes the parameter's.
  const std::string text =
      "namespace plays { struct UserPlay { int user_name; int both(int listener_name); }; }\n"
      "int plays::UserPlay::both(int listener_name) { return user_name + listener_name; }\n";
  Rewriting made({{"main.cpp", text}});
  EXPECT_THAT(made.rewrite.edits, IsEmpty()) << "it is listed up front";
  made.plant("main.cpp", "user_name; int both", "listener_name; int both");
  made.plant("main.cpp", "user_name + listener_name", "listener_name + listener_name");
  auto certificate = made.certify();
  EXPECT_THAT(shown(certificate), HasSubstr("none main.cpp:2:55"));
  EXPECT_THAT(certificate.difference->before, HasSubstr("plays::UserPlay::listener_name"));
  EXPECT_THAT(certificate.difference->after, HasSubstr("parameter"));
}

TEST(CertificateTest, AnAccessorThatASubclassHidesIsFound) {
  Rewriting made({{"main.cpp",
                   "namespace plays { struct UserPlay { int user_name() const; }; }\n"
                   "struct Mine : plays::UserPlay { int listener_name() const; };\n"
                   "struct Most : Mine {};\n"
                   "int f(const Most& m) { return m.user_name(); }\n"}});
  ASSERT_EQ(made.rewrite.edits.size(), 2U);
  EXPECT_THAT(shown(made.certify()), HasSubstr("none main.cpp:4:33"));
}

TEST(CapturesTest, ListsWhatTheNewNameMeansAlready) {
  Rewriting hidden({{"main.cpp",
                     "namespace plays { struct UserPlay { int user_name() const; }; }\n"
                     "struct Mine : plays::UserPlay { int listener_name() const; };\n"
                     "int f(const Mine& m) { return m.user_name(); }\n"}});
  EXPECT_THAT(hidden.rewrite.edits, IsEmpty());
  ASSERT_FALSE(hidden.rewrite.hazards.empty());
  EXPECT_EQ(hidden.rewrite.hazards.front().name, "captures");
  EXPECT_THAT(hidden.rewrite.hazards.front().message, HasSubstr("Mine::listener_name hides it"));

  Rewriting taken({{"main.cpp", "namespace plays { struct UserPlay { int user_name; int listener_name; }; }\n"}});
  EXPECT_THAT(taken.rewrite.edits, IsEmpty());
  EXPECT_THAT(taken.rewrite.listed.front().reason, HasSubstr("has a member listener_name already"));
}

TEST(CapturesTest, LeavesOthersOfTheNewNameAlone) {
  Rewriting made({{"main.cpp", kPlay + "struct Mine { int listener_name; };\n"
                                       "int g(int listener_name) { return listener_name; }\n"
                                       "int f(plays::UserPlay p, Mine m) { int listener_name = m.listener_name;\n"
                                       "  return p.user_name + listener_name; }\n"}});
  EXPECT_EQ(made.rewrite.edits.size(), 2U);
  EXPECT_THAT(made.rewrite.hazards, IsEmpty());
  EXPECT_EQ(shown(made.certify()), "symbols");
}

TEST(CapturesTest, AConstructorsParameterCapturesNoInitializer) {
  Rewriting made({{"main.cpp",
                   "namespace plays { struct UserPlay { int user_name; UserPlay(int listener_name)\n"
                   "  : user_name(listener_name) {} }; }\n"}});
  EXPECT_EQ(made.rewrite.edits.size(), 2U);
  EXPECT_EQ(shown(made.certify()), "symbols");
}

// Before, after and the edits between.
std::string differenceOf(const std::string& path, const std::string& before, const std::string& after,
                         const std::vector<Edit>& edits) {
  std::vector<const Edit*> pointers;
  for (const auto& edit : edits) pointers.push_back(&edit);
  auto found = compareTokens(path, before, after, pointers);
  return found ? formatPlace(found->file, found->position) + " '" + found->before + "' '" + found->after + "'" : "";
}

Edit edit(uint32_t begin, const std::string& old, const std::string& now) {
  Edit out;
  out.span = {"f", {begin, begin + static_cast<uint32_t>(old.size())}};
  out.old = old;
  out.now = now;
  return out;
}

TEST(TokensTest, OnlyWhatTheEditsSayMayChange) {
  EXPECT_EQ(differenceOf("a.py", "x = a  # a\n", "x = bb  # a\n", {edit(4, "a", "bb")}), "");
  EXPECT_EQ(differenceOf("a.py", "x = a  # a\n", "x = bb # a\n", {edit(4, "a", "bb")}), "a.py:1:6 '  ' ' '");
  EXPECT_EQ(differenceOf("a.py", "x = a  # a\n", "x = bb  # b\n", {edit(4, "a", "bb")}), "a.py:1:8 '# a' '# b'");
  EXPECT_EQ(differenceOf("a.cpp", "f(a, b);\n", "f(a1, b);\nx", {edit(2, "a", "a1")}), "a.cpp:2:1 '' 'x'");
  EXPECT_EQ(differenceOf("a.sql", "SELECT a FROM t\n", "SELECT b FROM t\n", {edit(7, "a", "b")}), "");
}

TEST(TokensTest, AnEditThatSwallowsItsNeighbourIsFound) {
  EXPECT_EQ(differenceOf("a.cpp", "a*b\n", "c/*b\n", {edit(0, "a", "c/")}), "a.cpp:1:2 '*' ''");
  EXPECT_EQ(differenceOf("a.cpp", "f(b, \"c\");\n", "f(\"b, \"c\");\n", {edit(2, "", "\"")}), "a.cpp:1:3 'b' 'c'");
}

}  // namespace
}  // namespace gander::rewriter::testing
