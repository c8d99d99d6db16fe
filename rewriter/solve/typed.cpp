#include "rewriter/solve/typed.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rewriter/scan/spellings.h"
#include "rewriter/solve/typed_solver.h"

namespace gander::rewriter {

static std::string fileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

TypedSolver::TypedSolver(const Meaning& meaning, const Texts& texts, Solution& solution, const Unit& unit)
    : meaning_(meaning),
      texts_(texts),
      solution_(solution),
      unit_(unit),
      separator_(unit.language == "cpp" ? "::" : "."),
      changed_(meaning, texts, solution, unit) {
  for (const auto& name : unit.names)
    if (!name.overrides.empty()) overrides_.emplace(name.symbol, name.overrides);
  for (const auto& seen : unit.types)
    if (meaning.isNewClass(unit.language, seen).value_or(false)) newClasses_.push_back(seen.symbol + separator_);
}

void TypedSolver::solve() {
  for (const auto& name : unit_.names) judge(name);
  for (const auto& include : unit_.includes) judgeInclude(include);
  changed_.takeSwitches();
}

void TypedSolver::judge(const NameUse& name) {
  if (name.symbol.empty()) return judgeUnresolved(name);
  if (judgeEnumValue(name) || judgeOtherFunction(name) || judgeChanged(name) || judgeMember(name) ||
      judgeParameter(name) || judgeType(name))
    return;
  if (name.kind == SymbolKind::kNamespace || name.kind == SymbolKind::kModule || name.pasted) return;
  Demand keep;
  keep.stance = Stance::kKeep;
  keep.span = name.span;
  keep.reason = fmt::format("{} {}", toString(name.kind), name.symbol);
  if (!name.declaration.file.empty()) keep.reason += ", declared in " + fileName(name.declaration.file);
  solution_.demands.push_back(std::move(keep));
}

void TypedSolver::judgeUnresolved(const NameUse& name) {
  if (name.pasted && name.paste.argument.file.empty()) return;
  Demand open;
  open.span = name.pasted ? name.paste.argument : name.span;
  if (name.dependent) {  // its instantiations say what it is: those that are seen
    askForVariants(name);
    open.weak = true;
    open.claimed = !meaning_.types(unit_.language).empty() && unit_.gaps.empty();  // else the gap is the reason
    open.reason = "it stands in a template that nothing instantiates";
    solution_.demands.push_back(std::move(open));
    return;
  }
  open.reason =
      unit_.language == "cpp" ? "the compiler could not resolve it" : "what it is an attribute of is not known";
  if (!name.lacking.empty()) open.reason += ": " + name.lacking;
  open.weak = unit_.language != "cpp";  // a flow may tell
  solution_.demands.push_back(std::move(open));
}

// The member that a name is: by its own class, or by a method that it overrides.
TypedSolver::Member TypedSolver::findMember(const NameUse& name) const {
  Member found;
  found.meaning = meaning_.findMember(unit_.language, name.symbol);
  found.symbol = name.symbol;
  for (const auto& overridden : name.overrides) {
    if (found.meaning != nullptr) break;
    found.meaning = meaning_.findMember(unit_.language, overridden);
    found.symbol = overridden;
  }
  if (found.meaning == nullptr) return found;
  auto isOurs = [&](const std::string& symbol) {
    auto own = overrides_.find(symbol);
    return meaning_.findMember(unit_.language, symbol) != nullptr ||
           (own != overrides_.end() && std::ranges::any_of(own->second, [&](const auto& one) {
              return meaning_.findMember(unit_.language, one) != nullptr;
            }));
  };
  for (const auto& overridden : name.overrides)
    if (!isOurs(overridden)) found.also = overridden;
  return found;
}

// A method that only is called like an accessor: GetWidth(Units) beside the width that GetWidth() gives.
bool TypedSolver::judgeOtherFunction(const NameUse& name) {
  if (name.kind != SymbolKind::kMethod && name.kind != SymbolKind::kFunction) return false;
  const auto member = findMember(name);
  const auto* field = meaning_.bound().findField(unit_.language, member.symbol);
  if (member.meaning == nullptr || field == nullptr || !field->arguments) return false;
  const bool repeated = field->field != nullptr && field->field->repeated;
  const uint32_t most = *field->arguments + (repeated ? 1 : 0);  // of one value among many
  if (name.takesLeast <= most && *field->arguments <= name.takesMost) return false;
  if (isNewVersion(member.symbol)) return false;
  auto demand = start(name, field->dataset, member.meaning->change);
  demand.claimed = true;
  demand.reason = fmt::format("{} is called like an accessor of {}, and takes {} arguments where that has {}",
                              name.text, field->path, name.takesLeast, *field->arguments);
  solution_.demands.push_back(std::move(demand));
  return true;
}

// A member of which more than the name changes.
bool TypedSolver::judgeChanged(const NameUse& name) {
  const auto member = findMember(name);
  if (member.meaning == nullptr) return false;
  const auto* field = meaning_.bound().findField(unit_.language, member.symbol);
  if (field == nullptr || field->changes.empty() || !member.symbol.ends_with(separator_ + name.text)) return false;
  if (isNewVersion(member.symbol)) return false;
  auto demand = start(name, field->dataset, field->changes.front()->id);
  if (member.symbol != name.symbol) {
    demand.evidence.push_back(step(name.span, fmt::format("it overrides {}", member.symbol)));
    return open(demand, member.meaning->reason), true;
  }
  if (name.pasted) return openPasted(demand, name), true;
  askForVariants(name);
  changed_.tellNumber(name, *field);
  return changed_.take(name, *field, demand), true;
}

bool TypedSolver::judgeMember(const NameUse& name) {
  const auto member = findMember(name);
  if (member.meaning == nullptr || !member.symbol.ends_with(separator_ + name.text)) return false;
  if (isNewVersion(member.symbol)) return false;
  Demand demand = start(name, member.meaning->dataset, member.meaning->change);
  if (member.symbol != name.symbol)
    demand.evidence.push_back(step(name.span, fmt::format("it overrides {}", member.symbol)));
  if (!member.meaning->replacement) return open(demand, member.meaning->reason), true;
  if (!member.also.empty())
    return open(demand, fmt::format("it overrides {} too, which is not the dataset's and keeps its name", member.also)),
           true;
  askForVariants(name);
  if (const auto* field = meaning_.bound().findField(unit_.language, member.symbol)) changed_.tellNumber(name, *field);
  if (name.pasted) return replacePasted(std::move(demand), name, *member.meaning->replacement), true;
  demand.stance = Stance::kReplace;
  demand.replacement = *member.meaning->replacement;
  solution_.demands.push_back(std::move(demand));
  return true;
}

bool TypedSolver::judgeParameter(const NameUse& name) {
  if (name.kind != SymbolKind::kParameter || name.pasted) return false;
  const auto* parameter = meaning_.findParameter(unit_.language, name.symbol);
  if (parameter == nullptr || !parameter->replacement) return false;
  askForVariants(name);
  Demand demand = start(name, parameter->dataset, parameter->change);
  demand.stance = Stance::kReplace;
  demand.replacement = *parameter->replacement;
  solution_.demands.push_back(std::move(demand));
  return true;
}

// The argument of which a macro makes the name: set_##f with f = user_name becomes set_listener_name by f = listener_name.
void TypedSolver::replacePasted(Demand demand, const NameUse& name, const std::string& now) {
  const auto& paste = name.paste;
  const bool fits = !paste.argument.file.empty() && now.size() > paste.before.size() + paste.behind.size() &&
                    now.starts_with(paste.before) && now.ends_with(paste.behind);
  if (!fits) return openPasted(demand, name);
  demand.evidence.push_back(step(paste.argument, fmt::format("a macro pastes {} of it", name.text)));
  demand.span = paste.argument;
  demand.stance = Stance::kReplace;
  demand.replacement = now.substr(paste.before.size(), now.size() - paste.before.size() - paste.behind.size());
  solution_.demands.push_back(std::move(demand));
}

bool TypedSolver::isNewVersion(const std::string& symbol) const {
  return std::any_of(newClasses_.begin(), newClasses_.end(),
                     [&](const auto& name) { return symbol.starts_with(name); });
}

Demand TypedSolver::start(const NameUse& name, size_t dataset, const std::string& change) const {
  Demand demand;
  demand.span = name.span;
  demand.change = change;
  demand.tier = name.how == How::kCompiler ? Tier::kType : Tier::kFlow;
  demand.built = unit_.language == "cpp" && !unit_.leftOut;
  demand.leftOut = unit_.leftOut;
  demand.units.insert("type:" + meaning_.dataset(dataset).id);
  if (!name.object.file.empty() && texts_.find(name.object.file) != nullptr)
    demand.evidence.push_back(step(name.object, fmt::format("declared with type {}", name.objectType)));
  auto why = fmt::format("{} resolves it to {}", unit_.language == "cpp" ? "the compiler" : "its import", name.symbol);
  if (!name.declaration.file.empty()) why += ", declared in " + fileName(name.declaration.file);
  if (unit_.leftOut) why += ", in a branch that the build leaves out";
  demand.evidence.push_back(step(name.span, why));
  return demand;
}

EvidenceStep TypedSolver::step(const Span& span, std::string why) const {
  return {span.file, texts_.positionOf(span), std::move(why)};
}

void TypedSolver::open(Demand demand, const std::string& reason) {
  demand.claimed = demand.blocks = true;
  demand.reason = reason;
  solution_.demands.push_back(std::move(demand));
}

// The token is made by a macro out of its argument: the argument's places are listed.
void TypedSolver::openPasted(const Demand& demand, const NameUse& name) {
  auto reason =
      fmt::format("a macro pastes {} together here: the compiler resolves that to {}", name.text, name.symbol);
  auto slice = texts_.slice(name.span);
  bool found = false;
  for (const auto& change : meaning_.migration().datasets) {
    for (const auto& one : change.changes) {
      auto field = lastPart(one.field);
      for (size_t at = slice.find(field); !field.empty() && at != std::string_view::npos;
           at = slice.find(field, at + 1)) {
        if (!isOccurrence(slice, at, at + field.size())) continue;
        Demand part = demand;
        part.span.range.begin = name.span.range.begin + static_cast<uint32_t>(at);
        part.span.range.end = part.span.range.begin + static_cast<uint32_t>(field.size());
        open(part, reason);
        found = true;
      }
    }
  }
  if (!found) open(demand, reason);
}

// All that may give the token another meaning: expansions of the macro that holds it, includers of the header where a macro
// takes it, instantiations of the template.
void TypedSolver::askForVariants(const NameUse& name) {
  const auto& file = name.paste.argument.file.empty() ? name.span.file : name.paste.argument.file;
  if (!name.varying.empty() && file != unit_.file) solution_.needs.insert({NeedKind::kIncluders, unit_.language, file});
  if (!name.macro.empty()) solution_.needs.insert({NeedKind::kExpansions, unit_.language, name.macro});
  if (!name.templated.empty())
    solution_.needs.insert({NeedKind::kInstantiators, unit_.language, bareName(name.templated)});
}

bool TypedSolver::judgeEnumValue(const NameUse& name) {
  const auto* value = meaning_.bound().findEnumValue(unit_.language, name.symbol);
  if (value == nullptr) return judgeUnplacedValue(name);
  if (!name.symbol.ends_with(separator_ + name.text)) return false;
  auto demand = start(name, value->dataset, value->change->id);
  if (name.pasted) return openPasted(demand, name), true;
  askForVariants(name);
  return changed_.takeEnumValue(*value, std::move(demand)), true;
}

// Where the schema does not tell what of a type's name is its package, the enum may be any of that package.
bool TypedSolver::judgeUnplacedValue(const NameUse& name) {
  if (name.kind != SymbolKind::kEnumConstant) return false;
  for (size_t index = 0; index < meaning_.migration().datasets.size(); ++index) {
    if (meaning_.dataset(index).old.package) continue;
    for (const auto& change : meaning_.dataset(index).changes) {
      if (change.kind != rules::ChangeKind::kEnumValue || change.from.empty()) continue;
      if (name.text != change.from && !name.text.ends_with("_" + change.from)) continue;
      if (!ofDataset(index, name.symbol)) continue;
      open(start(name, index, change.id), meaningOf(index, change).reason);
      return true;
    }
  }
  return false;
}

// Whether a symbol stands in the package of a dataset's type.
bool TypedSolver::ofDataset(size_t dataset, const std::string& symbol) const {
  const auto& types = meaning_.types(unit_.language);
  return std::any_of(types.begin(), types.end(), [&](const TypeMeaning& type) {
    size_t parts = type.wholePackage ? type.oldParts.size() : type.oldParts.size() - 1;
    return type.dataset == dataset &&
           symbol.starts_with(fmt::format(
               "{}", fmt::join(type.oldParts.begin(), type.oldParts.begin() + static_cast<long>(parts), separator_)));
  });
}

void solveTyped(const Program& program, const Meaning& meaning, const Texts& texts, Solution& solution) {
  for (const auto& unit : program.units()) TypedSolver(meaning, texts, solution, unit).solve();
}

}  // namespace gander::rewriter
