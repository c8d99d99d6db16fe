#include <nlohmann/json.hpp>

#include "rewriter/rewrite.h"

namespace gander::rewriter {
namespace {

using nlohmann::json;

json placed(const std::string& file, Position position) {
  return {{"file", file}, {"line", position.line}, {"column", position.column}};
}

json toDocument(const std::vector<EvidenceStep>& evidence) {
  json steps = json::array();
  for (const auto& step : evidence) {
    auto one = placed(step.file, step.position);
    one["why"] = step.why;
    steps.push_back(std::move(one));
  }
  return steps;
}

json toDocument(const Edit& edit) {
  auto one = placed(edit.span.file, edit.position);
  one["old"] = edit.old;
  one["new"] = edit.now;
  one["change"] = edit.change;
  one["tier"] = toString(edit.tier);
  if (!edit.rule.empty()) one["rule"] = edit.rule;
  one["unit"] = edit.unit;
  one["checked_by_build"] = edit.built;
  one["evidence"] = toDocument(edit.evidence);
  return one;
}

json toDocument(const ListedSite& site) {
  auto one = placed(site.span.file, site.position);
  one["text"] = site.text;
  one["change"] = site.change;
  one["reason"] = site.reason;
  one["blocks"] = site.blocks;
  one["evidence"] = toDocument(site.evidence);
  return one;
}

json toDocument(const Ledger& ledger, bool verbose) {
  json out{{"occurrences", ledger.entries.size()}};
  for (auto verdict :
       {Verdict::kEdited, Verdict::kOther, Verdict::kProse, Verdict::kGenerated, Verdict::kListed, Verdict::kUnreached})
    out[std::string(toString(verdict))] = ledger.count(verdict);
  out["contained"] = ledger.contained;
  std::map<std::string, std::map<std::string, uint64_t>> spellings;
  for (const auto& entry : ledger.entries) {
    auto& counts = spellings[entry.spelling];
    ++counts["occurrences"];
    ++counts[std::string(toString(entry.verdict))];
  }
  out["spellings"] = json::array();
  for (const auto& [spelling, counts] : spellings) {
    json one = counts;
    one["spelling"] = spelling;
    out["spellings"].push_back(std::move(one));
  }
  if (!verbose) return out;
  out["contained_names"] = ledger.containedNames;
  out["entries"] = json::array();
  for (const auto& entry : ledger.entries) {
    auto one = placed(entry.span.file, entry.position);
    one["spelling"] = entry.spelling;
    one["verdict"] = toString(entry.verdict);
    one["reason"] = entry.reason;
    out["entries"].push_back(std::move(one));
  }
  return out;
}

json toDocument(const Certificate& certificate) {
  json one{{"grade", toString(certificate.grade)}, {"why", certificate.why}};
  if (!certificate.difference) return one;
  const auto& difference = *certificate.difference;
  one["difference"] = placed(difference.file, difference.position);
  one["difference"]["before"] = difference.before;
  one["difference"]["after"] = difference.after;
  return one;
}

std::string_view actionOf(const FileAction& file) {
  if (file.removes) return "remove";
  if (!file.movedFrom.empty()) return "move";
  return file.replaces ? "replace" : "add";
}

template <typename T>
json list(const std::vector<T>& values) {
  json out = json::array();
  for (const auto& value : values) out.push_back(toDocument(value));
  return out;
}

}  // namespace

std::string toJson(const Rewrite& rewrite, bool verbose) {
  json out;
  out["edits"] = list(rewrite.edits);
  out["listed"] = list(rewrite.listed);
  out["hazards"] = json::array();
  for (const auto& hazard : rewrite.hazards) {
    auto one = placed(hazard.file, hazard.position);
    one["name"] = hazard.name;
    one["message"] = hazard.message;
    out["hazards"].push_back(std::move(one));
  }
  out["files"] = json::array();
  for (const auto& file : rewrite.files) {
    out["files"].push_back({{"file", file.path}, {"action", actionOf(file)}});
    if (file.movedFrom.empty()) continue;
    out["files"].back()["from"] = file.movedFrom;
  }
  out["ledger"] = toDocument(rewrite.ledger, verbose);
  out["gaps"] = json::array();
  for (const auto& gap : rewrite.gaps) out["gaps"].push_back({{"file", gap.file}, {"why", gap.why}});
  out["skipped"] = json::array();
  for (const auto& file : rewrite.skipped) out["skipped"].push_back({{"file", file.path}, {"why", file.why}});
  out["incomplete"] = rewrite.incomplete;
  out["certificate"] = toDocument(rewrite.certificate);
  out["digest"] = rewrite.digest;
  return out.dump(2, ' ', false, json::error_handler_t::replace);  // a path may be any bytes
}

}  // namespace gander::rewriter
