#include "tests/rewriter/sql/generated_text.h"

#include <algorithm>

namespace gander::rewriter::sql::generated {
namespace {

// Columns of a scope's relations with that key; those that USING made one count once.
Found inputs(const Scope& scope, size_t seen, const std::string& key, const Keys& keys) {
  Found found;
  size_t groups = 0;
  std::vector<size_t> taken;
  for (size_t i = 0; i < scope.relations.size() && i < seen; ++i) {
    for (const size_t column : scope.relations[i].columns) {
      if (keys.of(column) != key) continue;
      found.named.push_back(column);
      const auto group = std::find_if(scope.merged.begin(), scope.merged.end(), [&](const std::vector<size_t>& merged) {
        return std::find(merged.begin(), merged.end(), column) != merged.end();
      });
      const size_t id = static_cast<size_t>(group - scope.merged.begin());
      const bool known = group != scope.merged.end() && std::find(taken.begin(), taken.end(), id) != taken.end();
      if (!known) ++groups;
      taken.push_back(id);
    }
  }
  found.several = groups > 1;
  return found;
}

Found outputs(const Scope& scope, const std::string& key, const Keys& keys) {
  Found found;
  for (const size_t output : scope.outputs) {
    if (keys.ofOutput(output) == key) found.named.push_back(output);
  }
  found.several = found.named.size() > 1;
  return found;
}

Found inScope(const Scope& scope, Clause clause, size_t seen, const std::string& key, const Keys& keys) {
  Found in = inputs(scope, seen, key, keys);
  if (clause == Clause::kPlain) return in;
  Found out = outputs(scope, key, keys);
  if (clause == Clause::kNoOutput) {
    in.unclear = out.unclear = !out.named.empty();
    return in.named.empty() ? out : in;
  }
  if (clause == Clause::kInputFirst) return in.named.empty() ? out : in;
  if (clause == Clause::kOutputFirst) return out.named.empty() ? in : out;
  if (in.named.empty() || out.named.empty()) return in.named.empty() ? out : in;
  in.unclear = true;
  return in;
}

}  // namespace

Found findColumn(const GeneratedText& text, const Token& place, const std::string& key, const Keys& keys) {
  Clause clause = place.clause;
  size_t seen = place.relations;
  for (size_t at = place.scope; at != kNone;) {
    const Scope& scope = text.scopes[at];
    Found found = inScope(scope, clause, seen, key, keys);
    if (!found.named.empty()) return found;
    clause = scope.parentClause;
    seen = scope.parentRelations;
    at = scope.parent;
  }
  return {};
}

const Relation* findRelation(const GeneratedText& text, const Token& place, const std::string& key, const Keys& keys) {
  size_t seen = place.relations;
  for (size_t at = place.scope; at != kNone;) {
    const Scope& scope = text.scopes[at];
    const Relation* found = nullptr;
    for (size_t i = 0; i < scope.relations.size() && i < seen; ++i) {
      if (keys.of(scope.relations[i].label) != key) continue;
      if (found != nullptr) return nullptr;
      found = &scope.relations[i];
    }
    if (found != nullptr) return found;
    seen = scope.parentRelations;
    at = scope.parent;
  }
  return nullptr;
}

}  // namespace gander::rewriter::sql::generated
