#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "pr-bot/text/sections.h"

namespace gander::prbot {
namespace {

constexpr size_t kOpenRows = 15;
constexpr size_t kOpenFiles = 10;
constexpr size_t kLeastShare = 1500;  // bytes of one file's evidence: less tells nothing

constexpr std::string_view kNames = "| Change | Tier of the evidence | Edits | read by a build |\n";
constexpr std::string_view kAlignment = "|---|---|---:|---:|\n";

struct Row {
  uint64_t edits = 0;
  uint64_t built = 0;
};
using Key = std::pair<std::string, std::string>;  // kind of change, tier

std::string rowOf(std::string_view first, const Key& key, const Row& row) {
  return fmt::format("| {}{} | {} | {} | {} |\n", first, escapeMarkdown(key.first), codeSpan(key.second, Place::kTable),
                     row.edits, row.built);
}

// Where the rows by file are too many to be read, the sums are shown, and those folded.
std::string tableOfEdits(const ProposalFacts& facts, size_t budget) {
  std::map<std::pair<std::string, Key>, Row> byFile;
  std::map<Key, Row> sums;
  Row all;
  for (const auto& edit : facts.edits)
    for (auto* row : {&byFile[{edit.file, {edit.kind, edit.tier}}], &sums[{edit.kind, edit.tier}], &all}) {
      ++row->edits;
      row->built += edit.built ? 1 : 0;
    }
  const auto total = fmt::format("| **{}** | **{}** |\n", all.edits, all.built);
  std::vector<std::string> files;
  if (byFile.size() > 1) files.push_back("| **all** | | " + total);
  for (const auto& [key, row] : byFile)
    files.push_back(rowOf(codeSpan(key.first, Place::kTable) + " | ", key.second, row));
  const auto table = fmt::format("| File {}|---{}{}", kNames, kAlignment, within(budget, files, "rows"));
  if (files.size() <= kOpenRows) return "\n" + table;
  std::vector<std::string> kinds{"| **all** | " + total};
  for (const auto& [key, row] : sums) kinds.push_back(rowOf("", key, row));
  return fmt::format("\n{}{}{}\n<details><summary>The same by file</summary>\n\n{}\n</details>\n", kNames, kAlignment,
                     within(budget / 4, kinds, "rows"), table);
}

std::string wholeFiles(const ProposalFacts& facts, size_t budget) {
  std::vector<std::string> lines;
  for (const auto& file : facts.files) {
    const bool back = !facts.takesBack.empty();
    std::string what = back            ? "as it was before"
                       : file.replaces ? "replaced by the new version"
                                       : "new, of the new version";
    if (file.removes) what = "taken away: the merge had added it";
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

// Each file has an even share of what is left, so that one with thousands of edits leaves room for the others.
std::string filesWithEvidence(const ProposalFacts& facts, size_t budget) {
  std::map<std::string, std::vector<const ProposedEdit*>> files;
  for (const auto& edit : facts.edits) files[edit.file].push_back(&edit);
  std::string out;
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

}  // namespace

std::string editsSection(const ProposalFacts& facts, size_t budget) {
  if (facts.edits.empty() && facts.files.empty()) return "";
  std::string out = "\n## Edits\n";
  if (!facts.edits.empty()) out += tableOfEdits(facts, budget * 2 / 3);
  if (!facts.files.empty()) out += wholeFiles(facts, budget / 3);
  return out;
}

std::string evidenceSection(const ProposalFacts& facts, size_t budget) {
  if (facts.edits.empty()) return "";
  std::set<std::string> files;
  for (const auto& edit : facts.edits) files.insert(edit.file);
  const auto blocks = filesWithEvidence(facts, budget);
  if (files.size() <= kOpenFiles)
    return "\nThe evidence of each edit, by file; every line is that of the base commit:\n" + blocks;
  return fmt::format(
      "\n<details><summary>The evidence of each edit, in {} files; every line is that of the base "
      "commit</summary>\n{}\n</details>\n",
      files.size(), blocks);
}

}  // namespace gander::prbot
