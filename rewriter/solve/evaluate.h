// What a value may be: walked back from its use to where it comes from, each step known, under one path of calls.
//
//   row["user_name"] in show(row)  --caller-->  show(r) in main  --Element-->  plays.rows()  --flow-->  open("user_plays_v1")
//
// A path of calls is a chain of frames, so that one helper does not mix the datasets of its callers. Where the chain ends at a
// parameter of the outermost function, the value is open and `needsCallersOf` says whose callers would tell.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/escape.h"
#include "rewriter/solve/meaning.h"
#include "rewriter/solve/named_texts.h"
#include "rewriter/solve/program.h"
#include "rewriter/solve/queries.h"

namespace gander::rewriter {

struct Frame {
  FactAt call;                      // the call that entered the function
  std::shared_ptr<const Frame> up;  // how its caller was entered; null: not known
};
using Context = std::shared_ptr<const Frame>;

// Each path of calls once, so that two contexts are one path if, and only if, they are one pointer. They live as long as this does.
class Contexts {
 public:
  Context enter(FactAt call, const Context& up);
  Context of(const std::vector<FactAt>& path);  // the innermost call first

 private:
  std::map<std::pair<FactAt, const Frame*>, Context> known_;
};

// A run of bytes of a text value: from one literal, or a hole whose text is not known.
struct TextRun {
  const LiteralPiece* piece = nullptr;  // null: a hole
  FactAt literal;                       // the Const that the piece belongs to
  size_t begin = 0;                     // bytes of piece->value
  size_t end = 0;
  char holes = 0;  // see LiteralPlace::holes
};

// Bytes of a text value that stand together in one literal.
struct TextPlace {
  LiteralPlace place;
  FactAt literal;
  Span span;
};

inline constexpr size_t kNoDataset = static_cast<size_t>(-1);

// One of the things that a value may be.
struct Possibility {
  enum class Kind {
    kObject,    // an API's object: of a dataset, of something else that was named, or of none (a client)
    kText,      // text
    kRecord,    // a record made here: a literal, or an object that was constructed
    kName,      // something imported: a module, a function or a class
    kFunction,  // a function of the tree
    kOpaque,    // a value that is none of these, known (a number, a field's value)
    kUnknown,   // not known, and why
  };
  Kind kind = Kind::kUnknown;
  const rules::Model* model = nullptr;  // kObject
  std::string object;                   // kObject: the model's word
  size_t dataset = kNoDataset;          // kObject
  std::string other;                    // kObject: what was named where it is no dataset of the migration
  bool alreadyNew = false;              // kObject: named by its new name
  bool versionTold = false;             // kObject: the name that it was named by is of one version only
  std::string path;           // kObject: the field of the dataset whose value it is, with dots; empty: the whole
  std::string open;           // kObject: which fields it has is not certain, and why
  FactAt made;                // kRecord, kObject without a dataset: where it was made
  Context madeIn;             // the path of calls under which it was made
  std::vector<TextRun> text;  // kText
  std::shared_ptr<const Query> query;  // kObject: the query whose rows it is, or is made of
  std::string name;                    // kName, kFunction
  std::string reason;                  // kUnknown
  bool more = false;                   // kUnknown: there are more possibilities than are followed
  std::set<std::string> units;         // the references that it comes from
  std::vector<EvidenceStep> chain;     // from the reference on
};
using Possibilities = std::vector<Possibility>;

// What fills the holes of a format text: by place, or by the name beside the value where there is one.
struct FormatArguments {
  std::vector<Possibilities> values;
  std::vector<std::string> names;  // for each value, or none at all
  // In place of both, for a query: what fills a hole by place, asked only where it may be a name.
  std::function<Possibilities(size_t at)> late = nullptr;
};

struct Evaluation {
  Possibilities possible;
  const Body* needsCallersOf = nullptr;
};

// Every way into a function (contexts.h): each a path of calls, the innermost first. `open`: why there may be more.
struct Callers {
  std::vector<std::vector<FactAt>> paths;
  std::string open;
};

// What is done to an object that is made in the code (object_walk.h).
struct ObjectUse {
  FactAt at;
  size_t operand = 0;
  Context context;
  bool foreign = false;  // it went through something that outlives functions: whose call this is, is not known
  bool inside = false;   // not the object, but an element of it
};
struct ObjectUses {
  std::vector<ObjectUse> uses;
  std::string open;  // where else it may go, if that is not known
};

// Which element of a container is read, where that is known.
struct ElementKey {
  uint32_t position = 0;            // counted from 1
  std::optional<std::string> text;  // of a map
};

// Whether the rows of a query that a call takes may have new names (rows_follow.h).
using RowsMayFollow = std::function<bool(FactAt call, const Entry& entry, const Query& query)>;

class Evaluator {
 public:
  Evaluator(const Program& program, const Meaning& meaning, const Texts& texts, std::set<Need>& needs,
            RowsMayFollow mayFollow, const sql::Catalog* relations = nullptr)
      : program_(program),
        meaning_(meaning),
        texts_(texts),
        needs_(needs),
        mayFollow_(std::move(mayFollow)),
        named_(program, meaning),
        queries_(meaning, relations) {}

  Evaluation evaluate(const Body& body, ValueId value, const Context& context);
  // The texts that a call takes by a text entry.
  Evaluation evaluateTexts(FactAt call, const Entry& entry, const Context& context);
  // Under every path of calls that leads to the function.
  Possibilities evaluateEverywhere(const Body& body, ValueId value);

  // A text that a call takes as a query. `entry`: which model says so; null where none does.
  std::shared_ptr<const Query> resolveQuery(FactAt at, const Entry* entry, const Possibility& text);
  const MeaningCatalog& catalog() const { return queries_.catalog(); }

  // The text of a possibility, holes as '\x01'; the byte at i stands in runs[run].
  static std::string textOf(const Possibility& text);
  // The whole text, if it has no hole.
  static std::optional<std::string> wholeText(const Possibility& text);
  // Where bytes [begin, end) of the text stand in a file, if they stand together in one literal piece.
  static std::optional<Span> placeOf(const Possibility& text, size_t begin, size_t end);
  static std::optional<TextPlace> findPlace(const Possibility& text, size_t begin, size_t end);
  // What must be written there for `now`; nothing where the literal can't hold it.
  std::optional<std::string> written(const TextPlace& place, std::string_view now) const;

  EvidenceStep step(const Span& span, std::string why) const;
  const Texts& texts() const { return texts_; }
  const ModelIndex& models() const { return meaning_.models(); }
  // Whether a list or dictionary keeps the elements that it was made with.
  bool isFixed(FactAt record);
  // Every way into a function (contexts.h).
  const Callers& callersOf(const Body& body);
  Contexts& contexts() { return contexts_; }

 private:
  friend class CallEvaluator;
  struct Walk;
  Possibilities eval(Walk& walk, const Body& body, ValueId value, const Context& context);
  Possibilities evalFact(Walk& walk, FactAt at, const Context& context);
  static ValueId argumentOrDefault(FactAt at, const Context& context);
  Possibilities evalConst(FactAt at);
  Possibilities evalGlobal(Walk& walk, FactAt at);
  Possibilities evalParam(Walk& walk, FactAt at, const Context& context);
  Possibilities evalMember(Walk& walk, FactAt at, const Context& context);
  Possibilities evalIndex(Walk& walk, FactAt at, const Context& context);
  Possibilities evalElement(Walk& walk, FactAt at, const Context& context);
  Possibilities evalConcat(Walk& walk, FactAt at, const Context& context);
  Possibilities evalPart(Walk& walk, const Body& body, ValueId value, const Context& context);
  Possibilities evalChanged(Walk& walk, FactAt at, const Context& context);

  // Objects that are made in the code (evaluate_objects.cpp).
  static Possibilities madeHere(FactAt at, const Context& context);
  Possibilities evalOut(Walk& walk, FactAt call, ValueId argument, const Context& context);
  std::optional<Possibilities> evalCallback(Walk& walk, FactAt at, const Context& context);
  std::optional<Possibilities> evalCaptured(Walk& walk, FactAt at, const Context& context);
  std::optional<Possibilities> membersOf(Walk& walk, FactAt at, const Possibility& object);
  std::optional<Possibilities> partOf(Walk& walk, FactAt at, uint32_t position, ValueId base, const Context& context);
  Possibilities partsOf(Walk& walk, const Possibilities& wholes, uint32_t position);
  Possibilities elementsOf(Walk& walk, const Possibility& record, const ElementKey& key = {});
  Possibilities putInto(Walk& walk, const Possibility& object);
  Possibilities keysOf(Walk& walk, const Possibility& record);
  void addPut(Walk& walk, const ObjectUse& use, const ElementKey& key, Possibilities& out);
  ElementKey keyOf(Walk& walk, FactAt at, const Context& context);
  // A value at a use of an object.
  Possibilities evalAt(Walk& walk, const ObjectUse& use, ValueId value);
  Possibilities returnsOf(Walk& walk, FactAt call, const std::vector<const Body*>& callees, const Context& context);
  Possibilities returnedBy(Walk& walk, FactAt call, const Possibilities& functions, const Context& context);
  const ObjectUses& usesOf(const Possibility& object);
  // An object that was made of nothing and is never filled: it has no fields to read.
  bool isEmpty(const Possibility& object);
  FormatArguments fieldsOf(Walk& walk, FactAt record, const Context& context);
  Possibilities evalWrites(Walk& walk, const std::string& symbol, const std::string& name, const std::string& language);
  // A value of another function, under every path of calls that leads there.
  Possibilities evalUnderCallers(Walk& walk, const Body& body, ValueId value);
  Possibilities evalCall(Walk& walk, FactAt at, const Context& context);

  const Program& program_;
  const Meaning& meaning_;
  const Texts& texts_;
  std::set<Need>& needs_;
  RowsMayFollow mayFollow_;
  NamedTexts named_;
  Queries queries_;
  std::map<FactAt, bool> fixed_;
  std::map<const Body*, Callers> callers_;
  Contexts contexts_;
  std::map<std::pair<FactAt, const Frame*>, ObjectUses> uses_;
};

Possibility unknown(std::string reason);

}  // namespace gander::rewriter
