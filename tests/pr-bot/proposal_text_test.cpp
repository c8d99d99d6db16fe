#include "pr-bot/proposal_text.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "base/files.h"
#include "base/text.h"
#include "pr-bot/markdown.h"

namespace gander::prbot {
namespace {

using testing::HasSubstr;
using testing::Not;

// GANDER_UPDATE=1 writes the golden texts anew: the text is the product.
void expectGolden(const std::string& name, const std::string& text) {
  auto path = std::filesystem::path(GANDER_SOURCE_DIR) / "tests/pr-bot/golden" / name;
  if (std::getenv("GANDER_UPDATE")) {
    ASSERT_TRUE(writeFile(path, text));
  }
  auto golden = readFile(path);
  ASSERT_TRUE(golden) << golden.error().message;
  EXPECT_EQ(text, *golden);
}

// What a reader of Markdown takes as more than text: code spans, <code> up to the next tag, and escaped characters are left out
// (CommonMark 6.1, 2.4).
std::string withoutInertText(std::string_view body) {
  std::string out;
  for (size_t i = 0; i < body.size();) {
    if (body[i] == '\\') {
      i += 2;
      continue;
    }
    if (body.substr(i).starts_with("<code>")) {
      i = std::min(body.find('<', i + 1), body.size());
      continue;
    }
    size_t end = std::min(body.find_first_not_of('`', i), body.size());
    if (end == i) {
      out += body[i++];
      continue;
    }
    size_t size = end - i;
    size_t close = end;
    for (size_t run = 0; close < body.size() && run != size; close += run) {
      close = std::min(body.find('`', close), body.size());
      run = std::min(body.find_first_not_of('`', close), body.size()) - close;
    }
    i = close;
  }
  return out;
}

ProposalFacts usual() {
  ProposalFacts facts;
  facts.migration = "user-plays-v2";
  facts.title = "Move from user_plays_v1 to user_plays_v2";
  facts.summary = "Version 1 is not filled any more from March on.";
  facts.guide = "https://wiki.example/user-plays?v=2";
  facts.owner = "group:data-platform";
  facts.repository = "acme/plays-report";
  facts.base = std::string(40, 'c');
  facts.edits = {
      {"src/report.py",
       {3, 24},
       "user_plays_v1",
       "user_plays_v2",
       "user-plays/table/user_plays_v1",
       "flow",
       false,
       {{"src/report.py", {3, 9}, "warehouse.open names the dataset"}}},
      {"src/report.py",
       {5, 14},
       "user_name",
       "listener_name",
       "user-plays/rename/user_name",
       "flow",
       false,
       {{"src/report.py", {3, 9}, "warehouse.open names the dataset"}, {"src/report.py", {4, 12}, "a row of it"}}},
      {"src/main.cpp",
       {12, 8},
       "user_name",
       "listener_name",
       "user-plays/rename/user_name",
       "type",
       true,
       {{"src/main.cpp", {12, 8}, "a member of warehouse::v1::UserPlay"}}},
  };
  facts.files = {{"proto/plays.proto", true}, {"proto/plays_v2.proto", false}};
  facts.listed = {
      {"src/dyn.py", {7, 1}, "row[prefix + \"name\"]", "user-plays/rename/user_name", "the key is computed", false}};
  facts.hazards = {{"shared-constant", "src/names.py", {1, 1}, "the constant is used for another dataset too"}};
  facts.gaps = {"src/win.cpp: inactive region, lines 3-9"};
  facts.skipped = {"data/big.bin: binary"};
  facts.verification = {"verified", true, "", {"cmake -S . -B build", "cmake --build build"}};
  facts.ledger = {9, 3, 2, 1, 0, 1, 2};
  return facts;
}

TEST(ProposalTextTest, EditsOfRulesAreMarked) {
  auto facts = usual();
  EXPECT_THAT(proposalBody(facts), Not(HasSubstr("rules of the migration's own")));
  facts.edits.push_back({"src/main.cpp", {20, 9}, "\"v1\"", "\"v2\"", "rule/open-by-uri", "rule", true, {}});
  facts.edits.back().rule = "open-by-uri";
  const auto body = proposalBody(facts);
  EXPECT_THAT(body, HasSubstr("**Made by rules of the migration's own**, and right only if these are. Look at each:\n\n"
                              "- `open-by-uri`: 1 edit\n"));
  EXPECT_THAT(body, HasSubstr("(`rule/open-by-uri`, tier `rule`, by rule `open-by-uri`, read by a build)"));
}

TEST(ProposalTextTest, ACertificateIsToldAndOneThatFailedIsNeverCalledVerified) {
  auto facts = usual();
  facts.verification = {"verified", true, "", {}};
  facts.certificate = {.grade = "symbols"};
  EXPECT_THAT(proposalBody(facts), HasSubstr("Certificate: `symbols`."));
  EXPECT_THAT(proposalBody(facts), HasSubstr("**verified**"));
  facts.certificate = {.grade = "tokens", .why = "no C++ is changed"};
  EXPECT_THAT(proposalBody(facts), HasSubstr("as it was, and no more: no C"));
  facts.certificate = {.grade = "none",
                       .why = "a name means something else in the new tree",
                       .failed = true,
                       .file = "src/main.cpp",
                       .position = {4, 33},
                       .before = "method A::x",
                       .after = "method B::x"};
  auto body = proposalBody(facts);
  EXPECT_THAT(body, HasSubstr("**built, but its certificate failed**"));
  EXPECT_THAT(body, HasSubstr("First at `src/main.cpp:4:33`: before `method A::x`, after `method B::x`."));
  EXPECT_THAT(body, Not(HasSubstr("**verified**")));
}

TEST(ProposalTextTest, SaysTheUsual) {
  EXPECT_EQ(proposalTitle(usual()), "Move from user_plays_v1 to user_plays_v2");
  expectGolden("usual.md", proposalBody(usual()));
}

TEST(ProposalTextTest, SaysWhereAFileWas) {
  auto facts = usual();
  facts.files = {{"models/plays_v2.sql", false, "models/plays_v1.sql"}};
  EXPECT_THAT(proposalBody(facts), HasSubstr("- `models/plays_v2.sql`: moved from `models/plays_v1.sql`\n"));
}

TEST(ProposalTextTest, SaysWhatIsIncompleteAndNotVerified) {
  auto facts = usual();
  facts.incomplete = true;
  facts.listed[0].blocks = true;
  expectGolden("incomplete.md", proposalBody(facts));
  EXPECT_EQ(proposalTitle(facts), "[incomplete] Move from user_plays_v1 to user_plays_v2");
  EXPECT_EQ(proposalVerdict(facts), "built, but incomplete");
  EXPECT_THAT(proposalBody(facts), Not(HasSubstr("**verified**")));
  facts.verification = {"no sandbox", false, "bwrap is missing", {}};
  EXPECT_THAT(proposalBody(facts), HasSubstr("**no sandbox**: bwrap is missing"));
  EXPECT_THAT(proposalBody(facts), HasSubstr("| checked by the build | 0 |"));
}

TEST(ProposalTextTest, NothingForeignBecomesMarkup) {
  auto facts = usual();
  const std::string hostile =
      "`x`</code></summary><img src=//evil>|@acme/all\n# fixes #1 [a](http://evil) \xE2\x80\xAE www.evil.com\x01\xFF";
  facts.title = facts.summary = facts.migration = facts.owner = facts.repository = hostile;
  facts.guide = "javascript:alert(1)";
  for (auto& edit : facts.edits) {
    edit.file = edit.old = edit.now = edit.change = edit.tier = hostile;
    for (auto& step : edit.evidence) step.file = step.why = hostile;
  }
  facts.files[0].path = hostile;
  facts.listed[0] = {hostile, {1, 1}, hostile, hostile, hostile, true};
  facts.hazards[0] = {hostile, hostile, {1, 1}, hostile};
  facts.gaps = facts.skipped = {hostile};
  facts.verification = {hostile, false, hostile, {hostile}};
  auto body = proposalBody(facts);
  expectGolden("hostile.md", body);
  EXPECT_TRUE(isValidUtf8(body));
  auto active = withoutInertText(body);
  for (std::string_view markup :
       {"<img", "</code></summary><", "[a](", "@acme", "#1", "http://evil", "www.evil", "\n# "})
    EXPECT_EQ(active.find(markup), std::string::npos) << markup;
  EXPECT_THAT(proposalTitle(facts), Not(HasSubstr("\n")));
}

TEST(ProposalTextTest, StaysWithinTheLimitAndCountsTheRest) {
  auto facts = usual();
  auto edit = facts.edits[0];
  auto site = facts.listed[0];
  for (uint32_t i = 0; i < 5000; ++i) {
    edit.file = "src/file" + std::to_string(i % 900) + ".py";
    edit.position.line = i;
    facts.edits.push_back(edit);
    facts.listed.push_back(site);
    facts.hazards.push_back(facts.hazards[0]);
    facts.skipped.push_back("x: y");
  }
  auto body = proposalBody(facts);
  EXPECT_LE(body.size(), 60'000);
  EXPECT_THAT(body, HasSubstr("more places: `gander show` has them all."));
  EXPECT_THAT(body, HasSubstr("more files with edits: `gander show` has them all."));
  EXPECT_THAT(body, HasSubstr("## How to undo"));
}

TEST(MarkdownTest, FencesCodeLongerThanItsBackticks) {
  EXPECT_EQ(codeSpan("a"), "`a`");
  EXPECT_EQ(codeSpan("a``b"), "```a``b```");
  EXPECT_EQ(codeSpan("`a"), "`` `a ``");
  EXPECT_EQ(codeSpan("a|b", Place::kTable), "`a\\|b`");
  EXPECT_EQ(codeSpan("a\nb"), "`a b`");
  EXPECT_EQ(codeSpan(" "), "(nothing)");
}

TEST(MarkdownTest, EscapesWhatWouldBeActive) {
  EXPECT_EQ(escapeMarkdown("see <b>@team</b> | `x`"), "see \\<b\\>@&#8203;team\\</b\\> \\| \\`x\\`");
  EXPECT_EQ(escapeMarkdown("1. x"), "1\\. x");
  EXPECT_EQ(escapeMarkdown("- x - y"), "\\- x - y");
  EXPECT_EQ(escapeMarkdown("at https://x, www.x"), "at https:&#8203;//x, www&#8203;.x");
  EXPECT_EQ(escapeMarkdown("fixes #12"), "fixes \\#&#8203;12");
}

TEST(MarkdownTest, MakesOneCleanLine) {
  EXPECT_EQ(oneLine(" a \t\r\n b\x01"), "a b");
  EXPECT_EQ(oneLine("a\xE2\x80\xAE"
                    "b"),
            "a[U+202E]b");
  EXPECT_EQ(oneLine("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(oneLine("abcdef", 3), "abc…");
}

TEST(MarkdownTest, LinksOnlyTheWeb) {
  EXPECT_EQ(link("Guide", "https://x.example/a?b=c"), "[Guide](https://x.example/a?b=c)");
  EXPECT_EQ(link("Guide", "javascript:x"), "Guide: `javascript:x`");
  EXPECT_EQ(link("Guide", "https://x)[y]("), "Guide: `https://x)[y](`");
}

}  // namespace
}  // namespace gander::prbot
