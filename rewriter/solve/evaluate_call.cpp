#include "rewriter/solve/evaluate_call.h"

#include <fmt/format.h>

#include <algorithm>

#include "rewriter/solve/format_text.h"
#include "rewriter/solve/message_texts.h"
#include "rewriter/solve/query.h"

namespace gander::rewriter {

using rules::EntryKind;
using rules::Pattern;
using Kind = Possibility::Kind;

std::string callableName(const Function& function) {
  if (function.name != "__init__") return function.name;
  return bareName(std::string_view(function.symbol).substr(0, function.symbol.rfind('.')));
}

std::string shownCall(FactAt call) { return call.fact().name.empty() ? "a call" : call.fact().name; }

ValueId argumentOf(const Fact& call, const Function& callee, size_t parameter) {
  const auto& name = callee.params[parameter].name;
  for (size_t i = 0; i < call.keywords.size(); ++i) {
    if (call.keywords[i] == "*" || call.keywords[i] == "**") return kNoValue;
    if (call.keywords[i] == name && i + 1 < call.in.size()) return call.in[i + 1];
  }
  size_t at = callee.method ? parameter : parameter + 1;
  if (at >= call.in.size()) return kNoValue;
  bool keyword = at > 0 && at - 1 < call.keywords.size() && !call.keywords[at - 1].empty();
  return keyword ? kNoValue : call.in[at];
}

static const rules::Model* findModel(const Meaning& meaning, const std::string& dotted, std::string_view language,
                                     std::string* object) {
  size_t dot = dotted.find('.');
  if (dot == std::string::npos) return nullptr;
  *object = dotted.substr(dot + 1);
  for (const auto& model : meaning.library().models)
    if (model.language == language && model.name == dotted.substr(0, dot)) return &model;
  return nullptr;
}

static std::optional<Possibility> referencedObject(const Meaning& meaning, const ReferenceMeaning& reference,
                                                   std::string_view language) {
  Possibility out;
  out.kind = Kind::kObject;
  out.model = findModel(meaning, reference.reference->object, language, &out.object);
  if (out.model == nullptr) return std::nullopt;
  out.dataset = reference.dataset;
  out.units.insert(unitOfFunctions(meaning.dataset(reference.dataset)));
  return out;
}

std::optional<Possibility> parameterReference(const Meaning& meaning, const Body& body, size_t parameter) {
  for (const auto& found : meaning.referencesTo(body.function))
    if (found.reference->parameter &&
        static_cast<size_t>(*found.reference->parameter) + (body.function.method ? 1 : 0) == parameter)
      return referencedObject(meaning, found, body.language);
  return std::nullopt;
}

std::string CallEvaluator::calleeName() const {
  const auto& fact = at_.fact();
  if (!fact.name.empty()) return fact.name;
  return fact.symbol.empty() ? "a value" : bareName(fact.symbol);
}

Possibilities CallEvaluator::operand(int argument, const std::string& keyword) {
  return evaluator_.eval(walk_, *at_.body, operandOf(at_.fact(), argument, keyword), context_);
}

Possibilities CallEvaluator::apply() {
  if (auto out = applyFunctionReference()) return *out;
  if (auto out = applyFunctions()) return *out;
  if (auto out = applyConstruction()) return *out;
  if (auto out = applyValues()) return *out;
  if (auto out = applyMethods()) return *out;
  const auto ofClass = staticObject(evaluator_.meaning_, evaluator_, at_);
  if (ofClass && ofClass->dataset != kNoDataset) return {*ofClass};
  if (auto out = applyDefinitions()) return *out;
  if (ofClass) return {*ofClass};
  return {unknown(fmt::format("{} is described by no model", calleeName()))};
}

std::optional<Possibilities> CallEvaluator::applyFunctionReference() {
  for (const auto& found : evaluator_.meaning_.functionReferences(at_.fact().name)) {
    if (found.reference->parameter) continue;
    auto object = referencedObject(evaluator_.meaning_, found, at_.body->language);
    if (!object) continue;
    object->chain.push_back(
        here(fmt::format("{} gives {}", at_.fact().name, evaluator_.meaning_.dataset(found.dataset).id)));
    return Possibilities{*object};
  }
  return std::nullopt;
}

std::optional<Possibilities> CallEvaluator::applyFunctions() {
  std::optional<Possibilities> out;
  for (const auto& entry : evaluator_.meaning_.models().functions(at_.body->language, at_.fact())) {
    auto given = applyEntry(entry, nullptr);
    if (!given) continue;
    if (!out) out.emplace();
    addPossibilities(*out, std::move(*given));
  }
  // Value value; that is a copy of nothing, by one entry, and a document that a model knows, by another: the latter.
  auto madeAs = [&](Kind kind) {
    return [&, kind](const Possibility& one) { return one.kind == kind && one.made == at_; };
  };
  if (out && std::ranges::any_of(*out, madeAs(Kind::kObject))) std::erase_if(*out, madeAs(Kind::kRecord));
  if (out && out->empty() && skipped_)
    out->push_back(unknown(fmt::format("what {} gives for this is not described", calleeName())));
  return out;
}

std::optional<Possibilities> CallEvaluator::applyMethods() {
  const auto& fact = at_.fact();
  if (fact.in.empty() || fact.in[0] == kNoValue) return std::nullopt;
  Possibilities out;
  bool modelled = false;
  for (const auto& receiver : operand(rules::kReceiver)) {
    const auto& onText = evaluator_.meaning_.models().onText(at_.body->language, bareName(fact.name));
    if (receiver.kind == Kind::kText && !onText.empty()) {
      modelled = true;
      addPossibilities(out, applyOnText(onText));
      break;
    }
    if (receiver.kind != Kind::kObject) {
      if (receiver.kind == Kind::kUnknown) addPossibility(out, receiver);
      continue;
    }
    modelled = true;
    addPossibilities(out, applyOnObject(receiver, Pattern::Form::kMethod));
  }
  if (!modelled) return std::nullopt;
  return out;
}

Possibilities CallEvaluator::applyOnObject(const Possibility& object, Pattern::Form form) {
  if (auto inner = applyPairs(object, form)) return *inner;
  if (form == Pattern::Form::kElement)
    if (auto put = evaluator_.putInto(walk_, object); !put.empty()) return put;
  if (!isFilled(object)) return applyPlain(object, form);
  Possibilities out;
  for (const auto& one : filled(object)) {
    if (one.kind == Kind::kObject)
      addPossibilities(out, applyPlain(one, form));
    else
      addPossibility(out, one);
  }
  return out;
}

// Whether a subscript's key is what the entry is for. What is computed by an operator is no name.
bool CallEvaluator::fitsKey(const Entry& entry) {
  if (entry.entry->by == rules::SubscriptBy::kAny || at_.fact().in.size() < 2) return true;
  const Fact* key = at_.body->define(at_.fact().in[1]);
  bool name = false;
  bool other = key != nullptr && key->op == Op::kUnknown;
  for (const auto& one : other ? Possibilities{} : evaluator_.eval(walk_, *at_.body, at_.fact().in[1], context_)) {
    name |= one.kind == Kind::kText || one.kind == Kind::kUnknown;
    other |= one.kind != Kind::kText;
  }
  return entry.entry->by == rules::SubscriptBy::kName ? name : other;
}

Possibilities CallEvaluator::applyPlain(const Possibility& object, Pattern::Form form) {
  auto name = bareName(at_.fact().name);
  Possibilities out;
  bool used = false;
  for (const auto& entry : evaluator_.meaning_.models().onObject(*object.model, form, object.object, name)) {
    used |= entry.entry->kind == EntryKind::kUse || entry.entry->kind == EntryKind::kSink ||
            entry.entry->kind == EntryKind::kExport;
    if (form == Pattern::Form::kSubscript && !fitsKey(entry)) continue;
    if (auto given = applyEntry(entry, &object)) addPossibilities(out, std::move(*given));
  }
  if (out.empty() && used) return {opaque()};
  if (out.empty())
    return {unknown(fmt::format("what {} gives on a {} of model {} is not described",
                                form == Pattern::Form::kMethod || form == Pattern::Form::kAttribute ? name
                                : form == Pattern::Form::kElement                                   ? "iteration"
                                                                                                    : "a subscript",
                                object.object, object.model->name))};
  return out;
}

std::optional<Possibilities> CallEvaluator::applyEntry(const Entry& entry, const Possibility* object) {
  switch (entry.entry->kind) {
    case EntryKind::kSource: return applySource(entry);
    case EntryKind::kFlow: {
      const auto& flow = *entry.entry;
      if (flow.part != rules::kAbsent) return evaluator_.madeHere(at_, context_);
      const bool elsewhere = flow.within != rules::kAbsent || flow.into != rules::kAbsent || flow.to != rules::kAbsent;
      if (elsewhere) return std::nullopt;
      return applyFlow(entry, object);
    }
    case EntryKind::kText:
      if (entry.entry->gives.empty()) return std::nullopt;
      return applyText(entry);
    case EntryKind::kFormat:
      if (entry.entry->into != rules::kAbsent) return std::nullopt;
      return applyFormat(entry);
    case EntryKind::kUse:
      if (entry.entry->gives.empty()) return std::nullopt;
      return applyField(entry, object);
    case EntryKind::kExport:
    case EntryKind::kOrder:
    case EntryKind::kSink: break;
  }
  return std::nullopt;
}

void CallEvaluator::setGiven(Possibility& object, const Entry& entry) const {
  auto given = evaluator_.meaning_.models().given(entry);
  object.kind = Kind::kObject;
  object.model = given.model;
  object.object = given.object;
}

Possibility CallEvaluator::namedObject(const Entry& entry, const Possibility& text, const std::string& name) {
  Possibility out;
  setGiven(out, entry);
  out.made = at_;
  auto found = evaluator_.meaning_.findReference(entry.entry->reference, name);
  auto place = Evaluator::placeOf(text, 0, found ? found->nameSize() : name.size());
  Span span = place ? *place : spanOf(at_);
  if (!found) {
    out.other = name;
    out.chain.push_back(evaluator_.step(span, fmt::format("names {} '{}', not a dataset of this migration",
                                                          rules::toString(entry.entry->reference), name)));
    return out;
  }
  out.dataset = found->dataset;
  out.alreadyNew = found->alreadyNew;
  out.versionTold = found->tellsVersion();
  out.units.insert(unitOfReference(span));
  out.chain.push_back(
      evaluator_.step(span, fmt::format("names {}: {} '{}'", evaluator_.meaning_.dataset(found->dataset).id,
                                        rules::toString(entry.entry->reference), name)));
  out.chain.push_back(here(fmt::format("{} gives its {}", calleeName(), entry.entry->gives)));
  return out;
}

Possibilities CallEvaluator::applySource(const Entry& entry) {
  if (!entry.entry->open.empty()) return {unknown(entry.entry->open)};
  if (entry.entry->ambient) return applyAmbient(entry);
  Possibilities out;
  auto element = [&](const Possibility& list) {
    return evaluator_.eval(walk_, *list.made.body, list.made.fact().in[1], list.madeIn);
  };
  for (const auto& name : singlesIn(operand(entry.entry->argument, entry.entry->keyword), element)) {
    if (skips(name.kind == Kind::kObject)) continue;  // a handle in the place of a name: a flow's
    auto text = name.kind == Kind::kText ? Evaluator::wholeText(name) : std::nullopt;
    if (text) {
      addPossibility(out, namedObject(entry, name, *text));
    } else {
      addPossibility(out, unknown(fmt::format("which dataset {} names is not known", calleeName())));
    }
  }
  return out;
}

Possibilities CallEvaluator::applyText(const Entry& entry) {
  if (entry.entry->text != "sql") return {};
  // Another entry's keyword holds the text.
  if (skips(operandOf(at_.fact(), entry.entry->argument, entry.entry->keyword) == kNoValue)) return {};
  return rowsOf(entry, textsOf(entry));
}

static FormatHoles formOf(std::string_view word) {
  if (word == "percent") return FormatHoles::kPercent;
  return word == "dollar" ? FormatHoles::kDollar : FormatHoles::kBrace;
}

// db.execute("UPDATE %s SET day = %d", table, day): the text as the API puts it together.
Possibilities CallEvaluator::textsOf(const Entry& entry) {
  const auto& e = *entry.entry;
  if (e.fills.empty()) return operand(e.argument, e.keyword);
  FormatArguments arguments;
  arguments.late = [&](size_t at) { return operand(e.argument + 1 + static_cast<int>(at)); };
  return formatTexts(formOf(e.fills), operand(e.argument), arguments);
}

Possibilities CallEvaluator::rowsOf(const Entry& entry, const Possibilities& queries) {
  Possibilities out;
  for (const auto& query : queries) {
    if (query.kind == Kind::kText) {
      addPossibility(out, rowsOfQuery(evaluator_, entry, query, at_));
    } else {
      addPossibility(out, unknown(fmt::format("the query text of {} is not known", calleeName())));
    }
  }
  return out;
}

Possibilities CallEvaluator::applyFlow(const Entry& entry, const Possibility* object) {
  const auto& flow = *entry.entry;
  if (flow.gives == rules::kValueObject) return {opaque()};
  if (flow.named >= 0) return applyNamed(entry);
  Possibilities out;
  if (flow.from == rules::kAbsent && object == nullptr) {
    Possibility made;
    setGiven(made, entry);
    made.made = at_;
    made.madeIn = context_;
    return {made};
  }
  // std::optional<Row> row; std::make_unique<Row>(): an object that nothing was put into.
  if (flow.from >= 0 && operandOf(at_.fact(), flow.from) == kNoValue && at_.body->language == "cpp")
    return flow.gives == "same" ? Evaluator::madeHere(at_, context_)
                                : Possibilities{unknown("a value that is not written")};
  bool onObject = object != nullptr && (flow.from == rules::kAbsent || flow.from == rules::kReceiver);
  if (flow.gives == rules::kReturnedObject) return evaluator_.returnedBy(walk_, at_, operand(flow.from), context_);
  if (flow.gives == rules::kPartObject)
    return evaluator_.partOf(walk_, at_, at_.fact().index, operandOf(at_.fact(), flow.from), context_)
        .value_or(Possibilities{unknown(fmt::format("a part of a value that is not known"))});
  for (auto& one : onObject ? Possibilities{*object} : operand(flow.from)) {
    if (flow.gives == rules::kElementObject) {
      addPossibilities(out, ofFlow(flow, std::move(one)));
      continue;
    }
    if (skips(one.kind == Kind::kText && flow.gives != "same" && flow.gives != rules::kPairsObject))
      continue;  // a name in its place: a source's
    if (flow.gives == rules::kPairsObject) one.object = pairsOf(one.object);
    if (flow.gives == "same" || flow.gives == rules::kPairsObject || one.kind == Kind::kUnknown) {
      addPossibility(out, std::move(one));
    } else if (one.kind == Kind::kObject) {
      setGiven(one, entry);
      // What has no dataset is another thing now: a cursor of a connection.
      if (one.dataset == kNoDataset && one.other.empty()) one.made = at_;
      if (!flow.open.empty() && one.open.empty()) one.open = flow.open;
      if (!one.chain.empty()) one.chain.push_back(here(fmt::format("a {} of it", flow.gives)));
      addPossibility(out, std::move(one));
    } else {
      addPossibility(out, unknown(fmt::format("what goes into {} is not known", calleeName())));
    }
  }
  if (flow.gives == "same" && flow.from == rules::kReceiver) addWrittenThrough(out);
  return out;
}

// *holder = row;  ->  it may hold that row, too.
void CallEvaluator::addWrittenThrough(Possibilities& out) {
  const ValueId holder = at_.fact().in[0];
  const auto users = at_.body->users.find(holder);
  if (users == at_.body->users.end()) return;
  for (const size_t index : users->second) {
    const auto& fact = at_.body->function.facts[index];
    const bool writes = fact.op == Op::kIndex && fact.access == Access::kWrite && fact.name == "*";
    if (writes && fact.in[0] == holder) addPossibilities(out, evaluator_.eval(walk_, *at_.body, fact.in[2], context_));
  }
}

// An element of what comes in.
Possibilities CallEvaluator::ofFlow(const rules::ModelEntry& flow, Possibility one) {
  if (one.kind == Kind::kRecord) {
    const bool keyed = operandOf(at_.fact(), flow.from) == at_.fact().in[0];
    return evaluator_.elementsOf(walk_, one, keyed ? evaluator_.keyOf(walk_, at_, context_) : ElementKey{});
  }
  if (auto pairs = applyPairs(one, Pattern::Form::kElement)) return *pairs;
  if (one.kind == Kind::kObject) return applyOnObject(one, Pattern::Form::kElement);
  return {one.kind == Kind::kUnknown ? std::move(one) : unknown("an element of a value that is not known")};
}

// An object of a class that no model describes: what is in it is found by what is done to it.
std::optional<Possibilities> CallEvaluator::applyConstruction() {
  if (!at_.fact().constructs) return std::nullopt;
  evaluator_.needs_.insert({NeedKind::kDefinition, at_.body->language, bareName(at_.fact().name)});
  return evaluator_.madeHere(at_, context_);
}

// A call of a function that is a value: of what flows there.
std::optional<Possibilities> CallEvaluator::applyValues() {
  const auto& fact = at_.fact();
  if (!fact.symbol.empty() || at_.body->language != "cpp" || fact.in[0] == kNoValue) return std::nullopt;
  return evaluator_.returnedBy(walk_, at_, operand(rules::kReceiver), context_);
}

Possibilities CallEvaluator::applyOnText(const std::vector<Entry>& entries) {
  Possibilities out;
  for (const auto& entry : entries) {
    if (entry.entry->kind == EntryKind::kFormat) addPossibilities(out, applyFormat(entry));
    if (entry.entry->kind == EntryKind::kFlow) addPossibilities(out, operand(rules::kReceiver));
  }
  return out;
}

Possibilities CallEvaluator::applyFormat(const Entry& entry) {
  const auto& fact = at_.fact();
  const auto& e = *entry.entry;
  const auto& holes = e.holes.front();
  size_t text = e.argument < 0 ? 0 : static_cast<size_t>(e.argument) + 1;
  FormatArguments arguments;
  for (size_t i = text + 1; i < fact.in.size(); ++i) {
    arguments.values.push_back(evaluator_.eval(walk_, *at_.body, fact.in[i], context_));
    if (!fact.keywords.empty()) arguments.names.push_back(fact.keywords[i - 1]);
  }
  if (holes == "none") return concatTexts(arguments.values);
  if (text >= fact.in.size()) return {unknown("a format without a text")};
  auto texts = evaluator_.eval(walk_, *at_.body, fact.in[text], context_);
  if (holes == "between")
    return joinElements(texts, arguments.values.empty() ? Possibilities() : arguments.values.front());
  return formatTexts(formOf(holes), texts, arguments);
}

// The elements of a list that nobody changes; of a comprehension there are more than the one that is written.
Possibilities CallEvaluator::joinElements(const Possibilities& separator, const Possibilities& lists) {
  if (lists.size() != 1 || lists[0].kind != Kind::kRecord || !evaluator_.isFixed(lists[0].made))
    return {unknown("the texts that are joined are not known")};
  const auto& record = lists[0].made;
  std::vector<Possibilities> parts;
  for (size_t i = 1; i < record.fact().in.size(); i += 2)
    parts.push_back(evaluator_.eval(walk_, *record.body, record.fact().in[i], context_));
  return joinTexts(separator, parts, record.fact().name == "each");
}

std::optional<FactAt> callInto(FactAt changed) {
  const auto& in = changed.fact().in;
  if (changed.fact().op != Op::kChanged || in.size() != 2) return std::nullopt;
  auto made = changed.body->definition.find(in[1]);
  if (made == changed.body->definition.end()) return std::nullopt;
  FactAt call{changed.body, made->second};
  return call.fact().op == Op::kCall ? std::optional(call) : std::nullopt;
}

const Entry* formatInto(const Meaning& meaning, FactAt call, ValueId argument) {
  for (const auto& entry : meaning.models().functions(call.body->language, call.fact())) {
    bool writes = entry.entry->kind == EntryKind::kFormat && entry.entry->into >= 0;
    if (writes && operandOf(call.fact(), entry.entry->into) == argument) return &entry;
  }
  return nullptr;
}

std::optional<Possibilities> CallEvaluator::applyDefinitions() {
  const auto& symbol = at_.fact().symbol;
  if (symbol.empty()) return std::nullopt;
  evaluator_.needs_.insert(
      {NeedKind::kDefinition, at_.body->language, bareName(at_.fact().name.empty() ? symbol : at_.fact().name)});
  auto callees = evaluator_.program_.callees(symbol);
  if (callees.empty()) return std::nullopt;
  return evaluator_.returnsOf(walk_, at_, callees, context_);
}

}  // namespace gander::rewriter
