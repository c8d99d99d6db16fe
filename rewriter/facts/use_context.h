// What surrounds a use of a member: enough to change what is done with its value, or to say why nobody but a person can.
//
//   int left = kTotal - play.duration();     whole `play.duration()`, read, an operand, converted into int
//   play.set_duration(seconds);              whole `play.set_duration(seconds)`, argument `seconds`, a statement of its own
//   play.duration += 2;                      whole `play.duration`, compound
//
// Ranges are empty where the text is not written in one piece: it comes out of a macro.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/source.h"

namespace gander::rewriter {

// What happens to the member's value, or to what a call of it gives.
enum class Fate {
  kRead,
  kWritten,      // what stands behind `=` or in a designated initializer becomes its value
  kCompound,     // it is read and written at once: +=, ++
  kAddress,      // its address is taken, or a reference to it is bound: what is done with it then is not seen
  kInner,        // something within it is used: a member, an element
  kUnevaluated,  // only its type matters: decltype, sizeof
  kDiscarded,    // a statement of its own, whose value nobody takes
  kUnknown
};

struct ValueType {
  std::string name;   // canonical: "int", "std::basic_string"; empty where it is not known
  uint32_t bits = 0;  // of a number; else 0
  bool isSigned = false;
  bool floating = false;
  auto operator<=>(const ValueType&) const = default;
};

struct UseContext {
  Span name;           // as NameUse::span, and
  std::string symbol;  // NameUse::symbol: together they say which use this is of
  Fate fate = Fate::kUnknown;
  std::string why;  // what makes it kAddress or kUnknown, for people
  Span whole;       // the member with its object, and its call
  bool called = false;
  std::vector<Span> arguments;  // of the call
  Span written;                 // kWritten: the new value
  bool pure = false;            // evaluating the arguments and what is written does nothing else
  bool operand =
      false;  // an operator, a cast or a member is applied to `whole`: only a primary expression may replace it
  bool braced = false;        // it stands in an initializer in braces, where narrowing is an error
  Span ownStatement;          // with its ';', in a block: where the access, call or assignment is all of it
  Span statement;             // the statement, in a block, that holds it
  std::vector<Span> around;   // the expressions around `whole`, from the narrowest on, at most eight
  ValueType type;             // of the member's value; of a call that gives none, of its last parameter
  ValueType into;             // what it is converted into, where it is
  std::string intoName;       // the variable, parameter or member that takes it
  std::string passedTo;       // the qualified name of the function that takes it
  uint32_t passedAs = 0;      // the number of the argument that it is there, from 0
  Span comparedTo;            // the other side of <, >, <=, >= or <=>
  std::string wrapper;        // the class that is made of it alone, as it is written: std::chrono::seconds
  Span wrapperName;           // the last name of that
  bool wrapperLeaks = false;  // the wrapper's type shows: by `auto`, or by a member that is called on it
  std::string scaled;         // "/ 1000": a multiplication or division by a constant right around it
  std::string conversion;     // "%d": it is printed so
  Span base;                  // what the member is taken from, without the '.' or '->'
  Span baseName;              // the base's own member, where it is one: `song` in play.song().title()
  std::string baseSymbol;
};

// A switch over an enum.
struct SwitchUse {
  Span keyword;
  std::string type;  // the enum's qualified name
  bool hasDefault = false;
  std::vector<std::string> cases;      // bare names of the constants that it has
  std::vector<std::string> constants;  // ... that the enum has
};

}  // namespace gander::rewriter
