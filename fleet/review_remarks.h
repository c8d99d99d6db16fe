// What gander says at the lines of its pull request: hazards and listed sites that stand in what is changed. All others are in the text only,
// for a forge shows remarks at lines of the difference, and a conversation full of them helps nobody.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.h"
#include "pr-bot/forge.h"

namespace gander::fleet {

// `json`: a rewrite as rewriter::toJson() writes it. Hazards first, in the order of the files; one for each line, and
// the same words once for each file; lines are those of the rewritten files. kCorrupt where it is no such document.
Result<std::vector<prbot::Remark>> reviewRemarks(const std::string& json, size_t most = 10);

// Whether something that must change with the edits is only listed. kCorrupt as above.
Result<bool> isIncomplete(const std::string& json);

// The files that the rewrite edits, each once. kCorrupt as above.
Result<std::vector<std::string>> editedFiles(const std::string& json);

}  // namespace gander::fleet
