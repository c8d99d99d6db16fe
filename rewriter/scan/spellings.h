// The spellings of a migration: every old name as text, in every form that a language gives it.
//
//   migration + bindings -> spellings -> (scan) occurrences
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/occurrence.h"
#include "rules/migration.h"
#include "rules/model.h"

namespace gander::rewriter {

struct Spelling {
  std::string text;
  std::string change;      // the change, or "<dataset>/<kind>/<old name>" for a reference
  bool identifier = true;  // nothing but letters, digits and '_'
  std::string now;         // the new name, where there is exactly one; else empty
};

// What is looked for in a tree. `old` goes into the ledger; `anchors` only tell that a file may matter: names that stay and
// identify a dataset.
struct Spellings {
  std::vector<Spelling> old;  // distinct texts, sorted
  std::vector<std::string> anchors;

  // Identifiers whose tokens a frontend must resolve: the old ones, and the new ones, which tell a version.
  std::vector<std::string> wanted;
};

Spellings makeSpellings(const rules::Migration& migration, const rules::Library& library);

// "listener.name" -> "name".
std::string lastPart(std::string_view path);

// Whether a word occurs in a text.
bool holdsWord(std::string_view text, std::string_view word);

}  // namespace gander::rewriter
