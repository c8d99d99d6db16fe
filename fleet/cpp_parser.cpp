#include "fleet/cpp_parser.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <thread>

#include "base/digest.h"
#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "fleet/directory_tree.h"
#include "fleet/fact_cache.h"
#include "rewriter/facts/inputs.h"
#include "rewriter/facts/narrow.h"

namespace gander::fleet {
namespace {

namespace fs = std::filesystem;
using rewriter::CppRequest;
using rewriter::Unit;

constexpr std::string_view kProgramInside = "/gander/bin/gander-cpp";
constexpr uint64_t kDatabaseBytes = 256ULL << 20;
constexpr size_t kMostWays = 4;  // in which a file is compiled and that are read

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kShadowMemory = true;
#else
constexpr bool kShadowMemory = false;
#endif
#else
constexpr bool kShadowMemory = false;
#endif

const std::map<std::string, std::string> kEnvironment = {{"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}};

// The last line that a failed parser said, for people.
std::string lastLine(const std::string& errors) {
  auto lines = splitLines(errors);
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines.empty() ? "" : ": " + lines.back().substr(0, 300);
}

class ProcessCppParser final : public rewriter::CppParser {
 public:
  ProcessCppParser(CppParserParts parts, CppTree tree, CppLimits limits, CppProgress progress,
                   CompilationDatabase database, std::unique_ptr<FactCache> cache)
      : parts_(std::move(parts)),
        tree_(std::move(tree)),
        limits_(limits),
        progress_(std::move(progress)),
        database_(std::move(database)),
        cache_(std::move(cache)) {
    if (kShadowMemory) limits_.memory = 1ULL << 47;  // the address space that a sanitizer reserves is not memory in use
  }

  std::vector<std::string> sources() const override { return database_.sources(); }

  std::set<std::string> varyingMacros() const override { return database_.varyingMacros(); }

  std::vector<Result<std::vector<Unit>>> lower(const std::vector<CppRequest>& requests) override {
    std::vector<Work> works;
    std::vector<std::vector<CompileCommand>> ways;
    for (const auto& request : requests) {
      ways.push_back(database_.find(request.file));
      for (size_t way = 0; way < std::min(ways.back().size(), kMostWays); ++way)
        works.push_back({&request, ways.back()[way]});
    }
    run(works);
    if (cache_) cache_->shrink();
    std::vector<Result<std::vector<Unit>>> answers;
    auto work = works.begin();
    for (size_t at = 0; at < requests.size(); ++at) {
      auto end = std::find_if(work, works.end(), [&](const Work& one) { return one.request != &requests[at]; });
      answers.push_back(join(ways[at], {work, end}));
      work = end;
    }
    return answers;
  }

  Result<std::vector<rewriter::RuleProblem>> check(const std::vector<rewriter::CppRule>& rules) override {
    rewriter::CppCommand command;
    command.request.rules = rules;
    GANDER_TRY(auto output, run(rewriter::encodeCommand(command), "--check-rules"));
    return rewriter::decodeProblems(output);
  }

 private:
  // One file as one command compiles it.
  struct Work {
    const CppRequest* request = nullptr;
    CompileCommand command;
    std::optional<Result<Unit>> unit = {};
  };

  void run(std::vector<Work>& works) {
    asked_ += works.size();
    std::atomic<size_t> next{0};
    auto work = [&] {
      for (size_t at = next++; at < works.size(); at = next++) {
        works[at].unit = lowerOne(*works[at].request, works[at].command);
        reportDone();
      }
    };
    std::vector<std::jthread> threads;
    size_t count = std::min<size_t>(std::max(1U, limits_.workers), works.size());
    for (size_t at = 1; at < count; ++at) threads.emplace_back(work);
    work();
  }

  // What the units of a file can't know themselves goes with the first. A way that could not be parsed is a gap of the others.
  Result<std::vector<Unit>> join(const std::vector<CompileCommand>& ways, std::span<Work> works) {
    std::vector<Unit> units;
    std::vector<rewriter::Gap> gaps;
    for (auto& work : works) {
      if (*work.unit)
        units.push_back(std::move(**work.unit));
      else
        gaps.push_back({work.command.file, work.unit->error().message});
    }
    if (units.empty()) return std::unexpected(works.front().unit->error());
    addGaps(ways, gaps);
    std::ranges::move(gaps, std::back_inserter(units.front().gaps));
    return units;
  }

  Result<Unit> lowerOne(const CppRequest& request, const CompileCommand& way) const {
    rewriter::CppCommand command;
    command.request = cache_ ? rewriter::widened(request) : request;
    command.root = tree_.inside.string();
    command.directory = way.directory;
    command.arguments = way.arguments;
    command.arguments.push_back((tree_.inside / request.file).string());
    command.inferred = way.inferred;
    auto input = rewriter::encodeCommand(command);
    auto key = keyOf(request.file, input);
    auto kept = key.empty() ? std::nullopt : cache_->find(key);
    if (kept)
      if (auto unit = rewriter::decodeFor(*kept, request)) return unit;
    auto unit = parse(std::move(input), key, request);
    if (!unit) return std::unexpected(unit.error().withContext(fmt::format("parse {}", request.file)));
    return unit;
  }

  Result<Unit> parse(std::string input, const std::string& key, const CppRequest& request) const {
    GANDER_TRY(auto output, run(std::move(input), key.empty() ? "" : "--inputs"));
    if (key.empty()) return rewriter::decodeFor(output, request);
    GANDER_TRY(auto answer, rewriter::decodeAnswer(output));
    auto unit = rewriter::decodeFor(answer.unit, request);
    if (unit) cache_->store(key, answer.inputs, answer.unit);
    return unit;
  }

  // What is asked, of which text; all else that the facts rest on stands in the entry. Empty where nothing is kept.
  std::string keyOf(const std::string& file, const std::string& input) const {
    if (!cache_) return "";
    auto text = readFile(tree_.host / file);
    if (!text) return "";
    return Digest().add(parts_.sandbox != nullptr ? "walled" : "bare").add(input).add(*text).hex();
  }

  Result<std::string> run(std::string input, const std::string& flag) const {
    return parts_.sandbox != nullptr ? runWalled(std::move(input), flag) : runBare(std::move(input), flag);
  }

  Result<std::string> runWalled(std::string input, const std::string& flag) const {
    sandbox::Request request;
    request.command = {std::string(kProgramInside)};
    if (!flag.empty()) request.command.push_back(flag);
    request.environment = kEnvironment;
    request.mounts = {{tree_.host, tree_.inside, false}, {parts_.program, kProgramInside, false}};
    if (!tree_.database.empty() && !isWithin(tree_.host, tree_.database))
      request.mounts.push_back({tree_.database, tree_.database, false});
    request.input = std::move(input);
    request.limits.time = limits_.time;
    request.limits.memory = limits_.memory;
    request.limits.output = limits_.output;
    request.mergeErrors = false;
    GANDER_TRY(auto outcome, parts_.sandbox->run(request));
    switch (outcome.ending) {
      case sandbox::Ending::kTimedOut: return failTime();
      case sandbox::Ending::kOutOfMemory: return failMemory();
      case sandbox::Ending::kOutputCut: return failOutput();
      case sandbox::Ending::kExited: break;
    }
    return judge(outcome.exitCode, outcome.errors, std::move(outcome.output));
  }

  // Without a sandbox the shell sets the limit on memory; it stands in every system that gander runs on.
  Result<std::string> runBare(std::string input, const std::string& flag) const {
    ProcessRequest request;
    request.command = {"/bin/sh", "-c", fmt::format("ulimit -v {} && exec \"$0\" \"$@\"", limits_.memory / 1024),
                       parts_.program.string()};
    if (!flag.empty()) request.command.push_back(flag);
    request.environment = kEnvironment;
    request.input = std::move(input);
    request.timeout = limits_.time;
    request.outputLimit = limits_.output;
    GANDER_TRY(auto outcome, runProcess(request));
    if (outcome.timedOut) return failTime();
    if (outcome.outputCut) return failOutput();
    return judge(outcome.exitCode, outcome.errors, std::move(outcome.output));
  }

  static Result<std::string> judge(int exitCode, const std::string& errors, std::string output) {
    if (exitCode == 0) return output;
    if (exitCode > 128)
      return fail(ErrorKind::kUnavailable,
                  fmt::format("the parser was ended by signal {}{}", exitCode - 128, lastLine(errors)));
    return fail(ErrorKind::kUnavailable, fmt::format("the parser ended with status {}{}", exitCode, lastLine(errors)));
  }

  std::unexpected<Error> failTime() const {
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limits_.time).count();
    return fail(ErrorKind::kExhausted, fmt::format("not done within {} s", seconds));
  }
  std::unexpected<Error> failMemory() const {
    return fail(ErrorKind::kExhausted, fmt::format("more than {} MB of memory", limits_.memory >> 20));
  }
  std::unexpected<Error> failOutput() const {
    return fail(ErrorKind::kExhausted, fmt::format("more than {} MB of facts", limits_.output >> 20));
  }

  // A flag is told once, in the first file that it was left out of.
  void addGaps(const std::vector<CompileCommand>& ways, std::vector<rewriter::Gap>& gaps) {
    const auto& file = ways.front().file;
    if (ways.size() > kMostWays)
      gaps.push_back({file, fmt::format("compiled in {} ways; only {} were read", ways.size(), kMostWays)});
    for (const auto& way : ways)
      for (const auto& flag : way.dropped)
        if (told_.insert(flag).second)
          gaps.push_back({file, fmt::format("compile flag not passed on to the parser: {}", flag)});
    if (parts_.sandbox == nullptr) gaps.push_back({file, "parsed without a sandbox"});
  }

  void reportDone() {
    if (!progress_) return;
    std::scoped_lock lock(progressMutex_);
    progress_(++done_, asked_);
  }

  const CppParserParts parts_;
  const CppTree tree_;
  CppLimits limits_;
  const CppProgress progress_;
  const CompilationDatabase database_;
  const std::unique_ptr<FactCache> cache_;  // null: no facts are kept
  std::set<std::string> told_;
  size_t asked_ = 0;

  std::mutex progressMutex_;
  size_t done_ = 0;  // under progressMutex_
};

// Null where none is wished for.
Result<std::unique_ptr<FactCache>> openCache(const CppParserParts& parts, const CppTree& tree,
                                             const CppLimits& limits) {
  if (parts.cache.empty()) return nullptr;
  const auto seen = parts.sandbox != nullptr ? fs::path(kProgramInside) : parts.program;
  std::error_code error;
  const auto host = fs::canonical(tree.host, error);
  if (error) return failErrno(error.value(), tree.host.string());
  const FactCache::Places places{
      .host = host, .inside = tree.inside.lexically_normal(), .program = parts.program, .programInside = seen};
  return FactCache::open(parts.cache, places, {.bytes = limits.cache});
}

Result<std::string> readDatabase(const CppTree& tree) {
  bool inTree = isWithin(tree.host, tree.database);
  GANDER_TRY(auto folder, DirectoryTree::open(inTree ? tree.host : tree.database));
  auto file =
      inTree ? (tree.database / "compile_commands.json").lexically_relative(tree.host) : "compile_commands.json";
  auto text = folder.read(file.generic_string());
  if (!text && text.error().kind == ErrorKind::kNotFound)
    return fail(ErrorKind::kNotFound,
                text.error().message +
                    "; CMake makes one with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, other builds with `bear -- make`");
  if (text && text->size() > kDatabaseBytes) return fail(ErrorKind::kExhausted, "compile_commands.json: too large");
  return text;
}

}  // namespace

Result<std::unique_ptr<rewriter::CppParser>> makeCppParser(const CppParserParts& parts, const CppTree& tree,
                                                           const CppLimits& limits, CppProgress progress) {
  auto database = CompilationDatabase::none(tree.inside, tree.host);
  if (!tree.database.empty()) {
    GANDER_TRY(auto text, readDatabase(tree));
    auto folder =
        isWithin(tree.host, tree.database)
            ? (tree.inside / tree.database.lexically_normal().lexically_relative(tree.host)).lexically_normal()
            : tree.database;
    GANDER_TRY(database, CompilationDatabase::parse(text, {.root = tree.inside, .folder = folder}));
    // A build was made through another path than the tree is named by, or it is another tree's: its flags would fit nothing.
    if (tree.host == tree.inside && database.empty() && database.outside() > 0)
      return fail(ErrorKind::kInvalid, fmt::format("{}: none of its {} commands is for a file below {}",
                                                   (tree.database / "compile_commands.json").string(),
                                                   database.outside(), tree.host.string()));
  }
  if (::access(parts.program.c_str(), X_OK) != 0)
    return fail(ErrorKind::kUnavailable,
                fmt::format("the C++ parser {} is not there; C++ can only be read as text", parts.program.string()));
  GANDER_TRY(auto cache, openCache(parts, tree, limits));
  return std::make_unique<ProcessCppParser>(parts, tree, limits, std::move(progress), std::move(database),
                                            std::move(cache));
}

fs::path findDatabaseFolder(const fs::path& tree) {
  for (const auto& folder : {tree, tree / "build"}) {
    std::error_code error;
    auto file = fs::canonical(folder / "compile_commands.json", error);
    if (!error) return file.parent_path();
  }
  return {};
}

}  // namespace gander::fleet
