// The Clang frontend: one translation unit in, its facts out. No type of LLVM crosses this face.
//
//   command -> invocation -> parse -> names, includes, zones, classes (AST matchers, preprocessor)
//                                  -> facts of functions (a walk over each body)
//                                  -> matches of the migration's own rules                -> Unit
//
// Reads files of the machine as a compiler does: the caller decides what the process may see.
#pragma once

#include <vector>

#include "base/error.h"
#include "rewriter/cpp_parser.h"
#include "rewriter/facts/facts.h"
#include "rewriter/facts/inputs.h"

namespace gander::rewriter {

// Parses on a thread of its own with a large stack, so that deep syntax trees do not end the process. Errors of the source
// are gaps of the unit; kInvalid where the command names no file that can be read or the compiler makes nothing of it.
Result<Unit> parseCpp(const CppCommand& command);

// The same, with what the parse rests on. `allBodies`: functions' bodies in others' headers are parsed too, as a compiler does;
// that is only slower, and there to show that the facts are the same (bodies.h).
struct ParsedUnit {
  Unit unit;
  std::vector<Input> inputs;
};
Result<ParsedUnit> parseWithInputs(const CppCommand& command, bool allBodies = false);

// What is wrong with rules; nothing is parsed.
std::vector<RuleProblem> checkRules(const std::vector<CppRule>& rules);

}  // namespace gander::rewriter
