// Writes statements. Private to query_generator.h.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/rewriter/sql/generated_text.h"

namespace gander::rewriter::sql::generated {

// Where an expression stands: what its names are looked for in.
struct Place {
  size_t scope = kNone;
  Clause clause = Clause::kPlain;
  size_t relations = kNone;  // how many relations of the scope lookups see; kNone: all
  size_t reach = kNone;      // how many of them may be meant
  bool own = false;          // nothing of the queries around is meant
};

// What a query is wanted for.
struct Wish {
  Place around;
  std::vector<Type> types;  // of its outputs; empty: any
  bool namesMatter = true;  // each output has a name of its own
  bool top = false;         // its outputs are the statement's
  bool oneValue = false;    // one row, one column
  size_t depth = 0;         // how deep it may nest
};

struct WrittenQuery {
  Fragment text;
  std::vector<size_t> outputs;
  std::vector<bool> byStar;
  bool ordered = false;
};

// A table, view or CTE that can be read by its name.
struct Readable {
  size_t label = kNone;
  std::vector<size_t> columns;
};

class QueryWriter {
 public:
  QueryWriter(Choices& choices, const Schema& schema, const Flavor& flavor);
  GeneratedText run();

 private:
  struct Item {
    Fragment text;
    size_t output = kNone;
    size_t key = kNone;  // what it groups by, and shows
    bool byStar = false;
  };
  struct Key {
    size_t relation = 0;
    size_t column = 0;
  };
  struct Select {
    size_t scope = kNone;
    size_t depth = 0;
    std::vector<Item> items;
    std::vector<Key> keys;
    std::vector<Fragment> windows;  // definitions
    bool grouped = false;
    bool distinct = false;
  };
  struct Joined {
    Fragment text;
    bool needsCondition = false;
    bool lateral = false;
  };

  // Names (query_names.cpp)
  size_t addNamed(Named named);
  size_t addOutput(std::string name, Type type);
  size_t addMark();
  size_t addScope(const Place& around);
  Relation use(size_t label, const std::vector<size_t>& columns);
  std::string nameOf(size_t named) const;
  std::string keyOf(size_t named) const;
  Keys keys() const;
  bool moves(size_t named) const;
  Fragment spelled(Token token);
  Fragment define(size_t named);
  Fragment window(size_t named);
  Fragment bare(size_t column, const Place& place, size_t* token = nullptr);
  Fragment qualified(const Relation& relation, size_t column, const Place& place, size_t* token = nullptr);
  std::optional<Fragment> column(std::optional<Type> type, const Place& place, size_t* named = nullptr,
                                 size_t* token = nullptr);
  std::optional<Fragment> reference(size_t relation, size_t scope, size_t column, const Place& place, size_t* token);
  std::string freshName(std::initializer_list<std::string_view> plain, const std::vector<std::string>& taken);
  std::string poolName();
  Fragment list(const std::vector<Fragment>& parts) const;

  // Expressions (query_expressions.cpp)
  Fragment literal(Type type);
  Fragment expression(Type type, const Place& place, size_t depth);
  Fragment integer(const Place& place, size_t depth);
  Fragment words(const Place& place, size_t depth);
  Fragment choice(Type type, const Place& place, size_t depth);
  Fragment condition(const Place& place, size_t depth);
  Fragment comparison(const Place& place, size_t depth);
  Fragment membership(const Place& place, size_t depth);
  Fragment existence(const Place& place, size_t depth);
  Fragment rowMembership(const Place& place, size_t depth);
  Fragment aggregate(Type type, const Place& place);
  Fragment oneValue(Type type, const Place& place, size_t depth);

  // FROM (query_from.cpp)
  std::vector<Joined> from(size_t scope, const Place& around, size_t depth);
  Fragment joined(size_t scope, const std::vector<Joined>& parts, size_t depth);
  Fragment relation(size_t scope, const Place& around, size_t depth);
  Fragment stored(size_t scope);
  Fragment derived(size_t scope, const Place& around, size_t depth, bool lateral);
  Fragment tableName(size_t scope, size_t label, bool inSchema);
  void join(size_t scope, size_t at, Joined& right);
  std::optional<Fragment> usingList(size_t scope, size_t at);
  bool natural(size_t scope, size_t at);
  std::vector<Readable> readable() const;
  bool isHidden(size_t label) const;
  size_t addAlias(size_t scope, const std::string& key);
  std::vector<size_t> columnList(Fragment& text, const std::vector<size_t>& columns);

  // Select lists (query_items.cpp)
  void writeItems(Select& select, const Wish& wish);
  bool star(Select& select, const Wish& wish);
  Item item(Select& select, const Wish& wish, std::optional<Type> type);
  Item bareItem(Select& select, const Wish& wish, std::optional<Type> type);
  Item groupedItem(Select& select, const Wish& wish, std::optional<Type> type);
  std::optional<Item> keptNameItem(Select& select);
  Item windowItem(Select& select, const Wish& wish);
  Item namedItem(Select& select, Fragment text, Type type, bool simple);
  Item anyItem(Select& select, const Wish& wish, Fragment text, Type type);
  Item unnamedItem(Fragment text, size_t token, Type type);
  bool isTaken(const Select& select, const std::string& key) const;
  Fragment windowBody(const Place& place);

  // Queries (query_select.cpp, query_with.cpp)
  WrittenQuery query(const Wish& wish);
  WrittenQuery body(const Wish& wish);
  WrittenQuery select(const Wish& wish, Select& made);
  void chooseKeys(Select& made);
  Fragment groupBy(Select& made);
  Fragment having(const Select& made);
  void setOperation(WrittenQuery& query, const Wish& wish);
  void order(WrittenQuery& query, const Select* made);
  Fragment orderTerm(const WrittenQuery& query, size_t scope, size_t position);
  std::optional<Fragment> orderByInput(size_t scope);
  Fragment with(const Wish& wish, size_t& pushed);
  Fragment commonTable(size_t label, const Wish& wish, bool recursive);
  WrittenQuery recursion(size_t label, Fragment& head);

  // Statements (query_statements.cpp, query_writes.cpp)
  Fragment statement();
  Fragment readStatement();
  Fragment makeStatement();
  Fragment insert();
  Fragment conflict(size_t scope, const Readable& table);
  Fragment update();
  Fragment erase();
  Fragment merge();
  Fragment groupedSource(size_t scope, Type key, Type value);
  Fragment assignments(const Readable& table, const Place& place);
  std::vector<size_t> someColumns(const Readable& table);
  Fragment targets(const std::vector<size_t>& columns);
  Fragment written(size_t scope, const Readable& table);
  Fragment returning(size_t scope);
  void flatten(const Fragment& text);
  std::string gap();

  Choices& choices_;
  const Schema& schema_;
  const Flavor& flavor_;
  GeneratedText text_;
  std::vector<Readable> tables_;
  std::vector<Readable> ctes_;  // that are seen, the nearest last
  std::vector<size_t> hidden_;  // labels of CTEs that are seen or not, by dialect: not to be read
};

}  // namespace gander::rewriter::sql::generated
