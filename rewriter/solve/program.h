// All facts of a tree, joined: functions by symbol, who calls them, who writes and reads what outlives a function.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// A function as the solver sees it: its facts, and an index from values to the facts that make and take them.
struct Body {
  Function function;
  std::string language;
  std::unordered_map<ValueId, size_t> definition;          // value -> index into function.facts
  std::unordered_map<ValueId, std::vector<size_t>> users;  // value -> facts that take it

  const Fact* define(ValueId value) const {
    auto found = definition.find(value);
    return found == definition.end() ? nullptr : &function.facts[found->second];
  }
};

// A call that may run more functions than these is not followed.
inline constexpr size_t kMostCallees = 16;

// A fact in its function.
struct FactAt {
  const Body* body = nullptr;
  size_t index = 0;
  const Fact& fact() const { return body->function.facts[index]; }
  auto operator<=>(const FactAt&) const = default;
};

class Program {
 public:
  // A function that is known already (a header read by several units) is joined once; a variant of it with other facts is kept
  // beside it.
  void add(Unit unit);

  const std::deque<Body>& bodies() const { return bodies_; }
  const std::vector<Unit>& units() const { return units_; }  // without their functions

  // Every definition of a function; more than one where variants differ.
  const std::vector<const Body*>& definitions(const std::string& symbol) const { return find(bySymbol_, symbol); }
  // What a call of the symbol may run: its definitions, and those of the methods that override it.
  std::vector<const Body*> callees(const std::string& symbol) const;
  const std::vector<FactAt>& callsOf(const std::string& symbol) const { return find(calls_, symbol); }
  // Method calls whose callee is not known, by the method's bare name.
  const std::vector<FactAt>& guessedCalls(const std::string& name) const { return find(guessed_, name); }
  // Method calls whose symbol says where the object is, but that nothing defines: CLIENT.open(x) of an imported CLIENT.
  std::vector<FactAt> undefinedCalls(const std::string& name) const;
  // The function is used as a value somewhere: anybody may call it.
  bool escapes(const std::string& symbol) const { return escaping_.contains(symbol); }
  const std::vector<FactAt>& writesOf(const std::string& symbol) const { return find(writes_, symbol); }
  // Reads of a member of that name on what is not known.
  const std::vector<FactAt>& guessedReads(const std::string& name) const { return find(guessedReads_, name); }
  const std::vector<FactAt>& readsOf(const std::string& symbol) const { return find(reads_, symbol); }

 private:
  template <typename T>
  static const std::vector<T>& find(const std::map<std::string, std::vector<T>>& index, const std::string& key) {
    static const std::vector<T> none;
    auto found = index.find(key);
    return found == index.end() ? none : found->second;
  }
  bool isKnown(const Function& function) const;
  void index(Body& body);
  void indexFact(FactAt at);

  std::deque<Body> bodies_;  // addresses hold
  std::vector<Unit> units_;
  std::map<std::string, std::vector<const Body*>> bySymbol_;
  std::map<std::string, std::vector<const Body*>> overriders_;
  std::map<std::string, std::vector<FactAt>> calls_;
  std::map<std::string, std::vector<FactAt>> guessed_;
  std::map<std::string, std::vector<FactAt>> imported_;  // calls on an imported object, by the method's bare name
  std::map<std::string, std::vector<FactAt>> writes_;
  std::map<std::string, std::vector<FactAt>> reads_;
  std::map<std::string, std::vector<FactAt>> guessedReads_;
  std::set<std::string> escaping_;
};

// What stands where an argument stood, after a call that may have changed it.
std::vector<FactAt> changedBy(FactAt call, ValueId argument);

// The place at which a fact's expression stands, for evidence.
Span spanOf(const FactAt& at);

// The last name of a symbol, as the token index knows it: "a/b.py:Class.method" -> "method".
std::string bareName(std::string_view symbolOrName);

}  // namespace gander::rewriter
