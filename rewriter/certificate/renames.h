// What a migration of renames alone maps to what: names as they are written, and symbols of C++.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "rewriter/rewrite.h"
#include "rewriter/solve/meaning.h"

namespace gander::rewriter {

class Renames {
 public:
  Renames(const rules::Migration& migration, const rules::Library& library);

  // A change that is no rename, by its id.
  static std::optional<std::string> otherChange(const rules::Migration& migration);

  // Whether an edit puts new names for old ones and leaves all else. A query may need more: an alias that keeps the name of an
  // output, a qualifier that keeps what a column is, ON for USING.
  bool explains(const Edit& edit) const;
  // "warehouse::v1::UserPlay::user_name" -> "warehouse::v2::PlayEvent::listener_name"; others as they are.
  std::string symbolAfter(const std::string& symbol) const;
  // Identifiers that a new name is made of.
  const std::set<std::string>& newIdentifiers() const { return newIdentifiers_; }

 private:
  void addNames(const std::string& old, const std::string& now);
  void addReference(const rules::Dataset& dataset, const rules::Reference& reference, const rules::Library& library);
  bool explainsQuery(std::string_view old, std::string_view now) const;
  Meaning meaning_;
  // In small letters: old names as written, and each part of a dotted one.
  std::map<std::string, std::set<std::string>, std::less<>> names_;
  std::set<std::string> newIdentifiers_;
};

}  // namespace gander::rewriter
