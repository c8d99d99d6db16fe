// Where the parts of an installed gander stand, seen from the program itself.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "cli/environment.h"
#include "rules/migration.h"
#include "rules/model.h"

namespace gander::cli {

// The parsing process: beside the program, else in ../libexec/gander. Where it is nowhere, the place where it should be.
std::filesystem::path findCppProgram(const Environment& environment);

// Models and bindings of `folder`, or, where it is empty, of ../share/gander/rules or the source tree that gander was built from;
// with the migration's own models.
Result<rules::Library> loadLibrary(const Environment& environment, const std::filesystem::path& folder,
                                   const rules::Migration& migration);

}  // namespace gander::cli
