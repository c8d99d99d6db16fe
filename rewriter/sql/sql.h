// What becomes of a text of SQL when some of the tables and columns that it names move on. Pure: text in, edits out.
//
//   text -> tokens (lexer.h) -> statements, queries, scopes (resolver.h) -> names bound to columns -> edits (plan.h)
//
//   WITH u AS (SELECT user_name FROM plays_v1) SELECT u.user_name FROM u JOIN users ON users.user_name = u.user_name
//     ->  WITH u AS (SELECT listener_name FROM plays_v2) SELECT u.listener_name AS user_name FROM u JOIN users ON ...
//
// No grammar of any dialect stands behind it: the skeleton of a statement is read, and of expressions the dotted names, calls and
// nested queries. What is not understood is a hole: names that it could bind are open, never wrong. Offsets are bytes of the text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "rewriter/sql/dialect.h"

namespace gander::rewriter::sql {

// The byte that a caller puts where text is filled in later; a run of them is one hole.
inline constexpr char kHoleByte = '\x01';

// One part of a table's name as written.
struct NamePart {
  std::string_view text;  // without quotes; a hole's text as it stands
  bool quoted = false;
  bool hole = false;
  ByteRange range;  // without quotes
};

// What becomes of one column. `path` has dots for what is nested in it: "listener.name", "items.price".
struct Column {
  std::string path;
  std::string now;     // the new last name; empty: it stays
  std::string change;  // an id for the caller, of an edit or a listed name; empty: nothing happens to it
  std::string reason;  // why there is no new name although there is a change: each use is listed
};

// A table, view or other relation as the caller knows it.
struct Table {
  std::string name;  // for people
  std::vector<Column> columns;
  bool complete = false;  // it has no other columns than these
  bool dataset = false;   // some of its columns change, or its name does: names that may be its columns are claimed
  bool atNew = false;     // named by its new name: columns are met under their new names, old ones are not its
  std::vector<std::string> shifts;  // changes that add, remove or move a column: stars and positions are hazards
  size_t key = 0;                   // the caller's
  std::string label;                // what it goes by where its name is a hole; empty: that is not known
  bool labelMoves = false;          // ... and will not from now on

  // What replaces the parts of its name where it was found, from the last one backward; empty: nothing.
  std::vector<std::string> nowParts;
  std::string change;   // the id of that
  std::string unclear;  // not empty: it may be this table or another one, and why; nothing is edited
};

// An expression of a template that puts out the columns of a table, but for some: {{ dbt_utils.star(from=ref('plays')) }}.
struct HoleStar {
  const Table* of = nullptr;
  std::vector<std::string> except;
};

// An expression of a template that makes a whole query.
struct HoleQuery {
  const Table* of = nullptr;  // it puts out all columns of this: {{ dbt_utils.deduplicate(ref('plays'), ...) }}
  bool reads = true;          // it may read something; false: {{ dbt_utils.date_spine(...) }} reads no table
};

class Catalog {
 public:
  virtual ~Catalog() = default;
  // The relation of that name; null: nothing is known of it. It must live as long as the result. `parts` may hold holes.
  virtual const Table* find(std::span<const NamePart> parts, const Dialect& dialect) const = 0;
  // ... where all parts of the name are written: what only may be meant does not count.
  virtual const Table* findWhole(std::span<const NamePart> parts, const Dialect& dialect) const {
    return find(parts, dialect);
  }
  // Names of which every use is judged, whether one of its tables is read or not: old and new names of changed columns, and the
  // names on the way to nested ones.
  virtual std::vector<std::string> names() const { return {}; }
  // Names in a hole's text that are columns where they stand: a macro's arguments. Ranges of the whole text.
  virtual std::vector<ByteRange> columnsInHole(std::string_view /*text*/, ByteRange /*hole*/) const { return {}; }
  virtual HoleQuery queryInHole(std::string_view /*text*/, ByteRange /*hole*/) const { return {}; }
  virtual std::optional<HoleStar> starInHole(std::string_view /*text*/, ByteRange /*hole*/) const {
    return std::nullopt;
  }
};

// What is done where a changed column gives its name to an output of a statement.
enum class Outputs {
  kContracts,  // keep at views, tables, exports and rows; follow within a statement
  kKeep,       // keep, everywhere that a name comes out
  kFollow,     // rename onward
};

struct Options {
  DialectName dialect = DialectName::kTolerant;
  Outputs outputs = Outputs::kContracts;
  bool rowsFollow = false;  // the rows of a bare query may have the new names: who reads them is edited too
  // The rows of the bare query within `madeBy` are a relation whose columns are renamed: what they are called now.
  std::vector<Column> made;
  ByteRange madeBy;
};

struct Step {
  ByteRange range;
  std::string why;
};

struct SqlEdit {
  ByteRange range;  // empty for an insertion
  std::string now;  // as it must stand in the SQL, with the dialect's quotes where they are needed
  std::string change;
  size_t statement = 0;  // Statement::range.begin: edits of one statement go together
  std::vector<Step> evidence;
};

// A name that was judged and is not edited.
struct SqlJudged {
  ByteRange range;
  bool listed = false;  // false: it is something else, as `reason` says
  bool blocks = false;  // it must change with its statement
  std::string change;
  std::string reason;
  size_t statement = 0;
};

struct SqlHazard {
  std::string name;  // "select-star", "position", "runtime-ddl", "output-renamed", "natural-join"
  ByteRange range;
  std::string message;
};

// An output of a statement, as those who read it see it.
struct Output {
  std::string name;    // before
  std::string now;     // after; the same where it stays
  std::string change;  // of the column that it passes on
  ByteRange range;
  bool passes = false;        // it passes a changed column's value on (under whatever name)
  const Table* of = nullptr;  // the table of that, if `passes`
  size_t table = 0;           // its key
  std::string path;           // of that
};

// What a statement makes of its outputs.
enum class Makes { kNothing, kRows, kView, kTable, kInsert, kExport };

struct Statement {
  ByteRange range;
  std::string verb;  // upper case
  Makes makes = Makes::kNothing;
  std::vector<NamePart> made;  // the name of the view or table that it makes
  std::vector<Output> outputs;
  bool outputsKnown = false;              // `outputs` is all of them, in order
  bool star = false;                      // some come by a star
  std::vector<const Table*> reads;        // relations of the catalog in FROM, at any depth, each once
  std::vector<std::string> unknownReads;  // other base tables in FROM, as written
  bool understood = true;                 // no unknown part in FROM and SELECT lists
};

struct SqlResult {
  std::vector<SqlEdit> edits;     // sorted by place
  std::vector<SqlJudged> judged;  // sorted by place
  std::vector<SqlHazard> hazards;
  std::vector<Statement> statements;
};

SqlResult rewriteSql(std::string_view text, const Catalog& catalog, const Options& options);

// Whether text starts with a statement's keyword and has what such a statement can't be without.
bool looksLikeSql(std::string_view text);

}  // namespace gander::rewriter::sql
