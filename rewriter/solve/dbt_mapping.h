// What the resolver says of an expanded text, in the files that its bytes come from.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rewriter/dbt/expansion.h"
#include "rewriter/sql/sql.h"

namespace gander::rewriter {

// A name that stands in another file, or in a literal that was put into the text: `span` is its place. All other ranges are of the file
// that was expanded.
struct OutsideEdit {
  Span span;
  sql::SqlEdit edit;
};
struct OutsideJudged {
  Span span;
  sql::SqlJudged judged;
};

struct MappedResult {
  sql::SqlResult result;  // in the file's own ranges
  std::vector<OutsideEdit> edits;
  std::vector<OutsideJudged> judged;
};

// `interesting`: whether a name is one of those that change.
MappedResult mapBack(const dbt::Expansion& expansion, sql::SqlResult expanded,
                     const std::function<bool(std::string_view)>& interesting);

// Edits in their order, where what is inserted right behind one is a part of it: user_name -> listener_name AS user_name.
std::vector<sql::SqlEdit> joinInsertions(std::string_view text, const std::vector<sql::SqlEdit>& edits);

}  // namespace gander::rewriter
