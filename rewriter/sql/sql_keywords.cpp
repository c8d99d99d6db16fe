// What each keyword means for the names behind it.
#include <map>

#include "rewriter/sql/sql_scanner.h"

namespace gander::rewriter {

SqlScanner::Handler SqlScanner::handlerFor(std::string_view word) {
  static const std::map<std::string_view, Handler> kHandlers = {
      {"FROM", &SqlScanner::onFrom},
      {"JOIN", &SqlScanner::onJoin},
      {"STRAIGHT_JOIN", &SqlScanner::onJoin},
      {"INTO", &SqlScanner::onInto},
      {"OVERWRITE", &SqlScanner::onOverwrite},
      {"UPDATE", &SqlScanner::onUpdate},
      {"TABLE", &SqlScanner::onTable},
      {"VIEW", &SqlScanner::onView},
      {"REFERENCES", &SqlScanner::onReferences},
      {"COPY", &SqlScanner::onVerb},
      {"MERGE", &SqlScanner::onVerb},
      {"TRUNCATE", &SqlScanner::onVerb},
      {"DESCRIBE", &SqlScanner::onVerb},
      {"DESC", &SqlScanner::onVerb},
      {"VACUUM", &SqlScanner::onVerb},
      {"ANALYZE", &SqlScanner::onVerb},
      {"USING", &SqlScanner::onUsing},
      {"ON", &SqlScanner::onOn},
      {"TO", &SqlScanner::onTo},
      {"LIKE", &SqlScanner::onLike},
      {"CLONE", &SqlScanner::onLike},
      {"OF", &SqlScanner::onLike},
      {"WITH", &SqlScanner::onWith},
      {"SELECT", &SqlScanner::onSelect},
      {"WHERE", &SqlScanner::onClause},
      {"GROUP", &SqlScanner::onClause},
      {"ORDER", &SqlScanner::onClause},
      {"HAVING", &SqlScanner::onClause},
      {"LIMIT", &SqlScanner::onClause},
      {"UNION", &SqlScanner::onClause},
      {"EXCEPT", &SqlScanner::onClause},
      {"MINUS", &SqlScanner::onClause},
      {"INTERSECT", &SqlScanner::onClause},
      {"SET", &SqlScanner::onClause},
      {"VALUES", &SqlScanner::onClause},
      {"RETURNING", &SqlScanner::onClause},
      {"WINDOW", &SqlScanner::onClause},
      {"QUALIFY", &SqlScanner::onClause},
      {"FETCH", &SqlScanner::onClause},
      {"OFFSET", &SqlScanner::onClause},
  };
  const auto found = kHandlers.find(word);
  return found == kHandlers.end() ? nullptr : found->second;
}

void SqlScanner::onFrom() {
  ++at_;
  const bool distinct = previousIs("DISTINCT", 2) && (previousIs("IS", 3) || previousIs("NOT", 3));
  if (here().plainFrom || distinct || verbIs("REVOKE") || verbIs("FETCH") || verbIs("MOVE")) return;
  wantTable(true);
}

void SqlScanner::onJoin() {
  ++at_;
  wantTable(true);
}

void SqlScanner::onInto() {
  ++at_;
  const SqlToken* next = peek(0);
  if (next == nullptr || next->is("OUTFILE") || next->is("DUMPFILE") || verbIs("FETCH") || verbIs("EXECUTE")) return;
  if (here().query && next->kind == TokenKind::kHole) return;  // SELECT ... INTO @variable
  wantTable(false);
}

void SqlScanner::onOverwrite() {
  ++at_;
  if (previousIs("INSERT", 2) && !nextIs("DIRECTORY", 0) && !nextIs("LOCAL", 0) && !nextIs("INTO", 0)) wantTable(false);
}

// Not FOR UPDATE, ON UPDATE, DO UPDATE, THEN UPDATE.
void SqlScanner::onUpdate() {
  const bool first = atStatementStart() || previousIs(")") || previousIs("(");
  ++at_;
  if (first) wantTable(false);
}

void SqlScanner::onTable() {
  definition_ = verbIs("CREATE") && statement().tables.empty();
  ++at_;
  if (previousIs("RETURNS", 2) || nextIs("(", 0)) return;
  wantTable(verbIs("DROP") || verbIs("TRUNCATE") || verbIs("LOCK"));
}

void SqlScanner::onView() {
  const bool lateral = previousIs("LATERAL");
  definition_ = !lateral && verbIs("CREATE") && statement().tables.empty();
  ++at_;
  if (!lateral) wantTable(verbIs("DROP"));
}

void SqlScanner::onReferences() {
  ++at_;
  if (!verbIs("GRANT") && !verbIs("REVOKE")) wantTable(false);
}

// Statements that name their table right behind the verb.
void SqlScanner::onVerb() {
  const bool first = atStatementStart();
  ++at_;
  const SqlToken* next = peek(0);
  const bool later = next == nullptr || next->is("INTO") || next->is("TABLE") || next->is("SELECT") ||
                     next->is("WITH") || next->is("(");
  if (first && (!later || (next != nullptr && next->is("(") && verbIs("COPY")))) wantTable(verbIs("TRUNCATE"));
}

void SqlScanner::onUsing() {
  ++at_;
  if (!verbIs("MERGE") && !verbIs("DELETE")) return;
  const bool columns = nextIs("(", 0) && !nextIs("SELECT", 1) && !nextIs("WITH", 1) && !nextIs("VALUES", 1);
  if (!columns) wantTable(verbIs("DELETE"));
}

// CREATE INDEX i ON x, CREATE TRIGGER t AFTER INSERT ON x, GRANT SELECT ON x TO somebody.
void SqlScanner::onOn() {
  ++at_;
  const bool names =
      verbIs("GRANT") || verbIs("REVOKE") || (verbIs("CREATE") && contexts_.size() == 1 && statement().tables.empty());
  const SqlToken* next = peek(0);
  if (!names || next == nullptr || next->kind == TokenKind::kSymbol) return;
  for (const auto* other :
       {"SCHEMA", "DATABASE", "FUNCTION", "SEQUENCE", "ALL", "UPDATE", "DELETE", "COMMIT", "TABLE"}) {
    if (next->is(other)) return;
  }
  wantTable(verbIs("GRANT") || verbIs("REVOKE"));
}

void SqlScanner::onTo() {
  const bool rename = previousIs("RENAME") && (verbIs("ALTER") || verbIs("RENAME")) && statement().tables.size() == 1;
  ++at_;
  if (!rename) return;
  definition_ = true;
  wantTable(false);
}

// CREATE TABLE x LIKE y, CREATE TABLE x (LIKE y), CREATE TABLE x PARTITION OF y.
void SqlScanner::onLike() {
  const bool of = tokens_[at_].is("OF");
  const bool first = verbIs("CREATE") && statement().tables.size() == 1 && statement().tables[0].use.definition;
  const bool behindName = at_ > 0 && tokens_[at_ - 1].range.end >= (first ? statement().tables[0].use.range.end : 0) &&
                          (of ? previousIs("PARTITION") : previousIs("(") || contexts_.size() == 1);
  ++at_;
  if (first && behindName && contexts_.size() <= 2) wantTable(false);
}

// A list of CTEs, unless no name follows: WITH (NOLOCK), WITH TIME ZONE.
void SqlScanner::onWith() {
  ++at_;
  here().with = true;
}

void SqlScanner::onSelect() {
  Context& context = here();
  // Parentheses in table position turn out to hold a query.
  if (context.group) {
    statement().derived = statement().derived || context.outermost;
    context.outermost = false;
  }
  context.query = true;
  onClause();
}

void SqlScanner::onClause() {
  ++at_;
  here().wantsTable = here().inFrom = here().with = false;
}

}  // namespace gander::rewriter
