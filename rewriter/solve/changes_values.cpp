// Changes of what a value is: its type, its unit, whether it is there.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/solve/changes.h"
#include "rewriter/solve/changes_numbers.h"

namespace gander::rewriter {

using rules::MemberRole;

namespace {

const std::string& templateOf(const rules::Conversion& conversion, bool read) {
  return read ? conversion.read : conversion.write;
}

bool sameNumber(const ValueType& a, const ValueType& b) {
  return a.bits == b.bits && a.isSigned == b.isSigned && a.floating == b.floating;
}

// "timeout_ms", "timeoutMs" end in the word "ms"; "items" does not.
bool endsInWord(std::string_view name, const std::string& word) {
  if (name.size() < word.size() || toLowerAscii(name.substr(name.size() - word.size())) != word) return false;
  size_t begin = name.size() - word.size();
  if (begin == 0) return true;
  bool upper = name[begin] >= 'A' && name[begin] <= 'Z';
  bool lowerBefore = name[begin - 1] >= 'a' && name[begin - 1] <= 'z';
  bool joint = name[begin - 1] == '_' || (name[begin - 1] >= '0' && name[begin - 1] <= '9');
  return joint || (upper && lowerBefore);
}

}  // namespace

void ChangedUses::applyRetype(const Use& use, const rules::Change& change, Plan& plan) {
  auto side = sideOf(use, plan);
  if (side == Side::kNone || isCopy(use, side)) return;
  auto old = numberOf(change.from);
  auto now = numberOf(change.to);
  // The compiler says which version it has seen: a type that is the new one already asks nothing.
  const auto& seen = use.context.type;
  if (old && now && seen.bits != 0 && !sameNumber(*old, *now) && sameNumber(seen, *now)) return;
  const auto* conversion = change.conversion(unit_.language);
  bool given = conversion != nullptr && !templateOf(*conversion, side == Side::kRead).empty();
  if (side == Side::kRead && plan.wrapped) return;  // what wraps its unit takes any number
  bool asIs = given && templateOf(*conversion, side == Side::kRead) == "{value}";
  if (side == Side::kRead && (!given || asIs)) tellLosses(use, change, plan);
  if (!plan.list.empty()) return;
  if (!given) return listNoRule(use, change, side, plan);
  wrap(use, change, templateOf(*conversion, side == Side::kRead), side, plan);
}

void ChangedUses::tellLosses(const Use& use, const rules::Change& change, Plan& plan) {
  auto old = numberOf(change.from);
  auto now = numberOf(change.to);
  if (!old || !now) return;
  const auto& context = use.context;
  if (auto lost = lossInPrint(*old, *now, context.conversion)) {
    plan.list = lost->what;
    return tell(use.name.span, lost->hazard, lost->what);
  }
  if (!context.conversion.empty()) return;
  auto lost = lossOf(*old, *now, context.into);
  if (!lost) return;
  auto what = lost->what;
  if (!context.intoName.empty()) what += fmt::format(" ({})", context.intoName);
  tell(use.name.span, lost->hazard, what);
  if (context.braced) plan.list = what + "; in braces that is an error";
}

// Why the unit is another one here already, or may be: a constant around it, or a name that tells one.
std::string ChangedUses::otherUnit(const Use& use, const rules::Change& change, Side side) const {
  const auto& context = use.context;
  if (side == Side::kRead && !context.scaled.empty())
    return fmt::format("the value is scaled here: {}", context.scaled);
  auto written = side == Side::kWrite ? std::string(texts_.slice(valueOf(use, side))) : std::string();
  for (size_t at = written.find_first_of("*/"); at != std::string::npos; at = written.find_first_of("*/", at + 1)) {
    size_t number = written.find_first_not_of(" (", at + 1);
    if (number != std::string::npos && written[number] >= '0' && written[number] <= '9')
      return fmt::format("the value is scaled here: {}", written.substr(at));
  }
  for (const auto& names : meaning_.library().units) {
    if (names.language != unit_.language || names.unit == change.from) continue;
    for (const auto& word : names.words) {
      bool named =
          side == Side::kRead ? endsInWord(context.intoName, word) : isPrimary(written) && endsInWord(written, word);
      if (named)
        return fmt::format("{} is named for another unit: {}", side == Side::kRead ? context.intoName : written,
                           names.unit);
    }
    for (const auto& type : names.types)
      if (written.contains(type)) return fmt::format("the value is made of another unit: {}", type);
  }
  return "";
}

// A value that is wrapped in a type of its unit takes that of the new one: nothing is converted.
bool ChangedUses::applyWrapper(const Use& use, const rules::Change& change, Plan& plan) {
  const auto& context = use.context;
  const rules::UnitNames* around = nullptr;
  const rules::UnitNames* now = nullptr;
  size_t which = 0;
  for (const auto& names : meaning_.library().units) {
    if (names.language != unit_.language) continue;
    auto at = std::ranges::find(names.types, context.wrapper);
    if (at != names.types.end() && !context.wrapper.empty())
      around = &names, which = static_cast<size_t>(at - names.types.begin());
    if (names.unit == change.to) now = &names;
  }
  if (around == nullptr) return false;
  plan.wrapped = true;
  if (around->unit == change.to) return true;
  if (around->unit != change.from) {
    plan.list = fmt::format("the value is taken for {} here, and the old version has {}", around->unit, change.from);
  } else if (now == nullptr || which >= now->types.size()) {
    plan.list = fmt::format("{} is made of it, and nothing like it is known for {}", context.wrapper, change.to);
  } else if (context.wrapperLeaks) {
    plan.list = fmt::format("{} is made of it, and its unit shows in what follows", context.wrapper);
  } else {
    Demand demand = use.start;
    demand.change = change.id;
    demand.span = context.wrapperName;
    demand.stance = Stance::kReplace;
    demand.replacement = now->types[which].substr(now->types[which].rfind(':') + 1);
    demand.about = use.name.span;
    demand.evidence.push_back({demand.span.file, texts_.positionOf(demand.span),
                               fmt::format("{} is made of it, and its unit becomes {}", context.wrapper, change.to)});
    plan.others.push_back(std::move(demand));
  }
  if (!plan.list.empty()) tell(use.name.span, "unit", plan.list);
  return true;
}

static std::string factorTemplate(const rules::Change& change, bool read) {
  auto from = rules::findUnit(change.from)->size;
  auto to = rules::findUnit(change.to)->size;
  bool finer = from > to;  // the new numbers are larger
  return fmt::format("{{value}} {} {}", finer == read ? "/" : "*", finer ? from / to : to / from);
}

void ChangedUses::applyUnit(const Use& use, const rules::Change& change, Plan& plan) {
  auto side = sideOf(use, plan);
  if (side == Side::kNone || isCopy(use, side)) return;
  if (side == Side::kRead && applyWrapper(use, change, plan)) return;
  const auto* conversion = change.conversion(unit_.language);
  bool given = conversion != nullptr && !templateOf(*conversion, side == Side::kRead).empty();
  auto why = otherUnit(use, change, side);
  if (why.empty() && (given || change.byFactor)) {
    if (given) return wrap(use, change, templateOf(*conversion, side == Side::kRead), side, plan);
    auto pattern = factorTemplate(change, side == Side::kRead);
    if (side == Side::kWrite && pattern.contains('/'))
      tell(use.name.span, "precision",
           fmt::format("{} of what is written is lost: {} is coarser than {}", "a part", change.to, change.from));
    return wrap(use, change, pattern, side, plan);
  }
  if (why.empty()) {
    listNoRule(use, change, side, plan);
  } else {
    plan.list = fmt::format("{} (the unit of {} goes from {} to {})", why, change.field, change.from, change.to);
  }
  tell(use.name.span, "unit", plan.list);
}

void ChangedUses::applyNullability(const Use& use, const rules::Change& change, Plan& plan) {
  if (change.to == "required") return applyRequired(use, change, plan);
  if (sideOf(use, plan) != Side::kRead) return;
  const auto* conversion = change.conversion(unit_.language);
  auto pattern = conversion != nullptr ? conversion->read : std::string();
  if (change.fallback && unit_.language == "cpp") pattern = "{has} ? {value} : " + *change.fallback;
  if (pattern.empty()) {
    listNoRule(use, change, Side::kRead, plan);
    return tell(use.name.span, "nullability",
                fmt::format("{} may be unset: what is read then is not said", change.field));
  }
  if (pattern.contains("{has}")) {
    const auto& whole = use.context.whole;
    auto name = lastPart(use.field.path);
    for (const auto& one : meaning_.dataset(use.field.dataset).changes) {
      if (one.field != use.field.path) continue;
      if (one.kind == rules::ChangeKind::kRename) name = one.to;
      if (one.kind == rules::ChangeKind::kMove) plan.list = "whether it is set is asked at its new place";
    }
    auto has = meaning_.bound().accessor(use.field, unit_.language, MemberRole::kHas, name);
    auto object = std::string(slice(whole.file, whole.range.begin, use.name.span.range.begin));
    if (has.empty() || !use.context.called || !isUsual(use)) plan.list = "no accessor tells whether the field is set";
    if (!isPath(object)) plan.list = "whether it is set can't be asked: its object would be made twice";
    if (!plan.list.empty()) return tell(use.name.span, "nullability", plan.list);
    pattern = replaceAll(pattern, "{has}", object + has + "()");
  }
  wrap(use, change, pattern, Side::kRead, plan);
}

void ChangedUses::applyRequired(const Use& use, const rules::Change& change, Plan& plan) {
  if (use.field.role == MemberRole::kHas) {
    plan.list =
        fmt::format("{} is always set in the new version: the check is true, and may not be there", change.field);
  } else if (use.field.role == MemberRole::kClear) {
    plan.list = fmt::format("{} must be set in the new version, and is unset here", change.field);
  } else {
    return;
  }
  tell(use.name.span, "nullability", plan.list);
}

}  // namespace gander::rewriter
