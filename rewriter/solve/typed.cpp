#include "rewriter/solve/typed.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {
namespace {

std::string join(const std::vector<std::string>& parts, size_t count, const std::string& separator) {
  return fmt::format("{}", fmt::join(parts.begin(), parts.begin() + static_cast<long>(count), separator));
}

std::string fileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

class TypedSolver {
 public:
  TypedSolver(const Meaning& meaning, const Texts& texts, Solution& solution, const Unit& unit)
      : meaning_(meaning),
        texts_(texts),
        solution_(solution),
        unit_(unit),
        separator_(unit.language == "cpp" ? "::" : ".") {
    for (const auto& seen : unit.types)
      if (meaning.isNewClass(unit.language, seen).value_or(false)) newClasses_.push_back(seen.symbol + separator_);
  }

  void solve() {
    for (const auto& name : unit_.names) judge(name);
    for (const auto& include : unit_.includes) judgeInclude(include);
  }

 private:
  void judge(const NameUse& name) {
    if (name.symbol.empty()) return judgeUnresolved(name);
    if (judgeMember(name) || judgeType(name) || judgeEnumValue(name)) return;
    if (name.kind == SymbolKind::kNamespace || name.kind == SymbolKind::kModule || name.pasted) return;
    Demand keep;
    keep.stance = Stance::kKeep;
    keep.span = name.span;
    keep.reason = fmt::format("{} {}", toString(name.kind), name.symbol);
    if (!name.declaration.file.empty()) keep.reason += ", declared in " + fileName(name.declaration.file);
    solution_.demands.push_back(std::move(keep));
  }

  void judgeUnresolved(const NameUse& name) {
    if (name.dependent || name.pasted) return;  // its instantiations say what it is
    Demand open;
    open.span = name.span;
    open.reason =
        unit_.language == "cpp" ? "the compiler could not resolve it" : "what it is an attribute of is not known";
    open.weak = unit_.language != "cpp";  // a flow may tell
    solution_.demands.push_back(std::move(open));
  }

  bool judgeMember(const NameUse& name) {
    const auto* member = meaning_.findMember(unit_.language, name.symbol);
    if (member == nullptr || !name.symbol.ends_with(separator_ + name.text)) return false;
    if (isNewVersion(name.symbol)) return false;
    Demand demand = start(name, member->dataset, member->change);
    if (!member->replacement) return open(demand, name, member->reason), true;
    if (name.pasted) return openPasted(demand, name), true;
    askForVariants(name);
    demand.stance = Stance::kReplace;
    demand.replacement = *member->replacement;
    solution_.demands.push_back(std::move(demand));
    return true;
  }

  bool isNewVersion(const std::string& symbol) const {
    return std::any_of(newClasses_.begin(), newClasses_.end(),
                       [&](const auto& name) { return symbol.starts_with(name); });
  }

  Demand start(const NameUse& name, size_t dataset, const std::string& change) const {
    Demand demand;
    demand.span = name.span;
    demand.change = change;
    demand.tier = name.how == How::kCompiler ? Tier::kType : Tier::kFlow;
    demand.built = unit_.language == "cpp";
    demand.units.insert("type:" + meaning_.dataset(dataset).id);
    if (!name.object.file.empty() && texts_.find(name.object.file) != nullptr)
      demand.evidence.push_back(step(name.object, fmt::format("declared with type {}", name.objectType)));
    auto why =
        fmt::format("{} resolves it to {}", unit_.language == "cpp" ? "the compiler" : "its import", name.symbol);
    if (!name.declaration.file.empty()) why += ", declared in " + fileName(name.declaration.file);
    demand.evidence.push_back(step(name.span, why));
    return demand;
  }

  EvidenceStep step(const Span& span, std::string why) const {
    return {span.file, texts_.positionOf(span), std::move(why)};
  }

  void open(Demand demand, const NameUse&, const std::string& reason) {
    demand.claimed = demand.blocks = true;
    demand.reason = reason;
    solution_.demands.push_back(std::move(demand));
  }

  // The token is made by a macro out of its argument: the argument's places are listed.
  void openPasted(const Demand& demand, const NameUse& name) {
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
          open(part, name, reason);
          found = true;
        }
      }
    }
    if (!found) open(demand, name, reason);
  }

  void askForVariants(const NameUse& name) {
    if (!name.macro.empty()) solution_.needs.insert({NeedKind::kExpansions, unit_.language, name.macro});
    if (!name.templated.empty())
      solution_.needs.insert({NeedKind::kInstantiators, unit_.language, bareName(name.templated)});
  }

  bool judgeType(const NameUse& name) {
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

  bool renameToken(const NameUse& name, const TypeMeaning& type) {
    if (type.oldParts.back() == type.newParts.back()) return checkUnqualified(name, type), true;
    Demand demand = start(name, type.dataset, type.change);
    if (name.pasted) return openPasted(demand, name), true;
    if (type.wholePackage && name.declares && name.definesHere)
      return open(demand, name, "the repository declares names of its own in this namespace"), true;
    askForVariants(name);
    demand.stance = Stance::kReplace;
    demand.replacement = type.newParts.back();
    solution_.demands.push_back(std::move(demand));
    checkUnqualified(name, type);
    return true;
  }

  // A name without its namespace moves only if what brings it into scope moves with it: a using declaration does (its own
  // qualifiers are edited), a using directive or an enclosing namespace only with the whole package.
  void checkUnqualified(const NameUse& name, const TypeMeaning& type) {
    bool moves =
        !std::equal(type.oldParts.begin(), type.oldParts.end() - 1, type.newParts.begin(), type.newParts.end() - 1);
    if (!moves || type.wholePackage || !name.qualifiers.empty() || name.pasted || unit_.language != "cpp") return;
    if (packageMoves(type)) return;
    // A declaration stands in the namespace itself: no using declaration reaches it.
    if (!name.declares && hasUsingDeclaration(name.symbol)) return;
    open(start(name, type.dataset, type.change), name,
         "named without its namespace, and the namespace changes: a package reference moves it");
  }

  bool packageMoves(const TypeMeaning& type) const {
    const auto& types = meaning_.types(unit_.language);
    return std::any_of(types.begin(), types.end(), [&](const TypeMeaning& other) {
      return other.wholePackage && other.oldParts.size() + 1 == type.oldParts.size() &&
             std::equal(other.oldParts.begin(), other.oldParts.end(), type.oldParts.begin()) &&
             std::equal(other.newParts.begin(), other.newParts.end(), type.newParts.begin(), type.newParts.end() - 1);
    });
  }

  bool hasUsingDeclaration(const std::string& symbol) const {
    return std::any_of(unit_.names.begin(), unit_.names.end(), [&](const NameUse& name) {
      return name.symbol == symbol && !name.qualifiers.empty() && texts_.lineOf(name.span).starts_with("using ");
    });
  }

  bool renameQualifiers(const NameUse& name, const TypeMeaning& type) {
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
  void judgeAlias(const NameUse& name, const TypeMeaning& type) {
    if (type.wholePackage || packageMoves(type)) return;
    open(start(name, type.dataset, type.change), name,
         "named through an alias of its namespace, and the namespace changes: a package reference moves it");
  }

  bool renameQualifier(const NameUse& name, const Qualifier& qualifier, const TypeMeaning& type, size_t part) {
    if (type.newParts.size() == type.oldParts.size() && type.oldParts[part] == type.newParts[part]) return true;
    if (texts_.slice(qualifier.span) != type.oldParts[part]) return judgeAlias(name, type), true;
    Demand demand = start(name, type.dataset, type.change);
    demand.span = qualifier.span;
    if (type.newParts.size() != type.oldParts.size()) {
      open(demand, name, "the new name has another number of qualifiers");
      return true;
    }
    demand.stance = Stance::kReplace;
    demand.replacement = type.newParts[part];
    solution_.demands.push_back(std::move(demand));
    return true;
  }

  bool judgeEnumValue(const NameUse& name) {
    if (name.kind != SymbolKind::kEnumConstant) return false;
    for (size_t index = 0; index < meaning_.migration().datasets.size(); ++index)
      for (const auto& change : meaning_.dataset(index).changes) {
        if (change.kind != rules::ChangeKind::kEnumValue || change.from.empty()) continue;
        if (name.text != change.from && !name.text.ends_with("_" + change.from)) continue;
        if (!ofDataset(index, name.symbol)) continue;
        open(start(name, index, change.id), name, meaningOf(index, change).reason);
        return true;
      }
    return false;
  }

  // Whether a symbol stands in the package of a dataset's type.
  bool ofDataset(size_t dataset, const std::string& symbol) const {
    const auto& types = meaning_.types(unit_.language);
    return std::any_of(types.begin(), types.end(), [&](const TypeMeaning& type) {
      size_t parts = type.wholePackage ? type.oldParts.size() : type.oldParts.size() - 1;
      return type.dataset == dataset && symbol.starts_with(join(type.oldParts, parts, separator_));
    });
  }

  void judgeInclude(const IncludeUse& include) {
    for (size_t index = 0; index < meaning_.migration().datasets.size(); ++index)
      for (const auto& reference : meaning_.dataset(index).references) {
        bool header = reference.kind == rules::ReferenceKind::kInclude && unit_.language == "cpp";
        bool module = reference.kind == rules::ReferenceKind::kPackage && unit_.language == "python";
        if (header) judgeHeader(include, index, reference);
        if (module) judgeModule(include, index, reference);
      }
  }

  void judgeHeader(const IncludeUse& include, size_t index, const rules::Reference& reference) {
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

  void judgeModule(const IncludeUse& include, size_t index, const rules::Reference& reference) {
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

  const Meaning& meaning_;
  const Texts& texts_;
  Solution& solution_;
  const Unit& unit_;
  std::string separator_;
  std::vector<std::string> newClasses_;
};

}  // namespace

void solveTyped(const Program& program, const Meaning& meaning, const Texts& texts, Solution& solution) {
  for (const auto& unit : program.units()) TypedSolver(meaning, texts, solution, unit).solve();
}

}  // namespace gander::rewriter
