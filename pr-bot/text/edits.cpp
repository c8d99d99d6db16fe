#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "pr-bot/text/sections.h"

namespace gander::prbot {
namespace {

constexpr size_t kOpenRows = 15;
constexpr size_t kLeastShare = 1500;  // bytes of one file's evidence: less tells nothing

std::string tableOfEdits(const ProposalFacts& facts, size_t budget) {
  struct Row {
    uint64_t edits = 0;
    uint64_t built = 0;
  };
  std::map<std::tuple<std::string, std::string, std::string>, Row> table;
  Row sum;
  for (const auto& edit : facts.edits)
    for (auto* counts : {&table[{edit.file, edit.kind, edit.tier}], &sum}) {
      ++counts->edits;
      counts->built += edit.built ? 1 : 0;
    }
  std::vector<std::string> rows;
  if (table.size() > 1) rows.push_back(fmt::format("| **all** | | | **{}** | **{}** |\n", sum.edits, sum.built));
  for (const auto& [key, row] : table) {
    const auto& [file, kind, tier] = key;
    rows.push_back(fmt::format("| {} | {} | {} | {} | {} |\n", codeSpan(file, Place::kTable), escapeMarkdown(kind),
                               codeSpan(tier, Place::kTable), row.edits, row.built));
  }
  return "\n" + folded("| File | Change | Tier of the evidence | Edits | read by a build |\n|---|---|---|---:|---:|\n",
                       rows, kOpenRows, budget, "rows");
}

std::string wholeFiles(const ProposalFacts& facts, size_t budget) {
  std::vector<std::string> lines;
  for (const auto& file : facts.files) {
    std::string what = file.replaces ? "replaced by the new version" : "new, of the new version";
    if (!file.movedFrom.empty()) what = "moved from " + codeSpan(file.movedFrom);
    lines.push_back(fmt::format("- {}: {}\n", codeSpan(file.path), what));
  }
  return "\n" + folded("", lines, kOpenRows, budget, "files");
}

std::string oneEdit(const ProposalFacts& facts, const ProposedEdit& edit) {
  const auto line = fmt::format("line {}", edit.position.line);
  const auto url = lineUrl(facts.pages, facts.base, edit.file, edit.position.line);
  auto out = fmt::format("- {}, column {}: {} → {} ({}, tier {}{}{})\n", url.empty() ? line : link(line, url),
                         edit.position.column, codeSpan(edit.old), codeSpan(edit.now), codeSpan(edit.change),
                         codeSpan(edit.tier), edit.rule.empty() ? "" : ", by rule " + codeSpan(edit.rule),
                         edit.built ? ", read by a build" : "");
  for (size_t i = 0; i < edit.evidence.size(); ++i) {
    const auto& step = edit.evidence[i];
    out += fmt::format("  {}. {} {}\n", i + 1, placeIn(facts, step.file, step.position), escapeMarkdown(step.why));
  }
  return out;
}

}  // namespace

std::string editsSection(const ProposalFacts& facts, size_t budget) {
  if (facts.edits.empty() && facts.files.empty()) return "";
  std::string out = "\n## Edits\n";
  if (!facts.edits.empty()) out += tableOfEdits(facts, budget * 2 / 3);
  if (!facts.files.empty()) out += wholeFiles(facts, budget / 3);
  return out;
}

// Each file has an even share of what is left, so that one with thousands of edits leaves room for the others.
std::string evidenceSection(const ProposalFacts& facts, size_t budget) {
  std::map<std::string, std::vector<const ProposedEdit*>> files;
  for (const auto& edit : facts.edits) files[edit.file].push_back(&edit);
  if (files.empty()) return "";
  std::string out = "\nThe evidence of each edit, by file; every line is that of the base commit:\n";
  size_t left = files.size();
  for (const auto& [file, edits] : files) {
    const auto room = budget > out.size() ? budget - out.size() : 0;
    std::vector<std::string> items;
    for (const auto* edit : edits) items.push_back(oneEdit(facts, *edit));
    auto block = fmt::format("\n<details><summary>{}: {}</summary>\n\n{}\n</details>\n", htmlCode(file),
                             counted(edits.size(), "edit", "edits"),
                             within(std::max(room / left, kLeastShare), items, "edits of this file"));
    if (block.size() > room)
      return fmt::format("{}\n{} more: `gander show` has them all.\n", out,
                         counted(left, "file with edits", "files with edits"));
    out += block;
    --left;
  }
  return out;
}

}  // namespace gander::prbot
