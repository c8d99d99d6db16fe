#include "rewriter/clang/macro_uses.h"

#include <clang/Lex/Lexer.h>

namespace gander::rewriter {

using clang::Lexer;
using clang::SourceLocation;

std::string MacroUses::usedTwiceBy(SourceLocation location) const {
  while (location.isMacroID()) {
    if (!sources_.isMacroArgExpansion(location)) {
      location = sources_.getImmediateExpansionRange(location).getBegin();
      continue;
    }
    const auto& expansion = sources_.getSLocEntry(sources_.getFileID(location)).getExpansion();
    if (timesUsed(sources_.getSpellingLoc(expansion.getExpansionLocStart())) > 1)
      return Lexer::getImmediateMacroName(location, sources_, language_).str();
    location = sources_.getImmediateSpellingLoc(location);
  }
  return "";
}

// How often a macro's body has the parameter that stands in it at a location; #parameter does not count.
size_t MacroUses::timesUsed(SourceLocation parameter) const {
  const auto* macro = macroAround(parameter);
  if (macro == nullptr) return 0;
  const auto length = Lexer::MeasureTokenLength(parameter, sources_, language_);
  const llvm::StringRef name(sources_.getCharacterData(parameter), length);
  size_t times = 0;
  bool hashed = false;
  for (const auto& token : macro->tokens()) {
    const auto* identifier = token.getIdentifierInfo();
    if (identifier != nullptr && identifier->getName() == name && !hashed) ++times;
    hashed = token.is(clang::tok::hash);
  }
  return times;
}

const clang::MacroInfo* MacroUses::macroAround(SourceLocation location) const {
  for (const auto& [identifier, state] : preprocessor_.macros())
    for (const auto* one = preprocessor_.getLocalMacroDirectiveHistory(identifier); one != nullptr;
         one = one->getPrevious()) {
      const auto* macro = one->getMacroInfo();
      if (macro != nullptr && macro->getDefinitionLoc().isFileID() && !macro->isBuiltinMacro() &&
          sources_.isPointWithin(location, macro->getDefinitionLoc(), macro->getDefinitionEndLoc()))
        return macro;
    }
  return nullptr;
}

}  // namespace gander::rewriter
