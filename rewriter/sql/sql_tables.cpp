#include "rewriter/sql/sql_tables.h"

#include <algorithm>

#include "base/text.h"
#include "rewriter/sql/sql_scanner.h"

namespace gander::rewriter {
namespace {

void setName(TableUse& use) {
  for (const auto& [range, part] : use.parts) use.name += (use.name.empty() ? "" : ".") + part;
}

// Whether a qualifier's parts are the end of a table's: `plays.x` where db.plays is read.
bool endsWith(const TableUse& table, const TableUse& qualifier) {
  if (qualifier.parts.size() > table.parts.size()) return false;
  return std::equal(qualifier.parts.rbegin(), qualifier.parts.rend(), table.parts.rbegin(),
                    [](const auto& a, const auto& b) { return toLowerAscii(a.second) == toLowerAscii(b.second); });
}

bool isQualifier(const SeenStatement& statement, const TableUse& use) {
  std::string first = toLowerAscii(use.parts[0].second);
  const bool hidden = std::any_of(statement.hidden.begin(), statement.hidden.end(),
                                  [&](const std::string& name) { return toLowerAscii(name) == first; });
  if (use.parts.size() == 1 && hidden) return false;
  return std::any_of(statement.tables.begin(), statement.tables.end(),
                     [&](const SeenTable& table) { return endsWith(table.use, use); });
}

bool isSetOperation(const SqlToken& token) {
  return token.is("UNION") || token.is("EXCEPT") || token.is("INTERSECT") || token.is("MINUS");
}

// The outermost SELECT's list as tokens: [begin, end) for each item.
struct SelectList {
  std::vector<std::pair<size_t, size_t>> items;
  bool found = false;
  bool combined = false;  // with a set operation
};

SelectList selectList(const std::vector<SqlToken>& tokens, const SeenStatement& statement) {
  SelectList list;
  int depth = 0;
  bool inList = false;
  size_t from = 0;
  for (size_t i = statement.begin; i < statement.end; ++i) {
    const SqlToken& token = tokens[i];
    if (token.is("(") || token.is("[")) ++depth;
    if (token.is(")") || token.is("]")) --depth;
    if (depth != 0) continue;
    list.combined = list.combined || isSetOperation(token);
    const bool ends = token.is("FROM") || token.is("INTO") || token.is("WHERE") || token.is("LIMIT");
    if (inList && (ends || token.is(","))) list.items.emplace_back(std::exchange(from, i + 1), i);
    if (inList && ends) inList = false;
    if (token.is("SELECT") && !list.found) {
      list.found = inList = true;
      from = i + 1;
    } else if (inList && from == i && list.items.empty() && (token.is("DISTINCT") || token.is("ALL"))) {
      from = i + 1;
    }
  }
  if (inList) list.items.emplace_back(from, statement.end);
  return list;
}

bool isStar(const std::vector<SqlToken>& tokens, std::pair<size_t, size_t> item) {
  const size_t count = item.second - item.first;
  if (count == 0 || !tokens[item.second - 1].is("*")) return false;
  if (count == 1) return true;
  return count >= 3 && tokens[item.second - 2].is(".");
}

// `x`, `t.x`, `expression AS x`, `expression x`; the name that a column goes by, or "".
std::string outputName(std::string_view text, const std::vector<SqlToken>& tokens, std::pair<size_t, size_t> item) {
  if (item.first == item.second) return "";
  const SqlToken& last = tokens[item.second - 1];
  if (last.kind != TokenKind::kWord && last.kind != TokenKind::kQuoted) return "";
  const size_t count = item.second - item.first;
  const SqlToken* before = count > 1 ? &tokens[item.second - 2] : nullptr;
  const bool plain =
      before == nullptr || before->is(".") || before->is("AS") || before->is(")") || before->kind != TokenKind::kSymbol;
  return plain && !last.is("END") ? std::string(text.substr(last.body.begin, last.body.size())) : "";
}

}  // namespace

std::vector<TableUse> sqlTables(std::string_view text) {
  std::vector<TableUse> found;
  for (SeenStatement& statement : SqlScanner(text).run()) {
    for (TableUse& use : statement.dotted) {
      if (isQualifier(statement, use)) found.push_back(use);
    }
    for (SeenTable& table : statement.tables) found.push_back(std::move(table.use));
  }
  std::sort(found.begin(), found.end(), [](const TableUse& a, const TableUse& b) { return a.range < b.range; });
  for (TableUse& use : found) setName(use);
  return found;
}

QueryShape queryShape(std::string_view text) {
  QueryShape shape;
  SqlScanner scanner(text);
  const auto statements = scanner.run();
  const SeenStatement& first = statements.front();
  if (first.verb != "SELECT" && first.verb != "WITH") return shape;
  const SelectList list = selectList(scanner.tokens(), first);
  if (!list.found) return shape;
  bool holes = false;
  for (const SeenTable& table : first.tables) {
    if (!table.outermost) continue;
    TableUse use = table.use;
    setName(use);
    holes = holes || use.hole;
    shape.from.push_back(use.name);
  }
  shape.star = list.items.size() == 1 && isStar(scanner.tokens(), list.items[0]);
  for (const auto& item : list.items) shape.outputs.push_back(outputName(text, scanner.tokens(), item));
  shape.understood = !list.combined && !first.derived && !holes && text.find("{%") == std::string_view::npos;
  return shape;
}

bool looksLikeSql(std::string_view text) {
  const auto tokens = sqlTokens(text);
  const auto at = [&](size_t index) { return index < tokens.size() ? tokens[index].text : std::string(); };
  const auto has = [&](std::string_view word) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const SqlToken& token) { return token.is(word); });
  };
  const std::string verb = tokens.empty() || tokens[0].kind != TokenKind::kWord ? "" : tokens[0].text;
  if (verb == "SELECT") {
    // "Select a file from the list" is a sentence.
    for (size_t i = 1; i + 1 < tokens.size(); ++i) {
      if (tokens[i].is("FROM")) return at(i + 1) != "THE" && at(i + 1) != "YOUR" && at(i + 1) != "THIS";
    }
    return false;
  }
  if (verb == "WITH")
    return has("AS") && has("(") && (has("SELECT") || has("INSERT") || has("UPDATE") || has("DELETE"));
  if (verb == "INSERT")
    return (has("INTO") || at(1) == "OVERWRITE") && (has("VALUES") || has("SELECT") || has("DEFAULT") || has("("));
  if (verb == "UPDATE") return has("SET") && has("=");
  if (verb == "DELETE") return at(1) == "FROM";
  if (verb == "MERGE") return has("USING") && has("ON");
  if (verb == "COPY") return has("FROM") || has("TO");
  if (verb == "TRUNCATE") return tokens.size() >= 2 && tokens.size() <= 6;
  if (verb == "CREATE" || verb == "ALTER" || verb == "DROP") return has("TABLE") || has("VIEW") || has("INDEX");
  return false;
}

}  // namespace gander::rewriter
