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
  bool mesonTest = false;
};

Result<bool> definesTests(const fs::path& file) {
  GANDER_TRY(auto text, readFile(file));
  auto lower = toLowerAscii(text);
  return lower.contains("enable_testing") || lower.contains("include(ctest") || lower.contains("include( ctest");
}

Result<bool> definesMesonTests(const fs::path& file) {
  GANDER_TRY(auto text, readFile(file));
  for (const auto& line : splitLines(text)) {
    auto first = line.find_first_not_of(" \t");
    if (first != std::string::npos && std::string_view(line).substr(first).starts_with("test(")) return true;
  }
  return false;
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
    if (!signs.mesonTest && name == "meson.build") {
      GANDER_TRY(signs.mesonTest, definesMesonTests(entry->path()));
    }
  }
  if (error) return failErrno(error.value(), fmt::format("look through {}", tree.string()));
  return signs;
}

// A folder that the repository does not use itself; one of an earlier build of ours is used again.
std::string buildFolder(const fs::path& tree) {
  std::string name(kBuildFolder);
  auto isOurs = [&] {
    return isPlainFile(tree / name / "CMakeCache.txt") || isPlainFile(tree / name / "compile_commands.json");
  };
  for (int i = 2; isThere(tree / name) && !isOurs(); ++i) name = fmt::format("{}-{}", kBuildFolder, i);
  return name;
}

std::string jobs() { return std::to_string(std::max(1U, std::thread::hardware_concurrency())); }

// The sandbox shows the /usr of this machine: what is found here is found inside.
bool isInstalled(std::string_view program) { return findProgram(program, kPathInside).has_value(); }

BuildPlan planCMake(const fs::path& tree, const TreeSigns& signs) {
  auto folder = buildFolder(tree);
  BuildPlan plan{.kind = "cmake", .steps = {}, .database = folder};
  std::vector<std::string> configure = {"cmake", "-S", ".", "-B", folder, "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"};
  std::vector<std::string> build = {"cmake", "--build", folder, "--parallel", jobs()};
  if (isInstalled("ninja")) {
    configure.insert(configure.end(), {"-G", "Ninja"});
    // Where one source is broken, the generated headers that the others are read with are still made.
    build.insert(build.end(), {"--", "-k", "0"});
  }
  plan.steps.push_back({"configure", configure});
  plan.steps.push_back({"build", build});
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

// make, and, where bear is installed, the compilation database that it makes of what make runs.
void addMake(const fs::path& tree, BuildPlan& plan) {
  if (!isInstalled("bear")) {
    plan.steps.push_back({"build", {"make"}});
    return;
  }
  plan.database = buildFolder(tree);
  plan.steps.push_back({"prepare", {"mkdir", "-p", plan.database}});
  plan.steps.push_back({"build", {"bear", "--output", plan.database + "/compile_commands.json", "--", "make"}});
}

// meson makes the database itself.
BuildPlan planMeson(const fs::path& tree, const TreeSigns& signs) {
  auto folder = buildFolder(tree);
  BuildPlan plan{.kind = "meson", .steps = {}, .database = folder};
  plan.steps.push_back({"configure", {"meson", "setup", "--wrap-mode=nodownload", folder}});
  plan.steps.push_back({"build", {"meson", "compile", "-C", folder, "-j", jobs()}});
  if (signs.mesonTest) plan.steps.push_back({"test", {"meson", "test", "-C", folder, "--print-errorlogs"}});
  return plan;
}

bool isAutotools(const fs::path& tree) {
  return isPlainFile(tree / "configure") || isPlainFile(tree / "configure.ac") || isPlainFile(tree / "configure.in");
}

// A repository rarely holds `configure` itself: it is made first, by the project's own script where there is one.
BuildPlan planAutotools(const fs::path& tree) {
  BuildPlan plan{.kind = "autotools", .steps = {}, .database = ""};
  if (!isPlainFile(tree / "configure")) {
    if (isPlainFile(tree / "autogen.sh"))
      plan.steps.push_back({"autogen", {"env", "NOCONFIGURE=1", "sh", "./autogen.sh"}});
    else
      plan.steps.push_back({"autogen", {"autoreconf", "--force", "--install"}});
  }
  plan.steps.push_back({"configure", {"sh", "./configure"}});
  addMake(tree, plan);
  if (isPlainFile(tree / "Makefile.am")) plan.steps.push_back({"test", {"make", "check"}});
  return plan;
}

Result<BuildPlan> planMake(const fs::path& tree, const fs::path& makefile) {
  GANDER_TRY(auto text, readFile(makefile));
  BuildPlan plan{.kind = "make", .steps = {}, .database = ""};
  addMake(tree, plan);
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
  } else if (isPlainFile(tree / "meson.build")) {
    plan = planMeson(tree, signs);
  } else if (isAutotools(tree)) {
    plan = planAutotools(tree);
  } else if (makefile) {
    GANDER_TRY(plan, planMake(tree, *makefile));
  } else if (signs.python) {
    plan.kind = "python";
  }
  if (signs.python) plan.steps.push_back(compileAll());
  return plan;
}

}  // namespace gander::sandbox
