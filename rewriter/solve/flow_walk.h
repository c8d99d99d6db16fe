// Where a value goes: walked forward from its definition through variables, calls, returns and constants to the facts that do
// something with it. Says whether everything that can happen to a literal is known.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"
#include "rewriter/solve/program.h"

namespace gander::rewriter {

// A fact where a walk ends, and the operand through which the value came in.
struct Terminal {
  FactAt at;
  size_t operand = 0;
  auto operator<=>(const Terminal&) const = default;
};

struct FlowWalk {
  std::set<Terminal> terminals;
  std::set<Terminal> inside;                            // where it only goes as a key of a record: the record's ends
  std::set<Terminal> holders;                           // see Holders; the operand is the value's
  std::set<const Body*> returned;                       // functions that give it to their callers
  std::set<std::pair<const Body*, size_t>> parameters;  // of functions that take it
  std::string open;                                     // why the walk is not complete, or empty
};

// Whether a value is text, whatever it says: then a method of it that puts text together passes on what it is given.
using TextTest = std::function<bool(const Body& body, ValueId value)>;

// What becomes of a value that is put into a record under a key: {"listener": value}.
enum class Holders {
  kFollow,  // where the record goes, the value goes
  kTell,    // the record is another thing, of which the value is a field: the walk ends there
};

// `start`: the fact whose value is followed. Names of callees, readers and callers that the walk passes are put into `needs`.
// Without `isText` only literals are known to be text.
FlowWalk walkForward(const Program& program, const Meaning& meaning, FactAt start, std::set<Need>& needs,
                     const TextTest& isText = nullptr, Holders holders = Holders::kFollow);

}  // namespace gander::rewriter
