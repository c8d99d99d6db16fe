#include "rewriter/solve/rows_follow.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <tuple>

#include "rewriter/solve/contexts.h"
#include "rewriter/solve/evaluate_call.h"

namespace gander::rewriter {
namespace {

using rules::EntryKind;
using rules::Pattern;

constexpr size_t kMostPlaces = 2000;

// A value that is made of the rows, and what its model calls it.
struct RowsPlace {
  const Body* body = nullptr;
  ValueId value = kNoValue;
  const rules::Model* model = nullptr;
  std::string object;
  auto operator<=>(const RowsPlace&) const = default;
};

class RowsWalker {
 public:
  RowsWalker(const Program& program, const Meaning& meaning, Evaluator& evaluator, std::set<Need>& needs)
      : program_(program), meaning_(meaning), evaluator_(evaluator), needs_(needs) {}

  RowsWalk walk(const std::vector<RowsPlace>& starts) {
    for (const auto& start : starts) push(start);
    while (!queue_.empty() && out_.open.empty()) {
      auto place = queue_.front();
      queue_.pop_front();
      auto users = place.body->users.find(place.value);
      if (users == place.body->users.end()) continue;
      for (size_t index : users->second) visit(place, {place.body, index});
      if (seen_.size() > kMostPlaces) out_.open = "its rows go to too many places";
    }
    return std::move(out_);
  }

 private:
  void push(RowsPlace place) {
    if (place.value != kNoValue && seen_.insert(place).second) queue_.push_back(std::move(place));
  }
  void pass(const RowsPlace& place, const Body* body, ValueId value) { push({body, value, place.model, place.object}); }
  void open(FactAt at) {
    if (!out_.open.empty()) return;
    auto step = evaluator_.step(spanOf(at), "");
    const auto& name = at.fact().name;
    out_.open = fmt::format("its rows also go to {} at {}", name.empty() ? "an expression" : name,
                            formatPlace(step.file, step.position));
  }

  void visit(const RowsPlace& place, FactAt at) {
    const auto& in = at.fact().in;
    for (size_t operand = 0; operand < in.size(); ++operand)
      if (in[operand] == place.value) visitOperand(place, at, operand);
  }

  void visitOperand(const RowsPlace& place, FactAt at, size_t operand) {
    const auto& fact = at.fact();
    switch (fact.op) {
      case Op::kCopy:
      case Op::kPhi: return pass(place, at.body, fact.out);
      case Op::kElement: return onObject(place, at, Pattern::Form::kElement, "");
      case Op::kIndex:
        if (fact.name == "*") return throughPointer(place, at);
        return operand == 0 ? throughIndex(place, at) : open(at);
      case Op::kMember: return throughMember(place, at, operand);
      case Op::kGlobal: return toReaders(place, at);
      case Op::kReturn: return toCallers(place, at);
      case Op::kCall: return throughCall(place, at, operand);
      case Op::kChanged: return throughChange(place, at, operand);
      case Op::kUnknown:  // a comparison, a test: nothing comes of it
        if (fact.out == kNoValue || !at.body->users.contains(fact.out)) return;
        [[fallthrough]];
      default: return open(at);
    }
  }

  // holder.reset(rows): what the call puts into what it changes. What it was given, it may have changed too: rows that are followed.
  void throughChange(const RowsPlace& place, FactAt at, size_t operand) {
    const auto& in = at.fact().in;
    if (operand == 0 || putsInto(at)) return pass(place, at.body, at.fact().out);
    if (!follows(*at.body, in[0])) open(at);
  }

  bool follows(const Body& body, ValueId value) const {
    return std::ranges::any_of(seen_, [&](const RowsPlace& one) { return one.body == &body && one.value == value; });
  }

  // A pointer to rows is the rows; what a call may have made of them is put back through it.
  void throughPointer(const RowsPlace& place, FactAt at) {
    const auto& fact = at.fact();
    if (fact.access != Access::kWrite) return pass(place, at.body, fact.out);
    const Fact* put = fact.in.size() > 2 ? at.body->define(fact.in[2]) : nullptr;
    if (put == nullptr || put->op != Op::kChanged || !follows(*at.body, put->in[0])) open(at);
  }

  bool putsInto(FactAt changed) const {
    const auto call = callInto(changed);
    if (!call) return false;
    return std::ranges::any_of(meaning_.models().functions(call->body->language, call->fact()), [&](const Entry& one) {
      const auto& e = *one.entry;
      return e.kind == EntryKind::kFlow && e.into != rules::kAbsent &&
             operandOf(call->fact(), e.into) == changed.fact().in[0];
    });
  }

  void throughIndex(const RowsPlace& place, FactAt at) {
    const auto& entries = meaning_.models().functions(at.body->language, at.fact());
    if (entries.empty()) return onObject(place, at, Pattern::Form::kSubscript, "");
    if (!applyEntries(place, at, entries)) open(at);
  }

  void throughMember(const RowsPlace& place, FactAt at, size_t operand) {
    if (operand == 0 && at.fact().access == Access::kRead)
      return onObject(place, at, Pattern::Form::kAttribute, at.fact().name);
    if (operand == 0) return open(at);
    toReaders(place, at);
  }

  void toReaders(const RowsPlace& place, FactAt at) {
    const auto& fact = at.fact();
    if (fact.access != Access::kWrite || fact.symbol.empty()) return open(at);
    needs_.insert({NeedKind::kReaders, at.body->language, bareName(fact.name.empty() ? fact.symbol : fact.name)});
    for (const auto& read : program_.readsOf(fact.symbol)) pass(place, read.body, read.fact().out);
    if (fact.op != Op::kMember) return;
    for (const auto& read : program_.guessedReads(fact.name))  // who knows whose member it is
      if (read.body->language == at.body->language) pass(place, read.body, read.fact().out);
  }

  // Rows that a function gives to nobody known are for others.
  void toCallers(const RowsPlace& place, FactAt at) {
    const auto& function = at.body->function;
    needs_.insert({NeedKind::kCallers, at.body->language, callableName(function)});
    auto sites = callSites(program_, *at.body);
    if (sites.empty() || program_.escapes(function.symbol) || function.virtualMethod) return open(at);
    for (const auto& call : sites) pass(place, call.body, call.fact().out);
  }

  void throughCall(const RowsPlace& place, FactAt at, size_t operand) {
    const auto& fact = at.fact();
    const auto& entries = meaning_.models().functions(at.body->language, fact);
    if (!entries.empty()) {
      if (!applyEntries(place, at, entries)) open(at);
    } else if (operand == 0) {
      onObject(place, at, Pattern::Form::kMethod, bareName(fact.name));
    } else {
      intoDefinitions(place, at, operand);
    }
  }

  void intoDefinitions(const RowsPlace& place, FactAt at, size_t operand) {
    const auto& fact = at.fact();
    if (fact.symbol.empty()) return open(at);
    needs_.insert({NeedKind::kDefinition, at.body->language, bareName(fact.name.empty() ? fact.symbol : fact.name)});
    const auto definitions = program_.callees(fact.symbol);
    if (definitions.empty()) return open(at);
    for (const Body* callee : definitions) {
      bool entered = false;
      for (size_t i = 0; i < callee->function.params.size(); ++i) {
        const auto& parameter = callee->function.params[i];
        if (argumentOf(fact, callee->function, i) != fact.in[operand] || parameter.variadic) continue;
        pass(place, callee, parameter.value);
        entered = true;
      }
      if (!entered || callee->function.virtualMethod) open(at);
    }
  }

  void onObject(const RowsPlace& place, FactAt at, Pattern::Form form, std::string_view name) {
    // enumerate(rows): the element of an element.
    auto inner = innerOf(place.object);
    bool part = form == Pattern::Form::kElement || form == Pattern::Form::kSubscript;
    if (inner && !part) return open(at);
    if (inner && inner->pairs) return push({at.body, at.fact().out, place.model, pairOf(inner->object)});
    if (inner) return onObject({place.body, place.value, place.model, inner->object}, at, Pattern::Form::kElement, "");
    auto entries = meaning_.models().onObject(*place.model, form, place.object, name);
    if (!applyEntries(place, at, entries)) open(at);
  }

  // Whether one of the entries says what the fact does with the rows.
  bool applyEntries(const RowsPlace& place, FactAt at, const std::vector<Entry>& entries) {
    bool applied = false;
    for (const auto& entry : entries) applied |= applyEntry(place, at, entry);
    return applied;
  }

  bool applyEntry(const RowsPlace& place, FactAt at, const Entry& entry) {
    const auto& fact = at.fact();
    const auto& e = *entry.entry;
    bool onObject = e.pattern.form != Pattern::Form::kFunction;
    int from = e.from == rules::kAbsent && (onObject || e.kind == EntryKind::kUse) ? rules::kReceiver : e.from;
    if (e.kind == EntryKind::kText && onObject) return e.text == "sql";  // the next query on the same object
    if (e.kind != EntryKind::kFlow && e.kind != EntryKind::kUse) return false;
    if (operandOf(fact, from) != place.value)
      return e.into != rules::kAbsent && operandOf(fact, e.into) == place.value;  // something else is put in its place
    if (e.kind == EntryKind::kUse) {
      readField(at, e);
    } else {
      if (takesFunction(at) || !e.open.empty()) {
        open(at);
        return true;
      }
      if (e.gives == rules::kValueObject) return true;
      if (e.gives == rules::kPairsObject) {
        push({at.body, fact.out, place.model, pairsOf(place.object)});
        return true;
      }
      bool same = e.gives == "same";
      auto given = meaning_.models().given(entry);
      push({at.body, fact.out, same ? place.model : given.model, same ? place.object : given.object});
    }
    return true;
  }

  // sorted(rows, key=f): f gets rows too.
  bool takesFunction(FactAt at) const {
    const auto& fact = at.fact();
    return std::any_of(fact.in.begin(), fact.in.end(), [&](ValueId value) {
      const Fact* given = at.body->define(value);
      return given != nullptr && given->op == Op::kGlobal && !program_.definitions(given->symbol).empty();
    });
  }

  void readField(FactAt at, const rules::ModelEntry& use) {
    const auto& fact = at.fact();
    if (fact.op == Op::kMember) {
      out_.reads.insert({at, fact.name});
      return;
    }
    if (fact.op == Op::kIndex && fact.access == Access::kWrite) return open(at);
    if (use.field == rules::kAnyArgument) return open(at);
    if (use.field == rules::kEachArgument) {
      for (size_t operand = 1; operand < fact.in.size(); ++operand)
        if (operand > fact.keywords.size() || fact.keywords[operand - 1].empty()) readKey(at, fact.in[operand]);
      if (std::ranges::find(fact.keywords, "*") != fact.keywords.end()) open(at);
      return;
    }
    readKey(at, fact.op == Op::kIndex ? fact.in[1] : operandOf(fact, use.field, use.keyword));
  }

  void readKey(FactAt at, ValueId key) {
    const Fact* made = at.body->define(key);
    if (made != nullptr && made->op == Op::kConst && made->text.empty()) return;  // a position
    for (const auto& one : namesIn(evaluator_, evaluator_.evaluateEverywhere(*at.body, key))) {
      auto text = one.kind == Possibility::Kind::kText ? Evaluator::wholeText(one) : std::nullopt;
      if (!text || holdsName(*text)) return open(at);
      out_.reads.insert({at, *text});
    }
  }

  // "p.user_name", "user_name desc": more than a name.
  bool holdsName(const std::string& text) const {
    return !meaning_.knowsField(text) &&
           std::ranges::any_of(meaning_.fieldNames(), [&](const std::string& field) { return text.contains(field); });
  }

  const Program& program_;
  const Meaning& meaning_;
  Evaluator& evaluator_;
  std::set<Need>& needs_;
  std::deque<RowsPlace> queue_;
  std::set<RowsPlace> seen_;
  RowsWalk out_;
};

}  // namespace

const RowsWalk& RowsFollow::walkOf(FactAt call, const Entry& entry) {
  auto [at, fresh] = walks_.try_emplace(call);
  if (!fresh) return at->second;
  at->second.open = "its rows lead back to it";  // the answer while it is looked for
  auto given = meaning_.models().given(entry);
  std::vector<RowsPlace> starts{{call.body, call.fact().out, given.model, given.object}};
  // The rows also come out of the object on which the query is run, wherever that goes from where it was made.
  for (const auto& one : entry.entry->into == rules::kReceiver
                             ? evaluator_.evaluateEverywhere(*call.body, call.fact().in[0])
                             : Possibilities{}) {
    if (one.kind != Possibility::Kind::kObject || one.made.body == nullptr) return walks_[call];
    starts.push_back({one.made.body, one.made.fact().out, one.model, entry.entry->pattern.object});
  }
  auto walk = RowsWalker(program_, meaning_, evaluator_, needs_).walk(starts);
  return walks_[call] = std::move(walk);
}

bool RowsFollow::areNameless(const rules::ModelEntry& entry) {
  if (!entry.namesBy) return false;
  auto [at, fresh] = nameless_.try_emplace(&entry, true);
  if (!fresh) return at->second;
  auto tells = [&](const auto& file) {
    return std::ranges::any_of(*entry.namesBy,
                               [&](const std::string& word) { return file.second.text.contains(word); });
  };
  return at->second = std::ranges::none_of(evaluator_.texts().all(), tells);
}

bool RowsFollow::at(FactAt call, const Entry& entry, const Query& query) {
  if (kept_.contains(call)) return false;
  if (areNameless(*entry.entry)) return true;
  if (entry.entry->gives.empty() || !query.namesItsOutputs()) return false;
  const auto& walk = walkOf(call, entry);
  if (!walk.open.empty()) return false;
  // A key that finds its column only where case does not matter is not edited, so the column must stay.
  for (const auto& [read, key] : walk.reads) {
    const auto* output = query.findOutput(key);
    if (output != nullptr && output->name != key && output->passes) return false;
  }
  for (const auto& output : query.rows->outputs)
    if (output.passes && !output.change.empty()) renamed_[call].insert(output.name);
  return true;
}

std::set<FactAt> RowsFollow::unanswered(const std::function<bool(FactAt read, FactAt call)>& judged) const {
  std::set<FactAt> calls;
  for (const auto& [call, names] : renamed_) {
    if (kept_.contains(call)) continue;
    for (const auto& [read, key] : walks_.at(call).reads)
      if (names.contains(key) && !judged(read, call)) calls.insert(call);
  }
  return calls;
}

}  // namespace gander::rewriter
