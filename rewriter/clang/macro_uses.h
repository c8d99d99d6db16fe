// What macros make of a place.
#pragma once

#include <clang/Lex/Preprocessor.h>

#include <string>

namespace gander::rewriter {

class MacroUses {
 public:
  MacroUses(const clang::SourceManager& sources, const clang::LangOptions& language, clang::Preprocessor& preprocessor)
      : sources_(sources), language_(language), preprocessor_(preprocessor) {}

  // The macro that uses the argument at a location more than once as code, or empty: what is written there then has several
  // meanings, and a match tells one of them.
  std::string usedTwiceBy(clang::SourceLocation location) const;

 private:
  size_t timesUsed(clang::SourceLocation parameter) const;
  const clang::MacroInfo* macroAround(clang::SourceLocation location) const;

  const clang::SourceManager& sources_;
  const clang::LangOptions& language_;
  clang::Preprocessor& preprocessor_;
};

}  // namespace gander::rewriter
