// The words for dialects that documents may use are those that the resolver knows.
#include <gtest/gtest.h>

#include "rewriter/sql/dialect.h"
#include "rules/dialects.h"

namespace gander::rewriter::sql {
namespace {

TEST(DialectWordsTest, EachIsKnown) {
  for (auto word : rules::kDialectWords) EXPECT_TRUE(findDialect(word)) << word;
  EXPECT_FALSE(findDialect("oracle"));
}

}  // namespace
}  // namespace gander::rewriter::sql
