#include "rewriter/lower/branches.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>

#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

constexpr size_t kMostReadings = 4;  // of a file: each is a parse

enum class Kind { kIf, kElif, kElse };

// From behind one directive of a chain to the line of the next.
struct Branch {
  size_t chain = 0;
  Kind kind = Kind::kIf;
  ByteRange directive;
  ByteRange body;
};

// "  ifdef X" -> "ifdef"
std::string_view keywordOf(std::string_view directive) {
  directive.remove_prefix(std::min(directive.find_first_not_of("# \t"), directive.size()));
  return directive.substr(0, directive.find_first_not_of("abcdefghijklmnopqrstuvwxyz"));
}

// Each branch of each chain of a text; nothing where they do not close.
class BranchReader {
 public:
  explicit BranchReader(std::string_view text) : text_(text) {}

  std::vector<Branch> read() {
    for (const auto& zone : zones("cpp", text_))
      if (zone.kind == ZoneKind::kDirective && !take(zone.range)) return {};
    return open_.empty() ? std::move(branches_) : std::vector<Branch>();
  }

 private:
  bool take(ByteRange directive) {
    const auto keyword = keywordOf(text_.substr(directive.begin, directive.end - directive.begin));
    if (keyword == "if" || keyword == "ifdef" || keyword == "ifndef") return begin(chains_++, Kind::kIf, directive);
    const bool middle = keyword.starts_with("el");
    if (!middle && keyword != "endif") return true;
    if (open_.empty()) return false;
    auto& last = branches_[open_.back()];
    last.body.end = lineOf(directive.begin);
    open_.pop_back();
    return !middle || begin(last.chain, keyword == "else" ? Kind::kElse : Kind::kElif, directive);
  }

  bool begin(size_t chain, Kind kind, ByteRange directive) {
    const uint32_t next = std::min<uint32_t>(directive.end + 1, static_cast<uint32_t>(text_.size()));
    open_.push_back(branches_.size());
    branches_.push_back({chain, kind, directive, {next, next}});
    return true;
  }

  uint32_t lineOf(uint32_t at) const {
    const size_t lineBreak = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    return lineBreak == std::string_view::npos ? 0 : static_cast<uint32_t>(lineBreak + 1);
  }

  std::string_view text_;
  std::vector<Branch> branches_;
  std::vector<size_t> open_;
  size_t chains_ = 0;
};

class Chooser {
 public:
  explicit Chooser(std::string_view text) : text_(text), branches_(BranchReader(text).read()) {}

  void choose(ByteRange region, ByteRange place) {
    Choice wanted;
    bool isCode = true;
    for (size_t at = 0; at < branches_.size(); ++at) {
      const auto& branch = branches_[at];
      if (!branch.body.contains(place)) continue;
      isCode &= !isNeverCode(text_, branch.body);
      wanted[branch.chain] = {at, region.contains(branch.body)};
    }
    if (!isCode || std::ranges::none_of(wanted, [](const auto& one) { return one.second.overwrites; })) return;
    const auto fits = [&](const Choice& choice) {
      return std::ranges::all_of(wanted, [&](const auto& one) {
        const auto found = choice.find(one.first);
        return found == choice.end() || found->second.branch == one.second.branch;
      });
    };
    auto choice = std::ranges::find_if(choices_, fits);
    if (choice == choices_.end() && choices_.size() == kMostReadings) return;
    if (choice == choices_.end()) choice = choices_.emplace(choice);
    choice->insert(wanted.begin(), wanted.end());
  }

  std::vector<OtherReading> readings() const {
    std::vector<OtherReading> readings;
    for (const auto& choice : choices_)
      if (auto reading = readingOf(choice)) readings.push_back(std::move(*reading));
    return readings;
  }

 private:
  struct Chosen {
    size_t branch = 0;        // index
    bool overwrites = false;  // the build leaves it out; else it must stay as it is, as an include guard must
  };
  using Choice = std::map<size_t, Chosen>;  // by chain

  std::optional<OtherReading> readingOf(const Choice& choice) const {
    OtherReading reading;
    for (const auto& [chain, chosen] : choice) {
      if (!chosen.overwrites) continue;
      reading.branches.push_back(branches_[chosen.branch].body);
      for (size_t at = 0; at <= chosen.branch; ++at) {
        const auto& branch = branches_[at];
        if (branch.chain != chain || branch.kind == Kind::kElse) continue;
        auto overwrite = overwritten(branch, at == chosen.branch);
        if (!overwrite) return std::nullopt;
        reading.directives.push_back(std::move(*overwrite));
      }
    }
    return reading;
  }

  std::optional<Overwrite> overwritten(const Branch& branch, bool holds) const {
    std::string now(text_.substr(branch.directive.begin, branch.directive.end - branch.directive.begin));
    const size_t comment = now.rfind("/*");
    if (comment != std::string::npos && now.find("*/", comment) == std::string::npos) return std::nullopt;
    const std::string condition = std::string(branch.kind == Kind::kIf ? "#if " : "#elif ") + (holds ? "1" : "0");
    if (now.find('\n') < condition.size() || now.size() < condition.size()) return std::nullopt;
    std::ranges::replace_if(now, [](char byte) { return byte != '\n' && byte != '\r'; }, ' ');
    now.replace(0, condition.size(), condition);
    return Overwrite{{"", branch.directive}, std::move(now)};
  }

  std::string_view text_;
  const std::vector<Branch> branches_;
  std::vector<Choice> choices_;
};

}  // namespace

std::vector<OtherReading> otherReadings(std::string_view text, const std::vector<ByteRange>& inactive,
                                        const std::vector<ByteRange>& places) {
  Chooser chooser(text);
  for (const auto& place : places) {
    const auto region = std::ranges::find_if(inactive, [&](ByteRange range) { return range.contains(place); });
    if (region != inactive.end()) chooser.choose(*region, place);
  }
  return chooser.readings();
}

bool isNeverCode(std::string_view text, ByteRange region) {
  auto before = text.substr(0, region.begin);
  if (before.ends_with('\n')) before.remove_suffix(1);
  static const RE2 kNever(R"(\s*#\s*if\s+\(?\s*(0|false)\s*\)?\s*(//.*|/\*.*)?)");
  const auto line = before.substr(before.rfind('\n') + 1);
  return RE2::FullMatch(re2::StringPiece(line.data(), line.size()), kNever);
}

}  // namespace gander::rewriter
