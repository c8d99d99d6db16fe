#include "rewriter/sql/sql.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "rewriter/sql/plan.h"

namespace gander::rewriter::sql {
namespace {

constexpr size_t kMostVariants = 8;
constexpr int kDeepestBody = 4;

void shift(ByteRange& range, uint32_t by) {
  range.begin += by;
  range.end += by;
}

// A result of a text within the text, in the offsets of the whole.
void append(SqlResult& to, SqlResult part, uint32_t by) {
  for (auto& edit : part.edits) {
    shift(edit.range, by);
    edit.statement += by;
    for (auto& step : edit.evidence) shift(step.range, by);
    to.edits.push_back(std::move(edit));
  }
  for (auto& judged : part.judged) {
    shift(judged.range, by);
    judged.statement += by;
    to.judged.push_back(std::move(judged));
  }
  for (auto& hazard : part.hazards) {
    shift(hazard.range, by);
    to.hazards.push_back(std::move(hazard));
  }
  for (auto& statement : part.statements) {
    shift(statement.range, by);
    for (auto& output : statement.outputs) shift(output.range, by);
    for (auto& name : statement.made) shift(name.range, by);
    to.statements.push_back(std::move(statement));
  }
}

struct Place {
  ByteRange range;
  bool insertion = false;
  auto operator<=>(const Place&) const = default;
};

// What several readings of one text say of one name: they must agree.
//   edited in one, not read in the other -> edited;  edited in one, something else in the other -> listed
class Merger {
 public:
  void add(SqlResult variant) {
    for (auto& edit : variant.edits) addEdit(std::move(edit));
    for (auto& judged : variant.judged) addJudged(std::move(judged));
    for (auto& hazard : variant.hazards) {
      const bool known = std::any_of(out_.hazards.begin(), out_.hazards.end(), [&](const SqlHazard& one) {
        return one.name == hazard.name && one.range == hazard.range;
      });
      if (!known) out_.hazards.push_back(std::move(hazard));
    }
    for (auto& statement : variant.statements) addStatement(std::move(statement));
  }

  SqlResult finish() {
    for (auto& [place, edit] : edits_) {
      auto judged = judged_.find(place.range);
      if (!place.insertion && judged != judged_.end()) {
        if (!judged->second.listed)
          judged->second = {place.range,
                            true,
                            true,
                            edit.change,
                            "another branch of the template makes something else of it: " + judged->second.reason,
                            edit.statement};
        dropped_.push_back(place.range);
        continue;
      }
      out_.edits.push_back(std::move(edit));
    }
    // An alias for a name that is not edited after all goes with it.
    for (auto& [range, judged] : judged_) out_.judged.push_back(std::move(judged));
    std::erase_if(out_.edits, [&](const SqlEdit& edit) {
      return edit.range.size() == 0 && std::any_of(dropped_.begin(), dropped_.end(), [&](ByteRange range) {
               return edit.range.begin >= range.end && edit.range.begin <= range.end + 1;
             });
    });
    std::sort(out_.edits.begin(), out_.edits.end(),
              [](const SqlEdit& a, const SqlEdit& b) { return std::tie(a.range, a.now) < std::tie(b.range, b.now); });
    std::sort(out_.statements.begin(), out_.statements.end(),
              [](const Statement& a, const Statement& b) { return a.range.begin < b.range.begin; });
    std::sort(out_.hazards.begin(), out_.hazards.end(), [](const SqlHazard& a, const SqlHazard& b) {
      return std::tie(a.range, a.name) < std::tie(b.range, b.name);
    });
    return std::move(out_);
  }

 private:
  void addEdit(SqlEdit edit) {
    const Place place{edit.range, edit.range.size() == 0};
    auto [at, fresh] = edits_.try_emplace(place, edit);
    if (fresh || at->second.now == edit.now) return;
    judged_.insert_or_assign(edit.range, SqlJudged{edit.range, true, true, edit.change,
                                                   "it would have to become several names", edit.statement});
  }

  void addJudged(SqlJudged judged) {
    auto [at, fresh] = judged_.try_emplace(judged.range, judged);
    if (!fresh && judged.listed && !at->second.listed) at->second = std::move(judged);
  }

  void addStatement(Statement statement) {
    auto [at, fresh] = statements_.try_emplace(statement.range.begin, out_.statements.size());
    if (fresh) return void(out_.statements.push_back(std::move(statement)));
    auto& known = out_.statements[at->second];
    known.understood &= statement.understood;
    known.outputsKnown &= statement.outputsKnown && known.outputs.size() == statement.outputs.size();
    for (const Table* table : statement.reads)
      if (std::find(known.reads.begin(), known.reads.end(), table) == known.reads.end()) known.reads.push_back(table);
    for (auto& output : statement.outputs) {
      const bool there = std::any_of(known.outputs.begin(), known.outputs.end(), [&](const Output& one) {
        return one.name == output.name && one.now == output.now;
      });
      if (!there) known.outputs.push_back(std::move(output));
    }
  }

  std::map<Place, SqlEdit> edits_;
  std::map<ByteRange, SqlJudged> judged_;
  std::unordered_map<uint32_t, size_t> statements_;  // by where they begin: the place in the list
  std::vector<ByteRange> dropped_;
  SqlResult out_;
};

// One result for each reading of a text by its template's branches, and the texts within it that are scripts of their own.
class Readings {
 public:
  Readings(std::string_view text, const Catalog& catalog, const Options& options,
           const std::vector<std::string>& variables)
      : text_(text), catalog_(catalog), options_(options), variables_(variables), dialect_(dialectOf(options.dialect)) {
    variants_ = variantsOf(tokenize(text, dialect_), kMostVariants);
    read({});
    const auto kept = keptNames();
    if (variants_.size() > 1 && !kept.empty()) read(kept);
  }
  std::vector<SqlResult>& results() { return results_; }
  const std::vector<Body>& bodies() const { return bodies_; }

 private:
  void read(const std::set<uint32_t>& kept) {
    results_.clear();
    for (const auto& variant : variants_) {
      Resolver resolver(text_, variant, dialect_, catalog_, variables_);
      Reading& reading = resolver.run();
      for (const auto& body : reading.bodies)
        if (std::none_of(bodies_.begin(), bodies_.end(), [&](const Body& one) { return one.range == body.range; }))
          bodies_.push_back(body);
      results_.push_back(planEdits(text_, dialect_, options_, resolver, reading, kept));
    }
  }

  // Outputs that keep their names in some reading: they do in all.
  std::set<uint32_t> keptNames() const {
    std::set<uint32_t> places;
    for (const auto& result : results_)
      for (const auto& edit : result.edits)
        if (edit.range.size() == 0) places.insert(edit.range.begin);
    return places;
  }

  std::string_view text_;
  const Catalog& catalog_;
  const Options& options_;
  const std::vector<std::string>& variables_;
  const Dialect& dialect_;
  std::vector<std::vector<Token>> variants_;
  std::vector<SqlResult> results_;
  std::vector<Body> bodies_;
};

SqlResult rewriteText(std::string_view text, const Catalog& catalog, const Options& options, int depth,
                      const std::vector<std::string>& variables = {}) {
  Readings readings(text, catalog, options, variables);
  Merger merger;
  for (auto& result : readings.results()) merger.add(std::move(result));
  for (const auto& body : readings.bodies()) {
    if (depth >= kDeepestBody) break;
    SqlResult part;
    append(part,
           rewriteText(text.substr(body.range.begin, body.range.size()), catalog, options, depth + 1, body.variables),
           body.range.begin);
    merger.add(std::move(part));
  }
  return merger.finish();
}

}  // namespace

SqlResult rewriteSql(std::string_view text, const Catalog& catalog, const Options& options) {
  return rewriteText(text, catalog, options, 0);
}

bool looksLikeSql(std::string_view text) {
  const Tokens all = tokenize(text, dialectOf(DialectName::kTolerant));
  const auto& tokens = all.list;
  const auto has = [&](Word word) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) { return token.word == word; });
  };
  const auto symbol = [&](char wanted) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) { return token.is(wanted); });
  };
  const auto at = [&](size_t index) { return index < tokens.size() ? tokens[index].word : Word::kNone; };
  if (!tokens.empty() && toLowerAscii(text.substr(tokens[0].begin, tokens[0].end - tokens[0].begin)) == "assert")
    return symbol('(') && has(Word::kSELECT) && has(Word::kFROM);
  switch (at(0)) {
    case Word::kSELECT:
      // "Select a file from the list" is a sentence.
      for (size_t i = 1; i + 1 < tokens.size(); ++i) {
        if (tokens[i].word != Word::kFROM) continue;
        const auto next = text.substr(tokens[i + 1].begin, tokens[i + 1].end - tokens[i + 1].begin);
        return next != "the" && next != "your" && next != "this" && tokens[i + 1].kind != TokenKind::kEnd;
      }
      return false;
    case Word::kWITH:
      return has(Word::kAS) && symbol('(') &&
             (has(Word::kSELECT) || has(Word::kINSERT) || has(Word::kUPDATE) || has(Word::kDELETE));
    case Word::kINSERT:
    case Word::kREPLACE:
      return (has(Word::kINTO) || at(1) == Word::kOVERWRITE) &&
             (has(Word::kVALUES) || has(Word::kSELECT) || has(Word::kDEFAULT) || symbol('('));
    case Word::kUPDATE: return has(Word::kSET) && symbol('=');
    case Word::kDELETE: return at(1) == Word::kFROM;
    case Word::kMERGE: return has(Word::kUSING) && has(Word::kON);
    case Word::kCOPY: return has(Word::kFROM) || has(Word::kTO);
    case Word::kTRUNCATE: return tokens.size() >= 3 && tokens.size() <= 7;
    case Word::kPRAGMA: return tokens.size() >= 3 && symbol('(');
    case Word::kCREATE:
    case Word::kALTER:
    case Word::kDROP: return has(Word::kTABLE) || has(Word::kVIEW) || has(Word::kINDEX);
    default: return false;
  }
}

}  // namespace gander::rewriter::sql
