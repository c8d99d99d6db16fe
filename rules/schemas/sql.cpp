// SQL: the tables that a file of definitions leaves behind, in any dialect. Statements that define no table are passed over.
//
//   CREATE TABLE t (a int, b int); ALTER TABLE t ADD c int; ALTER TABLE t RENAME b TO d;   ->  t: a, d, c
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rules/schemas/readers.h"
#include "rules/schemas/sql_columns.h"

namespace gander::rules {
namespace {

struct Table {
  Schema schema;
  Problems problems;  // in its list of columns
  size_t open = 0;    // the token that opens that list
};

bool sameName(std::string_view a, std::string_view b) { return toLowerAscii(a) == toLowerAscii(b); }

class Definitions {
 public:
  explicit Definitions(std::string_view file, std::string_view text) : file_(file), sql_(text) {
    for (size_t at = 0; at < sql_.size(); ++at) {
      if (sql_.is(at, "CREATE")) {
        readTable(at + 1);
        readEnum(at + 1);
      } else if (sql_.is(at, "ALTER") && sql_.is(at + 1, "TABLE")) {
        readAlter(at + 2);
      } else if (sql_.is(at, "DROP") && sql_.is(at + 1, "TABLE")) {
        readDrop(at + 2);
      }
    }
    for (auto& table : tables_) table.schema.enums = enums_;
  }

  std::vector<Table>& tables() { return tables_; }
  Position positionOf(const Table& table) const { return sql_.positionOf(table.open); }

 private:
  // "lake.user_plays", `project.lake.user_plays`, my-project.lake.user_plays, #temporary
  std::string takeName(size_t& at) const {
    std::string name;
    while (sql_.isName(at)) {
      name += sql_[at++].text;
      while (name.find('.') == std::string::npos && sql_.isSign(at, '-') && sql_.isName(at + 1) &&
             sql_[at + 1].range.begin == sql_[at - 1].range.end + 1) {
        name += "-" + sql_[at + 1].text;
        at += 2;
      }
      if (!sql_.isSign(at, '.')) break;
      name += '.';
      while (sql_.isSign(at, '.')) ++at;
    }
    return name;
  }

  Table* find(std::string_view name) {
    for (auto& table : tables_)
      if (sameName(table.schema.name, name)) return &table;
    return nullptr;
  }

  void skipIfExists(size_t& at) const {
    if (!sql_.is(at, "IF")) return;
    at += sql_.is(at + 1, "NOT") ? 3 : 2;
  }

  void readTable(size_t at) {
    bool replaces = false;
    for (; sql_.isAny(at, {"OR", "REPLACE", "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "EXTERNAL", "UNLOGGED", "FOREIGN",
                           "TRANSIENT", "VOLATILE", "MULTISET", "HYBRID", "DYNAMIC", "ICEBERG"});
         ++at)
      replaces = replaces || sql_.is(at, "REPLACE");
    if (!sql_.is(at, "TABLE")) return;
    skipIfExists(++at);
    Table table{{}, Problems(file_), 0};
    table.schema.name = takeName(at);
    if (table.schema.name.empty()) return;
    if (readColumns(at, table)) put(std::move(table), replaces);
  }

  // Answers whether the statement tells columns at all: CREATE TABLE t AS SELECT does not.
  bool readColumns(size_t at, Table& table) {
    table.open = at;
    if (sql_.isAny(at, {"CLONE", "LIKE", "COPY"}) || (sql_.is(at, "PARTITION") && sql_.is(at + 1, "OF")))
      return takeOther(sql_.is(at, "PARTITION") ? at + 2 : at + 1, table);
    if (!sql_.isSign(at, '(')) return false;
    SqlColumns columns(sql_, table.schema.fields, table.problems);
    at = columns.readList(at);
    for (size_t like : columns.likes()) takeOther(like, table);
    for (; at < sql_.size() && !sql_.isSign(at, ';') && !sql_.isAny(at, {"CREATE", "ALTER", "GO"}); ++at) {
      bool partitions = sql_.isAny(at, {"PARTITIONED", "PARTITION"}) && sql_.isAny(at + 1, {"BY", "COLUMNS"});
      if (partitions && sql_.isSign(at + 2, '(')) columns.readPartitions(at + 2);
      if (sql_.is(at, "INHERITS") && sql_.isSign(at + 1, '(')) takeOther(at + 2, table);
    }
    return true;
  }

  bool takeOther(size_t at, Table& table) {
    const Table* other = find(takeName(at));
    if (other == nullptr) {
      table.schema.complete = false;
      return !table.schema.fields.empty();
    }
    table.schema.complete = table.schema.complete && other->schema.complete;
    addMissing(other->schema, table.schema);
    return true;
  }

  static void addMissing(const Schema& from, Schema& to) {
    for (const auto& field : from.fields)
      if (to.findField(field.path) == nullptr) to.fields.push_back(field);
  }

  // A second definition of a name (of another place, or IF NOT EXISTS) may be the one that holds: then it has the columns of both.
  void put(Table table, bool replaces) {
    Table* known = find(table.schema.name);
    if (known == nullptr) {
      tables_.push_back(std::move(table));
    } else if (replaces) {
      *known = std::move(table);
    } else {
      known->schema.complete = known->schema.complete && table.schema.complete && table.problems.empty();
      addMissing(table.schema, known->schema);
    }
  }

  void readDrop(size_t at) {
    skipIfExists(at);
    auto name = takeName(at);
    std::erase_if(tables_, [&](const Table& table) { return sameName(table.schema.name, name); });
  }

  void readAlter(size_t at) {
    skipIfExists(at);
    if (sql_.is(at, "ONLY")) ++at;
    Table* table = find(takeName(at));
    if (table == nullptr) return;
    size_t end = at;
    while (end < sql_.size() && !sql_.isSign(end, ';') && !sql_.isAny(end, {"CREATE", "GO"})) ++end;
    while (at < end) {
      size_t actionEnd = sql_.itemEnd(at, end);
      readAction(at, actionEnd, *table);
      at = actionEnd + 1;
    }
  }

  void readAction(size_t at, size_t end, Table& table) {
    bool adds = sql_.is(at, "ADD");
    bool drops = sql_.is(at, "DROP");
    bool renames = sql_.is(at, "RENAME");
    if (!adds && !drops && !renames) return;
    ++at;
    bool said = sql_.isAny(at, {"COLUMN", "COLUMNS"});
    if (said) ++at;
    skipIfExists(at);
    if (adds) {
      add(at, end, said, table);
    } else if (drops) {
      if (said || end - at == 1) drop(at, table.schema);
    } else {
      rename(at, table.schema);
    }
  }

  void add(size_t at, size_t end, bool said, Table& table) {
    static constexpr std::initializer_list<std::string_view> kOthers{
        "CONSTRAINT", "PRIMARY", "FOREIGN",   "UNIQUE",  "CHECK",  "KEY",    "INDEX",
        "FULLTEXT",   "SPATIAL", "PARTITION", "EXCLUDE", "PERIOD", "SYSTEM", "GENERATED"};
    Problems unclear(file_);
    SqlColumns columns(sql_, table.schema.fields, unclear);
    if (sql_.isSign(at, '(')) {
      columns.readList(at);
    } else if (sql_.isName(at) && (said || !sql_.isAny(at, kOthers)) &&
               table.schema.findField(sql_[at].text) == nullptr) {
      columns.readColumn(at, end);
    }
    table.schema.complete = table.schema.complete && unclear.empty();
  }

  void drop(size_t at, Schema& schema) const {
    if (!sql_.isName(at)) return;
    auto name = sql_[at].text;
    std::erase_if(schema.fields, [&](const Field& field) { return isOrIsIn(field.path, name); });
  }

  static bool isOrIsIn(std::string_view path, std::string_view column) {
    return sameName(path.substr(0, column.size()), column) &&
           (path.size() == column.size() || path[column.size()] == '.');
  }

  void rename(size_t at, Schema& schema) const {
    if (sql_.isAny(at, {"TO", "AS"})) {
      // The new name may leave out the schema, and stays in it.
      size_t behind = at + 1;
      auto now = takeName(behind);
      size_t dot = schema.name.rfind('.');
      if (!now.empty())
        schema.name =
            now.find('.') == std::string::npos && dot != std::string::npos ? schema.name.substr(0, dot + 1) + now : now;
    } else if (sql_.isName(at) && sql_.is(at + 1, "TO") && sql_.isName(at + 2)) {
      for (auto& field : schema.fields)
        if (isOrIsIn(field.path, sql_[at].text))
          field.path = sql_[at + 2].text + field.path.substr(sql_[at].text.size());
    }
  }

  void readEnum(size_t at) {
    if (!sql_.is(at, "TYPE")) return;
    EnumType type;
    type.name = takeName(++at);
    if (!sql_.is(at, "AS") || !sql_.is(at + 1, "ENUM") || !sql_.isSign(at + 2, '(')) return;
    for (at += 3; at < sql_.size() && !sql_.isSign(at, ')'); ++at)
      if (sql_[at].kind == SqlToken::Kind::kString) type.values.push_back(sql_[at].text);
    enums_.push_back(std::move(type));
  }

  std::string file_;
  SqlText sql_;
  std::vector<Table> tables_;
  std::vector<EnumType> enums_;
};

}  // namespace

std::optional<Schema> readSqlSchema(std::string_view text, std::string_view name, Problems& problems) {
  Definitions definitions(problems.file(), text);
  std::vector<std::string> names;
  for (const auto& table : definitions.tables()) names.push_back(table.schema.name);
  auto chosen = chooseSchema(name, names, "CREATE TABLE", problems);
  if (!chosen) return std::nullopt;
  auto& table = definitions.tables()[*chosen];
  if (!table.problems.empty()) problems.addForeign(table.problems.error());
  if (table.schema.fields.empty() && problems.empty())
    problems.add(definitions.positionOf(table), fmt::format("table {} has no columns", inQuotes(table.schema.name)));
  return std::move(table.schema);
}

std::vector<Schema> readSqlSchemas(std::string_view text, Problems& problems) {
  Definitions definitions(problems.file(), text);
  std::vector<Schema> schemas;
  for (auto& table : definitions.tables()) {
    table.schema.complete = table.schema.complete && table.problems.empty();
    if (!table.schema.fields.empty()) schemas.push_back(std::move(table.schema));
  }
  if (schemas.empty()) problems.add({}, "there is no CREATE TABLE with columns here");
  return schemas;
}

}  // namespace gander::rules
