#include "rewriter/solve/changes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/solve/changes_numbers.h"

namespace gander::rewriter {

using rules::ChangeKind;
using rules::MemberRole;

ChangedUses::ChangedUses(const Meaning& meaning, const Texts& texts, Solution& solution, const Unit& unit)
    : meaning_(meaning), texts_(texts), solution_(solution), unit_(unit) {
  for (const auto& use : unit.uses) {
    contexts_[{use.name, use.symbol}].push_back(&use);
    reads_.emplace(use.whole, use.symbol);
    if (!use.written.file.empty()) writes_.emplace(use.written, use.symbol);
    const auto* field = meaning.bound().findField(unit.language, use.symbol);
    if (field != nullptr && field->role == MemberRole::kWrite && !use.arguments.empty())
      writes_.emplace(use.arguments.back(), use.symbol);
  }
}

// `p.set_duration(q.duration())`: what is read of a field is written to the same one, and both have changed alike.
bool ChangedUses::isCopy(const Use& use, Side side) const {
  const auto& others = side == Side::kRead ? writes_ : reads_;
  auto other = others.find(valueOf(use, side));
  if (other == others.end() || other->first.file.empty()) return false;
  const auto* field = meaning_.bound().findField(unit_.language, other->second);
  return field != nullptr && field->dataset == use.field.dataset && field->path == use.field.path;
}

// Whether the member is written as the binding writes those of its role first: then others of the class may be told from it.
bool ChangedUses::isUsual(const Use& use) const {
  const auto old = lastPart(use.field.path);
  return meaning_.bound().accessor(use.field, unit_.language, use.field.role, old) == use.name.text;
}

std::string_view ChangedUses::slice(const std::string& file, uint32_t begin, uint32_t end) const {
  return texts_.slice({file, {begin, end}});
}

// The order in which changes are put around a value: to read it, the new value is first there at all, then in the old unit, then
// of the old type. To write it the other way round.
static std::vector<const rules::Change*> inOrder(const BoundField& field, bool write) {
  auto rank = [&](const rules::Change* change) {
    switch (change->kind) {
      case ChangeKind::kMove: return -1;
      case ChangeKind::kNullability: return 0;
      case ChangeKind::kUnit: return write ? 2 : 1;
      case ChangeKind::kRetype: return write ? 1 : 2;
      default: return 3;
    }
  };
  auto changes = field.changes;
  std::ranges::sort(changes, {}, rank);  // no kind stands twice, and what else there is stands alone
  return changes;
}

void ChangedUses::take(const NameUse& name, const BoundField& field, const Demand& start) {
  static const std::vector<const UseContext*> kUnknown = {nullptr};
  auto found = contexts_.find({name.span, name.symbol});
  for (const auto* context : found == contexts_.end() ? kUnknown : found->second) {
    Plan plan;
    plan.token = field.renamed.value_or(name.text);
    if (context == nullptr) {
      const auto& change = *field.changes.front();
      plan.change = change.id;
      plan.list = unit_.language == "cpp" ? "what is done with the value here is not seen"
                                          : meaningOf(field.dataset, change).reason;
      emit({name, field, UseContext{}, start}, std::move(plan));
      continue;
    }
    const Use use{name, field, *context, start};
    bool write = field.role == MemberRole::kWrite || context->fate == Fate::kWritten;
    for (const auto* change : inOrder(field, write)) {
      tellOrder(use, *change);
      if (plan.list.empty()) plan.change = change->id;
      if (plan.list.empty()) apply(use, *change, plan);
    }
    emit(use, std::move(plan));
  }
}

void ChangedUses::apply(const Use& use, const rules::Change& change, Plan& plan) {
  switch (change.kind) {
    case ChangeKind::kRetype: return applyRetype(use, change, plan);
    case ChangeKind::kUnit: return applyUnit(use, change, plan);
    case ChangeKind::kNullability: return applyNullability(use, change, plan);
    case ChangeKind::kMove: return applyMove(use, change, plan);
    case ChangeKind::kRemove: return applyRemove(use, change, plan);
    case ChangeKind::kMerge: return applyMerge(use, change, plan);
    default: return;
  }
}

static std::string whyNoCall(const BoundField& field, const UseContext& use) {
  size_t count = use.arguments.size();
  bool repeated = field.field != nullptr && field.field->repeated;
  if (field.field != nullptr && field.field->type.starts_with("map<")) return "its entries are reached as a whole";
  if (field.role == MemberRole::kWrite) {
    if (!use.called || count == 0) return "the setter is not called with a value here";
    if (count == 1 || (repeated && count == 2)) return "";
    return "the setter is called with more than the value";
  }
  if (repeated && count != 1) return "all of its values are reached at once";
  return !repeated && count > 0 ? "it is called with arguments" : "";
}

ChangedUses::Side ChangedUses::sideOf(const Use& use, Plan& plan) const {
  const auto& context = use.context;
  switch (use.field.role) {
    case MemberRole::kHas:
    case MemberRole::kClear:
    case MemberRole::kNumber: return Side::kNone;
    case MemberRole::kMutable:
      plan.list = "it is reached for writing, and what is written is not seen";
      return Side::kNone;
    case MemberRole::kOther: plan.list = "what is done with the field here is not known"; return Side::kNone;
    default: break;
  }
  plan.list = whyNoCall(use.field, context);
  if (!plan.list.empty()) return Side::kNone;
  bool write = use.field.role == MemberRole::kWrite;
  if (!write && context.fate != Fate::kRead && context.fate != Fate::kWritten && context.fate != Fate::kDiscarded) {
    plan.list = context.why.empty() ? "what is done with the value here is not seen" : context.why;
    return Side::kNone;
  }
  auto side = write || context.fate == Fate::kWritten ? Side::kWrite : Side::kRead;
  if (!valueOf(use, side).file.empty()) return side;
  plan.list = "it comes out of a macro: the text around the value is not written here in one piece";
  return Side::kNone;
}

// What a template is put around.
Span ChangedUses::valueOf(const Use& use, Side side) const {
  if (side == Side::kRead) return use.context.whole;
  return use.field.role == MemberRole::kWrite ? use.context.arguments.back() : use.context.written;
}

void ChangedUses::wrap(const Use& use, const rules::Change& change, const std::string& pattern, Side side, Plan& plan) {
  plan.wraps = valueOf(use, side);
  if (plan.wrapping.empty() && side == Side::kWrite) plan.wrapping.primary = isPrimary(texts_.slice(plan.wraps));
  plan.wrapping.apply(pattern);
  const auto* conversion = change.conversion(unit_.language);
  if (conversion != nullptr && !conversion->include.empty()) plan.includes.push_back(conversion->include);
}

void ChangedUses::listNoRule(const Use& use, const rules::Change& change, Side side, Plan& plan) {
  plan.list = meaningOf(use.field.dataset, change).reason;
  if (side == Side::kRead && !change.conversions.empty()) plan.list += "; there is no template for reads";
  if (side == Side::kWrite && !change.conversions.empty()) plan.list += "; there is no template for writes";
}

void ChangedUses::tell(const Span& span, std::string hazard, std::string message) {
  solution_.hazards.push_back({std::move(hazard), span.file, texts_.positionOf(span), std::move(message)});
}

bool ChangedUses::standsAround(const Span& span, const Wrapping& wrapping) const {
  const auto* source = texts_.find(span.file);
  if (source == nullptr) return false;
  std::string_view text = source->text;
  return text.substr(0, span.range.begin).ends_with(wrapping.before) &&
         text.substr(span.range.end).starts_with(wrapping.behind);
}

void ChangedUses::emit(const Use& use, Plan plan) {
  Demand demand = use.start;
  for (const auto& include : plan.includes)
    if (plan.list.empty() && !includeOf(use.name.span.file, include, demand))
      plan.list = fmt::format("no include stands outside of a conditional here, behind which {} would go", include);
  if (!plan.change.empty()) demand.change = plan.change;
  if (!plan.list.empty()) {
    demand.claimed = true;
    demand.blocks = true;
    demand.reason = std::move(plan.list);
    return solution_.demands.push_back(std::move(demand));
  }
  bool write = plan.wraps != use.context.whole;
  auto value = texts_.slice(plan.wraps);
  // Looked for without brackets: what was put around it may be what makes it an operand.
  bool stands = !plan.wrapping.empty() &&
                (write ? value.starts_with(plan.wrapping.before) && value.ends_with(plan.wrapping.behind)
                       : standsAround(plan.wraps, plan.wrapping));
  bool operand = use.context.operand || writes_.contains(plan.wraps);  // a template for writes may come around it
  if (operand && !plan.wrapping.primary && !write) plan.wrapping.enclose();
  if (stands) plan.wrapping = {};
  bool nothing = !plan.edits() && plan.token == use.name.text;
  demand.stance = nothing ? Stance::kKeep : Stance::kReplace;
  demand.replacement = plan.token;
  demand.written = true;
  if (nothing)
    demand.reason = stands ? "what the change asks for stands here already" : "the change asks nothing of this use";
  if (!plan.wrapping.empty()) emitWrapping(use, plan, demand);
  for (auto& other : plan.others) solution_.demands.push_back(std::move(other));
  solution_.demands.push_back(std::move(demand));
}

void ChangedUses::emitWrapping(const Use& use, const Plan& plan, Demand demand) {
  demand.about = use.name.span;
  demand.wraps = plan.wraps;
  demand.outer = plan.wraps != use.context.whole;
  for (const auto& include : plan.includes) {
    auto added = includeOf(use.name.span.file, include, demand);
    if (added && !added->span.file.empty()) solution_.demands.push_back(std::move(*added));
  }
  auto put = [&](const std::string& text, uint32_t at, bool opens) {
    if (text.empty()) return;
    demand.span = {plan.wraps.file, {at, at}};
    demand.replacement = text;
    demand.opens = opens;
    solution_.demands.push_back(demand);
  };
  put(plan.wrapping.before, plan.wraps.range.begin, true);
  put(plan.wrapping.behind, plan.wraps.range.end, false);
}

// The first two words of a directive: {"ifndef", "PLAYS_H"}; none of another line.
static std::pair<std::string_view, std::string_view> directiveOf(std::string_view line) {
  auto word = [&] {
    line.remove_prefix(std::min(line.find_first_not_of(" \t#"), line.size()));
    size_t size = 0;
    while (size < line.size() && isWordByte(line[size])) ++size;
    auto found = line.substr(0, size);
    line.remove_prefix(size);
    return found;
  };
  if (!line.substr(std::min(line.find_first_not_of(" \t"), line.size())).starts_with('#')) return {};
  auto first = word();
  return {first, word()};
}

// Whether a place stands in a conditional of the preprocessor that is not the header's own guard.
static bool isConditional(std::string_view text, size_t at) {
  int depth = 0;
  std::string_view guard;
  int directives = 0;
  for (size_t begin = 0; begin < at;) {
    auto line = text.substr(begin, text.find('\n', begin) - begin);
    begin += line.size() + 1;
    auto [name, argument] = directiveOf(line);
    if (name.empty()) continue;
    ++directives;
    if (name.starts_with("if")) ++depth;
    if (name == "endif") --depth;
    if (directives == 1 && name == "ifndef") guard = argument;
    if (directives == 2 && name == "define" && argument == guard && !guard.empty()) depth = 0;
  }
  return depth > 0;
}

// Behind the first include of the same kind of brackets, or the first at all.
std::optional<Demand> ChangedUses::includeOf(const std::string& file, const std::string& include,
                                             const Demand& like) const {
  const auto* source = texts_.find(file);
  if (source == nullptr) return std::nullopt;
  const IncludeUse* place = nullptr;
  std::string_view text = source->text;
  auto isAlike = [&](const IncludeUse& one) { return text[one.span.range.begin - 1] == include.front(); };
  for (const auto& one : unit_.includes) {
    if (one.span.file != file || one.span.range.begin == 0 || isConditional(text, one.span.range.begin)) continue;
    if ("<" + one.written + ">" == include || "\"" + one.written + "\"" == include) return Demand();
    if (place == nullptr || (isAlike(one) && !isAlike(*place))) place = &one;
  }
  size_t end = place == nullptr ? std::string_view::npos : text.find('\n', place->span.range.end);
  if (end == std::string_view::npos) return std::nullopt;
  auto at = static_cast<uint32_t>(end + 1);
  Demand demand = like;
  demand.about = {};
  demand.span = demand.wraps = {file, {at, at}};
  demand.replacement = "#include " + include + (end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n");
  return demand;
}

void ChangedUses::takeEnumValue(const BoundEnumValue& value, Demand start) {
  if (value.renamed) {
    start.stance = Stance::kReplace;
    start.replacement = *value.renamed;
  } else {
    start.claimed = start.blocks = true;
    start.reason = fmt::format("the value {} goes with the new version", value.change->from);
    if (!value.change->note.empty()) start.reason += "; " + value.change->note;
  }
  solution_.demands.push_back(std::move(start));
}

void ChangedUses::takeSwitches() {
  for (const auto& use : unit_.switches) {
    const auto* grown = meaning_.bound().findGrownEnum(unit_.language, use.type);
    if (grown == nullptr || use.hasDefault) continue;
    for (const auto& added : grown->added) {
      bool known = std::ranges::any_of(use.cases, [&](const auto& one) { return added.names.contains(one); });
      if (known) continue;
      Demand demand;
      demand.span = use.keyword;
      demand.change = added.change->id;
      demand.tier = Tier::kType;
      demand.claimed = true;
      demand.reason = fmt::format("the switch over {} has no default, and no case for the new value {}", use.type,
                                  added.change->to);
      demand.evidence.push_back({use.keyword.file, texts_.positionOf(use.keyword),
                                 fmt::format("the compiler resolves its condition to {}", use.type)});
      tell(use.keyword, "enum-exhaustiveness", demand.reason);
      solution_.demands.push_back(std::move(demand));
    }
  }
}

}  // namespace gander::rewriter
