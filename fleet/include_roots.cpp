#include "fleet/include_roots.h"

#include <algorithm>
#include <deque>
#include <set>

#include "base/files.h"

namespace gander::fleet {

namespace fs = std::filesystem;

constexpr size_t kMostFiles = 4000;  // of one source
constexpr size_t kMostRoots = 100;   // of one source
constexpr uintmax_t kMostBytes = 4 << 20;

static std::string normal(const fs::path& path) { return path.lexically_normal().generic_string(); }

static std::string lastPart(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void IncludeRoots::lookThrough() const {
  if (known_) return;
  known_ = true;
  std::error_code error;
  for (fs::recursive_directory_iterator at(tree_, error), end; !error && at != end; at.increment(error)) {
    std::error_code unread;
    const auto status = at->symlink_status(unread);
    if (fs::is_directory(status) && at->path().filename() == ".git") at.disable_recursion_pending();
    if (!fs::is_regular_file(status)) continue;
    auto path = at->path().lexically_relative(tree_).generic_string();
    files_[lastPart(path)].push_back(std::move(path));
  }
  for (auto& [name, paths] : files_) std::ranges::sort(paths);
}

bool IncludeRoots::has(const std::string& file) const {
  const auto found = files_.find(lastPart(file));
  return found != files_.end() && std::ranges::binary_search(found->second, file);
}

// `# include "a/b.h"` and `#include <a/b.h>`: what a macro names is passed over.
static std::optional<std::pair<std::string, bool>> includeIn(std::string_view line) {
  const auto skip = [&](std::string_view what) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    const bool there = line.starts_with(what);
    if (there) line.remove_prefix(what.size());
    return there;
  };
  if (!skip("#") || !skip("include")) return std::nullopt;
  const bool quoted = skip("\"");
  if (!quoted && !skip("<")) return std::nullopt;
  const auto end = line.find(quoted ? '"' : '>');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  return std::pair(std::string(line.substr(0, end)), quoted);
}

const std::vector<IncludeRoots::Written>& IncludeRoots::includesOf(const std::string& file) const {
  auto [known, isNew] = includes_.try_emplace(file);
  if (!isNew) return known->second;
  std::error_code error;
  if (fs::file_size(tree_ / file, error) > kMostBytes || error) return known->second;
  const auto text = readFile(tree_ / file);
  if (!text) return known->second;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (auto written = includeIn(line)) known->second.push_back({std::move(written->first), written->second});
  }
  return known->second;
}

// The folder behind which the only file stands that can be meant.
std::optional<std::string> IncludeRoots::rootOf(const std::string& included) const {
  const auto named = files_.find(lastPart(included));
  if (named == files_.end() || included.starts_with("/")) return std::nullopt;
  std::optional<std::string> root;
  for (const auto& path : named->second) {
    const bool whole = path == included;
    if (!whole && !path.ends_with("/" + included)) continue;
    if (root) return std::nullopt;
    root = whole ? "" : path.substr(0, path.size() - included.size() - 1);
  }
  return root;
}

struct IncludeRoots::Search {
  const IncludeRoots& roots;
  std::vector<std::string> all;  // the known ones first
  size_t known;
  std::deque<std::string> open = {};
  std::set<std::string> met = {};

  void meet(const std::string& file) {
    if (met.size() < kMostFiles && met.insert(file).second) open.push_back(file);
  }

  void follow(const std::string& from, const Written& written) {
    if (written.quoted) {
      const auto beside = normal(fs::path(from).parent_path() / written.path);
      if (roots.has(beside)) return meet(beside);
    }
    for (const auto& root : all) {
      const auto file = normal(fs::path(root) / written.path);
      if (roots.has(file)) return meet(file);
    }
    const auto root = roots.rootOf(written.path);
    if (!root || all.size() - known >= kMostRoots) return;
    all.push_back(*root);
    meet(normal(fs::path(*root) / written.path));
  }
};

std::vector<std::string> IncludeRoots::of(const std::string& file, const std::vector<std::string>& known) const {
  lookThrough();
  Search search{.roots = *this, .all = known, .known = known.size()};
  search.meet(file);
  while (!search.open.empty()) {
    const auto next = search.open.front();
    search.open.pop_front();
    for (const auto& written : includesOf(next)) search.follow(next, written);
  }
  return {search.all.begin() + static_cast<long>(known.size()), search.all.end()};
}

}  // namespace gander::fleet
