#include "cli/installation.h"

#include <fmt/format.h>
#include <unistd.h>

namespace gander::cli {

namespace fs = std::filesystem;

fs::path findCppProgram(const Environment& environment) {
  auto folder = environment.executable.parent_path();
  auto apart = folder.parent_path() / "libexec" / "gander" / "gander-cpp";
  if (::access(apart.c_str(), X_OK) == 0) return apart;
  std::error_code error;
  auto beside =
      fs::canonical(folder / "gander-cpp", error);  // a build folder has a link here; a sandbox mounts the file itself
  return error ? folder / "gander-cpp" : beside;
}

static Result<rules::Library> findLibrary(const Environment& environment, const fs::path& folder,
                                          const rules::Migration& migration) {
  if (!folder.empty()) return rules::loadLibrary(folder, migration.models);
  fs::path installed = environment.executable.parent_path().parent_path() / "share" / "gander" / "rules";
  for (const auto& candidate : {installed, fs::path(GANDER_RULES_FOLDER)}) {
    std::error_code error;
    if (fs::is_directory(candidate / "models", error)) return rules::loadLibrary(candidate, migration.models);
  }
  return fail(ErrorKind::kNotFound, fmt::format("gander's models are not there: neither {} nor {}; give --rules",
                                                installed.string(), GANDER_RULES_FOLDER));
}

Result<rules::Library> loadLibrary(const Environment& environment, const fs::path& folder,
                                   const rules::Migration& migration) {
  GANDER_TRY(auto library, findLibrary(environment, folder, migration));
  GANDER_CHECK(rules::checkReferences(migration, library));
  return library;
}

}  // namespace gander::cli
