#include "cli/rewrite_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace gander::cli {
namespace {

using rewriter::Rewrite;
using rewriter::Verdict;

std::string counted(size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string place(const rewriter::EvidenceStep& step) {
  return printable(fmt::format("{} {}", formatPlace(step.file, step.position), step.why));
}

std::string describeEdits(const Rewrite& rewrite, const Style& style) {
  std::string out;
  std::string file;
  for (const auto& edit : rewrite.edits) {
    if (edit.span.file != file) {
      file = edit.span.file;
      out += style.bold(printable(file)) + "\n";
    }
    out += fmt::format("  {:>8}  {} -> {}  [{}] {}\n", fmt::format("{}:{}", edit.position.line, edit.position.column),
                       style.bad(printable(edit.old)), style.good(printable(edit.now)), rewriter::toString(edit.tier),
                       style.dim(printable(edit.change)));
    if (!edit.evidence.empty())
      out += style.dim(fmt::format("            from {}", place(edit.evidence.front()))) + "\n";
    if (edit.evidence.size() > 1)
      out += style.dim(fmt::format("            to   {}", place(edit.evidence.back()))) + "\n";
  }
  for (const auto& action : rewrite.files) {
    auto what = action.replaces ? "replaced by the new version" : "new file";
    out += fmt::format("{}  {}\n", style.bold(printable(action.path)),
                       action.movedFrom.empty() ? what : "moved from " + printable(action.movedFrom));
  }
  return out;
}

std::string describeListed(const Rewrite& rewrite, const Style& style) {
  if (rewrite.listed.empty()) return {};
  std::string out =
      "\n" + style.attention(fmt::format("listed, for a person to decide: {}", rewrite.listed.size())) + "\n";
  for (const auto& site : rewrite.listed)
    out += fmt::format("  {}  {}\n      {}{}\n", printable(formatPlace(site.span.file, site.position)),
                       printable(site.text), printable(site.reason), site.blocks ? "  (holds its unit back)" : "");
  return out;
}

std::string describeHazards(const Rewrite& rewrite, const Style& style) {
  std::string out;
  if (!rewrite.hazards.empty())
    out += "\n" + style.attention(fmt::format("hazards: {}", rewrite.hazards.size())) + "\n";
  for (const auto& hazard : rewrite.hazards)
    out +=
        fmt::format("  {}  {}: {}\n", printable(hazard.file.empty() ? "-" : formatPlace(hazard.file, hazard.position)),
                    hazard.name, printable(hazard.message));
  std::map<std::string, std::set<std::string>> gaps;  // a header that is missing in a hundred files is one line
  for (const auto& gap : rewrite.gaps) gaps[gap.why].insert(gap.file);
  for (const auto& [why, files] : gaps)
    out += fmt::format("  gap: {}: {}{}\n", printable(*files.begin()), printable(why),
                       files.size() > 1 ? fmt::format(" (and in {} more)", files.size() - 1) : "");
  for (const auto& file : rewrite.skipped)
    out += fmt::format("  not read: {}: {}\n", printable(file.path), printable(file.why));
  return out;
}

std::string describeOccurrences(const rewriter::Ledger& ledger) {
  std::string out = "\n";
  for (const auto& entry : ledger.entries)
    out += fmt::format("  {}  {}  {}{}\n", printable(formatPlace(entry.span.file, entry.position)),
                       printable(entry.spelling), rewriter::toString(entry.verdict),
                       entry.reason.empty() ? "" : ": " + printable(entry.reason));
  return out;
}

std::string describeCertificate(const Rewrite& rewrite) {
  const auto& certificate = rewrite.certificate;
  if (rewrite.empty()) return "";
  auto out = fmt::format("certificate: {}", rewriter::toString(certificate.grade));
  if (!certificate.why.empty()) out += ": " + printable(certificate.why);
  if (certificate.difference)
    out += printable(fmt::format("; first at {}: before {}, after {}",
                                 formatPlace(certificate.difference->file, certificate.difference->position),
                                 certificate.difference->before, certificate.difference->after));
  return out + "\n";
}

}  // namespace

std::string describeLedger(const rewriter::Ledger& ledger) {
  constexpr auto kVerdicts = std::to_array(
      {Verdict::kEdited, Verdict::kOther, Verdict::kProse, Verdict::kGenerated, Verdict::kListed, Verdict::kUnreached});
  auto out = counted(ledger.entries.size(), "occurrence") + " of old names";
  std::string separator = ": ";
  for (auto verdict : kVerdicts) {
    if (ledger.count(verdict) == 0) continue;
    out += fmt::format("{}{} {}", separator, ledger.count(verdict), rewriter::toString(verdict));
    separator = ", ";
  }
  return out;
}

std::string describeSums(const Rewrite& rewrite) {
  std::set<std::string> files;
  for (const auto& edit : rewrite.edits) files.insert(edit.span.file);
  auto out = counted(rewrite.edits.size(), "edit") + " in " + counted(files.size(), "file");
  auto moved = std::ranges::count_if(rewrite.files, [](const auto& file) { return !file.movedFrom.empty(); });
  auto fresh = rewrite.files.size() - static_cast<size_t>(moved);
  if (fresh > 0) out += ", " + counted(fresh, "file") + " of the new version";
  if (moved > 0) out += ", " + counted(static_cast<size_t>(moved), "file") + " moved";
  if (!rewrite.listed.empty()) out += fmt::format(", {} listed", rewrite.listed.size());
  if (rewrite.incomplete) out += "; incomplete: something that must change with them is only listed";
  out += "\n" + describeLedger(rewrite.ledger) + "\n";
  if (rewrite.ledger.contained > 0) out += fmt::format("{} longer names only contain one\n", rewrite.ledger.contained);
  return out + describeCertificate(rewrite);
}

std::string describeRewrite(const Rewrite& rewrite, bool ledger, const Style& style) {
  auto out = describeEdits(rewrite, style) + describeListed(rewrite, style) + describeHazards(rewrite, style);
  if (ledger) out += describeOccurrences(rewrite.ledger);
  return out + "\n" + describeSums(rewrite);
}

}  // namespace gander::cli
