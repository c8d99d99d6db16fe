#include "rewriter/lower/lowering.h"

#include <algorithm>
#include <array>
#include <deque>
#include <tuple>

#include "base/text.h"
#include "rewriter/facts/spans.h"
#include "rewriter/solve/rules.h"

namespace gander::rewriter {
namespace {

constexpr size_t kMostReaders = 32;  // of one header

std::string_view fileName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Whether a path as an #include writes it may be a file's: without the steps up at its head, it is the end of it.
bool mayBe(std::string_view written, std::string_view path) {
  while (written.starts_with("../") || written.starts_with("./")) written.remove_prefix(written.find('/') + 1);
  return path.ends_with(written) && (path.size() == written.size() || path[path.size() - written.size() - 1] == '/');
}

}  // namespace

bool isCppSource(std::string_view path) {
  constexpr std::array kEndings = {".cpp", ".cc", ".cxx", ".c", ".C", ".c++", ".cu", ".mm"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](const char* ending) { return path.ends_with(ending); });
}

Lowering::Lowering(const Texts& texts, const Spellings& spellings, const Meaning& meaning, CppParser* cpp)
    : texts_(texts),
      spellings_(spellings),
      meaning_(meaning),
      rules_(cppRules(meaning.migration())),
      cpp_(cpp),
      tokens_(texts),
      varying_(texts, cpp ? cpp->varyingMacros() : std::set<std::string>()) {
  python_ = std::make_unique<LoweringContext>(texts.paths());
  for (const auto& [path, source] : texts.all())
    if (path.ends_with("__init__.py")) python_->addPackage(path, source.text);
}

void Lowering::lower(const std::vector<std::string>& files, Program& program) {
  std::vector<std::string> cpp;
  for (const auto& path : files) {
    if (!seen_.insert(path).second) continue;
    auto language = languageOf(path);
    if (language == "python") lowerPythonFile(path, program);
    if (language == "cpp") cpp.push_back(path);
  }
  lowerCpp(cpp, program);
}

bool Lowering::lowerNeeds(const std::set<Need>& needs, Program& program) {
  std::set<std::string> files;
  for (const auto& need : needs) {
    if (need.kind == NeedKind::kIncluders) {
      for (const auto& path : includersOf(need.token, false))
        if (!seen_.contains(path) && texts_.find(path)->nature != FileNature::kGenerated) files.insert(path);
      continue;
    }
    for (const auto& path : tokens_.filesWith(need.token))
      if (languageOf(path) == need.language && !seen_.contains(path) &&
          texts_.find(path)->nature != FileNature::kGenerated)
        files.insert(path);
  }
  if (files.empty()) return false;
  lower({files.begin(), files.end()}, program);
  return true;
}

void Lowering::lowerPythonFile(const std::string& path, Program& program) {
  auto unit = lowerPython(path, texts_.find(path)->text, *python_, spellings_.wanted);
  gaps_.insert(gaps_.end(), unit.gaps.begin(), unit.gaps.end());
  program.add(std::move(unit));
}

// Sources first; then those that read a header which may mean something else to each; then as few as may be that read the other headers; then
// a header that none of those read, alone.
void Lowering::lowerCpp(const std::vector<std::string>& files, Program& program) {
  if (files.empty()) return;
  if (cpp_ == nullptr) {
    for (const auto& path : files) gaps_.push_back({path, "C++ is not parsed: no parser"});
    unparsed_.insert(files.begin(), files.end());
    return;
  }
  std::vector<std::string> mains;
  for (const auto& path : files)
    if (isCppSource(path)) mains.push_back(path);
  parse(mains, program);
  parse(readersOfVarying(files), program);
  parse(readersOf(openHeaders(files)), program);
  parse(openHeaders(files), program);
  for (const auto& path : files)
    if (!covered_.contains(path)) unparsed_.insert(path);
}

std::vector<std::string> Lowering::openHeaders(const std::vector<std::string>& files) const {
  std::vector<std::string> open;
  std::ranges::copy_if(files, std::back_inserter(open),
                       [&](const auto& path) { return !isCppSource(path) && !covered_.contains(path); });
  return open;
}

void Lowering::parse(const std::vector<std::string>& mains, Program& program) {
  std::vector<CppRequest> requests;
  for (const auto& path : mains)
    if (parsed_.insert(path).second)
      requests.push_back({.file = path,
                          .wanted = spellings_.wanted,
                          .types = meaning_.classes("cpp"),
                          .flow = meaning_.hasKeyed(),
                          .rules = rules_});
  auto answers = cpp_->lower(requests);
  for (size_t i = 0; i < answers.size() && i < requests.size(); ++i) {
    if (!answers[i]) {
      gaps_.push_back({requests[i].file, answers[i].error().message});
      continue;
    }
    for (auto& unit : *answers[i]) {
      if (fits(unit)) {
        take(requests[i].file, std::move(unit), program);
      } else {
        gaps_.push_back({requests[i].file, "the parser told of places that are not there"});
      }
    }
  }
}

// A unit comes from a process that is not trusted: what it says of a file must be within the file as it was read.
bool Lowering::fits(const Unit& unit) const {
  bool within = true;
  forEachSpan(unit, [&](const Span& span) {
    const auto* source = texts_.find(span.file);
    within &= source == nullptr || span.range.end <= source->text.size();
  });
  return within;
}

void Lowering::take(const std::string& main, Unit unit, Program& program) {
  refuseMatches(main, meaning_.migration(), texts_, unit);
  gaps_.insert(gaps_.end(), unit.gaps.begin(), unit.gaps.end());
  covered_.insert(main);
  covered_.insert(unit.reads.begin(), unit.reads.end());
  noteGaps(main, unit);
  std::map<std::string, std::vector<ByteRange>> inactive;
  for (const auto& path : unit.reads) inactive[path];
  inactive[main];
  for (const auto& [path, zone] : unit.zones)
    if (zone.kind == ZoneKind::kInactive) inactive[path].push_back(zone.range);
  for (auto& [path, ranges] : inactive) {
    mains_.emplace(path, main);
    inactive_[path].push_back(std::move(ranges));
  }
  program.add(std::move(unit));
}

void Lowering::noteGaps(const std::string& main, const Unit& unit) {
  // A header that is not there explains the other errors.
  auto missing = std::ranges::find_if(unit.gaps, [](const Gap& gap) { return gap.why.ends_with(": not found"); });
  auto why = missing != unit.gaps.end() ? missing->why : unit.gaps.empty() ? std::string() : unit.gaps.front().why;
  auto note = [&](const std::string& path) {
    auto [at, fresh] = lacking_.emplace(path, why);
    if (!fresh && why.empty()) at->second.clear();
  };
  note(main);
  for (const auto& path : unit.reads) note(path);
}

std::string Lowering::gapIn(const std::string& file) const {
  auto found = lacking_.find(file);
  return found == lacking_.end() ? "" : found->second;
}

std::vector<ByteRange> Lowering::inactiveIn(const std::string& file) const {
  auto found = inactive_.find(file);
  if (found == inactive_.end() || found->second.empty()) return {};
  std::vector<ByteRange> out;
  for (auto range : found->second.front()) {
    bool always = std::all_of(found->second.begin(), found->second.end(), [&](const auto& unit) {
      return std::any_of(unit.begin(), unit.end(), [&](ByteRange other) { return other.contains(range); });
    });
    if (always) out.push_back(range);
  }
  return out;
}

std::map<std::string, std::vector<ByteRange>> Lowering::inactive() const {
  std::map<std::string, std::vector<ByteRange>> out;
  for (const auto& [file, units] : inactive_)
    if (auto ranges = inactiveIn(file); !ranges.empty()) out[file] = std::move(ranges);
  return out;
}

void Lowering::buildIncludeGraph() {
  graphBuilt_ = true;
  for (const auto& [path, source] : texts_.all()) {
    if (languageOf(path) != "cpp") continue;
    std::string_view text = source.text;
    for (size_t at = text.find("include"); at != std::string_view::npos; at = text.find("include", at + 7)) {
      size_t open = text.find_first_not_of(" \t", at + 7);
      if (open == std::string_view::npos || (text[open] != '"' && text[open] != '<')) continue;
      size_t close = text.find_first_of("\">\n", open + 1);
      if (close == std::string_view::npos || text[close] == '\n') continue;
      auto written = text.substr(open + 1, close - open - 1);
      includers_[std::string(fileName(written))].push_back({path, written});
    }
  }
}

// The sources that may read a header, over any number of headers between; the nearest first. By the last part of its path, so
// that there may be too many; those that are `likely` write a path by which it may be found.
std::vector<std::string> Lowering::includersOf(const std::string& header, bool likely) {
  if (!graphBuilt_) buildIncludeGraph();
  std::vector<std::string> sources;
  std::set<std::string> seen{header};
  std::deque<std::string> queue{header};
  while (!queue.empty()) {
    auto path = queue.front();
    queue.pop_front();
    auto found = includers_.find(fileName(path));
    if (found == includers_.end()) continue;
    for (const auto& [includer, written] : found->second) {
      if (likely && !mayBe(written, path)) continue;
      if (!seen.insert(includer).second) continue;
      if (isCppSource(includer)) sources.push_back(includer);
      queue.push_back(includer);
    }
  }
  return sources;
}

// Of a header that many include the nearest: more would cost more than they tell.
std::vector<std::string> Lowering::readersOfVarying(const std::vector<std::string>& files) {
  std::set<std::string> readers;
  for (const auto& path : files) {
    if (isCppSource(path) || !varying_.mayVary(path)) continue;
    auto sources = includersOf(path, true);
    sources.resize(std::min(sources.size(), kMostReaders));
    readers.insert(sources.begin(), sources.end());
  }
  return {readers.begin(), readers.end()};
}

// Sources, not parsed yet, that together read all headers that any source reads: always the one next that reads most of those
// that are left, and of such the nearest.
std::vector<std::string> Lowering::readersOf(const std::vector<std::string>& headers) {
  std::vector<std::vector<std::string>> readers;
  for (const auto& header : headers) {
    auto sources = includersOf(header, true);
    if (sources.empty()) sources = includersOf(header, false);
    std::erase_if(sources, [&](const auto& source) { return parsed_.contains(source); });
    if (!sources.empty()) readers.push_back(std::move(sources));
  }
  std::vector<std::string> chosen;
  while (!readers.empty()) {
    struct Worth {
      size_t headers = 0;
      size_t distance = 0;
    };
    std::map<std::string_view, Worth> worths;
    for (const auto& sources : readers)
      for (size_t at = 0; at < sources.size(); ++at) {
        auto& worth = worths[sources[at]];
        ++worth.headers;
        worth.distance += at;
      }
    auto best = std::ranges::min_element(worths, {}, [](const auto& entry) {
      return std::tuple(-static_cast<ptrdiff_t>(entry.second.headers), entry.second.distance);
    });
    chosen.emplace_back(best->first);
    std::erase_if(readers,
                  [&](const auto& sources) { return std::ranges::find(sources, chosen.back()) != sources.end(); });
  }
  return chosen;
}

}  // namespace gander::rewriter
