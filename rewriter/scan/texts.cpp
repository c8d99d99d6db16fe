#include "rewriter/scan/texts.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rewriter/facts/generated.h"
#include "rewriter/scan/schema_series.h"

namespace gander::rewriter {
namespace {

constexpr std::array kChangelogs = {"**/CHANGELOG*", "**/CHANGES*",         "**/HISTORY*",
                                    "**/NEWS*",      "**/debian/changelog", "**/ChangeLog*"};
// What has run: SQL, and the Python that Alembic and Django keep beside it.
constexpr std::array kRanMigrations = {"**/migrations/**.sql",   "**/migrations/**.py", "**/db/migrate/**",
                                       "**/alembic/versions/**", "**/archive/**.sql",   "**/archives/**.sql"};
constexpr std::array kDocuments = {"**/*.md",  "**/*.rst",    "**/*.txt",    "**/*.adoc", "**/README*",
                                   "**/*.org", "**/LICENSE*", "**/COPYING*", "**/*.tex",  "**/*.html"};
template <size_t N>
bool matchesAny(const std::array<const char*, N>& globs, std::string_view path) {
  return std::any_of(globs.begin(), globs.end(), [&](const char* glob) { return globMatches(glob, path); });
}

// CMake names its lists .txt: they are code.
bool isDocument(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  if (name == "CMakeLists.txt" || name == "requirements.txt" || name == "meson_options.txt") return false;
  return matchesAny(kDocuments, path);
}

// A script that takes a schema from one version to the next: `app_update-1.31.20.sql`, `upgrade_2_0.sql`, `patch_1_2_to_1_3.sql`,
// `upgrade_025_to_026.sh.in`. Whoever has that version has run it. A date is no version.
bool isRanUpdate(std::string_view path) {
  static const RE2 kVersioned(
      R"((?i)(^|[/_.-])(update|upgrade|downgrade|migrat\w*|delta|patch)[-_.]v?(\d{1,3}(\.\d+)+[^/]*|\d{1,3}(_\d+)+(_to\w*)?|\d{1,3}_to_\d{1,3})\.(sql|sh)(\.in)?$)");
  return RE2::PartialMatch(re2::StringPiece(path.data(), path.size()), kVersioned);
}

}  // namespace

std::string whyNotText(std::string_view text) {
  if (text.substr(0, 8000).contains('\0')) return "binary";
  if (text.starts_with("version https://git-lfs.github.com/spec/v1"))
    return "LFS pointer: its content is not in the repository";
  if (!isValidUtf8(text)) return "not UTF-8";
  return "";
}

FileNature natureOf(std::string_view path, std::string_view text, std::string* reason) {
  auto say = [&](FileNature nature, std::string why) {
    if (reason != nullptr) *reason = std::move(why);
    return nature;
  };
  if (auto why = whyGenerated(path, text); !why.empty()) return say(FileNature::kGenerated, std::move(why));
  if (matchesAny(kChangelogs, path) || matchesAny(kRanMigrations, path) || isRanUpdate(path))
    return say(FileNature::kHistory, "history: never edited");
  if (isDocument(path)) return say(FileNature::kDocument, "document");
  return say(FileNature::kCode, "");
}

Result<Texts> Texts::load(const FileSystem& tree, const RewriteLimits& limits) {
  GANDER_TRY(auto entries, tree.list());
  Texts out;
  for (const auto& entry : entries) {
    if (entry.kind == FileKind::kSymlink) {
      out.skipped_.push_back({entry.path, "symbolic link: never followed"});
    } else if (entry.kind == FileKind::kSubmodule) {
      out.skipped_.push_back({entry.path, "submodule: another repository"});
    } else if (entry.size > limits.fileBytes) {
      out.skipped_.push_back(
          {entry.path, fmt::format("huge: {} bytes, the limit is {}", entry.size, limits.fileBytes)});
    } else {
      auto read = tree.read(entry.path);
      if (!read && read.error().kind == ErrorKind::kNotFound) {  // somebody works in the tree
        out.skipped_.push_back({entry.path, "gone while the tree was read"});
        continue;
      }
      GANDER_TRY(auto text, std::move(read));
      if (auto why = whyNotText(text); !why.empty()) {
        out.skipped_.push_back({entry.path, why});
        continue;
      }
      SourceText source;
      source.nature = natureOf(entry.path, text, &source.natureReason);
      source.lines = LineIndex(text);
      source.text = std::move(text);
      out.texts_.emplace(entry.path, std::move(source));
      out.paths_.push_back(entry.path);
    }
  }
  out.markSeries();
  return out;
}

void Texts::markSeries() {
  std::vector<std::pair<std::string_view, std::string_view>> files;
  for (const auto& [path, source] : texts_)
    if (source.nature == FileNature::kCode) files.emplace_back(path, source.text);
  for (const auto& path : schemaSeries(files)) {
    auto& source = texts_.at(path);
    source.nature = FileNature::kHistory;
    source.natureReason = "history: one of a numbered series of schema changes, never edited";
  }
}

const SourceText* Texts::find(const std::string& path) const {
  auto found = texts_.find(path);
  return found == texts_.end() ? nullptr : &found->second;
}

Position Texts::positionOf(const Span& span) const {
  const auto* source = find(span.file);
  return source == nullptr ? Position{} : source->lines.at(span.range.begin);
}

std::string_view Texts::slice(const Span& span) const {
  const auto* source = find(span.file);
  if (source == nullptr || span.range.end > source->text.size() || span.range.begin > span.range.end) return {};
  return std::string_view(source->text).substr(span.range.begin, span.range.size());
}

std::string Texts::lineOf(const Span& span) const {
  const auto* source = find(span.file);
  if (source == nullptr) return "";
  uint32_t begin = source->lines.lineBegin(source->lines.at(span.range.begin).line);
  auto line = std::string_view(source->text).substr(begin);
  line = line.substr(0, line.find_first_of("\r\n"));
  size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return std::string(line.substr(first, line.find_last_not_of(" \t") - first + 1));
}

}  // namespace gander::rewriter
