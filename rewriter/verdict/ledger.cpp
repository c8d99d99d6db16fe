#include "rewriter/verdict/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "rewriter/treesitter/frontends.h"
#include "rewriter/verdict/adjacent_texts.h"
#include "rewriter/verdict/embedded_keys.h"

namespace gander::rewriter {
namespace {

// What the compiler could not resolve, with what it lacked.
constexpr std::string_view kUnresolved = "the compiler could not resolve it: ";

// What is known of the ranges of one file.
struct FileIndex {
  std::vector<const Edit*> edits;
  std::vector<ByteRange> about;  // names that edits are made for: they are edited where the edit is around them
  std::vector<const ListedSite*> listed;
  std::vector<const Judged*> judged;
  bool replaced = false;
};

class LedgerMaker {
 public:
  LedgerMaker(const LedgerParts& parts, Verdicts& verdicts) : parts_(parts), verdicts_(verdicts) {
    for (const auto& edit : verdicts.edits) {
      files_[edit.span.file].edits.push_back(&edit);
      for (const auto& name : edit.about) files_[name.file].about.push_back(name.range);
    }
    for (const auto& site : verdicts.listed) files_[site.span.file].listed.push_back(&site);
    for (const auto& one : verdicts.judged) files_[one.span.file].judged.push_back(&one);
    for (const auto& action : verdicts.files)
      if (action.replaces) files_[action.path].replaced = true;
  }

  Ledger make() {
    for (const auto& [path, source] : parts_.texts.all()) addFile(path, source);
    for (auto& edit : proseEdits_) verdicts_.edits.push_back(std::move(edit));
    for (auto& site : found_) verdicts_.listed.push_back(std::move(site));
    sortByPlace(verdicts_);
    return std::move(ledger_);
  }

 private:
  void addFile(const std::string& path, const SourceText& source) {
    auto scan = scanText(source.text, parts_.spellings);
    for (const auto& [name, count] : scan.containedNames) {
      ledger_.containedNames[name] += count;
      ledger_.contained += count;
    }
    if (scan.occurrences.empty()) return;
    language_ = languageOf(path);
    zones_ = zones(language_, source.text);
    inactive_ = parts_.lowering.inactiveIn(path);
    for (const auto& occurrence : scan.occurrences) {
      const auto& spelling = parts_.spellings.old[occurrence.spelling];
      LedgerEntry entry{
          {path, occurrence.range}, source.lines.at(occurrence.range.begin), spelling.text, Verdict::kUnreached, ""};
      judge(entry, source, spelling);
      ledger_.entries.push_back(std::move(entry));
    }
  }

  void judge(LedgerEntry& entry, const SourceText& source, const Spelling& spelling) {
    auto say = [&](Verdict verdict, std::string reason) {
      entry.verdict = verdict;
      entry.reason = std::move(reason);
    };
    const auto& file = files_[entry.span.file];
    if (file.replaced) return say(Verdict::kEdited, "the file is replaced by the new version's");
    if (source.nature == FileNature::kGenerated) return say(Verdict::kGenerated, source.natureReason);
    auto range = entry.span.range;
    auto touches = [&](ByteRange other) { return other.overlaps(range); };
    auto covers = [&](const Edit* edit) { return touches(edit->span.range); };
    if (std::any_of(file.edits.begin(), file.edits.end(), covers)) return say(Verdict::kEdited, "");
    if (std::any_of(file.about.begin(), file.about.end(), touches)) return say(Verdict::kEdited, "");
    for (const auto* site : file.listed)
      if (site->span.range.overlaps(range)) return say(Verdict::kListed, site->reason);
    if (auto prose = proseOf(source, range); !prose.empty()) return judgeProse(entry, source, spelling, prose);
    for (const auto* one : file.judged)
      if (one->verdict == Verdict::kProse && one->span.range.contains(range))
        return judgeProse(entry, source, spelling, one->reason);
    for (const auto* one : file.judged)
      if (one->verdict == Verdict::kOther && one->span.range.overlaps(range)) return say(Verdict::kOther, one->reason);
    const auto judged = std::ranges::find_if(file.judged, [&](const Judged* one) { return touches(one->span.range); });
    const auto reason = judged == file.judged.end() ? std::string() : (*judged)->reason;
    if (auto why = unseenCpp(entry); !why.empty())
      return list(entry, spelling, reason.starts_with(kUnresolved) ? reason : why);
    if (auto why = unseenLiteral(entry, source.text); !why.empty()) return list(entry, spelling, why);
    if (judged != file.judged.end()) return say(Verdict::kUnreached, reason);
    if (auto why = keyInText(entry, source.text); !why.empty()) return list(entry, spelling, why);
    if (auto why = partOfQuery(source.text, range); !why.empty()) return list(entry, spelling, why);
    if (isLogText(source.text, range)) return say(Verdict::kProse, "a word in a text for people");
    say(Verdict::kUnreached, "only the name agrees");
  }

  std::string proseOf(const SourceText& source, ByteRange range) const {
    if (source.nature == FileNature::kHistory || source.nature == FileNature::kDocument) return source.natureReason;
    for (const auto& zone : zones_)
      if (zone.kind == ZoneKind::kComment && zone.range.contains(range)) return "comment";
    return "";
  }

  void judgeProse(LedgerEntry& entry, const SourceText& source, const Spelling& spelling, const std::string& prose) {
    entry.verdict = Verdict::kProse;
    entry.reason = prose;
    if (source.nature == FileNature::kHistory || spelling.now.empty() || spelling.now == spelling.text) return;
    for (const auto& policy : parts_.migration.prose) {
      if (!globMatches(policy.paths, entry.span.file)) continue;
      auto action = prose == "comment" ? policy.comments : policy.documents;
      if (action != rules::ProseAction::kEdit || overlapsProseEdit(entry.span)) return;
      entry.verdict = Verdict::kEdited;
      entry.reason = "prose, and the migration edits it";
      Edit edit{entry.span,
                entry.position,
                spelling.text,
                spelling.now,
                spelling.change,
                Tier::kRule,
                fmt::format("prose:{}:{}", entry.span.file, entry.span.range.begin),
                false,
                "",
                {{entry.span.file, entry.position,
                  fmt::format("a {}; the migration's prose policy edits {}", prose, policy.paths)}},
                {}};
      proseEdits_.push_back(std::move(edit));
      return;
    }
  }

  bool overlapsProseEdit(const Span& span) const {
    return std::any_of(proseEdits_.begin(), proseEdits_.end(), [&](const Edit& edit) {
      return edit.span.file == span.file && edit.span.range.overlaps(span.range);
    });
  }

  // Why a C++ identifier has not been judged by a compiler, or empty.
  std::string unseenCpp(const LedgerEntry& entry) const {
    if (!parts_.typed || language_ != "cpp") return "";
    for (const auto& zone : zones_)
      if (zone.kind == ZoneKind::kString && zone.range.contains(entry.span.range)) return "";
    return unseenIn(entry);
  }

  // The same of a text that a `literal` reference names: it is meant wherever it stands, and no flow met it.
  //   #include <yaml-cpp/yaml.h>             <- not found
  //   node["user_name"] = play.user_name;    <- what the object is, nobody knows
  std::string unseenLiteral(const LedgerEntry& entry, std::string_view text) const {
    if (language_ != "cpp") return "";
    const auto range = entry.span.range;
    const auto isWhole = [&](const Zone& zone) {
      return zone.kind == ZoneKind::kString && zone.range.contains(range) && zone.range.end == range.end + 1 &&
             text[range.begin - 1] == text[range.end];
    };
    const auto names = [&](const rules::Reference& reference) {
      return reference.kind == rules::ReferenceKind::kLiteral && reference.old == entry.spelling;
    };
    const auto isNamed = [&](const rules::Dataset& dataset) { return std::ranges::any_of(dataset.references, names); };
    if (std::ranges::none_of(zones_, isWhole) || std::ranges::none_of(parts_.migration.datasets, isNamed)) return "";
    return unseenIn(entry);
  }

  std::string unseenIn(const LedgerEntry& entry) const {
    if (parts_.lowering.unparsed().contains(entry.span.file)) return "C++ that could not be parsed";
    for (auto range : inactive_)
      if (range.contains(entry.span.range)) return "in a region that the preprocessor left out";
    auto gap = parts_.lowering.gapIn(entry.span.file);
    return gap.empty() ? "" : std::string(kUnresolved) + gap;
  }

  // Why a name in a text of code may be what somebody reads by it, or empty.
  std::string keyInText(const LedgerEntry& entry, std::string_view text) const {
    if (language_ != "cpp" && language_ != "python") return "";
    auto range = entry.span.range;
    auto holds = [&](const Zone& zone) { return zone.kind == ZoneKind::kString && zone.range.contains(range); };
    auto zone = std::find_if(zones_.begin(), zones_.end(), holds);
    if (zone == zones_.end()) return "";
    return standsAsKey(text, zone->range, range) ? "it stands as a key in a text that no model reads" : "";
  }

  void list(LedgerEntry& entry, const Spelling& spelling, const std::string& why) {
    entry.verdict = Verdict::kListed;
    entry.reason = why;
    bool known =
        std::any_of(found_.begin(), found_.end(), [&](const ListedSite& site) { return site.span == entry.span; });
    if (!known)
      found_.push_back({entry.span, entry.position, parts_.texts.lineOf(entry.span), spelling.change, why, false, {}});
  }

  // Where the name lies in a string: all of the text that the string is a part of.
  std::string textAround(std::string_view text, ByteRange range) const {
    auto holds = [&](const Zone& zone) { return zone.kind == ZoneKind::kString && zone.range.contains(range); };
    auto zone = std::ranges::find_if(zones_, holds);
    return zone == zones_.end() ? "" : adjacentText(text, zones_, static_cast<size_t>(zone - zones_.begin()));
  }

  // Why a name in a part of a text may be a column, or empty. What holds the query whole is judged by its scopes.
  std::string partOfQuery(std::string_view text, ByteRange range) const {
    if (language_ != "cpp" && language_ != "python") return "";
    auto whole = textAround(text, range);
    if (whole.empty() || text.contains(whole) || !looksLikeQuery(whole)) return "";
    for (const auto& dataset : parts_.migration.datasets)
      for (const auto& reference : dataset.references)
        if (reference.kind == rules::ReferenceKind::kTable && whole.contains(lastPart(reference.old)))
          return fmt::format("a part of a text that looks like a query of {}; no model says that it is one",
                             dataset.id);
    return "";
  }

  // A string with words beside the name, which is no query.
  bool isLogText(std::string_view text, ByteRange range) const {
    auto whole = textAround(text, range);
    return whole.contains(' ') && !looksLikeQuery(whole);
  }

  static bool looksLikeQuery(std::string_view body) {
    auto lower = toLowerAscii(body);
    for (const char* word : {"select ", "insert ", "update ", "delete ", "from ", "join ", "create ", "where "})
      if (lower.contains(word)) return true;
    return false;
  }

  const LedgerParts& parts_;
  Verdicts& verdicts_;
  std::map<std::string, FileIndex> files_;
  std::string language_;
  std::vector<Zone> zones_;
  std::vector<ByteRange> inactive_;
  std::vector<Edit> proseEdits_;
  std::vector<ListedSite> found_;
  Ledger ledger_;
};

}  // namespace

Ledger makeLedger(const LedgerParts& parts, Verdicts& verdicts) { return LedgerMaker(parts, verdicts).make(); }

}  // namespace gander::rewriter
