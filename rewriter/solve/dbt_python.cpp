// Models in Python: dbt.ref("plays") and dbt.source("lake", "plays").
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/solve/dbt_templates.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

class PythonModel {
 public:
  PythonModel(const std::string& path, const DbtParts& parts, DbtScribe& scribe)
      : path_(path),
        parts_(parts),
        scribe_(scribe),
        text_(parts.texts.find(path)->text),
        zones_(zones("python", text_)) {
    project_ = static_cast<size_t>(parts.projects.projectOf(path) - parts.projects.all().data());
  }

  void solve() {
    for (std::string_view call : {"dbt.ref(", "dbt.source("})
      for (size_t at = text_.find(call); at != std::string::npos; at = text_.find(call, at + 1))
        if (!isInZone(at)) judge(at);
    if (changes_ != nullptr) listColumns();
  }

 private:
  bool isInZone(size_t at) const {
    return std::ranges::any_of(zones_, [&](const Zone& zone) { return zone.range.begin <= at && at < zone.range.end; });
  }

  // A call of Python's is one of Jinja's, as far as literals in it go.
  void judge(size_t at) {
    int depth = 0;
    size_t end = at;
    for (size_t i = at; i < text_.size() && end == at; ++i) {
      if (text_[i] == '(') ++depth;
      if (text_[i] == ')' && --depth == 0) end = i + 1;
    }
    if (end == at) return;
    auto begin = static_cast<uint32_t>(at);
    Scalar scalar{.value = text_.substr(at, end - at), .span = {path_, {begin, static_cast<uint32_t>(end)}}};
    for (const auto& referent : parts_.names.ofExpression(project_, scalar)) {
      const auto* relation = parts_.relations.of({referent}, nullptr);
      if (referent.name) scribe_.nameRelation(*referent.name, relation, scalar.value + " names it");
      if (relation != nullptr && relation->changes() && !relation->table.atNew) changes_ = relation;
    }
  }

  void listColumns() {
    for (const auto& column : changes_->table.columns) {
      if (column.change.empty()) continue;
      for (size_t at = text_.find(column.path); at != std::string::npos; at = text_.find(column.path, at + 1)) {
        ByteRange range{static_cast<uint32_t>(at), static_cast<uint32_t>(at + column.path.size())};
        auto comment = [&](const Zone& zone) { return zone.kind == ZoneKind::kComment && zone.range.contains(range); };
        if (!isOccurrence(text_, range.begin, range.end) || std::ranges::any_of(zones_, comment)) continue;
        scribe_.list(
            {path_, range}, column.change,
            fmt::format("a model in Python reads {}: its columns are not followed there", changes_->table.name), true,
            {changes_->unit});
      }
    }
  }

  const std::string& path_;
  const DbtParts& parts_;
  DbtScribe& scribe_;
  const std::string& text_;
  const std::vector<Zone> zones_;
  size_t project_ = 0;
  const DbtRelation* changes_ = nullptr;
};

}  // namespace

void solveDbtPython(const std::string& path, const DbtParts& parts, DbtScribe& scribe) {
  PythonModel(path, parts, scribe).solve();
}

}  // namespace gander::rewriter
