#include "rules/document/header.h"

#include <fmt/format.h>

namespace gander::rules {

void readKind(MapReader& document, std::string_view kind, Problems& problems) {
  auto version = document.text("apiVersion");
  if (!version.empty() && version != "gander/v1")
    problems.add(document.positionOf("apiVersion"),
                 fmt::format("apiVersion {} is not known; write gander/v1", inQuotes(version)));
  auto written = document.text("kind");
  if (!written.empty() && written != kind)
    problems.add(document.positionOf("kind"),
                 fmt::format("kind is {}, and {} is wanted here", inQuotes(written), kind));
}

void checkName(std::string_view name, Position position, Problems& problems) {
  if (name.empty()) return;
  bool fits = name.size() <= 63 && name.front() != '-' && name.back() != '-' &&
              name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
  if (!fits)
    problems.add(position,
                 fmt::format("bad name {}; use a-z, 0-9 and '-' between them, at most 63 bytes", inQuotes(name)));
}

}  // namespace gander::rules
