#include "rewriter/solve/dbt_mapping.h"

#include <algorithm>
#include <set>

#include "rewriter/dbt/columns.h"

namespace gander::rewriter {
namespace {

class Mapper {
 public:
  Mapper(const dbt::Expansion& expansion, sql::SqlResult expanded)
      : expansion_(expansion), from_(std::move(expanded)) {}

  MappedResult map(const std::function<bool(std::string_view)>& interesting) {
    for (auto& edit : joinInsertions(expansion_.text(), from_.edits)) mapEdit(std::move(edit));
    for (auto& judged : from_.judged) mapJudged(std::move(judged));
    keepPasted(interesting);
    for (auto& hazard : from_.hazards) {
      hazard.range = own(hazard.range);
      out_.result.hazards.push_back(std::move(hazard));
    }
    for (auto& statement : from_.statements) mapStatement(std::move(statement));
    return std::move(out_);
  }

 private:
  ByteRange own(ByteRange range) const { return expansion_.ownRange(range); }
  size_t ownStatement(size_t at) const {
    const auto begin = static_cast<uint32_t>(at);
    return own({begin, begin + 1}).begin;
  }

  void mapEdit(sql::SqlEdit edit) {
    const auto place = edit.range;
    seen_.insert(place);
    for (auto& step : edit.evidence) step.range = own(step.range);
    edit.statement = ownStatement(edit.statement);
    const auto* segment = expansion_.segmentOf(place);
    const auto span = expansion_.spanOf(place);
    const bool names = edit.now.contains(" AS ");
    if (!span || (segment->pasted && (names || place.size() == 0))) {
      sql::SqlJudged judged{own(place),
                            true,
                            true,
                            edit.change,
                            span ? "a text of the template gives an output its name"
                                 : "the name is put together of several texts of the template",
                            edit.statement};
      if (span && place.size() > 0) return addJudged(*span, std::move(judged));
      out_.result.judged.push_back(std::move(judged));
      return;
    }
    edit.range = own(place);
    if (span->file == expansion_.path()) {
      edit.range = span->range;
      out_.result.edits.push_back(std::move(edit));
    } else {
      out_.edits.push_back({*span, std::move(edit)});
    }
  }

  void mapJudged(sql::SqlJudged judged) {
    const auto place = judged.range;
    seen_.insert(place);
    judged.statement = ownStatement(judged.statement);
    const auto span = expansion_.spanOf(place);
    judged.range = own(place);
    if (span) return addJudged(*span, std::move(judged));
    if (judged.listed) out_.result.judged.push_back(std::move(judged));
  }

  void addJudged(const Span& span, sql::SqlJudged judged) {
    if (span.file != expansion_.path()) {
      out_.judged.push_back({span, std::move(judged)});
      return;
    }
    judged.range = span.range;
    out_.result.judged.push_back(std::move(judged));
  }

  // A text that is put in several places has to be the column's name in each.
  void keepPasted(const std::function<bool(std::string_view)>& interesting) {
    for (const auto& segment : expansion_.segments()) {
      if (!segment.pasted) continue;
      dbt::Literal here{
          expansion_.text().substr(segment.range.begin, segment.range.size()), {segment.path, segment.range}, true};
      for (auto name : dbt::namesIn(here)) {
        if (seen_.contains(name) || !interesting(expansion_.text().substr(name.begin, name.size()))) continue;
        const auto span = expansion_.spanOf(name);
        addJudged(*span, {own(name), false, false, "",
                          "a text that is put where it is no name of a column of the dataset", own(name).begin});
      }
    }
  }

  void mapStatement(sql::Statement statement) {
    const auto begin = static_cast<uint32_t>(ownStatement(statement.range.begin));
    statement.range = {begin, std::max(begin, own(statement.range).end)};
    for (auto& output : statement.outputs) output.range = own(output.range);
    for (auto& part : statement.made) part.range = own(part.range);
    out_.result.statements.push_back(std::move(statement));
  }

  const dbt::Expansion& expansion_;
  sql::SqlResult from_;
  MappedResult out_;
  std::set<ByteRange> seen_;
};

}  // namespace

std::vector<sql::SqlEdit> joinInsertions(std::string_view text, const std::vector<sql::SqlEdit>& edits) {
  std::vector<sql::SqlEdit> joined;
  for (const auto& edit : edits) {
    const bool insertion = edit.range.size() == 0 && !joined.empty() && joined.back().range.size() > 0;
    const size_t gap = insertion ? edit.range.begin - joined.back().range.end : 0;
    if (!insertion || gap > 1 || joined.back().statement != edit.statement) {
      joined.push_back(edit);
      continue;
    }
    auto& last = joined.back();
    last.now += std::string(text.substr(last.range.end, gap)) + edit.now;
    last.range.end = edit.range.end;
  }
  return joined;
}

MappedResult mapBack(const dbt::Expansion& expansion, sql::SqlResult expanded,
                     const std::function<bool(std::string_view)>& interesting) {
  return Mapper(expansion, std::move(expanded)).map(interesting);
}

}  // namespace gander::rewriter
