// A whole template: its expressions and statements, the blocks they lie in, and what a name may stand for at a place.
//
//   {% for t in ['a', 'b'] %} select * from {{ ref(t) }} {% endfor %}     t, in the loop: each of 'a', 'b'
//
// Offsets are bytes of the text.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/sql/jinja.h"

namespace gander::rewriter::sql {

inline constexpr size_t kNoBlock = static_cast<size_t>(-1);

struct TemplateExpression {
  JinjaPiece piece;
  JinjaValue value;
};

struct TemplateStatement {
  JinjaPiece piece;
  JinjaStatement statement;
  size_t block = kNoBlock;  // the one that it opens
  size_t inside = kNoBlock;
};

struct TemplateBlock {
  size_t opener = 0;  // index into Template::statements
  ByteRange whole;
  ByteRange body;  // up to the end, over `else`
  size_t parent = kNoBlock;
};

// What a name may be bound to.
struct Binding {
  enum class Kind {
    kValue,      // `value`
    kElement,    // the `index`th of `count` of an element of `value`
    kParameter,  // a parameter of the macro that `block` is
    kBody,       // the text of `body`: {% set x %}...{% endset %}
    kChanged,    // something that is done to it: x.append(...)
  };
  Kind kind = Kind::kValue;
  const JinjaValue* value = nullptr;
  size_t index = 0;
  size_t count = 1;
  size_t block = kNoBlock;
  ByteRange body;
  uint32_t at = 0;  // where it is bound
};

struct Template {
  std::vector<JinjaPiece> pieces;
  std::vector<TemplateExpression> expressions;
  std::vector<TemplateStatement> statements;
  std::vector<TemplateBlock> blocks;

  const JinjaStatement& openerOf(const TemplateBlock& block) const { return statements[block.opener].statement; }
  // The innermost block whose body holds an offset.
  size_t blockAt(uint32_t offset) const;
  // The innermost block of one of these words around an offset.
  size_t blockAt(uint32_t offset, std::span<const std::string_view> words) const;
  // The macro, test or materialization around an offset.
  size_t macroAt(uint32_t offset) const;
  // Everything that a name may stand for there; empty: it is bound elsewhere.
  std::vector<Binding> bindingsOf(std::string_view name, uint32_t offset) const;
  // Calls `visit` with every value of the template, and what it is made of.
  template <typename Visit>
  void visitValues(const Visit& visit) const {
    for (const auto& one : expressions) visitJinja(one.value, visit);
    for (const auto& one : statements) {
      if (one.statement.value) visitJinja(*one.statement.value, visit);
      for (const auto& parameter : one.statement.parameters)
        if (parameter.byDefault) visitJinja(*parameter.byDefault, visit);
    }
  }
};

Template readTemplate(std::string_view text);

}  // namespace gander::rewriter::sql
