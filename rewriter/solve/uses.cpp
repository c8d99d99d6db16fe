#include "rewriter/solve/uses.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/query.h"
#include "rewriter/text/proto_text.h"

namespace gander::rewriter {

using rules::EntryKind;
using rules::Pattern;
using Kind = Possibility::Kind;

const Body* Uses::judge(FactAt at, const Context& context, const std::string& closing) {
  Judging judging{at, context, closing, nullptr};
  switch (at.fact().op) {
    case Op::kCall: judgeCall(judging); break;
    case Op::kIndex: judgeSubscript(judging); break;
    case Op::kMember: judgeAttribute(judging); break;
    case Op::kRecord: judgeRecord(judging); break;
    default: break;
  }
  return judging.open;
}

bool Uses::evaluate(Judging& judging, ValueId value, Possibilities& out) {
  return take(judging, evaluator_.evaluate(*judging.at.body, value, judging.context), out);
}

bool Uses::take(Judging& judging, Evaluation evaluation, Possibilities& out) {
  if (evaluation.needsCallersOf != nullptr && judging.closing.empty()) {
    judging.open = evaluation.needsCallersOf;
    return false;
  }
  out = std::move(evaluation.possible);
  for (auto& one : out)
    if (one.kind == Kind::kUnknown && !judging.closing.empty()) one.reason = judging.closing;
  return true;
}

void Uses::judgeCall(Judging& judging) {
  const auto& fact = judging.at.fact();
  const auto& entries = meaning_.models().functions(judging.at.body->language, fact);
  for (const auto& entry : meaning_.models().orders(judging.at.body->language, fact.name)) judgeOrder(judging, entry);
  for (const auto& entry : entries) judgeEntry(judging, entry, nullptr);
  bool told = std::ranges::any_of(entries, [](const Entry& entry) { return entry.entry->kind != EntryKind::kFlow; });
  if (told || fact.in.empty() || fact.in[0] == kNoValue) return;
  Possibilities receivers;
  if (!evaluate(judging, fact.in[0], receivers)) return;
  for (const auto& receiver : receivers) {
    if (receiver.kind != Kind::kObject) continue;
    auto name = bareName(fact.name);
    for (const auto& entry : meaning_.models().onObject(*receiver.model, Pattern::Form::kMethod, receiver.object, name))
      judgeEntry(judging, entry, &receiver);
  }
}

void Uses::judgeEntry(Judging& judging, const Entry& entry, const Possibility* object) {
  judging.ofClass = entry.model->knowsClasses() ? entry.model : nullptr;
  switch (entry.entry->kind) {
    case EntryKind::kSource:
    case EntryKind::kSink: return judgeName(judging, entry);
    case EntryKind::kText:
      if (entry.entry->text == "sql") judgeText(judging, entry);
      if (entry.entry->text == "csv" || entry.entry->text == "json" || entry.entry->text == "pointer" ||
          rules::isMessageText(entry.entry->text))
        judgeData(judging, entry, object);
      if (entry.entry->text == "parameter") judgeParameter(judging, entry);
      return;
    case EntryKind::kUse: return judgeUse(judging, entry, object);
    case EntryKind::kExport: return judgeExport(judging, entry, object);
    case EntryKind::kFormat:
    case EntryKind::kOrder:
    case EntryKind::kFlow: return;
  }
}

Uses::Key Uses::keyOf(const Possibility& text) const {
  Key key;
  key.name = Evaluator::textOf(text);
  key.place = Evaluator::findPlace(text, 0, key.name.size());
  if (key.place) key.span = key.place->span;
  for (const auto& run : text.text)
    if (run.piece != nullptr) key.literals.push_back(run.literal);
  return key;
}

void Uses::account(FactAt at, const Possibility& text) {
  for (const auto& run : text.text)
    if (run.piece != nullptr) {
      accounted_.insert({at, run.literal});
      accountedLiterals_.insert(run.literal);
    }
}

void Uses::push(Judging& judging, const Key& key, Demand demand) {
  for (const auto& literal : key.literals) accounted_.insert({judging.at, literal});
  accountedLiterals_.insert(key.literals.begin(), key.literals.end());
  if (!key.span) {
    if (demand.stance != Stance::kReplace) return;
    demand.stance = Stance::kOpen;
    demand.claimed = demand.blocks = true;
    demand.reason = "the name is put together of several literals";
    demand.span = spanOf(judging.at);
  } else {
    demand.span = *key.span;
  }
  if (demand.stance == Stance::kReplace && key.place) {
    auto written = evaluator_.written(*key.place, demand.replacement);
    demand.written = written.has_value();
    if (written) demand.replacement = *written;
  }
  if (demand.stance == Stance::kReplace)
    for (const auto& literal : key.literals) {
      replaced_[literal].push_back(demand);
      loose_.insert(literal);
    }
  solution_.demands.push_back(std::move(demand));
}

// Where there are more texts than are followed, what all of them demand is not known.
static std::string whyTooMany(const Possibilities& texts) {
  bool more = std::any_of(texts.begin(), texts.end(), [](const Possibility& one) { return one.more; });
  return more ? "the query may be more texts than are followed" : "";
}

// sql << "SELECT ..." << " WHERE ...": what the call gives takes more of the text.
static bool goesOn(const Meaning& meaning, FactAt at, const rules::Model* model) {
  auto users = at.body->users.find(at.fact().out);
  if (users == at.body->users.end()) return false;
  return std::ranges::any_of(users->second, [&](size_t index) {
    const auto& next = at.body->function.facts[index];
    if (next.op != Op::kCall || next.in.empty() || next.in[0] != at.fact().out) return false;
    const auto& entries = meaning.models().functions(at.body->language, next);
    return std::ranges::any_of(entries, [&](const Entry& entry) {
      return entry.model == model && entry.entry->kind == EntryKind::kText && entry.entry->text == "sql";
    });
  });
}

void Uses::judgeText(Judging& judging, const Entry& entry) {
  Possibilities texts;
  if (!take(judging, evaluator_.evaluateTexts(judging.at, entry, judging.context), texts)) return;
  auto open = whyTooMany(texts);
  if (open.empty() && goesOn(meaning_, judging.at, entry.model)) open = "the query goes on in what is put behind it";
  for (const auto& text : texts)
    if (text.kind == Kind::kText) takeQuery({judging.at, &entry, &text}, open);
}

void Uses::takeQuery(const QuerySite& site, const std::string& open) {
  account(site.at, *site.text);
  for (const auto& run : site.text->text)
    if (run.piece != nullptr) queried_.insert(run.literal);
  auto found = judgeQuery(meaning_, evaluator_, site);
  solution_.hazards.insert(solution_.hazards.end(), found.hazards.begin(), found.hazards.end());
  solution_.unitsAtNew.insert(found.unitsAtNew.begin(), found.unitsAtNew.end());
  solution_.unitsAtOld.insert(found.unitsAtOld.begin(), found.unitsAtOld.end());
  std::map<FactAt, Replacements> replaced;
  for (const auto& run : site.text->text)
    if (run.piece != nullptr) replaced[run.literal];
  for (auto& [demand, literal, bound] : found.demands) {
    if (!open.empty() && demand.stance == Stance::kReplace) {
      demand.stance = Stance::kOpen;
      demand.claimed = demand.blocks = true;
      demand.reason = open;
    }
    if (demand.stance == Stance::kReplace && literal) {
      replaced_[*literal].push_back(demand);
      if (!bound) loose_.insert(*literal);
      replaced[*literal].insert({demand.span, demand.replacement});
    }
    if (found.rowsFollow) following_.insert({demand.span, site.at});
    solution_.demands.push_back(std::move(demand));
  }
  for (auto& [literal, replacements] : replaced) inTexts_[literal].insert(std::move(replacements));
}

void Uses::settleTexts() {
  for (const auto& [literal, texts] : inTexts_) {
    if (texts.size() < 2) continue;
    for (auto demand : replaced_[literal]) {
      bool everywhere = std::all_of(texts.begin(), texts.end(), [&](const Replacements& one) {
        return one.contains({demand.span, demand.replacement});
      });
      if (everywhere) continue;
      demand.stance = Stance::kOpen;
      demand.claimed = demand.blocks = true;
      demand.reason = "the same text is a part of another query, where it would not become the same";
      solution_.demands.push_back(std::move(demand));
    }
  }
}

void Uses::judgeField(Judging& judging, ValueId base, ValueId key, const Possibility* object) {
  Possibilities keys;
  if (!evaluate(judging, key, keys)) return;
  noteNames(judging, keys);
  keys = namesIn(evaluator_, keys);
  std::erase_if(keys, [&](const Possibility& one) {
    return one.kind != Kind::kText || !meaning_.knowsField(Evaluator::textOf(one));
  });
  if (keys.empty()) return;
  Possibilities bases;
  if (object != nullptr)
    bases.push_back(*object);
  else if (!evaluate(judging, base, bases))
    return;
  for (const auto& one : keys)
    for (const auto& from : bases) demandField(judging, from, keyOf(one));
}

void Uses::noteNames(const Judging& judging, const Possibilities& keys) {
  if (judging.at.body->language != "cpp") return;
  bool known = std::ranges::all_of(keys, [](const Possibility& one) { return one.kind == Kind::kText; });
  (known && !keys.empty() ? named_ : unnamed_).insert(judging.at);
}

void Uses::judgeRecord(Judging& judging) {
  Possibility record;
  record.kind = Kind::kRecord;
  record.made = judging.at;
  const auto& in = judging.at.fact().in;
  for (size_t i = 0; i + 1 < in.size(); i += 2) {
    Possibilities keys;
    if (in[i] == kNoValue || !evaluate(judging, in[i], keys)) continue;
    for (const auto& one : keys)
      if (one.kind == Kind::kText && meaning_.knowsField(Evaluator::textOf(one)))
        demandField(judging, record, keyOf(one));
  }
}

void Uses::demandField(Judging& judging, const Possibility& base, const Key& key) {
  Demand open;
  open.reason = base.kind == Kind::kUnknown ? base.reason : "what it is a key of is no row of a known dataset";
  if (base.kind == Kind::kObject && base.dataset == kNoDataset && !base.other.empty()) {
    const auto path = base.path.empty() ? key.name : base.path + "." + key.name;
    if (judging.ofClass != nullptr && path.contains('.')) {
      // A field of another message may hold one of the dataset's.
      open.reason = fmt::format("what stands in '{}' of {}", path.substr(0, path.rfind('.')), base.other);
      return demandOpen(judging, key, std::move(open));
    }
    RecordClaim other;
    other.other = base.other;
    return demandFieldOf(judging, other, "", key);
  }
  if (base.kind == Kind::kObject && base.query) return demandColumn(judging, base, key);
  auto inner = key;
  if (!base.path.empty()) inner.name = base.path + "." + key.name;
  if (base.kind == Kind::kObject && base.dataset != kNoDataset) {
    RecordClaim claim{base.dataset, "", "", base.alreadyNew, base.versionTold, base.units, base.chain};
    return demandFieldOf(judging, claim, base.open, inner);
  }
  if (base.made.body == nullptr) return demandOpen(judging, key, std::move(open));
  const auto& claims = records_.claimsOn(base.made);
  for (const auto& object : claims.objects) demandField(judging, object, inner);
  if (claims.claims.empty() && !claims.objects.empty()) return;
  if (claims.claims.empty()) {
    open.reason = "no known API takes this record to a dataset";
    if (judging.ofClass != nullptr && !claims.open.empty()) open.reason = claims.open;
    if (judging.ofClass != nullptr) return demandOpen(judging, key, std::move(open));
    // A static map is keyed by names that are read out of it again.
    open.weak = base.made == judging.at && judging.at.body->language == "cpp";
    if (open.weak) {
      auto seen = key;
      seen.literals.clear();
      return push(judging, seen, std::move(open));
    }
    return push(judging, key, std::move(open));
  }
  for (const auto& claim : claims.claims) {
    auto named = inner;
    if (!claim.path.empty()) named.name = claim.path + "." + inner.name;
    demandFieldOf(judging, claim, claims.open, named);
  }
}

// A text that an API of messages takes, and of which nothing says which message it is about, may be about any of them.
void Uses::demandOpen(Judging& judging, const Key& key, Demand open) {
  if (judging.ofClass == nullptr) return push(judging, key, std::move(open));
  const auto name = lastPart(key.name);
  for (size_t dataset : meaning_.messages().datasetsWith(name)) {
    open.units.insert("type:" + meaning_.dataset(dataset).id);
    for (const auto& change : meaning_.dataset(dataset).changes)
      for (const auto& field : change.oldFields())
        if (open.change.empty() && lastPart(field) == name) open.change = change.id;
  }
  open.claimed = open.blocks = !open.units.empty();
  open.reason = "which message it is about is not known: " + open.reason;
  open.evidence.push_back(evaluator_.step(
      spanOf(judging.at),
      fmt::format("{} takes it as a text that names fields (model {})", shownCall(judging.at), judging.ofClass->name)));
  push(judging, key, std::move(open));
}

// Why it is not known what a name within another field's value is: an envelope around the dataset's rows, a text of JSON.
std::string Uses::whyUnknownPath(size_t dataset, const std::string& path) const {
  size_t dot = path.rfind('.');
  if (dataset == kNoDataset || dot == std::string::npos) return "";
  auto outer = path.substr(0, dot + 1);
  const auto& fields = meaning_.dataset(dataset).old.fields;
  if (std::ranges::any_of(fields, [&](const rules::Field& field) { return field.path.starts_with(outer); })) return "";
  return fmt::format("what stands in '{}' of {} is not known", path.substr(0, dot), meaning_.dataset(dataset).id);
}

void Uses::demandColumn(Judging& judging, const Possibility& rows, const Key& key) {
  columns_.insert({judging.at, rows.made});
  auto demand = demandOfColumn(meaning_, evaluator_.catalog(), rows, key.name, solution_);
  if (demand.stance == Stance::kReplace && !rows.open.empty()) {
    demand.stance = Stance::kOpen;
    demand.claimed = demand.blocks = true;
    demand.reason = rows.open;
  }
  if (demand.stance == Stance::kReplace)
    demand.evidence.push_back(
        evaluator_.step(key.span ? *key.span : spanOf(judging.at), fmt::format("column {} of the query", key.name)));
  if (rows.query->options.rowsFollow && key.span) following_.insert({*key.span, rows.made});
  push(judging, key, std::move(demand));
}

void Uses::demandFieldOf(Judging& judging, const RecordClaim& claim, const std::string& open, const Key& key) {
  Demand demand;
  demand.tier = Tier::kFlow;
  demand.units = claim.units;
  demand.evidence = claim.chain;
  auto found = claim.dataset == kNoDataset ? std::nullopt : meaning_.findPath(claim.dataset, key.name);
  const auto* field = found ? &*found : nullptr;
  if (auto why = whyUnknownPath(claim.dataset, key.name); field == nullptr && !why.empty()) {
    demand.claimed = demand.blocks = true;
    demand.reason = std::move(why);
    return push(judging, key, std::move(demand));
  }
  if (field == nullptr) {
    if (claim.dataset != kNoDataset && meaning_.onlyNew(claim.dataset, key.name))
      solution_.unitsAtNew.insert(claim.units.begin(), claim.units.end());
    demand.stance = Stance::kKeep;
    demand.reason = claim.dataset == kNoDataset
                        ? fmt::format("a field of '{}', not of a dataset of this migration", claim.other)
                        : fmt::format("field {} of {} does not change", key.name, meaning_.dataset(claim.dataset).id);
    return push(judging, key, std::move(demand));
  }
  demand.change = field->change;
  auto where = key.span ? *key.span : spanOf(judging.at);
  demand.evidence.push_back(
      evaluator_.step(where, fmt::format("field {} of {}", key.name, meaning_.dataset(claim.dataset).id)));
  if (key.json && field->replacement && replacementOf(key, *field) == protoJsonName(lastPart(key.name))) {
    demand.stance = Stance::kKeep;
    demand.reason = "the field keeps its name in JSON";
    return push(judging, key, std::move(demand));
  }
  bool both = meaning_.isNewField(claim.dataset, key.name);
  if (meaning_.onlyOld(claim.dataset, key.name)) solution_.unitsAtOld.insert(claim.units.begin(), claim.units.end());
  if (claim.alreadyNew && both) {
    demand.stance = Stance::kKeep;
    demand.reason = "its dataset is named by its new name here: the field is the new version's";
  } else if (!open.empty() || !field->replacement) {
    demand.stance = Stance::kOpen;
    demand.claimed = demand.blocks = true;
    demand.reason = !field->replacement ? field->reason : open;
  } else {
    demand.stance = Stance::kReplace;
    demand.replacement = replacementOf(key, *field);
    demand.ambiguous = both && !claim.versionTold;
  }
  push(judging, key, std::move(demand));
}

std::string Uses::replacementOf(const Key& key, const NameMeaning& field) {
  return key.json ? protoJsonName(*field.replacement) : *field.replacement;
}

void Uses::demandAnywhere(FactAt literal) {
  const auto& fact = literal.fact();
  if (fact.text.empty()) return;
  Possibility text;
  text.kind = Kind::kText;
  for (const auto& piece : fact.text) text.text.push_back({&piece, literal, 0, piece.value.size()});
  auto found = meaning_.findAnywhere(Evaluator::textOf(text));
  if (!found || found->alreadyNew || !found->tellsVersion()) return;
  auto place = Evaluator::findPlace(text, 0, found->nameSize());
  if (!place) return;
  const auto* span = &place->span;
  auto written = evaluator_.written(*place, found->reference->now);
  Demand demand;
  demand.span = *span;
  demand.stance = Stance::kReplace;
  demand.replacement = written.value_or(found->reference->now);
  demand.written = written.has_value();
  demand.change = found->change;
  demand.tier = Tier::kRule;
  demand.units.insert(unitOfReference(*span));
  demand.evidence.push_back(
      evaluator_.step(*span, fmt::format("names {}: {} '{}', wherever it stands", meaning_.dataset(found->dataset).id,
                                         rules::toString(found->reference->kind), found->reference->old)));
  solution_.demands.push_back(std::move(demand));
}

const Body* Uses::judgeShape(const Terminal& terminal, const Context& context, const std::string& closing) {
  Judging judging{terminal.at, context, closing, nullptr};
  Possibilities texts;
  if (evaluate(judging, terminal.at.fact().in[terminal.operand], texts)) judgeShapes(terminal.at, texts);
  return judging.open;
}

void Uses::judgeShapeOf(FactAt literal) {
  Possibility text;
  text.kind = Kind::kText;
  for (const auto& piece : literal.fact().text) text.text.push_back({&piece, literal, 0, piece.value.size()});
  judgeShapes(literal, {text});
}

void Uses::judgeShapes(FactAt at, const Possibilities& texts) {
  for (const auto& text : texts) {
    if (text.kind != Kind::kText || !sql::looksLikeSql(Evaluator::textOf(text))) continue;
    auto query = evaluator_.resolveQuery(at, nullptr, text);
    if (!query->readsDataset()) continue;
    for (const auto& run : text.text)
      if (run.piece != nullptr) queried_.insert(run.literal);
    auto found = judgeQuery(meaning_, evaluator_, {at, nullptr, &text});
    for (auto& [demand, literal, bound] : found.demands) demandShape(*query, std::move(demand));
  }
}

// Only the migration's word makes an edit of it.
void Uses::demandShape(const Query& query, Demand demand) {
  const auto& globs = meaning_.migration().shapePaths;
  bool allowed = std::any_of(globs.begin(), globs.end(),
                             [&](const std::string& glob) { return globMatches(glob, demand.span.file); });
  if (!allowed && demand.stance == Stance::kKeep) return;
  if (!allowed) {
    std::set<std::string> datasets;
    for (const auto& statement : query.result.statements)
      for (const auto* table : statement.reads)
        if (table->dataset) datasets.insert(table->name);
    demand.stance = Stance::kOpen;
    demand.claimed = true;
    demand.blocks = false;
    demand.reason = fmt::format("looks like a query of {}; no model says that it is one", fmt::join(datasets, ", "));
  }
  solution_.demands.push_back(std::move(demand));
}

const std::vector<Demand>* Uses::demandedAt(FactAt literal) const {
  auto found = replaced_.find(literal);
  return found == replaced_.end() ? nullptr : &found->second;
}

}  // namespace gander::rewriter
