#include "rewriter/solve/records.h"

#include <fmt/format.h>

#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/message_texts.h"

namespace gander::rewriter {

using rules::EntryKind;
using Kind = Possibility::Kind;

bool isLogText(const Meaning& meaning, FactAt at, size_t operand) {
  const auto& fact = at.fact();
  if (fact.op != Op::kCall) return false;
  for (const auto& entry : meaning.models().functions(at.body->language, fact)) {
    if (entry.entry->kind != EntryKind::kText || entry.entry->text != "log") continue;
    if (entry.entry->argument == rules::kAnyArgument) return true;
    if (static_cast<size_t>(entry.entry->argument) + 1 == operand) return true;
  }
  return false;
}

const RecordClaims& Records::claimsOn(FactAt made) {
  auto [at, fresh] = known_.try_emplace(made);  // empty while it is looked for: a record may hold itself
  if (fresh) {
    auto claims = findClaims(made);
    known_[made] = std::move(claims);
  }
  return known_.at(made);
}

RecordClaims Records::findClaims(FactAt made) {
  RecordClaims out;
  auto walk = walkForward(program_, meaning_, made, needs_, nullptr, Holders::kTell);
  out.open = walk.open;
  for (const auto& holder : walk.holders)
    if (!judgeHolder(holder, out) && out.open.empty())
      out.open = "the record is also a field of another one that is not followed";
  for (const auto* body : walk.returned) claimByReturn(*body, out);
  for (const auto& [body, parameter] : walk.parameters) claimByParameter(*body, parameter, out);
  for (const auto& terminal : walk.terminals) {
    if (judgeSink(terminal, out) || judgeUse(terminal, out) || judgeHolder(terminal, out) || isHarmless(terminal))
      continue;
    if (!out.open.empty()) continue;
    auto place = evaluator_.step(spanOf(terminal.at), "");
    out.open = fmt::format("the record also goes to {} at {}, which no model describes",
                           terminal.at.fact().name.empty() ? "an expression" : terminal.at.fact().name,
                           formatPlace(place.file, place.position));
  }
  return out;
}

//   {"listener": {"name": x}}, record["listener"] = inner, and record.insert("listener", inner), where a model says that the call
//   puts it there: the inner record's "name" is the field listener.name
bool Records::judgeHolder(const Terminal& terminal, RecordClaims& out) {
  const auto& fact = terminal.at.fact();
  const auto& body = *terminal.at.body;
  if (fact.op == Op::kCall) return judgeHoldingCall(terminal, out);
  bool held = fact.op == Op::kRecord && terminal.operand % 2 == 1;
  bool written = fact.op == Op::kIndex && fact.access == Access::kWrite && terminal.operand == 2;
  if (!held && !written) return false;
  Possibility record;
  record.kind = Kind::kRecord;
  record.made = terminal.at;
  auto holders = held ? Possibilities{record} : evaluator_.evaluateEverywhere(body, fact.in[0]);
  ValueId key = held ? fact.in[terminal.operand - 1] : fact.in[1];
  return claimAsField(holders, evaluator_.evaluateEverywhere(body, key), out);
}

bool Records::judgeHoldingCall(const Terminal& terminal, RecordClaims& out) {
  const auto& fact = terminal.at.fact();
  const auto& body = *terminal.at.body;
  for (const auto& [model, entry] : meaning_.models().functions(body.language, fact)) {
    const bool holds = entry->kind == EntryKind::kUse && entry->value != rules::kAbsent &&
                       static_cast<size_t>(entry->value) + 1 == terminal.operand;
    if (!holds) continue;
    auto holders = evaluator_.evaluateEverywhere(body, operandOf(fact, entry->from));
    return claimAsField(holders, evaluator_.evaluateEverywhere(body, operandOf(fact, entry->field)), out);
  }
  return false;
}

static std::string joinPath(std::initializer_list<std::string> parts) {
  std::string path;
  for (const auto& part : parts) {
    if (!path.empty() && !part.empty()) path += '.';
    path += part;
  }
  return path;
}

// What claims one holder, each claim on the whole of it.
RecordClaims Records::claimsOnHolder(const Possibility& holder) {
  RecordClaims claims;
  if (holder.kind == Kind::kObject && holder.dataset != kNoDataset) {
    claims.objects.push_back(holder);
  } else if (holder.made.body != nullptr) {
    claims = claimsOn(holder.made);
    for (auto& claim : claims.claims) claim.path = joinPath({claim.path, holder.path});
    for (auto& object : claims.objects) object.path = joinPath({object.path, holder.path});
  }
  return claims;
}

bool Records::claimAsField(const Possibilities& holders, const Possibilities& keys, RecordClaims& out) {
  bool claimed = false;
  for (const auto& holder : holders) {
    const auto claims = claimsOnHolder(holder);
    if (claims.claims.empty() && claims.objects.empty()) continue;
    claimed = true;
    if (out.open.empty()) out.open = claims.open;
    for (const auto& key : keys) {
      auto name = key.kind == Kind::kText ? Evaluator::wholeText(key) : std::nullopt;
      if (!name && out.open.empty()) out.open = "the key under which another record holds this one is not known";
      for (auto claim : claims.claims) {
        claim.path = joinPath({claim.path, name.value_or("")});
        out.claims.push_back(std::move(claim));
      }
      for (auto object : claims.objects) {
        object.path = joinPath({object.path, name.value_or("")});
        out.objects.push_back(std::move(object));
      }
    }
  }
  return claimed;
}

// A function that the migration says gives the dataset.
void Records::claimByReturn(const Body& body, RecordClaims& out) {
  for (const auto& found : meaning_.referencesTo(body.function)) {
    if (found.reference->parameter) continue;
    RecordClaim claim;
    claim.dataset = found.dataset;
    claim.units.insert(unitOfFunctions(meaning_.dataset(found.dataset)));
    claim.chain.push_back(evaluator_.step(
        body.function.nameSpan, fmt::format("{} gives {}", body.function.name, meaning_.dataset(found.dataset).id)));
    out.claims.push_back(std::move(claim));
  }
}

// A function that the migration says takes the dataset, or fills it.
void Records::claimByParameter(const Body& body, size_t parameter, RecordClaims& out) {
  const auto found = parameterReference(meaning_, body, parameter);
  if (!found) return;
  RecordClaim claim;
  claim.dataset = found->dataset;
  claim.units = found->units;
  const auto& function = body.function;
  claim.chain.push_back(
      evaluator_.step(function.nameSpan, fmt::format("parameter {} of {} is {}", function.params[parameter].name,
                                                     function.name, meaning_.dataset(found->dataset).id)));
  out.claims.push_back(std::move(claim));
}

// Reads and writes of its fields; logs; flows that the walk went on through.
bool Records::isHarmless(const Terminal& terminal) const {
  const auto& fact = terminal.at.fact();
  if ((fact.op == Op::kIndex || fact.op == Op::kMember) && terminal.operand == 0) return true;
  if (fact.op != Op::kCall) return false;
  if (isLogText(meaning_, terminal.at, terminal.operand)) return true;
  for (const auto& entry : meaning_.models().functions(terminal.at.body->language, fact))
    if (entry.entry->kind == EntryKind::kUse || entry.entry->kind == EntryKind::kFlow) return true;
  return terminal.operand == 0;  // a method of the record itself: its uses are judged where a model knows them
}

// The entries of a kind for a call, each with the object that it is on.
std::vector<std::pair<Entry, Possibility>> Records::entriesOf(FactAt at, const Context& context, EntryKind kind,
                                                              const Body** open) {
  const auto& fact = at.fact();
  std::vector<std::pair<Entry, Possibility>> entries;
  if (fact.op != Op::kCall) return entries;
  for (const auto& entry : meaning_.models().functions(at.body->language, fact))
    if (entry.entry->kind == kind) entries.push_back({entry, {}});
  if (fact.in.empty() || fact.in[0] == kNoValue) return entries;
  auto receiver = evaluator_.evaluate(*at.body, fact.in[0], context);
  if (receiver.needsCallersOf != nullptr) *open = receiver.needsCallersOf;
  for (const auto& one : receiver.possible) {
    if (one.kind != Kind::kObject) continue;
    for (const auto& entry :
         meaning_.models().onObject(*one.model, rules::Pattern::Form::kMethod, one.object, bareName(fact.name)))
      if (entry.entry->kind == kind) entries.push_back({entry, one});
  }
  return entries;
}

// A call that takes the record's keys as names of its object's fields.
bool Records::judgeUse(const Terminal& terminal, RecordClaims& out) {
  const auto& fact = terminal.at.fact();
  bool use = false;
  judgeUnderContexts(evaluator_, limits_, [&](const Context& context, const std::string& closing) {
    const Body* open = nullptr;
    auto uses = entriesOf(terminal.at, context, EntryKind::kUse, &open);
    if (open != nullptr && closing.empty()) return open;
    for (auto& [entry, object] : uses) {
      const auto& e = *entry.entry;
      bool all = e.field == rules::kAnyArgument || e.field == rules::kEachArgument;
      bool named = operandOf(fact, e.field, e.keyword) == fact.in[terminal.operand];
      if (terminal.operand == 0 || e.from == rules::kContext || (!all && !named)) continue;
      use = true;
      bool receiver = e.from == rules::kReceiver && object.model != nullptr;
      ValueId base = e.from == rules::kResult ? fact.out : operandOf(fact, e.from);
      auto bases = receiver ? Evaluation{{object}, nullptr} : evaluator_.evaluate(*terminal.at.body, base, context);
      if (bases.needsCallersOf != nullptr && closing.empty()) return bases.needsCallersOf;
      for (auto& one : bases.possible) {
        if (e.field == rules::kAnyArgument && one.open.empty())
          one.open = fmt::format("what {} takes is not described: it may be a field's name", bareName(fact.name));
        out.objects.push_back(std::move(one));
      }
    }
    return static_cast<const Body*>(nullptr);
  });
  return use;
}

bool Records::judgeSink(const Terminal& terminal, RecordClaims& out) {
  bool sink = false;
  judgeUnderContexts(evaluator_, limits_, [&](const Context& context, const std::string& closing) {
    const Body* open = nullptr;
    auto sinks = entriesOf(terminal.at, context, EntryKind::kSink, &open);
    if (open != nullptr && closing.empty()) return open;
    for (const auto& [entry, object] : sinks) {
      if (static_cast<size_t>(entry.entry->value) + 1 != terminal.operand) continue;
      sink = true;
      open = claimBySink(terminal.at, entry, context, out);
      if (open != nullptr && closing.empty()) return open;
    }
    return static_cast<const Body*>(nullptr);
  });
  return sink;
}

const Body* Records::claimBySink(FactAt at, const Entry& entry, const Context& context, RecordClaims& out) {
  Evaluation name;
  if (entry.entry->argument != rules::kTemplate)
    name = evaluator_.evaluate(*at.body, operandOf(at.fact(), entry.entry->argument, entry.entry->keyword), context);
  else if (auto object = templateObject(meaning_, evaluator_, at, *entry.model))
    name.possible.push_back(std::move(*object));
  if (name.needsCallersOf != nullptr) return name.needsCallersOf;
  for (const auto& one : name.possible) {
    auto text = one.kind == Kind::kText ? Evaluator::wholeText(one) : std::nullopt;
    if (one.kind == Kind::kObject && (one.dataset != kNoDataset || !one.other.empty())) {
      // A topic that was made before: produce(topic, ...).
      RecordClaim claim{one.dataset, one.other, one.path, one.alreadyNew, one.versionTold, one.units, one.chain};
      claim.chain.push_back(evaluator_.step(spanOf(at), fmt::format("{} writes the record to it", at.fact().name)));
      out.claims.push_back(std::move(claim));
      continue;
    }
    if (!text || entry.entry->reference == rules::ReferenceKind::kType) {
      out.open = fmt::format("which dataset {} names is not known", at.fact().name);
      continue;
    }
    RecordClaim claim;
    auto found = meaning_.findReference(entry.entry->reference, *text);
    auto place = Evaluator::placeOf(one, 0, found ? found->nameSize() : text->size());
    Span span = place ? *place : spanOf(at);
    if (found) {
      claim.dataset = found->dataset;
      claim.alreadyNew = found->alreadyNew;
      claim.versionTold = found->tellsVersion();
      claim.units.insert(unitOfReference(span));
      claim.chain.push_back(evaluator_.step(span, fmt::format("names {}: {} '{}'", meaning_.dataset(found->dataset).id,
                                                              rules::toString(entry.entry->reference), *text)));
      claim.chain.push_back(evaluator_.step(spanOf(at), fmt::format("{} writes the record to it", at.fact().name)));
    } else {
      claim.other = *text;
    }
    out.claims.push_back(std::move(claim));
  }
  return nullptr;
}

}  // namespace gander::rewriter
