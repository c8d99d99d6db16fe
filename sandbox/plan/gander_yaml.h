// `.gander.yaml`: a repository's own word on how it is built.
//
//   build: [[cmake, -S, ., -B, out], [cmake, --build, out]]   commands, each a list of words; run in the tree's root
//   test: [[ctest, --test-dir, out]]
//   database: out                                             folder of compile_commands.json, relative to the tree
#pragma once

#include <string_view>

#include "base/error.h"
#include "sandbox/build.h"

namespace gander::sandbox {

inline constexpr std::string_view kGanderYaml = ".gander.yaml";

// kInvalid with `file:line:column` and a cure for every mistake, all at once.
Result<BuildPlan> parseGanderYaml(std::string_view text);

}  // namespace gander::sandbox
