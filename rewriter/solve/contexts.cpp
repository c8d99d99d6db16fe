#include "rewriter/solve/contexts.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "rewriter/solve/evaluate_call.h"

namespace gander::rewriter {

using Path = std::vector<FactAt>;  // innermost call first

Context makeContext(const Path& path) {
  Context context;
  for (auto call = path.rbegin(); call != path.rend(); ++call)
    context = std::make_shared<const Frame>(Frame{*call, context});
  return context;
}

std::vector<FactAt> callSites(const Program& program, const Body& body) {
  const auto& function = body.function;
  auto sites = program.callsOf(function.symbol);
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

void judgeUnderContexts(const Program& program, const RewriteLimits& limits, const Judge& judge) {
  std::deque<Path> queue{{}};
  int judged = 0;
  while (!queue.empty()) {
    auto path = std::move(queue.front());
    queue.pop_front();
    auto context = makeContext(path);
    const Body* open = judge(context, "");
    ++judged;
    if (open == nullptr) continue;
    auto sites = callSites(program, *open);
    const auto& name = open->function.name;
    std::string closing;
    if (sites.empty())
      closing = fmt::format("no call of {} is known", name);
    else if (static_cast<int>(path.size()) >= limits.depth)
      closing = "calls are nested too deep";
    else if (judged + static_cast<int>(queue.size() + sites.size()) > limits.contexts)
      closing = fmt::format("{} is called on too many paths", name);
    if (!closing.empty()) {
      judge(context, closing);
      continue;
    }
    if (program.escapes(open->function.symbol))
      judge(context, fmt::format("{} is used as a value: others may call it too", name));
    if (open->function.virtualMethod)
      judge(context, fmt::format("{} is virtual: it may be called through another class", name));
    for (const auto& site : sites) {
      if (std::find(path.begin(), path.end(), site) != path.end()) continue;  // recursion adds no new caller
      auto longer = path;
      longer.push_back(site);
      queue.push_back(std::move(longer));
    }
  }
}

}  // namespace gander::rewriter
