#include "rewriter/solve/dbt_catalog.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/dbt/columns.h"

namespace gander::rewriter {

using dbt::Referent;

// The resolver may see a part of the file (a text in it that is a script): the bytes' place tells where they stand.
const sql::TemplateExpression* DbtCatalog::expressionOf(std::string_view written) const {
  const auto& text = projects_.textOf(path_);
  if (written.data() < text.data() || written.data() + written.size() > text.data() + text.size()) return nullptr;
  const auto begin = static_cast<uint32_t>(written.data() - text.data());
  ByteRange range{begin, begin + static_cast<uint32_t>(written.size())};
  for (const auto& one : projects_.templateOf(path_).expressions)
    if (one.piece.range == range) return &one;
  return nullptr;
}

const sql::Table* DbtCatalog::find(std::span<const sql::NamePart> parts, const sql::Dialect& /*dialect*/) const {
  if (std::ranges::none_of(parts, [](const auto& part) { return part.hole; })) return nullptr;
  if (parts.size() > 1) return findByTexts(parts);
  const auto* expression = expressionOf(parts[0].text);
  if (expression == nullptr) return nullptr;
  auto referents = names_.of(path_, expression->value);
  bool texts = std::ranges::all_of(referents, [](const auto& one) { return one.kind == Referent::Kind::kText; });
  if (texts) return findByTexts(parts);
  const auto* self = projects_.resourceAt(path_, expression->piece.range.begin);
  const auto* relation = relations_.of(referents, self);
  return relation == nullptr ? nullptr : &relation->table;
}

// lake.{{ var('plays_table') }}: each part that is a text is put in its place.
const sql::Table* DbtCatalog::findByTexts(std::span<const sql::NamePart> parts) const {
  struct Piece {
    size_t part;
    std::string name;
    std::optional<dbt::Literal> literal;  // of the whole part
    bool hole = false;
  };
  std::vector<Piece> pieces;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].hole) {
      pieces.push_back({i, std::string(parts[i].text), std::nullopt, false});
      continue;
    }
    const auto* expression = expressionOf(parts[i].text);
    if (expression == nullptr) return nullptr;
    auto found = names_.of(path_, expression->value);
    if (found.size() != 1 || found[0].kind != Referent::Kind::kText) return nullptr;
    for (auto& name : split(found[0].text, '.')) pieces.push_back({i, std::move(name), found[0].name, true});
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
      textNames_.push_back({*piece->literal, piece->literal->value == whole ? "" : whole, relation, parts[part].range});
    }
  }
  return &table;
}

std::optional<sql::HoleStar> DbtCatalog::starInHole(std::string_view text, ByteRange hole) const {
  const auto* expression = expressionOf(text.substr(hole.begin, hole.size()));
  if (expression == nullptr) return std::nullopt;
  const auto star = dbt::macroStar(names_, path_, expression->value);
  if (star.of == nullptr || !star.understood) return std::nullopt;
  const auto* self = projects_.resourceAt(path_, expression->piece.range.begin);
  const auto* relation = relations_.of(names_.of(path_, *star.of), self);
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

std::vector<ByteRange> DbtCatalog::columnsInHole(std::string_view text, ByteRange hole) const {
  const auto* expression = expressionOf(text.substr(hole.begin, hole.size()));
  std::vector<ByteRange> ranges;
  if (expression == nullptr) return ranges;
  const auto base = static_cast<uint32_t>(text.data() - projects_.textOf(path_).data());
  for (const auto& one : dbt::columnNames(projects_, names_, path_, expression->value)) {
    if (one.of != nullptr || one.literal.span.file != path_) continue;
    for (auto range : dbt::namesIn(one.literal))
      if (range.begin >= base && range.end <= base + text.size())
        ranges.push_back({range.begin - base, range.end - base});
  }
  return ranges;
}

}  // namespace gander::rewriter
