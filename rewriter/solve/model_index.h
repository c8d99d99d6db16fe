// The models' entries by what they are recognised by, and how an entry's operands are found in a fact.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/facts/facts.h"
#include "rules/model.h"

namespace gander::rewriter {

struct Entry {
  const rules::Model* model = nullptr;
  const rules::ModelEntry* entry = nullptr;
};

class ModelIndex {
 public:
  explicit ModelIndex(const rules::Library& library);

  // Entries for a call of a function, or an overloaded operator; those for "a.b.*" where none is for "a.b.c" itself. A method's bare
  // name is no function's: file.open() is not open().
  const std::vector<Entry>& functions(std::string_view language, const Fact& fact) const;
  // Entries of one model on one of its objects. `name` is the method's or attribute's; entries for the attribute "*" are found too,
  // and those for the method "*" where no other speaks of the method.
  std::vector<Entry> onObject(const rules::Model& model, rules::Pattern::Form form, std::string_view object,
                              std::string_view name) const;
  // The object that an entry gives: of its own model, or "model.object" of another.
  struct Given {
    const rules::Model* model = nullptr;
    std::string object;
  };
  Given given(const Entry& entry) const;
  // Whether a call of this name, qualified or a method's, may be an export.
  bool isExport(std::string_view language, std::string_view name) const;
  // Entries of what hashes a value or orders by it: apart from all others, for they say nothing of where a value goes.
  const std::vector<Entry>& orders(std::string_view language, std::string_view name) const;
  // Whether a function of this qualified name takes a field of an object that is known by its class, by name or number.
  bool isReflection(std::string_view language, std::string_view name) const;
  // Entries on any text (rules::kTextObject) for a method of that name.
  const std::vector<Entry>& onText(std::string_view language, std::string_view name) const;
  const std::vector<Entry>& keys(std::string_view language) const;

 private:
  const rules::Library& library_;
  std::map<std::string, std::vector<Entry>, std::less<>> functions_;  // "language\nname"
  std::map<std::string, std::vector<Entry>, std::less<>> orders_;     // the same
  std::set<std::string, std::less<>> reflections_;                    // the same
  std::set<std::string, std::less<>> exports_;                        // the same; methods by their name
  std::map<std::string, std::vector<Entry>, std::less<>> onText_;     // "language\nname"
  std::map<std::string, std::vector<Entry>, std::less<>> keys_;       // language
};

// The operand of a Call, Index or Member fact that an entry's number means (kReceiver, or a 0-based argument, or a keyword);
// kNoValue where the fact has none.
ValueId operandOf(const Fact& fact, int argument, std::string_view keyword = {});

}  // namespace gander::rewriter
