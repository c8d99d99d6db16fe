// Uses of what changes otherwise than by its name: each is edited as the migration says, or listed with what it says nothing of.
//
//   int x = p.duration();          retype, read "static_cast<int>({value})"   -> static_cast<int>(p.duration())
//   p.set_duration(left);          unit s -> ms, by factor                    -> p.set_duration(left * 1000)
//   seconds(p.duration())          unit s -> ms                               -> milliseconds(p.duration())
//   p.song_title()                 move to song.title                         -> p.song().title()
//
// Text is put before and behind what stands there (Demand::wraps), and the token of the name has a demand of its own: who
// renames it, and who resolves it to something else on another path, meets it there.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rewriter/scan/texts.h"
#include "rewriter/solve/changes_template.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"

namespace gander::rewriter {

class ChangedUses {
 public:
  ChangedUses(const Meaning& meaning, const Texts& texts, Solution& solution, const Unit& unit);

  // `start` holds the evidence and the units of the use; what it demands is added to the solution.
  void take(const NameUse& name, const BoundField& field, const Demand& start);
  void takeEnumValue(const BoundEnumValue& value, Demand start);
  // What is told of a use of a name that stands for the field's number, whatever becomes of the name.
  void tellNumber(const NameUse& name, const BoundField& field);
  // Switches that lack a value which is new.
  void takeSwitches();

 private:
  // What is to be done with one use. A reason in `list` wins over all else.
  struct Plan {
    std::string list;
    std::string change;  // that `list` is about
    std::string token;   // what the name becomes
    Span wraps;          // what `wrapping` is put around
    Wrapping wrapping;
    std::vector<std::string> includes;
    std::vector<Demand> others;  // further edits, about the same name
    bool wrapped = false;        // its unit is told by a type around it
    bool edits() const { return !wrapping.empty() || !others.empty(); }
  };
  struct Use {
    const NameUse& name;
    const BoundField& field;
    const UseContext& context;
    const Demand& start;
  };
  enum class Side { kNone, kRead, kWrite };

  void apply(const Use& use, const rules::Change& change, Plan& plan);
  void applyRetype(const Use& use, const rules::Change& change, Plan& plan);
  void applyUnit(const Use& use, const rules::Change& change, Plan& plan);
  bool applyWrapper(const Use& use, const rules::Change& change, Plan& plan);
  std::string otherUnit(const Use& use, const rules::Change& change, Side side) const;
  void applyNullability(const Use& use, const rules::Change& change, Plan& plan);
  void applyRequired(const Use& use, const rules::Change& change, Plan& plan);
  void applyMove(const Use& use, const rules::Change& change, Plan& plan);
  void moveInto(const Use& use, const std::vector<std::string>& path, Plan& plan);
  void moveOut(const Use& use, const std::string& parent, const std::string& last, Plan& plan);
  void applyRemove(const Use& use, const rules::Change& change, Plan& plan);
  void addComment(const Use& use, const rules::Change& change);
  bool deleteStatement(const Use& use, Plan& plan);
  void applyMerge(const Use& use, const rules::Change& change, Plan& plan);

  // Whether the use reads or writes the value; kNone with a reason in the plan where neither can be changed.
  Side sideOf(const Use& use, Plan& plan) const;
  void wrap(const Use& use, const rules::Change& change, const std::string& pattern, Side side, Plan& plan);
  void listNoRule(const Use& use, const rules::Change& change, Side side, Plan& plan);
  void tellLosses(const Use& use, const rules::Change& change, Plan& plan);
  // Hazards of what becomes of the field that stand beside what is done about the use (changes_order.cpp).
  void tellOrder(const Use& use, const rules::Change& change);
  std::string orderedBy(const Use& use) const;
  void tell(const Span& span, std::string hazard, std::string message);
  Span valueOf(const Use& use, Side side) const;
  bool isCopy(const Use& use, Side side) const;
  bool isUsual(const Use& use) const;

  void emit(const Use& use, Plan plan);
  void emitWrapping(const Use& use, const Plan& plan, Demand demand);
  // Nothing where no include of the file stands outside of a conditional: there is no place for another.
  std::optional<Demand> includeOf(const std::string& file, const std::string& include, const Demand& like) const;
  bool standsAround(const Span& span, const Wrapping& wrapping) const;
  std::string_view slice(const std::string& file, uint32_t begin, uint32_t end) const;

  const Meaning& meaning_;
  const Texts& texts_;
  Solution& solution_;
  const Unit& unit_;
  std::map<std::pair<Span, std::string>, std::vector<const UseContext*>> contexts_;
  std::map<Span, std::string> reads_;   // what is read as a whole -> by which symbol
  std::map<Span, std::string> writes_;  // what is written
};

}  // namespace gander::rewriter
