#include "rewriter/solve/named_texts.h"

namespace gander::rewriter {

static bool givesName(const rules::ModelEntry& entry) {
  return entry.kind == rules::EntryKind::kText && entry.named >= 0;
}

std::vector<std::string> NamedTexts::namingFunctions(const rules::Model& model) {
  std::vector<std::string> names;
  for (const auto& entry : model.entries)
    if (givesName(entry)) names.push_back(bareName(entry.pattern.name));
  return names;
}

const std::vector<NamingCall>& NamedTexts::namingCalls(const rules::Model& model) {
  if (!collected_) collect();
  return calls_[&model];
}

void NamedTexts::collect() {
  collected_ = true;
  for (const auto& body : program_.bodies())
    for (size_t i = 0; i < body.function.facts.size(); ++i) {
      FactAt at{&body, i};
      if (at.fact().op != Op::kCall) continue;
      for (const auto& entry : meaning_.models().functions(body.language, at.fact()))
        if (givesName(*entry.entry)) calls_[entry.model].push_back({at, entry});
    }
}

}  // namespace gander::rewriter
