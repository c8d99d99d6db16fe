#include "cli/fleet_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/rewrite_report.h"

namespace gander::cli {
namespace {

using rewriter::Verdict;

std::string countsOf(const fleet::Target& target) {
  const auto& counts = target.counts;
  std::vector<std::string> parts;
  auto add = [&](uint64_t count, std::string_view word) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, word));
  };
  add(counts.edits, counts.edits == 1 ? "edit" : "edits");
  add(counts.files, counts.files == 1 ? "new file" : "new files");
  add(counts.listed, "listed");
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string_view draftWord(const fleet::Target& target) {
  if (target.incomplete) return " (draft: incomplete)";
  if (target.heldDraft) return " (draft until the forge's checks have passed)";
  return target.draft ? " (draft)" : "";
}

std::string factsOf(const fleet::Target& target) {
  std::string out;
  auto add = [&](const std::string& text) {
    if (!text.empty()) out += (out.empty() ? "" : "; ") + text;
  };
  if (target.proposal != 0) add(fmt::format("#{}{}", target.proposal, draftWord(target)));
  add(countsOf(target));
  add(target.verification);
  // What the counts and the number say already is not said twice.
  bool told = target.state == fleet::TargetState::kOpen || target.state == fleet::TargetState::kOnlyListed;
  if (!told) add(target.detail);
  return printable(out.substr(0, out.find('\n')));
}

// What a person wants to see of a ledger: what still is of the old version, or may be.
bool isLeft(Verdict verdict) {
  return verdict == Verdict::kEdited || verdict == Verdict::kListed || verdict == Verdict::kUnreached;
}

std::string_view leftWord(Verdict verdict) {
  return verdict == Verdict::kEdited ? "old, to be edited" : rewriter::toString(verdict);
}

std::string describeLeft(const rewriter::Rewrite& rewrite) {
  std::string out;
  for (const auto& entry : rewrite.ledger.entries)
    if (isLeft(entry.verdict))
      out += fmt::format("    {}  {}  {}{}\n", printable(formatPlace(entry.span.file, entry.position)),
                         printable(entry.spelling), leftWord(entry.verdict),
                         entry.reason.empty() ? "" : ": " + printable(entry.reason));
  return out;
}

std::string indented(const std::string& text) {
  std::string out;
  for (const auto& line : splitLines(text)) out += line.empty() ? "\n" : "    " + line + "\n";
  return out;
}

std::string describeAttempts(const fleet::TargetDetails& details, const Style& style) {
  std::string out;
  for (const auto& attempt : details.attempts) {
    out += fmt::format("\nattempt {}, {}: {}\n", attempt.number, formatTime(attempt.began),
                       attempt.outcome.empty() ? "not ended" : attempt.outcome);
    for (const auto& step : attempt.steps)
      out += fmt::format("  {}  {}  {}\n", formatTime(step.at), styleState(step.state, style), printable(step.detail));
  }
  if (details.document && !details.document->log.empty())
    out += "\n" + style.bold("build log") + "\n" + printable(details.document->log) + "\n";
  return out;
}

// The sites of a target without a proposal: they are all that a person gets to see of it.
std::string describeListed(const std::string& rewrite, const Style& style) {
  auto document = nlohmann::json::parse(rewrite, nullptr, false);
  if (!document.is_object() || document.value("listed", nlohmann::json::array()).empty()) return {};
  std::string out = "\n" + style.attention("listed, for a person to decide") + "\n";
  for (const auto& site : document["listed"])
    out += fmt::format("  {}:{}:{}  {}\n      {}\n", printable(site.value("file", "")), site.value("line", 0),
                       site.value("column", 0), printable(site.value("text", "")), printable(site.value("reason", "")));
  return out;
}

}  // namespace

std::string describeTargets(const std::vector<fleet::Target>& targets, const Style& style) {
  size_t width = 0;
  for (const auto& target : targets) width = std::max(width, target.key.repository.size());
  std::string out;
  for (const auto& target : targets) {
    // The word is padded before it is coloured: colours have a length too.
    std::string pad(15 - std::min<size_t>(15, fleet::toString(target.state).size()), ' ');
    out += fmt::format("  {:<{}}  {}{}{}\n", printable(target.key.repository), width, styleState(target.state, style),
                       pad, factsOf(target));
  }
  return out;
}

std::string describeRun(const fleet::RunReport& report, const Style& style) {
  std::vector<fleet::Target> targets;
  for (const auto& one : report.targets) targets.push_back(one.target);
  auto out = describeTargets(targets, style);
  for (const auto& one : report.targets)
    if (!one.problem.empty())
      out += style.attention(printable(fmt::format("{}: {}", one.target.key.repository, one.problem))) + "\n";
  for (const auto& problem : report.catalogProblems) out += style.attention(printable(problem)) + "\n";
  auto open =
      std::ranges::count_if(targets, [](const auto& target) { return target.state == fleet::TargetState::kOpen; });
  auto same = std::ranges::count_if(report.targets, [](const auto& one) { return one.unchanged; });
  return out + fmt::format("{} targets: {} open for review, {} as before\n", targets.size(), open, same);
}

std::string describeStatus(const std::vector<fleet::CampaignStatus>& campaigns, const Style& style) {
  std::string out;
  for (const auto& [campaign, targets] : campaigns) {
    if (!out.empty()) out += "\n";
    out += style.bold(printable(campaign.name)) + "  " + printable(campaign.title) + "\n" +
           describeTargets(targets, style);
  }
  return out.empty() ? "no campaign has run yet\n" : out;
}

std::string describeDetails(const fleet::TargetDetails& details, bool diff, bool log, const Style& style) {
  const auto& target = details.target;
  if (diff) return details.document ? styleDiff(details.document->diff, style) : "";
  auto out = fmt::format("{}  {}  {}\n", style.bold(printable(target.key.repository)), styleState(target.state, style),
                         factsOf(target));
  out +=
      fmt::format("  migration  {}\n  from       {}\n", target.key.campaign, printable(withoutCredentials(target.url)));
  if (!target.owner.empty()) out += fmt::format("  owner      {}\n", printable(target.owner));
  if (!target.base.empty()) out += fmt::format("  base       {} {}\n", printable(target.baseBranch), target.base);
  if (!target.head.empty()) out += fmt::format("  head       {}\n", target.head);
  if (details.document && !details.document->title.empty())
    out += "\n" + style.bold(printable(details.document->title)) + "\n\n" + printable(details.document->body) + "\n";
  else if (details.document)
    out += describeListed(details.document->json, style);
  return log ? out + describeAttempts(details, style) : out;
}

std::string describeRemainders(const std::vector<fleet::Remainder>& remainders, bool plan, const Style& style) {
  std::string out;
  for (const auto& one : remainders) {
    out += style.bold(printable(one.repository)) + "  ";
    if (!one.problem.empty()) {
      out += style.bad(printable(one.problem)) + "\n";
    } else if (plan) {
      out += one.rewrite.empty() && one.rewrite.listed.empty()
                 ? "nothing to change\n"
                 : "\n" + indented(describeRewrite(one.rewrite, false, style));
    } else {
      out += describeLedger(one.rewrite.ledger) + "\n" + describeLeft(one.rewrite);
    }
  }
  return out;
}

}  // namespace gander::cli
