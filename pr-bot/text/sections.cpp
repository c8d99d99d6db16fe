#include "pr-bot/text/sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace gander::prbot {

std::string counted(uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string placeIn(const ProposalFacts& facts, std::string_view file, Position position, Place where) {
  return linkedCode(formatPlace(file, position), lineUrl(facts.pages, facts.base, file, position.line), where);
}

std::string within(size_t budget, const std::vector<std::string>& blocks, std::string_view rest) {
  std::string out;
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (out.size() + blocks[i].size() > budget)
      return fmt::format("{}\n{} more {}: `gander show` has them all.\n", out, blocks.size() - i, rest);
    out += blocks[i];
  }
  return out;
}

std::string folded(std::string_view head, const std::vector<std::string>& lines, size_t open, size_t budget,
                   std::string_view rest) {
  const auto split = lines.begin() + static_cast<std::ptrdiff_t>(std::min(open, lines.size()));
  std::string shown;
  for (auto line = lines.begin(); line != split; ++line) shown += *line;
  if (split == lines.end() || shown.size() > budget) return fmt::format("{}{}", head, within(budget, lines, rest));
  return fmt::format("{}{}\n<details><summary>{} more {}</summary>\n\n{}{}\n</details>\n", head, shown,
                     lines.end() - split, rest, head, within(budget - shown.size(), {split, lines.end()}, rest));
}

// ---------------------------------------------------------------- what needs eyes

namespace {

constexpr size_t kOpenHazards = 10;
constexpr size_t kOpenListed = 10;

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

}  // namespace

std::string hazardsSection(const ProposalFacts& facts, size_t budget) {
  std::vector<std::string> lines;
  for (const auto& hazard : facts.hazards) {
    auto where = hazard.file.empty() ? "" : " at " + placeIn(facts, hazard.file, hazard.position);
    lines.push_back(
        fmt::format("- **{}**{}: {}\n", escapeMarkdown(hazard.name), where, escapeMarkdown(hazard.message)));
  }
  auto rules = ruledEdits(facts, budget / 2);
  if (lines.empty() && rules.empty()) return "";
  auto list = lines.empty() ? "" : "\n" + folded("", lines, kOpenHazards, budget / 2, "hazards");
  return "\n## Look at these first\n" + list + rules;
}

std::string listedSection(const ProposalFacts& facts, size_t budget) {
  if (facts.listed.empty()) return "";
  std::vector<std::string> rows;
  for (const bool blocks : {true, false})  // what the edits need comes first
    for (const auto& site : facts.listed) {
      if (site.blocks != blocks) continue;
      rows.push_back(fmt::format("| {} | {} | {} | {}{} |\n", placeIn(facts, site.file, site.position, Place::kTable),
                                 codeSpan(site.text, Place::kTable), codeSpan(site.change, Place::kTable),
                                 blocks ? "**must change with the edits**: " : "", escapeMarkdown(site.reason)));
    }
  return fmt::format("\n## Not edited, for you to judge\n\n{}\n\n",
                     counted(facts.listed.size(), "place may use the dataset, and could not be decided:",
                             "places may use the dataset, and could not be decided:")) +
         folded("| Where | Line | Change | Why it was not edited |\n|---|---|---|---|\n", rows, kOpenListed, budget,
                "places");
}

std::string unreadSection(const ProposalFacts& facts, size_t budget) {
  std::vector<std::string> lines;
  for (const auto& gap : facts.gaps) lines.push_back(fmt::format("- {}\n", escapeMarkdown(gap)));
  for (const auto& skipped : facts.skipped) lines.push_back(fmt::format("- {}\n", escapeMarkdown(skipped)));
  if (lines.empty()) return "";
  return fmt::format("\n<details><summary>Not read: {}</summary>\n\n",
                     counted(lines.size(), "file or part of one", "files or parts of files")) +
         within(budget, lines, "of them") + "\n</details>\n";
}

}  // namespace gander::prbot
