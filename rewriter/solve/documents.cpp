#include "rewriter/solve/documents.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/solve/data_text.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

class DocumentSolver {
 public:
  DocumentSolver(const std::string& path, const Meaning& meaning, const Texts& texts, Solution& solution)
      : path_(path), meaning_(meaning), texts_(texts), solution_(solution), text_(texts.find(path)->text) {}

  void solveScalars(const std::string& language) {
    for (const auto& scalar : language == "yaml" ? yamlScalars(path_, text_) : jsonScalars(path_, text_)) {
      if (!judgeByKey(scalar, language)) judgeAnywhere(scalar);
    }
  }

 private:
  Span spanOfScalar(const Scalar& scalar, size_t size) const {
    return {path_, {scalar.offsetOf(0), scalar.offsetOf(size)}};
  }
  EvidenceStep step(const Span& span, std::string why) const {
    return {path_, texts_.positionOf(span), std::move(why)};
  }

  void replace(const Scalar& scalar, const ReferenceMeaning& found, Tier tier, const std::string& why) {
    if (found.alreadyNew || !found.tellsVersion()) return;
    Demand demand;
    demand.span = spanOfScalar(scalar, found.nameSize());
    demand.stance = Stance::kReplace;
    demand.replacement = found.reference->now;
    demand.change = found.change;
    demand.tier = tier;
    demand.units.insert(unitOfReference(demand.span));
    demand.evidence.push_back(step(demand.span, why));
    solution_.demands.push_back(std::move(demand));
  }

  // A key that a model knows: its value is the name of a dataset, ours or another.
  bool judgeByKey(const Scalar& scalar, const std::string& language) {
    auto path = replaceAll(scalar.path, ".", "/");
    for (const auto& [model, entry] : meaning_.models().keys(language)) {
      if (!globMatches(replaceAll(entry->pattern.name, ".", "/"), path)) continue;
      auto found = meaning_.findReference(entry->reference, scalar.value);
      if (found) {
        replace(scalar, *found, Tier::kFlow,
                fmt::format("the value of key {} is the name of a {} (model {}): {}", scalar.path,
                            rules::toString(entry->reference), model->name, meaning_.dataset(found->dataset).id));
        return true;
      }
      Demand keep;
      keep.span = scalar.span;
      keep.stance = Stance::kKeep;
      keep.reason = fmt::format("names {} '{}', not a dataset of this migration", rules::toString(entry->reference),
                                scalar.value);
      solution_.demands.push_back(std::move(keep));
    }
    return false;
  }

  void judgeAnywhere(const Scalar& scalar) {
    auto found = meaning_.findAnywhere(scalar.value);
    if (!found) return;
    replace(scalar, *found, Tier::kRule,
            fmt::format("names {}: {} '{}', wherever it stands", meaning_.dataset(found->dataset).id,
                        rules::toString(found->reference->kind), found->reference->old));
  }

  const std::string& path_;
  const Meaning& meaning_;
  const Texts& texts_;
  Solution& solution_;
  const std::string& text_;
};

}  // namespace

void solveDocument(const std::string& path, const std::string& language, const Meaning& meaning, const Texts& texts,
                   Solution& solution) {
  if (texts.find(path) == nullptr) return;
  DocumentSolver solver(path, meaning, texts, solution);
  if (language == "yaml" || language == "json") solver.solveScalars(language);
  if (language == "csv" || language == "json") solveDataFile(path, language, meaning, texts, solution);
}

}  // namespace gander::rewriter
