// What is known of the Python function that is being lowered.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "rewriter/facts/builder.h"
#include "rewriter/treesitter/python_scopes.h"

namespace gander::rewriter {

struct PythonFrame {
  using Block = FunctionBuilder::Block;
  // A class of this file that a value is an instance of, or is itself.
  struct KnownClass {
    const Scope* scope = nullptr;
    bool itself = false;
  };
  struct Loop {
    Block head;
    Block after;
  };

  FunctionBuilder builder;
  const Scope* function;
  bool dead = false;  // behind a return, raise, break or continue
  std::set<Block> reached;
  std::vector<Loop> loops;
  std::vector<Block> handlers;  // where an exception goes, innermost last
  std::map<ValueId, KnownClass> classes;
  std::map<ValueId, std::vector<ValueId>> tuples;  // what a tuple was written with
};

}  // namespace gander::rewriter
