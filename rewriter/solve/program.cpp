#include "rewriter/solve/program.h"

#include <algorithm>

namespace gander::rewriter {
namespace {

bool sameFacts(const Function& a, const Function& b) {
  if (a.facts.size() != b.facts.size() || a.params.size() != b.params.size()) return false;
  return std::equal(a.facts.begin(), a.facts.end(), b.facts.begin(), [](const Fact& x, const Fact& y) {
    return x.op == y.op && x.out == y.out && x.in == y.in && x.symbol == y.symbol && x.name == y.name &&
           x.span == y.span;
  });
}

}  // namespace

bool Program::isKnown(const Function& function) const {
  const auto& known = definitions(function.symbol);
  return std::any_of(known.begin(), known.end(), [&](const Body* body) {
    return body->function.span == function.span && sameFacts(body->function, function);
  });
}

void Program::add(Unit unit) {
  for (auto& function : unit.functions) {
    if (isKnown(function)) continue;
    bodies_.push_back({std::move(function), unit.language, {}, {}});
    index(bodies_.back());
  }
  unit.functions.clear();
  units_.push_back(std::move(unit));
}

void Program::index(Body& body) {
  bySymbol_[body.function.symbol].push_back(&body);
  for (const auto& overridden : body.function.overrides) overriders_[overridden].push_back(&body);
  for (size_t i = 0; i < body.function.facts.size(); ++i) {
    const auto& fact = body.function.facts[i];
    if (fact.out != kNoValue) body.definition.emplace(fact.out, i);
    for (ValueId value : fact.in)
      if (value != kNoValue) body.users[value].push_back(i);
    indexFact({&body, i});
  }
}

std::vector<const Body*> Program::callees(const std::string& symbol) const {
  auto all = definitions(symbol);
  const auto& overriders = find(overriders_, symbol);
  all.insert(all.end(), overriders.begin(), overriders.end());
  return all;
}

std::vector<FactAt> Program::undefinedCalls(const std::string& name) const {
  auto calls = find(imported_, name);
  std::erase_if(calls, [&](const FactAt& call) {
    const auto& symbol = call.fact().symbol;
    return !definitions(symbol).empty() || !definitions(symbol + ".__init__").empty();
  });
  return calls;
}

void Program::indexFact(FactAt at) {
  const auto& fact = at.fact();
  if (fact.op == Op::kCall) {
    bool onImported = fact.how == How::kImport && !fact.in.empty() && fact.in[0] != kNoValue;
    if (!fact.symbol.empty() && onImported) imported_[bareName(fact.name)].push_back(at);
    if (!fact.symbol.empty())
      calls_[fact.symbol].push_back(at);
    else if (!fact.name.empty())
      guessed_[bareName(fact.name)].push_back(at);
    return;
  }
  if (fact.op != Op::kGlobal && fact.op != Op::kMember) return;
  if (fact.op == Op::kMember && fact.symbol.empty() && fact.access == Access::kRead)
    guessedReads_[fact.name].push_back(at);
  if (fact.symbol.empty()) return;
  if (fact.access == Access::kWrite) {
    writes_[fact.symbol].push_back(at);
  } else {
    reads_[fact.symbol].push_back(at);
    if (fact.op == Op::kGlobal) escaping_.insert(fact.symbol);
  }
}

std::vector<FactAt> changedBy(FactAt call, ValueId argument) {
  std::vector<FactAt> out;
  auto users = call.body->users.find(call.fact().out);
  if (users == call.body->users.end() || argument == kNoValue) return out;
  for (size_t index : users->second) {
    const auto& fact = call.body->function.facts[index];
    if (fact.op == Op::kChanged && fact.in[0] == argument && fact.in[1] == call.fact().out)
      out.push_back({call.body, index});
  }
  return out;
}

Span spanOf(const FactAt& at) { return at.fact().span; }

std::string bareName(std::string_view name) {
  size_t end = name.size();
  size_t at = name.find_last_of(".:/>");
  return std::string(at == std::string_view::npos ? name : name.substr(at + 1, end - at - 1));
}

}  // namespace gander::rewriter
