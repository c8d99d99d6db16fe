#include "pr-bot/codeowners.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>

namespace gander::prbot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CodeOwners github(std::string_view text) { return CodeOwners::parse(text, ForgeKind::kGitHub); }
CodeOwners gitlab(std::string_view text) { return CodeOwners::parse(text, ForgeKind::kGitLab); }
CodeOwners gitea(std::string_view text) { return CodeOwners::parse(text, ForgeKind::kGitea); }
bool owned(const CodeOwners& owners, std::string_view path) { return !owners.of(path).names.empty(); }

TEST(CodeOwnersTest, EachForgeLooksInItsOwnPlaces) {
  EXPECT_THAT(codeOwnersPaths(ForgeKind::kGitHub), ElementsAre(".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"));
  EXPECT_THAT(codeOwnersPaths(ForgeKind::kGitLab), ElementsAre("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"));
  EXPECT_THAT(codeOwnersPaths(ForgeKind::kGitea),
              ElementsAre("CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS"));
  EXPECT_TRUE(asksOwnersItself(ForgeKind::kGitHub));
  EXPECT_FALSE(asksOwnersItself(ForgeKind::kGitLab));
  EXPECT_TRUE(asksOwnersItself(ForgeKind::kGitea));
}

TEST(CodeOwnersTest, NobodyOwnsWhatNoFileNames) {
  EXPECT_THAT(CodeOwners().of("a").names, IsEmpty());
  for (const auto kind : {ForgeKind::kGitHub, ForgeKind::kGitLab, ForgeKind::kGitea}) {
    const auto empty = CodeOwners::parse("\r\n# * @ann\r\n\t\n", kind);
    EXPECT_THAT(empty.of("a").names, IsEmpty());
    EXPECT_THAT(empty.problems(), IsEmpty());
  }
}

// ---------------------------------------------------------------- GitHub

TEST(CodeOwnersTest, OnGitHubTheLastLineWins) {
  const auto owners = github(
      "# whose is what\n"
      "*       @ann @bob\r\n"
      "*.js    @web/front-end  # they\n"
      "*.go\tdocs@example.com\n"
      "/apps/  @eve\n"
      "/apps/github\n");
  EXPECT_THAT(owners.of("src/a.cpp").names, ElementsAre("ann", "bob"));
  EXPECT_THAT(owners.of("src/a.js").names, ElementsAre("web/front-end"));
  EXPECT_THAT(owners.of("src/a.go").names, IsEmpty());
  EXPECT_THAT(owners.of("src/a.go").emails, ElementsAre("docs@example.com"));
  EXPECT_THAT(owners.of("apps/a.js").names, ElementsAre("eve"));
  EXPECT_THAT(owners.of("apps/github/a.js").names, IsEmpty()) << "a line without owners takes them away";
  EXPECT_THAT(owners.of("apps/github2/a.js").names, ElementsAre("eve"));
  EXPECT_THAT(owners.problems(), IsEmpty());
}

struct Match {
  const char* pattern;
  std::vector<const char*> yes;
  std::vector<const char*> no;
};

void expectMatches(ForgeKind kind, const std::vector<Match>& cases) {
  for (const auto& [pattern, yes, no] : cases) {
    const auto owners = CodeOwners::parse(std::string(pattern) + " @ann", kind);
    EXPECT_THAT(owners.problems(), IsEmpty()) << pattern;
    for (const auto* path : yes) EXPECT_TRUE(owned(owners, path)) << pattern << " " << path;
    for (const auto* path : no) EXPECT_FALSE(owned(owners, path)) << pattern << " " << path;
  }
}

TEST(CodeOwnersTest, GitHubsPatternsAreGitignores) {
  expectMatches(ForgeKind::kGitHub, {
                                        {"*", {"a", ".a", "x/y/a"}, {}},
                                        {"*.js", {"a.js", "x/a.js", "x/.js", "a.js/inside"}, {"a.jsx", "ajs"}},
                                        {"/*.js", {"a.js"}, {"x/a.js"}},
                                        {"docs/*", {"docs/a"}, {"docs/x/a", "x/docs/a", "docs"}},
                                        {"/docs/", {"docs/a", "docs/x/a"}, {"docs", "x/docs/a"}},
                                        {"docs/", {"docs/a", "x/docs/a"}, {"docs", "docsx/a"}},
                                        {"docs", {"docs", "docs/a", "x/docs/y"}, {"docsx", "xdocs/a"}},
                                        {"x/docs", {"x/docs", "x/docs/a"}, {"y/x/docs"}},
                                        {"**/logs", {"logs", "logs/a", "x/y/logs/a"}, {"xlogs"}},
                                        {"x/**/a", {"x/a", "x/y/a", "x/y/z/a"}, {"x/ya", "z/x/a"}},
                                        {"x/**", {"x/a", "x/y/a"}, {"x", "y/x/a"}},
                                        {"/a?c", {"abc", "a.c"}, {"a/c", "ac"}},
                                        {R"(/a\ b.md)", {"a b.md"}, {"a", R"(a\ b.md)"}},
                                        {"/A.md", {"A.md"}, {"a.md"}},
                                        {"/a.b+(c", {"a.b+(c"}, {"axb+(c", "a.bb(c"}},
                                        {"/ä*", {"äö"}, {"a"}},
                                    });
}

TEST(CodeOwnersTest, GitHubLeavesOutLinesThatItCannotRead) {
  const auto owners = github(
      "* @ann\n"
      "!*.cpp @bob\n"
      "[a-z].cpp @bob\n"
      "\\#a @bob\n"
      "*.cpp bob\n"
      "*.cpp @bob @\n"
      "a//b @bob\n"
      "/ @bob\n");
  EXPECT_THAT(owners.of("a.cpp").names, ElementsAre("ann"));
  EXPECT_THAT(owners.of("#a").names, ElementsAre("ann"));
  ASSERT_EQ(owners.problems().size(), 7u);
  EXPECT_EQ(owners.problems()[0], "line 2 is no pattern: !*.cpp");
  EXPECT_EQ(owners.problems()[3], "line 5 is no owner: bob");
}

TEST(CodeOwnersTest, AFileThatIsTooLargeIsNotReadInPart) {
  for (const auto kind : {ForgeKind::kGitHub, ForgeKind::kGitLab, ForgeKind::kGitea}) {
    std::string long_ = "* @ann\n";
    long_.resize(3U << 20, '#');
    const auto owners = CodeOwners::parse(long_, kind);
    EXPECT_FALSE(owned(owners, "a"));
    EXPECT_THAT(owners.problems(), ElementsAre("the file is too large to be read"));
    std::string many;
    for (int i = 0; i < 20'001; ++i) many += "* @ann\n";
    EXPECT_FALSE(owned(CodeOwners::parse(many, kind), "a"));
  }
}

// ---------------------------------------------------------------- GitLab

TEST(CodeOwnersTest, OnGitLabEachSectionsLastLineCounts) {
  const auto owners = gitlab(
      "* @admin\n"
      "\n"
      "[README Owners]\n"
      "README.md @user1 @user2\n"
      "internal/README.md @user4\n"
      "\n"
      "^[README other owners][2] @default/people\n"
      "README.md @user3\n"
      "*.txt\n"
      "[readme OWNERS] @late\n"
      "*.md @user5\n"
      "*.rst\n");
  EXPECT_THAT(owners.of("README.md").names, ElementsAre("admin", "user5", "user3"));
  EXPECT_THAT(owners.of("internal/README.md").names, ElementsAre("admin", "user5", "user3"));
  EXPECT_THAT(owners.of("x/a.txt").names, ElementsAre("admin", "default/people"));
  EXPECT_THAT(owners.of("x/a.rst").names, ElementsAre("admin", "late"));
  EXPECT_THAT(owners.problems(), IsEmpty());
}

TEST(CodeOwnersTest, GitLabsSectionsHaveExclusions) {
  const auto owners = gitlab(
      "* @ann\n"
      "!pom.xml\n"
      "/special/pom.xml @bob\n"
      "[Ruby]\n"
      "*.rb @eve\n"
      "!/config/**/*.rb\n"
      "[Config]\n"
      "/config/ @ops/people\n");
  EXPECT_THAT(owners.of("special/pom.xml").names, IsEmpty());
  EXPECT_THAT(owners.of("a.rb").names, ElementsAre("ann", "eve"));
  EXPECT_THAT(owners.of("config/x/a.rb").names, ElementsAre("ann", "ops/people"));
}

TEST(CodeOwnersTest, GitLabsLinesHaveRolesAndWordsThatNameNobody) {
  const auto owners = gitlab(
      "a @group/with-nested/subgroup jane@example.com  # and @bob\n"
      "b @@maintainer\n"
      "c @first\n"
      "* @all\n"
      "c @second\n"
      "[unclosed @x\n"
      "[] @y\n");
  EXPECT_THAT(owners.of("z").names, ElementsAre("all"));
  EXPECT_THAT(owners.of("c").names, ElementsAre("all")) << "the same pattern again stands where the first did";
  const auto apart = gitlab("a @group/with-nested/subgroup jane@example.com  # and @bob\nb @@maintainer\n");
  EXPECT_THAT(apart.of("a").names, ElementsAre("group/with-nested/subgroup", "bob"));
  EXPECT_THAT(apart.of("a").emails, ElementsAre("jane@example.com"));
  EXPECT_THAT(apart.of("b").names, IsEmpty());
  EXPECT_EQ(owners.problems().size(), 2u);
}

TEST(CodeOwnersTest, GitLabsPatternsAreFnmatchs) {
  expectMatches(ForgeKind::kGitLab,
                {
                    {"*", {"a", ".a", "x/.y/a"}, {}},
                    {"*.rb", {"a.rb", "x/.rb", "x/y/a.rb"}, {"a.rbx", "a.rb/inside"}},
                    {"README.md", {"README.md", "x/y/README.md"}, {"xREADME.md", "README.md/x"}},
                    {"internal/README.md", {"internal/README.md", "x/internal/README.md"}, {"xinternal/README.md"}},
                    {"/docs/", {"docs/a", "docs/x/a"}, {"docs", "x/docs/a"}},
                    {"lib/", {"lib/a", "x/lib/y/a"}, {"xlib/a"}},
                    {"/docs/*", {"docs/a"}, {"docs/x/a"}},
                    {"/docs/*spec*", {"docs/spec", "docs/qa_specs.rb"}, {"docs/x/spec"}},
                    {"/docs/**/index.md", {"docs/index.md", "docs/a/b/index.md"}, {"index.md", "docs/xindex.md"}},
                    {"/docs/**", {"docs/a"}, {"docs/x/a"}},
                    {R"(path\ with\ spaces/)", {"path with spaces/a"}, {"path/a"}},
                    {R"(\#file)", {"#file", "x/#file"}, {"file"}},
                    {"/a[0-9!].c", {"a1.c", "a!.c"}, {"ab.c", "a-.c"}},
                    {"/a[!0-9]b", {"axb"}, {"a1b", "a/b"}},
                    {"/a[]x]b", {"a]b", "axb"}, {"ab"}},
                    {"/a?c", {"abc"}, {"a/c"}},
                    {"/a.b", {"a.b"}, {"axb"}},
                    {"!/a", {}, {"a"}},
                });
}

// ---------------------------------------------------------------- Gitea, Forgejo

TEST(CodeOwnersTest, OnGiteaAllLinesCountThatApply) {
  const auto owners = gitea(
      ".*\\\\.go @ann @bob # of the program\n"
      "frontend/src/.*\\\\.js @org1/team1 eve\n"
      "!frontend/.* @ops\n"
      "dir/with\\#hash @hash\n"
      "path\\ with\\ blank @blank\n");
  EXPECT_THAT(owners.of("a.go").names, ElementsAre("ann", "bob", "ops"));
  EXPECT_THAT(owners.of("xgo").names, ElementsAre("ops"));
  EXPECT_THAT(owners.of("frontend/src/a.js").names, ElementsAre("org1/team1", "eve"));
  EXPECT_THAT(owners.of("x/frontend/src/a.js").names, ElementsAre("ops")) << "anchored";
  EXPECT_THAT(owners.of("frontend/a.go").names, ElementsAre("ann", "bob"));
  EXPECT_THAT(owners.of("dir/with#hash").names, ElementsAre("ops", "hash"));
  EXPECT_THAT(owners.of("path with blank").names, ElementsAre("ops", "blank"));
  EXPECT_THAT(owners.problems(), IsEmpty());
}

TEST(CodeOwnersTest, GiteaLeavesOutLinesThatItCannotRead) {
  const auto owners = gitea("a\n(b @ann\n(?=c).* @ann\nd @a/b/c\ne @ann\n");
  EXPECT_THAT(owners.problems(), ElementsAre("line 1 has no owners", HasSubstr("line 2"), HasSubstr("line 3"),
                                             "line 4 is no owner: @a/b/c"));
  EXPECT_TRUE(owned(owners, "e"));
}

// ---------------------------------------------------------------- all

TEST(CodeOwnersTest, NoPatternHangsIt) {
  const std::string path(4000, 'a');
  const auto begin = std::chrono::steady_clock::now();
  for (const auto kind : {ForgeKind::kGitHub, ForgeKind::kGitLab, ForgeKind::kGitea}) {
    for (const std::string pattern : {"(a*)*b", "(a|a)*c", "(((a+)+)+)+b", "*a*a*a*a*a*a*a*a*a*b", "**/**/**/**/**/b",
                                      "((((a{9}){9}){9}){9}){9}", "?*?*?*?*?*?*?*b"})
      EXPECT_FALSE(owned(CodeOwners::parse(pattern + " @ann\n", kind), path)) << pattern;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(CodeOwnersTest, WhoOwnsMostIsAskedFirst) {
  const auto owners = github("* @zoe\n/a/ @Bob @ann\n/b/ @bob @team/x\n/c/ c@example.com\n/d/ d@example.com\n");
  const std::vector<std::string> files{"a/1", "a/2", "b/1", "c/1", "c/2", "c/3", "c/4", "d/1", "z"};
  EXPECT_THAT(orderReviewers(owners, files), ElementsAre("Bob", "ann", "team/x", "zoe"));
  EXPECT_THAT(orderReviewers(owners, {}), IsEmpty());
}

}  // namespace
}  // namespace gander::prbot
