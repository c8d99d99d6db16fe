#include "rewriter/solve/captures.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

// "const Mine *" -> "Mine"
std::string className(std::string_view type) {
  if (type.starts_with("const ")) type.remove_prefix(6);
  while (!type.empty() && (type.back() == '*' || type.back() == '&' || type.back() == ' ')) type.remove_suffix(1);
  return std::string(type);
}

std::string_view classOf(std::string_view symbol) {
  size_t at = symbol.rfind("::");
  return at == std::string_view::npos ? std::string_view() : symbol.substr(0, at);
}

// A file's text with its comments and strings blanked, so that braces are braces.
std::string codeOf(std::string_view text) {
  std::string code(text);
  for (const auto& zone : zones("cpp", text))
    if (zone.kind == ZoneKind::kComment || zone.kind == ZoneKind::kString)
      std::fill(code.begin() + zone.range.begin, code.begin() + zone.range.end, ' ');
  return code;
}

char lastBefore(std::string_view code, size_t at) {
  size_t found = at == 0 ? std::string_view::npos : code.find_last_not_of(" \t\r\n", at - 1);
  return found == std::string_view::npos ? ' ' : code[found];
}

// The end of the block that begins behind `at`, or that `at` stands in.
size_t blockEnd(std::string_view code, size_t at) {
  int depth = 0;
  for (; at < code.size(); ++at) {
    if (code[at] == '{') ++depth;
    if (code[at] == '}' && --depth < 0) return at;
  }
  return code.size();
}

// Where a local name is seen: a variable from its declaration to the end of its block, a parameter in its function's body.
ByteRange scopeOf(std::string_view code, const NameUse& local) {
  size_t at = local.span.range.end;
  if (local.kind == SymbolKind::kVariable)
    return {static_cast<uint32_t>(at), static_cast<uint32_t>(blockEnd(code, at))};
  int depth = 0;  // of parentheses: out of the list of parameters, and over those of a constructor's initializers
  for (; at < code.size(); ++at) {
    if (code[at] == '(') ++depth;
    if (code[at] == ')') --depth;
    if (depth < 0 && code[at] == ';') return {};  // a declaration without a body
    if (depth >= 0 || code[at] != '{') continue;
    char before = lastBefore(code, at);
    bool initializer =
        isWordByte(before) && code.substr(local.span.range.end, at - local.span.range.end).contains(" : ");
    if (!initializer) break;
    at = blockEnd(code, at + 1);
  }
  if (at >= code.size()) return {};
  return {static_cast<uint32_t>(at), static_cast<uint32_t>(blockEnd(code, at + 1))};
}

class CaptureFinder {
 public:
  CaptureFinder(const Unit& unit, const Meaning& meaning, const Texts& texts)
      : unit_(unit), meaning_(meaning), texts_(texts) {
    for (const auto& name : unit.names) {
      uses_.emplace(name.span, &name);
      if (name.declares) declared_.emplace(name.text, &name);
    }
  }

  // What the new name means already, at any use of this range; empty if nothing that is known.
  std::string captured(const Span& span, const std::string& now) {
    auto [begin, end] = uses_.equal_range(span);
    for (auto at = begin; at != end; ++at) {
      if (at->second->text == now) continue;
      if (auto found = byClass(*at->second, now); !found.empty()) return found;
      if (auto found = byLocal(*at->second, now); !found.empty()) return found;
    }
    return "";
  }

 private:
  // Renamed away itself: a swap.
  bool leaves(const std::string& symbol) const {
    const auto* member = meaning_.findMember("cpp", symbol);
    return member != nullptr && member->replacement && !symbol.ends_with("::" + *member->replacement);
  }

  std::string byClass(const NameUse& use, const std::string& now) const {
    auto own = std::string(classOf(use.symbol));
    for (const auto& type : unit_.types) {
      if (type.symbol != own || leaves(own + "::" + now)) continue;
      if (std::ranges::find(type.members, now) != type.members.end() &&
          std::ranges::find(type.members, use.text) != type.members.end())
        return fmt::format("{} has a member {} already", own, now);
    }
    auto object = className(use.objectType);
    if (object.empty() || object == own) return "";
    auto [begin, end] = declared_.equal_range(now);
    for (auto at = begin; at != end; ++at)
      if (at->second->symbol == object + "::" + now)
        return fmt::format("{}::{} hides it (declared at {})", object, now, placeOf(*at->second));
    return "";
  }

  std::string byLocal(const NameUse& use, const std::string& now) {
    if (use.declares || !use.qualifiers.empty() || use.pasted) return "";
    const auto& code = codeIn(use.span.file);
    char before = lastBefore(code, use.span.range.begin);
    if (before == '.' || before == '>' || before == ':') return "";
    auto [begin, end] = declared_.equal_range(now);
    for (auto at = begin; at != end; ++at) {
      const auto& local = *at->second;
      bool named = local.kind == SymbolKind::kVariable || local.kind == SymbolKind::kParameter;
      if (!named || local.span.file != use.span.file || local.span.range.begin >= use.span.range.begin) continue;
      if (scopeOf(code, local).contains(use.span.range))
        return fmt::format("{} {} would be meant (declared at {})", toString(local.kind), now, placeOf(local));
    }
    return "";
  }

  const std::string& codeIn(const std::string& file) {
    auto [at, fresh] = code_.try_emplace(file);
    const auto* source = texts_.find(file);
    if (fresh && source != nullptr) at->second = codeOf(source->text);
    return at->second;
  }

  std::string placeOf(const NameUse& name) const { return formatPlace(name.span.file, texts_.positionOf(name.span)); }

  const Unit& unit_;
  const Meaning& meaning_;
  const Texts& texts_;
  std::multimap<Span, const NameUse*> uses_;
  std::multimap<std::string, const NameUse*> declared_;
  std::map<std::string, std::string> code_;
};

}  // namespace

void listCaptures(const Program& program, const Meaning& meaning, const Texts& texts, Solution& solution) {
  for (const auto& unit : program.units()) {
    if (unit.language != "cpp") continue;
    CaptureFinder finder(unit, meaning, texts);
    for (auto& demand : solution.demands) {
      if (demand.stance != Stance::kReplace || demand.tier != Tier::kType) continue;
      auto why = finder.captured(demand.span, demand.replacement);
      if (why.empty()) continue;
      demand.stance = Stance::kOpen;
      demand.claimed = demand.blocks = true;
      demand.reason = fmt::format("the new name {} means something else here: {}", demand.replacement, why);
      solution.hazards.push_back({"captures", demand.span.file, texts.positionOf(demand.span), demand.reason});
    }
  }
}

}  // namespace gander::rewriter
