// How fast gander looks and rewrites, each beside the plain tool that does the part of the work that can't be left out:
//   scan     which files of a tree hold an old name               beside `git grep`
//   rewrite  the C++ of one project, where few files are touched  beside a compiler that parses every file
//
// tools/bench makes the inputs and runs this program:
//   gander_bench --migration FILE --rules DIR --tree DIR --project DIR --project-build DIR --gander FILE [benchmark's own flags]
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "fleet/directory_tree.h"
#include "rewriter/rewrite.h"
#include "rewriter/scan/scan.h"

namespace gander::bench {
namespace {

struct Inputs {
  std::string tree;
  std::string project;
  std::string projectBuild;
  std::string gander;
  rules::Migration migration;
  rules::Library library;
};

const std::map<std::string, std::string> kEnvironment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                                         {"LC_ALL", "C.UTF-8"}};

// Runs a program to its end; any status above `worst` ends the benchmark with what it said.
bool runQuietly(benchmark::State& state, std::vector<std::string> command, int worst) {
  auto outcome = runProcess({.command = std::move(command), .environment = kEnvironment});
  if (!outcome || outcome->exitCode > worst) {
    auto why = outcome ? outcome->errors : outcome.error().message;
    state.SkipWithError(why.c_str());
    return false;
  }
  benchmark::DoNotOptimize(outcome->output);
  return true;
}

uint64_t bytesOf(const rewriter::FileSystem& tree) {
  uint64_t bytes = 0;
  if (auto entries = tree.list())
    for (const auto& entry : *entries) bytes += entry.size;
  return bytes;
}

// The fleet's first question about a repository; the tree holds no spelling, so that every byte is looked at.
void scanTree(benchmark::State& state, const Inputs& inputs) {
  auto tree = fleet::DirectoryTree::open(inputs.tree, {".git"});
  if (!tree) return state.SkipWithError(tree.error().message.c_str());
  for (auto _ : state) {
    auto found = rewriter::mentions(inputs.migration, inputs.library, *tree);
    if (!found) return state.SkipWithError(found.error().message.c_str());
    if (*found) return state.SkipWithError("the tree holds a spelling: the scan would stop there");
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytesOf(*tree) * state.iterations()));
}

void grepTree(benchmark::State& state, const Inputs& inputs, const std::vector<std::string>& flags) {
  auto tree = fleet::DirectoryTree::open(inputs.tree, {".git"});
  if (!tree) return state.SkipWithError(tree.error().message.c_str());
  std::vector<std::string> command = {"git", "-C", inputs.tree, "grep", "--files-with-matches", "--fixed-strings"};
  command.insert(command.end(), flags.begin(), flags.end());
  auto spellings = rewriter::makeSpellings(inputs.migration, inputs.library);
  for (const auto& spelling : spellings.old) command.insert(command.end(), {"-e", spelling.text});
  for (const auto& anchor : spellings.anchors) command.insert(command.end(), {"-e", anchor});
  for (auto _ : state)
    if (!runQuietly(state, command, 1)) return;  // 1: nothing found
  state.SetBytesProcessed(static_cast<int64_t>(bytesOf(*tree) * state.iterations()));
}

void rewriteProject(benchmark::State& state, const Inputs& inputs) {
  for (auto _ : state)
    if (!runQuietly(state,
                    {inputs.gander, "rewrite", inputs.migration.file, inputs.project, "--build-dir",
                     inputs.projectBuild, "--json"},
                    1))
      return;
}

// Every file of the project parsed once by the compiler that gander's frontend is made of, as many at a time as gander parses.
void parseProject(benchmark::State& state, const Inputs& inputs) {
  for (auto _ : state)
    if (!runQuietly(state, {"/bin/sh", inputs.projectBuild + "/parse-all"}, 0)) return;
}

int usage(const std::string& problem) {
  fmt::print(stderr, "gander_bench: {}; run it with tools/bench\n", problem);
  return 2;
}

int runAll(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  std::map<std::string_view, std::string> given;
  for (int at = 1; at + 1 < count; at += 2) given[arguments[at]] = arguments[at + 1];
  for (auto flag : {"--migration", "--rules", "--tree", "--project", "--project-build", "--gander"})
    if (!given.contains(flag)) return usage(fmt::format("{} is missing", flag));
  auto migration = rules::loadMigration(given["--migration"]);
  if (!migration) return usage(migration.error().message);
  auto library = rules::loadLibrary(given["--rules"], migration->models);
  if (!library) return usage(library.error().message);
  const Inputs inputs{given["--tree"],   given["--project"],    given["--project-build"],
                      given["--gander"], std::move(*migration), std::move(*library)};

  auto add = [](const char* name, auto body) {
    benchmark::RegisterBenchmark(name, body)->Unit(benchmark::kMillisecond)->UseRealTime();
  };
  add("scan/gander", [&](benchmark::State& state) { scanTree(state, inputs); });
  add("scan/git_grep", [&](benchmark::State& state) { grepTree(state, inputs, {}); });
  add("scan/git_grep_one_thread", [&](benchmark::State& state) { grepTree(state, inputs, {"--threads", "1"}); });
  add("rewrite/gander", [&](benchmark::State& state) { rewriteProject(state, inputs); });
  add("rewrite/parse_every_file", [&](benchmark::State& state) { parseProject(state, inputs); });
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace gander::bench

int main(int count, char** arguments) { return gander::bench::runAll(count, arguments); }
