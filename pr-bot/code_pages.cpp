#include "pr-bot/code_pages.h"

#include <fmt/format.h>

#include "base/text.h"
#include "pr-bot/http/url.h"

namespace gander::prbot {
namespace {

std::string_view folderOf(ForgeKind forge) {
  switch (forge) {
    case ForgeKind::kGitHub: return "blob";
    case ForgeKind::kGitLab: return "-/blob";
    case ForgeKind::kGitea: return "src/commit";
  }
  return "blob";
}

}  // namespace

std::string lineUrl(const CodePages& pages, std::string_view commit, std::string_view file, uint32_t line) {
  if (!pages.forge || pages.web.empty() || commit.empty() || file.empty()) return "";
  auto web = std::string_view(pages.web);
  while (web.ends_with('/')) web.remove_suffix(1);
  std::string path;
  for (const auto& part : split(file, '/')) path += "/" + urlEscaped(part);
  return fmt::format("{}/{}/{}{}#L{}", web, folderOf(*pages.forge), commit, path, line);
}

}  // namespace gander::prbot
