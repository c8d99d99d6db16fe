// A tree with its dbt projects, and the names in it.
#pragma once

#include "rewriter/dbt/names.h"
#include "tests/rewriter/rewriting.h"

namespace gander::rewriter::dbt {

class NamedTree {
 public:
  explicit NamedTree(const Tree& tree)
      : texts_(*Texts::load(MemoryFileSystem(tree), {})), projects(texts_), names(projects) {}

 private:
  Texts texts_;

 public:
  Projects projects;
  Names names;
};

}  // namespace gander::rewriter::dbt
