#include "rewriter/solve/model_use.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

namespace gander::rewriter {
namespace {

using Form = rules::Pattern::Form;

constexpr size_t kMostTold = 8;

// What is called and read in one language: the most arguments that a call of each name has.
struct Called {
  std::map<std::string, size_t, std::less<>> functions;  // by qualified name
  std::map<std::string, size_t, std::less<>> methods;    // by bare name
  bool any = false;
};

Called calledIn(const Program& program, const std::string& language) {
  Called called;
  for (const auto& body : program.bodies()) {
    if (body.language != language) continue;
    called.any = true;
    for (const auto& fact : body.function.facts) {
      if (fact.op != Op::kCall && fact.op != Op::kIndex && fact.op != Op::kMember) continue;
      const size_t arguments = fact.in.empty() ? 0 : fact.in.size() - 1;
      auto note = [&](size_t& most) { most = std::max(most, arguments); };
      note(called.functions[fact.name]);
      note(called.methods[bareName(fact.name)]);
    }
  }
  return called;
}

// The last argument that the entry asks for, counted from 1; 0 where it asks for none by its place.
size_t lastArgument(const rules::ModelEntry& entry) {
  const int last = std::max({entry.argument, entry.from, entry.field, entry.value, entry.into, entry.named});
  return last < 0 || !entry.keyword.empty() ? 0 : static_cast<size_t>(last) + 1;
}

// What is wrong with an entry, or empty.
std::string unusedPart(const rules::ModelEntry& entry, const Called& called) {
  const auto& pattern = entry.pattern;
  const bool method = pattern.form == Form::kMethod || pattern.form == Form::kAttribute;
  if ((pattern.form != Form::kFunction && !method) || pattern.name.ends_with('*')) return "";
  const auto& known = method ? called.methods : called.functions;
  const auto found = known.find(pattern.name);
  if (found == known.end()) return fmt::format("{} (line {}): not called", pattern.name, entry.position.line);
  if (found->second >= lastArgument(entry)) return "";
  return fmt::format("{} (line {}): no call has an argument {}", pattern.name, entry.position.line,
                     lastArgument(entry) - 1);
}

}  // namespace

std::vector<Hazard> hazardsOfModels(const Program& program, const rules::Library& library) {
  std::vector<Hazard> hazards;
  for (const auto& model : library.models) {
    if (!model.own || (model.language != "cpp" && model.language != "python")) continue;
    const auto called = calledIn(program, model.language);
    if (!called.any) continue;
    std::vector<std::string> unused;
    const rules::ModelEntry* first = nullptr;
    for (const auto& entry : model.entries) {
      auto part = unusedPart(entry, called);
      if (part.empty()) continue;
      if (first == nullptr) first = &entry;
      if (unused.size() < kMostTold) unused.push_back(std::move(part));
    }
    if (first == nullptr) continue;
    hazards.push_back(
        {"model-unused", std::filesystem::path(model.file).filename().string(), first->position,
         fmt::format("model {} speaks of what this tree does not have: {}", model.name, fmt::join(unused, "; "))});
  }
  return hazards;
}

}  // namespace gander::rewriter
