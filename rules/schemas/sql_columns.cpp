#include "rules/schemas/sql_columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rules/schemas/readers.h"

namespace gander::rules {
namespace {

// What may stand behind a column's type.
constexpr std::initializer_list<std::string_view> kBehindTypes{
    "NOT",        "NULL",      "DEFAULT",   "PRIMARY", "UNIQUE",         "REFERENCES",    "CHECK",
    "CONSTRAINT", "COLLATE",   "GENERATED", "COMMENT", "AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY",
    "ENCODE",     "OPTIONS",   "STORED",    "STORAGE", "VIRTUAL",        "COMPRESSION",   "AS",
    "ON",         "KEY",       "CODEC",     "TTL",     "ALIAS",          "SPARSE",        "MATERIALIZED",
    "EPHEMERAL",  "INVISIBLE", "VISIBLE",   "CHARSET", "INHERITS",       "FIRST",         "AFTER",
    "DISTKEY",    "SORTKEY",   "MASKED",    "MASKING", "ROWGUIDCOL",     "ENCRYPTED",     "POLICY",
    "TAG"};

constexpr std::initializer_list<std::string_view> kRecords{"STRUCT", "ROW", "NESTED", "OBJECT", "TUPLE"};
constexpr std::initializer_list<std::string_view> kWrappers{"ARRAY", "NULLABLE", "LIST"};
constexpr std::initializer_list<std::string_view> kAngled{"STRUCT", "ROW", "ARRAY", "MAP", "UNIONTYPE", "MULTISET"};

char closingSign(char open) {
  switch (open) {
    case '(': return ')';
    case '[': return ']';
    default: return '>';
  }
}

}  // namespace

bool SqlText::isAny(size_t at, std::initializer_list<std::string_view> words) const {
  return at < size() &&
         std::any_of(words.begin(), words.end(), [&](std::string_view word) { return tokens_[at].isWord(word); });
}

bool SqlText::opens(size_t at) const {
  return isSign(at, '(') || isSign(at, '[') || (isSign(at, '<') && at > 0 && isAny(at - 1, kAngled));
}

size_t SqlText::closing(size_t open) const {
  std::vector<char> wanted;
  for (size_t at = open; at < size(); ++at) {
    if (tokens_[at].kind != SqlToken::Kind::kSign) continue;
    char sign = tokens_[at].text.front();
    if (!wanted.empty() && sign == wanted.back()) {
      wanted.pop_back();
      if (wanted.empty()) return at;
    } else if (opens(at)) {
      wanted.push_back(closingSign(sign));
    }
  }
  return size();
}

size_t SqlText::itemEnd(size_t at, size_t end) const {
  for (; at < end; ++at) {
    if (isSign(at, ',') || isSign(at, ')')) return at;
    if (opens(at)) at = std::min(closing(at), end);
  }
  return end;
}

std::string SqlText::shown(size_t at, size_t end) const {
  std::string shown;
  for (size_t i = at; i < end; ++i) {
    bool apart = i > at && tokens_[i].range.begin > tokens_[i - 1].range.end;
    bool inner = i > at && (isSign(i - 1, '(') || isSign(i, ')') || isSign(i, ','));
    if (apart && !inner) shown += ' ';
    shown += text_.substr(tokens_[i].range.begin, tokens_[i].range.size());
  }
  return shown;
}

size_t SqlColumns::readList(size_t open) {
  size_t close = sql_.closing(open);
  for (size_t at = open + 1; at < close; ++at) {
    size_t end = sql_.itemEnd(at, close);
    if (end > at) readItem(at, end);
    at = end;
    if (fields_.size() <= kFieldLimit) continue;
    problems_.add(sql_.positionOf(open), fmt::format("more than {} columns", kFieldLimit));
    return close;
  }
  if (close == sql_.size()) problems_.add(sql_.positionOf(open), "this list of columns has no end; close it with ')'");
  return close + 1;
}

void SqlColumns::readPartitions(size_t open) {
  size_t close = sql_.closing(open);
  for (size_t at = open + 1; at < close; ++at) {
    size_t end = sql_.itemEnd(at, close);
    // One that has no type is a column of the list, or a function of one.
    bool typed = sql_.isName(at) && sql_.isName(at + 1) && at + 1 < end;
    auto known = [&](const Field& field) { return toLowerAscii(field.path) == toLowerAscii(sql_[at].text); };
    if (typed && std::none_of(fields_.begin(), fields_.end(), known)) readColumn(at, end);
    at = end;
  }
}

// KEY name (a, b) and INDEX (a): MySQL's table constraints. A column may have such a name, too: key varchar(20).
bool SqlColumns::isKeyClause(size_t at, size_t end) const {
  if (sql_.isAny(at, {"FULLTEXT", "SPATIAL", "UNIQUE"}) && sql_.isAny(at + 1, {"KEY", "INDEX"})) return true;
  if (!sql_.isAny(at, {"KEY", "INDEX", "FULLTEXT", "SPATIAL", "UNIQUE"})) return false;
  size_t paren = at + 1;
  while (paren < end && (sql_.isAny(paren, {"USING", "BTREE", "HASH"}))) ++paren;
  if (paren < end && sql_.isName(paren)) ++paren;
  while (paren < end && (sql_.isAny(paren, {"USING", "BTREE", "HASH"}))) ++paren;
  if (paren + 1 < end && sql_.isSign(paren, '(') && (sql_.isName(paren + 1) || sql_.isSign(paren + 1, '(')))
    return true;
  // ClickHouse: INDEX by_name lower(name) TYPE bloom_filter
  bool typed = false;
  for (size_t i = at + 2; i < end; ++i) typed = typed || sql_.is(i, "TYPE");
  return sql_.is(at, "INDEX") && typed;
}

// Words that only some dialects reserve are columns elsewhere: they count by what follows them.
bool SqlColumns::isConstraint(size_t at, size_t end) const {
  if (sql_.isAny(at, {"PRIMARY", "FOREIGN"})) return sql_.is(at + 1, "KEY");
  if (sql_.is(at, "CONSTRAINT")) return end - at > 2;
  if (sql_.is(at, "CHECK")) return sql_.isSign(at + 1, '(');
  if (sql_.is(at, "EXCLUDE")) return sql_.is(at + 1, "USING") || sql_.isSign(at + 1, '(');
  if (sql_.isAny(at, {"PERIOD", "WATERMARK"})) return sql_.is(at + 1, "FOR");
  if (sql_.is(at, "PROJECTION")) return sql_.isSign(at + 2, '(');
  if (sql_.is(at, "UNIQUE") && sql_.isAny(at + 1, {"CLUSTERED", "NONCLUSTERED", "NULLS"})) return true;
  return isKeyClause(at, end);
}

void SqlColumns::readItem(size_t at, size_t end) {
  if (sql_.is(at, "LIKE") && sql_.isName(at + 1)) {
    likes_.push_back(at + 1);
  } else if (isConstraint(at, end)) {
    markPrimaryKey(at, end);
  } else {
    readColumn(at, end);
  }
}

void SqlColumns::readColumn(size_t at, size_t end) {
  if (!sql_.isName(at) || sql_[at].text.empty()) {
    problems_.add(sql_.positionOf(at), fmt::format("not a column's name: {}", inQuotes(sql_[at].text)));
    return;
  }
  size_t behind = typeEnd(at + 1, end);
  auto field = typedField(sql_[at].text, at + 1, behind);
  for (size_t i = behind; i + 1 < end; ++i)
    if ((sql_.is(i, "NOT") && sql_.is(i + 1, "NULL")) || (sql_.is(i, "PRIMARY") && sql_.is(i + 1, "KEY")))
      field.nullable = false;
  auto path = field.path;
  add(std::move(field), at);
  readNested(path, at + 1, behind, 1);
}

Field SqlColumns::typedField(std::string path, size_t type, size_t end) const {
  Field field;
  field.path = std::move(path);
  field.type = sql_.shown(type, end);
  auto lower = toLowerAscii(field.type);
  field.repeated = lower.ends_with(']') || lower.starts_with("array<") || lower.starts_with("array(") ||
                   lower.starts_with("nested(");
  field.nullable = true;
  return field;
}

void SqlColumns::add(Field field, size_t at) {
  for (const auto& known : fields_)
    if (known.path == field.path)
      problems_.add(sql_.positionOf(at), fmt::format("column {} stands here twice", inQuotes(field.path)));
  fields_.push_back(std::move(field));
}

size_t SqlColumns::typeEnd(size_t at, size_t end) const {
  for (; at < end && !sql_.isAny(at, kBehindTypes); ++at)
    if (sql_.opens(at)) at = std::min(sql_.closing(at), end - 1);
  return at;
}

// The fields of a record, in arrays or not: STRUCT<name STRING, n: int>, ARRAY<STRUCT<...>>, ROW(name VARCHAR). One without a
// name has no path.
void SqlColumns::readNested(const std::string& path, size_t at, size_t end, int depth) {
  while (sql_.isAny(at, kWrappers) && sql_.opens(at + 1)) at += 2;
  if (!sql_.isAny(at, kRecords) || !sql_.opens(at + 1) || depth >= kNestingLimit) return;
  size_t close = std::min(sql_.closing(at + 1), end);
  for (at += 2; at < close; ++at) {
    size_t itemEnd = sql_.itemEnd(at, close);
    size_t type = sql_.isSign(at + 1, ':') ? at + 2 : at + 1;
    if (sql_.isName(at) && type < itemEnd && !sql_.opens(type)) {
      size_t behind = typeEnd(type, itemEnd);
      auto field = typedField(path + "." + sql_[at].text, type, behind);
      field.nullable = !(sql_.is(behind, "NOT") && sql_.is(behind + 1, "NULL"));
      auto nested = field.path;
      add(std::move(field), at);
      readNested(nested, type, behind, depth + 1);
    }
    at = itemEnd;
  }
}

// PRIMARY KEY (a, b) behind the columns.
void SqlColumns::markPrimaryKey(size_t at, size_t end) {
  if (sql_.is(at, "CONSTRAINT")) at += sql_.is(at + 1, "PRIMARY") ? 1 : 2;
  if (!sql_.is(at, "PRIMARY")) return;
  for (size_t i = at + 2; i < end; ++i)
    for (auto& field : fields_)
      if (sql_.isName(i) && field.path == sql_[i].text) field.nullable = false;
}

}  // namespace gander::rules
