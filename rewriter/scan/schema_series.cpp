#include "rewriter/scan/schema_series.h"

#include <re2/re2.h>

#include <map>

namespace gander::rewriter {
namespace {

constexpr size_t kFewestOfASeries = 3;
constexpr size_t kFewestAlterations = 2;

bool matches(const RE2& pattern, std::string_view text) {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

bool isNumbered(std::string_view path) {
  static const RE2 kNumbered(R"((^|/)\d{3,}[-_.][^/]*\.sql$)");
  return matches(kNumbered, path);
}

bool altersTable(std::string_view text) {
  static const RE2 kAlters(R"((?i)\bALTER\s+TABLE\b)");
  return matches(kAlters, text);
}

struct Folder {
  std::vector<std::string_view> numbered;
  size_t alterations = 0;
};

}  // namespace

std::set<std::string> schemaSeries(const std::vector<std::pair<std::string_view, std::string_view>>& files) {
  std::map<std::string_view, Folder> folders;
  for (const auto& [path, text] : files) {
    if (!isNumbered(path)) continue;
    const size_t slash = path.rfind('/');
    auto& folder = folders[path.substr(0, slash == std::string_view::npos ? 0 : slash)];
    folder.numbered.push_back(path);
    if (altersTable(text)) ++folder.alterations;
  }
  std::set<std::string> series;
  for (const auto& [name, folder] : folders)
    if (folder.numbered.size() >= kFewestOfASeries && folder.alterations >= kFewestAlterations)
      series.insert(folder.numbered.begin(), folder.numbered.end());
  return series;
}

}  // namespace gander::rewriter
