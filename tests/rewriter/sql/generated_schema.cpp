#include "tests/rewriter/sql/generated_schema.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace gander::rewriter::sql::generated {
namespace {

constexpr std::array<std::string_view, 9> kColumns = {"user_name", "kind",  "day",     "total", "listener_name",
                                                      "plays",     "group", "songKey", "label"};
constexpr std::array<std::string_view, 4> kTables = {"plays", "users", "songs", "artists"};
constexpr std::array<std::string_view, 7> kNewColumns = {"listener_name", "label",     "order", "listenerName",
                                                         "day_v2",        "user_name", "users"};
constexpr std::array<std::string_view, 5> kNewTables = {"plays_v2", "listens", "plays", "playsV2", "order"};

class SchemaMaking {
 public:
  SchemaMaking(Choices& choices, const Flavor& flavor) : choices_(choices), flavor_(flavor) {}

  Schema run() {
    Schema schema;
    const size_t count = 2 + choices_.below(3);
    for (size_t i = 0; i < count; ++i) schema.tables.push_back(table(kTables[i], i == 0));
    move(schema.tables.front());
    return schema;
  }

 private:
  std::string declared(std::string_view name) { return declaredIn(flavor_, name); }

  SchemaTable table(std::string_view name, bool dataset) {
    SchemaTable made{.name = declared(name), .now = declared(name)};
    made.columns.push_back({declared("id"), declared("id"), Type::kInteger});
    std::vector<std::string_view> names(kColumns.begin(), kColumns.end());
    const size_t count = (dataset ? 2 : 1) + choices_.below(3);
    for (size_t i = 0; i < count; ++i) {
      const auto at = names.begin() + static_cast<ptrdiff_t>(choices_.below(names.size()));
      const Type type = choices_.oneIn(2) ? Type::kInteger : Type::kText;
      made.columns.push_back({declared(*at), declared(*at), type});
      names.erase(at);
    }
    return made;
  }

  static bool hasName(const SchemaTable& table, const std::string& name, bool now) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [&](const SchemaColumn& column) { return (now ? column.now : column.name) == name; });
  }

  std::string freshName(const SchemaTable& table) {
    const size_t first = choices_.below(kNewColumns.size());
    for (size_t i = 0; i < kNewColumns.size(); ++i) {
      std::string name = declared(kNewColumns[(first + i) % kNewColumns.size()]);
      if (!hasName(table, name, true) && !hasName(table, name, false)) return name;
    }
    return declared("fresh");
  }

  void move(SchemaTable& table) {
    table.now = declared(choices_.of(kNewTables));
    auto& columns = table.columns;
    const size_t at = choices_.below(columns.size());
    const size_t other = (at + 1 + choices_.below(columns.size() - 1)) % columns.size();
    switch (choices_.below(4)) {
      case 0: columns[at].now = freshName(table); break;
      case 1:
        columns[at].now = freshName(table);
        columns[other].now = freshName(table);
        break;
      case 2: std::swap(columns[at].now, columns[other].now); break;
      default: columns[at].now = columns[other].name; columns[other].now = freshName(table);
    }
  }

  Choices& choices_;
  const Flavor& flavor_;
};

Table told(const SchemaTable& table, bool dataset, size_t key) {
  Table out{.name = table.name, .complete = true, .dataset = dataset, .key = key};
  for (const SchemaColumn& column : table.columns) {
    const bool moves = column.now != column.name;
    out.columns.push_back({column.name, moves ? column.now : "", moves ? "column " + column.name : "", ""});
  }
  if (table.now != table.name) {
    out.nowParts = {table.now};
    out.change = "table " + table.name;
  }
  return out;
}

}  // namespace

bool SchemaTable::changes() const {
  return name != now ||
         std::any_of(columns.begin(), columns.end(), [](const SchemaColumn& c) { return c.name != c.now; });
}

std::string declaredIn(const Flavor& flavor, std::string_view name) {
  std::string out(name);
  const bool mixed = std::any_of(out.begin(), out.end(), [](unsigned char c) { return std::isupper(c) != 0; });
  if (flavor.columns != NameCase::kUpper || mixed) return out;
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

Schema makeSchema(Choices& choices, const Flavor& flavor) { return SchemaMaking(choices, flavor).run(); }

std::string show(const Schema& schema) {
  const auto change = [](const std::string& name, const std::string& now) {
    return name == now ? name : name + " -> " + now;
  };
  std::string out;
  for (const SchemaTable& table : schema.tables) {
    out += change(table.name, table.now) + " (";
    for (const SchemaColumn& column : table.columns) {
      if (&column != &table.columns.front()) out += ", ";
      out += change(column.name, column.now) + (column.type == Type::kInteger ? " integer" : " text");
    }
    out += ")\n";
  }
  return out;
}

SchemaCatalog::SchemaCatalog(const Schema& schema, const Flavor& flavor, Known known) : flavor_(flavor) {
  for (size_t i = 0; i < schema.tables.size(); ++i) {
    const bool dataset = i == 0;
    if (dataset || known == Known::kAll) tables_.push_back(told(schema.tables[i], dataset, i));
  }
}

std::vector<std::string> SchemaCatalog::names() const {
  std::vector<std::string> names;
  for (const auto& table : tables_)
    for (const auto& column : table.columns) {
      if (column.change.empty()) continue;
      names.push_back(column.path);
      if (!column.now.empty()) names.push_back(column.now);
    }
  return names;
}

const Table* SchemaCatalog::find(std::span<const NamePart> parts, const Dialect& /*dialect*/) const {
  if (parts.empty() || parts.size() > 2) return nullptr;
  if (parts.size() == 2 && writtenKey(NameCase::kInsensitive, parts[0].text, false) != flavor_.schema) return nullptr;
  const std::string key = writtenKey(flavor_.tables, parts.back().text, parts.back().quoted);
  const auto found = std::find_if(tables_.begin(), tables_.end(),
                                  [&](const Table& table) { return declaredKey(flavor_.tables, table.name) == key; });
  return found == tables_.end() ? nullptr : &*found;
}

}  // namespace gander::rewriter::sql::generated
