// The plan of a reading's names: what each column will be called, and from it the edits and judgements.
//
//   settled first: which outputs keep their names; USING; collisions          then written: tables, uses, ` AS old`
#pragma once

#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "rewriter/sql/plan.h"

namespace gander::rewriter::sql {

class Planner {
 public:
  Planner(std::string_view text, const Dialect& dialect, const Options& options, Resolver& resolver, Reading& reading,
          const std::set<uint32_t>& kept)
      : text_(text), dialect_(dialect), options_(options), resolver_(resolver), reading_(reading), kept_(kept) {}
  SqlResult plan();

 private:
  using Kind = ColumnNode::Kind;

  const ColumnNode& node(ColumnId column) const { return reading_.columns[column]; }
  std::string_view slice(ByteRange range) const { return text_.substr(range.begin, range.size()); }
  bool keeps(ColumnId column) const { return column < keep_.size() && keep_[column]; }
  bool byUsing(const Use& use) const { return use.column != kNone && node(use.column).byUsing; }
  static std::string_view lastPart(std::string_view path) { return path.substr(path.rfind('.') + 1); }
  bool sameCase(const Use& use, const Column& changed) const { return slice(use.range) == lastPart(changed.path); }

  std::string newName(ColumnId column) const;
  std::string newNameOfUsing(const ColumnNode& one) const;
  const Column* changedColumn(ColumnId column) const;
  std::set<NameId> changedNames(RelationId relation, int depth = 0);
  std::vector<std::pair<NameId, const Column*>> fieldsOf(ColumnId column);
  std::string shown(ByteRange range) const;
  void keep(ColumnId column);
  size_t statementOf(uint32_t offset) const;

  bool contractKeeps(Contract contract) const;
  void keepOutputs();
  void keepForOpen(Use& use);
  void requireAll(RelationId relation);
  void planRows();
  bool rowMoves(const RowValue& row);
  std::set<RelationId> readRelations() const;
  void require(ColumnId column);
  void renameMade();
  void renameOutput(RelationId result, const Column& column, const Statement& statement);
  void planKept(ColumnId column);
  void planMade(const ColumnNode& one, const Column& column);
  bool isMadeAlias(ByteRange range) const;
  void insertAlias(ByteRange name, uint32_t at, bool quoted, char quote, const Column& changed, size_t statement);
  bool isEdited(ByteRange range) const;

  // The operand of a join that has the value of what a USING merges.
  struct Side {
    ScopeId scope = kNone;
    uint32_t entry = kNone;
    ColumnId column = kNone;  // kNone: of a table of which nothing is known
  };
  struct Parted {
    Side side;
    ColumnId cause = kNone;  // a column that changes: this, or another one of its clause
  };
  void settleUsing();
  bool splits(ColumnId column) const;
  bool sideMoves(ColumnId column) const;
  void partUsing(const UsingClause& clause);
  bool mayPart(const UsingClause& clause);
  bool isSeen(const UsingClause& clause) const;
  bool mayQualify(const UsingClause::Name& name, const Side& side);
  bool meansMerged(const Use& use, ColumnId merged) const;
  bool isWithin(ScopeId scope, ScopeId around) const;
  std::optional<Side> sideOf(const UsingClause& clause, uint32_t entry, const UsingClause::Name& name);
  std::optional<Side> leftOf(const UsingClause& clause, const UsingClause::Name& name, int depth = 0);
  std::optional<Side> valueOf(const UsingClause& clause, const UsingClause::Name& name, int depth = 0);
  void planUsing(const UsingClause& clause);
  void planParted(const Use& use);
  std::string onSide(const Side& side, const UsingClause::Name& name);
  std::vector<Step> whyParted(ByteRange name, ColumnId column) const;

  void settleCollisions();
  bool keepColliding(RelationId relation);
  std::unordered_map<NameId, size_t> namesToBe(const std::vector<ColumnId>& outs);
  bool starMayHave(RelationId relation, NameId name);
  bool hasName(RelationId relation, NameId name);
  bool collides(const Use& use, const std::string& now);
  bool outputMayHide(const Use& use, ScopeId scope, NameId name);
  static size_t seenIn(const Use& use, ScopeId scope, size_t entries);
  bool isOwn(const Use& use, ScopeId scope, uint32_t index);
  size_t countNamed(RelationId relation, NameId name);
  bool isOutput(const Use& use) const;
  bool isTwice(const Use& use, NameId name);
  size_t countBefore(RelationId relation, NameId name, bool may);
  void findClashes();
  void planCaptured(const Use& use);
  bool mayBeOutput(const Use& use) const;
  void qualifyCaptured(const Use& use, const Column& changed, const std::string& now);
  std::string qualifierOf(const Use& use);
  std::string qualifierOf(ScopeId scope, uint32_t entry, ScopeId from);
  std::string asWritten(ByteRange name) const;

  void list(const Use& use, const std::string& change, std::string reason, bool blocks = true);
  void other(const Use& use, std::string reason);
  void planTable(const TableName& name);
  bool definesByQuery(size_t statement) const;
  void planUse(const Use& use);
  std::string unclearOf(ColumnId column) const;
  std::string reasonOfOther(ColumnId column) const;
  std::vector<Step> evidenceOf(const Use& use, const Column& changed) const;

  void describeStatements();
  void describeOutputs(RelationId result, Statement& statement);
  void tellOfFields(const Statement& statement);
  void addOutputs(RelationId relation, Statement& statement, const std::vector<NameId>& except, int depth);
  void addFields(ColumnId structure, Statement& statement, const std::vector<NameId>& except);
  void addTableOutputs(RelationId relation, Statement& statement, const std::vector<NameId>& except);
  void addOutput(ColumnId column, Statement& statement);

  std::string_view text_;
  const Dialect& dialect_;
  const Options& options_;
  Resolver& resolver_;
  Reading& reading_;
  const std::set<uint32_t>& kept_;
  std::vector<bool> keep_;
  std::set<RelationId> clashes_;
  std::map<ColumnId, const Column*> made_;  // outputs that take the names of Options::made
  std::set<ColumnId> split_;                // of USING, whose sides part
  std::map<ColumnId, Parted> parted_;       // ... and that becomes ON: where its value comes from
  std::vector<const UsingClause*> ons_;
  std::vector<ByteRange> edited_;
  mutable size_t last_ = 0;
  mutable std::vector<std::pair<uint32_t, uint32_t>> begins_;  // of the statements, with their ends
  SqlResult out_;
};

}  // namespace gander::rewriter::sql
