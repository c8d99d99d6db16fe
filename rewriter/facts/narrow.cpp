#include "rewriter/facts/narrow.h"

#include <algorithm>

namespace gander::rewriter {

static std::string_view lastName(std::string_view symbol) {
  const size_t colons = symbol.rfind("::");
  return colons == std::string_view::npos ? symbol : symbol.substr(colons + 2);
}

CppRequest widened(const CppRequest& request) {
  return {.file = request.file, .wanted = {}, .types = {}, .flow = true, .everything = true, .rules = request.rules};
}

void settlePastes(std::vector<NameUse>& names, const Wanted& wanted) {
  for (auto& use : names) {
    auto parts = std::move(use.pastes);
    use.pastes.clear();
    std::erase_if(parts, [&](const Pasted& part) {
      const size_t around = part.before.size() + part.behind.size();
      if (around >= use.text.size()) return true;
      return !wanted.contains(std::string_view(use.text).substr(part.before.size(), use.text.size() - around));
    });
    // Where two arguments make the same token in one expansion, it is not told which of them this is.
    if (parts.size() != 1) continue;
    use.paste = std::move(parts.front());
    use.macro = use.paste.macro;
  }
}

void narrow(Unit& unit, const CppRequest& request) {
  if (request.everything) return;
  const Wanted wanted(request);
  std::erase_if(unit.names, [&](const NameUse& use) { return !wanted.contains(use.text); });
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

}  // namespace gander::rewriter
