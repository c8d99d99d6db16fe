// The difference of texts that are in no repository, as git sees it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gander::repos {

// Of two sets of files, by path, as `git diff` prints it; a path that only one side has is an added or a deleted file.
Result<std::string> unifiedDiff(const std::map<std::string, std::string>& before,
                                const std::map<std::string, std::string>& after);

// Lines that stand in both texts, from these on. Lines are 1-based.
struct SameLines {
  uint32_t before = 1;
  uint32_t after = 1;
  uint32_t count = 0;
};

// In order.
Result<std::vector<SameLines>> sameLines(std::string_view before, std::string_view after);

}  // namespace gander::repos
