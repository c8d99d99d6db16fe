#include "rewriter/solve/dbt_templates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "rewriter/dbt/closed.h"
#include "rewriter/dbt/columns.h"
#include "rewriter/dbt/config.h"

namespace gander::rewriter {

using dbt::Literal;
using dbt::Referent;
using sql::JinjaValue;

namespace {

bool isOneOf(const JinjaValue& value, std::initializer_list<std::string_view> callees) {
  return std::ranges::any_of(callees, [&](auto callee) { return value.isCall(callee); });
}

bool namesRelation(const JinjaValue& value) {
  return isOneOf(value, {"ref", "source", "builtins.ref", "builtins.source"});
}

class TemplateSolver {
 public:
  TemplateSolver(const std::string& path, const DbtParts& parts, const DbtSolved& solved, DbtScribe& scribe)
      : path_(path),
        parts_(parts),
        scribe_(scribe),
        template_(parts.projects.templateOf(path)),
        text_(parts.projects.textOf(path)) {
    done_ = solved.elsewhere;
    // What it puts out may change with what it reads, also where no name in it does: who reads it belongs to this.
    for (const auto& resource : parts.projects.resources()) {
      if (resource->path != path) continue;
      const auto& own = parts.relations.of(*resource);
      if (own.joins()) units_.insert(own.unit);
    }
    if (solved.result == nullptr) return;
    for (const auto& edit : solved.result->edits) done_.insert(edit.range);
    for (const auto& judged : solved.result->judged) {
      done_.insert(judged.range);
      if (judged.listed) listed_.push_back(judged.range);
    }
    for (const auto& statement : solved.result->statements)
      for (const auto* table : statement.reads) noteRead(parts.relations.find(*table));
  }

  void solve(const DbtCatalog& catalog) {
    template_.visitValues([&](const JinjaValue& value) {
      if (namesRelation(value)) judgeCall(value);
    });
    for (const auto& name : catalog.textNames()) judgeTextName(name);
    for (const auto& one : template_.expressions) judgeColumns(one.value);
    for (const auto& one : template_.statements)
      if (one.statement.value) judgeColumns(*one.statement.value);
    for (const auto& resource : parts_.projects.resources())
      if (resource->path == path_) judgeResource(*resource);
    if (reads_) listLeftovers();
  }

 private:
  static bool matters(const DbtRelation* relation) {
    return relation != nullptr && (relation->isDataset() || relation->changes());
  }

  void noteRead(const DbtRelation* relation) {
    reads_ |= matters(relation);
    if (relation != nullptr && relation->joins()) units_.insert(relation->unit);
  }

  // The resolver has said of its expression what is not clear.
  bool isListed(const Span& span) const {
    return span.file == path_ &&
           std::ranges::any_of(listed_, [&](ByteRange range) { return range.contains(span.range); });
  }

  std::string_view slice(ByteRange range) const { return std::string_view(text_).substr(range.begin, range.size()); }

  const DbtRelation* relationOf(const Referent& referent) const { return parts_.relations.of({referent}, nullptr); }

  // ref('m'), source('s', 't'): the literal that says the name, wherever it is written.
  void judgeCall(const JinjaValue& call) {
    for (const auto& referent : parts_.names.of(path_, call)) {
      const auto* relation = relationOf(referent);
      noteRead(relation);
      if (!referent.name || isListed(referent.name->span)) continue;
      auto what = fmt::format("{} names it", slice(call.range));
      if (relation != nullptr && relation->isRenamed() && !isDirect(call, *referent.name) && !isClosed(call)) {
        scribe_.list(
            referent.name->span, relation->table.change,
            fmt::format("{} takes its name from this text, which is used for something else, too", slice(call.range)),
            true, {relation->unit});
        continue;
      }
      if (relation == nullptr || !matters(relation))
        what = fmt::format("{} names {}", slice(call.range), nameOf(referent, relation));
      scribe_.nameRelation(*referent.name, relation, what, units_);
    }
  }

  static std::string nameOf(const Referent& referent, const DbtRelation* relation) {
    return relation != nullptr ? relation->table.name : referent.why;
  }

  bool isDirect(const JinjaValue& call, const Literal& literal) const {
    return literal.span.file == path_ && call.range.contains(literal.span.range);
  }

  bool isClosed(const JinjaValue& call) const {
    return std::ranges::all_of(call.items, [&](const auto& item) {
      return dbt::namesRelationsOnly(parts_.projects, parts_.names, path_, item);
    });
  }

  // lake.{{ var('plays_table') }}: what else the text is used for is not followed where it stands in another place.
  void judgeTextName(const DbtCatalog::TextName& name) {
    reads_ = true;
    if (name.now.empty()) return;
    const auto& file = *name.held.path;
    bool here = name.literal.span.file == file && name.at.contains(name.literal.span.range);
    auto what = fmt::format("{} names a table by it", parts_.texts.slice({file, name.at}));
    if (here || countUses(*name.held.value, file) == 1)
      return scribe_.rename(name.literal, name.now, *name.relation, what, units_);
    scribe_.list(name.literal.span, name.relation->table.change,
                 fmt::format("{}, and so may other places: what they use it for is not known", what), true,
                 {name.relation->unit});
  }

  // How many expressions say a variable of the project, or a name of a file.
  size_t countUses(const JinjaValue& value, const std::string& file) const {
    bool variable = value.isCall("var") && !value.items.empty() && value.items[0].isText();
    size_t uses = 0;
    for (const auto& path : parts_.projects.sqlFiles()) {
      if (!variable && path != file) continue;
      parts_.projects.templateOf(path).visitValues([&](const JinjaValue& one) {
        if (variable)
          uses += one.isCall("var") && !one.items.empty() && one.items[0].text == value.items[0].text ? 1 : 0;
        else
          uses += one.kind == JinjaValue::Kind::kName && one.text == value.text ? 1 : 0;
      });
    }
    return uses;
  }

  // Columns of a relation that the macro is given; those of the scope are the resolver's.
  void judgeColumns(const JinjaValue& value) {
    for (const auto& column : dbt::columnNames(parts_.names, parts_.names.hold(path_, value))) {
      if (!column.of) continue;
      const auto* self = parts_.projects.resourceAt(path_, value.range.begin);
      const auto* relation = parts_.relations.of(parts_.names.of(*column.of), self);
      if (relation == nullptr) continue;
      for (auto range : dbt::namesIn(column.literal)) {
        Literal name{std::string(parts_.projects.textOf(column.literal.span.file).substr(range.begin, range.size())),
                     {column.literal.span.file, range},
                     true};
        if (scribe_.changeNamed(name.value).empty() && relation->changeOf(name.value) == nullptr) continue;
        scribe_.nameColumn(name, *relation, fmt::format("an argument of {}", column.macro));
        if (column.literal.span.file == path_) done_.insert(range);
      }
    }
    sql::visitJinja(value, [&](const JinjaValue& one) { warnOfMacro(one); });
  }

  // A macro that reads the relation and is not followed.
  void warnOfMacro(const JinjaValue& call) {
    static constexpr std::array<std::string_view, 6> kFollowed = {
        "star", "get_column_values", "deduplicate", "config", "is_incremental", "get_filtered_columns_in_relation"};
    if (call.kind != JinjaValue::Kind::kCall || namesRelation(call)) return;
    auto name = std::string_view(call.text).substr(call.text.rfind('.') + 1);
    const auto* project = parts_.projects.projectOf(path_);
    auto index = static_cast<size_t>(project - parts_.projects.all().data());
    if (std::ranges::find(kFollowed, name) != kFollowed.end() || !parts_.names.macrosOf(index, call).empty()) return;
    for (const auto& item : call.items) warnOfArgument(call, item);
    for (const auto& one : call.named) warnOfArgument(call, one.value);
  }

  void warnOfArgument(const JinjaValue& call, const JinjaValue& argument) {
    bool reads = false;
    sql::visitJinja(argument, [&](const JinjaValue& one) {
      if (!namesRelation(one)) return;
      const auto* relation = parts_.relations.of(parts_.names.of(path_, one), nullptr);
      reads |= relation != nullptr && relation->changes() && !relation->table.atNew;
    });
    if (reads)
      scribe_.hazard(
          "macro-reads-dataset", {path_, call.range},
          fmt::format("{} reads a relation whose columns change: what it makes of them is not known", call.text));
  }

  void judgeResource(const dbt::Resource& resource) {
    const auto& relation = parts_.relations.of(resource);
    if (resource.declared && relation.isRenamed() && relation.definition == DbtRelation::Definition::kEdited &&
        resource.declared->span.file == path_)
      scribe_.rename(*resource.declared, relation.now, relation, "the snapshot is called so");
    for (const auto* call : dbt::configCalls(parts_.projects, resource)) {
      for (const auto& one : call->named) judgeConfig(one, relation);
      for (const auto& item : call->items)
        for (const auto& one : item.named) judgeConfig(one, relation);
    }
  }

  void judgeConfig(const JinjaValue::Named& key, const DbtRelation& relation) {
    auto role = dbt::roleOfConfig(key.name);
    sql::visitJinja(key.value, [&](const JinjaValue& value) {
      if (!value.isText() || done_.contains(value.body)) return;
      Literal literal{value.text, {path_, value.body}, value.plain};
      for (auto range : dbt::namesIn(literal)) {
        Literal name{std::string(slice(range)), {path_, range}, true};
        if (scribe_.changeNamed(name.value).empty() && relation.changeOf(name.value) == nullptr) continue;
        if (role == dbt::ConfigRole::kOutputs)
          scribe_.nameColumn(name, relation, fmt::format("{} of the configuration", key.name));
        else if (role == dbt::ConfigRole::kUnknown && relation.changes())
          scribe_.list(name.span, scribe_.changeNamed(name.value),
                       fmt::format("{} of the configuration: what stands in it is not known", key.name), false, {});
        else
          scribe_.keep(name.span, fmt::format("{} of the configuration, no column", key.name));
        done_.insert(range);
      }
    });
  }

  // Texts of the template that are a changed field's name, in a file that reads the dataset, and nobody knows what they are.
  void listLeftovers() {
    template_.visitValues([&](const JinjaValue& value) {
      if (isOneOf(value, {"ref", "source", "var", "env_var", "config", "log", "print"}))
        sql::visitJinja(value, [&](const JinjaValue& one) { done_.insert(one.body); });
      if (value.kind != JinjaValue::Kind::kText || value.body.size() == 0 || done_.contains(value.body)) return;
      auto change = fieldNamed(value.text);
      if (change.empty()) return;
      done_.insert(value.body);
      scribe_.list({path_, value.body}, change,
                   "a text of the template in a file that reads the dataset: whether it is a column, and of what, is "
                   "not known",
                   true, units_);
    });
  }

  std::string fieldNamed(const std::string& text) const {
    return scribe_.meaning().knowsField(text) ? scribe_.changeNamed(text) : "";
  }

  const std::string& path_;
  const DbtParts& parts_;
  DbtScribe& scribe_;
  const sql::Template& template_;
  const std::string& text_;
  std::set<ByteRange> done_;
  std::vector<ByteRange> listed_;
  std::set<std::string> units_{fmt::format("dbt:file:{}", path_)};  // of the file's queries, and of what they read
  bool reads_ = false;
};

}  // namespace

void solveDbtTemplate(const std::string& path, const DbtParts& parts, const DbtCatalog& catalog,
                      const DbtSolved& solved, DbtScribe& scribe) {
  TemplateSolver(path, parts, solved, scribe).solve(catalog);
}

}  // namespace gander::rewriter
