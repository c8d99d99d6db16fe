// What gets lost where a number of a new type goes into what was made for the old one. Each has the name of a hazard.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rewriter/facts/use_context.h"
#include "rules/migration.h"

namespace gander::rewriter {

// The number that a schema's type is: "int64", "BIGINT", "double". Nothing for what is none.
std::optional<ValueType> numberOf(std::string_view schemaType);

struct NumberLoss {
  std::string hazard;  // "narrowing", "sign", "precision"
  std::string what;
};
// What is lost of `now` in `into` that was not of `old`; nothing where nothing is, or nothing more.
std::optional<NumberLoss> lossOf(const ValueType& old, const ValueType& now, const ValueType& into);

// The same where a conversion of printf takes it: "%d".
std::optional<NumberLoss> lossInPrint(const ValueType& old, const ValueType& now, std::string_view conversion);

}  // namespace gander::rewriter
