// What stands inside {{ ... }} and {% ... %}: names, calls and literals with their places, for those who ask what a template
// names. Nothing is run. There is no failure: what is not understood is kUnknown, with what was found in it.
//
//   {{ source('lake', 'user_plays_v1') }}     -> call "source" of two texts
//   {% set cols = ['user_name', 'played_at'] %} -> set of "cols" to a list of two texts
//
// Offsets are bytes of the text that was passed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/source.h"

namespace gander::rewriter::sql {

struct JinjaValue {
  enum class Kind {
    kUnknown,  // of `items`, in a way that is not understood
    kText,     // a literal: `text` is its value
    kNumber,   // `text` as written
    kName,     // `text` with dots: "this.schema"
    kCall,     // of `text`, with dots: "dbt_utils.star"; items are positional arguments, named the others
    kList,     // items; tuples too
    kDict,     // named, by keys that are literals; items: values of the others
    kConcat,   // texts put together: a ~ b, a + b
    kChoice,   // one of items: a if c else b, a or b
    kElement,  // items[0] by `text` or items[1]: x['a'], x.a, x[0], where x is no plain name
  };
  struct Named;

  Kind kind = Kind::kUnknown;
  ByteRange range;  // as written, with quotes and brackets
  ByteRange body;   // kText: without quotes; kName, kCall: the name
  std::string text;
  bool plain = true;  // kText: body's bytes are the value
  std::vector<JinjaValue> items;
  std::vector<Named> named;
  std::vector<JinjaValue> base;  // kCall: what it is a method of, if that is no plain name; at most one
  std::vector<std::string> filters;

  bool isText() const { return kind == Kind::kText && filters.empty(); }
  bool isCall(std::string_view callee) const { return kind == Kind::kCall && base.empty() && text == callee; }
  // An argument by its name, else by its 0-based position; null if it is not there. An empty name has no keyword form.
  const JinjaValue* argument(size_t position, std::string_view name) const;
};

struct JinjaValue::Named {
  std::string name;
  ByteRange range;  // of the name, without quotes
  JinjaValue value;
};

struct JinjaParameter {
  std::string name;
  ByteRange range;
  std::optional<JinjaValue> byDefault;
};

// The inside of {% ... %}.
struct JinjaStatement {
  std::string word;  // "set", "for", "endfor", "macro", ...
  std::string name;  // macro, snapshot, test, materialization, docs: its own
  ByteRange nameRange;
  std::vector<std::string> targets;        // set, for: the names that it binds
  std::vector<JinjaParameter> parameters;  // macro, test, call
  std::optional<JinjaValue> value;         // set: the right side; for: what is gone through; else the expression
};

// `inside` is without the delimiters and their '-'.
JinjaValue readJinjaValue(std::string_view text, ByteRange inside);
JinjaStatement readJinjaStatement(std::string_view text, ByteRange inside);

// One stretch of a template. kText covers {% raw %} too.
struct JinjaPiece {
  enum class Kind { kText, kExpression, kStatement, kComment };
  Kind kind = Kind::kText;
  ByteRange range;   // with delimiters
  ByteRange inside;  // without them and their '-'
};

// All of a text, in order. Delimiters within a literal and within brackets end nothing; what has no end goes to the text's.
std::vector<JinjaPiece> jinjaPieces(std::string_view text);

// The piece that a hole of that range is, or nothing.
std::optional<JinjaPiece> jinjaPieceAt(std::string_view text, ByteRange hole);

// Calls `visit` with a value and all that it is made of, the outer first.
template <typename Visit>
void visitJinja(const JinjaValue& value, const Visit& visit) {
  visit(value);
  for (const auto& one : value.base) visitJinja(one, visit);
  for (const auto& one : value.items) visitJinja(one, visit);
  for (const auto& one : value.named) visitJinja(one.value, visit);
}

}  // namespace gander::rewriter::sql
