#include "rewriter/facts/narrow.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

namespace gander::rewriter {

constexpr std::string_view kWide = "wide\n";
// Parts that are no identifier's.
constexpr std::string_view kRest = "-";
constexpr std::string_view kFunctions = "()";
constexpr std::string_view kPasted = "##";

static std::string_view lastName(std::string_view symbol) {
  const size_t colons = symbol.rfind("::");
  return colons == std::string_view::npos ? symbol : symbol.substr(colons + 2);
}

bool Wanted::maybeIn(std::string_view token) const {
  return everything_ || std::ranges::any_of(names_, [&](const auto& name) { return token.contains(name); });
}

static bool isOfWanted(const std::string& text, const Pasted& part, const Wanted& wanted) {
  const size_t around = part.before.size() + part.behind.size();
  return around < text.size() &&
         wanted.contains(std::string_view(text).substr(part.before.size(), text.size() - around));
}

// A name is asked for, or an argument that it is pasted of.
static bool isAskedFor(const NameUse& use, const Wanted& wanted) {
  if (wanted.contains(use.text)) return true;
  if (!use.paste.argument.file.empty()) return isOfWanted(use.text, use.paste, wanted);
  return std::ranges::any_of(use.pastes, [&](const Pasted& part) { return isOfWanted(use.text, part, wanted); });
}

CppRequest widened(const CppRequest& request) {
  return {.file = request.file,
          .wanted = {},
          .types = {},
          .flow = true,
          .everything = true,
          .rules = request.rules,
          .instead = request.instead};
}

void settlePastes(std::vector<NameUse>& names, const Wanted& wanted) {
  for (auto& use : names) {
    auto parts = std::move(use.pastes);
    use.pastes.clear();
    std::erase_if(parts, [&](const Pasted& part) { return !isOfWanted(use.text, part, wanted); });
    // Where two arguments make the same token in one expansion, it is not told which of them this is.
    if (parts.size() != 1) continue;
    use.paste = std::move(parts.front());
    use.macro = use.paste.macro;
  }
}

void narrow(Unit& unit, const CppRequest& request) {
  if (request.everything) return;
  const Wanted wanted(request);
  std::erase_if(unit.names, [&](const NameUse& use) { return !isAskedFor(use, wanted); });
  settlePastes(unit.names, wanted);
  std::erase_if(unit.stringized, [&](const Stringized& use) { return !wanted.contains(use.text); });
  std::erase_if(unit.uses, [&](const UseContext& use) { return !wanted.contains(lastName(use.symbol)); });
  std::erase_if(unit.switches, [&](const SwitchUse& use) {
    return std::ranges::none_of(use.constants, [&](const auto& name) { return wanted.contains(name); });
  });
  std::erase_if(unit.types, [&](const TypeSeen& type) {
    return std::ranges::find(request.types, type.symbol) == request.types.end();
  });
  if (!request.flow) unit.functions.clear();
}

// Each part a unit of its own: one line for each with its size and name, an empty line, the parts.
std::string encodeWide(Unit unit) {
  std::map<std::string, Unit, std::less<>> parts;
  for (auto& use : unit.names) {
    auto& part = parts[use.pastes.empty() ? use.text : std::string(kPasted)];
    part.names.push_back(std::move(use));
  }
  for (auto& use : unit.stringized) {
    auto& part = parts[use.text];
    part.stringized.push_back(std::move(use));
  }
  for (auto& use : unit.uses) {
    auto& part = parts[std::string(lastName(use.symbol))];
    part.uses.push_back(std::move(use));
  }
  parts[std::string(kFunctions)].functions = std::move(unit.functions);
  unit.names.clear(), unit.stringized.clear(), unit.uses.clear(), unit.functions.clear();
  parts[std::string(kRest)] = std::move(unit);
  std::string index(kWide);
  std::string bytes;
  for (const auto& [name, part] : parts) {
    auto encoded = encodeUnit(part);
    index += fmt::format("{} {}\n", encoded.size(), name);
    bytes += encoded;
  }
  return index + "\n" + bytes;
}

namespace {

struct Part {
  std::string_view name;
  size_t size = 0;
};

// The parts' names and sizes, and what stands behind them.
Result<std::pair<std::vector<Part>, std::string_view>> readIndex(std::string_view bytes) {
  const auto broken = [] { return fail(ErrorKind::kCorrupt, "facts: an index that can't be read"); };
  std::vector<Part> parts;
  bytes.remove_prefix(kWide.size());
  size_t total = 0;
  while (!bytes.starts_with('\n')) {
    const auto line = bytes.substr(0, bytes.find('\n'));
    if (line.size() == bytes.size()) return broken();
    const size_t blank = line.find(' ');
    Part part{.name = line.substr(std::min(blank, line.size() - 1) + 1)};
    const auto read = std::from_chars(line.data(), line.data() + line.size(), part.size);
    if (blank == std::string_view::npos || read.ptr != line.data() + blank || part.size > (1ULL << 40)) return broken();
    total += part.size;
    parts.push_back(part);
    bytes.remove_prefix(line.size() + 1);
  }
  bytes.remove_prefix(1);
  if (total != bytes.size()) return broken();
  return std::pair(std::move(parts), bytes);
}

// All but what stands in parts of its own.
void takeRest(Unit& unit, Unit rest) {
  rest.names = std::move(unit.names);
  rest.stringized = std::move(unit.stringized);
  rest.uses = std::move(unit.uses);
  rest.functions = std::move(unit.functions);
  unit = std::move(rest);
}

template <typename T>
void append(std::vector<T>& to, std::vector<T> more) {
  std::ranges::move(more, std::back_inserter(to));
}

}  // namespace

Result<Unit> decodeWide(std::string_view bytes, const CppRequest& request) {
  if (!bytes.starts_with(kWide)) return fail(ErrorKind::kCorrupt, "facts: not those of everything");
  GANDER_TRY(auto index, readIndex(bytes));
  const Wanted wanted(request);
  Unit unit;
  size_t at = 0;
  for (const auto& part : index.first) {
    const auto encoded = index.second.substr(at, part.size);
    at += part.size;
    const bool own =
        part.name == kRest || part.name == kPasted || (part.name == kFunctions && (request.flow || request.everything));
    if (!own && (part.name == kFunctions || !wanted.contains(part.name))) continue;
    GANDER_TRY(auto found, decodeUnit(encoded));
    append(unit.names, std::move(found.names));
    append(unit.stringized, std::move(found.stringized));
    append(unit.uses, std::move(found.uses));
    append(unit.functions, std::move(found.functions));
    if (part.name == kRest) takeRest(unit, std::move(found));
  }
  // The order of a unit that was never taken apart.
  std::ranges::stable_sort(unit.names, {}, [](const NameUse& use) { return std::tie(use.span, use.text); });
  std::ranges::stable_sort(unit.stringized, {},
                           [](const Stringized& use) { return std::tie(use.span, use.macro, use.alone); });
  std::ranges::stable_sort(unit.uses, {}, [](const UseContext& use) { return std::tie(use.name, use.symbol); });
  narrow(unit, request);
  return unit;
}

Result<Unit> decodeFor(std::string_view bytes, const CppRequest& request) {
  if (bytes.starts_with(kWide)) return decodeWide(bytes, request);
  GANDER_TRY(auto unit, decodeUnit(bytes));
  narrow(unit, request);
  return unit;
}

}  // namespace gander::rewriter
