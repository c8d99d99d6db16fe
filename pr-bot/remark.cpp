#include "pr-bot/remark.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "pr-bot/markdown.h"

namespace gander::prbot {

std::string markOf(const Remark& remark) {
  // Not of its line: what is above it may change, and forges move what was said along with the line.
  const auto digest = Digest().add(remark.body).add(remark.file).hex();
  return fmt::format("<!-- gander:{} -->", digest.substr(0, 16));
}

std::string unplacedBody(const Remark& remark) {
  if (remark.file.empty()) return remark.body;
  return fmt::format("{}: {}", codeSpan(fmt::format("{}:{}", remark.file, remark.line)), remark.body);
}

std::string marked(const std::string& body, const Remark& remark) {
  return fmt::format("{}\n\n{}", body, markOf(remark));
}

}  // namespace gander::prbot
