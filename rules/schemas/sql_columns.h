// The columns of one table in SQL: the list of CREATE TABLE, and what ALTER TABLE adds. Read tolerantly, so that every dialect's tail
// of options may stand behind a column.
//
//   id INT64 NOT NULL, listener STRUCT<name STRING, ids ARRAY<INT64>>, PRIMARY KEY (id)
//     ->  id, listener, listener.name, listener.ids
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "rules/schema.h"
#include "rules/schemas/sql_tokens.h"
#include "rules/yaml/problems.h"

namespace gander::rules {

// Questions about the tokens of a text; an index behind the last one is a token that is nothing.
class SqlText {
 public:
  explicit SqlText(std::string_view text) : text_(text), lines_(text), tokens_(splitSql(text)) {}

  size_t size() const { return tokens_.size(); }
  const SqlToken& operator[](size_t at) const { return tokens_[at]; }
  Position positionOf(size_t at) const {
    return lines_.at(at < size() ? tokens_[at].range.begin : static_cast<uint32_t>(text_.size()));
  }
  bool is(size_t at, std::string_view word) const { return at < size() && tokens_[at].isWord(word); }
  bool isAny(size_t at, std::initializer_list<std::string_view> words) const;
  bool isSign(size_t at, char sign) const { return at < size() && tokens_[at].isSign(sign); }
  bool isName(size_t at) const { return at < size() && tokens_[at].isName(); }

  // Whether a bracket opens here: `(`, `[`, and `<` behind a type that takes others.
  bool opens(size_t at) const;
  // The token that closes the bracket at `open`; size() where nothing does.
  size_t closing(size_t open) const;
  // The end of one item of a list: the comma or closing bracket behind it, at its own depth, or `end`.
  size_t itemEnd(size_t at, size_t end) const;
  // Before: "numeric ( 10,\n 2 )"   After: "numeric (10, 2)": as written, with single spaces and none inside of brackets.
  std::string shown(size_t at, size_t end) const;

 private:
  std::string_view text_;
  LineIndex lines_;
  std::vector<SqlToken> tokens_;
};

class SqlColumns {
 public:
  SqlColumns(const SqlText& sql, std::vector<Field>& fields, Problems& problems)
      : sql_(sql), fields_(fields), problems_(problems) {}

  // The list that opens at `open`; answers what stands behind it.
  size_t readList(size_t open);
  // PARTITIONED BY (day DATE): columns too, where they have a type.
  void readPartitions(size_t open);
  void readColumn(size_t at, size_t end);

  // Tokens where the names of tables begin whose columns this one takes: LIKE other.
  const std::vector<size_t>& likes() const { return likes_; }

 private:
  void readItem(size_t at, size_t end);
  bool isKeyClause(size_t at, size_t end) const;
  bool isConstraint(size_t at, size_t end) const;
  void markPrimaryKey(size_t at, size_t end);
  size_t typeEnd(size_t at, size_t end) const;
  void readNested(const std::string& path, size_t at, size_t end, int depth);
  void add(Field field, size_t at);
  Field typedField(std::string path, size_t type, size_t end) const;

  const SqlText& sql_;
  std::vector<Field>& fields_;
  Problems& problems_;
  std::vector<size_t> likes_;
};

}  // namespace gander::rules
