#include "fleet/proposal.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"
#include "pr-bot/markdown.h"

namespace gander::fleet {
namespace {

std::vector<prbot::EvidenceLine> evidenceOf(const std::vector<rewriter::EvidenceStep>& steps) {
  std::vector<prbot::EvidenceLine> lines;
  for (const auto& step : steps) lines.push_back({step.file, step.position, step.why});
  return lines;
}

prbot::LedgerSums sumsOf(const rewriter::Ledger& ledger) {
  using rewriter::Verdict;
  return {ledger.entries.size(),
          ledger.count(Verdict::kEdited),
          ledger.count(Verdict::kOther),
          ledger.count(Verdict::kProse),
          ledger.count(Verdict::kGenerated),
          ledger.count(Verdict::kListed),
          ledger.count(Verdict::kUnreached)};
}

std::optional<prbot::StepRun> runAt(const std::vector<sandbox::StepTime>& times, size_t at) {
  if (at >= times.size()) return std::nullopt;
  return prbot::StepRun{times[at].passed, times[at].elapsed};
}

prbot::VerificationNote noteOf(const sandbox::BuildPlan& plan, const sandbox::Verification& verification) {
  using sandbox::BuildVerdict;
  prbot::VerificationNote note{std::string(sandbox::toString(verification.verdict)),
                               verification.verdict == BuildVerdict::kVerified,
                               verification.detail,
                               {},
                               {}};
  note.log = verification.log;
  if (verification.before.empty()) return note;  // nothing was built
  for (size_t at = 0; at < plan.steps.size(); ++at)
    note.steps.push_back({fmt::format("{}", fmt::join(plan.steps[at].command, " ")), runAt(verification.before, at),
                          runAt(verification.after, at)});
  return note;
}

prbot::CertificateNote noteOf(const rewriter::Certificate& certificate) {
  prbot::CertificateNote note{
      .grade = std::string(toString(certificate.grade)), .why = certificate.why, .failed = certificate.failed()};
  if (!certificate.difference) return note;
  note.file = certificate.difference->file;
  note.position = certificate.difference->position;
  note.before = certificate.difference->before;
  note.after = certificate.difference->after;
  return note;
}

// What kind of change the edit is of, by the migration: "rename", "table"; of a rule of its own: "rule".
std::string kindOf(const rules::Migration& migration, const rewriter::Edit& edit) {
  if (!edit.rule.empty()) return "rule";
  for (const auto& dataset : migration.datasets) {
    for (const auto& change : dataset.changes)
      if (change.id == edit.change) return std::string(toString(change.kind));
    for (const auto& reference : dataset.references)
      if (referenceId(dataset, reference) == edit.change) return std::string(toString(reference.kind));
  }
  return edit.change;
}

}  // namespace

TargetCounts countsOf(const rewriter::Rewrite& rewrite) {
  auto built = std::ranges::count(rewrite.edits, true, &rewriter::Edit::built);
  return {rewrite.edits.size(), static_cast<uint64_t>(built), rewrite.files.size(), rewrite.listed.size(),
          rewrite.hazards.size()};
}

std::string summaryOf(const rewriter::Rewrite& rewrite) {
  std::set<std::string> files;
  for (const auto& edit : rewrite.edits) files.insert(edit.span.file);
  for (const auto& file : rewrite.files) files.insert(file.path);
  auto edits = rewrite.edits.size() + rewrite.files.size();
  return fmt::format("{} {} in {} {}, {} listed", edits, edits == 1 ? "edit" : "edits", files.size(),
                     files.size() == 1 ? "file" : "files", rewrite.listed.size());
}

prbot::ProposalFacts proposalFacts(const ProposalInputs& inputs) {
  const auto& [migration, target, rewrite, plan, verification, pages] = inputs;
  prbot::ProposalFacts facts;
  facts.migration = migration.name;
  facts.title = migration.title;
  facts.summary = migration.summary;
  facts.guide = migration.guide;
  facts.owner = migration.owner;
  facts.repository = target.key.repository;
  facts.base = target.base;
  facts.pages = pages;
  facts.incomplete = rewrite.incomplete;
  for (const auto& edit : rewrite.edits)
    facts.edits.push_back({edit.span.file, edit.position, edit.old, edit.now, edit.change, kindOf(migration, edit),
                           std::string(toString(edit.tier)), edit.built, evidenceOf(edit.evidence), edit.rule});
  for (const auto& file : rewrite.files)
    facts.files.push_back({file.path, file.replaces, file.movedFrom, file.removes});
  for (const auto& site : rewrite.listed)
    facts.listed.push_back({site.span.file, site.position, site.text, site.change, site.reason, site.blocks});
  for (const auto& hazard : rewrite.hazards)
    facts.hazards.push_back({hazard.name, hazard.file, hazard.position, hazard.message});
  for (const auto& gap : rewrite.gaps) facts.gaps.push_back(fmt::format("{}: {}", gap.file, gap.why));
  for (const auto& skipped : rewrite.skipped) facts.skipped.push_back(fmt::format("{}: {}", skipped.path, skipped.why));
  facts.verification = noteOf(plan, verification);
  facts.certificate = noteOf(rewrite.certificate);
  facts.ledger = sumsOf(rewrite.ledger);
  return facts;
}

bool keepEdited(const prbot::PullRequestText& there, const RewriteDocument& before, prbot::PullRequestText& text) {
  // Forges end lines in their own way, and drop blanks around a text.
  const auto plain = [](const std::string& written) { return std::string(trimmed(replaceAll(written, "\r", ""))); };
  if (plain(there.title) != plain(before.title)) text.title = there.title;
  const auto standing = plain(there.body);
  const auto ours = plain(before.body);
  const auto place = standing.find(ours);
  // A run that died may have put the new text there already.
  const bool isNew = standing.contains(plain(text.body));
  if (place != std::string::npos && !isNew)
    text.body = standing.substr(0, place) + text.body + standing.substr(place + ours.size());
  else
    text.body = there.body;
  return place != std::string::npos || isNew;
}

std::string commitMessage(const rules::Migration& migration, const rewriter::Rewrite& rewrite) {
  auto title = prbot::plainLine(migration.title.empty() ? migration.name : migration.title, 72);
  auto summary = prbot::plainLine(migration.summary);
  return fmt::format("{}\n\n{}{}.\n\nGander-Migration: {}\nGander-Rewrite: {}\n", title,
                     summary.empty() ? "" : summary + "\n\n", summaryOf(rewrite), migration.name, rewrite.digest);
}

}  // namespace gander::fleet
