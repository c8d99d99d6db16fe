#include "rewriter/clang/directives.h"

#include <clang/Basic/FileEntry.h>
#include <clang/Lex/Lexer.h>
#include <clang/Lex/MacroArgs.h>

#include <algorithm>

namespace gander::rewriter {

using clang::SourceLocation;
using clang::Token;

void Directives::FileChanged(SourceLocation location, FileChangeReason reason, clang::SrcMgr::CharacteristicKind,
                             clang::FileID) {
  if (reason != EnterFile) return;
  const auto id = sources_.sources().getFileID(location);
  const auto& file = sources_.file(id);
  if (file.own) entered_[file.path].insert(id);
}

// The path stands between quotes or brackets; one that a macro makes is looked for where the macro was defined.
void Directives::InclusionDirective(SourceLocation hash, const Token&, llvm::StringRef name, bool,
                                    clang::CharSourceRange range, clang::OptionalFileEntryRef file, llvm::StringRef,
                                    llvm::StringRef, const clang::Module*, bool, clang::SrcMgr::CharacteristicKind) {
  const auto& sources = sources_.sources();
  const auto& includer = sources_.file(sources.getFileID(hash));
  if (!includer.own) return;
  if (!file) missing_.emplace(includer.path, name.str());
  const SourceLocation begin = sources.getSpellingLoc(range.getBegin());
  const auto [id, offset] = sources.getDecomposedLoc(begin);
  const auto& holder = sources_.file(id);
  if (!holder.own) return;
  const auto text = sources.getBufferData(id).substr(offset);
  if (text.size() < name.size() + 2 || (text[0] != '"' && text[0] != '<') || text.substr(1, name.size()) != name)
    return;
  const auto start = static_cast<uint32_t>(offset + 1);
  IncludeUse use{{holder.path, {start, start + static_cast<uint32_t>(name.size())}}, name.str(), ""};
  if (file) use.resolved = sources_.classify(file->getName()).path;
  includes_.push_back(std::move(use));
}

void Directives::recordMacro(const Token& name, const clang::MacroInfo* macro, bool declares) {
  if (name.getIdentifierInfo() == nullptr || !wanted_.contains(name.getIdentifierInfo()->getName())) return;
  auto token = sources_.token(name.getLocation());
  if (!token) return;
  NameUse use;
  use.span = token->span;
  use.text = token->text;
  use.pasted = token->pasted;
  use.macro = token->macro;
  use.varying = token->through;
  use.symbol = macro ? token->text : "";
  use.kind = SymbolKind::kMacro;
  use.declares = use.definesHere = declares;
  if (macro) use.declaration = sources_.place(macro->getDefinitionLoc());
  names_.push_back(std::move(use));
}

// A parameter of a macro, in its list and in its body: it stands for what the caller gives and for nothing else.
void Directives::recordParameters(const std::string& macroName, const clang::MacroInfo& macro) {
  std::set<std::string> parameters;
  for (const auto* parameter : macro.params()) {
    if (wanted_.contains(parameter->getName().str())) parameters.insert(parameter->getName().str());
  }
  if (parameters.empty()) return;
  auto add = [&](const Token& token, bool declares) {
    auto written = sources_.token(token.getLocation());
    if (!written || !parameters.contains(written->text)) return;
    NameUse use{.span = written->span, .text = written->text, .symbol = macroName + "::" + written->text};
    use.kind = SymbolKind::kParameter;
    use.declares = use.definesHere = declares;
    use.macro = declares ? "" : macroName;
    use.declaration = sources_.place(macro.getDefinitionLoc());
    names_.push_back(std::move(use));
  };
  Token token;
  SourceLocation next = macro.getDefinitionLoc();
  while (!clang::Lexer::getRawToken(next, token, sources_.sources(), sources_.language(), true)) {
    if (token.is(clang::tok::raw_identifier)) add(token, true);
    if (token.isOneOf(clang::tok::r_paren, clang::tok::eof)) break;
    next = token.getEndLoc();
  }
  for (const Token& part : macro.tokens()) {
    if (part.is(clang::tok::identifier)) add(part, false);
  }
}

void Directives::MacroDefined(const Token& name, const clang::MacroDirective* macro) {
  if (!sources_.isOwn(name.getLocation())) return;
  // What a source defines before it includes a header is its own affair.
  if (sources_.sources().isInMainFile(name.getLocation())) varying_.insert(name.getIdentifierInfo()->getName().str());
  recordMacro(name, macro->getMacroInfo(), true);
  recordParameters(name.getIdentifierInfo()->getName().str(), *macro->getMacroInfo());
}

void Directives::MacroUndefined(const Token& name, const clang::MacroDefinition& macro, const clang::MacroDirective*) {
  if (macro.getMacroInfo()) varying_.insert(name.getIdentifierInfo()->getName().str());
  recordMacro(name, macro.getMacroInfo(), false);
}

void Directives::Defined(const Token& name, const clang::MacroDefinition& macro, clang::SourceRange) {
  recordMacro(name, macro.getMacroInfo(), false);
}

void Directives::Ifdef(SourceLocation, const Token& name, const clang::MacroDefinition& macro) {
  recordMacro(name, macro.getMacroInfo(), false);
}

void Directives::Ifndef(SourceLocation, const Token& name, const clang::MacroDefinition& macro) {
  recordMacro(name, macro.getMacroInfo(), false);
}

void Directives::MacroExpands(const Token& name, const clang::MacroDefinition& macro, clang::SourceRange,
                              const clang::MacroArgs* arguments) {
  recordMacro(name, macro.getMacroInfo(), false);
  if (arguments && macro.getMacroInfo()) recordArguments(name, *macro.getMacroInfo(), *arguments);
}

void Directives::recordStringized(const Token& argument, const std::string& macro) {
  const unsigned length = clang::MacroArgs::getArgLength(&argument);
  for (unsigned index = 0; index < length; ++index) {
    const Token& part = (&argument)[index];
    const auto* identifier = part.getIdentifierInfo();
    if (identifier == nullptr || !wanted_.contains(identifier->getName().str())) continue;
    auto token = sources_.token(part.getLocation());
    if (token && !token->pasted) stringized_.push_back({token->span, token->text, macro, length == 1});
  }
}

// The first of the argument's tokens where a macro's token is a parameter; null where it is not.
static const Token* argumentOf(const Token& part, const clang::MacroInfo& macro, const clang::MacroArgs& arguments) {
  const auto* identifier = part.getIdentifierInfo();
  const int parameter = identifier ? macro.getParameterNum(identifier) : -1;
  if (parameter < 0 || static_cast<unsigned>(parameter) >= arguments.getNumMacroArguments()) return nullptr;
  return arguments.getUnexpArgument(static_cast<unsigned>(parameter));
}

// The token of an argument that ## joins with what stands before or behind it: the first one, or the last one; null where it
// is not one token that is joined.
//   #define CALL(p, call) p.mock_##call      CALL(play, user_name())      ->  user_name
static const Token* pastedOf(const Token* argument, bool before, bool behind) {
  const unsigned length = clang::MacroArgs::getArgLength(argument);
  if (length == 0 || (length > 1 && before == behind)) return nullptr;
  return before ? argument : argument + length - 1;
}

// The tokens of an argument as # makes a text of them: one blank where any stood between two.
static std::vector<StringifiedToken> stringifiedOf(const Token& argument) {
  std::vector<StringifiedToken> tokens;
  const unsigned length = clang::MacroArgs::getArgLength(&argument);
  for (unsigned index = 0; index < length; ++index) {
    const Token& part = (&argument)[index];
    tokens.push_back({part.getLocation(), index > 0 && (part.hasLeadingSpace() || part.isAtStartOfLine())});
  }
  return tokens;
}

//   #define COLUMN(name) row[#name]      COLUMN(user_name)  ->  the text "user_name" stands at the argument
//   #define PLAYS(...) "FROM plays " #__VA_ARGS__      PLAYS(WHERE day = ?)  ->  each of its tokens stands where it is written
//   #define SET(f, v) row.set_##f(v)     SET(user_name, 1)  ->  set_user_name has the argument behind "set_"
void Directives::recordArguments(const Token& call, const clang::MacroInfo& macro, const clang::MacroArgs& arguments) {
  const auto tokens = macro.tokens();
  for (size_t index = 0; index + 1 < tokens.size(); ++index) {
    if (tokens[index].is(clang::tok::hash)) {
      const Token* argument = argumentOf(tokens[index + 1], macro, arguments);
      if (argument == nullptr) continue;
      recordStringized(*argument, call.getIdentifierInfo()->getName().str());
      // Of others' macros a name is enough: `assert(x)` makes a text in every header.
      const bool name = clang::MacroArgs::getArgLength(argument) == 1 && argument->getIdentifierInfo() != nullptr;
      if (!name && !sources_.isOwn(call.getLocation())) continue;
      stringified_[{call.getLocation(), tokens[index].getLocation()}] = stringifiedOf(*argument);
    }
    if (!tokens[index + 1].is(clang::tok::hashhash)) continue;
    std::vector<const Token*> parts;
    size_t end = index;
    for (; end < tokens.size(); end += 2) {
      if (tokens[end].is(clang::tok::hash)) break;  // L ## #x makes a text
      const bool goesOn = end + 1 < tokens.size() && tokens[end + 1].is(clang::tok::hashhash);
      const Token* argument = argumentOf(tokens[end], macro, arguments);
      parts.push_back(argument ? pastedOf(argument, end > index, goesOn) : &tokens[end]);
      if (!goesOn) break;
    }
    if (end < tokens.size() && tokens[end].is(clang::tok::hash)) {
      index = end - 1;
      continue;
    }
    recordPaste(call.getLocation(), parts);
    index = end;
  }
}

// `parts`: tokens of the macro and of its arguments; null for an argument that is not joined as one token.
void Directives::recordPaste(SourceLocation call, const std::vector<const Token*>& parts) {
  const auto& sources = sources_.sources();
  std::vector<std::string> texts;
  for (const Token* part : parts) {
    if (part == nullptr) return;
    texts.push_back(clang::Lexer::getSpelling(*part, sources, sources_.language()));
  }
  const auto [id, begin] = sources.getDecomposedLoc(sources.getExpansionLoc(call));
  PasteKey key{sources_.file(id).path, begin, ""};
  for (const auto& text : texts) key.text += text;
  const auto wants = [&](const auto& text) { return wanted_.contains(text); };
  if (!wants(key.text) && std::ranges::none_of(texts, wants)) return;
  for (size_t index = 0; index < parts.size(); ++index) {
    auto token = sources_.token(parts[index]->getLocation());
    if (!token || token->pasted) continue;
    Pasted part{.argument = token->span, .before = {}, .behind = {}, .macro = token->macro};
    for (size_t at = 0; at < texts.size(); ++at) {
      if (at < index) part.before += texts[at];
      if (at > index) part.behind += texts[at];
    }
    pastes_[key].insert(std::move(part));
  }
}

void Directives::addPastes(Unit& unit) const {
  for (auto& use : unit.names) {
    if (!use.pasted) continue;
    const auto found = pastes_.find({use.span.file, use.span.range.begin, use.text});
    if (found != pastes_.end()) use.pastes.assign(found->second.begin(), found->second.end());
  }
  if (!wanted_.everything()) settlePastes(unit.names, wanted_);
}

void Directives::SourceRangeSkipped(clang::SourceRange range, SourceLocation) {
  const auto& sources = sources_.sources();
  const auto [id, begin] = sources.getDecomposedLoc(sources.getExpansionLoc(range.getBegin()));
  const auto [endId, end] = sources.getDecomposedLoc(sources.getExpansionLoc(range.getEnd()));
  if (id != endId || end < begin || !sources_.file(id).own) return;
  // From the line behind the directive that opens the region to the line of the one that closes it.
  const auto text = sources.getBufferData(id);
  size_t first = text.find('\n', begin);
  while (first != llvm::StringRef::npos && first > 0 && text.substr(0, first).rtrim('\r').ends_with("\\")) {
    first = text.find('\n', first + 1);
  }
  const size_t lineBreak = text.rfind('\n', end);
  if (first == llvm::StringRef::npos || lineBreak == llvm::StringRef::npos || lineBreak <= first) return;
  skipped_[id].push_back({static_cast<uint32_t>(first + 1), static_cast<uint32_t>(lineBreak + 1)});
}

static std::vector<ByteRange> intersect(const std::vector<ByteRange>& left, const std::vector<ByteRange>& right) {
  std::vector<ByteRange> both;
  for (const ByteRange& a : left) {
    for (const ByteRange& b : right) {
      const ByteRange common{std::max(a.begin, b.begin), std::min(a.end, b.end)};
      if (common.begin < common.end) both.push_back(common);
    }
  }
  return both;
}

std::vector<clang::FileID> Directives::readingsOf(const std::string& file, uint32_t offset) const {
  std::vector<clang::FileID> readings;
  const auto entered = entered_.find(file);
  if (entered == entered_.end()) return readings;
  for (const auto id : entered->second) {
    const auto skipped = skipped_.find(id);
    const auto holds = [&](ByteRange range) { return range.begin <= offset && offset < range.end; };
    if (skipped == skipped_.end() || std::ranges::none_of(skipped->second, holds)) readings.push_back(id);
  }
  return readings;
}

// A header that is read twice is switched off by its guard the second time: a region is inactive only if it always is.
void Directives::addZones(Unit& unit) const {
  for (const auto& [path, ids] : entered_) {
    std::optional<std::vector<ByteRange>> common;
    for (const auto id : ids) {
      const auto found = skipped_.find(id);
      const auto ranges = found == skipped_.end() ? std::vector<ByteRange>() : found->second;
      common = common ? intersect(*common, ranges) : ranges;
    }
    for (const ByteRange& range : *common) unit.zones.push_back({path, {range, ZoneKind::kInactive}});
  }
}

void Directives::moveTo(Unit& unit) {
  unit.names.insert(unit.names.end(), std::make_move_iterator(names_.begin()), std::make_move_iterator(names_.end()));
  unit.includes = std::move(includes_);
  unit.stringized = std::move(stringized_);
  addPastes(unit);
  for (auto& use : unit.names) {
    std::erase_if(use.varying, [&](const auto& macro) { return !varying_.contains(macro); });
  }
  for (const auto& [file, header] : missing_) unit.gaps.push_back({file, header + ": not found"});
  addZones(unit);
}

}  // namespace gander::rewriter
