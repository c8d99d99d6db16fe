#include "pr-bot/proposal_text.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "tests/pr-bot/proposal_facts.h"

namespace gander::prbot {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ProposalTextTest, EditsOfRulesAreMarked) {
  auto facts = usualFacts();
  EXPECT_THAT(proposalBody(facts), Not(HasSubstr("rules of the migration's own")));
  facts.edits.push_back({"src/main.cpp", {20, 9}, "\"v1\"", "\"v2\"", "rule/open-by-uri", "rule", "rule", true, {}});
  facts.edits.back().rule = "open-by-uri";
  const auto body = proposalBody(facts);
  EXPECT_THAT(body, HasSubstr("**Made by rules of the migration's own**, and right only if these are. Look at each:\n\n"
                              "- `open-by-uri`: 1 edit\n"));
  EXPECT_THAT(body, HasSubstr("(`rule/open-by-uri`, tier `rule`, by rule `open-by-uri`, read by a build)"));
}

TEST(ProposalTextTest, ACertificateIsToldAndOneThatFailedIsNeverCalledVerified) {
  auto facts = usualFacts();
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
  EXPECT_THAT(body, HasSubstr("First at [`src/main.cpp:4:33`](https://github.com/acme/plays-report/blob/" + facts.base +
                              "/src/main.cpp#L4): before `method A::x`, after `method B::x`."));
  EXPECT_THAT(body, Not(HasSubstr("**verified**")));
}

TEST(ProposalTextTest, SaysTheUsual) {
  EXPECT_EQ(proposalTitle(usualFacts()), "Move from user_plays_v1 to user_plays_v2");
  expectGolden("usual.md", proposalBody(usualFacts()));
}

TEST(ProposalTextTest, SaysWhereAFileWas) {
  auto facts = usualFacts();
  facts.files = {{"models/plays_v2.sql", false, "models/plays_v1.sql"}};
  EXPECT_THAT(proposalBody(facts), HasSubstr("- `models/plays_v2.sql`: moved from `models/plays_v1.sql`\n"));
}

TEST(ProposalTextTest, SaysWhatIsIncompleteAndNotVerified) {
  auto facts = usualFacts();
  facts.incomplete = true;
  facts.listed[0].blocks = true;
  expectGolden("incomplete.md", proposalBody(facts));
  EXPECT_EQ(proposalTitle(facts), "[incomplete] Move from user_plays_v1 to user_plays_v2");
  EXPECT_EQ(proposalVerdict(facts), "built, but incomplete");
  EXPECT_THAT(proposalBody(facts), Not(HasSubstr("**verified**")));
  facts.verification = {"no sandbox", false, "bwrap is missing", {}};
  EXPECT_THAT(proposalBody(facts), HasSubstr("**no sandbox**: bwrap is missing"));
  EXPECT_THAT(proposalBody(facts), HasSubstr("Of 3 edits, **0** were checked by the build, and **3** were not."));
}

TEST(ProposalTextTest, StaysWithinTheLimitAndCountsTheRest) {
  auto facts = usualFacts();
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
  EXPECT_THAT(body, HasSubstr("<summary>4991 more places</summary>"));
  EXPECT_THAT(body, HasSubstr("more places: `gander show` has them all."));
  EXPECT_THAT(body, HasSubstr("files with edits more: `gander show` has them all."));
  EXPECT_THAT(body, HasSubstr("## How to retry, skip or undo"));
  for (size_t limit : {10'000u, 20'000u, 40'000u}) EXPECT_LE(proposalBody(facts, limit).size(), limit);
}

TEST(ProposalTextTest, EachForgeShowsTheLinesAtTheBase) {
  const std::string commit(40, 'c');
  auto url = [&](ForgeKind forge) {
    return lineUrl({forge, "https://forge.example/acme/plays"}, commit, "a b/#1?.py", 12);
  };
  EXPECT_EQ(url(ForgeKind::kGitHub), "https://forge.example/acme/plays/blob/" + commit + "/a%20b/%231%3F.py#L12");
  EXPECT_EQ(url(ForgeKind::kGitLab), "https://forge.example/acme/plays/-/blob/" + commit + "/a%20b/%231%3F.py#L12");
  EXPECT_EQ(url(ForgeKind::kGitea), "https://forge.example/acme/plays/src/commit/" + commit + "/a%20b/%231%3F.py#L12");
  EXPECT_EQ(lineUrl({}, commit, "a.py", 1), "");
}

TEST(ProposalTextTest, WhereNoForgeShowsLinesTheyAreNamed) {
  auto facts = usualFacts();
  facts.pages = {};
  expectGolden("embedded.md", proposalBody(facts));
  EXPECT_THAT(proposalBody(facts), Not(HasSubstr("/gander")));
}

TEST(ProposalTextTest, SaysThatNothingIsLeftToJudge) {
  auto facts = usualFacts();
  facts.hazards.clear();
  facts.listed.clear();
  EXPECT_THAT(proposalBody(facts), HasSubstr("There is no hazard, and no place is left for you to judge.\n"));
  facts.edits[0].rule = "open-by-uri";
  EXPECT_THAT(proposalBody(facts), Not(HasSubstr("no place is left")));
}

TEST(ProposalTextTest, CountsByFileKindAndTier) {
  auto facts = usualFacts();
  facts.edits.push_back(facts.edits[1]);
  EXPECT_THAT(proposalBody(facts), HasSubstr("| **all** | | | **4** | **1** |\n"
                                             "| `src/main.cpp` | rename | `type` | 1 | 1 |\n"
                                             "| `src/report.py` | rename | `flow` | 2 | 0 |\n"
                                             "| `src/report.py` | table | `flow` | 1 | 0 |\n"));
}

TEST(ProposalTextTest, ManyFilesAreCountedByKindAndFolded) {
  auto facts = usualFacts();
  for (int i = 0; i < 20; ++i) {
    facts.edits.push_back(facts.edits[1]);
    facts.edits.back().file = "src/report" + std::to_string(i) + ".py";
  }
  const auto body = proposalBody(facts);
  EXPECT_THAT(body, HasSubstr("| **all** | | **23** | **1** |\n| rename | `flow` | 21 | 0 |\n"));
  EXPECT_THAT(body, HasSubstr("<details><summary>The same by file</summary>\n\n| File | Change |"));
  EXPECT_THAT(body, HasSubstr("| `src/report0.py` | rename | `flow` | 1 | 0 |\n"));
  EXPECT_THAT(body, HasSubstr("<details><summary>The evidence of each edit, in 22 files; "));
  const auto count = [&](std::string_view what) { return split(replaceAll(body, what, "\x01"), '\x01').size(); };
  EXPECT_EQ(count("<details>"), count("</details>"));
}

TEST(ProposalTextTest, ManyEditsLeaveEachFileItsShare) {
  auto facts = usualFacts();
  for (uint32_t i = 0; i < 2000; ++i) {
    facts.edits.push_back(facts.edits[2]);
    facts.edits.back().position.line = 100 + i;
  }
  const auto body = proposalBody(facts);
  EXPECT_LE(body.size(), 60'000);
  EXPECT_THAT(body, HasSubstr("more edits of this file: `gander show` has them all."));
  EXPECT_THAT(body, HasSubstr("<summary><code>src/report.py</code>: 2 edits</summary>"));
}

TEST(ProposalTextTest, TellsWhatAFailedBuildSaidLast) {
  auto facts = usualFacts();
  facts.verification = {.verdict = "already broken", .detail = "before any change, build ended with exit status 2"};
  facts.verification.steps = {{"make", StepRun{true, 4s}, StepRun{true, 4s}},
                              {"make check", StepRun{false, 65s}, StepRun{false, 64s}},
                              {"make lint", std::nullopt, std::nullopt}};
  for (int line = 1; line <= 100; ++line)
    facts.verification.log += "\x1B[31mline " + std::to_string(line) + "\x1B[0m\r\n";
  const auto body = proposalBody(facts);
  expectGolden("broken.md", body);
  EXPECT_THAT(body, HasSubstr("```text\n line 61\n"));
  EXPECT_THAT(body, HasSubstr(" line 100\n```\n"));
  EXPECT_THAT(body, HasSubstr("| `make check` | **failed**, 1 min 5 s | **failed**, 1 min 4 s |\n"
                              "| `make lint` | not reached | not reached |\n"));
}

TEST(ProposalTextTest, SaysThatItTakesAMergedOneBack) {
  auto facts = usualFacts();
  facts.takesBack = "#12";
  facts.merging = "It merges by itself once its checks have passed.";
  facts.ledger = {};
  facts.edits.clear();
  facts.files.clear();
  facts.hazards.clear();
  facts.listed.clear();
  const auto body = proposalBody(facts);
  expectGolden("takes-back.md", body);
  EXPECT_THAT(body, testing::StartsWith("**Takes back #12**; **verified**.\n"));
  EXPECT_THAT(body, HasSubstr("\n\nIt merges by itself once its checks have passed.\n"));
  EXPECT_THAT(body, Not(HasSubstr("## Ledger")));
  EXPECT_THAT(body, Not(HasSubstr("## Edits")));
  facts.takesBack = "#1 @all";
  EXPECT_THAT(proposalBody(facts), testing::StartsWith("**Takes back \\#&#8203;1 @&#8203;all**"));
}

}  // namespace
}  // namespace gander::prbot
