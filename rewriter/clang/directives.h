// What the preprocessor knows and the syntax tree does not: includes, macro names, regions that are switched off.
#pragma once

#include <clang/Basic/SourceLocation.h>
#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/PPCallbacks.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "rewriter/clang/source_map.h"
#include "rewriter/facts/facts.h"
#include "rewriter/facts/narrow.h"

namespace gander::rewriter {

// A token of an argument that #name made into text.
struct StringifiedToken {
  clang::SourceLocation location;
  bool blankBefore = false;  // in the text
};
// Where the `#` stands, in which expansion -> the argument's tokens.
using Stringified = std::map<std::pair<clang::SourceLocation, clang::SourceLocation>, std::vector<StringifiedToken>>;

class Directives final : public clang::PPCallbacks {
 public:
  Directives(const SourceMap& sources, const Wanted& wanted) : sources_(sources), wanted_(wanted) {}

  void FileChanged(clang::SourceLocation location, FileChangeReason reason, clang::SrcMgr::CharacteristicKind kind,
                   clang::FileID previous) override;
  void InclusionDirective(clang::SourceLocation hash, const clang::Token& keyword, llvm::StringRef name, bool angled,
                          clang::CharSourceRange range, clang::OptionalFileEntryRef file, llvm::StringRef searchPath,
                          llvm::StringRef relativePath, const clang::Module* suggested, bool imported,
                          clang::SrcMgr::CharacteristicKind kind) override;
  void MacroDefined(const clang::Token& name, const clang::MacroDirective* macro) override;
  void MacroUndefined(const clang::Token& name, const clang::MacroDefinition& macro,
                      const clang::MacroDirective*) override;
  void MacroExpands(const clang::Token& name, const clang::MacroDefinition& macro, clang::SourceRange range,
                    const clang::MacroArgs* arguments) override;
  void Defined(const clang::Token& name, const clang::MacroDefinition& macro, clang::SourceRange) override;
  void Ifdef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition& macro) override;
  void Ifndef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition& macro) override;
  void SourceRangeSkipped(clang::SourceRange range, clang::SourceLocation endif) override;

  // Hands over what was seen; to be called once, after the unit was parsed.
  void moveTo(Unit& unit);
  const Stringified& stringified() const { return stringified_; }
  // Each reading of an own file that does not leave a place out.
  std::vector<clang::FileID> readingsOf(const std::string& file, uint32_t offset) const;

 private:
  // A text that ## makes within one outermost expansion: its file, where that begins, the text.
  struct PasteKey {
    std::string file;
    uint32_t begin = 0;
    std::string text;
    auto operator<=>(const PasteKey&) const = default;
  };
  void recordMacro(const clang::Token& name, const clang::MacroInfo* macro, bool declares);
  void recordParameters(const std::string& macroName, const clang::MacroInfo& macro);
  void recordArguments(const clang::Token& call, const clang::MacroInfo& macro, const clang::MacroArgs& arguments);
  void recordStringized(const clang::Token& argument, const std::string& macro);
  void recordPaste(clang::SourceLocation call, const std::vector<const clang::Token*>& parts);
  void addPastes(Unit& unit) const;
  void addZones(Unit& unit) const;

  const SourceMap& sources_;
  const Wanted& wanted_;
  std::vector<NameUse> names_;
  std::vector<IncludeUse> includes_;
  std::set<std::pair<std::string, std::string>> missing_;  // file, header
  std::map<clang::FileID, std::vector<ByteRange>> skipped_;
  std::map<std::string, std::set<clang::FileID>> entered_;  // own files: each time that one was read
  std::set<std::string> varying_;  // macros that the main file defines, or that somebody undefines
  Stringified stringified_;
  std::vector<Stringized> stringized_;
  std::map<PasteKey, std::set<Pasted>> pastes_;
};

}  // namespace gander::rewriter
