#include "fleet/review_remarks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fleet/rewrite_json.h"
#include "pr-bot/markdown.h"

namespace gander::fleet {
namespace {

using Json = nlohmann::json;

constexpr int64_t kContext = 3;  // lines around a change that its difference shows

int64_t lineEnds(const std::string& text) { return std::ranges::count(text, '\n'); }

// Where a file is changed, by lines of the file as it was.
class ChangedLines {
 public:
  explicit ChangedLines(const Json& edits) {
    for (const auto& edit : edits) {
      const int64_t line = edit.at("line");
      const std::string old = edit.at("old");
      const std::string now = edit.at("new");
      files_[edit.at("file")].push_back({line, line + lineEnds(old), lineEnds(now) - lineEnds(old)});
    }
  }

  bool shows(const std::string& file, int64_t line) const {
    auto found = files_.find(file);
    return found != files_.end() && std::ranges::any_of(found->second, [&](const Change& change) {
             return line >= change.first - kContext && line <= change.last + kContext;
           });
  }

  // The same line in the rewritten file.
  int64_t moved(const std::string& file, int64_t line) const {
    int64_t out = line;
    for (const auto& change : files_.at(file))
      if (change.last < line) out += change.growth;
    return out;
  }

 private:
  struct Change {
    int64_t first = 0;
    int64_t last = 0;
    int64_t growth = 0;
  };
  std::map<std::string, std::vector<Change>> files_;
};

std::string textOfHazard(const Json& hazard) {
  return fmt::format("**{}**: {}", prbot::escapeMarkdown(hazard.at("name").get<std::string>()),
                     prbot::escapeMarkdown(hazard.at("message").get<std::string>()));
}

std::string textOfListed(const Json& site) {
  return fmt::format("Not changed: {}: {}", prbot::codeSpan(site.at("text").get<std::string>()),
                     prbot::escapeMarkdown(site.at("reason").get<std::string>()));
}

std::vector<prbot::Remark> remarksOf(const Json& rewrite, size_t most) {
  const ChangedLines changed(rewrite.at("edits"));
  std::vector<prbot::Remark> remarks;
  std::set<std::pair<std::string, size_t>> taken;
  std::set<std::pair<std::string, std::string>> said;
  auto add = [&](const Json& site, std::string (*textOf)(const Json&)) {
    const std::string file = site.at("file");
    const int64_t line = site.at("line");
    if (remarks.size() >= most || !changed.shows(file, line)) return;
    const auto place = static_cast<size_t>(changed.moved(file, line));
    auto body = textOf(site);
    if (!taken.emplace(file, place).second || !said.emplace(file, body).second) return;
    remarks.push_back({.body = std::move(body), .file = file, .line = place});
  };
  for (const auto& hazard : rewrite.at("hazards")) add(hazard, textOfHazard);
  for (const auto& site : rewrite.at("listed")) add(site, textOfListed);
  return remarks;
}

}  // namespace

Result<std::vector<prbot::Remark>> reviewRemarks(const std::string& json, size_t most) {
  return readRewrite(json, [&](const Json& rewrite) { return remarksOf(rewrite, most); });
}

Result<bool> isIncomplete(const std::string& json) {
  return readRewrite(json, [](const Json& rewrite) { return rewrite.at("incomplete").get<bool>(); });
}

Result<std::vector<std::string>> editedFiles(const std::string& json) {
  return readRewrite(json, [](const Json& rewrite) {
    std::set<std::string> files;
    for (const auto& edit : rewrite.at("edits")) files.insert(edit.at("file"));
    return std::vector<std::string>(files.begin(), files.end());
  });
}

}  // namespace gander::fleet
