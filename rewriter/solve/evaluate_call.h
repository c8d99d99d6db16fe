// What a call gives: by the migration's functions, by the models, else by the callee's own returns.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "rewriter/solve/evaluate.h"
#include "rewriter/solve/model_index.h"

namespace gander::rewriter {

struct Evaluator::Walk {
  std::set<std::tuple<const Body*, ValueId, const Frame*>> active;
  std::set<std::tuple<const Body*, ValueId, const Frame*>> repeated;  // what is gone round once more
  const Body* needsCallersOf = nullptr;
  int budget = 20'000;  // facts looked at for one question
};

// For people: "loadPlays", or "a call".
std::string shownCall(FactAt call);

class CallEvaluator {
 public:
  CallEvaluator(Evaluator& evaluator, Evaluator::Walk& walk, FactAt at, const Context& context)
      : evaluator_(evaluator), walk_(walk), at_(at), context_(context) {}

  Possibilities apply();
  // By the entries of the callee's qualified name; nullopt where no model has one.
  std::optional<Possibilities> applyFunctions();
  // By the entries of an object's model for this method, subscript, iteration or attribute.
  Possibilities applyOnObject(const Possibility& object, rules::Pattern::Form form);
  // What stands in pairs, or in a pair; nullopt for what is none of both.
  std::optional<Possibilities> applyPairs(const Possibility& one, rules::Pattern::Form form);
  // The rows that a text entry's queries give.
  Possibilities rowsOf(const Entry& entry, const Possibilities& queries);
  // The texts that a text entry takes.
  Possibilities textsOf(const Entry& entry);
  // The text that a format entry puts together.
  Possibilities applyFormat(const Entry& entry);
  // What the flow of an entry gives, wherever that goes.
  Possibilities applyFlow(const Entry& entry, const Possibility* object);

 private:
  void addWrittenThrough(Possibilities& out);
  std::optional<Possibilities> applyFunctionReference();
  std::optional<Possibilities> applyMethods();
  Possibilities applyOnText(const std::vector<Entry>& entries);
  Possibilities joinElements(const Possibilities& separator, const Possibilities& lists);
  std::optional<Possibilities> applyDefinitions();
  Possibilities applyPlain(const Possibility& object, rules::Pattern::Form form);
  bool fitsKey(const Entry& entry);
  bool isFilled(const Possibility& object) const;
  Possibilities filled(const Possibility& object);
  Possibilities ranBy(FactAt call, const Entry& entry);
  std::optional<Possibilities> applyEntry(const Entry& entry, const Possibility* object);
  Possibilities applySource(const Entry& entry);
  Possibilities applyText(const Entry& entry);
  Possibilities ofFlow(const rules::ModelEntry& flow, Possibility one);
  std::optional<Possibilities> applyConstruction();
  std::optional<Possibilities> applyValues();
  // The rows of the texts that a name was given to.
  Possibilities applyNamed(const Entry& entry);
  Possibilities applyAmbient(const Entry& entry);
  // The values of fields that have fields of their own.
  Possibilities applyField(const Entry& entry, const Possibility* object);
  bool skips(bool notMine) {
    skipped_ |= notMine;
    return notMine;
  }
  void setGiven(Possibility& object, const Entry& entry) const;
  std::vector<std::string> keysOf(const Entry& entry, bool& unclear);
  Possibility namedObject(const Entry& entry, const Possibility& text, const std::string& name);
  Possibilities operand(int argument, const std::string& keyword = {});
  EvidenceStep here(std::string why) const { return evaluator_.step(spanOf(at_), std::move(why)); }
  std::string calleeName() const;

  Evaluator& evaluator_;
  Evaluator::Walk& walk_;
  FactAt at_;
  Context context_;
  bool skipped_ = false;  // an entry left a possibility to another one
};

// The argument of a call that a function's parameter gets; kNoValue where none is written.
ValueId argumentOf(const Fact& call, const Function& callee, size_t parameter);

// The call that a Changed fact speaks of.
std::optional<FactAt> callInto(FactAt changed);
// The format entry that writes into that argument of the call, or null.
const Entry* formatInto(const Meaning& meaning, FactAt call, ValueId argument);

// The name that callers write: a constructor's class, else the function's own.
std::string callableName(const Function& function);

// A `function` reference of the migration that says what a parameter is.
std::optional<Possibility> parameterReference(const Meaning& meaning, const Body& body, size_t parameter);

void addPossibility(Possibilities& to, Possibility one);
void addPossibilities(Possibilities& to, Possibilities more);
Possibility opaque();
// The same values, on whose fields no edit may rest, and why.
Possibilities openBy(Possibilities values, const std::string& why);

// The words for an object that is pairs of another's elements, and for one such pair; and what such a word is of.
std::string pairsOf(const std::string& object);
std::string pairOf(const std::string& object);
struct Inner {
  std::string object;
  bool pairs = false;
};
std::optional<Inner> innerOf(std::string_view object);

// Texts, or lists of one text each: open({"plays"}). A list of several is a name of several parts, and stays a list.
Possibilities singlesIn(Possibilities given, const std::function<Possibilities(const Possibility&)>& element);

// The names that an argument gives: itself, or the elements of a list, ["user_name", "day"]. A map's keys are judged where it is made.
Possibilities namesIn(Evaluator& evaluator, const Possibilities& given);
Possibility tooMany();

}  // namespace gander::rewriter
