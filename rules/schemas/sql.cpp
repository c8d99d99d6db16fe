// SQL: the columns of CREATE TABLE, read tolerantly, so that every dialect's tail of options may stand behind a column.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rules/schemas/readers.h"
#include "rules/schemas/sql_tokens.h"

namespace gander::rules {
namespace {

using Tokens = std::vector<SqlToken>;

struct Table {
  std::string name;  // with its schema, as written: "plays.user_plays"
  size_t open = 0;   // the token that opens the list of columns
};

bool isOneOf(const SqlToken& token, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return token.isWord(word); });
}

// What may stand behind a column's type.
bool endsType(const SqlToken& token) {
  return isOneOf(token, {"NOT",           "NULL",       "DEFAULT", "PRIMARY",   "UNIQUE",  "REFERENCES",
                         "CHECK",         "CONSTRAINT", "COLLATE", "GENERATED", "COMMENT", "AUTO_INCREMENT",
                         "AUTOINCREMENT", "IDENTITY",   "ENCODE",  "OPTIONS",   "STORED",  "STORAGE",
                         "COMPRESSION",   "AS",         "ON",      "KEY",       "CODEC",   "TTL",
                         "MATERIALIZED",  "ALIAS"});
}

class SqlSchemas {
 public:
  SqlSchemas(std::string_view text, Problems& problems)
      : text_(text), lines_(text), tokens_(splitSql(text)), problems_(problems) {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_[i].isWord("CREATE")) continue;
      findTable(i + 1);
      findEnum(i + 1);
    }
  }

  std::optional<Schema> schema(std::string_view name) {
    std::vector<std::string> names;
    for (const auto& table : tables_) names.push_back(table.name);
    auto chosen = chooseSchema(name, names, "CREATE TABLE", problems_);
    if (!chosen) return std::nullopt;
    Schema schema;
    schema.name = tables_[*chosen].name;
    schema.enums = enums_;
    readColumns(tables_[*chosen].open, schema);
    if (schema.fields.empty() && problems_.empty())
      problems_.add(positionOf(tables_[*chosen].open), fmt::format("table {} has no columns", inQuotes(schema.name)));
    return schema;
  }

 private:
  Position positionOf(size_t token) const {
    return lines_.at(token < tokens_.size() ? tokens_[token].range.begin : static_cast<uint32_t>(text_.size()));
  }
  bool wordAt(size_t at, std::string_view word) const { return at < tokens_.size() && tokens_[at].isWord(word); }
  bool signAt(size_t at, char sign) const { return at < tokens_.size() && tokens_[at].isSign(sign); }

  std::string takeName(size_t& at) const {
    std::string name;
    while (at < tokens_.size() && tokens_[at].isName()) {
      name += tokens_[at++].text;
      if (!signAt(at, '.')) break;
      name += '.';
      ++at;
    }
    return name;
  }

  void findTable(size_t at) {
    while (at < tokens_.size() &&
           isOneOf(tokens_[at], {"OR", "REPLACE", "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "EXTERNAL", "UNLOGGED",
                                 "FOREIGN", "TRANSIENT", "VOLATILE", "MULTISET"}))
      ++at;
    if (!wordAt(at, "TABLE")) return;
    ++at;
    if (wordAt(at, "IF") && wordAt(at + 1, "NOT") && wordAt(at + 2, "EXISTS")) at += 3;
    auto name = takeName(at);
    // CREATE TABLE t AS SELECT and PARTITION OF have no columns of their own.
    if (!name.empty() && signAt(at, '(')) tables_.push_back({std::move(name), at});
  }

  void findEnum(size_t at) {
    if (!wordAt(at, "TYPE")) return;
    EnumType type;
    type.name = takeName(++at);
    if (!wordAt(at, "AS") || !wordAt(at + 1, "ENUM") || !signAt(at + 2, '(')) return;
    for (at += 3; at < tokens_.size() && !tokens_[at].isSign(')'); ++at)
      if (tokens_[at].kind == SqlToken::Kind::kString) type.values.push_back(tokens_[at].text);
    enums_.push_back(std::move(type));
  }

  // The end of one item of the list: the comma or parenthesis behind it, at its own depth. `<` counts inside of types only:
  // STRUCT<a INT64, b STRING>.
  size_t itemEnd(size_t at) const {
    int round = 0;
    int angle = 0;
    for (; at < tokens_.size(); ++at) {
      const auto& token = tokens_[at];
      if (round == 0 && angle == 0 && (token.isSign(',') || token.isSign(')'))) return at;
      if (token.isSign('(')) ++round;
      if (token.isSign(')')) --round;
      if (token.isSign('<') && at > 0 && isOneOf(tokens_[at - 1], {"STRUCT", "ARRAY", "MAP", "UNIONTYPE"})) ++angle;
      if (token.isSign('<') && angle > 0 && !isOneOf(tokens_[at - 1], {"STRUCT", "ARRAY", "MAP", "UNIONTYPE"})) ++angle;
      if (token.isSign('>') && angle > 0) --angle;
    }
    return at;
  }

  void readColumns(size_t open, Schema& schema) {
    size_t at = open + 1;
    for (;;) {
      size_t end = itemEnd(at);
      if (end > at) readItem(at, end, schema);
      if (schema.fields.size() > kFieldLimit) {
        problems_.add(positionOf(open), fmt::format("more than {} columns", kFieldLimit));
        return;
      }
      if (end >= tokens_.size()) {
        problems_.add(positionOf(open), "this list of columns has no end; close it with ')'");
        return;
      }
      if (tokens_[end].isSign(')')) return;
      at = end + 1;
    }
  }

  // KEY name (a, b) and INDEX (a): MySQL's table constraints. A column may have such a name, too: key varchar(20).
  bool isKeyClause(size_t at, size_t end) const {
    if (!isOneOf(tokens_[at], {"KEY", "INDEX"})) return false;
    size_t paren = at + 1 < end && tokens_[at + 1].isName() ? at + 2 : at + 1;
    return paren + 1 < end && tokens_[paren].isSign('(') && tokens_[paren + 1].isName();
  }

  bool isTableConstraint(size_t at, size_t end) const {
    return isOneOf(tokens_[at],
                   {"CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "EXCLUDE", "LIKE", "FULLTEXT", "SPATIAL"}) ||
           isKeyClause(at, end);
  }

  void readItem(size_t at, size_t end, Schema& schema) {
    if (isTableConstraint(at, end)) {
      markPrimaryKey(at, end, schema);
      return;
    }
    if (!tokens_[at].isName()) {
      problems_.add(positionOf(at), fmt::format("not a column's name: {}", inQuotes(tokens_[at].text)));
      return;
    }
    Field field;
    field.path = tokens_[at].text;
    if (schema.findField(field.path) != nullptr)
      problems_.add(positionOf(at), fmt::format("column {} stands here twice", inQuotes(field.path)));
    size_t typeEnd = at + 1;
    while (typeEnd < end && !endsType(tokens_[typeEnd])) ++typeEnd;
    field.type = typeText(at + 1, typeEnd);
    field.repeated = field.type.ends_with(']') || toLowerAscii(field.type).starts_with("array<");
    field.nullable = true;
    for (size_t i = typeEnd; i + 1 < end; ++i)
      if ((tokens_[i].isWord("NOT") && tokens_[i + 1].isWord("NULL")) ||
          (tokens_[i].isWord("PRIMARY") && tokens_[i + 1].isWord("KEY")))
        field.nullable = false;
    schema.fields.push_back(std::move(field));
  }

  // PRIMARY KEY (a, b) behind the columns.
  void markPrimaryKey(size_t at, size_t end, Schema& schema) const {
    if (tokens_[at].isWord("CONSTRAINT")) at += 2;
    if (!wordAt(at, "PRIMARY") || at + 2 >= end) return;
    for (size_t i = at + 2; i < end; ++i)
      for (auto& field : schema.fields)
        if (tokens_[i].isName() && field.path == tokens_[i].text) field.nullable = false;
  }

  // Before: "numeric ( 10,\n 2 )"   After: "numeric (10, 2)": as written, but with single spaces and none inside of brackets.
  std::string typeText(size_t at, size_t end) const {
    std::string type;
    for (size_t i = at; i < end; ++i) {
      bool apart = i > at && tokens_[i].range.begin > tokens_[i - 1].range.end;
      bool inner = i > at && (tokens_[i - 1].isSign('(') || tokens_[i].isSign(')') || tokens_[i].isSign(','));
      if (apart && !inner) type += ' ';
      type += text_.substr(tokens_[i].range.begin, tokens_[i].range.size());
    }
    return type;
  }

  std::string_view text_;
  LineIndex lines_;
  Tokens tokens_;
  Problems& problems_;
  std::vector<Table> tables_;
  std::vector<EnumType> enums_;
};

}  // namespace

std::optional<Schema> readSqlSchema(std::string_view text, std::string_view name, Problems& problems) {
  return SqlSchemas(text, problems).schema(name);
}

}  // namespace gander::rules
