// Demands on the names that dbt's files write: literals of templates, scalars of YAML.
#pragma once

#include <set>
#include <string>

#include "rewriter/solve/dbt_relations.h"
#include "rewriter/solve/demand.h"

namespace gander::rewriter {

// The change of a migration that a text would be the old name of, whatever its case; empty: none.
std::string changeNamed(const Meaning& meaning, std::string_view name);

class DbtScribe {
 public:
  DbtScribe(const Meaning& meaning, const Texts& texts, Solution& solution)
      : meaning_(meaning), texts_(texts), solution_(solution) {}

  // A literal that names a relation: `now` in its place, where the relation is renamed; something else, where it is none of the
  // migration's.
  // `units`: what else it belongs together with.
  void nameRelation(const dbt::Literal& literal, const DbtRelation* relation, const std::string& what,
                    const std::set<std::string>& units = {});
  void rename(const dbt::Literal& literal, const std::string& now, const DbtRelation& relation, const std::string& why,
              const std::set<std::string>& units = {});
  // A literal that is the name of a column of a relation.
  void nameColumn(const dbt::Literal& literal, const DbtRelation& relation, const std::string& what);
  // An expression of SQL over the columns of a relation.
  void expression(const Scalar& scalar, const DbtRelation& relation, const std::string& what);

  void keep(const Span& span, std::string reason);
  void prose(const Span& span, std::string reason);
  void list(const Span& span, const std::string& change, std::string reason, bool blocks,
            const std::set<std::string>& units);
  std::string changeNamed(std::string_view name) const { return rewriter::changeNamed(meaning_, name); }
  void hazard(std::string name, const Span& span, std::string message);

  const Meaning& meaning() const { return meaning_; }
  Solution& solution() { return solution_; }

 private:
  Demand begin(const dbt::Literal& literal, const std::string& change, const DbtRelation& relation) const;
  EvidenceStep step(const Span& span, std::string why) const {
    return {span.file, texts_.positionOf(span), std::move(why)};
  }

  const Meaning& meaning_;
  const Texts& texts_;
  Solution& solution_;
};

}  // namespace gander::rewriter
