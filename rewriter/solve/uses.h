// Judges one fact under one path of calls: does it name a dataset, a field of a dataset's row, or hold a query; and which
// demands follow for the literals that it takes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rewriter/solve/evaluate.h"
#include "rewriter/solve/query.h"
#include "rewriter/solve/records.h"

namespace gander::rewriter {

class Uses {
 public:
  Uses(const Meaning& meaning, Evaluator& evaluator, Records& records, Solution& solution)
      : meaning_(meaning), evaluator_(evaluator), records_(records), solution_(solution) {}

  // See contexts.h for `closing` and the result.
  const Body* judge(FactAt at, const Context& context, const std::string& closing);

  // A literal that names a dataset wherever it stands: no flow is needed.
  void demandAnywhere(FactAt literal);

  // A text that looks like a query where it goes to something that no model knows, or nowhere.
  const Body* judgeShape(const Terminal& terminal, const Context& context, const std::string& closing);
  void judgeShapeOf(FactAt literal);
  // The same of a header row, or of JSON, that no fact has taken.
  void judgeDataShape(FactAt literal);

  // The replacements demanded of a literal so far, or null.
  const std::vector<Demand>* demandedAt(FactAt literal) const;
  // Whether all that is demanded at it is proved by itself: a query that names its table is that query wherever it goes.
  bool isBoundByItself(FactAt literal) const { return !loose_.contains(literal); }
  // Whether the fact has judged the literal.
  // A field's name that is known under every path is as good as judged for each literal that it is not.
  bool accounts(FactAt at, FactAt literal) const {
    return accounted_.contains({at, literal}) || (named_.contains(at) && !unnamed_.contains(at));
  }
  // A literal that is a part of several queries must become the same in all of them.
  void settleTexts();
  void demand(Demand demand) { solution_.demands.push_back(std::move(demand)); }
  // Whether the literal is a part of a text that was judged as a query.
  bool isQueried(FactAt literal) const { return queried_.contains(literal); }
  // What the names of queries whose rows take new names demand: the place, and the call that takes the query.
  const std::set<std::pair<Span, FactAt>>& following() const { return following_; }
  // Whether the fact was judged as a read of a column of the call's rows.
  bool judgedColumn(FactAt read, FactAt call) const { return columns_.contains({read, call}); }

 private:
  struct Key {  // a name as it is met: a text, or an attribute's own name
    std::string name;
    std::optional<Span> span;
    std::optional<TextPlace> place;  // of a text that stands in one literal
    std::vector<FactAt> literals;
    bool json = false;  // it stands there as protobuf's JSON has it
  };
  struct Judging {
    FactAt at;
    Context context;
    std::string closing;
    const Body* open = nullptr;
    const rules::Model* ofClass = nullptr;  // the entry's model, where it knows objects by their class
  };

  // The possibilities of an operand; false if more callers must be known first (judging.open).
  bool evaluate(Judging& judging, ValueId value, Possibilities& out);
  bool take(Judging& judging, Evaluation evaluation, Possibilities& out);
  void judgeCall(Judging& judging);
  void judgeEntry(Judging& judging, const Entry& entry, const Possibility* object);
  void judgeName(Judging& judging, const Entry& entry);
  void judgeBuiltName(Judging& judging, const Entry& entry, const Possibility& name);
  void judgeParameter(Judging& judging, const Entry& entry);
  static std::string replacementOf(const Key& key, const NameMeaning& field);
  std::string whyUnknownPath(size_t dataset, const std::string& path) const;
  void judgeText(Judging& judging, const Entry& entry);
  void takeQuery(const QuerySite& site, const std::string& open);
  void judgeShapes(FactAt at, const Possibilities& texts);
  void demandShape(const Query& query, Demand demand);
  void judgeUse(Judging& judging, const Entry& entry, const Possibility* object);
  void judgeAnyArgument(Judging& judging, const Possibilities& objects);
  Possibilities datasetsOf(const Possibility& one);
  void judgeNames(Judging& judging, const Possibilities& bases, ValueId names);
  // Fields of objects that are known by their class, by a number or by a computed name, and their bytes (uses_hazards.cpp).
  void judgeNumber(Judging& judging, const Possibilities& bases, ValueId number);
  void judgeOrder(Judging& judging, const Entry& entry);
  void tellComputed(const Judging& judging, const Possibilities& bases, const Possibilities& keys);
  void tell(const Judging& judging, const char* hazard, std::string message);
  void demandWords(Judging& judging, Possibility base, const Possibility& text);
  Possibilities contextOf(Judging& judging);
  void judgeData(Judging& judging, const Entry& entry, const Possibility* object);
  void demandData(Judging& judging, const std::string& kind, const Possibility& text, const Possibility& base);
  // What a text or name is about: the object itself, or where the entry says that it comes in.
  bool basesOf(Judging& judging, const Entry& entry, const Possibility* object, Possibilities& out);
  void demandUnread(Judging& judging, const Possibility& text, const Possibility& base);
  // A name of which nothing says whose it is.
  void demandOpen(Judging& judging, const Key& key, Demand open);
  void judgeExport(Judging& judging, const Entry& entry, const Possibility* object);
  void judgeField(Judging& judging, ValueId base, ValueId key, const Possibility* object);
  void judgeSubscript(Judging& judging);
  bool isKeyed(const Possibility& base) const;
  void judgeAttribute(Judging& judging);
  void judgeRecord(Judging& judging);

  void demandField(Judging& judging, const Possibility& base, const Key& key);
  void demandColumn(Judging& judging, const Possibility& rows, const Key& key);
  void demandFieldOf(Judging& judging, const RecordClaim& claim, const std::string& open, const Key& key);
  void push(Judging& judging, const Key& key, Demand demand);
  void account(FactAt at, const Possibility& text);
  Key keyOf(const Possibility& text) const;

  const Meaning& meaning_;
  Evaluator& evaluator_;
  Records& records_;
  Solution& solution_;
  std::set<std::pair<FactAt, FactAt>> accounted_;
  std::set<FactAt> accountedLiterals_;
  std::set<FactAt> named_;    // facts whose field was known under some path of calls
  std::set<FactAt> unnamed_;  // ... and was not under some
  void noteNames(const Judging& judging, const Possibilities& keys);
  std::map<FactAt, std::vector<Demand>> replaced_;
  std::set<FactAt> loose_;  // of these, what something outside of the literal proves
  std::set<FactAt> queried_;
  // For each literal, what the texts that it is a part of demand of it: the replacements, by place.
  using Replacements = std::set<std::pair<Span, std::string>>;
  std::map<FactAt, std::set<Replacements>> inTexts_;
  std::set<std::pair<Span, FactAt>> following_;
  std::set<std::pair<FactAt, FactAt>> columns_;
};

}  // namespace gander::rewriter
