#include "rewriter/text/csv_header.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace gander::rewriter {
namespace {

constexpr std::string_view kDelimiters = ",;\t|";
constexpr std::string_view kBlanks = " ";

// Splits a line at a delimiter outside of quotes; nothing where a quote does not end.
std::optional<std::vector<ByteRange>> splitCells(std::string_view line, uint32_t begin, char delimiter) {
  std::vector<ByteRange> cells;
  bool quoted = false;
  uint32_t start = 0;
  for (uint32_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] != delimiter || quoted) continue;
    cells.push_back({begin + start, begin + i});
    start = i + 1;
  }
  if (quoted) return std::nullopt;
  cells.push_back({begin + start, begin + static_cast<uint32_t>(line.size())});
  return cells;
}

char delimiterOf(std::string_view line) {
  std::array<size_t, kDelimiters.size()> counts{};
  bool quoted = false;
  for (char c : line) {
    if (c == '"') quoted = !quoted;
    if (size_t at = kDelimiters.find(c); at != std::string_view::npos && !quoted) ++counts[at];
  }
  return kDelimiters[static_cast<size_t>(std::ranges::max_element(counts) - counts.begin())];
}

TextField columnOf(std::string_view text, ByteRange cell) {
  while (cell.begin < cell.end && kBlanks.contains(text[cell.begin])) ++cell.begin;
  while (cell.begin < cell.end && kBlanks.contains(text[cell.end - 1])) --cell.end;
  TextField column;
  column.quoted = cell.size() >= 2 && text[cell.begin] == '"' && text[cell.end - 1] == '"';
  if (column.quoted) cell = {cell.begin + 1, cell.end - 1};
  column.range = cell;
  column.path = text.substr(cell.begin, cell.size());
  if (column.quoted) column.path = replaceAll(column.path, "\"\"", "\"");
  return column;
}

}  // namespace

std::optional<CsvHeader> csvHeader(std::string_view text) {
  uint32_t begin = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  auto line = text.substr(begin);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return std::nullopt;
  CsvHeader header;
  header.delimiter = delimiterOf(line);
  auto cells = splitCells(line, begin, header.delimiter);
  if (!cells) return std::nullopt;
  for (auto cell : *cells) header.columns.push_back(columnOf(text, cell));
  return header;
}

std::string csvName(const CsvHeader& header, std::string_view name, bool quoted) {
  bool needs = name.find(header.delimiter) != std::string_view::npos || name.find_first_of("\"\n\r") != name.npos;
  auto doubled = replaceAll(name, "\"", "\"\"");
  if (quoted || !needs) return quoted ? doubled : std::string(name);
  return "\"" + doubled + "\"";
}

}  // namespace gander::rewriter
