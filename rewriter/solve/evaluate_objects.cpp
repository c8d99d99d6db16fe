// Objects that are made in the code, and what stands in them: elements of containers, parts of pairs, members.
//
//   rows.push_back(row) somewhere on the way of `rows`  ->  an element of `rows` may be that row
#include <fmt/format.h>

#include <algorithm>

#include "rewriter/solve/contexts.h"
#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/object_walk.h"

namespace gander::rewriter {

using rules::EntryKind;
using Kind = Possibility::Kind;

namespace {

bool isPutBy(const rules::ModelEntry& flow, const Fact& fact, size_t operand, bool made) {
  if (flow.kind != EntryKind::kFlow || flow.within == rules::kAbsent) return false;
  if (flow.within == rules::kResult) return made;
  return !made && operandOf(fact, flow.within) == fact.in[operand];
}

// An element that is made of several values, as by emplace_back(1, row), is none of them.
bool isDescribed(const std::vector<Entry>& entries, const Fact& fact) {
  int last = 0;
  for (const auto& [model, entry] : entries) last = std::max({last, entry->from, entry->within, entry->to});
  return fact.in.size() <= static_cast<size_t>(last) + 2;
}

// Where no other possibility is a thing, a number says something; among things it is a count or a flag.
void dropOpaque(Possibilities& elements) {
  auto opaque = [](const Possibility& one) { return one.kind == Kind::kOpaque; };
  if (!std::ranges::all_of(elements, opaque)) std::erase_if(elements, opaque);
}

}  // namespace

Possibilities Evaluator::madeHere(FactAt at, const Context& context) {
  Possibility made;
  made.kind = Kind::kRecord;
  made.made = at;
  made.madeIn = context;
  return {made};
}

const ObjectUses& Evaluator::usesOf(const Possibility& object) {
  auto key = std::pair(object.made, object.madeIn.get());
  auto found = uses_.find(key);
  if (found != uses_.end()) return found->second;
  return uses_.emplace(key, followObject(program_, meaning_, contexts_, object.made, object.madeIn, needs_))
      .first->second;
}

Possibilities Evaluator::evalAt(Walk& walk, const ObjectUse& use, ValueId value) {
  if (!use.foreign) return eval(walk, *use.at.body, value, use.context);
  if (!use.context) return evalUnderCallers(walk, *use.at.body, value);
  const Body* outer = std::exchange(walk.needsCallersOf, nullptr);
  auto out = eval(walk, *use.at.body, value, use.context);
  const bool open = walk.needsCallersOf != nullptr;
  walk.needsCallersOf = outer;
  return open ? evalUnderCallers(walk, *use.at.body, value) : out;
}

// What is written to a member of one object; nothing where that can't be told from other objects' members.
std::optional<Possibilities> Evaluator::membersOf(Walk& walk, FactAt at, const Possibility& object) {
  const auto& fact = at.fact();
  if (object.kind != Kind::kRecord || fact.symbol.empty() || object.made.body->language != "cpp") return std::nullopt;
  const auto& uses = usesOf(object);
  if (!uses.open.empty()) return std::nullopt;
  Possibilities out;
  for (const auto& use : uses.uses) {
    const auto& written = use.at.fact();
    const bool writes = written.op == Op::kMember && written.access == Access::kWrite && use.operand == 0;
    if (writes && !use.inside && written.symbol == fact.symbol) addPossibilities(out, evalAt(walk, use, written.in[1]));
  }
  return object.open.empty() ? out : openBy(std::move(out), object.open);
}

// The container whose entry a value is, told from how it was got: an entry is not looked into before its part is asked for.
static ValueId containerOf(const Meaning& meaning, const Body& body, ValueId value) {
  for (int steps = 0; steps < 16; ++steps) {
    const Fact* fact = body.define(value);
    if (fact == nullptr) return kNoValue;
    if (fact->op == Op::kElement) return fact->in[0];
    if (fact->op == Op::kCopy || fact->op == Op::kChanged) {
      value = fact->in[0];
      continue;
    }
    ValueId from = kNoValue;
    for (const auto& [model, entry] : meaning.models().functions(body.language, *fact)) {
      const bool result = entry->kind == EntryKind::kFlow && entry->within == rules::kAbsent &&
                          entry->to == rules::kAbsent && entry->into == rules::kAbsent && entry->part == rules::kAbsent;
      if (result && entry->gives == rules::kElementObject) return operandOf(*fact, entry->from);
      if (result && entry->gives == "same") from = operandOf(*fact, entry->from);
    }
    if (from == kNoValue) return kNoValue;
    value = from;
  }
  return kNoValue;
}

std::optional<Possibilities> Evaluator::partOf(Walk& walk, FactAt at, uint32_t position, ValueId base,
                                               const Context& context) {
  if (position == 0) return std::nullopt;
  const ValueId container = containerOf(meaning_, *at.body, base);
  if (container != kNoValue) {
    Possibilities out;
    for (const auto& one : eval(walk, *at.body, container, context)) {
      if (one.kind != Kind::kRecord) {
        addPossibility(out, unknown("a part of an element that is not known"));
        continue;
      }
      auto wholes = elementsOf(walk, one);
      if (position == 1) addPossibilities(out, keysOf(walk, one));
      for (const auto& whole : wholes) {
        auto parts = partsOf(walk, {whole}, position);
        if (!parts.empty())
          addPossibilities(out, std::move(parts));
        else if (position == 2)
          addPossibility(out, whole);
      }
    }
    if (out.empty()) out.push_back(unknown("a part of an element that is not known"));
    return out;
  }
  auto wholes = eval(walk, *at.body, base, context);
  auto parts = partsOf(walk, wholes, position);
  if (parts.empty()) return std::nullopt;
  for (const auto& whole : wholes)
    if (partsOf(walk, {whole}, position).empty()) addPossibility(parts, unknown("a part of a value that is not known"));
  return parts;
}

// The parts at a position of pairs that calls make; nothing of what is no such pair.
Possibilities Evaluator::partsOf(Walk& walk, const Possibilities& wholes, uint32_t position) {
  Possibilities out;
  for (const auto& whole : wholes) {
    if (whole.kind != Kind::kRecord || whole.made.fact().op != Op::kCall) continue;
    const auto& fact = whole.made.fact();
    Possibilities parts;
    for (const auto& [model, entry] : meaning_.models().functions(whole.made.body->language, fact)) {
      if (entry->kind != EntryKind::kFlow || entry->part < 0) continue;
      if (static_cast<uint32_t>(entry->part) + 1 != position) continue;
      if (const ValueId value = operandOf(fact, entry->from); value != kNoValue)
        addPossibilities(parts, eval(walk, *whole.made.body, value, whole.madeIn));
    }
    for (const auto& use : usesOf(whole).uses) {
      const auto& written = use.at.fact();
      const bool writes = written.op == Op::kMember && written.access == Access::kWrite && use.operand == 0;
      if (writes && !use.inside && written.index == position) addPossibilities(parts, evalAt(walk, use, written.in[1]));
    }
    addPossibilities(out, whole.open.empty() ? std::move(parts) : openBy(std::move(parts), whole.open));
  }
  return out;
}

ElementKey Evaluator::keyOf(Walk& walk, FactAt at, const Context& context) {
  const auto& fact = at.fact();
  ElementKey key;
  if (at.body->language != "cpp" || fact.in.size() < 2 || fact.in[1] == kNoValue) return key;
  const Fact* made = at.body->define(fact.in[1]);
  while (made != nullptr && made->op == Op::kCopy) made = at.body->define(made->in[0]);
  if (made == nullptr) return key;
  if (made->op == Op::kConst && made->text.empty()) {
    key.position = made->index;
    return key;
  }
  auto texts = eval(walk, *at.body, fact.in[1], context);
  if (texts.size() == 1 && texts[0].kind == Kind::kText) key.text = wholeText(texts[0]);
  return key;
}

void Evaluator::addPut(Walk& walk, const ObjectUse& use, const ElementKey& key, Possibilities& out) {
  const auto& fact = use.at.fact();
  if (fact.op == Op::kIndex && fact.access == Access::kWrite && use.operand == 0) {
    const bool pointee = fact.name == "*";
    if (use.inside != pointee && !(pointee && !use.inside)) return;  // a field of an element
    if (!pointee && key.text) {
      auto other = keyOf(walk, use.at, use.context);
      if (other.text && *other.text != *key.text) return;
    }
    return addPossibilities(out, evalAt(walk, use, fact.in[2]));
  }
  if (use.inside && fact.op == Op::kMember && fact.access == Access::kWrite && use.operand == 0 && fact.index == 2)
    return addPossibilities(out, evalAt(walk, use, fact.in[1]));
  if (fact.op != Op::kCall || use.inside) return;
  const auto& entries = meaning_.models().functions(use.at.body->language, fact);
  if (entries.empty()) {
    if (program_.callees(fact.symbol).empty())
      addPossibility(out, unknown(fmt::format("{} may put something into it", shownCall(use.at))));
    return;
  }
  for (const auto& entry : entries) {
    if (!isPutBy(*entry.entry, fact, use.operand, false)) continue;
    if (!isDescribed(entries, fact)) {
      addPossibility(out, unknown(fmt::format("what {} makes of several values is not known", shownCall(use.at))));
      continue;
    }
    if (entry.entry->gives == "same") {
      addPossibilities(out, evalAt(walk, use, operandOf(fact, entry.entry->from)));
    } else {
      addPossibilities(out, CallEvaluator(*this, walk, use.at, use.context).applyFlow(entry, nullptr));
    }
  }
}

// What may stand in a list, a map, or a container, whoever put it there.
Possibilities Evaluator::elementsOf(Walk& walk, const Possibility& record, const ElementKey& key) {
  const auto& made = record.made.fact();
  const auto& body = *record.made.body;
  Possibilities out;
  const bool followed = body.language == "cpp";
  const bool listed = made.op == Op::kRecord;
  const bool puts = followed && std::ranges::any_of(usesOf(record).uses, [](const ObjectUse& use) {
                      const auto& fact = use.at.fact();
                      return (fact.op == Op::kIndex && fact.access == Access::kWrite) || fact.op == Op::kCall;
                    });
  for (size_t i = 1; listed && i < made.in.size(); i += 2) {
    if (followed && key.position > 0 && !puts && key.position <= made.in.size() / 2 && key.position != (i + 1) / 2 &&
        made.in[i - 1] == kNoValue)
      continue;
    if (followed && key.text && made.in[i - 1] != kNoValue) {
      auto names = eval(walk, body, made.in[i - 1], record.madeIn);
      auto name = names.size() == 1 && names[0].kind == Kind::kText ? wholeText(names[0]) : std::nullopt;
      if (name && *name != *key.text) continue;
    }
    addPossibilities(out, eval(walk, body, made.in[i], record.madeIn));
  }
  if (followed) {
    for (const auto& entry : meaning_.models().functions(body.language, made))
      if (made.op == Op::kCall && isPutBy(*entry.entry, made, 0, true))
        if (const ValueId from = operandOf(made, entry.entry->from); from != kNoValue)
          addPossibilities(out, eval(walk, body, from, record.madeIn));
    for (const auto& use : usesOf(record).uses) addPut(walk, use, key, out);
    if (!usesOf(record).open.empty()) addPossibility(out, unknown(usesOf(record).open));
    dropOpaque(out);
  }
  if (out.empty()) out.push_back(unknown("an element of a record that was filled elsewhere"));
  return record.open.empty() ? out : openBy(std::move(out), record.open);
}

// What an API's own list holds of datasets, where the list was made of nothing: plays.push_back(play).
Possibilities Evaluator::putInto(Walk& walk, const Possibility& object) {
  const bool mine = object.kind == Kind::kObject && object.dataset == kNoDataset && object.other.empty() &&
                    object.path.empty() && object.made.body != nullptr && object.made.body->language == "cpp";
  if (!mine) return {};
  Possibilities out;
  for (const auto& use : usesOf(object).uses) addPut(walk, use, {}, out);
  auto said = [](const Possibility& one) { return one.kind == Kind::kObject && one.dataset != kNoDataset; };
  if (std::ranges::none_of(out, said)) return {};
  dropOpaque(out);
  if (!usesOf(object).open.empty()) addPossibility(out, unknown(usesOf(object).open));
  return out;
}

// The keys of a map.
Possibilities Evaluator::keysOf(Walk& walk, const Possibility& record) {
  const auto& made = record.made.fact();
  Possibilities out;
  for (size_t i = 0; made.op == Op::kRecord && i + 1 < made.in.size(); i += 2)
    if (made.in[i] != kNoValue) addPossibilities(out, eval(walk, *record.made.body, made.in[i], record.madeIn));
  for (const auto& use : usesOf(record).uses) {
    const auto& fact = use.at.fact();
    const bool keyed = (fact.op == Op::kIndex || fact.op == Op::kCall) && use.operand == 0 && !use.inside;
    if (keyed && fact.in.size() > 2 && fact.in[1] != kNoValue) addPossibilities(out, evalAt(walk, use, fact.in[1]));
  }
  dropOpaque(out);
  return out;
}

// m() in a constructor, or m(0): nothing that says what the object is.
static bool isFirstValue(FactAt write) {
  const Fact* value = write.body->define(write.fact().in.back());
  if (value == nullptr) return false;
  return (value->op == Op::kConst && value->text.empty()) || (value->constructs && value->in.size() == 1);
}

bool Evaluator::isEmpty(const Possibility& object) {
  if (object.kind != Kind::kRecord || object.made.fact().op != Op::kCall || object.made.fact().in.size() != 1)
    return false;
  const auto& uses = usesOf(object);
  if (!uses.open.empty()) return false;
  return std::ranges::all_of(uses.uses, [&](const ObjectUse& use) {
    const auto& fact = use.at.fact();
    if (use.inside) return false;
    if (fact.op == Op::kMember) return fact.access == Access::kRead || isFirstValue(use.at);
    if (fact.op == Op::kIndex) return fact.access == Access::kRead;
    if (fact.op == Op::kElement) return true;
    const auto& entries = meaning_.models().functions(use.at.body->language, fact);
    if (entries.empty()) return use.operand > 0 || !program_.callees(fact.symbol).empty();
    return std::ranges::all_of(entries, [&](const Entry& entry) {
      const bool reads = entry.entry->kind == EntryKind::kUse || entry.entry->kind == EntryKind::kFlow;
      const bool refilled = operandOf(fact, entry.entry->into) == fact.in[use.operand];
      return reads && !refilled && !isPutBy(*entry.entry, fact, use.operand, false);
    });
  });
}

}  // namespace gander::rewriter
