#include "pr-bot/proposal_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "pr-bot/markdown.h"

namespace gander::prbot {
namespace {

std::string counted(uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string place(std::string_view file, Position position, Place where = Place::kParagraph) {
  return codeSpan(formatPlace(file, position), where);
}

// Blocks of text one after another until the budget of bytes is used up; what is left out is counted, and said.
std::string within(size_t budget, const std::vector<std::string>& blocks, std::string_view rest) {
  std::string out;
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (out.size() + blocks[i].size() > budget)
      return fmt::format("{}\n{} more {}: `gander show` has them all.\n", out, blocks.size() - i, rest);
    out += blocks[i];
  }
  return out;
}

size_t fileCount(const ProposalFacts& facts) {
  std::vector<std::string> files;
  for (const auto& edit : facts.edits) files.push_back(edit.file);
  for (const auto& file : facts.files) files.push_back(file.path);
  std::ranges::sort(files);
  auto twins = std::ranges::unique(files);
  return files.size() - twins.size();
}

std::string whatAndWhy(const ProposalFacts& facts) {
  auto title = escapeMarkdown(facts.title.empty() ? facts.migration : facts.title);
  auto out = fmt::format("**{}**: {} in {}, each with its evidence below.\n\n", title,
                         counted(facts.edits.size() + facts.files.size(), "edit", "edits"),
                         counted(fileCount(facts), "file", "files"));
  auto why = escapeMarkdown(facts.summary.empty() ? "The dataset has a new version." : facts.summary);
  if (!facts.guide.empty()) why += " " + link("Migration guide", facts.guide);
  if (!facts.owner.empty()) why += (facts.guide.empty() ? " " : ", ") + ("owner: " + codeSpan(facts.owner));
  out += why + "\n";
  if (facts.incomplete)
    out +=
        "\n**Incomplete.** Something that must change together with these edits could not be decided and is only "
        "listed. "
        "Merging this alone leaves the repository between two versions.\n";
  return out;
}

std::string hazards(const ProposalFacts& facts, size_t budget) {
  if (facts.hazards.empty()) return "";
  std::vector<std::string> lines;
  for (const auto& hazard : facts.hazards) {
    auto where = hazard.file.empty() ? "" : " " + place(hazard.file, hazard.position);
    lines.push_back(fmt::format("- {}{}: {}\n", codeSpan(hazard.name), where, escapeMarkdown(hazard.message)));
  }
  return "\n## Look at these first\n\n" + within(budget, lines, "hazards");
}

std::string listedSites(const ProposalFacts& facts, size_t budget) {
  if (facts.listed.empty()) return "";
  std::vector<std::string> rows;
  for (const auto& site : facts.listed)
    rows.push_back(fmt::format("| {} | {} | {} | {}{} |\n", place(site.file, site.position, Place::kTable),
                               codeSpan(site.text, Place::kTable), codeSpan(site.change, Place::kTable),
                               site.blocks ? "**must change with the edits**: " : "", escapeMarkdown(site.reason)));
  return fmt::format(
             "\n## Not edited, for you to judge\n\n{}\n\n| Where | Line | Change | Why it was not edited "
             "|\n|---|---|---|---|\n",
             counted(facts.listed.size(), "place may use the dataset, and could not be decided:",
                     "places may use the dataset, and could not be decided:")) +
         within(budget, rows, "places");
}

std::string unread(const ProposalFacts& facts, size_t budget) {
  std::vector<std::string> lines;
  for (const auto& gap : facts.gaps) lines.push_back(fmt::format("- {}\n", escapeMarkdown(gap)));
  for (const auto& skipped : facts.skipped) lines.push_back(fmt::format("- {}\n", escapeMarkdown(skipped)));
  if (lines.empty()) return "";
  return fmt::format("\n<details><summary>Not read: {}</summary>\n\n",
                     counted(lines.size(), "file or part of one", "files or parts of files")) +
         within(budget, lines, "of them") + "\n</details>\n";
}

// Nothing but their author's word stands behind these: no flow, no type, no certificate.
std::string ruledEdits(const ProposalFacts& facts, size_t budget) {
  std::map<std::string, uint64_t> rules;
  for (const auto& edit : facts.edits)
    if (!edit.rule.empty()) ++rules[edit.rule];
  if (rules.empty()) return "";
  std::vector<std::string> lines;
  for (const auto& [rule, edits] : rules)
    lines.push_back(fmt::format("- {}: {}\n", codeSpan(rule), counted(edits, "edit", "edits")));
  return "\n**Made by rules of the migration's own**, and right only if these are. Look at each:\n\n" +
         within(budget, lines, "rules");
}

std::string tableOfEdits(const ProposalFacts& facts, size_t budget) {
  struct Row {
    uint64_t edits = 0;
    uint64_t built = 0;
  };
  std::map<std::pair<std::string, std::string>, Row> table;
  Row sum;
  for (const auto& edit : facts.edits) {
    auto& row = table[{edit.change, edit.tier}];
    for (auto* counts : {&row, &sum}) {
      ++counts->edits;
      counts->built += edit.built ? 1 : 0;
    }
  }
  std::vector<std::string> rows;
  for (const auto& [key, row] : table)
    rows.push_back(fmt::format("| {} | {} | {} | {} |\n", codeSpan(key.first, Place::kTable),
                               codeSpan(key.second, Place::kTable), row.edits, row.built));
  std::string out = "\n## Edits\n\n";
  if (!rows.empty()) {
    out += "| Change | Tier of the evidence | Edits | of them code that a build reads |\n|---|---|---:|---:|\n";
    out += within(budget, rows, "kinds of edits");
    out += fmt::format("| **all** | | **{}** | **{}** |\n", sum.edits, sum.built);
  }
  out += ruledEdits(facts, budget);
  std::vector<std::string> files;
  for (const auto& file : facts.files) {
    std::string what = file.replaces ? "replaced by the new version" : "new, of the new version";
    if (!file.movedFrom.empty()) what = "moved from " + codeSpan(file.movedFrom);
    files.push_back(fmt::format("- {}: {}\n", codeSpan(file.path), what));
  }
  if (!files.empty()) out += "\n" + within(budget, files, "files");
  return out;
}

std::string oneEdit(const ProposedEdit& edit) {
  auto out = fmt::format("- line {}, column {}: {} → {} ({}, tier {}, {}{})\n", edit.position.line,
                         edit.position.column, codeSpan(edit.old), codeSpan(edit.now), codeSpan(edit.change),
                         codeSpan(edit.tier), edit.rule.empty() ? "" : "by rule " + codeSpan(edit.rule) + ", ",
                         edit.built ? "read by a build" : "not read by a build");
  for (size_t i = 0; i < edit.evidence.size(); ++i) {
    const auto& step = edit.evidence[i];
    out += fmt::format("  {}. {} {}\n", i + 1, place(step.file, step.position), escapeMarkdown(step.why));
  }
  return out;
}

std::string evidence(const ProposalFacts& facts, size_t budget) {
  std::map<std::string, std::vector<const ProposedEdit*>> files;
  for (const auto& edit : facts.edits) files[edit.file].push_back(&edit);
  std::vector<std::string> blocks;
  for (const auto& [file, edits] : files) {
    std::vector<std::string> items;
    for (const auto* edit : edits) items.push_back(oneEdit(*edit));
    // One file's part of the budget, so that a file with thousands of edits leaves room for the others.
    blocks.push_back(fmt::format("\n<details><summary>{}: {}</summary>\n\n{}\n</details>\n", htmlCode(file),
                                 counted(edits.size(), "edit", "edits"),
                                 within(budget / 2, items, "edits of this file")));
  }
  return within(budget, blocks, "files with edits");
}

std::string certificate(const CertificateNote& note) {
  if (note.grade.empty()) return "";
  if (note.failed)
    return fmt::format(
        "\n**The certificate failed**, so this is not called verified: {}. First at {}: before {}, after {}.\n",
        escapeMarkdown(note.why), place(note.file, note.position), codeSpan(note.before), codeSpan(note.after));
  if (note.grade == "symbols")
    return "\nCertificate: `symbols`. Outside of the edits every token is as it was, and every name in the changed C++ "
           "files "
           "means what it meant before, under its new name.\n";
  auto why = note.why.empty() ? "" : ", and no more: " + escapeMarkdown(note.why);
  if (note.grade == "tokens")
    return fmt::format("\nCertificate: `tokens`. Outside of the edits every token is as it was{}.\n", why);
  return fmt::format("\nCertificate: none, {}.\n", escapeMarkdown(note.why));
}

std::string verification(const ProposalFacts& facts) {
  const auto& note = facts.verification;
  uint64_t built = std::ranges::count(facts.edits, true, &ProposedEdit::built);
  uint64_t notBuilt = facts.edits.size() - built;
  auto out = fmt::format("\n## How it was verified\n\n**{}**{}\n", escapeMarkdown(proposalVerdict(facts)),
                         note.detail.empty() ? "." : ": " + escapeMarkdown(note.detail));
  if (!note.steps.empty()) {
    out += "\nRun in a sandbox without a network, before the edits and after them:\n";
    for (const auto& step : note.steps) out += fmt::format("- {}\n", codeSpan(step));
  }
  out += certificate(facts.certificate);
  out += "\n| | Edits |\n|---|---:|\n";
  out += fmt::format("| checked by the build | {} |\n", note.verified ? built : 0);
  out += fmt::format("| **not** checked by the build | {} |\n", note.verified ? notBuilt : facts.edits.size());
  out +=
      "\nNo build can check:\n"
      "- the contents of strings, queries and configuration: they are wrong only when they run;\n"
      "- that the new version of the dataset is there, and filled, where this code reads it;\n"
      "- code of other platforms or options than the build's, and who else reads what this code writes.\n";
  return out;
}

std::string ledger(const LedgerSums& sums) {
  return fmt::format(
      "\n## Ledger\n\nEvery place where an old name stands in this repository, once:\n\n"
      "| Occurrences | edited | other | prose | generated | listed | unreached "
      "|\n|---:|---:|---:|---:|---:|---:|---:|\n"
      "| {} | {} | {} | {} | {} | {} | {} |\n\n"
      "*other*: proved to be something else; *unreached*: the name agrees, and nothing ties it to the dataset.\n",
      sums.occurrences, sums.edited, sums.other, sums.prose, sums.generated, sums.listed, sums.unreached);
}

std::string undo(const ProposalFacts& facts) {
  auto branch = codeSpan("gander/" + facts.migration);
  return fmt::format(
      "\n## How to undo\n\n"
      "- Not wanted: {}. It is remembered, and not proposed again.\n"
      "- After the merge: `git revert -m 1 MERGE-COMMIT`.\n"
      "- To change something, commit to {}: gander never overwrites a person's commit, and leaves the branch to you "
      "from then on.\n"
      "- Made from commit {}. If the base moves, the branch is made afresh.\n",
      codeSpan(fmt::format("gander decline {} --reason \"...\"", facts.repository)), branch, codeSpan(facts.base));
}

}  // namespace

std::string proposalVerdict(const ProposalFacts& facts) {
  const auto& note = facts.verification;
  if (note.verified && facts.incomplete) return "built, but incomplete";
  if (note.verified && facts.certificate.failed) return "built, but its certificate failed";
  return note.verdict;
}

std::string proposalTitle(const ProposalFacts& facts) {
  auto title = oneLine(facts.title.empty() ? facts.migration : facts.title, 120);
  return (facts.incomplete ? "[incomplete] " : "") + title;
}

std::string proposalBody(const ProposalFacts& facts, size_t limit) {
  auto head = whatAndWhy(facts) + hazards(facts, limit / 6) + listedSites(facts, limit / 4);
  auto table = tableOfEdits(facts, limit / 12);
  auto tail = unread(facts, limit / 12) + verification(facts) + ledger(facts.ledger) + undo(facts);
  size_t used = head.size() + table.size() + tail.size() + 200;
  return head + table + evidence(facts, limit > used ? limit - used : 0) + tail;
}

}  // namespace gander::prbot
