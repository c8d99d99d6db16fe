// One question to Names: goes through variables, loops and calls, and keeps count so that it ends. Private to this folder.
#pragma once

#include <functional>
#include <vector>

#include "rewriter/dbt/names.h"

namespace gander::rewriter::dbt {

// A text with holes as one value: its only expression, its text, or both put together. Statements in it make it unknown.
sql::JinjaValue templateValue(std::string_view text, ByteRange range);

class Evaluation {
 public:
  Evaluation(const Projects& projects, const Names& names) : projects_(projects), names_(names) {}

  std::vector<Referent> referents(const Held& held);
  std::vector<Literal> literals(const Held& held, bool& open);
  bool elementsOf(const Held& held, std::vector<Held>& elements);

 private:
  void evaluate(const Held& held, int depth);
  void evaluateCall(const Held& held, int depth);
  void evaluateRef(const Held& held, int depth);
  void evaluateSource(const Held& held, int depth);
  void evaluateName(const Held& held, int depth);
  void evaluateConcat(const Held& held, int depth);
  void evaluateVariable(const Held& held, int depth);

  // Calls `take` with each value that a name or an element stands for; false where there may be others.
  using Take = std::function<void(const Held&, int depth)>;
  bool values(const Held& held, int depth, const Take& take);
  bool variable(const Held& held, int depth, const Take& take);
  bool member(const Held& held, int depth, const Take& take);
  bool bound(const sql::Binding& binding, const Held& held, int depth, const Take& take);
  bool arguments(const sql::Binding& binding, const Held& held, int depth, const Take& take);
  bool elements(const Held& held, int depth, const Take& take);
  bool elementAt(const Held& held, int depth, const Take& take);
  // Each text that an argument may be.
  std::vector<Referent> textsOf(const Held& held, int depth);

  Held fromYaml(size_t project, const std::string& path, const YamlNode& node);
  Literal literalOf(const Held& held, ByteRange body, bool plain, const std::string& value) const;
  void add(Referent referent);
  void addUnknown(std::string why) { add({.why = std::move(why)}); }
  static Held with(const Held& held, const sql::JinjaValue& value);

  const Projects& projects_;
  const Names& names_;
  std::vector<Referent> found_;
  int steps_ = 0;
};

}  // namespace gander::rewriter::dbt
