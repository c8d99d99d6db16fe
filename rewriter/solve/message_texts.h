// Objects that are known by their class, for texts that name their fields: TextFormat::ParseFromString("user_name: 1", &play).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rewriter/scan/texts.h"
#include "rewriter/solve/evaluate.h"

namespace gander::rewriter {

// Whether a C++ file holds a name of a message's field in a string, and a word of an API that takes such names; or one of
// reflection, whose names may be computed; or what hashes a message's bytes. Only then are function bodies worth the time where
// a migration names nothing but types.
bool namesFieldsByText(const Meaning& meaning, const Texts& texts, const std::vector<std::string>& files);

// What is given to a base class: f(&play), where f takes a Message*. A Copy fact has the class in its name, the base in its symbol.
std::optional<Possibility> convertedObject(const Meaning& meaning, const Evaluator& evaluator, FactAt copy);

// What a static method gives that each class of its kind has: UserPlay::descriptor().
std::optional<Possibility> staticObject(const Meaning& meaning, const Evaluator& evaluator, FactAt call);

// The class that a template is given: IsValidPath<UserPlay>("user_name"). `model`: whose object it is.
std::optional<Possibility> templateObject(const Meaning& meaning, const Evaluator& evaluator, FactAt call,
                                          const rules::Model& model);

// What was constructed here, if it is a message of a dataset.
std::optional<Possibility> constructedObject(const Meaning& meaning, const Evaluator& evaluator, FactAt made,
                                             const rules::Model& model);

}  // namespace gander::rewriter
