#include <algorithm>

#include "base/text.h"
#include "sql_cases.h"

namespace gander::rewriter::sql {
namespace {

std::string toUpperAscii(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

// Names of a case's head are as if they stood without quotes.
bool isSame(const std::string& known, const NamePart& part, const Dialect& dialect) {
  if (part.hole) return known == part.text;
  const bool exact = part.quoted && (dialect.fold == Fold::kLower || dialect.fold == Fold::kUpper);
  if (!exact) return toLowerAscii(known) == toLowerAscii(part.text);
  return (dialect.fold == Fold::kLower ? toLowerAscii(known) : toUpperAscii(known)) == part.text;
}

// Whether the shorter of the two names is the end of the other.
bool endsAlike(const std::vector<std::string>& known, std::span<const NamePart> parts, const Dialect& dialect) {
  const size_t common = std::min(known.size(), parts.size());
  for (size_t i = 1; i <= common; ++i)
    if (!isSame(known[known.size() - i], parts[parts.size() - i], dialect)) return false;
  return common > 0;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string name;
  for (const auto& part : parts) name += (name.empty() ? "" : ".") + part;
  return name;
}

std::vector<Column> datasetColumns(const SqlCase& made) {
  std::map<std::string, std::string> renamed = {
      {"user_name", "listener_name"}, {"duration", "duration_ms"}, {"listener.name", "title"}, {"items.price", "cost"}};
  for (const auto& [path, now] : made.columns) renamed[path] = now;
  std::vector<Column> columns;
  std::vector<std::string> paths = {"id",          "user_name",   "track_id", "duration", "ts", "listener.name",
                                    "listener.id", "items.price", "items.id"};
  for (const auto& [path, now] : renamed)
    if (std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
  for (const auto& path : paths) {
    Column column{.path = path};
    if (auto at = renamed.find(path); at != renamed.end()) {
      column.now = at->second;
      column.change = "rename-" + at->first;
    }
    if (made.dataset == SqlCase::Dataset::kRetype && column.path == "user_name") {
      column.now.clear();
      column.reason = "its type changes and no rule says how";
    }
    columns.push_back(column);
  }
  return columns;
}

// The same columns as the next version has them.
std::vector<Column> nextColumns(const std::vector<Column>& columns) {
  std::vector<Column> next;
  for (const auto& column : columns) {
    const auto last = column.path.rfind('.') + 1;
    next.push_back({.path = column.now.empty() ? column.path : column.path.substr(0, last) + column.now});
  }
  return next;
}

}  // namespace

CaseCatalog::CaseCatalog(const SqlCase& made, At at) {
  for (const auto& table : made.tables) {
    Entry entry{.parts = table.parts, .table = {.name = joined(table.parts), .complete = table.complete}};
    for (const auto& column : table.columns) entry.table.columns.push_back({.path = column});
    entries_.push_back(std::move(entry));
  }
  if (made.dataset == SqlCase::Dataset::kNone) return;
  std::vector<CaseReference> references = made.references;
  if (references.empty()) references.push_back({{"user_plays_v1"}, {"user_plays_v2"}});
  for (const auto& [parts, now] : references) {
    addDataset(made, parts, now, now.empty() && at == At::kAfter);
    if (!now.empty()) addDataset(made, now, {}, true);
  }
}

void CaseCatalog::addDataset(const SqlCase& made, std::vector<std::string> parts, std::vector<std::string> now,
                             bool atNew) {
  Entry entry{.parts = std::move(parts)};
  Table& table = entry.table;
  table.name = joined(entry.parts);
  table.columns = atNew ? nextColumns(datasetColumns(made)) : datasetColumns(made);
  table.complete = true;
  table.dataset = true;
  table.atNew = atNew;
  if (made.dataset == SqlCase::Dataset::kShifts) table.shifts = {"add-country"};
  table.nowParts.assign(now.rbegin(), now.rend());
  if (!now.empty()) table.change = "next-version";
  entry.unclear = table;
  entry.unclear.unclear = "another table may have that name in another schema";
  entries_.push_back(std::move(entry));
}

std::vector<std::string> CaseCatalog::names() const {
  std::vector<std::string> names;
  for (const auto& entry : entries_) {
    if (!entry.table.dataset) continue;
    names.push_back(entry.parts.back());
    for (const auto& column : entry.table.columns)
      if (!column.change.empty()) {
        for (const auto& part : split(column.path, '.')) names.push_back(part);
        if (!column.now.empty()) names.push_back(column.now);
      }
  }
  return names;
}

const Table* CaseCatalog::find(std::span<const NamePart> parts, const Dialect& dialect) const {
  for (const auto& entry : entries_)
    if (entry.parts.size() == parts.size() && endsAlike(entry.parts, parts, dialect)) return &entry.table;
  for (const auto& entry : entries_)
    if (entry.parts.size() != parts.size() && endsAlike(entry.parts, parts, dialect))
      return entry.table.dataset ? &entry.unclear : &entry.table;
  return nullptr;
}

}  // namespace gander::rewriter::sql
