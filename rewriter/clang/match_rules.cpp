#include <clang/AST/ASTContext.h>
#include <clang/Lex/Lexer.h>
#include <clang/Lex/Preprocessor.h>
#include <fmt/format.h>
#include <llvm/Support/Error.h>

#include <algorithm>
#include <set>

#include "rewriter/clang/instances.h"
#include "rewriter/clang/macro_uses.h"
#include "rewriter/clang/rules.h"
#include "rewriter/clang/stretches.h"
#include "rewriter/clang/written_nodes.h"

namespace gander::rewriter {
namespace {

namespace match = clang::ast_matchers;
using clang::CharSourceRange;
using clang::DynTypedNode;
using clang::Lexer;
using clang::SourceLocation;
using MatchResult = match::MatchFinder::MatchResult;

// A match in one instantiation, in one reading of its file.
struct Found {
  RuleMatch match;
  std::string made;  // what the template makes of it
  clang::FileID file;
};

// What is one place in the file, whatever it means there.
using Key = std::tuple<std::string, Span, std::string>;
Key keyOf(const Found& found) { return {found.match.rule, found.match.span, found.made}; }

// What matches are judged by.
struct Around {
  const SourceMap& sources;
  const MacroUses& macros;
  const Instances& instances;
  FileTexts& texts;
};

class RuleMatcher final : public match::MatchFinder::MatchCallback {
 public:
  RuleMatcher(const CompiledRule& rule, const Around& around, std::vector<Found>& found)
      : rule_(rule), around_(around), found_(found) {}

  std::optional<clang::TraversalKind> getCheckTraversalKind() const override { return clang::TK_AsIs; }

  void run(const MatchResult& result) override {
    const auto* whole = boundAs(result, kWholeMatch);
    if (whole == nullptr) return;
    Found one{.match = {.rule = rule_.name}, .made = {}, .file = {}};
    one.match.whole = placeOf(whole->getSourceRange().getBegin());
    auto range = rule_.range(result);
    if (!range) {
      one.match.why = fmt::format("its range can't be told here: {}", llvm::toString(range.takeError()));
      one.match.span = one.match.whole;
    } else if (!place(*range, one)) {
      return;  // not the repository's own
    }
    if (one.match.span.file.empty()) return;
    if (one.match.whole.file.empty()) one.match.whole = one.match.span;
    if (!judgeNodes(result, *whole, one.match)) return;
    fill(result, *whole, one);
    found_.push_back(std::move(one));
  }

 private:
  const clang::SourceManager& manager() const { return around_.sources.sources(); }

  static const DynTypedNode* boundAs(const MatchResult& result, const std::string& name) {
    const auto node = result.Nodes.getMap().find(name);
    return node == result.Nodes.getMap().end() ? nullptr : &node->second;
  }

  static void say(RuleMatch& match, std::string why) {
    if (match.why.empty()) match.why = std::move(why);
  }

  // Where somebody wrote it, in an own file; else where it takes effect there.
  Span placeOf(SourceLocation location) const {
    if (location.isInvalid()) return {};
    if (auto token = around_.sources.token(location)) return token->span;
    return around_.sources.isOwn(location) ? around_.sources.range(manager().getExpansionLoc(location)) : Span{};
  }

  // A stretch of an own file, whose text is kept; an empty file: of another.
  Span ownSpan(CharSourceRange written, clang::FileID* id = nullptr) {
    const auto [file, begin] = manager().getDecomposedLoc(written.getBegin());
    const auto& where = around_.sources.file(file);
    if (!where.own) return {};
    if (id != nullptr) *id = file;
    around_.texts.try_emplace(where.path, manager().getBufferData(file).str());
    return {where.path, {begin, manager().getFileOffset(written.getEnd())}};
  }

  // False where the range is in a file of somebody else.
  bool place(CharSourceRange range, Found& one) {
    auto& match = one.match;
    if (range.isInvalid()) {
      match.span = match.whole;
      match.why = "its range is nowhere in the code";
      return true;
    }
    const auto written = Lexer::makeFileCharRange(range, manager(), around_.sources.language());
    if (written.isInvalid()) {
      match.span = placeOf(range.getBegin());
      match.why = "a macro makes a part of it, so that no stretch of the file is all of it; change the macro by hand";
      return !match.span.file.empty();
    }
    match.span = ownSpan(written, &one.file);
    if (match.span.file.empty()) return false;
    if (auto macro = around_.macros.usedTwiceBy(range.getBegin()); !macro.empty())
      match.why =
          fmt::format("macro {} uses this argument more than once, and the rule matches one of its uses", macro);
    return true;
  }

  // What the nodes tell of which the range is made. False where they are in what the compiler makes of a class.
  bool judgeNodes(const MatchResult& result, const DynTypedNode& whole, RuleMatch& match) {
    const DynTypedNode* first = nullptr;
    for (const auto& name : rule_.anchors) {
      const auto* node = boundAs(result, name);
      if (node == nullptr) continue;
      if (first == nullptr) first = node;
      const auto written = whoWrote(*node, *result.Context);
      if (written == Written::kMadeUp) return false;
      if (written == Written::kAdded) say(match, "the compiler adds it here: nobody wrote it");
      if (isInDefaultArgument(*node, *result.Context))
        say(match, "it is a default argument, and the rule may match a call that takes it");
      if (!holds(whole, *node) && isInDefault(*node, *result.Context))
        say(match, "it is read where the code leaves it out, and written elsewhere");
      if (hasErrors(*node, *result.Context)) sayErrors(match);
    }
    if (hasErrors(whole, *result.Context)) sayErrors(match);
    const auto templated = around_.instances.around(first == nullptr ? whole : *first, whole);
    match.declared = templated.declared;
    match.body = templated.body;
    if (templated.instance) match.instances = {*templated.instance};
    return true;
  }

  static void sayErrors(RuleMatch& match) {
    say(match, "the compiler finds errors here, so that the code may mean something else");
  }

  CharSourceRange writtenRange(const DynTypedNode& node) const {
    const auto range = CharSourceRange::getTokenRange(node.getSourceRange());
    return range.isValid() ? Lexer::makeFileCharRange(range, manager(), around_.sources.language()) : CharSourceRange();
  }

  // Whether a node is written within another.
  bool holds(const DynTypedNode& whole, const DynTypedNode& node) const {
    const auto outer = writtenRange(whole);
    const auto inner = writtenRange(node);
    if (outer.isInvalid() || inner.isInvalid()) return false;
    const auto [file, begin] = manager().getDecomposedLoc(outer.getBegin());
    const auto [innerFile, innerBegin] = manager().getDecomposedLoc(inner.getBegin());
    return file == innerFile && begin <= innerBegin &&
           manager().getFileOffset(inner.getEnd()) <= manager().getFileOffset(outer.getEnd());
  }

  // The nodes that the template names, and what it makes of them.
  void fill(const MatchResult& result, const DynTypedNode& whole, Found& one) {
    for (const auto& piece : rule_.replace)
      if (piece.bound) addNode(result, whole, piece.text, one.match);
    auto made = fillRuleTemplate(rule_.replace, one.match, textsOf(around_.texts));
    if (made)
      one.made = std::move(*made);
    else
      say(one.match, made.error());
    if (one.file.isInvalid()) return;
    std::vector<ByteRange> kept;
    for (const auto& node : one.match.nodes) {
      if (node.span.file == one.match.span.file) kept.push_back(node.span.range);
      say(one.match, whyTorn(around_.texts.at(node.span.file), node.span.range, around_.sources.language()));
    }
    say(one.match,
        whyLost(around_.texts.at(one.match.span.file), one.match.span.range, kept, around_.sources.language()));
  }

  void addNode(const MatchResult& result, const DynTypedNode& whole, const std::string& name, RuleMatch& match) {
    const auto* node = boundAs(result, name);
    if (node == nullptr || std::ranges::find(match.nodes, name, &RuleNode::name) != match.nodes.end()) return;
    const bool away = !holds(whole, *node) && isInDefault(*node, *result.Context);
    if (away || whoWrote(*node, *result.Context) != Written::kByHand)
      return say(match, fmt::format("what is bound as '{}' is not written here: the compiler adds it", name));
    const auto written = writtenRange(*node);
    if (written.isInvalid())
      return say(match, fmt::format("what is bound as '{}' is not written in one piece: a macro makes a part", name));
    auto span = ownSpan(written);
    if (span.file.empty())
      return say(match,
                 fmt::format("what is bound as '{}' is written in a file that is not the repository's own", name));
    match.nodes.push_back({name, std::move(span)});
  }

  const CompiledRule& rule_;
  const Around& around_;
  std::vector<Found>& found_;
};

// What stands in a template is edited where each of its instantiations wants the same. Those of other units are asked where all
// units are known (solve/rules.h).
void judgeInstances(const std::vector<TemplateInstance>& instances, std::vector<Found>& found) {
  std::set<std::pair<Key, uint32_t>> met;
  for (const auto& one : found)
    for (const auto instance : one.match.instances) met.insert({keyOf(one), instance});
  for (auto& one : found) {
    if (one.match.declared.file.empty() || !one.match.why.empty()) continue;
    for (uint32_t at = 0; at < instances.size() && one.match.why.empty(); ++at)
      if (isAskedFor(one.match, instances[at]) && !met.contains({keyOf(one), at}))
        one.match.why =
            fmt::format("in another instantiation of the template, {}, the rule does not match it", instances[at].name);
  }
}

// A file may be read several times in a unit (`#include "fields.inc"`), and mean another thing each time.
void judgeReadings(const Directives& directives, std::vector<Found>& found) {
  std::set<std::pair<Key, clang::FileID>> met;
  for (const auto& one : found)
    if (one.file.isValid()) met.insert({keyOf(one), one.file});
  for (auto& one : found) {
    if (!one.match.why.empty()) continue;
    const auto isOther = [&](clang::FileID file) { return !met.contains({keyOf(one), file}); };
    const auto& span = one.match.span;
    if (std::ranges::any_of(directives.readingsOf(span.file, span.range.begin), isOther))
      one.match.why = "the file is included more than once, and once the rule does not match it";
  }
}

// One for each place, with all instantiations that it is found in.
void join(std::vector<Found> found, std::vector<RuleMatch>& matches) {
  std::map<std::pair<Key, std::string>, size_t> places;
  for (auto& one : found) {
    const auto [known, fresh] = places.try_emplace({keyOf(one), one.match.why}, matches.size());
    if (fresh)
      matches.push_back(std::move(one.match));
    else
      std::ranges::copy(one.match.instances, std::back_inserter(matches[known->second].instances));
  }
}

}  // namespace

TextOfFile textsOf(const FileTexts& texts) {
  return [&texts](const std::string& file) {
    const auto found = texts.find(file);
    return found == texts.end() ? nullptr : &found->second;
  };
}

void matchRules(clang::ASTContext& context, const RuleSources& sources, const std::vector<CompiledRule>& rules,
                Unit& unit, FileTexts& texts) {
  if (rules.empty()) return;
  const MacroUses macros(sources.map.sources(), sources.map.language(), sources.preprocessor);
  const Instances instances(context, sources.map);
  const Around around{sources.map, macros, instances, texts};
  std::vector<Found> found;
  std::vector<std::unique_ptr<RuleMatcher>> matchers;
  match::MatchFinder finder;
  for (const auto& rule : rules) {
    matchers.push_back(std::make_unique<RuleMatcher>(rule, around, found));
    finder.addDynamicMatcher(rule.matcher, matchers.back().get());
  }
  finder.matchAST(context);
  unit.instances = instances.all();
  judgeInstances(unit.instances, found);
  judgeReadings(sources.directives, found);
  join(std::move(found), unit.rules);
}

}  // namespace gander::rewriter
