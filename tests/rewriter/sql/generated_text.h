// A generated text of SQL, and beside it what each name in it means.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "tests/rewriter/sql/generated_schema.h"

namespace gander::rewriter::sql::generated {

inline constexpr size_t kNone = static_cast<size_t>(-1);

// Something that a name in the text may mean. Ids are indices of GeneratedText's lists.
struct Named {
  enum class Kind { kTable, kColumn, kAlias, kOutput };
  Kind kind = Kind::kAlias;
  std::string name;
  std::string now;         // for a table or column of the schema; what has a name by AS keeps it
  size_t given = kNone;    // an output without AS: the token that gives it its name ...
  size_t itemEnd = kNone;  // ... and the mark where an AS would stand
  size_t value = kNone;    // an output with AS: the column that it shows, if it is nothing more
  size_t through = kNone;  // an output that a star makes of another one
  Type type = Type::kText;
  bool simple = true;     // no aggregate, window or query is in it
  bool referable = true;  // it has a name that is known
};

struct Relation {
  size_t label = kNone;  // its alias, or the table or CTE itself
  std::vector<size_t> columns;
};

// What a query's names are looked for in.
struct Scope {
  size_t parent = kNone;
  Clause parentClause = Clause::kPlain;  // the clause of the parent that this query stands in
  size_t parentRelations = kNone;        // how many of the parent's relations are seen from there; kNone: all
  size_t parentReach = kNone;            // how many of them may be meant there
  std::vector<Relation> relations;
  std::vector<std::vector<size_t>> merged;  // columns that USING made one
  std::vector<size_t> outputs;
};

struct Token {
  enum class Role {
    kColumn,      // looked up in scopes
    kRelation,    // a table, view or CTE where one is read or written
    kQualifier,   // before a column
    kTarget,      // a column of the table that is written: in a list, or left of '='
    kMerged,      // a column in USING
    kDefinition,  // what gets this name here; and a window where it is used
  };
  Role role = Role::kColumn;
  ByteRange range;  // without quotes
  bool quoted = false;
  std::vector<size_t> means;  // two or more in USING
  size_t scope = kNone;       // for columns and qualifiers
  size_t relations = kNone;   // how many relations of the scope are seen; kNone: all
  Clause clause = Clause::kPlain;
  size_t qualifier = kNone;  // the token before it
  bool inSchema = false;     // kRelation: its schema stands before it
  std::vector<size_t> ctes;  // kRelation: the CTEs that are seen here, the nearest last
};

// What is known of one output of the statement.
struct GeneratedOutput {
  size_t named = kNone;
  bool byStar = false;
};

struct GeneratedText {
  std::string text;
  std::vector<Named> named;
  std::vector<Token> tokens;
  std::vector<Scope> scopes;
  std::vector<uint32_t> marks;           // offsets
  std::vector<GeneratedOutput> outputs;  // of the query at the end, or of RETURNING
  bool ordered = false;                  // its rows have one order
  bool writes = false;                   // the tables' contents are its result, too
  bool naturalJoin = false;
  std::string made;                          // the view or table that it makes
  std::vector<GeneratedOutput> madeOutputs;  // ... and its columns, where they have no list of their own
};

// A part of a text before its offsets are known.
struct Piece {
  std::string text;
  size_t token = kNone;
  size_t mark = kNone;
};
struct Fragment {
  std::vector<Piece> pieces;
  Fragment& say(std::string_view text) {
    pieces.push_back({std::string(text)});
    return *this;
  }
  Fragment& add(const Fragment& other) {
    pieces.insert(pieces.end(), other.pieces.begin(), other.pieces.end());
    return *this;
  }
};

// What a thing is found by, before or after: its key, or an empty one if it is not.
struct Keys {
  std::function<std::string(size_t named)> of;
  std::function<std::string(size_t named)> ofOutput;  // of an output, within its own query
};

// What a bare name finds where a token stands; empty: nothing. Of columns that are one by USING, all. More than one that are not
// one: an error in every database.
struct Found {
  std::vector<size_t> named;
  bool several = false;
  bool unclear = false;  // an input and an output have it, and the dialect is not sure
};
Found findColumn(const GeneratedText& text, const Token& place, const std::string& key, const Keys& keys);

// The columns of the relation with that label, nearest first; null: there is none, or several.
const Relation* findRelation(const GeneratedText& text, const Token& place, const std::string& key, const Keys& keys);

}  // namespace gander::rewriter::sql::generated
