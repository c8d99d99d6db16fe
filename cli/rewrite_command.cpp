#include "cli/rewrite_command.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <memory>

#include "base/files.h"
#include "cli/installation.h"
#include "cli/rewrite_report.h"
#include "cli/terminal.h"
#include "fleet/cpp_parser.h"
#include "fleet/directory_tree.h"
#include "fleet/targets.h"
#include "repos/text_diff.h"
#include "rewriter/rewrite.h"
#include "sandbox/sandbox.h"

namespace gander::cli {
namespace {

namespace fs = std::filesystem;

// A build's own files are no part of the tree.
std::vector<std::string> excludedFolders(const fs::path& tree, const fs::path& build) {
  std::vector<std::string> excluded{".gander-build"};
  auto relative = build.lexically_relative(tree);
  if (!relative.empty() && relative != "." && *relative.begin() != "..") excluded.push_back(relative.generic_string());
  return excluded;
}

Result<fs::path> existingFolder(const fs::path& path, std::string_view what) {
  std::error_code error;
  auto found = fs::canonical(path, error);
  if (error) return failErrno(error.value(), fmt::format("{} {}", what, path.string()));
  if (!fs::is_directory(found, error))
    return fail(ErrorKind::kInvalid, fmt::format("{} {}: not a folder", what, path.string()));
  return found;
}

// The C++ parser with what it stands on; where there is none, `why` says so.
struct CppFrontend {
  std::unique_ptr<sandbox::Sandbox> sandbox;
  std::unique_ptr<rewriter::CppParser> parser;
  std::string why;
};

fleet::CppProgress parseProgress(const Environment& environment) {
  if (!environment.live) return {};
  return [](size_t done, size_t asked) {
    printErr(done == asked ? std::string("\r\x1b[2K") : fmt::format("\r\x1b[2Kparsing C++: {} of {}", done, asked));
  };
}

// Where facts are kept. Within the tree they would be read as a part of it.
Result<fs::path> cacheFolder(const RewriteOptions& options, const fs::path& tree) {
  if (options.cache.empty()) return fs::path();
  std::error_code error;
  auto folder = fs::weakly_canonical(fs::absolute(options.cache, error), error);
  if (isWithin(tree, folder))
    return fail(ErrorKind::kInvalid,
                fmt::format("--cache {}: stands in the tree; name a folder outside of it", options.cache.string()));
  auto made = ensureDirectory(folder);
  if (!made)
    return fail(ErrorKind::kInvalid, fmt::format("--cache {}: {}", options.cache.string(), made.error().message));
  return folder;
}

Result<CppFrontend> makeFrontend(const RewriteOptions& options, const fs::path& tree, const fs::path& build,
                                 const Environment& environment) {
  CppFrontend frontend;
  if (options.sandbox) {
    auto made = sandbox::makeBubblewrapSandbox(environment.path);
    if (!made) {
      frontend.why =
          made.error().message + "; with --no-sandbox the C++ of a tree that you trust is parsed without one";
      return frontend;
    }
    frontend.sandbox = std::move(*made);
  }
  GANDER_TRY(auto cache, cacheFolder(options, tree));
  fleet::CppParserParts parts{
      .program = findCppProgram(environment), .sandbox = frontend.sandbox.get(), .cache = std::move(cache)};
  auto parser = fleet::makeCppParser(parts, {.host = tree, .inside = tree, .database = build},
                                     {.workers = options.jobs}, parseProgress(environment));
  if (!parser && parser.error().kind != ErrorKind::kUnavailable) return std::unexpected(parser.error());
  if (parser)
    frontend.parser = std::move(*parser);
  else
    frontend.why = parser.error().message;
  return frontend;
}

bool isCpp(const std::string& path) {
  static const std::vector<std::string> kEndings = {".c",  ".cc",  ".cpp", ".cxx", ".c++", ".C",   ".h",
                                                    ".hh", ".hpp", ".hxx", ".inc", ".ipp", ".tcc", ".tpp"};
  return std::ranges::find(kEndings, fs::path(path).extension().string()) != kEndings.end();
}

// Without a parser, C++ that holds an old name was only read as text: who reads the result must know.
void addMissingParser(const CppFrontend& frontend, rewriter::Rewrite& rewrite) {
  if (frontend.parser != nullptr) return;
  auto found = std::ranges::find_if(rewrite.ledger.entries, [](const auto& entry) { return isCpp(entry.span.file); });
  if (found == rewrite.ledger.entries.end()) return;
  rewrite.hazards.push_back({.name = "no-parser",
                             .file = found->span.file,
                             .position = found->position,
                             .message = "C++ was only read as text: " + frontend.why});
}

// Holds back Ctrl-C until a tree is whole again.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t held;
    sigemptyset(&held);
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, signal);
    ::pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

Result<std::string> makeDiff(const rewriter::Rewrite& rewrite, const rewriter::ChangedFiles& changed,
                             const fleet::DirectoryTree& tree) {
  std::map<std::string, std::string> before;
  std::map<std::string, std::string> after;
  for (const auto& [path, text] : changed) {
    if (text) after.emplace(path, *text);
    bool isNew =
        std::ranges::any_of(rewrite.files, [&](const auto& file) { return file.path == path && !file.replaces; });
    if (isNew) continue;
    GANDER_TRY(before[path], tree.read(path));
  }
  return repos::unifiedDiff(before, after);
}

Result<std::string> makeOutput(const RewriteOptions& options, const rewriter::Rewrite& rewrite,
                               const fleet::DirectoryTree& tree, const Style& style) {
  if (options.output == RewriteOutput::kJson) return rewriter::toJson(rewrite, options.ledger);
  GANDER_TRY(auto changed, rewriter::changedFiles(rewrite, tree));
  if (options.output == RewriteOutput::kDiff) {
    GANDER_TRY(auto diff, makeDiff(rewrite, changed, tree));
    printErr(describeSums(rewrite));
    return styleDiff(diff, style);
  }
  auto text = describeRewrite(rewrite, options.ledger, style);
  if (options.output != RewriteOutput::kWrite) return text;
  SignalsHeld held;
  GANDER_CHECK(tree.replace(changed));
  return text + fmt::format("written: {} file{}\n", changed.size(), changed.size() == 1 ? "" : "s");
}

}  // namespace

Result<Outcome> runRewrite(const RewriteOptions& options, const Environment& environment) {
  GANDER_TRY(auto migration, fleet::loadMigration(options.migration));
  GANDER_TRY(auto library, loadLibrary(environment, options.rules, migration));
  GANDER_TRY(auto root, existingFolder(options.tree, "tree"));
  fs::path build = fleet::findDatabaseFolder(root);
  if (!options.buildFolder.empty()) {
    GANDER_TRY(build, existingFolder(options.buildFolder, "build folder"));
  }
  GANDER_TRY(auto tree, fleet::DirectoryTree::open(root, excludedFolders(root, build)));
  GANDER_TRY(auto frontend, makeFrontend(options, root, build, environment));
  GANDER_TRY(auto rewrite, rewriter::rewrite({migration, library, tree, frontend.parser.get()}));
  addMissingParser(frontend, rewrite);
  GANDER_TRY(auto output, makeOutput(options, rewrite, tree, Style(environment.colours)));
  bool asks = !rewrite.listed.empty() || !rewrite.hazards.empty() || rewrite.incomplete;
  return Outcome{asks ? ExitStatus::kAsksForPerson : ExitStatus::kDone, std::move(output)};
}

}  // namespace gander::cli
