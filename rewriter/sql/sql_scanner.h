// Walks statements by their keywords and finds the tables. Private to this folder.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/sql/sql_tables.h"

namespace gander::rewriter {

struct SeenTable {
  TableUse use;
  bool outermost = false;  // in the FROM of the outermost SELECT of its statement
  std::string alias;       // upper case
};

struct SeenStatement {
  std::string verb;  // its first word
  std::vector<SeenTable> tables;
  std::vector<TableUse> dotted;  // names with dots elsewhere, each without its last part
  std::set<std::string> hidden;  // aliases and CTEs, upper case: such a name before a dot is no table
  bool derived = false;          // the outermost FROM reads a CTE, a subquery or a function
  size_t begin = 0;              // tokens
  size_t end = 0;
};

class SqlScanner {
 public:
  explicit SqlScanner(std::string_view text) : text_(text), tokens_(sqlTokens(text)) {}
  std::vector<SeenStatement> run();
  const std::vector<SqlToken>& tokens() const { return tokens_; }

 private:
  // What is known inside one pair of parentheses.
  struct Context {
    bool wantsTable = false;  // the next name is a table
    bool inFrom = false;      // ... and so is the one behind a comma
    bool group = false;       // parentheses in table position: a join, or a subquery
    bool outermost = false;
    bool plainFrom = false;  // FROM is part of a function's own syntax here: EXTRACT(x FROM y)
    bool query = false;
    bool with = false;  // a WITH list
    bool recursive = false;
    std::string makes;  // the CTE whose body this is
    std::set<std::string> ctes;
  };
  using Handler = void (SqlScanner::*)();
  static Handler handlerFor(std::string_view word);

  void step();
  void startStatement();
  bool atStatementStart() const;
  void open();
  void close();
  void comma();
  void word();
  void wantTable(bool list);
  bool takeTable();
  void addTable(TableUse use);
  std::string takeAlias();
  bool takeCte();
  TableUse takeName(bool dashes);
  void addPart(TableUse& use, bool dashes);
  void takeDotted();
  bool isCte(const TableUse& use) const;

  void onFrom();
  void onJoin();
  void onInto();
  void onOverwrite();
  void onUpdate();
  void onTable();
  void onView();
  void onReferences();
  void onVerb();
  void onUsing();
  void onOn();
  void onTo();
  void onLike();
  void onWith();
  void onSelect();
  void onClause();

  const SqlToken* peek(size_t distance) const {
    return at_ + distance < tokens_.size() ? &tokens_[at_ + distance] : nullptr;
  }
  bool nextIs(std::string_view wanted, size_t distance = 1) const {
    return peek(distance) != nullptr && peek(distance)->is(wanted);
  }
  bool previousIs(std::string_view wanted, size_t distance = 1) const {
    return at_ >= distance && tokens_[at_ - distance].is(wanted);
  }
  bool verbIs(std::string_view wanted) const { return statement().verb == wanted; }
  Context& here() { return contexts_.back(); }
  SeenStatement& statement() { return statements_.back(); }
  const SeenStatement& statement() const { return statements_.back(); }

  std::string_view text_;
  std::vector<SqlToken> tokens_;
  size_t at_ = 0;
  std::vector<Context> contexts_;
  std::vector<SeenStatement> statements_;
  bool definition_ = false;  // the next table is being defined
};

}  // namespace gander::rewriter
