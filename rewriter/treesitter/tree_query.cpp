#include "rewriter/treesitter/tree_query.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <tree_sitter/api.h>

#include <algorithm>
#include <array>
#include <optional>

#include "rewriter/treesitter/parser.h"

namespace gander::rewriter {
namespace {

constexpr uint32_t kMatchLimit = 4096;  // matches that are followed at once

struct Language {
  std::string_view name;
  Grammar grammar;
};
constexpr std::array kLanguages = {Language{"python", Grammar::kPython}, Language{"cpp", Grammar::kCpp},
                                   Language{"json", Grammar::kJson}, Language{"yaml", Grammar::kYaml}};

// An operand of a predicate: a capture, or a text.
struct Operand {
  bool capture = false;
  uint32_t id = 0;
  std::string text;
};

struct Predicate {
  std::string name;
  std::vector<Operand> operands;
  std::shared_ptr<const RE2> pattern;  // of #match?
};

// What is wrong with a predicate, if anything is. Makes its pattern.
std::optional<std::string> prepare(Predicate& predicate) {
  static constexpr std::array<std::string_view, 4> kKnown = {"eq?", "not-eq?", "match?", "any-of?"};
  const auto& operands = predicate.operands;
  if (std::ranges::find(kKnown, predicate.name) == kKnown.end())
    return fmt::format("unknown predicate #{}; there are #eq?, #not-eq?, #match? and #any-of?", predicate.name);
  const bool several = predicate.name == "any-of?";
  const bool fits = operands.size() >= 2 && (several || operands.size() == 2) && operands.front().capture;
  if (predicate.name == "match?") {
    if (!fits || operands[1].capture) return "#match? wants a capture and a regular expression";
    predicate.pattern = std::make_shared<const RE2>(operands[1].text, RE2::Quiet);
    if (!predicate.pattern->ok()) return fmt::format("not a regular expression: {}", operands[1].text);
  }
  if (!fits) return fmt::format("#{} wants a capture and a text{}", predicate.name, several ? ", or more" : "");
  return std::nullopt;
}

std::string_view describe(TSQueryError error) {
  switch (error) {
    case TSQueryErrorSyntax: return "a query's syntax is wrong here";
    case TSQueryErrorNodeType: return "the language's grammar has no node of this name";
    case TSQueryErrorField: return "the language's grammar has no field of this name";
    case TSQueryErrorCapture: return "no capture of this name";
    case TSQueryErrorStructure: return "the grammar has no such nesting, so this never matches";
    default: return "the query can't be used";
  }
}

}  // namespace

struct TreeQuery::Compiled {
  struct Delete {
    void operator()(TSQuery* query) const { ts_query_delete(query); }
  };
  Grammar grammar = Grammar::kPython;
  std::unique_ptr<TSQuery, Delete> query;
  std::vector<std::vector<Predicate>> predicates;  // by pattern

  std::string nameOf(uint32_t capture) const {
    uint32_t size = 0;
    const char* name = ts_query_capture_name_for_id(query.get(), capture, &size);
    return {name, size};
  }
  std::string textOf(uint32_t id) const {
    uint32_t size = 0;
    const char* text = ts_query_string_value_for_id(query.get(), id, &size);
    return {text, size};
  }

  std::optional<std::string> readPredicates();
  bool holds(const TSQueryMatch& match, std::string_view text) const;
  bool holds(const Predicate& predicate, const TSQueryMatch& match, std::string_view text) const;
  static std::string valueOf(const Operand& operand, const TSQueryMatch& match, std::string_view text);
};

// What is wrong, if anything is.
std::optional<std::string> TreeQuery::Compiled::readPredicates() {
  for (uint32_t pattern = 0; pattern < ts_query_pattern_count(query.get()); ++pattern) {
    uint32_t count = 0;
    const auto* steps = ts_query_predicates_for_pattern(query.get(), pattern, &count);
    auto& read = predicates.emplace_back();
    Predicate predicate;
    for (uint32_t at = 0; at < count; ++at) {
      if (steps[at].type == TSQueryPredicateStepTypeDone) {
        if (auto wrong = prepare(predicate)) return wrong;
        read.push_back(std::exchange(predicate, {}));
      } else if (predicate.name.empty() && steps[at].type == TSQueryPredicateStepTypeString) {
        predicate.name = textOf(steps[at].value_id);
      } else {
        bool capture = steps[at].type == TSQueryPredicateStepTypeCapture;
        predicate.operands.push_back({capture, steps[at].value_id, capture ? "" : textOf(steps[at].value_id)});
      }
    }
  }
  return std::nullopt;
}

std::string TreeQuery::Compiled::valueOf(const Operand& operand, const TSQueryMatch& match, std::string_view text) {
  if (!operand.capture) return operand.text;
  for (uint16_t at = 0; at < match.capture_count; ++at)
    if (match.captures[at].index == operand.id) return std::string(Node(match.captures[at].node).textIn(text));
  return "";
}

bool TreeQuery::Compiled::holds(const Predicate& predicate, const TSQueryMatch& match, std::string_view text) const {
  auto first = valueOf(predicate.operands[0], match, text);
  auto is = [&](const Operand& operand) { return valueOf(operand, match, text) == first; };
  if (predicate.name == "match?") return RE2::PartialMatch(first, *predicate.pattern);
  if (predicate.name == "not-eq?") return !is(predicate.operands[1]);
  return std::any_of(predicate.operands.begin() + 1, predicate.operands.end(), is);
}

bool TreeQuery::Compiled::holds(const TSQueryMatch& match, std::string_view text) const {
  return std::ranges::all_of(predicates[match.pattern_index],
                             [&](const Predicate& predicate) { return holds(predicate, match, text); });
}

TreeQuery::TreeQuery(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
TreeQuery::TreeQuery(TreeQuery&&) noexcept = default;
TreeQuery& TreeQuery::operator=(TreeQuery&&) noexcept = default;
TreeQuery::~TreeQuery() = default;

std::expected<TreeQuery, QueryProblem> TreeQuery::compile(std::string_view language, std::string_view query) {
  auto known = std::ranges::find(kLanguages, language, &Language::name);
  if (known == kLanguages.end())
    return std::unexpected(QueryProblem{0, fmt::format("no grammar of the language {}", language)});
  auto compiled = std::make_unique<Compiled>();
  compiled->grammar = known->grammar;
  uint32_t offset = 0;
  TSQueryError error = TSQueryErrorNone;
  compiled->query.reset(
      ts_query_new(languageFor(known->grammar), query.data(), static_cast<uint32_t>(query.size()), &offset, &error));
  if (!compiled->query) return std::unexpected(QueryProblem{offset, std::string(describe(error))});
  if (auto wrong = compiled->readPredicates())
    return std::unexpected(QueryProblem{static_cast<uint32_t>(std::min(query.find('#'), query.size())), *wrong});
  return TreeQuery(std::move(compiled));
}

std::vector<QueryMatch> TreeQuery::run(std::string_view text, bool& complete) const {
  SyntaxTree tree(compiled_->grammar, text);
  std::vector<QueryMatch> found;
  if (!tree.root()) return found;
  struct Delete {
    void operator()(TSQueryCursor* cursor) const { ts_query_cursor_delete(cursor); }
  };
  std::unique_ptr<TSQueryCursor, Delete> cursor(ts_query_cursor_new());
  ts_query_cursor_set_match_limit(cursor.get(), kMatchLimit);
  ts_query_cursor_exec(cursor.get(), compiled_->query.get(), tree.root().raw());
  TSQueryMatch match;
  while (ts_query_cursor_next_match(cursor.get(), &match)) {
    if (!compiled_->holds(match, text)) continue;
    QueryMatch captures;
    for (uint16_t at = 0; at < match.capture_count; ++at)
      captures.push_back({compiled_->nameOf(match.captures[at].index), Node(match.captures[at].node).range()});
    found.push_back(std::move(captures));
  }
  complete = complete && !ts_query_cursor_did_exceed_match_limit(cursor.get());
  return found;
}

}  // namespace gander::rewriter
