// The relations that one SQL file of a dbt project names, for the SQL resolver.
#pragma once

#include <string>
#include <vector>

#include "rewriter/dbt/expansion.h"
#include "rewriter/solve/dbt_relations.h"

namespace gander::rewriter {

class DbtCatalog final : public sql::Catalog {
 public:
  // All must outlive it. `path` is one of projects.sqlFiles(). What is resolved is the text of expansion().
  DbtCatalog(const DbtRelations& relations, const dbt::Projects& projects, const dbt::Names& names,
             const std::string& path)
      : relations_(relations), projects_(projects), names_(names), expansion_(projects, names, path) {}

  const dbt::Expansion& expansion() const { return expansion_; }

  const sql::Table* find(std::span<const sql::NamePart> parts, const sql::Dialect& dialect) const override;
  std::vector<ByteRange> columnsInHole(std::string_view text, ByteRange hole) const override;
  sql::HoleQuery queryInHole(std::string_view text, ByteRange hole) const override;
  std::optional<sql::HoleStar> starInHole(std::string_view text, ByteRange hole) const override;

  // A literal that, somewhere in this file, stands for a table's name or a part of it, and what becomes of it.
  struct TextName {
    dbt::Literal literal;
    std::string now;  // empty: it stays
    const DbtRelation* relation = nullptr;
    dbt::Held held;  // the expression that stands for it
    ByteRange at;    // where that is written in its file
  };
  const std::vector<TextName>& textNames() const { return textNames_; }
  // Of a table that this gave for such a name; null for any other.
  const DbtRelation* relationOf(const sql::Table& table) const;

 private:
  // The expression that a stretch of the text is, and nothing beside it; null else.
  const dbt::ExpandedHole* holeOf(std::string_view written) const;
  const dbt::Resource* selfAt(const dbt::ExpandedHole& hole) const;
  const sql::Table* findByTexts(std::span<const sql::NamePart> parts) const;

  const DbtRelations& relations_;
  const dbt::Projects& projects_;
  const dbt::Names& names_;
  const dbt::Expansion expansion_;
  mutable std::vector<TextName> textNames_;
  mutable std::deque<std::pair<sql::Table, const DbtRelation*>> made_;
};

}  // namespace gander::rewriter
