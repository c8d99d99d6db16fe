// Cases of the SQL resolver as tests/rewriter/sql/cases/README.md has them: read, given a catalog, and shown.
//
//   *.cases -> SqlCase -> rewriteSql with a CaseCatalog -> marked text, as the case has it
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rewriter/sql/sql.h"

namespace gander::rewriter::sql {

struct CaseTable {
  std::vector<std::string> parts;  // of its name
  std::vector<std::string> columns;
  bool complete = false;
};

// A name of the dataset and what it becomes. Without `now` the name stays, whatever version it gives.
struct CaseReference {
  std::vector<std::string> parts;
  std::vector<std::string> now;
};

// `now` in place of `range`; or `range` is listed.
struct Mark {
  ByteRange range;
  std::string now;
  bool listed = false;
};

struct SqlCase {
  enum class Dataset { kRenamed, kShifts, kRetype, kNone };
  std::string file;  // without its folder and ending
  std::string title;
  std::string wrong;  // what is wrong with the case itself
  Options options;
  Dataset dataset = Dataset::kRenamed;
  std::vector<CaseTable> tables;
  std::vector<CaseReference> references;
  std::map<std::string, std::string> columns;  // path -> its new last name
  std::vector<std::string> hazards;            // sorted
  std::string text;                            // without marks
  std::vector<Mark> marks;                     // sorted
};

// By file and then in the order of the file.
std::vector<SqlCase> loadSqlCases(const std::filesystem::path& folder);

// The relations of a case, before its text is rewritten or behind that.
class CaseCatalog : public Catalog {
 public:
  enum class At { kBefore, kAfter };
  CaseCatalog(const SqlCase& made, At at);
  const Table* find(std::span<const NamePart> parts, const Dialect& dialect) const override;
  std::vector<std::string> names() const override;

 private:
  struct Entry {
    std::vector<std::string> parts;
    Table table;
    Table unclear;  // for the dataset: another name of it, that may be another table's
  };
  void addDataset(const SqlCase& made, std::vector<std::string> parts, std::vector<std::string> now, bool atNew);
  std::vector<Entry> entries_;
};

// «old→new» for each edit, edits that touch as one; ‹name› for what is listed; \x01 for a hole.
std::string showMarks(std::string_view text, std::vector<Mark> marks);
std::vector<Mark> marksOf(const SqlResult& result);

// The text with its edits; listed names stay.
std::string applyMarks(std::string_view text, const std::vector<Mark>& marks);

}  // namespace gander::rewriter::sql
