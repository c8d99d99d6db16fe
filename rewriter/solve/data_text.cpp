#include "rewriter/solve/data_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "rewriter/text/csv_header.h"
#include "rewriter/text/json_keys.h"
#include "rewriter/text/proto_text.h"

namespace gander::rewriter {
namespace {

constexpr size_t kFewestColumns = 3;

// How many of a dataset's columns a text has, and what else.
struct Shape {
  size_t known = 0;
  size_t columns = 0;
  std::vector<std::string> others;

  // Two thirds of the dataset's columns, and they are more than half of the text's own.
  bool fits() const { return known >= kFewestColumns && known * 3 >= columns * 2 && known > others.size(); }
  // It has the columns, and so many others that it may be a join, or another dataset.
  bool near() const { return known >= kFewestColumns && known * 3 >= columns * 2; }
};

class ShapeSolver {
 public:
  ShapeSolver(size_t dataset, const DataText& data, const DataPlace& place, const Meaning& meaning, const Texts& texts,
              Solution& solution)
      : dataset_(dataset), data_(data), place_(place), meaning_(meaning), texts_(texts), solution_(solution) {
    for (const auto& field : meaning.dataset(dataset).old.fields)
      if (!field.path.contains('.')) columns_.insert(field.path);
    for (const auto& row : data.rows)
      for (const auto& field : row) names_.insert(field.path);
    shape_.columns = columns_.size();
    for (const auto& name : names_) {
      if (columns_.contains(name)) ++shape_.known;
      if (!columns_.contains(name) && !name.contains('.')) shape_.others.push_back(name);
    }
    open_ = whyOpen();
  }

  bool solve() {
    if (!shape_.near()) return false;
    bool any = false;
    for (const auto& row : data_.rows)
      for (const auto& field : row)
        if (auto change = meaning_.findPath(dataset_, field.path)) {
          demand(row, field, *change);
          any = true;
        }
    return any;
  }

 private:
  const std::string& id() const { return meaning_.dataset(dataset_).id; }
  std::string what() const {
    return fmt::format("{} has {} of the {} columns of {}", data_.kind == "csv" ? "a header row that" : "JSON that",
                       shape_.known, shape_.columns, id());
  }

  // Why nothing of this text is edited; empty where it is.
  std::string whyOpen() const {
    if (!shape_.fits()) return fmt::format("{}, and {} others", what(), shape_.others.size());
    for (const auto& name : names_)
      if (meaning_.onlyNew(dataset_, name)) return fmt::format("{}, and {} of the new version", what(), name);
    const auto& globs = meaning_.migration().shapePaths;
    if (std::ranges::any_of(globs, [&](const auto& glob) { return globMatches(glob, place_.file); })) return "";
    return fmt::format("{}: the migration's 'shapes' do not name this file", what());
  }

  // A row among others that has little of the shape may be another thing.
  bool isStranger(const std::vector<TextField>& row) const {
    size_t known = 0;
    size_t others = 0;
    for (const auto& field : row) {
      if (field.path.contains('.')) continue;
      ++(columns_.contains(field.path) ? known : others);
    }
    return known <= others;
  }

  void demand(const std::vector<TextField>& row, const TextField& field, const NameMeaning& change) {
    auto span = place_.spanOf(field.range);
    if (!span) return;
    Demand demand;
    demand.span = *span;
    demand.tier = Tier::kShape;
    demand.change = change.change;
    demand.units.insert(fmt::format("shape:{}:{}", place_.file, id()));
    demand.evidence.push_back({span->file, texts_.positionOf(*span), what()});
    auto open = open_;
    if (open.empty() && isStranger(row)) open = fmt::format("an object with little of the shape of {}", id());
    if (open.empty() && !change.replacement) open = change.reason;
    if (open.empty() && !fitsDataText(*change.replacement)) open = "the new name needs quotes or escapes here";
    demand.claimed = !open.empty();
    demand.reason = open;
    if (open.empty()) {
      demand.stance = Stance::kReplace;
      demand.replacement = *change.replacement;
      demand.ambiguous = meaning_.isNewField(dataset_, field.path);
      if (!demand.ambiguous) solution_.unitsAtOld.insert(demand.units.begin(), demand.units.end());
    }
    solution_.demands.push_back(std::move(demand));
  }

  size_t dataset_;
  const DataText& data_;
  const DataPlace& place_;
  const Meaning& meaning_;
  const Texts& texts_;
  Solution& solution_;
  std::set<std::string> columns_;
  std::set<std::string> names_;
  Shape shape_;
  std::string open_;
};

}  // namespace

// "/listener/name": each name with the path that leads to it. A number is a place in a list.
static std::vector<TextField> pointerFields(std::string_view text) {
  std::vector<TextField> fields;
  std::string path;
  if (!text.starts_with('/') || text.contains('~')) return fields;
  for (size_t begin = 1; begin <= text.size();) {
    const size_t end = std::min(text.find('/', begin), text.size());
    const auto name = text.substr(begin, end - begin);
    const bool number = !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
    if (!number) {
      path += (path.empty() ? "" : ".") + std::string(name);
      fields.push_back({path, {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}});
    }
    begin = end + 1;
  }
  return fields;
}

DataText readDataText(std::string_view kind, std::string_view text) {
  DataText data{std::string(kind), {}};
  if (kind == "pointer")
    if (auto fields = pointerFields(text); !fields.empty()) data.rows.push_back(std::move(fields));
  if (kind == "json" || kind == "protojson") data.rows = jsonRows(text);
  if (rules::isMessageText(kind) && kind != "protojson")
    if (auto fields = kind == "prototext" ? prototextFields(text) : maskFields(text))
      data.rows.push_back(std::move(*fields));
  if (kind != "csv") return data;
  auto header = csvHeader(text);
  if (!header) return data;
  // A name with a dot in a row of columns is a whole path, or no path at all.
  for (auto& column : header->columns)
    if (column.path.contains('.')) column.path.clear();
  data.rows.push_back(std::move(header->columns));
  return data;
}

bool fitsDataText(std::string_view name) { return name.find_first_of("\"\\\n\r\t,;|") == std::string_view::npos; }

bool solveShape(const DataText& data, const DataPlace& place, const Meaning& meaning, const Texts& texts,
                Solution& solution) {
  bool any = false;
  for (size_t dataset = 0; dataset < meaning.migration().datasets.size(); ++dataset)
    any |= ShapeSolver(dataset, data, place, meaning, texts, solution).solve();
  return any;
}

void solveDataFile(const std::string& path, const std::string& kind, const Meaning& meaning, const Texts& texts,
                   Solution& solution) {
  auto data = readDataText(kind, texts.find(path)->text);
  if (data.rows.empty()) return;
  DataPlace place{path, [&](ByteRange range) { return Span{path, range}; }};
  solveShape(data, place, meaning, texts, solution);
}

}  // namespace gander::rewriter
