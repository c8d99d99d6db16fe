// Models and bindings: what gander knows of APIs, as data. No API's name stands in C++ code.
//
// A model tells how an API names datasets and passes them on. It speaks of *objects*, the API's kinds of values
// (`client`, `handle`, `rows`, `row`), and of eight kinds of entries:
//   source  a call or type that names a dataset and gives an object      warehouse.open("user_plays_v1") -> handle
//   sink    a call that takes an object to a dataset                     warehouse.publish("plays", record)
//   flow    a call, iteration or attribute that passes an object on      handle.rows() -> rows; for row in rows -> row
//   use     a call, subscript or attribute that names a field            row["user_name"]
//   text    an argument that is code or prose: sql, csv, json, log       txn.exec("SELECT ...") -> rows
//   format  a call that puts a text together of others           fmt::format("SELECT {} FROM plays", column)
//   export  a call that gives an object's fields out by their names      frame.to_csv("names.csv")
//   order   a call that hashes what it is given, or orders by it         std::hash<int>()(play.day())
// An object that carries no dataset of its own (a client) is just as much an object: methods are known on it.
// docs/models.md is the user's page.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/source.h"
#include "rules/binding.h"
#include "rules/migration.h"
#include "rules/unit_names.h"

namespace gander::rules {

enum class EntryKind { kSource, kSink, kFlow, kUse, kText, kExport, kFormat, kOrder };

// The object of any text: methods of strings are known on it in every model.
inline constexpr std::string_view kTextObject = "text";

// Under `gives`: a number, a flag, something that names no field, whatever is done with it.
inline constexpr std::string_view kValueObject = "value";

// What gives pairs, in each of which stands an element of what came in: enumerate(rows).
inline constexpr std::string_view kPairsObject = "pairs";

// Under `gives` of a flow: an element of what comes in; its part at the position that the callee's template is given (std::get<1>);
// what comes out of the function that comes in, when it is called.
inline constexpr std::string_view kElementObject = "element";
inline constexpr std::string_view kPartObject = "part";
inline constexpr std::string_view kReturnedObject = "returned";

// How an entry is recognised in code. Exactly one of the forms:
struct Pattern {
  enum class Form {
    kFunction,   // a call of this qualified name: "pqxx::row::operator[]", "warehouse.open"; "a.b.*": any other of a.b
    kMethod,     // a call of method `name` on an object of this model: "handle.rows"
    kSubscript,  // object[key]
    kElement,    // iteration over the object
    kAttribute,  // object.name
    kKey,        // YAML/JSON: the value of this key, by a path with '*' and '**': "jobs.*.table", "**.topic"
    kClass,      // C++: a value of a class that is derived from this one
    kStatic,     // C++: a call of the static method of that name of any class: what it gives is of the class
  };
  Form form = Form::kFunction;
  std::string name;    // kFunction: qualified name; kMethod, kAttribute: the method's name ("*": any); kKey: the path
  std::string object;  // kMethod, kSubscript, kElement, kAttribute: the object that it is on
  auto operator<=>(const Pattern&) const = default;
};

inline constexpr int kReceiver = -1;     // the object of a method call
inline constexpr int kAnyArgument = -2;  // every argument
inline constexpr int kAbsent = -3;
inline constexpr int kEachArgument = -4;  // every positional argument
inline constexpr int kResult = -5;        // what the call gives
inline constexpr int kContext = -6;       // the object that is called with an expression that the call is a part of
inline constexpr int kTemplate = -7;      // the class that the callee's template is given first

// What stands between the brackets of a subscript: a text, or anything else (a position, a list, a condition).
enum class SubscriptBy { kAny, kName, kOther };

struct ModelEntry {
  EntryKind kind = EntryKind::kFlow;
  Pattern pattern;
  // source, sink, text, format, order: the argument (0-based, kAnyArgument; format: kReceiver too) that holds the name or the text, or
  // the keyword argument of that name; sink: or an object of the dataset (kTemplate too); use: `keyword` names the field as `field` does.
  int argument = kAbsent;
  std::string keyword;
  // flow: where the object comes in (an argument, kReceiver; kAbsent: out of nothing, as from a constructor); use, export: the
  // object that has the fields (use: kResult and kContext too); text of data: the object whose fields the text names (kTemplate
  // too), kAbsent where none tells.
  int from = kAbsent;
  // use: the argument that names the field, or several in a list or as the keys of a map; kAbsent where the form itself or
  // `keyword` does; kEachArgument: all do; kAnyArgument: any may, so what they hold is never edited.
  int field = kAbsent;
  // flow, format: the argument that holds what comes out afterwards; kAbsent where the call gives it. text: kReceiver where its rows also
  // come out of the receiver, whatever is called on it next (a cursor).
  int into = kAbsent;
  int within = kAbsent;  // flow: what comes out is an element of this argument from then on (or kReceiver, kResult)
  int to = kAbsent;      // flow: what comes out goes to the function that is this argument, as its `parameter`
  int parameter = 0;
  int part = kAbsent;    // flow: what comes in is this part of what the call makes: the second of a pair
  int value = kAbsent;   // sink: the argument that is the object; use: the one that is put there under the field's name
  int number = kAbsent;  // use: the argument that is the field's number, not its name
  // text of kind sql: the argument that gives the text a name for later calls (a prepared statement's); flow: the argument that is
  // such a name, so that what comes out are the rows of the text that was given it.
  int named = kAbsent;
  bool ambient =
      false;  // source: it has no name, and always means the dataset whose `ambient` reference names its object
  ReferenceKind reference =
      ReferenceKind::kTable;  // source, sink: what the name is; kType: an object of the dataset instead
  // text: "sql", "csv", "json", "pointer", "log", "parameter", or of messages: "prototext", "protojson", "paths", "jsonpaths"
  std::string text;
  std::string dialect;  // text of kind sql: the dialect's word ("postgres"), or empty where the API speaks any
  // text of kind sql: the placeholders that the API fills with values, never with names, of kHoleWords. Empty: not said. format:
  // one word, what `argument` leaves to the arguments behind it; "none": the texts stand one behind the other; "between": the text
  // stands between those of a list.
  std::vector<std::string> holes;
  // text of kind sql: how the holes are written that the API fills with the arguments behind the text before it takes it, one of
  // kFillWords; empty: it fills none.
  std::string fills;
  // text of kind sql: the words that tell a program the names of its rows' columns. Where no file has one of them, the columns are
  // read by their positions alone. Absent: not said, so that rows have names.
  std::optional<std::vector<std::string>> namesBy;
  // source, sink: why the fields behind the name are not followed, so that it is listed and never edited; flow: why the fields of
  // what comes out are not known, so that uses of it are listed; export: why those who get the fields must be looked at first.
  std::string open;
  SubscriptBy by = SubscriptBy::kAny;  // flow by a subscript
  // source, flow, text: the object that comes out, "model.object" where it is another model's; sink: the object that goes in.
  // "same": as `from`. use: what the field's own value is, where it has fields of its own; empty: nothing that is followed.
  std::string gives;
  Position position;
};

// %s %(x)s; {} {x}; ?; $1; :x; @x; "none": what looks like one is text.
inline constexpr std::array<std::string_view, 7> kHoleWords{"percent", "brace", "question", "dollar",
                                                            "colon",   "at",    "none"};

// printf's, {fmt}'s, and $0.
inline constexpr std::array<std::string_view, 3> kFillWords{"percent", "brace", "dollar"};

// Whether a text of this kind names fields of the objects of a class: of a message.
bool isMessageText(std::string_view kind);

struct Model {
  std::string file;
  std::string name;
  std::string language;  // "cpp", "python", "yaml", "json"
  bool own = false;      // brought by the migration
  std::vector<std::string> objects;
  std::vector<ModelEntry> entries;
  // It knows objects by their class: those of the `type` references whose binding has its name.
  bool knowsClasses() const;
};

// Everything known of APIs and languages for one run.
struct Library {
  std::vector<Model> models;
  std::vector<Binding> bindings;
  std::vector<UnitNames> units;
  std::string digest;
  const Binding* findBinding(std::string_view name) const;
};

// The model of a language that has the object "model.object"; null where none has.
const Model* findObject(const Library& library, std::string_view language, std::string_view dotted);

Result<Model> parseModel(std::string_view file, std::string_view text);

// Whether the migration's references speak of bindings and objects that the library has; kInvalid with every mistake.
Status checkReferences(const Migration& migration, const Library& library);

// The library of a folder: models/<language>/*.yaml and bindings/*.yaml, and the migration's own models after them.
Result<Library> loadLibrary(const std::filesystem::path& folder, const std::vector<std::string>& ownModels);

}  // namespace gander::rules
