// Whether a proposal's proof is complete, so that nobody has to look before it is merged. A pure function.
#pragma once

#include <string>

#include "base/error.h"

namespace gander::fleet {

// What of the proof is missing: "1 place is listed, 2 hazards"; empty where it is complete. `json`: the rewrite as rewriter::toJson() writes
// it; `verification`: how the proposal was verified. kCorrupt where it is no such document.
Result<std::string> missingProof(const std::string& json, const std::string& verification);

}  // namespace gander::fleet
