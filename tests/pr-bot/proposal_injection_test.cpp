// What stands in a repository makes nothing in a proposal: no markup, link, mention, reference or command, whatever it is.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck.h>
#include <re2/re2.h>

#include <array>

#include "base/text.h"
#include "pr-bot/markdown.h"
#include "tests/pr-bot/proposal_facts.h"

namespace gander::prbot {
namespace {

constexpr std::array<std::string_view, 40> kHostile{"`",
                                                    "``",
                                                    "```",
                                                    "````text",
                                                    "~~~",
                                                    "|",
                                                    "\\",
                                                    "\\|",
                                                    "\n",
                                                    "\r\n",
                                                    "\n\n",
                                                    "<img src=x>",
                                                    "</code></summary></details>",
                                                    "<!--",
                                                    "-->",
                                                    "[a](http://evil.example)",
                                                    "![a](//evil.example/x.png)",
                                                    "https://evil.example",
                                                    "www.evil.example",
                                                    "@acme/all",
                                                    "@here",
                                                    "#12",
                                                    "acme/x#12",
                                                    "GH-12",
                                                    "!3",
                                                    "Closes #1",
                                                    "fixes: https://x.example/issues/1",
                                                    "Resolves ABC-1",
                                                    "/gander retry",
                                                    "\n/approve\n",
                                                    "\n/merge",
                                                    "# heading",
                                                    "- [ ] task",
                                                    "> quote",
                                                    "\xE2\x80\xAE",
                                                    "\xE2\x80\x8B",
                                                    "\x1B[31m",
                                                    "\x01",
                                                    "\xFF",
                                                    "&lt;b&gt; &#64;x"};

ProposalFacts factsOf(const std::string& foreign) {
  auto facts = usualFacts();
  facts.title = facts.summary = facts.owner = facts.repository = foreign;
  facts.merging = foreign;
  facts.takesBack = "by " + foreign;
  facts.guide = "javascript:" + foreign;
  for (auto& edit : facts.edits) {
    edit.file = edit.old = edit.now = edit.change = edit.kind = edit.tier = edit.rule = foreign;
    for (auto& step : edit.evidence) step.file = step.why = foreign;
  }
  facts.files = {{foreign, true}, {foreign, false, foreign}};
  facts.listed.assign(12, {foreign, {1, 1}, foreign, foreign, foreign, true});
  facts.hazards.assign(12, {foreign, foreign, {1, 1}, foreign});
  facts.gaps = facts.skipped = {foreign};
  facts.verification = {foreign, false, foreign, {{foreign, StepRun{true}, StepRun{false}}}, foreign + "\n" + foreign};
  facts.certificate = {"none", foreign, true, foreign, {1, 1}, foreign, foreign};
  return facts;
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

// The links and tags that gander makes itself.
std::string withoutOwnMarkup(std::string active) {
  RE2::GlobalReplace(&active, R"(</?(details|summary|code)>)", "");
  RE2::GlobalReplace(&active, R"(\]\(https://github\.com/acme/plays-report/blob/c{40}/[A-Za-z0-9%./_~-]*#L\d+\))", "");
  return active;
}

// Where a reader of tables ends a cell. They don't agree on two backslashes before a bar; all must count alike.
std::pair<int64_t, int64_t> bars(std::string_view row) {
  int64_t byParity = 0, byNeighbour = 0;
  size_t backslashes = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] == '|') {
      byParity += backslashes % 2 == 0 ? 1 : 0;
      byNeighbour += i == 0 || row[i - 1] != '\\' ? 1 : 0;
    }
    backslashes = row[i] == '\\' ? backslashes + 1 : 0;
  }
  return {byParity, byNeighbour};
}

// What is wrong with a body that was made of foreign text; empty where nothing is.
std::string faultOf(const std::string& body) {
  if (!isValidUtf8(body)) return "no UTF-8";
  if (body.size() > 60'000) return "too long";
  std::string line;
  int64_t columns = 0;
  for (const auto& one : splitLines(body)) {
    if (one.starts_with('/')) return "a command: " + one;
    if (one.starts_with('#') && !RE2::FullMatch(one, "## [A-Z][a-z ,]+")) return "a heading: " + one;
    if (one.starts_with('>') || one.starts_with('~')) return "a block: " + one;
    const bool row = one.starts_with('|');
    const auto [parity, neighbour] = bars(one);
    if (row && columns == 0) columns = parity;
    if (row && (parity != columns || neighbour != columns)) return "a cell: " + one;
    if (!row) columns = 0;
  }
  for (const char c : body)
    if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)) return "a control character";
  for (const auto* unseen : {"\xE2\x80\xAE", "\xE2\x80\x8F", "\xEF\xBB\xBF"})
    if (body.contains(unseen)) return "a character that can't be seen";
  // GitLab's default closing pattern, on the raw text.
  static const RE2 kClosing(
      R"((?i)(\b(clos(e[sd]?|ing)|fix(e[sd]|ing)?|resolv(e[sd]?|ing)|implement(s|ed|ing)?):? +(issues? +)?([\w./-]*#\d|https?://|[A-Z]+-\d)))");
  std::string found;
  if (RE2::PartialMatch(body, kClosing, &found)) return "an issue is closed: " + found;
  const auto active = replaceAll(withoutOwnMarkup(withoutInertText(body)), "&#8203;", "\u200B");
  static const RE2 kActive(R"((?i)([<@#!]\w|GH-\d|://|www\.|\]\(|<!--|\[ \]))");
  if (RE2::PartialMatch(active, kActive, &found)) {
    const auto at = active.find(found);
    return fmt::format("active: {}", active.substr(at < 30 ? 0 : at - 30, 80));
  }
  return "";
}

TEST(ProposalInjectionTest, NothingForeignBecomesMarkup) {
  auto facts = factsOf(
      "`x`</code></summary><img src=//evil>|@acme/all\n# fixes #1 [a](http://evil) \xE2\x80\xAE www.evil.com\x01\xFF");
  const auto body = proposalBody(facts);
  expectGolden("hostile.md", body);
  EXPECT_EQ(faultOf(body), "");
  EXPECT_THAT(proposalTitle(facts), testing::Not(testing::HasSubstr("\n")));
  EXPECT_THAT(proposalTitle(facts), testing::Not(testing::HasSubstr("@acme")));
}

TEST(ProposalInjectionTest, EachHostileTextAlone) {
  for (const auto hostile : kHostile)
    for (const auto* around : {"", "a ", "\n", "`"})
      EXPECT_EQ(faultOf(proposalBody(factsOf(around + std::string(hostile)))), "") << around << hostile;
}

TEST(ProposalInjectionTest, AnyOfThemTogether) {
  EXPECT_TRUE(rc::check("hostile texts", [] {
    const auto hostile = rc::gen::elementOf(std::vector<std::string>(kHostile.begin(), kHostile.end()));
    const auto pieces = *rc::gen::noShrink(rc::gen::container<std::vector<std::string>>(
        rc::gen::oneOf(hostile, hostile, rc::gen::arbitrary<std::string>(), rc::gen::just(std::string(" ")))));
    const auto text = fmt::format("{}", fmt::join(pieces, ""));
    const auto fault = faultOf(proposalBody(factsOf(text)));
    RC_LOG() << fault << "\nof: " << text;
    RC_ASSERT(fault.empty());
  }));
}

// That the judge of these tests can fail.
TEST(ProposalInjectionTest, WhatIsActiveIsSeen) {
  for (const auto* bad :
       {"/approve", "a\n# b", "see @team", "<b>", "fixes #1", "`Closes #1`", "https://x.example", "#1", "!1", "[a](b)",
        "| a | b |\n| a\\\\|b | c |\n", "a \xE2\x80\xAE b", "GH-1", "a \x1B[0m"})
    EXPECT_NE(faultOf(bad), "") << bad;
  EXPECT_EQ(faultOf("`@a <b> [x](y)` and | text"), "");
}

}  // namespace
}  // namespace gander::prbot
