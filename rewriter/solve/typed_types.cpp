// Bound types and packages, and the includes that bring them.
#include <fmt/format.h>

#include <algorithm>

#include "rewriter/scan/spellings.h"
#include "rewriter/solve/typed_solver.h"

namespace gander::rewriter {

static std::string join(const std::vector<std::string>& parts, size_t count, const std::string& separator) {
  return fmt::format("{}", fmt::join(parts.begin(), parts.begin() + static_cast<long>(count), separator));
}

bool TypedSolver::judgeType(const NameUse& name) {
  bool judged = false;
  for (const auto& type : meaning_.types(unit_.language)) {
    auto old = join(type.oldParts, type.oldParts.size(), separator_);
    bool self = name.symbol == old || name.symbol == old + separator_ + type.oldParts.back();
    bool below = name.symbol.starts_with(old + separator_);
    if (!self && !below) {
      judged |= name.kind == SymbolKind::kNamespace && old.starts_with(name.symbol + separator_);
      continue;
    }
    if (self && name.text == type.oldParts.back()) judged |= renameToken(name, type);
    if (self || type.wholePackage) judged |= renameQualifiers(name, type);
    judged |= self;
  }
  return judged;
}

bool TypedSolver::renameToken(const NameUse& name, const TypeMeaning& type) {
  if (type.oldParts.back() == type.newParts.back()) return checkUnqualified(name, type), true;
  Demand demand = start(name, type.dataset, type.change);
  if (name.pasted) return openPasted(demand, name), true;
  if (type.wholePackage && name.declares && name.definesHere)
    return open(demand, "the repository declares names of its own in this namespace"), true;
  askForVariants(name);
  demand.stance = Stance::kReplace;
  demand.replacement = type.newParts.back();
  solution_.demands.push_back(std::move(demand));
  checkUnqualified(name, type);
  return true;
}

// A name without its namespace moves only if what brings it into scope moves with it: a using declaration does (its own
// qualifiers are edited), a using directive or an enclosing namespace only with the whole package.
void TypedSolver::checkUnqualified(const NameUse& name, const TypeMeaning& type) {
  bool moves =
      !std::equal(type.oldParts.begin(), type.oldParts.end() - 1, type.newParts.begin(), type.newParts.end() - 1);
  if (!moves || type.wholePackage || !name.qualifiers.empty() || name.pasted || unit_.language != "cpp") return;
  if (packageMoves(type)) return;
  // A declaration stands in the namespace itself: no using declaration reaches it.
  if (!name.declares && hasUsingDeclaration(name.symbol)) return;
  open(start(name, type.dataset, type.change),
       "named without its namespace, and the namespace changes: a package reference moves it");
}

bool TypedSolver::packageMoves(const TypeMeaning& type) const {
  const auto& types = meaning_.types(unit_.language);
  return std::any_of(types.begin(), types.end(), [&](const TypeMeaning& other) {
    return other.wholePackage && other.oldParts.size() + 1 == type.oldParts.size() &&
           std::equal(other.oldParts.begin(), other.oldParts.end(), type.oldParts.begin()) &&
           std::equal(other.newParts.begin(), other.newParts.end(), type.newParts.begin(), type.newParts.end() - 1);
  });
}

bool TypedSolver::hasUsingDeclaration(const std::string& symbol) const {
  return std::any_of(unit_.names.begin(), unit_.names.end(), [&](const NameUse& name) {
    return name.symbol == symbol && !name.qualifiers.empty() && texts_.lineOf(name.span).starts_with("using ");
  });
}

bool TypedSolver::renameQualifiers(const NameUse& name, const TypeMeaning& type) {
  bool judged = false;
  for (const auto& qualifier : name.qualifiers)
    for (size_t k = 0; k < type.oldParts.size(); ++k) {
      if (qualifier.symbol != join(type.oldParts, k + 1, separator_)) continue;
      bool last = k + 1 == type.oldParts.size();
      if (last && !type.wholePackage) continue;  // the type itself: its own token's demand
      judged |= renameQualifier(name, qualifier, type, k);
    }
  return judged;
}

// A qualifier that is an alias stays; what it stands for is edited where the alias is defined, if the whole package moves.
void TypedSolver::judgeAlias(const NameUse& name, const TypeMeaning& type) {
  if (type.wholePackage || packageMoves(type)) return;
  open(start(name, type.dataset, type.change),
       "named through an alias of its namespace, and the namespace changes: a package reference moves it");
}

bool TypedSolver::renameQualifier(const NameUse& name, const Qualifier& qualifier, const TypeMeaning& type,
                                  size_t part) {
  if (type.newParts.size() == type.oldParts.size() && type.oldParts[part] == type.newParts[part]) return true;
  if (texts_.slice(qualifier.span) != type.oldParts[part]) return judgeAlias(name, type), true;
  Demand demand = start(name, type.dataset, type.change);
  demand.span = qualifier.span;
  if (type.newParts.size() != type.oldParts.size()) {
    open(demand, "the new name has another number of qualifiers");
    return true;
  }
  demand.stance = Stance::kReplace;
  demand.replacement = type.newParts[part];
  solution_.demands.push_back(std::move(demand));
  return true;
}

void TypedSolver::judgeInclude(const IncludeUse& include) {
  for (size_t index = 0; index < meaning_.migration().datasets.size(); ++index)
    for (const auto& reference : meaning_.dataset(index).references) {
      bool header = reference.kind == rules::ReferenceKind::kInclude && unit_.language == "cpp";
      bool module = reference.kind == rules::ReferenceKind::kPackage && unit_.language == "python";
      if (header) judgeHeader(include, index, reference);
      if (module) judgeModule(include, index, reference);
    }
}

void TypedSolver::judgeHeader(const IncludeUse& include, size_t index, const rules::Reference& reference) {
  if (reference.old == reference.now) return;
  bool whole = include.written == reference.old;
  bool tail = reference.old.ends_with("/" + include.written) && include.resolved.ends_with("/" + reference.old);
  if (!whole && !tail) return;
  Demand demand;
  demand.span = include.span;
  demand.change = referenceId(meaning_.dataset(index), reference);
  demand.tier = include.resolved.empty() ? Tier::kFlow : Tier::kType;
  demand.built = true;
  demand.units.insert("type:" + meaning_.dataset(index).id);
  demand.evidence.push_back(step(include.span, fmt::format("includes {}", reference.old)));
  auto left = reference.old.substr(0, reference.old.size() - include.written.size());
  if (!reference.now.starts_with(left)) {
    demand.claimed = demand.blocks = true;
    demand.reason = fmt::format("written relative to {}: {} can't be written so", left, reference.now);
  } else {
    demand.stance = Stance::kReplace;
    demand.replacement = reference.now.substr(left.size());
  }
  solution_.demands.push_back(std::move(demand));
}

void TypedSolver::judgeModule(const IncludeUse& include, size_t index, const rules::Reference& reference) {
  if (reference.old == reference.now) return;
  if (include.written != reference.old && !include.written.starts_with(reference.old + ".")) return;
  Demand demand;
  demand.span = include.span;
  demand.span.range.end = demand.span.range.begin + static_cast<uint32_t>(reference.old.size());
  if (texts_.slice(demand.span) != reference.old) return;
  demand.stance = Stance::kReplace;
  demand.replacement = reference.now;
  demand.change = referenceId(meaning_.dataset(index), reference);
  demand.tier = Tier::kFlow;
  demand.units.insert("type:" + meaning_.dataset(index).id);
  demand.evidence.push_back(step(demand.span, fmt::format("imports {}", include.written)));
  solution_.demands.push_back(std::move(demand));
}

}  // namespace gander::rewriter
