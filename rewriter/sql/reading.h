// What the resolver finds in a text: relations, the columns that they put out, scopes, and each name with what it binds to.
//
//   FROM plays p             relation plays (a table), entry `p` of a scope
//   SELECT p.user_name       a use, bound to column user_name of that relation; an output that takes its name and value from it
//   FROM (SELECT ...) q      relation q (a query) with that output as its column
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/sql/lexer.h"
#include "rewriter/sql/sql.h"

namespace gander::rewriter::sql {

using NameId = uint32_t;
using ColumnId = uint32_t;
using RelationId = uint32_t;
using ScopeId = uint32_t;
inline constexpr NameId kNoName = 0;
inline constexpr uint32_t kNone = UINT32_MAX;

// Names as numbers that are equal where the dialect takes them for the same.
class Names {
 public:
  explicit Names(const Dialect& dialect);
  NameId of(std::string_view text, bool quoted);
  // Of a name as it is declared: where quotes make names exact, one of mixed case can only be written in them.
  NameId ofDeclared(std::string_view text);
  std::string_view textOf(NameId id) const { return texts_[id]; }
  size_t size() const { return texts_.size(); }

 private:
  void grow();
  const Dialect& dialect_;
  std::deque<std::string> texts_;  // folded
  std::vector<uint32_t> slots_;
  std::vector<size_t> hashes_;
};

struct ColumnNode {
  enum class Kind : uint8_t {
    kBase,      // a column of a table, or what is nested in one
    kImplicit,  // an output that has the name, and the value, of `source`
    kAlias,     // an output with a name of its own; the value of `source` if there is one
    kStar,      // passed on by a star
    kMerged,    // of several: a set operation by position (the first gives the name), or USING
    kValue,     // anything else
  };
  Kind kind = Kind::kValue;
  NameId name = kNoName;
  ColumnId source = kNone;
  RelationId relation = kNone;     // whose column it is
  const Column* column = nullptr;  // kBase: what the catalog says of it
  std::string path;                // kBase
  ByteRange range;                 // kImplicit: the name that gives it; kAlias: the alias
  uint32_t end = 0;                // kImplicit: where ` AS name` would go
  bool unclear = false;            // kBase: only the case of letters may tell it from another name
  bool byUsing = false;            // kMerged
  std::vector<ColumnId> merged;
};

struct StarSource {
  RelationId relation = kNone;
  ColumnId structure = kNone;  // a star over what is nested in a column
  std::vector<NameId> except;
  ByteRange range;
};

enum class Contract : uint8_t { kNone, kView, kTable, kExport, kRows };

struct Relation {
  enum class Kind : uint8_t { kTable, kQuery, kElement };
  Kind kind = Kind::kTable;
  const Table* table = nullptr;  // kTable: null where the catalog knows nothing
  ByteRange range;               // kTable: its name
  std::vector<ColumnId> outs;    // kQuery, in order
  std::vector<StarSource> stars;
  ColumnId element = kNone;  // kElement: the array
  bool open = false;         // it may have columns that are not known here
  bool byPosition = false;   // names of its outputs mean nothing
  bool unseen = false;       // something that is not understood may read it
  bool fields = false;       // its outputs are fields of a struct: who reads them is not followed
  Contract contract = Contract::kNone;
  std::vector<std::pair<NameId, ColumnId>> found;  // columns that were asked for; kNone: it has none of that name
};

struct ScopeEntry {
  NameId alias = kNoName;
  RelationId relation = kNone;
  bool written = false;           // the alias is written; else it is the table's own name
  bool hidden = false;            // only with its qualifier: excluded.x, inserted.x
  bool labelled = false;          // its name is a hole: it goes by its table's label
  std::vector<NameId> parts;      // of a table without a written alias
  std::vector<ByteRange> ranges;  // of its name parts
  ByteRange range;                // of the alias or the name
};

struct Scope {
  ScopeId parent = kNone;
  std::vector<ScopeEntry> entries;
  std::vector<std::pair<NameId, ColumnId>> merged;  // by USING
  RelationId outputs = kNone;
  bool starred = false;  // `*` puts out all that it reads
  bool open = false;     // some of its FROM is not understood
  bool holes = false;    // text that is not known may name its columns
};

struct Use {
  enum class State : uint8_t { kBound, kOther, kOpen };
  State state = State::kOther;
  ByteRange range;
  bool quoted = false;
  char quote = 0;
  bool qualified = false;
  bool inUsing = false;
  bool outputFirst = false;  // an output of its query comes before a column here
  bool lookedUp = false;     // in the scopes, by its name alone
  bool inText = false;       // in a hole or string: no quotes may be added
  bool takesName = false;    // an unnamed argument of STRUCT: the field is called after it
  bool definition = false;   // where the column itself is declared
  bool afterList = false;    // in a clause where an output's name may be taken for it
  bool borrowed = false;     // it is of interest only as a name of a USING where another one changes
  NameId name = kNoName;
  ColumnId column = kNone;  // kBound
  ScopeId scope = kNone;
  ScopeId boundIn = kNone;  // the scope of the relation
  uint32_t entry = kNone;   // of that scope
  uint32_t seen = kNone;    // how many of its entries stand before
  bool claimed = false;     // kOpen: it may be a changed column
  std::string change;       // kOpen
  std::string reason;       // kOther, kOpen
  uint32_t statement = 0;
};

// A whole row as a value: TO_JSON(p), ARRAY_AGG(p). Its fields go by the names of the relation's columns.
struct RowValue {
  ByteRange range;
  RelationId relation = kNone;
  ScopeId scope = kNone;  // of the query that takes it
  uint32_t statement = 0;
};

// JOIN ... USING (a, b): where the names of its sides part, it becomes ON.
struct UsingClause {
  struct Name {
    ByteRange range;  // without its quotes
    bool quoted = false;
    char quote = 0;
    ColumnId column = kNone;  // what the clause merges; the value is that of the left side, or with RIGHT of the right
    ColumnId leftMerged = kNone;  // the left side is what a clause before it merges
    uint32_t leftEntry = kNone;   // of the scope; kNone: which one it is is not known
    uint32_t rightEntry = kNone;
  };
  ScopeId scope = kNone;
  ByteRange range;  // from USING to its closing bracket
  std::vector<Name> names;
  bool right = false;  // RIGHT JOIN
  bool full = false;   // FULL JOIN: the value is that of either side
  bool clear = true;   // no hole, and nothing behind it
  uint32_t statement = 0;
};

struct TableName {
  RelationId relation = kNone;
  std::vector<ByteRange> parts;
  std::vector<std::string> texts;
  std::vector<bool> quoted;
  std::vector<char> quotes;
  bool qualifier = false;
  bool definition = false;
  bool hole = false;      // some part of it is not known
  bool captured = false;  // by its new name it would be a CTE
  std::string unclear;    // why it is not edited here
  uint32_t statement = 0;
};

// A text within the text that is a script of its own: $$ ... $$
struct Body {
  ByteRange range;
  std::vector<std::string> variables;  // names of parameters
};

struct Reading {
  std::vector<ColumnNode> columns;
  std::vector<Relation> relations;
  std::vector<Scope> scopes;
  std::vector<Use> uses;
  std::vector<UsingClause> usings;
  std::vector<RowValue> rows;
  std::vector<TableName> tables;
  std::vector<Statement> statements;
  std::vector<RelationId> results;  // of each statement: what it puts out, or kNone
  std::vector<SqlHazard> hazards;
  std::vector<Body> bodies;
};

}  // namespace gander::rewriter::sql
