#include <fmt/format.h>

#include <algorithm>

#include "pr-bot/text/sections.h"

namespace gander::prbot {
namespace {

using std::chrono::milliseconds;

std::string spoken(milliseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  if (seconds < 1) return "under 1 s";
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

std::string ranAs(const std::optional<StepRun>& run) {
  if (!run) return "not reached";
  return fmt::format("{}, {}", run->passed ? "passed" : "**failed**", spoken(run->elapsed));
}

std::string stepsTable(const std::vector<BuildStepNote>& steps, size_t budget) {
  if (steps.empty()) return "";
  std::vector<std::string> rows;
  milliseconds before{0}, after{0};
  for (const auto& step : steps) {
    rows.push_back(fmt::format("| {} | {} | {} |\n", codeSpan(step.command, Place::kTable), ranAs(step.before),
                               ranAs(step.after)));
    before += step.before.value_or(StepRun{}).elapsed;
    after += step.after.value_or(StepRun{}).elapsed;
  }
  if (steps.size() > 1) rows.push_back(fmt::format("| in all | {} | {} |\n", spoken(before), spoken(after)));
  return "\n| Run in a sandbox without a network | before the edits | after them |\n|---|---|---|\n" +
         within(budget, rows, "steps");
}

// What passed needs few words.
std::string logEnd(const VerificationNote& note) {
  const auto block = note.verified ? codeBlock(note.log, 5, 1000) : codeBlock(note.log);
  if (block.empty()) return "";
  return fmt::format(
      "\n<details><summary>The log's end</summary>\n\n{}\n`gander show --log` has more of it.\n\n</details>\n", block);
}

std::string checkedEdits(const ProposalFacts& facts) {
  const uint64_t all = facts.edits.size();
  if (all == 0) return "";
  const uint64_t built = facts.verification.verified ? std::ranges::count(facts.edits, true, &ProposedEdit::built) : 0;
  return fmt::format("\nOf {}, **{}** {} checked by the build, and **{}** {} not.\n", counted(all, "edit", "edits"),
                     built, built == 1 ? "was" : "were", all - built, all - built == 1 ? "was" : "were");
}

}  // namespace

std::string verificationSection(const ProposalFacts& facts, size_t budget) {
  const auto& note = facts.verification;
  auto out = fmt::format("\n## How it was verified\n\n**{}**{}\n", escapeMarkdown(proposalVerdict(facts)),
                         note.detail.empty() ? "." : ": " + escapeMarkdown(note.detail));
  out += stepsTable(note.steps, budget) + logEnd(note) + checkedEdits(facts);
  out +=
      "\nNo build can check:\n"
      "- the contents of strings, queries and configuration: they are wrong only when they run;\n"
      "- that the new version of the dataset is there, and filled, where this code reads it;\n"
      "- code of other platforms or options than the build's, and who else reads what this code writes.\n";
  return out;
}

std::string certificateSection(const ProposalFacts& facts) {
  const auto& note = facts.certificate;
  if (note.grade.empty()) return "";
  if (note.failed)
    return fmt::format(
        "\n**The certificate failed**, so this is not called verified: {}. First at {}: before {}, after {}.\n",
        escapeMarkdown(note.why), placeIn(facts, note.file, note.position), codeSpan(note.before),
        codeSpan(note.after));
  if (note.grade == "symbols")
    return "\n**Certificate: `symbols`.** Outside of the edits every token is as it was, and every name in the changed "
           "C++ "
           "files "
           "means what it meant before, under its new name.\n";
  auto why = note.why.empty() ? "" : ", and no more: " + escapeMarkdown(note.why);
  if (note.grade == "tokens")
    return fmt::format("\n**Certificate: `tokens`.** Outside of the edits every token is as it was{}.\n", why);
  return fmt::format("\n**Certificate: none**, {}.\n", escapeMarkdown(note.why));
}

std::string ledgerSection(const ProposalFacts& facts) {
  const auto& sums = facts.ledger;
  if (sums.occurrences == 0) return "";
  return fmt::format(
      "\n## Ledger\n\nEvery place where an old name stands in this repository, once:\n\n"
      "| Occurrences | edited | other | prose | generated | listed | unreached "
      "|\n|---:|---:|---:|---:|---:|---:|---:|\n"
      "| {} | {} | {} | {} | {} | {} | {} |\n\n"
      "*other*: proved to be something else; *unreached*: the name agrees, and nothing ties it to the dataset.\n",
      sums.occurrences, sums.edited, sums.other, sums.prose, sums.generated, sums.listed, sums.unreached);
}

}  // namespace gander::prbot
