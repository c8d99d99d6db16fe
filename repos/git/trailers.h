// The lines `Name: value` at the end of a commit's message.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "repos/repository.h"

namespace gander::repos {

// With a trailer Co-authored-by for each, in the block of trailers that is there, or in a new one. kInvalid for a name or an address that
// would not be read back as it is.
Result<std::string> withCoAuthors(const std::string& message, const std::vector<Person>& people);

}  // namespace gander::repos
