#include "rewriter/certificate/symbols.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "rewriter/certificate/tokens.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

// What a name may resolve to, in one or several units: "field warehouse::v1::UserPlay::user_name", and where that is declared.
struct Resolution {
  std::string what;
  std::string declared;  // empty: not in a file that can be compared
  auto operator<=>(const Resolution&) const = default;
};
using Resolved = std::map<std::pair<std::string, uint32_t>, std::set<Resolution>>;

class SymbolComparer {
 public:
  SymbolComparer(const Rewrite& rewrite, const CertificateParts& parts, const Renames& renames,
                 const std::map<std::string, std::vector<const Edit*>>& edits)
      : rewrite_(rewrite), parts_(parts), renames_(renames), edits_(edits) {
    for (const auto& [path, sorted] : edits) moves_.emplace(path, sorted);
    for (const auto& action : rewrite.files) unlike_.insert({action.path, action.movedFrom});
  }

  Result<SymbolsCompared> compare() {
    GANDER_CHECK(readFiles());
    if (texts_.empty()) return SymbolsCompared{"no C++ is changed", std::nullopt};
    auto mains = unitsToParse();
    if (!uncovered_.empty()) return SymbolsCompared{uncovered_ + " was read by no unit that could be parsed", {}};
    auto requests = makeRequests(mains);
    auto before = resolve(*parts_.before, requests, true);
    if (!why_.empty()) return SymbolsCompared{why_, std::nullopt};
    auto after = resolve(*parts_.after, requests, false);
    if (!why_.empty()) return SymbolsCompared{why_, std::nullopt};
    return SymbolsCompared{"", firstDifference(before, after)};
  }

 private:
  struct Text {
    std::string before;
    std::string after;
  };

  Status readFiles() {
    GANDER_TRY(auto entries, parts_.tree.list());
    for (const auto& entry : entries) inTree_.insert(entry.path);
    for (const auto& [path, edits] : edits_) {
      auto changed = parts_.changed.find(path);
      if (languageOf(path) != "cpp" || changed == parts_.changed.end() || !changed->second) continue;
      GANDER_TRY(auto before, parts_.tree.read(path));
      texts_[path] = {std::move(before), *changed->second};
    }
    return {};
  }

  std::vector<std::string> unitsToParse() {
    std::set<std::string> mains;
    for (const auto& [path, text] : texts_) {
      bool covered = false;
      for (const auto& [main, reads] : rewrite_.cppUnits) {
        if (main != path && std::ranges::find(reads, path) == reads.end()) continue;
        covered = true;
        mains.insert(main);
      }
      if (!covered && uncovered_.empty()) uncovered_ = path;
    }
    return {mains.begin(), mains.end()};
  }

  std::vector<CppRequest> makeRequests(const std::vector<std::string>& mains) const {
    std::set<std::string> words = renames_.newIdentifiers();
    for (const auto& [path, text] : texts_)
      for (const auto* side : {&text.before, &text.after})
        for (const auto& token : lexTokens("cpp", *side))
          if (token.kind == LexedToken::Kind::kWord) words.insert(side->substr(token.range.begin, token.range.size()));
    std::vector<CppRequest> requests;
    for (const auto& main : mains)
      requests.push_back({.file = main, .wanted = {words.begin(), words.end()}, .types = {}, .flow = false});
    return requests;
  }

  Resolved resolve(CppParser& parser, const std::vector<CppRequest>& requests, bool before) {
    Resolved out;
    auto answers = parser.lower(requests);
    for (size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i]) {
        why_ = fmt::format("{} could not be parsed {}: {}", requests[i].file, before ? "again" : "in the new tree",
                           answers[i].error().message);
        return out;
      }
      for (const auto& unit : *answers[i]) take(unit, before, out);
    }
    return out;
  }

  void take(const Unit& unit, bool before, Resolved& out) {
    for (const auto& gap : unit.gaps) {
      if (before) gaps_.insert(gap.why);
      if (!before && !gaps_.contains(gap.why)) why_ = fmt::format("in the new tree, {}: {}", gap.file, gap.why);
    }
    for (const auto& name : unit.names) add(name, before, out);
  }

  void add(const NameUse& name, bool before, Resolved& out) const {
    auto text = texts_.find(name.span.file);
    if (text == texts_.end()) return;
    auto at = name.span.range.begin;
    if (before) {
      auto moved = moves_.at(name.span.file).offset(at);
      if (!moved) return;  // within a larger edit: what it becomes is in the new tree only
      at = *moved;
    }
    auto symbol = before ? renames_.symbolAfter(name.symbol) : name.symbol;
    auto what =
        symbol.empty() ? std::string("nothing that is known") : fmt::format("{} {}", toString(name.kind), symbol);
    out[{name.span.file, at}].insert({what, declaredAt(name, before)});
  }

  // Generated headers differ from build to build, and so does what the migration's own files replace.
  std::string declaredAt(const NameUse& name, bool before) const {
    const auto& file = name.declaration.file;
    if (!inTree_.contains(file) || unlike_.contains(file)) return "";
    auto at = name.declaration.range.begin;
    auto moves = moves_.find(file);
    if (before && moves != moves_.end()) at = moves->second.offset(at).value_or(at);
    return fmt::format("{}:{}", file, at);
  }

  static std::string describe(const std::set<Resolution>& meanings) {
    std::string out;
    for (const auto& one : meanings)
      out += (out.empty() ? "" : " or ") + one.what + (one.declared.empty() ? "" : " (" + one.declared + ")");
    return out.empty() ? "nothing" : out;
  }

  std::optional<CertificateDifference> firstDifference(const Resolved& before, const Resolved& after) const {
    std::set<std::pair<std::string, uint32_t>> places;
    for (const auto& [place, meanings] : before) places.insert(place);
    for (const auto& [place, meanings] : after)
      if (!standsInEdit(place)) places.insert(place);
    for (const auto& place : places) {
      auto old = before.find(place);
      auto now = after.find(place);
      auto was = old == before.end() ? std::set<Resolution>() : old->second;
      auto is = now == after.end() ? std::set<Resolution>() : now->second;
      if (sameMeanings(was, is)) continue;
      return CertificateDifference{place.first, placeBefore(place), describe(was), describe(is)};
    }
    return std::nullopt;
  }

  // Where only one side's declaration can be told, the symbols alone are compared.
  static bool sameMeanings(const std::set<Resolution>& a, const std::set<Resolution>& b) {
    auto told = [](const Resolution& one) { return !one.declared.empty(); };
    if (std::ranges::all_of(a, told) && std::ranges::all_of(b, told)) return a == b;
    std::set<std::string> left;
    std::set<std::string> right;
    for (const auto& one : a) left.insert(one.what);
    for (const auto& one : b) right.insert(one.what);
    return left == right;
  }

  // Whether a place of the new tree is in the middle of what an edit wrote, so that no name before is compared with it.
  bool standsInEdit(const std::pair<std::string, uint32_t>& place) const {
    int64_t shift = 0;
    for (const auto* edit : edits_.at(place.first)) {
      auto begin = edit->span.range.begin + shift;
      if (place.second > begin && place.second < begin + static_cast<int64_t>(edit->now.size())) return true;
      shift += static_cast<int64_t>(edit->now.size()) - edit->span.range.size();
    }
    return false;
  }

  Position placeBefore(const std::pair<std::string, uint32_t>& place) const {
    int64_t at = place.second;
    for (const auto* edit : edits_.at(place.first)) {
      if (edit->span.range.begin >= at) break;
      at -= static_cast<int64_t>(edit->now.size()) - edit->span.range.size();
    }
    const auto& text = texts_.at(place.first).before;
    return LineIndex(text).at(static_cast<uint32_t>(std::clamp<int64_t>(at, 0, static_cast<int64_t>(text.size()))));
  }

  const Rewrite& rewrite_;
  const CertificateParts& parts_;
  const Renames& renames_;
  const std::map<std::string, std::vector<const Edit*>>& edits_;
  std::map<std::string, Moves> moves_;
  std::set<std::string> unlike_;  // files that the rewrite brings along, or takes away
  std::set<std::string> inTree_;
  std::map<std::string, Text> texts_;  // the changed C++ files
  std::set<std::string> gaps_;
  std::string uncovered_;
  std::string why_;
};

}  // namespace

Result<SymbolsCompared> compareSymbols(const Rewrite& rewrite, const CertificateParts& parts, const Renames& renames,
                                       const std::map<std::string, std::vector<const Edit*>>& edits) {
  return SymbolComparer(rewrite, parts, renames, edits).compare();
}

}  // namespace gander::rewriter
