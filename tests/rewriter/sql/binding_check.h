// Says whether the edits of a generated text are right, from what its names mean: every name of a renamed table or column, and of
// an output that takes its name from one, is called by the new name, everything else as before; and each name, looked up by the
// dialect's rules among the new names, still means the same.
#pragma once

#include <string>

#include "tests/rewriter/sql/edited_text.h"
#include "tests/rewriter/sql/generated_text.h"

namespace gander::rewriter::sql::generated {

struct Checked {
  std::string wrong;    // for people; empty: nothing is wrong
  bool listed = false;  // something must change and is listed: nothing was compared but what is edited
  bool captured =
      false;  // some name would mean something else by new names alone: listing is right, and so is a qualifier
};

// `all`: the resolver was told of all schemas, so it has nothing to list but what is captured.
Checked checkEdits(const GeneratedText& text, const Flavor& flavor, const SqlResult& result, bool all);

}  // namespace gander::rewriter::sql::generated
