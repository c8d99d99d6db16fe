#include "pr-bot/remark.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "pr-bot/markdown.h"

namespace gander::prbot {

std::string markOf(const Remark& remark) {
  const auto digest = Digest().add(remark.body).add(remark.file).add(std::to_string(remark.line)).hex();
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
