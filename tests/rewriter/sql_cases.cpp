#include "sql_cases.h"

#include <algorithm>
#include <ranges>
#include <tuple>

#include "base/files.h"
#include "base/text.h"

namespace gander::rewriter::sql {
namespace {

constexpr std::string_view kEditOpens = "«";
constexpr std::string_view kEditCloses = "»";
constexpr std::string_view kBecomes = "→";
constexpr std::string_view kListedOpens = "‹";
constexpr std::string_view kListedCloses = "›";
constexpr std::string_view kHoleShown = "\\x01";

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\n") + 1 - first));
}

std::vector<std::string> trimmedParts(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (const auto& part : split(text, separator))
    if (!trimmed(part).empty()) parts.push_back(trimmed(part));
  return parts;
}

std::pair<std::string, std::string> splitAt(std::string_view text, std::string_view separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return {trimmed(text), {}};
  return {trimmed(text.substr(0, at)), trimmed(text.substr(at + separator.size()))};
}

// `{{ ref('a.b') }}.t` has two parts.
std::vector<std::string> nameParts(std::string_view name) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (char c : name) {
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (c == '.' && depth == 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  std::erase(parts, "");
  return parts;
}

CaseTable readTable(std::string_view text) {
  CaseTable table;
  const auto open = text.find('(');
  table.parts = nameParts(trimmed(text.substr(0, open)));
  table.complete = open != std::string_view::npos;
  if (table.complete) table.columns = trimmedParts(text.substr(open + 1, text.rfind(')') - open - 1), ',');
  return table;
}

void readHead(SqlCase& made, std::string_view line) {
  const auto [key, value] = splitAt(line, ":");
  if (key == "dialect") {
    const auto dialect = findDialect(value);
    dialect ? void(made.options.dialect = *dialect) : void(made.wrong = "unknown dialect " + value);
  } else if (key == "tables") {
    for (const auto& table : trimmedParts(value, ';')) made.tables.push_back(readTable(table));
  } else if (key == "reference") {
    for (const auto& reference : trimmedParts(value, ';')) {
      const auto [from, to] = splitAt(reference, kBecomes);
      made.references.push_back({nameParts(from), nameParts(to)});
    }
  } else if (key == "columns") {
    for (const auto& column : trimmedParts(value, ','))
      made.columns.insert_or_assign(splitAt(column, kBecomes).first, splitAt(column, kBecomes).second);
  } else if (key == "hazards") {
    made.hazards = trimmedParts(value, ',');
    std::ranges::sort(made.hazards);
  } else if (key == "dataset" && (value == "none" || value == "retype" || value == "shifts")) {
    made.dataset = value == "none"     ? SqlCase::Dataset::kNone
                   : value == "retype" ? SqlCase::Dataset::kRetype
                                       : SqlCase::Dataset::kShifts;
  } else if (key == "outputs" && (value == "contracts" || value == "keep" || value == "follow")) {
    made.options.outputs = value == "keep"     ? Outputs::kKeep
                           : value == "follow" ? Outputs::kFollow
                                               : Outputs::kContracts;
  } else if (key == "rows" && value == "follow") {
    made.options.rowsFollow = true;
  } else {
    made.wrong = "unknown line in the head: " + std::string(line);
  }
}

// Takes one mark at the start of `rest` into the case; false if there is none.
bool readMark(SqlCase& made, std::string_view& rest) {
  const bool edit = rest.starts_with(kEditOpens);
  if (!edit && !rest.starts_with(kListedOpens)) return false;
  const auto opens = edit ? kEditOpens : kListedOpens;
  const auto closes = edit ? kEditCloses : kListedCloses;
  const auto end = rest.find(closes);
  const auto inside = rest.substr(opens.size(), end == std::string_view::npos ? end : end - opens.size());
  const auto arrow = inside.find(kBecomes);
  if (end == std::string_view::npos || (edit && arrow == std::string_view::npos)) {
    made.wrong = "a mark that is not closed, or an edit without what it becomes";
    return false;
  }
  const auto old = edit ? inside.substr(0, arrow) : inside;
  const auto begin = static_cast<uint32_t>(made.text.size());
  made.text += old;
  made.marks.push_back({.range = {begin, static_cast<uint32_t>(made.text.size())},
                        .now = edit ? std::string(inside.substr(arrow + kBecomes.size())) : std::string(),
                        .listed = !edit});
  rest.remove_prefix(end + closes.size());
  return true;
}

void readText(SqlCase& made, std::string_view marked) {
  const std::string text = replaceAll(trimmed(marked), kHoleShown, std::string(1, kHoleByte));
  std::string_view rest = text;
  while (!rest.empty() && made.wrong.empty()) {
    if (readMark(made, rest)) continue;
    made.text += rest.front();
    rest.remove_prefix(1);
  }
}

void sortMarks(std::vector<Mark>& marks) {
  std::ranges::sort(marks, {}, [](const Mark& mark) { return std::tuple(mark.range.begin, mark.range.end, mark.now); });
}

SqlCase readCase(std::string_view text) {
  SqlCase made;
  const auto bar = text.find("\n--\n");
  if (bar == std::string_view::npos) {
    made.wrong = "no line `--` between its head and its text";
    return made;
  }
  for (const auto& line : splitLines(text.substr(0, bar))) {
    if (trimmed(line).empty()) continue;
    if (made.title.empty())
      made.title = trimmed(line);
    else
      readHead(made, replaceAll(line, kHoleShown, std::string(1, kHoleByte)));
  }
  readText(made, text.substr(bar + 4));
  return made;
}

}  // namespace

std::vector<SqlCase> loadSqlCases(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".cases") files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<SqlCase> cases;
  for (const auto& path : files) {
    const std::string text = "\n" + readFile(path).value_or("== the file could not be read");
    for (size_t at = text.find("\n== "); at != std::string::npos;) {
      const size_t next = text.find("\n== ", at + 1);
      cases.push_back(
          readCase(std::string_view(text).substr(at + 4, next == std::string::npos ? next : next - at - 4)));
      cases.back().file = path.stem();
      at = next;
    }
  }
  return cases;
}

std::vector<Mark> marksOf(const SqlResult& result) {
  std::vector<Mark> marks;
  for (const auto& edit : result.edits) marks.push_back({.range = edit.range, .now = edit.now});
  for (const auto& judged : result.judged)
    if (judged.listed) marks.push_back({.range = judged.range, .listed = true});
  return marks;
}

std::string showMarks(std::string_view text, std::vector<Mark> marks) {
  sortMarks(marks);
  std::string shown;
  uint32_t at = 0;
  for (size_t i = 0; i < marks.size();) {
    ByteRange range = marks[i].range;
    std::string now = marks[i].now;
    const bool listed = marks[i].listed;
    for (++i; i < marks.size() && marks[i].listed == listed; ++i) {
      const bool again = listed && marks[i].range == range;
      if (!again && (listed || marks[i].range.begin != range.end)) break;
      range.end = marks[i].range.end;
      now += marks[i].now;
    }
    shown += text.substr(at, range.begin - at);
    const auto old = text.substr(range.begin, range.size());
    shown += listed ? std::string(kListedOpens).append(old).append(kListedCloses)
                    : std::string(kEditOpens).append(old).append(kBecomes).append(now).append(kEditCloses);
    at = std::max(at, range.end);
  }
  shown += text.substr(at);
  return replaceAll(shown, std::string(1, kHoleByte), kHoleShown);
}

std::string applyMarks(std::string_view text, const std::vector<Mark>& marks) {
  std::vector<Mark> edits;
  std::ranges::copy_if(marks, std::back_inserter(edits), [](const Mark& mark) { return !mark.listed; });
  sortMarks(edits);
  std::string result;
  uint32_t at = 0;
  for (const auto& edit : edits) {
    result += text.substr(at, edit.range.begin - at);
    result += edit.now;
    at = edit.range.end;
  }
  return result.append(text.substr(at));
}

}  // namespace gander::rewriter::sql
