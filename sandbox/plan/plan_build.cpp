#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "sandbox/build.h"
#include "sandbox/plan/gander_yaml.h"

namespace gander::sandbox {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kBuildFileLimit = 4 << 20;
constexpr std::string_view kBuildFolder = ".gander-build";

// The tree is not trusted: a symbolic link could show a file of the machine, a FIFO would never end.
bool isPlainFile(const fs::path& path) {
  std::error_code error;
  auto status = fs::symlink_status(path, error);
  return !error && fs::is_regular_file(status) && fs::file_size(path, error) <= kBuildFileLimit && !error;
}

bool isThere(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

// What a walk over the whole tree tells about its build.
struct TreeSigns {
  bool python = false;
  bool ctest = false;
};

Result<bool> definesTests(const fs::path& file) {
  GANDER_TRY(auto text, readFile(file));
  auto lower = toLowerAscii(text);
  return lower.contains("enable_testing") || lower.contains("include(ctest") || lower.contains("include( ctest");
}

Result<TreeSigns> findSigns(const fs::path& tree) {
  TreeSigns signs;
  std::error_code error;
  fs::recursive_directory_iterator entry(tree, error), end;
  for (; !error && entry != end; entry.increment(error)) {
    auto name = entry->path().filename().string();
    if (entry->is_directory() && !entry->is_symlink() && (name == ".git" || name.starts_with(kBuildFolder))) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!isPlainFile(entry->path())) continue;
    signs.python = signs.python || name.ends_with(".py");
    if (!signs.ctest && (name == "CMakeLists.txt" || name.ends_with(".cmake"))) {
      GANDER_TRY(signs.ctest, definesTests(entry->path()));
    }
  }
  if (error) return failErrno(error.value(), fmt::format("look through {}", tree.string()));
  return signs;
}

// A folder that the repository does not use itself; one of an earlier build of ours is used again.
std::string buildFolder(const fs::path& tree) {
  std::string name(kBuildFolder);
  for (int i = 2; isThere(tree / name) && !isPlainFile(tree / name / "CMakeCache.txt"); ++i)
    name = fmt::format("{}-{}", kBuildFolder, i);
  return name;
}

BuildPlan planCMake(const fs::path& tree, const TreeSigns& signs) {
  auto folder = buildFolder(tree);
  BuildPlan plan{.kind = "cmake", .steps = {}, .database = folder};
  std::vector<std::string> configure = {"cmake", "-S", ".", "-B", folder, "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"};
  // The sandbox shows the /usr of this machine: what is found here is found inside.
  if (findProgram("ninja", kPathInside)) configure.insert(configure.end(), {"-G", "Ninja"});
  auto jobs = std::to_string(std::max(1U, std::thread::hardware_concurrency()));
  plan.steps.push_back({"configure", configure});
  plan.steps.push_back({"build", {"cmake", "--build", folder, "--parallel", jobs}});
  if (signs.ctest)
    plan.steps.push_back({"test", {"ctest", "--test-dir", folder, "--output-on-failure", "--no-tests=ignore"}});
  return plan;
}

// The Makefile that make takes, in its own order (GNU make manual, 3.2).
std::optional<fs::path> findMakefile(const fs::path& tree) {
  for (std::string_view name : {"GNUmakefile", "makefile", "Makefile"})
    if (isPlainFile(tree / name)) return tree / name;
  return std::nullopt;
}

// `check: all` and `a check:` have the target, `check := x` and `# check:` have not.
bool hasTarget(std::string_view makefile, std::string_view target) {
  for (const auto& line : splitLines(makefile)) {
    if (line.empty() || line.front() == '\t' || line.front() == '#' || line.front() == '.') continue;
    auto colon = line.find(':');
    if (colon == std::string::npos || line.find('=') < colon) continue;
    auto behind = std::string_view(line).substr(colon + 1);
    if (behind.starts_with('=') || behind.starts_with(":=")) continue;
    for (const auto& name : split(std::string_view(line).substr(0, colon), ' '))
      if (name == target) return true;
  }
  return false;
}

Result<BuildPlan> planMake(const fs::path& makefile) {
  GANDER_TRY(auto text, readFile(makefile));
  BuildPlan plan{.kind = "make", .steps = {{"build", {"make"}}}, .database = ""};
  for (std::string_view target : {"check", "test"}) {
    if (!hasTarget(text, target)) continue;
    plan.steps.push_back({"test", {"make", std::string(target)}});
    break;
  }
  return plan;
}

// -f: a file that was rewritten within the second its cache was made would pass for unchanged.
BuildStep compileAll() {
  return {"python", {"python3", "-m", "compileall", "-q", "-f", "-x", R"(^\./(\.git|\.gander-build[^/]*)/)", "."}};
}

}  // namespace

Result<BuildPlan> planBuild(const fs::path& tree) {
  std::error_code error;
  if (!fs::is_directory(tree, error))
    return fail(ErrorKind::kNotFound, fmt::format("{} is not a folder", tree.string()));
  auto own = tree / kGanderYaml;
  if (isThere(own)) {
    if (!isPlainFile(own))
      return fail(ErrorKind::kInvalid,
                  fmt::format("{}:1:1: must be a plain file of at most {} bytes", kGanderYaml, kBuildFileLimit));
    GANDER_TRY(auto text, readFile(own));
    return parseGanderYaml(text);
  }
  GANDER_TRY(auto signs, findSigns(tree));
  BuildPlan plan;
  auto makefile = findMakefile(tree);
  if (isPlainFile(tree / "CMakeLists.txt")) {
    plan = planCMake(tree, signs);
  } else if (makefile) {
    GANDER_TRY(plan, planMake(*makefile));
  } else if (signs.python) {
    plan.kind = "python";
  }
  if (signs.python) plan.steps.push_back(compileAll());
  return plan;
}

}  // namespace gander::sandbox
