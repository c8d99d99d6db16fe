#include "cli/fleet_json.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace gander::cli {
namespace {

using nlohmann::ordered_json;

std::string dumped(const ordered_json& document) {
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json toDocument(const fleet::Target& target) {
  return {{"repository", target.key.repository},
          {"migration", target.key.campaign},
          {"url", withoutCredentials(target.url)},
          {"owner", target.owner},
          {"state", fleet::toString(target.state)},
          {"detail", target.detail},
          {"baseBranch", target.baseBranch},
          {"base", target.base},
          {"head", target.head},
          {"proposal", target.proposal},
          {"incomplete", target.incomplete},
          {"draft", target.draft},
          {"verification", target.verification},
          {"edits", target.counts.edits},
          {"builtEdits", target.counts.builtEdits},
          {"files", target.counts.files},
          {"listed", target.counts.listed},
          {"hazards", target.counts.hazards},
          {"updated", formatTime(target.updated)}};
}

ordered_json toDocument(const fleet::Attempt& attempt) {
  ordered_json steps = ordered_json::array();
  for (const auto& step : attempt.steps)
    steps.push_back({{"state", fleet::toString(step.state)},
                     {"detail", step.detail},
                     {"at", formatTime(step.at)},
                     {"log", step.log}});
  return {{"number", attempt.number},
          {"began", formatTime(attempt.began)},
          {"ended", attempt.ended ? ordered_json(formatTime(*attempt.ended)) : ordered_json()},
          {"outcome", attempt.outcome},
          {"steps", steps}};
}

// A document of our own inside another one; null where it can't be read back.
ordered_json parsed(const std::string& text) {
  auto document = ordered_json::parse(text, nullptr, false);
  return document.is_discarded() ? ordered_json() : document;
}

}  // namespace

std::string_view toString(fleet::Approval outcome) {
  switch (outcome) {
    case fleet::Approval::kMerged: return "merged";
    case fleet::Approval::kRegenerated: return "regenerated";
    case fleet::Approval::kHandedOver: return "handed over";
  }
  return "";
}

std::string runJson(const std::string& migration, const fleet::RunReport& report) {
  ordered_json targets = ordered_json::array();
  for (const auto& one : report.targets) {
    auto target = toDocument(one.target);
    target["unchanged"] = one.unchanged;
    target["problem"] = one.problem;
    targets.push_back(std::move(target));
  }
  return dumped({{"migration", migration}, {"targets", targets}, {"catalogProblems", report.catalogProblems}});
}

std::string statusJson(const std::vector<fleet::CampaignStatus>& campaigns) {
  ordered_json all = ordered_json::array();
  for (const auto& [campaign, targets] : campaigns) {
    ordered_json documents = ordered_json::array();
    for (const auto& target : targets) documents.push_back(toDocument(target));
    all.push_back({{"migration", campaign.name},
                   {"title", campaign.title},
                   {"owner", campaign.owner},
                   {"document", campaign.document},
                   {"created", formatTime(campaign.created)},
                   {"targets", documents}});
  }
  return dumped({{"campaigns", all}});
}

std::string detailsJson(const fleet::TargetDetails& details) {
  ordered_json attempts = ordered_json::array();
  for (const auto& attempt : details.attempts) attempts.push_back(toDocument(attempt));
  ordered_json document = {
      {"target", toDocument(details.target)}, {"attempts", attempts}, {"proposal", nullptr}, {"rewrite", nullptr}};
  if (const auto& made = details.document) {
    document["proposal"] = {{"title", made->title},
                            {"body", made->body},
                            {"diff", made->diff},
                            {"verificationDetail", made->verificationDetail},
                            {"log", made->log}};
    document["rewrite"] = parsed(made->json);
  }
  return dumped(document);
}

std::string targetJson(const fleet::Target& target) { return dumped({{"target", toDocument(target)}}); }

std::string approveJson(const fleet::ApproveReport& report) {
  return dumped(
      {{"outcome", toString(report.outcome)}, {"merged", report.merged}, {"target", toDocument(report.target)}});
}

std::string remaindersJson(const std::string& migration, const std::vector<fleet::Remainder>& remainders) {
  ordered_json repositories = ordered_json::array();
  for (const auto& one : remainders)
    repositories.push_back(
        {{"repository", one.repository},
         {"commit", one.commit},
         {"problem", one.problem},
         {"rewrite", one.problem.empty() ? parsed(rewriter::toJson(one.rewrite, true)) : ordered_json()}});
  return dumped({{"migration", migration}, {"repositories", repositories}});
}

}  // namespace gander::cli
