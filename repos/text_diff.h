// The difference of texts that are in no repository, as `git diff` prints it.
#pragma once

#include <map>
#include <string>

#include "base/error.h"

namespace gander::repos {

// Of two sets of files, by path; a path that only one side has is an added or a deleted file.
Result<std::string> unifiedDiff(const std::map<std::string, std::string>& before,
                                const std::map<std::string, std::string>& after);

}  // namespace gander::repos
