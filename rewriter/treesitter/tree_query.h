// tree-sitter queries: patterns of a syntax tree that a migration brings along.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace gander::rewriter {

struct QueryProblem {
  uint32_t offset = 0;  // bytes into the query
  std::string message;
};

struct QueryCapture {
  std::string name;  // without its '@'
  ByteRange range;
};

using QueryMatch = std::vector<QueryCapture>;

// A query of one language. #eq?, #not-eq?, #match? and #any-of? are decided; other predicates are a problem.
class TreeQuery {
 public:
  // `language`: python, cpp, yaml, json.
  static std::expected<TreeQuery, QueryProblem> compile(std::string_view language, std::string_view query);
  TreeQuery(TreeQuery&&) noexcept;
  TreeQuery& operator=(TreeQuery&&) noexcept;
  ~TreeQuery();

  // In the order in which they stand. `complete` becomes false where there are more than can be followed at once.
  std::vector<QueryMatch> run(std::string_view text, bool& complete) const;

 private:
  struct Compiled;
  explicit TreeQuery(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace gander::rewriter
