#include "rewriter/solve/query.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {
namespace {

// Whether one literal has all of these bytes, in however many pieces: "FROM " #table "_day".
bool liesIn(const Possibility& text, ByteRange range, FactAt literal) {
  size_t at = 0;
  for (const auto& run : text.text) {
    const size_t size = run.piece == nullptr ? 1 : run.end - run.begin;
    const bool touches = at < range.end && range.begin < at + size;
    if (touches && (run.piece == nullptr || run.literal != literal)) return false;
    at += size;
  }
  return true;
}

// The field change of an id; of a reference's there is none.
struct FieldChange {
  size_t dataset = kNoDataset;
  std::string field;
};

FieldChange findChange(const Meaning& meaning, const std::string& id) {
  for (size_t index = 0; index < meaning.migration().datasets.size(); ++index)
    for (const auto& change : meaning.dataset(index).changes)
      if (change.id == id) return {index, change.field};
  return {};
}

// Whether the query names the dataset by a name that only one version has.
bool tellsVersion(const Query& query, const MeaningCatalog& catalog, size_t dataset) {
  for (const auto& statement : query.result.statements)
    for (const auto* table : statement.reads) {
      const auto* reference = catalog.referenceOf(*table);
      if (reference != nullptr && table->key == dataset && reference->old != reference->now) return true;
    }
  return false;
}

// Edits of one text, in its own bytes.
struct TextEdit {
  ByteRange range;
  std::string now;
  const sql::SqlEdit* edit = nullptr;
};

class QueryJudge {
 public:
  QueryJudge(const Meaning& meaning, Evaluator& evaluator, const QuerySite& site)
      : meaning_(meaning),
        evaluator_(evaluator),
        site_(site),
        query_(evaluator.resolveQuery(site.at, site.entry, *site.text)) {
    auto place = Evaluator::placeOf(*site.text, 0, 0);
    unit_ = unitOfReference(place ? *place : spanOf(site.at));
    out_.rowsFollow = query_->options.rowsFollow;
  }

  const std::string& unit() const { return unit_; }

  QueryFindings run() {
    auto edits = textEdits();
    for (const auto& edit : edits) demandEdit(edit);
    for (const auto& judged : query_->result.judged) {
      bool edited = std::any_of(edits.begin(), edits.end(),
                                [&](const TextEdit& edit) { return edit.range.overlaps(judged.range); });
      if (judged.listed || !edited) demandJudged(judged);
    }
    for (const auto& hazard : query_->result.hazards) tellHazard(hazard);
    noteNewNames();
    return std::move(out_);
  }

 private:
  // What is inserted becomes a part of the name beside it: alone, it would also be right for another text that the literal is a
  // part of, and that needs no insertion.
  //   user_name, and " AS user_name" behind it        ->  listener_name AS user_name
  //   listener_name, and the qualifier "u." before it  ->  u.listener_name
  std::vector<TextEdit> textEdits() const {
    std::vector<TextEdit> edits;
    for (const auto& edit : query_->result.edits) {
      bool insertion = edit.range.size() == 0;
      if (insertion && edit.now.ends_with('.')) {
        auto end = wordEnd(edit.range.end);
        edits.push_back(
            {{edit.range.begin, end}, edit.now + query_->text.substr(edit.range.end, end - edit.range.end), &edit});
      } else if (insertion && !edits.empty() && joins(edits.back(), edit)) {
        auto& last = edits.back();
        last.now += query_->text.substr(last.range.end, edit.range.end - last.range.end) + edit.now;
        last.range.end = edit.range.end;
      } else {
        edits.push_back({edit.range, edit.now, &edit});
      }
    }
    return edits;
  }

  uint32_t wordEnd(uint32_t at) const {
    while (at < query_->text.size() && isWordByte(query_->text[at])) ++at;
    return at;
  }

  bool joins(const TextEdit& last, const sql::SqlEdit& insertion) const {
    if (last.edit->statement != insertion.statement) return false;
    auto between = query_->text.substr(last.range.end, insertion.range.end - last.range.end);
    if (between.contains(sql::kHoleByte)) return false;
    return Evaluator::findPlace(*site_.text, last.range.begin, insertion.range.end).has_value();
  }

  // Where old and new begin or end alike, only what differs need stand together in one literal: events_ of events_{day}.
  std::optional<TextPlace> findPlace(TextEdit& edit) const {
    auto place = Evaluator::findPlace(*site_.text, edit.range.begin, edit.range.end);
    if (place) return place;
    std::string_view text = query_->text;
    while (edit.range.size() > 1 && !edit.now.empty() && text[edit.range.end - 1] == edit.now.back()) {
      --edit.range.end;
      edit.now.pop_back();
    }
    while (edit.range.size() > 1 && !edit.now.empty() && text[edit.range.begin] == edit.now.front()) {
      ++edit.range.begin;
      edit.now.erase(0, 1);
    }
    return Evaluator::findPlace(*site_.text, edit.range.begin, edit.range.end);
  }

  Demand begin(const std::string& change) const {
    Demand demand;
    demand.tier = site_.entry == nullptr ? Tier::kShape : Tier::kScope;
    demand.change = change;
    demand.units.insert(unit_);
    return demand;
  }

  void demandEdit(TextEdit edit) {
    auto demand = begin(edit.edit->change);
    auto place = findPlace(edit);
    bool bound = place && !edit.edit->evidence.empty();
    for (const auto& step : edit.edit->evidence) {
      auto named = Evaluator::findPlace(*site_.text, step.range.begin, step.range.end);
      bound &= place && liesIn(*site_.text, step.range, place->literal);
      demand.evidence.push_back(evaluator_.step(named ? named->span : spanOf(site_.at), step.why));
    }
    demand.evidence.push_back(evaluator_.step(spanOf(site_.at), whyQuery()));
    auto [dataset, field] = findChange(meaning_, demand.change);
    if (dataset != kNoDataset) {
      if (meaning_.onlyOld(dataset, field)) out_.unitsAtOld.insert(unit_);
      demand.ambiguous = meaning_.isNewField(dataset, field) && !tellsVersion(*query_, evaluator_.catalog(), dataset);
    }
    bool alone = edit.range.size() == 0;
    auto written = place && !alone ? evaluator_.written(*place, edit.now) : std::nullopt;
    if (written) {
      demand.stance = Stance::kReplace;
      demand.replacement = *written;
      demand.written = true;
    } else {
      demand.claimed = demand.blocks = true;
      demand.reason =
          place && !alone ? "the literal can't hold the new name" : "the name is put together of several literals";
    }
    push(std::move(demand), place, bound);
  }

  void demandJudged(const sql::SqlJudged& judged) {
    auto place = Evaluator::findPlace(*site_.text, judged.range.begin, judged.range.end);
    if (!place && !judged.listed) return;
    auto demand = begin(judged.change);
    demand.stance = judged.listed ? Stance::kOpen : Stance::kKeep;
    demand.reason = judged.reason;
    demand.claimed = judged.listed;
    demand.blocks = judged.blocks;
    if (judged.listed) demand.evidence.push_back(evaluator_.step(spanOf(site_.at), whyQuery()));
    push(std::move(demand), place);
  }

  std::string whyQuery() const {
    const auto& name = site_.at.fact().name;
    if (site_.entry == nullptr) return "the text looks like a query";
    return fmt::format("{} takes the text as a query (model {})", name.empty() ? "it" : name, site_.entry->model->name);
  }

  void push(Demand demand, const std::optional<TextPlace>& place, bool bound = false) {
    demand.span = place ? place->span : spanOf(site_.at);
    out_.demands.push_back({std::move(demand), place ? std::optional(place->literal) : std::nullopt, bound});
  }

  void tellHazard(const sql::SqlHazard& hazard) {
    auto span = Evaluator::placeOf(*site_.text, hazard.range.begin, hazard.range.end);
    auto step = evaluator_.step(span ? *span : spanOf(site_.at), hazard.message);
    out_.hazards.push_back({hazard.name, step.file, step.position, hazard.message});
  }

  // A name that only the new version has, in a query whose table's name does not tell which one it is.
  void noteNewNames() {
    for (const auto& statement : query_->result.statements)
      for (const auto* table : statement.reads) {
        if (evaluator_.catalog().referenceOf(*table) == nullptr) continue;
        if (tellsVersion(*query_, evaluator_.catalog(), table->key)) continue;
        for (const auto& name : meaning_.fieldNames())
          if (meaning_.onlyNew(table->key, name) && holdsWord(query_->text, name)) out_.unitsAtNew.insert(unit_);
      }
  }

  const Meaning& meaning_;
  Evaluator& evaluator_;
  const QuerySite& site_;
  std::shared_ptr<const Query> query_;
  std::string unit_;
  QueryFindings out_;
};

}  // namespace

QueryFindings judgeQuery(const Meaning& meaning, Evaluator& evaluator, const QuerySite& site) {
  return QueryJudge(meaning, evaluator, site).run();
}

std::shared_ptr<const Query> Evaluator::resolveQuery(FactAt at, const Entry* entry, const Possibility& text) {
  auto written = textOf(text);
  auto options = queries_.optionsFor(spanOf(at).file, written, entry == nullptr ? "" : entry->entry->dialect);
  static const std::vector<std::string> none;
  const auto& holes = entry == nullptr ? none : entry->entry->holes;
  auto query = queries_.resolve(written, options, holes);
  if (!query->passesChanges()) return query;
  options.rowsFollow = entry != nullptr && mayFollow_(at, *entry, *query);
  // A migration that wants names to go on is no proof that those who read these rows are seen.
  if (!options.rowsFollow && options.outputs == sql::Outputs::kFollow) options.outputs = sql::Outputs::kContracts;
  return queries_.resolve(written, options, holes);
}

}  // namespace gander::rewriter
