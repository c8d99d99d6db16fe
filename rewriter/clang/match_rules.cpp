#include <clang/AST/ASTContext.h>
#include <clang/Lex/Lexer.h>
#include <clang/Lex/Preprocessor.h>
#include <fmt/format.h>
#include <llvm/Support/Error.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rewriter/clang/instances.h"
#include "rewriter/clang/rules.h"

namespace gander::rewriter {
namespace {

namespace match = clang::ast_matchers;
using clang::CharSourceRange;
using clang::Lexer;
using clang::SourceLocation;
using MatchResult = match::MatchFinder::MatchResult;

// A match with the instantiation that it was found in, and the reading of its file.
struct Found {
  RuleMatch match;
  Instance instance;
  clang::FileID file;
};

// What is one place in the file, whatever it means there.
using Key = std::tuple<std::string, Span, std::string>;
Key keyOf(const RuleMatch& match) { return {match.rule, match.span, match.replacement}; }

// What macros make of a place.
class MacroUses {
 public:
  MacroUses(const clang::SourceManager& sources, const clang::LangOptions& language, clang::Preprocessor& preprocessor)
      : sources_(sources), language_(language), preprocessor_(preprocessor) {}

  // The macro that uses the argument at a location more than once as code, or empty: what is written there then has several
  // meanings, and a match tells one of them.
  std::string usedTwiceBy(SourceLocation location) const {
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

 private:
  // How often a macro's body has the parameter that stands in it at a location; #parameter does not count.
  size_t timesUsed(SourceLocation parameter) const {
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

  const clang::MacroInfo* macroAround(SourceLocation location) const {
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

  const clang::SourceManager& sources_;
  const clang::LangOptions& language_;
  clang::Preprocessor& preprocessor_;
};

class RuleMatcher final : public match::MatchFinder::MatchCallback {
 public:
  RuleMatcher(const CompiledRule& rule, const SourceMap& sources, const MacroUses& macros, std::vector<Found>& found,
              FileTexts& texts)
      : rule_(rule), sources_(sources), macros_(macros), found_(found), texts_(texts) {}

  std::optional<clang::TraversalKind> getCheckTraversalKind() const override { return clang::TK_AsIs; }

  void run(const MatchResult& result) override {
    const auto whole = result.Nodes.getMap().find(kWholeMatch);
    if (whole == result.Nodes.getMap().end()) return;
    Found one{.match = {.rule = rule_.name}, .instance = {}, .file = {}};
    auto& match = one.match;
    match.whole = placeOf(whole->second.getSourceRange().getBegin());
    auto range = rule_.range(result);
    if (!range) {
      match.why = fmt::format("its range can't be told here: {}", llvm::toString(range.takeError()));
      match.span = match.whole;
    } else if (!place(*range, one)) {
      return;  // not the repository's own
    }
    if (match.span.file.empty()) return;
    if (match.whole.file.empty()) match.whole = match.span;
    one.instance = instanceOf(whole->second, *result.Context);
    match.templated = one.instance.pattern != nullptr;
    if (match.why.empty()) write(result, match);
    found_.push_back(std::move(one));
  }

 private:
  const clang::SourceManager& manager() const { return sources_.sources(); }

  // Where somebody wrote it, in an own file; else where it takes effect there.
  Span placeOf(SourceLocation location) const {
    if (location.isInvalid()) return {};
    if (auto token = sources_.token(location)) return token->span;
    return sources_.isOwn(location) ? sources_.range(manager().getExpansionLoc(location)) : Span{};
  }

  // False where the range is in a file of somebody else.
  bool place(CharSourceRange range, Found& one) {
    auto& match = one.match;
    if (range.isInvalid()) {
      match.span = match.whole;
      match.why = "its range is nowhere in the code";
      return true;
    }
    const auto written = Lexer::makeFileCharRange(range, manager(), sources_.language());
    if (written.isInvalid()) {
      match.span = placeOf(range.getBegin());
      match.why = "a macro makes a part of it, so that no stretch of the file is all of it; change the macro by hand";
      return !match.span.file.empty();
    }
    const auto [file, begin] = manager().getDecomposedLoc(written.getBegin());
    const auto& where = sources_.file(file);
    if (!where.own) return false;
    one.file = file;
    match.span = {where.path, {begin, manager().getFileOffset(written.getEnd())}};
    texts_.try_emplace(where.path, manager().getBufferData(file).str());
    if (auto macro = macros_.usedTwiceBy(range.getBegin()); !macro.empty())
      match.why =
          fmt::format("macro {} uses this argument more than once, and the rule matches one of its uses", macro);
    return true;
  }

  void write(const MatchResult& result, RuleMatch& match) {
    const bool returns = texts_[match.span.file].contains("\r\n");
    for (const auto& piece : rule_.replace) {
      if (!piece.bound) {
        match.replacement += returns ? replaceAll(piece.text, "\n", "\r\n") : piece.text;
        continue;
      }
      auto text = textOf(result, piece.text);
      if (text)
        match.replacement += *text;
      else if (match.why.empty())
        match.why = text.error();
    }
  }

  std::expected<std::string, std::string> textOf(const MatchResult& result, const std::string& name) const {
    const auto node = result.Nodes.getMap().find(name);
    if (node == result.Nodes.getMap().end())
      return std::unexpected(fmt::format("nothing is bound as '{}' in this match", name));
    const auto range = CharSourceRange::getTokenRange(node->second.getSourceRange());
    const auto written =
        range.isValid() ? Lexer::makeFileCharRange(range, manager(), sources_.language()) : CharSourceRange();
    if (written.isInvalid())
      return std::unexpected(
          fmt::format("what is bound as '{}' is not written in one piece: a macro makes a part", name));
    return Lexer::getSourceText(written, manager(), sources_.language()).str();
  }

  const CompiledRule& rule_;
  const SourceMap& sources_;
  const MacroUses& macros_;
  std::vector<Found>& found_;
  FileTexts& texts_;
};

// What stands in a template is edited where each of its instantiations wants the same.
class InstanceJudge {
 public:
  InstanceJudge(std::vector<Found>& found, clang::ASTContext& context) : found_(found) {
    if (std::ranges::any_of(found, [](const Found& one) { return one.match.templated; }))
      instances_ = allInstances(context);
    for (const auto& one : found)
      if (one.instance.made != nullptr) met_.insert({keyOf(one.match), one.instance.made});
  }

  void judge() {
    for (auto& one : found_) {
      if (!one.match.templated || !one.match.why.empty()) continue;
      for (const auto* made : instances_[one.instance.pattern]) {
        if (met_.contains({keyOf(one.match), made->getCanonicalDecl()})) continue;
        one.match.why = fmt::format("in another instantiation of the template, {}, the rule does not match it",
                                    instanceName(*made));
        break;
      }
    }
  }

 private:
  std::vector<Found>& found_;
  Instances instances_;
  std::set<std::pair<Key, const clang::Decl*>> met_;
};

// A file may be read several times in a unit (`#include "fields.inc"`), and mean another thing each time.
void judgeReadings(const Directives& directives, std::vector<Found>& found) {
  std::set<std::pair<Key, clang::FileID>> met;
  for (const auto& one : found)
    if (one.file.isValid()) met.insert({keyOf(one.match), one.file});
  for (auto& one : found) {
    if (!one.match.why.empty()) continue;
    const auto isOther = [&](clang::FileID file) { return !met.contains({keyOf(one.match), file}); };
    const auto& span = one.match.span;
    if (std::ranges::any_of(directives.readingsOf(span.file, span.range.begin), isOther))
      one.match.why = "the file is included more than once, and once the rule does not match it";
  }
}

}  // namespace

void matchRules(clang::ASTContext& context, const RuleSources& sources, const std::vector<CompiledRule>& rules,
                Unit& unit, FileTexts& texts) {
  if (rules.empty()) return;
  const MacroUses macros(sources.map.sources(), sources.map.language(), sources.preprocessor);
  std::vector<Found> found;
  std::vector<std::unique_ptr<RuleMatcher>> matchers;
  match::MatchFinder finder;
  for (const auto& rule : rules) {
    matchers.push_back(std::make_unique<RuleMatcher>(rule, sources.map, macros, found, texts));
    finder.addDynamicMatcher(rule.matcher, matchers.back().get());
  }
  finder.matchAST(context);
  InstanceJudge(found, context).judge();
  judgeReadings(sources.directives, found);
  for (auto& one : found) unit.rules.push_back(std::move(one.match));
}

}  // namespace gander::rewriter
