// Uses of fields by subscripts and attributes, lists of names, any argument of a call, texts of data; and exports.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/solve/data_text.h"
#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/message_texts.h"
#include "rewriter/solve/uses.h"

namespace gander::rewriter {

using rules::EntryKind;
using rules::Pattern;
using Kind = Possibility::Kind;

void Uses::judgeSubscript(Judging& judging) {
  const auto& fact = judging.at.fact();
  if (fact.in.size() < 2) return;
  bool modelled = false;
  for (const auto& entry : meaning_.models().functions(judging.at.body->language, fact)) {
    modelled |= entry.entry->kind == EntryKind::kUse;
    judgeEntry(judging, entry, nullptr);
  }
  Possibilities bases;
  if (modelled || !evaluate(judging, fact.in[0], bases)) return;
  for (const auto& base : bases)
    if (isKeyed(base)) judgeField(judging, fact.in[0], fact.in[1], &base);
}

// Whether a subscript may name a field: not of a column, or of rows that a model only numbers.
bool Uses::isKeyed(const Possibility& base) const {
  if (base.kind != Kind::kObject || base.dataset == kNoDataset) return true;
  auto entries = meaning_.models().onObject(*base.model, Pattern::Form::kSubscript, base.object, "");
  return std::ranges::any_of(entries, [](const Entry& entry) { return entry.entry->kind == EntryKind::kUse; });
}

void Uses::judgeAttribute(Judging& judging) {
  const auto& fact = judging.at.fact();
  Possibilities bases;
  if (fact.in.empty() || !evaluate(judging, fact.in[0], bases)) return;
  Key key{fact.name, fact.span, std::nullopt, {}};
  for (const auto& base : bases) {
    if (base.kind != Kind::kObject) continue;
    for (const auto& entry :
         meaning_.models().onObject(*base.model, Pattern::Form::kAttribute, base.object, fact.name)) {
      bool written = entry.entry->field == rules::kAnyArgument;
      if (entry.entry->kind == EntryKind::kUse && !written) demandField(judging, base, key);
      if (written && fact.access == Access::kWrite && fact.in.size() > 1) {
        auto open = base;
        open.open = fmt::format("what is written to {} may be fields' names", fact.name);
        judgeNames(judging, {open}, fact.in[1]);
      }
    }
  }
}

// f(*names) is called with the elements of names.
static ValueId spreadOf(FactAt at, size_t operand) {
  const auto& fact = at.fact();
  ValueId value = fact.in[operand];
  if (operand == 0 || operand > fact.keywords.size() || fact.keywords[operand - 1] != "*") return value;
  const Fact* spread = at.body->define(value);
  return spread == nullptr || spread->in.empty() ? value : spread->in[0];
}

bool Uses::basesOf(Judging& judging, const Entry& entry, const Possibility* object, Possibilities& out) {
  const auto& fact = judging.at.fact();
  const int from = entry.entry->from == rules::kAbsent ? rules::kReceiver : entry.entry->from;
  if (object != nullptr && from == rules::kReceiver) {
    out.push_back(*object);
  } else if (from == rules::kContext) {
    out = contextOf(judging);
  } else if (from == rules::kTemplate) {
    auto given = templateObject(meaning_, evaluator_, judging.at, *entry.model);
    out.push_back(given ? std::move(*given) : unknown("the class that the template is given is not known"));
  } else if (!evaluate(judging, from == rules::kResult ? fact.out : operandOf(fact, from), out)) {
    return false;
  }
  for (auto& one : out)
    if (judging.ofClass != nullptr && one.kind != Kind::kObject)
      if (auto made = constructedObject(meaning_, evaluator_, one.made, *judging.ofClass)) one = std::move(*made);
  return true;
}

void Uses::judgeUse(Judging& judging, const Entry& entry, const Possibility* object) {
  const auto& fact = judging.at.fact();
  const auto& use = *entry.entry;
  Possibilities bases;
  if (!basesOf(judging, entry, object, bases)) return;
  if (use.number != rules::kAbsent) return judgeNumber(judging, bases, operandOf(fact, use.number));
  if (use.field == rules::kAnyArgument) return judgeAnyArgument(judging, bases);
  bool each = use.field == rules::kEachArgument;
  if (!use.keyword.empty() || !each) judgeNames(judging, bases, operandOf(fact, use.field, use.keyword));
  for (size_t operand = 1; each && operand < fact.in.size(); ++operand) {
    bool named = operand <= fact.keywords.size() && !fact.keywords[operand - 1].empty();
    if (!named || fact.keywords[operand - 1] == "*") judgeNames(judging, bases, spreadOf(judging.at, operand));
  }
}

void Uses::judgeNames(Judging& judging, const Possibilities& bases, ValueId names) {
  Possibilities keys;
  if (names == kNoValue || !evaluate(judging, names, keys)) return;
  noteNames(judging, keys);
  if (judging.ofClass != nullptr) tellComputed(judging, bases, keys);
  for (const auto& one : namesIn(evaluator_, keys)) {
    if (one.kind != Kind::kText) continue;
    bool whole = meaning_.knowsField(Evaluator::textOf(one));
    for (const auto& base : bases) whole ? demandField(judging, base, keyOf(one)) : demandWords(judging, base, one);
  }
}

// A field's name somewhere in a text that is not described: "user_name > 3", "p.user_name".
void Uses::demandWords(Judging& judging, Possibility base, const Possibility& text) {
  auto written = Evaluator::textOf(text);
  if (base.open.empty()) base.open = "the name stands in a text that gander does not read";
  for (const auto& name : meaning_.fieldNames())
    for (size_t at = written.find(name); at != std::string::npos; at = written.find(name, at + 1)) {
      if (!isOccurrence(written, at, at + name.size())) continue;
      auto key = keyOf(text);
      key.name = name;
      key.place = Evaluator::findPlace(text, at, at + name.size());
      key.span = key.place ? std::optional(key.place->span) : std::nullopt;
      demandField(judging, base, key);
    }
}

// What an object is of: its own dataset, or those that claim it where it is made here.
Possibilities Uses::datasetsOf(const Possibility& one) {
  if (one.kind == Kind::kObject && one.dataset != kNoDataset) return {one};
  if ((one.kind != Kind::kObject && one.kind != Kind::kRecord) || one.made.body == nullptr) return {};
  Possibilities out = records_.claimsOn(one.made).objects;
  for (const auto& claim : records_.claimsOn(one.made).claims) {
    Possibility of = one;
    of.kind = Kind::kObject;
    of.dataset = claim.dataset;
    of.other = claim.other;
    of.path = claim.path.empty() || one.path.empty() ? claim.path + one.path : claim.path + "." + one.path;
    of.units = claim.units;
    of.chain = claim.chain;
    out.push_back(std::move(of));
  }
  std::erase_if(out, [](const Possibility& of) { return of.dataset == kNoDataset; });
  return out;
}

// Nothing says which of the arguments are names: what may be one is listed.
void Uses::judgeAnyArgument(Judging& judging, const Possibilities& objects) {
  const auto& fact = judging.at.fact();
  Possibilities bases;
  for (const auto& one : objects) addPossibilities(bases, datasetsOf(one));
  for (auto& one : bases)
    if (one.open.empty())
      one.open = fmt::format("what {} takes is not described: it may be a field's name", bareName(fact.name));
  for (size_t operand = 1; operand < fact.in.size(); ++operand)
    judgeNames(judging, bases, spreadOf(judging.at, operand));
}

// The objects whose methods are called with an expression that the call is a part of:
//   frame.filter(col("user_name") == "x")   from col(...) on  ->  frame
Possibilities Uses::contextOf(Judging& judging) {
  Possibilities bases;
  const auto& body = *judging.at.body;
  std::set<ValueId> seen{judging.at.fact().out};
  std::vector<ValueId> queue(seen.begin(), seen.end());
  while (!queue.empty()) {
    auto users = body.users.find(queue.back());
    queue.pop_back();
    if (users == body.users.end()) continue;
    for (size_t index : users->second) {
      const auto& fact = body.function.facts[index];
      Possibilities objects;
      bool call = fact.op == Op::kCall || fact.op == Op::kIndex;
      if (call && !fact.in.empty() && fact.in[0] != kNoValue && !seen.contains(fact.in[0]) &&
          !evaluate(judging, fact.in[0], objects))
        return {};
      std::erase_if(objects, [](const Possibility& one) { return one.kind != Kind::kObject; });
      bases.insert(bases.end(), objects.begin(), objects.end());
      bool goesOn = objects.empty() && fact.op != Op::kReturn && fact.op != Op::kGlobal && fact.op != Op::kMember;
      if (goesOn && fact.out != kNoValue && seen.insert(fact.out).second) queue.push_back(fact.out);
    }
  }
  return bases;
}

// A header row or a JSON text whose names are fields of the object; without one, its shape tells.
void Uses::judgeData(Judging& judging, const Entry& entry, const Possibility* object) {
  const auto& fact = judging.at.fact();
  const auto& e = *entry.entry;
  if (object == nullptr && e.from == rules::kAbsent) return;  // judgeDataShape
  Possibilities texts;
  Possibilities bases;
  if (!evaluate(judging, operandOf(fact, e.argument, e.keyword), texts)) return;
  std::erase_if(texts, [](const Possibility& one) { return one.kind != Kind::kText; });
  if (texts.empty() || !basesOf(judging, entry, object, bases)) return;
  for (const auto& text : texts)
    for (const auto& base : bases) demandData(judging, e.text, text, base);
}

void Uses::demandData(Judging& judging, const std::string& kind, const Possibility& text, const Possibility& base) {
  account(judging.at, text);
  const auto data = readDataText(kind, Evaluator::textOf(text));
  if (data.rows.empty() && judging.ofClass != nullptr) return demandUnread(judging, text, base);
  for (const auto& row : data.rows)
    for (const auto& field : row) {
      auto key = keyOf(text);
      key.name = field.path;
      if (kind == "protojson" || kind == "jsonpaths") {
        const auto meant = meaning_.messages().fieldOfJson(field.path);
        key.name = meant.path;
        key.json = meant.json;
      }
      const auto path = base.path.empty() ? key.name : base.path + "." + key.name;
      auto change = base.dataset == kNoDataset ? std::nullopt : meaning_.findPath(base.dataset, path);
      if (!change && !meaning_.knowsField(judging.ofClass != nullptr ? lastPart(key.name) : key.name)) continue;
      key.place = Evaluator::findPlace(text, field.range.begin, field.range.end);
      key.span = key.place ? std::optional(key.place->span) : std::nullopt;
      auto from = base;
      if (change && change->replacement && !fitsDataText(*change->replacement) && from.open.empty())
        from.open = "the new name needs quotes or escapes here";
      if (key.json && !meaning_.messages().jsonFollows() && from.open.empty())
        from.open = "whether the new field keeps its name in JSON, by a [json_name], is not known";
      demandField(judging, from, key);
    }
}

// A text about a message that gander can't read as such: each of its words may be a field's name.
void Uses::demandUnread(Judging& judging, const Possibility& text, const Possibility& base) {
  const auto written = Evaluator::textOf(text);
  const bool ours = base.other.empty();
  for (const auto& name : meaning_.messages().names())
    for (size_t at = written.find(name); at != std::string::npos; at = written.find(name, at + 1)) {
      if (!isOccurrence(written, at, at + name.size())) continue;
      auto key = keyOf(text);
      key.name = meaning_.messages().fieldOfJson(name).path;
      key.place = Evaluator::findPlace(text, at, at + name.size());
      key.span = key.place ? std::optional(key.place->span) : std::nullopt;
      demandField(judging, ours ? unknown("it is no text that gander can read") : base, key);
    }
}

void Uses::judgeDataShape(FactAt literal) {
  if (accountedLiterals_.contains(literal)) return;
  Possibility text;
  text.kind = Kind::kText;
  for (const auto& piece : literal.fact().text) text.text.push_back({&piece, literal, 0, piece.value.size()});
  auto written = Evaluator::textOf(text);
  DataPlace place{spanOf(literal).file,
                  [&](ByteRange range) { return Evaluator::placeOf(text, range.begin, range.end); }};
  for (const auto* kind : {"csv", "json"})
    solveShape(readDataText(kind, written), place, meaning_, evaluator_.texts(), solution_);
}

// The fields of the object go out under their names. A query's keep theirs, but for those that come by a star.
void Uses::judgeExport(Judging& judging, const Entry& entry, const Possibility* object) {
  Possibilities bases;
  if (object != nullptr && (entry.entry->from == rules::kReceiver || entry.entry->from == rules::kAbsent))
    bases.push_back(*object);
  else if (!evaluate(judging, operandOf(judging.at.fact(), entry.entry->from), bases))
    return;
  for (const auto& base : bases) {
    if (base.kind != Kind::kObject || base.dataset == kNoDataset || base.alreadyNew) continue;
    if (base.query && !base.query->rows->star) continue;
    std::vector<std::string> renamed;
    for (const auto& change : meaning_.dataset(base.dataset).changes)
      if (change.kind == rules::ChangeKind::kRename && !change.field.contains('.'))
        renamed.push_back(fmt::format("{} -> {}", change.field, change.to));
    if (renamed.empty()) continue;
    if (!entry.entry->open.empty()) {
      Demand demand;
      demand.span = spanOf(judging.at);
      demand.units = base.units;
      demand.claimed = demand.blocks = true;
      demand.change = meaning_.dataset(base.dataset).changes.front().id;
      demand.reason = entry.entry->open;
      demand.evidence = base.chain;
      solution_.demands.push_back(std::move(demand));
      continue;
    }
    auto step = evaluator_.step(spanOf(judging.at), "");
    Hazard hazard{
        "output-renamed", step.file, step.position,
        fmt::format("{} gives the fields of {} to others, under their new names: {}", bareName(judging.at.fact().name),
                    meaning_.dataset(base.dataset).id, fmt::join(renamed, ", "))};
    auto known = std::ranges::any_of(solution_.hazards, [&](const Hazard& one) {
      return one.file == hazard.file && one.position == hazard.position && one.message == hazard.message;
    });
    if (!known) solution_.hazards.push_back(std::move(hazard));
  }
}

}  // namespace gander::rewriter
