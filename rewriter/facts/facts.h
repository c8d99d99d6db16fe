// Facts: the small language-neutral vocabulary that every frontend lowers to and the solver reads.
//
//   source file -> frontend -> Unit { functions of facts, names, ... } -> solver
//
// A function's facts are in SSA form: each value has one definition. Values are numbered from 1 within a function; 0 is "no
// value". Operands (`in`) by op:
//   Const    -                      `text` if it is a string literal; else an opaque constant (number, None)
//   Global   write: [value]         `symbol` of a variable that outlives the function (module variable, C++ global)
//   Param    -                      `index` is the position in Function::params
//   Phi      [value, ...]           may be any of them (a join of control flow, ?:, `or`)
//   Copy     [value]                the same value under another type or name (casts, std::move is a Call); of one
//                                   that becomes a base class's: its class is the name, the base the symbol
//   Call     [receiver, arg...]     receiver is 0 for a plain call; `symbol`/`name` of the callee where known
//   Member   read: [base]           `name` of the member; write: [base, value]
//   Index    read: [base, key]      base[key]; write: [base, key, value]; `symbol`/`name` where it is an overloaded operator
//   Element  [container]            an element met while iterating
//   Record   [key, value, ...]      dictionary, set of pairs, initializer list; the key is 0 where there is none;
//                                   its name is "each" where there may be any number of such pairs (a comprehension)
//   Concat   [part, ...]            text put together: a + b, adjacent f-string parts, formatted holes
//   Format   [text, arg, ...]       text with holes that are filled: "%s" % x (its name is "%"), "{}".format(x)
//   Return   [value]                the value leaves the function
//   Changed  [value, call]          what a call may leave where the value stood; others at any time, where it is an Unknown
//   Out      [value]                what the parameter at `index` (of params) refers to when the function is left
//   Unknown  [value, ...]           an expression that the vocabulary has no word for; its operands go in and are lost
// Coroutines and exceptions' values are Unknown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/source.h"
#include "rewriter/facts/use_context.h"

namespace gander::rewriter {

using ValueId = uint32_t;
inline constexpr ValueId kNoValue = 0;

enum class Op {
  kConst,
  kGlobal,
  kParam,
  kPhi,
  kCopy,
  kCall,
  kMember,
  kIndex,
  kElement,
  kRecord,
  kConcat,
  kFormat,
  kReturn,
  kChanged,
  kOut,
  kUnknown
};

enum class Access { kRead, kWrite, kAddress };

// What a resolution rests on. A guessed callee never gives tier `type`.
enum class How { kCompiler, kImport, kGuessed };

// A piece of one string literal as written. Adjacent literals ("a" "b") are several pieces of one Const.
struct LiteralPiece {
  std::string value;              // decoded, UTF-8
  Span span;                      // the bytes of the body, without prefix and quotes
  std::vector<uint32_t> offsets;  // for each byte of `value`, its offset in the file, then the end; empty: one to one
  bool raw = false;               // no escapes are possible here
  bool triple = false;            // Python: in three quotes
  bool formatted = false;         // Python: of an f-string, where a brace is written twice
  char quote = '"';               // 0 where none stands around it (a macro's argument, made a string by #)
  uint32_t offsetOf(size_t byte) const {
    return offsets.empty() ? span.range.begin + static_cast<uint32_t>(byte) : offsets[byte];
  }
};

struct Fact {
  Op op = Op::kUnknown;
  ValueId out = kNoValue;  // kNoValue where nothing comes out (a write, a return)
  std::vector<ValueId> in;
  std::string symbol;  // the identity that holds across files: a Clang USR, or "dir/module.py:Class.function"
  std::string name;    // what models and people call it: qualified ("pqxx::row::operator[]", "warehouse.open"), or the
                       // bare method or member name where the callee is not known ("rows")
  Span span;           // the bytes of the expression; of the member's or callee's name for Member and Call
  std::vector<std::string> keywords;  // Call: for each argument its keyword, or ""; empty where there is none at all
  std::vector<LiteralPiece> text;     // Const
  // Param, Out: the position in Function::params. A position and one, where it is known, else 0: Const: the number that it is;
  // Member: of the field in a class of a library; Call: the number that the callee's template is given first.
  uint32_t index = 0;
  bool constructs = false;  // Call: of a constructor; what comes out is the object
  Access access = Access::kRead;
  How how = How::kGuessed;
};

struct Parameter {
  std::string name;
  ValueId value = kNoValue;
  std::string type;  // qualified type name where it is written or known: "pqxx::row", "plays_pb2.UserPlay"
  bool variadic = false;
};

struct Function {
  std::string symbol;  // as Fact::symbol; "<file>" followed by the path for code outside any function
  std::string name;    // bare name: what the token index is asked for to find callers
  Span span;           // the whole definition
  Span nameSpan;
  std::vector<Parameter> params;  // a method's receiver is params[0]
  bool method = false;
  bool virtualMethod = false;          // may be reached by a call of another method, one that is not in `overrides`
  std::vector<std::string> overrides;  // the symbols of all methods that it overrides
  std::vector<Fact> facts;             // definitions stand before uses, but for Phi
};

// What an identifier in a file resolves to: the ground of tier `type`, and the evidence for verdict `other`.
enum class SymbolKind {
  kNamespace,
  kType,
  kField,
  kMethod,
  kFunction,
  kVariable,
  kParameter,
  kEnumConstant,
  kMacro,
  kModule,
  kUnknown
};
std::string_view toString(SymbolKind kind);

struct Qualifier {
  Span span;           // one name of a written qualifier: `v1` in `warehouse::v1::UserPlay`
  std::string symbol;  // qualified name that it resolves to: "warehouse::v1"
};

// What a token made by ## has of its macro's argument: `name` in user_##f with f = name.
struct Pasted {
  Span argument;  // the argument's token, where it is written; an empty file name where it is not known, or not one
  std::string before;
  std::string behind;
  std::string macro;  // whose body or argument the token stands in, or empty
  auto operator<=>(const Pasted&) const = default;
};

struct NameUse {
  Span span;           // the identifier token where it is written (a macro's body or argument, if it came from one)
  std::string text;    // the identifier
  std::string symbol;  // qualified name of what it resolves to: "warehouse::v1::UserPlay::user_name"; empty: unresolved
  SymbolKind kind = SymbolKind::kUnknown;
  bool declares = false;     // the token declares or defines the symbol
  bool definesHere = false;  // ... and what it declares is the repository's own (not only a forward declaration)
  How how = How::kCompiler;
  bool dependent = false;      // in a template: unresolved before instantiation
  bool pasted = false;         // the token does not exist in the file: made by ## in the expansion that `span` covers
  Pasted paste;                // of a pasted token
  std::vector<Pasted> pastes;  // before it is known which names are wanted (facts/narrow.h): all that it may be
  std::string macro;           // the macro whose body holds the token, or the argument that it is pasted of; or empty
  bool bare = false;           // nothing is written before it: no object, no qualifier
  std::vector<std::string> varying;  // macros by which it takes effect, and which another includer may define otherwise
  std::string lacking;               // unresolved: what the compiler lacked, where it knows
  std::vector<std::string>
      overrides;                      // methods: those that it overrides, over any number of classes, by qualified name
  std::string templated;              // the template whose instantiation this resolution belongs to, or empty
  std::string objectType;             // members: the class of the object that it is taken from
  Span object;                        // members: where the object was declared, if that is in the tree
  Span declaration;                   // where the symbol is declared: in the tree, or any path of the machine
  std::vector<Qualifier> qualifiers;  // of a forward declaration: the namespaces around it, if they hold nothing else
  // Functions: how many arguments a call of it may have, at least and at most. A method's object is none.
  uint32_t takesLeast = 0;
  uint32_t takesMost = 0;
};

// An identifier of which a macro makes text: `old` in CHECK(p.old()).
struct Stringized {
  Span span;
  std::string text;
  std::string macro;
  bool alone = false;  // it is the whole argument, so that its text may be a key
};

struct IncludeUse {
  Span span;             // the path between the quotes or brackets
  std::string written;   // "warehouse/plays.pb.h"
  std::string resolved;  // the file that was found, empty if none was; relative to the root if it is in the tree
};

// A C++ class as the compiler saw it: which names it has tells which version of a schema the code was built against.
struct TypeSeen {
  std::string symbol;                // "warehouse::v1::UserPlay"
  std::vector<std::string> members;  // methods, fields, enum constants and nested types, bare names
};

// A node that a rule binds, where it is written.
struct RuleNode {
  std::string name;
  Span span;
  auto operator<=>(const RuleNode&) const = default;
};

// A place that a rule of the migration's own matches. It holds nothing but places: the text that is put there is made of the
// tree's own files (facts/rule_template.h).
struct RuleMatch {
  std::string rule;             // its name
  Span span;                    // what is to be replaced; the place of the match where that can't be told
  Span whole;                   // the match
  std::vector<RuleNode> nodes;  // those that the template names
  std::string why;              // why it can't be edited as the rule says; empty: it can
  Span declared;                // the name of what is made anew by templates around it: a function, class or variable;
                                // an empty file: it stands in no template, and each unit that reads it has it
  bool body = false;            // in what an instantiation may lack: a function's body, a variable's value
  std::vector<uint32_t> instances;  // of Unit::instances: those in which it is found
};

// What the compiler made of a function, class or variable in a template of the repository's own.
struct TemplateInstance {
  Span declared;      // the name, in the template
  std::string name;   // "show<lake::Table>", for people
  bool body = false;  // it has its body, or its value
};

enum class ZoneKind { kComment, kString, kInactive, kDirective };

// A stretch of a file that is not plain code.
struct Zone {
  ByteRange range;
  ZoneKind kind = ZoneKind::kComment;
};

struct Gap {
  std::string file;
  std::string why;  // "warehouse/plays.pb.h: not found", "no compile command"
};

// What one file, or one C++ translation unit, was lowered to. A translation unit holds facts of every file of the tree that it
// reads; `file` is its main file.
struct Unit {
  std::string file;
  std::string language;  // "cpp", "python", "yaml", "json", "sql"
  std::vector<Function> functions;
  std::vector<NameUse> names;
  std::vector<Stringized> stringized;
  std::vector<UseContext> uses;     // of names that are members
  std::vector<SwitchUse> switches;  // over enums that have a wanted name
  std::vector<IncludeUse> includes;
  std::vector<TypeSeen> types;
  std::vector<RuleMatch> rules;
  std::vector<TemplateInstance> instances;          // all of them, where rules were asked for
  std::vector<std::string> reads;                   // files of the tree that were read
  std::vector<std::pair<std::string, Zone>> zones;  // inactive regions, by file
  std::vector<Gap> gaps;
  bool leftOut =
      false;  // its names stand in branches that the build leaves out; told by who asked for them, not encoded
};

// The form in which a parsing process hands a unit to its parent: CBOR of a JSON document with every field by name.
std::string encodeUnit(const Unit& unit);
Result<Unit> decodeUnit(std::string_view bytes);

}  // namespace gander::rewriter
