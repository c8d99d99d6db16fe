#include "rewriter/solve/queries.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rewriter/sql/lexer.h"

namespace gander::rewriter {

const sql::Output* Query::findOutput(std::string_view name) const {
  if (rows == nullptr) return nullptr;
  const sql::Output* near = nullptr;
  for (const auto& output : rows->outputs) {
    if (output.name == name) return &output;
    if (near == nullptr && toLowerAscii(output.name) == toLowerAscii(name)) near = &output;
  }
  return near;
}

bool Query::passesChanges() const {
  return rows != nullptr && std::any_of(rows->outputs.begin(), rows->outputs.end(), [](const sql::Output& output) {
           return output.passes && !output.change.empty();
         });
}

bool Query::namesItsOutputs() const {
  if (rows == nullptr || !rows->outputsKnown) return false;
  std::set<std::string> names;
  return std::all_of(rows->outputs.begin(), rows->outputs.end(), [&](const sql::Output& output) {
    return output.name.empty() || names.insert(toLowerAscii(output.name)).second;
  });
}

bool Query::readsDataset() const {
  auto reads = [](const sql::Statement& statement) {
    return std::any_of(statement.reads.begin(), statement.reads.end(),
                       [](const sql::Table* table) { return table->dataset; });
  };
  return !result.edits.empty() || std::any_of(result.statements.begin(), result.statements.end(), reads);
}

static void findRows(Query& query) {
  for (const auto& statement : query.result.statements) {
    if (statement.makes != sql::Makes::kRows) continue;
    if (query.rows != nullptr) {
      query.rows = nullptr;
      query.rowsUnclear = "several statements of the query give rows";
      return;
    }
    query.rows = &statement;
  }
  if (query.rows == nullptr) query.rowsUnclear = "the query's text is not understood";
}

static std::string_view wordOfHole(std::string_view hole) {
  switch (hole.front()) {
    case '%': return "percent";
    case '{': return hole.starts_with("{{") ? "" : "brace";
    case '?': return "question";
    case '$': return hole.size() > 1 && hole[1] >= '0' && hole[1] <= '9' ? "dollar" : "";
    case ':': return "colon";
    case '@': return "at";
    default: return "";
  }
}

// Placeholders as numbers of the same length: what is filled in there is a value, whatever else the text leaves open.
//   SELECT user_name, %s FROM plays  ->  SELECT user_name, 00 FROM plays
static std::string withoutPlaceholders(const std::string& text, sql::DialectName dialect,
                                       const std::vector<std::string>& holes) {
  auto out = text;
  if (holes.empty()) return out;
  for (const auto& token : sql::tokenize(text, sql::dialectOf(dialect)).list) {
    if (token.kind != sql::TokenKind::kHole || token.begin >= token.end) continue;
    auto word = wordOfHole(std::string_view(text).substr(token.begin, token.end - token.begin));
    if (std::find(holes.begin(), holes.end(), word) != holes.end())
      out.replace(token.begin, token.end - token.begin, token.end - token.begin, '0');
  }
  return out;
}

std::shared_ptr<const Query> Queries::resolve(const std::string& text, const sql::Options& options,
                                              const std::vector<std::string>& holes) {
  auto& known = known_[{text, options.dialect, options.outputs, options.rowsFollow, holes}];
  if (known) return known;
  auto query = std::make_shared<Query>();
  query->text = text;
  query->readAs = withoutPlaceholders(text, options.dialect, holes);
  query->options = options;
  query->result = sql::rewriteSql(query->readAs, catalog_, options);  // names of the result are parts of the text
  findRows(*query);
  known = query;
  return query;
}

sql::Options Queries::optionsFor(const std::string& file, const std::string& text, std::string_view dialect) const {
  auto options = sqlPolicyOf(meaning_.migration(), file);
  if (auto said = sql::findDialect(dialect); said) options.dialect = *said;
  if (options.dialect == sql::DialectName::kTolerant) options.dialect = sql::guessDialect(text);
  return options;
}

}  // namespace gander::rewriter
