// What the lowering of all functions shares: the unit, and what a place is.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

#include <optional>
#include <string>

#include "rewriter/clang/flow/literals.h"
#include "rewriter/clang/source_map.h"
#include "rewriter/clang/symbols.h"
#include "rewriter/facts/builder.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// What all functions of a unit share.
struct FlowContext {
  const clang::ASTContext& ast;
  const SourceMap& sources;
  Symbols symbols;
  LiteralReader literals;
};

// Something that can be read and written.
struct Place {
  enum class Kind { kNone, kVariable, kGlobal, kMember, kIndex, kPointee };  // kPointee: what `base` points to
  Kind kind = Kind::kNone;
  const clang::VarDecl* variable = nullptr;
  ValueId base = kNoValue;
  ValueId key = kNoValue;
  uint32_t position = 0;  // kMember: see Fact::index
  std::string symbol;
  std::string name;
  Span span;
};

// A place, and what stands in it.
struct Written {
  Place place;
  ValueId value = kNoValue;
};

// What a call is given.
struct Argument {
  ValueId value = kNoValue;
  std::optional<Place> changed;  // the callee may write it
};

// A loop or switch: where `break` and `continue` go.
struct Exits {
  FunctionBuilder::Block onBreak;
  std::optional<FunctionBuilder::Block> onContinue;
};

// Whether a class is std::basic_string or std::basic_string_view: text, whatever it is made of.
bool isText(clang::QualType type);
// Whether a constructor's initialiser writes a member: it is written, stands in the class, or makes an object although nobody
// says so. An empty text is left out: it names nothing, and is written over.
bool writesMember(const clang::CXXCtorInitializer& initializer);
// Whether a method of a text makes another text of it.
bool changesText(const clang::CXXMemberCallExpr& call);
// Whether a class is a stream of the standard library that makes a text.
bool isTextStream(clang::QualType type);

}  // namespace gander::rewriter
