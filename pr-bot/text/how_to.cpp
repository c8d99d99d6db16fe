#include <fmt/format.h>

#include "pr-bot/text/sections.h"

namespace gander::prbot {
namespace {

// What can be said in a comment, where there are comments.
constexpr std::string_view kCommands =
    "\nIn a comment here, at the start of a line, by whoever may write to the repository:\n\n"
    "| Comment | What it does |\n|---|---|\n"
    "| `/gander retry` | Retry: it is made anew from the base branch. |\n"
    "| `/gander regenerate` | The same, also where a person has committed to the branch: that is lost. |\n"
    "| `/gander skip <reason>` | Skip: this is closed, remembered, and not proposed again. |\n"
    "| `/gander declined <why>` | The same, with a reason that is counted: `wrong-edit`, `not-now`, `not-ours`, "
    "`done-otherwise`. |\n"
    "| `/gander rollback` | Undo, once it is merged: by a pull request of its own, built and tested. |\n"
    "| `/gander explain <file:line>` | The evidence of an edit, or why a line was left. |\n"
    "| `/gander help` | All of these. |\n";

}  // namespace

std::string howToSection(const ProposalFacts& facts) {
  std::string out = "\n## How to retry, skip or undo\n";
  if (!facts.merging.empty()) out += fmt::format("\n{}\n", escapeMarkdown(facts.merging));
  if (facts.pages.forge) out += kCommands;
  return out +
         fmt::format(
             "\n- Not wanted: {}, where gander runs. It is remembered, and not proposed again.\n"
             "- Undo after the merge: {}, or by hand `git revert -m 1 MERGE-COMMIT`; without `-m 1` where it was "
             "squashed.\n"
             "- To change something, commit to {}: gander never overwrites a person's commit, and leaves the branch to "
             "you from then on.\n"
             "- Made from commit {}. If the base moves where it matters, the branch is made afresh.\n",
             codeSpan(fmt::format("gander decline {} --reason \"...\"", facts.repository)),
             codeSpan("gander rollback " + facts.repository), codeSpan("gander/" + facts.migration),
             codeSpan(facts.base));
}

}  // namespace gander::prbot
