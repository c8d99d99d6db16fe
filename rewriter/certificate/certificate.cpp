#include "rewriter/rewrite.h"

#include <fmt/format.h>

#include <algorithm>

#include "rewriter/certificate/renames.h"
#include "rewriter/certificate/symbols.h"
#include "rewriter/certificate/tokens.h"

namespace gander::rewriter {
namespace {

using EditsByFile = std::map<std::string, std::vector<const Edit*>>;

// Edits in files that are not replaced as a whole.
EditsByFile editsByFile(const Rewrite& rewrite) {
  EditsByFile files;
  for (const auto& edit : rewrite.edits) files[edit.span.file].push_back(&edit);
  for (const auto& action : rewrite.files)
    if (action.movedFrom.empty()) files.erase(action.path);
  for (auto& [path, edits] : files)
    std::ranges::sort(edits, [](const Edit* a, const Edit* b) { return a->span.range < b->span.range; });
  return files;
}

std::string pathAfter(const Rewrite& rewrite, const std::string& path) {
  for (const auto& action : rewrite.files)
    if (action.movedFrom == path) return action.path;
  return path;
}

Result<std::optional<CertificateDifference>> compareFiles(const Rewrite& rewrite, const CertificateParts& parts,
                                                          const Renames& renames, const EditsByFile& files) {
  for (const auto& [path, edits] : files) {
    for (const auto* edit : edits)
      if (!renames.explains(*edit)) return CertificateDifference{path, edit->position, edit->old, edit->now};
    auto changed = parts.changed.find(pathAfter(rewrite, path));
    GANDER_TRY(auto before, parts.tree.read(path));
    if (changed == parts.changed.end() || !changed->second)
      return CertificateDifference{path, {}, "the file", "no file"};
    if (auto found = compareTokens(path, before, *changed->second, edits)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::string_view toString(CertificateGrade grade) {
  switch (grade) {
    case CertificateGrade::kNone: return "none";
    case CertificateGrade::kTokens: return "tokens";
    case CertificateGrade::kSymbols: return "symbols";
  }
  return "none";
}

Result<Certificate> certify(const Rewrite& rewrite, const CertificateParts& parts) {
  Certificate out;
  if (rewrite.empty()) {
    out.why = "nothing is changed";
    return out;
  }
  if (auto other = Renames::otherChange(parts.migration)) {
    out.why = fmt::format("only where all changes are renames: {} is none", *other);
    return out;
  }
  auto ruled = std::ranges::find_if(rewrite.edits, [](const Edit& edit) { return !edit.rule.empty(); });
  if (ruled != rewrite.edits.end()) {
    out.why = fmt::format("only where all changes are renames: rule {} edits too, as its author says", ruled->rule);
    return out;
  }
  Renames renames(parts.migration, parts.library);
  auto files = editsByFile(rewrite);
  GANDER_TRY(out.difference, compareFiles(rewrite, parts, renames, files));
  if (out.failed()) {
    out.why = "an edit changes more than the names";
    return out;
  }
  out.grade = CertificateGrade::kTokens;
  out.why = "names are resolved again only after a build of the changed tree";
  if (parts.before == nullptr || parts.after == nullptr) return out;
  GANDER_TRY(auto symbols, compareSymbols(rewrite, parts, renames, files));
  out.why = symbols.why;
  if (!symbols.why.empty()) return out;
  out.grade = CertificateGrade::kSymbols;
  if (!symbols.difference) return out;
  out.grade = CertificateGrade::kNone;
  out.difference = std::move(symbols.difference);
  out.why = "a name means something else in the new tree";
  return out;
}

// A difference may be a whole string or comment of a file.
static std::string shortened(const std::string& text) {
  constexpr size_t kShown = 200;  // bytes
  return text.size() <= kShown ? text : text.substr(0, kShown) + "...";
}

void setCertificate(Rewrite& rewrite, Certificate certificate) {
  if (certificate.difference) {
    certificate.difference->before = shortened(certificate.difference->before);
    certificate.difference->after = shortened(certificate.difference->after);
  }
  rewrite.certificate = std::move(certificate);
  std::erase_if(rewrite.hazards, [](const Hazard& hazard) { return hazard.name == "certificate"; });
  const auto& difference = rewrite.certificate.difference;
  if (!difference) return;
  rewrite.hazards.push_back(
      {"certificate", difference->file, difference->position,
       fmt::format("{}: before {}, after {}", rewrite.certificate.why, difference->before, difference->after)});
}

}  // namespace gander::rewriter
