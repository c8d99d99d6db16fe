// Runs a template as far as it is known. Private to this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewriter/dbt/expansion.h"

namespace gander::rewriter::dbt {

class Expander {
 public:
  Expander(const Projects& projects, const Names& names, Expansion& out)
      : projects_(projects), names_(names), out_(out) {}
  void run();

 private:
  // A stretch of a file in the making: what its names mean, and which expression of the expanded file it comes from.
  struct Context {
    const std::string& path;
    const sql::Template& scope;
    size_t project = 0;
    const Environment* environment = nullptr;
    std::optional<ByteRange> outer;
    int depth = 0;
    int loop = 0;  // -1: first and last; 1: first, 2: between, 3: last; 0: no loop that is gone through
  };

  void emit(ByteRange range, const Context& context);
  void plain(ByteRange range, const Context& context);
  void keepHole(const sql::JinjaValue& value, const sql::JinjaPiece& piece, const Context& context);
  static const sql::TemplateExpression& expressionAt(const sql::JinjaPiece& piece, const Context& context);
  size_t statement(size_t piece, const Context& context);
  void expression(const sql::JinjaPiece& piece, const Context& context);
  bool unroll(const sql::TemplateStatement& loop, const Context& context);
  bool choose(const sql::TemplateStatement& condition, const Context& context);
  bool call(const sql::JinjaValue& value, const sql::JinjaPiece& piece, const Context& context);
  bool paste(const sql::JinjaValue& value, const Context& context, const sql::JinjaPiece& piece);

  const Macro* macroOf(const sql::JinjaValue& value, const Context& context) const;
  bool isExpandable(const Macro& macro) const;
  bool isUsedOtherwise(const sql::JinjaValue& value, const Context& context) const;
  Held hold(const sql::JinjaValue& value, const Context& context) const;
  const Environment* bind(const Environment* up, std::string name, const Held& value);
  void copy(ByteRange range, const Context& context);
  void add(std::string_view text, const std::string& path, uint32_t at, bool pasted, ByteRange outer);

  const Projects& projects_;
  const Names& names_;
  Expansion& out_;
  std::vector<const Macro*> running_;
};

}  // namespace gander::rewriter::dbt
