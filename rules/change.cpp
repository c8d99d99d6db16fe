#include <algorithm>
#include <array>

#include "rules/change.h"

namespace gander::rules {

static constexpr uint64_t kSecond = 1'000'000'000;  // in nanoseconds
static constexpr std::array<Unit, 14> kUnits{{
    {"ns", "time", 1},
    {"us", "time", 1'000},
    {"ms", "time", 1'000'000},
    {"s", "time", kSecond},
    {"min", "time", 60 * kSecond},
    {"h", "time", 3'600 * kSecond},
    {"d", "time", 86'400 * kSecond},
    {"B", "bytes", 1},
    {"kB", "bytes", 1'000},
    {"MB", "bytes", 1'000'000},
    {"GB", "bytes", 1'000'000'000},
    {"KiB", "bytes", 1ULL << 10},
    {"MiB", "bytes", 1ULL << 20},
    {"GiB", "bytes", 1ULL << 30},
}};

const Unit* findUnit(std::string_view name) {
  for (const auto& unit : kUnits)
    if (unit.name == name) return &unit;
  return nullptr;
}

std::vector<std::string> unitNames() {
  std::vector<std::string> names;
  for (const auto& unit : kUnits) names.emplace_back(unit.name);
  return names;
}

std::vector<std::string> Change::oldFields() const {
  if (kind == ChangeKind::kMerge) return fields;
  if (kind == ChangeKind::kAdd || kind == ChangeKind::kEnumValue) return {};
  return {field};
}

bool Change::concerns(std::string_view oldField) const {
  auto known = oldFields();
  return std::find(known.begin(), known.end(), oldField) != known.end();
}

const Conversion* Change::conversion(std::string_view language) const {
  for (const auto& one : conversions)
    if (one.language == language) return &one;
  return nullptr;
}

}  // namespace gander::rules
