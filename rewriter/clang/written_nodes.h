// Which nodes of the syntax tree somebody wrote. Clang's tree holds more than the code says: what stands in for it has a place
// there, but not a text of its own.
//
//   close("v1")                 the object `this`, at the place of `close`
//   for (auto x : list)         list.begin(), at the place of `list`
//   struct Lake {};             a copy constructor, at the place of `Lake`
//   open()                      the default argument, at the place of its declaration
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/ASTTypeTraits.h>

namespace gander::rewriter {

enum class Written {
  kByHand,
  kAdded,   // the compiler adds it to code that somebody wrote
  kMadeUp,  // it is, or stands in, a declaration that nobody wrote
};

Written whoWrote(const clang::DynTypedNode& node, clang::ASTContext& context);

// Whether the node is in a value that is read where the code leaves it out: a default argument.
bool isInDefaultArgument(const clang::DynTypedNode& node, clang::ASTContext& context);

// The same, or in a member's initializer, which a constructor reads.
bool isInDefault(const clang::DynTypedNode& node, clang::ASTContext& context);

// The node that a node stands in by the code: not the call that reads a default argument.
const clang::DynTypedNode* writtenParent(const clang::DynTypedNodeList& parents);

// Whether the compiler could not make sense of all of a node, or of an expression or a declaration that it stands in.
bool hasErrors(const clang::DynTypedNode& node, clang::ASTContext& context);

}  // namespace gander::rewriter
