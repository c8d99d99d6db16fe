// Which function bodies are not parsed: what a header of somebody else does within its functions makes no fact of ours, and is most
// of what a compiler has to do.
//
// It does matter where it instantiates a template of the repository's own (std::sort with a comparison that takes `auto`): names in
// the template that depend on its parameters are only resolved there. So a unit is first parsed without such bodies where that
// may do (kOwn), and once more with the bodies of templates if it turns out that it did not.
//
// Never passed over, by Clang: constexpr and consteval functions, and those whose return type is deduced.
#pragma once

#include <clang/AST/Decl.h>

#include <vector>

#include "rewriter/clang/source_map.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

enum class Bodies {
  kOwn,           // those in the repository's own files
  kOwnTemplates,  // also those of templates, and of whatever a generator other than protobuf's made in the tree
  kAll,
};

// Whether the body of a function, or function template, is passed over.
bool isPassedOver(const clang::Decl& function, Bodies bodies, const SourceMap& sources);

// Whether a unit that was parsed with kOwn may lack what the bodies of others' templates tell.
bool hasOpenNames(const std::vector<NameUse>& names);

}  // namespace gander::rewriter
