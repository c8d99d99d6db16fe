#include "rewriter/solve/contexts.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "rewriter/solve/evaluate_call.h"
#include "rewriter/solve/object_walk.h"

namespace gander::rewriter {

using Path = std::vector<FactAt>;  // innermost call first

Context Contexts::enter(FactAt call, const Context& up) {
  auto& known = known_[{call, up.get()}];
  if (!known) known = std::make_shared<const Frame>(Frame{call, up});
  return known;
}

Context Contexts::of(const Path& path) {
  Context context;
  for (auto call = path.rbegin(); call != path.rend(); ++call) context = enter(*call, context);
  return context;
}

std::vector<FactAt> callSites(const Program& program, const Body& body) {
  const auto& function = body.function;
  auto sites = program.callsOf(function.symbol);
  for (const auto& overridden : function.overrides) {
    const auto& through = program.callsOf(overridden);
    sites.insert(sites.end(), through.begin(), through.end());
  }
  if (function.name == "__init__") {
    const auto& made = program.callsOf(function.symbol.substr(0, function.symbol.rfind('.')));
    sites.insert(sites.end(), made.begin(), made.end());
  }
  for (const auto& guessed : program.guessedCalls(function.name)) {
    const auto& call = guessed.fact();  // of a name that a star import may have brought
    bool plain = call.how == How::kGuessed && !call.in.empty() && call.in[0] == kNoValue;
    if (!function.method && plain && guessed.body->language == body.language) sites.push_back(guessed);
  }
  if (!function.method) return sites;
  for (const auto& guessed : program.guessedCalls(function.name))
    if (guessed.body->language == body.language) sites.push_back(guessed);
  auto undefined = program.undefinedCalls(function.name);
  sites.insert(sites.end(), undefined.begin(), undefined.end());
  return sites;
}

namespace {

// Whether a call's model says that it calls the function that came in by the operand.
bool callsOperand(const Meaning& meaning, FactAt at, size_t operand) {
  const auto& fact = at.fact();
  if (fact.symbol.empty()) return operand == 0;
  for (const auto& [model, entry] : meaning.models().functions(at.body->language, fact)) {
    if (entry->kind != rules::EntryKind::kFlow) continue;
    if (entry->to >= 0 && static_cast<size_t>(entry->to) + 1 == operand) return true;
    if (entry->gives == rules::kReturnedObject && operandOf(fact, entry->from) == fact.in[operand]) return true;
  }
  return false;
}

void addValueCallers(const Program& program, const Meaning& meaning, FactAt read, std::set<Need>& needs, Callers& out) {
  Contexts contexts;
  auto walk = followObject(program, meaning, contexts, read, nullptr, needs);
  if (!walk.open.empty()) out.open = walk.open;
  for (const auto& use : walk.uses) {
    if (use.inside || use.at.fact().op != Op::kCall || !callsOperand(meaning, use.at, use.operand)) continue;
    std::vector<FactAt> path{use.at};
    auto outer = pathOf(use.context);
    path.insert(path.end(), outer.begin(), outer.end());
    if (std::ranges::find(out.paths, path) == out.paths.end()) out.paths.push_back(std::move(path));
  }
}

}  // namespace

Callers findCallers(const Program& program, const Meaning& meaning, const Body& body, std::set<Need>& needs) {
  Callers out;
  const auto& function = body.function;
  for (const auto& site : callSites(program, body)) out.paths.push_back({site});
  if (program.escapes(function.symbol)) {
    const bool followed = body.language == "cpp" && !program.readsOf(function.symbol).empty();
    if (!followed) out.open = fmt::format("{} is used as a value: others may call it too", function.name);
    for (const auto& read : program.readsOf(function.symbol))
      if (followed) addValueCallers(program, meaning, read, needs, out);
  }
  if (function.virtualMethod)
    out.open = fmt::format("{} is virtual: it may be called through another class", function.name);
  return out;
}

void judgeUnderContexts(Evaluator& evaluator, const RewriteLimits& limits, const Judge& judge) {
  std::deque<Path> queue{{}};
  int judged = 0;
  while (!queue.empty()) {
    auto path = std::move(queue.front());
    queue.pop_front();
    auto context = evaluator.contexts().of(path);
    const Body* open = judge(context, "");
    ++judged;
    if (open == nullptr) continue;
    const auto& callers = evaluator.callersOf(*open);
    const auto& name = open->function.name;
    std::string closing;
    if (callers.paths.empty())
      closing = callers.open.empty() ? fmt::format("no call of {} is known", name) : callers.open;
    else if (static_cast<int>(path.size()) >= limits.depth)
      closing = "calls are nested too deep";
    else if (judged + static_cast<int>(queue.size() + callers.paths.size()) >
             (path.empty() ? limits.callers : limits.contexts))
      closing = fmt::format("{} is called on too many paths", name);
    if (!closing.empty()) {
      judge(context, closing);
      continue;
    }
    if (!callers.open.empty()) judge(context, callers.open);
    bool entered = false;
    for (const auto& way : callers.paths) {
      if (std::find(path.begin(), path.end(), way.front()) != path.end()) continue;  // recursion adds no new caller
      entered = true;
      auto longer = path;
      longer.insert(longer.end(), way.begin(), way.end());
      queue.push_back(std::move(longer));
    }
    // Its calls are those that led here already: what they bring is not told apart any further.
    if (!entered && callers.open.empty()) judge(context, fmt::format("calls of {} lead back to it", name));
  }
}

}  // namespace gander::rewriter
