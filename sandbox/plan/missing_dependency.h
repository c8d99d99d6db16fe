// Recognises, from a failed step's output, that something outside the repository was missing: no network, no package.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gander::sandbox {

// The line that says what is missing, trimmed; nullopt if no line does. For the base build: the repository may need anything
// that the machine lacks.
std::optional<std::string> missingInBase(std::string_view output);

// For a step that the base build passed and the rewritten one failed: only what the rewrite itself may have asked for (a
// package, a download), and only a line that the base's output of the same step does not have. A header that is not found
// here is more likely ours, and is no excuse.
std::optional<std::string> missingInRewritten(std::string_view output, std::string_view baseOutput);

}  // namespace gander::sandbox
