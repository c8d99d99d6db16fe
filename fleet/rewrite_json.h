// A rewrite as rewriter::toJson() writes it, read back from the store.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "base/error.h"

namespace gander::fleet {

// What `read` makes of the document. kCorrupt where it is none, or lacks what `read` wants.
template <typename Read>
auto readRewrite(const std::string& json, Read&& read) -> Result<std::invoke_result_t<Read, const nlohmann::json&>> {
  try {
    return read(nlohmann::json::parse(json));
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorKind::kCorrupt, "the store's rewrite can't be read");
  }
}

}  // namespace gander::fleet
