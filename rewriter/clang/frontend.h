// The Clang frontend: one translation unit in, its facts out. No type of LLVM crosses this face.
//
//   command -> invocation -> parse -> names, includes, zones, classes (AST matchers, preprocessor)
//                                  -> facts of functions (a walk over each body)          -> Unit
//
// Reads files of the machine as a compiler does: the caller decides what the process may see.
#pragma once

#include "base/error.h"
#include "rewriter/cpp_parser.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// Parses on a thread of its own with a large stack, so that deep syntax trees do not end the process. Errors of the source
// are gaps of the unit; kInvalid where the command names no file that can be read or the compiler makes nothing of it.
Result<Unit> parseCpp(const CppCommand& command);

}  // namespace gander::rewriter
