#include "fleet/fact_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <string_view>

#include "base/digest.h"
#include "base/files.h"
#include "base/text.h"

namespace gander::fleet {
namespace {

namespace fs = std::filesystem;
using rewriter::Input;
using rewriter::InputKind;

constexpr std::string_view kFormat = "gander facts 1";
constexpr std::string_view kEnding = ".facts";

// An entry's text: the format and a digest of all that follows; one line for each input; an empty line; the encoded unit.
std::string writeEntry(const std::vector<std::string>& inputs, std::string_view facts) {
  std::string rest;
  for (const auto& line : inputs) rest += line + '\n';
  rest += '\n';
  rest += facts;
  return fmt::format("{} {}\n", kFormat, sha256(rest)) + rest;
}

struct Entry {
  std::vector<std::string_view> inputs;
  std::string_view facts;
};

std::optional<Entry> readEntry(std::string_view text) {
  const size_t head = text.find('\n');
  if (head == std::string_view::npos) return std::nullopt;
  const auto rest = text.substr(head + 1);
  if (text.substr(0, head) != fmt::format("{} {}", kFormat, sha256(rest))) return std::nullopt;
  Entry entry;
  size_t at = 0;
  while (true) {
    const size_t end = rest.find('\n', at);
    if (end == std::string_view::npos) return std::nullopt;
    if (end == at) break;
    entry.inputs.push_back(rest.substr(at, end - at));
    at = end + 1;
  }
  entry.facts = rest.substr(at + 1);
  return entry;
}

// Where the kernel shows processes and devices: nothing there is a source, whatever a parser says that it read.
bool isOfTheSystem(const fs::path& path) {
  return isWithin("/proc", path) || isWithin("/sys", path) || isWithin("/dev", path);
}

uint64_t nanoseconds(const struct stat& found) {
  return static_cast<uint64_t>(found.st_mtim.tv_sec) * 1'000'000'000U + static_cast<uint64_t>(found.st_mtim.tv_nsec);
}

}  // namespace

// How the machine's files are now, each looked at once.
//
// An input is kept as a line: what is true of its path, a tab, the path. It holds while the same is true of it.
class FactCache::Present {
 public:
  explicit Present(Places places) : places_(std::move(places)) {}

  // The line of an input that was just seen; nothing if it has changed since.
  std::optional<std::string> lineOf(const Input& input) {
    if ((input.path + input.target).find_first_of("\t\n") != std::string::npos) return std::nullopt;
    if (isOfTheSystem(input.path)) return std::nullopt;
    const auto now = look(input.kind, input.path);
    if (input.kind == InputKind::kRead && (now.size != input.size || now.modified != input.modified))
      return std::nullopt;
    if (now.truth != expected(input, now.truth)) return std::nullopt;
    return fmt::format("{} {}\t{}", static_cast<int>(input.kind), now.truth, input.path);
  }

  bool holds(std::string_view line) {
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos || tab < 2) return false;
    int kind = -1;
    std::from_chars(line.data(), line.data() + tab, kind);
    if (kind < 0 || kind > static_cast<int>(InputKind::kProgram)) return false;
    const auto truth = line.substr(line.find(' ') + 1, tab - line.find(' ') - 1);
    return look(static_cast<InputKind>(kind), std::string(line.substr(tab + 1))).truth == truth;
  }

 private:
  struct Look {
    std::string truth;  // without a tab
    uint64_t size = 0;
    uint64_t modified = 0;
  };

  // What must be true of an input that the parsing process described; the digest of a text that was read is not known to it.
  static std::string expected(const Input& input, const std::string& now) {
    switch (input.kind) {
      case InputKind::kRead: return now == "-" ? "" : now;
      case InputKind::kPresent: return "file";
      case InputKind::kFolder: return "folder";
      case InputKind::kAbsent: return "-";
      case InputKind::kListing: return fmt::format("{}", input.modified);
      case InputKind::kLink: return input.target;
      case InputKind::kProgram: return fmt::format("{} {}", input.size, input.modified);
    }
    return "";
  }

  const Look& look(InputKind kind, const std::string& path) {
    // Being there or not is one question; the others are one each.
    if (kind == InputKind::kPresent || kind == InputKind::kAbsent) kind = InputKind::kFolder;
    {
      std::scoped_lock lock(mutex_);
      auto found = looks_.find({kind, path});
      if (found != looks_.end()) return found->second;
    }
    auto look = lookAfresh(kind, onHost(path));
    std::scoped_lock lock(mutex_);
    return looks_.emplace(std::pair(kind, path), std::move(look)).first->second;
  }

  fs::path onHost(const fs::path& seen) const {
    if (seen == places_.programInside) return places_.program;
    return isWithin(places_.inside, seen) ? places_.host / seen.lexically_relative(places_.inside) : seen;
  }

  std::string leadsTo(const fs::path& path) const {
    std::error_code error;
    const auto real = fs::canonical(path, error);
    if (error) return "";
    if (!isWithin(places_.host, real)) return real.string();
    const auto relative = real.lexically_relative(places_.host);
    return (relative == "." ? places_.inside : places_.inside / relative).string();
  }

  Look lookAfresh(InputKind kind, const fs::path& path) const {
    struct stat found{};
    if (kind == InputKind::kLink) return {.truth = leadsTo(path)};
    if (::stat(path.c_str(), &found) != 0) return {.truth = "-"};
    Look look{.truth = "", .size = static_cast<uint64_t>(found.st_size), .modified = nanoseconds(found)};
    if (kind == InputKind::kRead) {
      auto text = readFile(path, look.size);  // a file that grows meanwhile is not the one that was read
      look.truth = text ? sha256(*text) : "-";
    } else if (kind == InputKind::kListing) {
      look.truth = fmt::format("{}", look.modified);
    } else if (kind == InputKind::kProgram) {
      look.truth = fmt::format("{} {}", look.size, look.modified);
    } else {
      look.truth = S_ISDIR(found.st_mode) ? "folder" : "file";
    }
    return look;
  }

  const Places places_;
  std::mutex mutex_;
  std::map<std::pair<InputKind, std::string>, Look> looks_;  // under mutex_; what stands in it never moves
};

FactCache::FactCache(fs::path folder, Places places, const Limits& limits)
    : folder_(std::move(folder)), limits_(limits), present_(std::make_unique<Present>(std::move(places))) {}
FactCache::~FactCache() = default;

Result<std::unique_ptr<FactCache>> FactCache::open(fs::path folder, Places places, const Limits& limits) {
  GANDER_CHECK(ensureDirectory(folder));
  return std::unique_ptr<FactCache>(new FactCache(std::move(folder), std::move(places), limits));
}

fs::path FactCache::entryOf(const std::string& key) const { return folder_ / (key + std::string(kEnding)); }

std::optional<std::string> FactCache::find(const std::string& key) {
  const auto path = entryOf(key);
  auto text = readFile(path);
  if (!text) return std::nullopt;
  const auto entry = readEntry(*text);
  if (!entry) return std::nullopt;
  if (!std::ranges::all_of(entry->inputs, [&](std::string_view line) { return present_->holds(line); }))
    return std::nullopt;
  ::utimensat(AT_FDCWD, path.c_str(), nullptr,
              0);  // used just now; where that can't be written it goes a little earlier
  return std::string(entry->facts);
}

void FactCache::store(const std::string& key, const std::vector<Input>& inputs, std::string_view facts) {
  std::vector<std::string> lines;
  for (const auto& input : inputs) {
    auto line = present_->lineOf(input);
    if (!line) return;
    lines.push_back(std::move(*line));
  }
  if (lines.empty()) return;  // it does not say what it rests on
  (void)writeFile(entryOf(key), writeEntry(lines, facts));
}

void FactCache::shrink() {
  struct Found {
    fs::file_time_type used;
    uint64_t bytes;
    fs::path path;
  };
  std::vector<Found> entries;
  uint64_t total = 0;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder_, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    std::error_code gone;                                             // another process shrinks it too
    if (!at->path().filename().string().contains(kEnding)) continue;  // one that is being written has more behind it
    Found found{at->last_write_time(gone), at->file_size(gone), at->path()};
    if (gone) continue;
    total += found.bytes;
    entries.push_back(std::move(found));
  }
  std::ranges::sort(entries, {}, &Found::used);
  for (const auto& entry : entries) {
    if (total <= limits_.bytes) break;
    if (fs::remove(entry.path, error)) total -= entry.bytes;
  }
}

}  // namespace gander::fleet
