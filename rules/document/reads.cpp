#include "rules/document/reads.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace gander::rules {

const std::string* DocumentReads::read(const std::string& relative, Position position, Problems& problems) {
  auto found = texts_.find(relative);
  if (found == texts_.end()) found = texts_.emplace(relative, files_.read(relative)).first;
  if (found->second) return &*found->second;
  problems.add(position, fmt::format("can't read {}: {}", inQuotes(relative), found->second.error().message));
  return nullptr;
}

std::string DocumentReads::digest(std::string_view document) const {
  Digest digest;
  digest.add(document);
  for (const auto& [name, text] : texts_) digest.add(name).add(text ? *text : std::string());
  return digest.hex();
}

}  // namespace gander::rules
