#include "fleet/take_back.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/digest.h"
#include "base/text.h"
#include "fleet/rewrite_json.h"
#include "repos/text_diff.h"
#include "rewriter/occurrence.h"

namespace gander::fleet {
namespace {

using Json = nlohmann::json;
using rewriter::Edit;
using rewriter::ListedSite;
using rewriter::nextOccurrence;
using rewriter::Rewrite;

constexpr std::string_view kSuffix = ".rollback";

// An edit where it ended up: in the text that was merged.
struct Landed {
  const Json* recorded = nullptr;
  ByteRange range;  // of `new`
};

rewriter::Tier tierNamed(const std::string& name) {
  using rewriter::Tier;
  for (auto tier : {Tier::kType, Tier::kScope, Tier::kFlow, Tier::kRule, Tier::kShape})
    if (toString(tier) == name) return tier;
  return Tier::kName;
}

// Before: the base's text, and its recorded edits in their order     After: the text that was merged, and where each edit stands in it
Result<std::string> landed(const std::string& path, const std::string& text, const std::vector<const Json*>& edits,
                           std::vector<Landed>& out) {
  const LineIndex lines(text);
  std::string merged;
  uint32_t done = 0;
  for (const auto* edit : edits) {
    const auto begin = lines.lineBegin(edit->at("line")) + edit->at("column").get<uint32_t>() - 1;
    const auto& old = edit->at("old").get_ref<const std::string&>();
    const auto& now = edit->at("new").get_ref<const std::string&>();
    if (begin < done || begin > text.size() || text.compare(begin, old.size(), old) != 0)
      return fail(ErrorKind::kCorrupt, fmt::format("{}: the recorded edits are not of this text", path));
    merged.append(text, done, begin - done);
    const auto at = static_cast<uint32_t>(merged.size());
    out.push_back({edit, {at, at + static_cast<uint32_t>(now.size())}});
    merged += now;
    done = begin + static_cast<uint32_t>(old.size());
  }
  return merged.append(text, done, std::string::npos);
}

constexpr uint64_t kFileBytes = 4ULL << 20;
constexpr size_t kMostListed = 500;

bool isName(std::string_view text) {
  return text.size() > 2 && std::ranges::all_of(text, [](char c) {
           return isWordByte(c) || c == '.' || c == '-' || c == ':' || c == '/';
         });
}

class Inverse {
 public:
  explicit Inverse(const MergedRewrite& merged) : merged_(merged) {}

  Result<Rewrite> make(const Json& rewrite) {
    GANDER_TRY(auto entries, merged_.today.list());
    for (auto& entry : entries)
      if (entry.kind == rewriter::FileKind::kRegular) today_.emplace(std::move(entry.path), entry.size);
    std::map<std::string, std::string> moved;  // from -> to
    for (const auto& file : rewrite.at("files"))
      if (file.at("action") == "move") moved[file.at("from")] = file.at("file");
    std::map<std::string, std::vector<const Json*>> files;
    for (const auto& edit : rewrite.at("edits")) files[edit.at("file")].push_back(&edit);
    for (const auto& [path, edits] : files) {
      auto to = moved.find(path);
      GANDER_CHECK(invertEdits(path, to == moved.end() ? path : to->second, edits));
    }
    for (const auto& file : rewrite.at("files")) GANDER_CHECK(invertFile(file));
    GANDER_CHECK(listWrittenSince(rewrite.at("edits")));
    out_.incomplete = !out_.listed.empty();
    out_.digest = Digest().add("take back").add(merged_.json).hex();
    out_.certificate.why = "a merge is taken back";
    return std::move(out_);
  }

 private:
  // What has to go back too, and can't be put back by gander.
  void list(const std::string& file, Position position, const std::string& text, const std::string& change,
            std::string_view why) {
    out_.listed.push_back({.span = {file, {}},
                           .position = position,
                           .text = text,
                           .change = change,
                           .reason = std::string(why),
                           .blocks = true,
                           .evidence = {}});
  }
  void listEdit(const Json& edit, const std::string& file, std::string_view why) {
    list(file, {edit.at("line"), edit.at("column")}, edit.at("new"), edit.at("change"), why);
  }

  Status invertEdits(const std::string& path, const std::string& now, const std::vector<const Json*>& edits) {
    GANDER_TRY(auto text, merged_.base.read(path));
    std::vector<Landed> places;
    GANDER_TRY(auto merged, landed(path, text, edits, places));
    if (!today_.contains(now)) {
      for (const auto& place : places) listEdit(*place.recorded, now, "the file is not there any more");
      return {};
    }
    GANDER_TRY(auto today, merged_.today.read(now));
    GANDER_TRY(auto same, repos::sameLines(merged, today));
    const LineIndex before(merged);
    const LineIndex after(today);
    for (const auto& place : places) {
      const auto first = before.at(place.range.begin).line;
      const auto last = before.at(place.range.size() > 0 ? place.range.end - 1 : place.range.end).line;
      auto run = std::ranges::find_if(
          same, [&](const auto& one) { return one.before <= first && last < one.before + one.count; });
      if (run == same.end()) {
        listEdit(*place.recorded, now, "this line was changed since it was merged");
        continue;
      }
      const auto begin =
          after.lineBegin(run->after + first - run->before) + place.range.begin - before.lineBegin(first);
      out_.edits.push_back(inverted(*place.recorded, now, today, begin));
    }
    return {};
  }

  // Names of the new version that the old base held nowhere: whoever wrote one since has built upon the merge.
  Status listWrittenSince(const Json& edits) {
    std::set<std::string> names;
    for (const auto& edit : edits)
      if (const std::string name = edit.at("new"); isName(name)) names.insert(name);
    GANDER_TRY(auto before, merged_.base.list());
    for (const auto& entry : before) {
      if (entry.kind != rewriter::FileKind::kRegular || entry.size > kFileBytes) continue;
      GANDER_TRY(auto text, merged_.base.read(entry.path));
      std::erase_if(names, [&](const std::string& name) { return nextOccurrence(text, name, 0) != std::string::npos; });
    }
    for (const auto& [path, size] : today_) {
      if (names.empty()) break;
      const bool whole = std::ranges::find(out_.files, path, &rewriter::FileAction::path) != out_.files.end();
      if (size > kFileBytes || whole) continue;
      GANDER_TRY(auto text, merged_.today.read(path));
      if (text.contains('\0')) continue;
      const LineIndex lines(text);
      for (const auto& name : names)
        for (size_t at = nextOccurrence(text, name, 0); at != std::string::npos;
             at = nextOccurrence(text, name, at + 1))
          if (!isInverted(path, static_cast<uint32_t>(at))) listSince(path, lines.at(static_cast<uint32_t>(at)), name);
    }
    return {};
  }

  bool isInverted(const std::string& path, uint32_t at) const {
    return std::ranges::any_of(out_.edits, [&](const Edit& edit) {
      return edit.span.file == path && edit.span.range.begin <= at && at < edit.span.range.end;
    });
  }

  void listSince(const std::string& path, Position position, const std::string& name) {
    // What no longer applies is listed already, under the line that it had.
    const bool known = std::ranges::any_of(out_.listed, [&](const ListedSite& one) {
      return one.span.file == path && one.text == name && one.position.line == position.line;
    });
    if (known || out_.listed.size() >= kMostListed) return;
    list(path, position, name, "since",
         "written since the merge, in the new version's name: it has to go back with the edits");
  }

  static Edit inverted(const Json& recorded, const std::string& file, const std::string& today, uint32_t begin) {
    Edit edit;
    edit.old = recorded.at("new");
    edit.now = recorded.at("old");
    edit.span = {file, {begin, begin + static_cast<uint32_t>(edit.old.size())}};
    edit.position = LineIndex(today).at(begin);
    edit.change = recorded.at("change");
    edit.tier = tierNamed(recorded.at("tier"));
    edit.unit = recorded.at("unit");
    edit.built = recorded.at("checked_by_build");
    if (recorded.contains("rule")) edit.rule = recorded.at("rule");
    edit.evidence = {{file, edit.position, "gander's own edit, and its line is as it was merged"}};
    return edit;
  }

  Status invertFile(const Json& file) {
    const std::string path = file.at("file");
    const std::string action = file.at("action");
    if (action == "move") {
      const std::string from = file.at("from");
      if (!today_.contains(path)) return keep(path, "the file is not there any more");
      if (today_.contains(from)) return keep(path, fmt::format("there is a file {} again", from));
      out_.files.push_back({.path = from, .text = {}, .movedFrom = path});
      return {};
    }
    if (!today_.contains(path)) return action == "add" ? Status{} : keep(path, "the file is not there any more");
    if (merged_.merged == nullptr) return keep(path, "what was merged is not known any more");
    GANDER_TRY(auto now, merged_.today.read(path));
    GANDER_TRY(auto then, merged_.merged->read(path));
    if (now != then) return keep(path, "the file was changed since it was merged");
    if (action == "add") {
      out_.files.push_back({.path = path, .text = {}, .removes = true});
      return {};
    }
    GANDER_TRY(auto old, merged_.base.read(path));
    out_.files.push_back({.path = path, .text = std::move(old), .replaces = true});
    return {};
  }

  Status keep(const std::string& path, std::string_view why) {
    list(path, {}, "", "file", why);
    return {};
  }

  const MergedRewrite& merged_;
  std::map<std::string, uint64_t> today_;  // path -> bytes
  Rewrite out_;
};

}  // namespace

std::string rollbackCampaign(const std::string& migration) { return migration + std::string(kSuffix); }

std::optional<std::string> takenBack(const std::string& campaign) {
  if (!campaign.ends_with(kSuffix)) return std::nullopt;
  return campaign.substr(0, campaign.size() - kSuffix.size());
}

rules::Migration rollbackOf(const rules::Migration& migration) {
  auto rollback = migration;
  rollback.name = rollbackCampaign(migration.name);
  rollback.title = "Take back: " + (migration.title.empty() ? migration.name : migration.title);
  rollback.automerge = false;
  return rollback;
}

Result<Rewrite> takeBack(const MergedRewrite& merged) {
  auto made = readRewrite(merged.json, [&](const Json& rewrite) { return Inverse(merged).make(rewrite); });
  if (!made) return std::unexpected(made.error());
  if (!*made) return std::unexpected(made->error());
  return std::move(**made);
}

}  // namespace gander::fleet
