#include "tests/rewriter/sql/promises.h"

#include <set>

#include "rewriter/sql/lexer.h"
#include "tests/rewriter/sql/edited_text.h"
#include "tests/rewriter/sql/generated_schema.h"

namespace gander::rewriter::sql::generated {
namespace {

constexpr int kDeepest = 4;

// Where tokens begin and end, with their quotes and without; of texts within strings, too.
void addBounds(std::string_view text, const Dialect& dialect, uint32_t from, int depth, std::set<uint32_t>& bounds) {
  for (const Token& token : tokenize(text, dialect).list) {
    for (const uint32_t at : {token.begin, token.end, token.body().begin, token.body().end}) bounds.insert(from + at);
    const ByteRange body = token.body();
    const bool within = token.kind == TokenKind::kString && body.begin < body.end && body.end <= text.size();
    if (within && depth < kDeepest)
      addBounds(text.substr(body.begin, body.size()), dialect, from + body.begin, depth + 1, bounds);
  }
}

// A name in quotes may have several parts within: `a.b.c`.
bool isBound(std::string_view text, uint32_t at, const std::set<uint32_t>& bounds) {
  if (bounds.contains(at)) return true;
  return (at < text.size() && text[at] == '.') || (at > 0 && text[at - 1] == '.');
}

std::string wrongBounds(std::string_view text, DialectName dialect, const SqlResult& result) {
  std::set<uint32_t> bounds;
  addBounds(text, dialectOf(dialect), 0, 0, bounds);
  for (const SqlEdit& edit : result.edits) {
    if (!isBound(text, edit.range.begin, bounds) || !isBound(text, edit.range.end, bounds))
      return "an edit within a token: " + std::to_string(edit.range.begin) + "-" + std::to_string(edit.range.end);
    if (edit.evidence.empty()) return "an edit without evidence: " + edit.now;
    for (const Step& step : edit.evidence) {
      if (step.range.end > text.size() || step.range.begin > step.range.end) return "evidence out of the text";
    }
  }
  for (const SqlJudged& judged : result.judged) {
    if (judged.listed && judged.reason.empty()) return "a listed name without a reason";
  }
  return {};
}

}  // namespace

const Catalog& smallCatalog() {
  static const Schema schema = {{{.name = "plays",
                                  .now = "plays_v2",
                                  .columns = {{"id", "id", Type::kInteger},
                                              {"user_name", "listener_name", Type::kText},
                                              {"kind", "day", Type::kText},
                                              {"day", "order", Type::kInteger}}},
                                 {.name = "users",
                                  .now = "users",
                                  .columns = {{"id", "id", Type::kInteger}, {"user_name", "user_name", Type::kText}}}}};
  static const SchemaCatalog catalog(schema, flavorOf(DialectName::kPostgres), SchemaCatalog::Known::kAll);
  return catalog;
}

std::string brokenPromise(std::string_view text, DialectName dialect) {
  const SqlResult result = rewriteSql(text, smallCatalog(), {.dialect = dialect});
  if (auto wrong = wrongRanges(text, result); !wrong.empty()) return wrong;
  if (auto wrong = wrongBounds(text, dialect, result); !wrong.empty()) return wrong;
  const SqlResult again = rewriteSql(text, smallCatalog(), {.dialect = dialect});
  return show(text, result) == show(text, again) ? "" : "a second reading says something else";
}

}  // namespace gander::rewriter::sql::generated
