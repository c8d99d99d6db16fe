// Reads statements by their skeleton and binds the names in them: one pass per query, FROM before the rest of its clauses.
//
//   script -> statements -> query: WITH, set operations, select: FROM -> scope, items -> outputs, other clauses
//
// Ranges are of tokens: [begin, end). Brackets are jumped over by Token::match, so a clause is found without reading what is
// nested in it, and each token is read once for each query that it stands in.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>

#include "rewriter/sql/reading.h"

namespace gander::rewriter::sql {

enum class Clause : uint8_t { kSelect, kOther, kGroupBy, kHaving, kOrderBy };

struct CteFrame {
  NameId name = kNoName;
  RelationId relation = kNone;  // kNone: it may be seen from here
  const CteFrame* up = nullptr;
};
using Ctes = const CteFrame*;

struct NamePiece {
  NameId id = kNoName;
  ByteRange body;  // without quotes
  bool quoted = false;
  char quote = 0;
  bool hole = false;
};

struct DottedName {
  static constexpr size_t kMost = 8;
  std::array<NamePiece, kMost> parts;
  size_t count = 0;
  size_t next = 0;  // the token behind it
  ByteRange range;
  bool star = false;  // ends in `.*`
  bool hole = false;
};

enum class Has : uint8_t { kNo, kMaybe, kYes };
struct Found {
  Has has = Has::kNo;
  ColumnId column = kNone;
};

// How CREATE makes a table or view.
struct Created {
  bool view = false;
  bool temporary = false;
  bool ifNotExists = false;
};

// One item of a SELECT list.
struct Item {
  size_t begin = 0;
  size_t end = 0;  // of its expression
  std::optional<NamePiece> alias;
  bool unknownAlias = false;  // the alias is a hole
};

class Resolver {
 public:
  Resolver(std::string_view text, const std::vector<Token>& tokens, const Dialect& dialect, const Catalog& catalog,
           const std::vector<std::string>& variables = {});
  Reading& run();

  // For the plan, which asks what else has a name.
  Found lookup(RelationId relation, NameId name);
  Names& names() { return names_; }
  const Column* changedColumn(ColumnId column) const;
  ColumnId changedBase(ColumnId column) const;  // ... as a column of its table
  ColumnId valueOf(ColumnId column) const;
  bool touches(RelationId relation) const { return touches_[relation]; }
  NameId labelAfter(const ScopeEntry& entry);
  bool isHidden(const ScopeEntry& entry, ScopeId from, ScopeId to);
  bool interesting(NameId name) const { return name < interest_.size() && interest_[name] != 0; }

 private:
  // script.cpp: statements and what stands around them
  void script(size_t begin, size_t end);
  size_t statementEnd(size_t begin, size_t end) const;
  bool startsStatement(size_t at, size_t begin, bool selected) const;
  void segment(size_t begin, size_t end);
  void statement(size_t begin, size_t end);
  void dispatch(size_t begin, size_t end, Ctes ctes);
  void setStatement(size_t begin, size_t end);
  size_t behindExplain(size_t at, size_t end) const;
  size_t skipCondition(size_t at, size_t end);

  // changes.cpp: INSERT, UPDATE, DELETE; merges.cpp: MERGE, COPY, LOAD
  void insertStatement(size_t begin, size_t end, Ctes ctes);
  void insertRest(size_t at, size_t end, ScopeId scope, Ctes ctes);
  void insertSource(size_t at, size_t end, Ctes ctes);
  void upsert(size_t begin, size_t end, ScopeId target, Ctes ctes);
  void addRowAlias(ScopeId scope, NameId alias);
  void updateStatement(size_t begin, size_t end, Ctes ctes);
  void assignments(size_t begin, size_t end, ScopeId target, ScopeId scope, Ctes ctes);
  void deleteStatement(size_t begin, size_t end, Ctes ctes);
  bool targetsOf(size_t begin, size_t end, ScopeId scope);
  void mergeStatement(size_t begin, size_t end, Ctes ctes);
  void mergeAction(size_t begin, size_t end, ScopeId target, ScopeId both, Ctes ctes);
  void starAction(size_t at, ScopeId scope);
  void returning(size_t begin, size_t end, ScopeId scope, Ctes ctes);
  void copyStatement(size_t begin, size_t end);
  void exportTable(const DottedName& name);
  void loadStatement(size_t begin, size_t end);
  ScopeId targetScope(size_t* at, size_t end, bool alias, Ctes ctes = nullptr);
  void columnList(size_t open, ScopeId scope, bool definition = false);

  // definitions.cpp: CREATE; alterations.cpp: ALTER and others that name tables and columns
  void createStatement(size_t begin, size_t end);
  void createOther(size_t begin, size_t end);
  void createStatistics(size_t begin, size_t end);
  void createRelation(size_t at, size_t end, const Created& how);
  void tableDefinition(size_t open, ScopeId scope, RelationId made);
  void tableConstraint(size_t begin, size_t end, ScopeId scope);
  void createIndex(size_t begin, size_t end);
  void fieldTypes(size_t begin, size_t end, ColumnId column, ScopeId scope);
  RelationId likeTable(const DottedName& name);
  void tableKeys(size_t open, ScopeId scope);
  void alterStatement(size_t begin, size_t end);
  bool alterAction(size_t begin, size_t end, ScopeId scope);
  bool renamesTable(size_t at, size_t end, ScopeId scope);
  void tableList(size_t begin, size_t end);
  void showStatement(size_t begin, size_t end);
  void commentStatement(size_t begin, size_t end);
  void grantStatement(size_t begin, size_t end);
  void pragmaStatement(size_t begin, size_t end);
  void ownedColumn(size_t at, size_t end);
  void runtimeDdl(const DottedName& name);

  // routines.cpp: functions, procedures, triggers
  void createRoutine(size_t begin, size_t end);
  void createTrigger(size_t begin, size_t trigger, size_t end);
  void parameters(size_t open);
  void declaration(size_t begin, size_t end);
  void textBody(size_t at, bool always);
  bool variablesHide() const;
  static bool isMode(std::string_view word);
  static bool isType(std::string_view lower);

  // queries.cpp: one query; ctes.cpp: WITH; set_operations.cpp: UNION; pipes.cpp: FROM first
  RelationId query(size_t begin, size_t end, ScopeId outer, Ctes ctes);
  struct CteHead {
    NamePiece name;
    size_t columns = 0;  // the bracket of its column list; 0: it has none
    size_t open = 0;     // the brackets of its query
    size_t close = 0;
  };
  Ctes withList(size_t* at, size_t end, ScopeId outer, Ctes ctes);
  std::optional<CteHead> cteHead(size_t at, size_t end);
  RelationId recursiveCte(const CteHead& head, ScopeId outer, Ctes ctes);
  size_t behindMaterialized(size_t at, size_t end) const;
  size_t behindSearch(size_t at, size_t end) const;
  size_t cteListEnd(size_t at, size_t end) const;
  Ctes namesAhead(size_t at, size_t end, Ctes ctes, bool sure);
  RelationId queryBody(size_t begin, size_t end, ScopeId outer, Ctes ctes, RelationId recursive = kNone);
  RelationId operand(size_t begin, size_t end, ScopeId outer, Ctes ctes);
  RelationId stages(size_t at, size_t end, ScopeId outer, Ctes ctes, ScopeId scope, RelationId result);
  void insertBranches(size_t at, size_t end, ScopeId scope, Ctes ctes);
  RelationId combineByName(const std::vector<RelationId>& branches, RelationId whole);
  static bool isSide(Word word);
  RelationId combine(const std::vector<RelationId>& branches, bool byName);
  struct SelectParts {
    size_t list = 0;
    size_t listEnd = 0;
    size_t fromBegin = 0;  // the end of the query where there is no FROM
    size_t fromEnd = 0;
    std::vector<size_t> clauses;  // the words that they begin with
  };
  SelectParts selectParts(size_t begin, size_t end) const;
  RelationId select(size_t begin, size_t end, ScopeId outer, Ctes ctes);
  std::pair<size_t, bool> selectQuantifiers(size_t at, size_t end, ScopeId scope, Ctes ctes, RelationId out);
  RelationId wholeTable(const DottedName& name, Ctes ctes);
  RelationId changing(size_t begin, size_t end, Ctes ctes);
  RelationId values(size_t begin, size_t end, ScopeId outer, Ctes ctes);
  RelationId piped(size_t begin, size_t end, ScopeId outer, Ctes ctes);
  void pipeStage(size_t begin, size_t end, ScopeId scope, Ctes ctes, RelationId* result);
  void clause(size_t begin, size_t end, ScopeId scope, Ctes ctes);
  void orderBy(size_t begin, size_t end, ScopeId scope, Ctes ctes, Clause clause);
  void namedWindows(size_t begin, size_t end, ScopeId scope, Ctes ctes);
  size_t behindWindow(size_t open, size_t end) const;
  RelationId columnAliases(size_t open, RelationId relation);
  bool isQuery(size_t at, size_t end) const;
  bool startsQuery(size_t at, size_t end) const;
  size_t setOperation(size_t at, size_t begin, size_t end) const;

  // select_items.cpp
  void items(size_t begin, size_t end, ScopeId scope, Ctes ctes, RelationId out);
  void item(size_t begin, size_t end, ScopeId scope, Ctes ctes, RelationId out);
  Item splitItem(size_t begin, size_t end) const;
  bool holeStar(const Item& item, ScopeId scope, RelationId out);
  void addHoleStar(const HoleStar& found, size_t at, RelationId out);
  bool starItem(const Item& item, ScopeId scope, Ctes ctes, RelationId out);
  void starModifiers(size_t at, size_t end, ScopeId scope, Ctes ctes, RelationId out, StarSource& star);
  ScopeId starScope(ScopeId scope, const std::vector<RelationId>& sources);
  void exceptColumn(const DottedName& name, ScopeId scope, const StarSource& star);
  void implicitOutput(const Item& item, RelationId out, size_t usesBefore);
  std::optional<size_t> plainName(size_t begin, size_t end) const;
  std::optional<size_t> nameGiver(size_t begin, size_t end) const;
  std::optional<std::pair<size_t, size_t>> aroundNameGiver(size_t begin, size_t end) const;
  std::optional<size_t> elseOf(size_t begin, size_t end) const;
  bool endsValue(const Token& token) const;

  // from.cpp; joins.cpp; row_sources.cpp: functions, UNNEST; pivots.cpp: relations made of others
  void from(size_t begin, size_t end, ScopeId scope, Ctes ctes);
  size_t fromItem(size_t at, size_t end, ScopeId scope, Ctes ctes);
  size_t tableItem(size_t at, size_t end, ScopeId scope, Ctes ctes);
  size_t functionItem(const DottedName& name, size_t end, ScopeId scope, Ctes ctes);
  RelationId function(const DottedName& name, ScopeId scope, Ctes ctes);
  void declaredColumns(size_t begin, size_t end, RelationId relation);
  bool touchesColumn(ColumnId column) const;
  bool givesScalars(size_t begin, size_t end) const;
  size_t unnest(size_t at, size_t end, ScopeId scope, Ctes ctes);
  size_t lateralView(size_t at, size_t end, ScopeId scope, Ctes ctes);
  size_t afterItem(size_t at, size_t end, ScopeId scope, Ctes ctes, RelationId relation, const DottedName* name);
  size_t behindIndexHint(size_t at, size_t end) const;
  bool isTimeTravel(size_t at, size_t end) const;
  RelationId matchRecognize(size_t open, size_t end, RelationId relation, const NamePiece* alias,
                            const DottedName* name, ScopeId scope, Ctes ctes);
  size_t pivot(size_t at, ScopeId scope, Ctes ctes, RelationId* relation);
  void unpivotColumns(size_t open, ScopeId scope, Ctes ctes);
  struct JoinKind {
    size_t natural = kNone;  // the token
    bool semi = false;       // or anti
    bool right = false;
    bool full = false;
    uint32_t first = 0;   // entries of its left side begin here
    uint32_t joined = 0;  // ... and those of its right side
  };
  size_t usingColumns(size_t at, size_t end, const JoinKind& join, ScopeId scope);
  ColumnId mergeByUsing(const NamePiece& piece, ScopeId scope);
  uint32_t sideOf(NameId name, ScopeId scope, uint32_t begin, uint32_t end);
  void borrowInterest(const UsingClause& clause);
  void mayRead(Ctes ctes);
  void unknownPart(size_t begin, size_t end, ScopeId scope, Ctes ctes);
  JoinKind joinKind(size_t* at, size_t end) const;
  void naturalJoin(size_t at, ScopeId scope, size_t right);
  std::optional<std::vector<std::string>> tableColumns(RelationId relation) const;
  bool meetsByName(RelationId left, RelationId right);
  void mergeByName(ScopeId scope, size_t right);
  size_t conditionEnd(size_t at, size_t end) const;
  bool isJoinWord(size_t at) const;
  bool mayBeAlias(size_t at, size_t end) const;
  RelationId tableNamed(const DottedName& name, Ctes ctes, bool definition = false);
  void addEntry(ScopeId scope, RelationId relation, const NamePiece* alias, const DottedName* name);
  void noteRead(RelationId relation);

  // expressions.cpp; calls.cpp
  void walk(size_t begin, size_t end, ScopeId scope, Ctes ctes, Clause clause);
  void tooDeep(size_t begin, size_t end, ScopeId scope);
  size_t step(size_t at, size_t end, ScopeId scope, Ctes ctes, Clause clause);
  size_t word(size_t at, size_t end, ScopeId scope, Ctes ctes, Clause clause);
  size_t call(size_t open, const DottedName& name, size_t end, ScopeId scope, Ctes ctes, Clause clause);
  void mayBeText(size_t before);
  void openSince(size_t use, std::string_view reason);
  bool quotesNames();
  size_t path(const DottedName& name, size_t first, size_t next, size_t end, ScopeId scope, Clause clause, Ctes ctes);
  void dateArguments(size_t open, bool first, size_t least, ScopeId scope, Ctes ctes, Clause clause);
  bool lambdaArguments(size_t open, ScopeId scope, Ctes ctes, Clause clause);
  void addParameter(const NamePiece& piece, ColumnId array, ScopeId scope, size_t end);
  void wholeRows(ByteRange range, ScopeId scope);
  void structArguments(size_t open, ScopeId scope, Ctes ctes);
  void holeInExpression(const Token& hole, ScopeId scope, Clause clause);
  bool mayBeName(const Token& hole) const;
  DottedName nameInText(ByteRange last, uint32_t begin);
  size_t skipType(size_t at, size_t end) const;
  bool takesTypes(const Token& word) const;
  bool isShadowed(NameId name, size_t at) const;

  // binding.cpp: what a name binds to; lookup.cpp: what a relation has
  bool readName(size_t at, size_t end, bool table, DottedName& out);
  void splitWhole(DottedName& name);
  void resolveName(const DottedName& name, ScopeId scope, Clause clause, bool lone);
  bool isQualifier(const DottedName& name, size_t length, const ScopeEntry& entry) const;
  bool resolveQualified(const DottedName& name, ScopeId scope);
  bool wholeRow(const DottedName& name, ScopeId scope, Clause clause);
  void countedColumn(ByteRange range, ScopeId scope);
  void resolveColumn(const NamePiece& piece, ScopeId scope, Clause clause, bool lone, size_t use);
  void setSeen(Use& use) const;
  void bindInScopes(const NamePiece& piece, ScopeId scope, Use& use);
  void bindIn(const NamePiece& piece, RelationId relation, Use& use);
  void preferOutput(const NamePiece& piece, ScopeId scope, Clause clause, bool lone, Use& use);
  void resolveNested(const DottedName& name, size_t from, ColumnId column, ScopeId scope);
  void resolveTarget(const NamePiece& piece, ScopeId scope, bool definition);
  Use& addUse(const NamePiece& piece, ScopeId scope);
  Found lookupFresh(RelationId relation, NameId name);
  Found lookupTable(RelationId relation, NameId name);
  Found lookupQuery(RelationId relation, NameId name);
  Found lookupNested(ColumnId column, NameId name);
  ColumnId columnOf(const DottedName& name, ScopeId scope);
  ColumnId outputNamed(ScopeId scope, NameId name);
  bool carries(ColumnId column) const;
  std::string shown(const ScopeEntry& entry) const;
  void noteInterest(const Table& table);

  struct TableIndex {
    std::unordered_map<NameId, const Column*>
        columns;                             // by the first part of the path; null: only nested ones are known
    std::unordered_map<NameId, bool> loose;  // names that only a case of letters tells apart
  };
  const TableIndex& indexOf(const Table& table);

  void setInterest(NameId name, uint8_t bit);
  const Token& token(size_t at) const { return tokens_[at]; }
  bool is(size_t at, size_t end, Word word) const { return at < end && tokens_[at].word == word; }
  bool is(size_t at, size_t end, char symbol) const { return at < end && tokens_[at].is(symbol); }
  bool isNameToken(size_t at, size_t end) const;
  size_t behind(size_t at, size_t end) const;  // the next token at this depth
  size_t findSymbol(size_t begin, size_t end, char symbol) const;
  size_t findWord(size_t begin, size_t end, Word word) const;  // at this depth; `end` if there is none
  std::vector<std::pair<size_t, size_t>> splitCommas(size_t begin, size_t end) const;
  std::string_view slice(ByteRange range) const { return text_.substr(range.begin, range.size()); }
  NamePiece pieceOf(size_t at);
  RelationId addRelation(Relation relation, bool touches);
  RelationId queryRelation();
  ScopeId addScope(ScopeId parent);
  ColumnId addColumn(ColumnNode node);
  ColumnId addOutput(RelationId relation, ColumnNode node);
  Statement& here() { return out_.statements.back(); }
  void notUnderstood() {
    if (!out_.statements.empty()) here().understood = false;
  }
  void touch(RelationId relation) { touches_[relation] = true; }

  std::string_view text_;
  const std::vector<Token>& tokens_;
  const Dialect& dialect_;
  const Catalog& catalog_;
  Names names_;
  std::vector<uint32_t> inBrackets_;  // by token: the first behind the brackets that open there
  Reading out_;
  std::vector<bool> touches_;                              // by relation: it may put out a changed column
  std::vector<bool> aliases_;                              // by name: a relation that matters goes by it
  std::vector<uint8_t> interest_;                          // by name
  std::vector<std::pair<NameId, size_t>> shadows_;         // parameters of lambdas, and the token where they end
  std::vector<std::pair<size_t, RelationId>> subqueries_;  // in expressions: the token that opens one
  std::deque<CteFrame> frames_;
  std::map<std::string, RelationId> made_;  // tables and views that the text makes, by folded name
  std::unordered_map<const Table*, TableIndex> indexes_;
  std::vector<NameId> variables_;  // and parameters
  bool declaring_ = false;         // behind DECLARE
  ScopeId outside_ = kNone;        // of all statements: the rows of a trigger
  std::optional<bool> quotesNames_;
  RelationId returned_ = kNone;  // of the last RETURNING or OUTPUT
  int depth_ = 0;
};

// Whether a clause behind FROM begins.
bool startsClause(const Token& one, const Token& next);

// DAY, WEEK: bare words that are no columns where a part of a date stands.
bool isDatePart(std::string_view word);

// A name that is of interest only because of the USING that it stands in.
inline constexpr uint8_t kBorrowed = 4;

// How deep queries may be nested; what is deeper is a hole.
inline constexpr int kDeepest = 200;

}  // namespace gander::rewriter::sql
