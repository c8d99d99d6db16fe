#include "rewriter/solve/dbt_catalog.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/dbt/columns.h"

namespace gander::rewriter {

using dbt::Referent;

// The resolver may see a part of the text (a text in it that is a script): the bytes' place tells where they stand.
const dbt::ExpandedHole* DbtCatalog::holeOf(std::string_view written) const {
  const auto& text = expansion_.text();
  if (written.data() < text.data() || written.data() + written.size() > text.data() + text.size()) return nullptr;
  const auto begin = static_cast<uint32_t>(written.data() - text.data());
  return expansion_.holeAt({begin, begin + static_cast<uint32_t>(written.size())});
}

const dbt::Resource* DbtCatalog::selfAt(const dbt::ExpandedHole& hole) const {
  return projects_.resourceAt(expansion_.path(), expansion_.ownRange(hole.range).begin);
}

const sql::Table* DbtCatalog::find(std::span<const sql::NamePart> parts, const sql::Dialect& /*dialect*/) const {
  if (std::ranges::none_of(parts, [](const auto& part) { return part.hole; })) return nullptr;
  if (parts.size() > 1) return findByTexts(parts);
  const auto* hole = holeOf(parts[0].text);
  if (hole == nullptr) return nullptr;
  auto referents = names_.of(hole->held);
  bool texts = std::ranges::all_of(referents, [](const auto& one) { return one.kind == Referent::Kind::kText; });
  if (texts) return findByTexts(parts);
  const auto* relation = relations_.of(referents, selfAt(*hole));
  return relation == nullptr ? nullptr : &relation->table;
}

// lake.{{ var('plays_table') }}: each part that is a text is put in its place.
const sql::Table* DbtCatalog::findByTexts(std::span<const sql::NamePart> parts) const {
  struct Piece {
    size_t part;
    std::string name;
    std::optional<dbt::Literal> literal;  // of the whole part
    const dbt::ExpandedHole* hole = nullptr;
  };
  std::vector<Piece> pieces;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].hole) {
      pieces.push_back({i, std::string(parts[i].text), std::nullopt, nullptr});
      continue;
    }
    const auto* hole = holeOf(parts[i].text);
    if (hole == nullptr) return nullptr;
    auto found = names_.of(hole->held);
    if (found.size() != 1 || found[0].kind != Referent::Kind::kText) return nullptr;
    for (auto& name : split(found[0].text, '.')) pieces.push_back({i, std::move(name), found[0].name, hole});
  }
  std::vector<std::string> names;
  for (const auto& piece : pieces) names.push_back(piece.name);
  const auto* relation = relations_.ofNames(names);
  if (relation == nullptr) return nullptr;
  auto& table = made_.emplace_back(relation->table, relation).first;
  if (!relation->moves()) return &table;
  auto now = split(relation->reference->now, '.');
  auto renamed = names;
  for (size_t i = 0; i < now.size() && i < renamed.size(); ++i)
    renamed[renamed.size() - 1 - i] = now[now.size() - 1 - i];
  // Parts that are written out are the resolver's to edit; holes keep their text, and their literals change.
  for (size_t part = parts.size(); part-- > 0;) {
    std::string whole;
    for (size_t i = 0; i < pieces.size(); ++i)
      if (pieces[i].part == part) whole += (whole.empty() ? "" : ".") + renamed[i];
    auto piece = std::ranges::find(pieces, part, &Piece::part);
    table.nowParts.push_back(parts[part].hole ? std::string(parts[part].text) : whole);
    if (!parts[part].hole) continue;
    if (!piece->literal) {
      table.unclear = fmt::format("the name of {} is put together", relation->table.name);
    } else {
      textNames_.push_back({*piece->literal, piece->literal->value == whole ? "" : whole, relation, piece->hole->held,
                            piece->hole->source});
    }
  }
  return &table;
}

sql::HoleQuery DbtCatalog::queryInHole(std::string_view text, ByteRange range) const {
  sql::HoleQuery out;
  const auto* hole = holeOf(text.substr(range.begin, range.size()));
  if (hole == nullptr) return out;
  const auto& value = *hole->held.value;
  out.reads = !dbt::readsNoTable(value);
  const auto* of = value.isCall("dbt_utils.deduplicate") ? value.argument(0, "relation") : nullptr;
  if (of == nullptr || !value.filters.empty()) return out;
  auto held = hole->held;
  held.value = of;
  const auto* relation = relations_.of(names_.of(held), selfAt(*hole));
  if (relation != nullptr && relation->table.unclear.empty()) out.of = &relation->table;
  return out;
}

std::optional<sql::HoleStar> DbtCatalog::starInHole(std::string_view text, ByteRange range) const {
  const auto* hole = holeOf(text.substr(range.begin, range.size()));
  if (hole == nullptr) return std::nullopt;
  const auto star = dbt::macroStar(names_, hole->held);
  if (!star.of || !star.understood) return std::nullopt;
  const auto* relation = relations_.of(names_.of(*star.of), selfAt(*hole));
  if (relation == nullptr || !relation->table.unclear.empty()) return std::nullopt;
  sql::HoleStar out{&relation->table, {}};
  for (const auto& one : star.except) out.except.push_back(one.value);
  return out;
}

const DbtRelation* DbtCatalog::relationOf(const sql::Table& table) const {
  for (const auto& [made, relation] : made_)
    if (&made == &table) return relation;
  return nullptr;
}

// The literals of an expression stand in the text, or, where a macro's call was put in, in the comment that is left of it.
std::vector<ByteRange> DbtCatalog::columnsInHole(std::string_view text, ByteRange range) const {
  const auto* hole = holeOf(text.substr(range.begin, range.size()));
  std::vector<ByteRange> ranges;
  if (hole == nullptr) return ranges;
  const auto base = static_cast<uint32_t>(text.data() - expansion_.text().data());
  for (const auto& one : dbt::columnNames(names_, hole->held)) {
    if (one.of) continue;
    for (auto name : dbt::namesIn(one.literal)) {
      bool here = one.literal.span.file == *hole->held.path && hole->source.contains(name);
      auto place = here ? std::optional(ByteRange{hole->range.begin + (name.begin - hole->source.begin),
                                                  hole->range.begin + (name.end - hole->source.begin)})
                        : expansion_.placeOf({one.literal.span.file, name});
      if (place && place->begin >= base && place->end <= base + text.size())
        ranges.push_back({place->begin - base, place->end - base});
    }
  }
  return ranges;
}

}  // namespace gander::rewriter
