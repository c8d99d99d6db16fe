#include "rewriter/sql/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.h"

namespace gander::rewriter::sql {
namespace {

using Kind = ColumnNode::Kind;

class Planner {
 public:
  Planner(std::string_view text, const Dialect& dialect, const Options& options, Resolver& resolver, Reading& reading,
          const std::set<uint32_t>& kept)
      : text_(text), dialect_(dialect), options_(options), resolver_(resolver), reading_(reading), kept_(kept) {}

  SqlResult plan() {
    out_.hazards = std::move(reading_.hazards);
    findClashes();
    keepOutputs();
    settleUsing();
    renameMade();
    settleCollisions();
    for (const auto& table : reading_.tables) planTable(table);
    for (size_t i = 0; i < reading_.uses.size(); ++i) planUse(reading_.uses[i]);
    for (const auto& edit : out_.edits) edited_.push_back(edit.range);
    std::ranges::sort(edited_);
    for (ColumnId column = 0; column < reading_.columns.size(); ++column) planKept(column);
    describeStatements();
    return std::move(out_);
  }

 private:
  const ColumnNode& node(ColumnId column) const { return reading_.columns[column]; }
  std::string_view slice(ByteRange range) const { return text_.substr(range.begin, range.size()); }
  std::string shown(ByteRange range) const {
    return toValidUtf8(replaceAll(slice(range), std::string(1, kHoleByte), "?"));
  }
  bool keeps(ColumnId column) const { return column < keep_.size() && keep_[column]; }
  void keep(ColumnId column) {
    if (keep_.size() <= column) keep_.resize(reading_.columns.size() + 1, false);
    keep_[column] = true;
  }

  // The name that a column will go by; empty: the one that it has.
  std::string newName(ColumnId column) const {
    for (int steps = 0; column != kNone && steps < 1000; ++steps) {
      const auto& one = node(column);
      if (auto made = made_.find(column); made != made_.end()) return made->second->now;
      switch (one.kind) {
        case Kind::kBase: return one.column == nullptr || one.unclear ? "" : one.column->now;
        case Kind::kImplicit:
          if (keeps(column)) return "";
          column = one.source;
          break;
        case Kind::kStar: column = one.source; break;
        case Kind::kMerged: {
          if (one.merged.empty()) return "";
          if (!one.byUsing) {
            column = one.merged.front();
            break;
          }
          return newNameOfUsing(one);
        }
        case Kind::kAlias:
        case Kind::kValue: return "";
      }
    }
    return "";
  }

  // One name if both sides take it, else none.
  std::string newNameOfUsing(const ColumnNode& one) const {
    std::optional<std::string> name;
    for (ColumnId side : one.merged) {
      auto next = side == kNone ? "" : newName(side);
      if (name && *name != next) return "";
      name = std::move(next);
    }
    return name.value_or("");
  }

  // Changed columns that a relation puts out, by the names that they have now.
  std::set<NameId> changedNames(RelationId relation, int depth = 0) {
    std::set<NameId> names;
    if (depth > 50) return names;
    const Relation one = reading_.relations[relation];
    if (one.table != nullptr)
      for (const auto& column : one.table->columns)
        if (!column.change.empty() && !column.path.contains('.')) {
          names.insert(resolver_.names().of(column.path, false));
          names.insert(resolver_.names().of(column.path, true));
        }
    if (one.kind == Relation::Kind::kElement && one.element != kNone) {
      const ColumnId value = resolver_.valueOf(one.element);
      const Table* table = value == kNone ? nullptr : reading_.relations[node(value).relation].table;
      const auto prefix = value == kNone ? std::string() : node(value).path + ".";
      for (size_t i = 0; table != nullptr && i < table->columns.size(); ++i)
        if (!table->columns[i].change.empty() && table->columns[i].path.starts_with(prefix))
          names.insert(resolver_.names().of(std::string_view(table->columns[i].path).substr(prefix.size()), false));
    }
    for (ColumnId out : one.outs)
      if (out != kNone && changedColumn(out) != nullptr) names.insert(node(out).name);
    for (const auto& star : one.stars) {
      for (const auto& [name, field] : fieldsOf(star.structure))
        if (!field->change.empty() && std::find(star.except.begin(), star.except.end(), name) == star.except.end())
          names.insert(name);
      if (star.relation == kNone) continue;
      for (NameId name : changedNames(star.relation, depth + 1))
        if (std::find(star.except.begin(), star.except.end(), name) == star.except.end()) names.insert(name);
    }
    return names;
  }

  // What is nested in a column, one level deep.
  std::vector<std::pair<NameId, const Column*>> fieldsOf(ColumnId column) {
    std::vector<std::pair<NameId, const Column*>> fields;
    const ColumnId value = column == kNone ? kNone : resolver_.valueOf(column);
    const Table* table = value == kNone ? nullptr : reading_.relations[node(value).relation].table;
    for (size_t i = 0; table != nullptr && i < table->columns.size(); ++i) {
      const auto& one = table->columns[i];
      const auto prefix = node(value).path + ".";
      if (!one.path.starts_with(prefix) || one.path.find('.', prefix.size()) != std::string::npos) continue;
      fields.emplace_back(resolver_.names().ofDeclared(std::string_view(one.path).substr(prefix.size())), &one);
    }
    return fields;
  }

  bool contractKeeps(Contract contract) const {
    if (contract == Contract::kNone) return false;
    if (options_.outputs == Outputs::kKeep) return true;
    if (contract == Contract::kRows && options_.rowsFollow) return false;
    return options_.outputs != Outputs::kFollow;
  }

  void keepOutputs() {
    keep_.assign(reading_.columns.size(), false);
    const auto relations = static_cast<RelationId>(reading_.relations.size());
    if (options_.outputs == Outputs::kKeep)
      for (RelationId relation = 0; relation < relations; ++relation)
        if (!reading_.relations[relation].byPosition)
          for (ColumnId out : reading_.relations[relation].outs) require(out);
    for (RelationId relation = 0; relation < relations; ++relation) {
      const auto& one = reading_.relations[relation];
      if ((contractKeeps(one.contract) || one.fields || one.unseen) && resolver_.touches(relation))
        requireAll(relation);
    }
    for (ColumnId column = 0; !kept_.empty() && column < reading_.columns.size(); ++column)
      if (node(column).kind == Kind::kImplicit && kept_.contains(node(column).end)) require(column);
    for (auto& use : reading_.uses) keepForOpen(use);
    for (const auto& scope : std::deque<Scope>(reading_.scopes.begin(), reading_.scopes.end())) {
      if (!scope.holes && !scope.open) continue;
      for (const auto& entry : scope.entries)
        if (reading_.relations[entry.relation].kind == Relation::Kind::kQuery && resolver_.touches(entry.relation))
          requireAll(entry.relation);
    }
  }

  // A name that may be an output of a query here or something else: the output keeps its name, and so does this.
  void keepForOpen(Use& use) {
    if (use.state != Use::State::kOpen || !use.claimed || use.qualified || use.scope == kNone) return;
    std::vector<ColumnId> outputs;
    for (ScopeId scope = use.scope; scope != kNone; scope = reading_.scopes[scope].parent)
      for (const auto& entry : std::vector<ScopeEntry>(reading_.scopes[scope].entries)) {
        if (entry.hidden) continue;
        const Found found = resolver_.lookup(entry.relation, use.name);
        if (found.has == Has::kMaybe && resolver_.touches(entry.relation)) return;
        if (found.has != Has::kYes || resolver_.changedColumn(found.column) == nullptr) continue;
        if (node(found.column).kind != Kind::kImplicit) return;
        outputs.push_back(found.column);
      }
    if (outputs.empty()) return;
    for (ColumnId output : outputs) keep(output);
    use.state = Use::State::kOther;
    use.reason = "an output of a query, which keeps its name, or a name of something else";
  }

  void requireAll(RelationId relation) {
    for (NameId name : changedNames(relation)) {
      const Found found = resolver_.lookup(relation, name);
      if (found.has == Has::kYes) require(found.column);
    }
  }

  // The name must stay for those who read this output.
  void require(ColumnId column) {
    for (int steps = 0; column != kNone && steps < 1000; ++steps) {
      const auto& one = node(column);
      if (one.kind == Kind::kImplicit) {
        if (resolver_.changedColumn(column) != nullptr) keep(column);
        return;
      }
      if (one.kind == Kind::kMerged && !one.byUsing) {
        if (one.merged.empty()) return;
        column = one.merged.front();
        continue;
      }
      if (one.kind == Kind::kMerged) {
        for (ColumnId side : std::vector<ColumnId>(one.merged))
          if (side != kNone) require(side);
        return;
      }
      if (one.kind != Kind::kStar) return;
      column = one.source;
    }
  }

  // The change that reaches a column's name: of a table, or of the relation that this text makes.
  const Column* changedColumn(ColumnId column) const {
    for (ColumnId at = column; at != kNone && !made_.empty();) {
      if (auto made = made_.find(at); made != made_.end()) return made->second;
      const auto& one = node(at);
      const bool merged = one.kind == Kind::kMerged && !one.byUsing && !one.merged.empty();
      if (one.kind != Kind::kImplicit && one.kind != Kind::kStar && !merged) break;
      at = merged ? one.merged.front() : one.source;
    }
    return resolver_.changedColumn(column);
  }

  // Before: SELECT a.who AS user_name, track FROM a       (makes a table whose user_name and track are renamed)
  // After:  SELECT a.who AS listener_name, track AS song FROM a
  void renameMade() {
    for (size_t i = 0; i < reading_.statements.size() && !options_.made.empty(); ++i) {
      const auto& statement = reading_.statements[i];
      if (reading_.results[i] == kNone || statement.makes != Makes::kRows) continue;
      if (!options_.madeBy.contains(statement.range)) continue;
      for (const auto& column : options_.made)
        if (!column.change.empty()) renameOutput(reading_.results[i], column, statement);
    }
  }

  void renameOutput(RelationId result, const Column& column, const Statement& statement) {
    const Found found = resolver_.lookup(result, resolver_.names().ofDeclared(column.path));
    auto listHere = [&](std::string reason) {
      const auto range = found.has == Has::kYes ? node(found.column).range : ByteRange{};
      const ByteRange verb{statement.range.begin, statement.range.begin + static_cast<uint32_t>(statement.verb.size())};
      out_.judged.push_back(
          {range.size() > 0 ? range : verb, true, true, column.change, std::move(reason), statement.range.begin});
    };
    if (found.has == Has::kNo) return;
    if (column.now.empty()) return listHere(column.reason);
    ColumnId at = found.column;
    while (found.has == Has::kYes && at != kNone &&
           (node(at).kind == Kind::kStar || (node(at).kind == Kind::kMerged && !node(at).byUsing)))
      at = node(at).kind == Kind::kStar ? node(at).source : node(at).merged.empty() ? kNone : node(at).merged.front();
    const bool named = found.has == Has::kYes && at != kNone;
    if (named && node(at).kind == Kind::kImplicit && newName(node(at).source) == column.now) {
      keep_[at] = false;
    } else if (named && (node(at).kind == Kind::kImplicit || node(at).kind == Kind::kAlias)) {
      made_[at] = &column;
      if (keeps(at)) keep_[at] = false;
    } else if (!named || newName(at) != column.now) {
      listHere(
          fmt::format("it makes {}, which becomes {}: where that is put out is not clear", column.path, column.now));
    }
  }

  // A column that JOIN ... USING names has one name on both sides.
  void settleUsing() {
    for (ColumnId column = 0; column < reading_.columns.size(); ++column) {
      if (!node(column).byUsing) continue;
      const auto sides = node(column).merged;
      const bool any = std::any_of(sides.begin(), sides.end(),
                                   [&](ColumnId side) { return side != kNone && !newName(side).empty(); });
      if (!any || !newNameOfUsing(node(column)).empty()) continue;
      for (ColumnId side : sides)
        if (side != kNone) require(side);
      const bool still = std::any_of(sides.begin(), sides.end(),
                                     [&](ColumnId side) { return side != kNone && !newName(side).empty(); });
      if (still) split_.insert(column);
    }
  }

  // An output that is renamed onward must not meet its new name at its readers.
  void settleCollisions() {
    for (int round = 0; round < 8; ++round) {
      bool changed = false;
      for (RelationId relation = 0; relation < reading_.relations.size(); ++relation) {
        changed |= keepColliding(relation);
      }
      const size_t uses = reading_.uses.size();
      for (size_t i = 0; i < uses; ++i) {
        const Use use = reading_.uses[i];
        if (use.state != Use::State::kBound || use.column == kNone || node(use.column).kind == Kind::kBase) continue;
        const auto now = newName(use.column);
        if (now.empty()) continue;
        const bool meets = (!use.qualified || use.inUsing) && collides(use, now);
        if (!meets && !isTwice(use, resolver_.names().ofDeclared(now))) continue;
        const size_t before = std::count(keep_.begin(), keep_.end(), true);
        require(use.column);
        changed |= before != static_cast<size_t>(std::count(keep_.begin(), keep_.end(), true));
      }
      if (!changed) return;
    }
  }

  // Keeps the outputs whose new name another one of their relation has; whether there is one.
  bool keepColliding(RelationId relation) {
    bool changed = false;
    std::optional<std::unordered_map<NameId, size_t>> names;  // what the outputs will be called
    const auto outs = reading_.relations[relation].outs;
    for (ColumnId out : outs) {
      if (out == kNone || node(out).kind != Kind::kImplicit || keeps(out)) continue;
      const auto now = newName(out);
      if (now.empty()) continue;
      if (!names) names = namesToBe(outs);
      const NameId name = resolver_.names().ofDeclared(now);
      if ((*names)[name] < 2 && !starMayHave(relation, name)) continue;
      keep(out);
      --(*names)[name];
      ++(*names)[node(out).name];
      changed = true;
    }
    return changed;
  }

  std::unordered_map<NameId, size_t> namesToBe(const std::vector<ColumnId>& outs) {
    std::unordered_map<NameId, size_t> names;
    for (ColumnId out : outs) {
      if (out == kNone) continue;
      const auto now = newName(out);
      ++names[now.empty() ? node(out).name : resolver_.names().ofDeclared(now)];
    }
    return names;
  }

  // Whether a star of the relation puts out such a name, or may.
  bool starMayHave(RelationId relation, NameId name) {
    for (const auto& star : std::vector<StarSource>(reading_.relations[relation].stars)) {
      if (star.relation == kNone) continue;
      // A star over what is not known may have the new name.
      const bool unknown =
          !resolver_.touches(star.relation) && resolver_.lookup(star.relation, name).has == Has::kMaybe;
      if (unknown || hasName(star.relation, name)) return true;
    }
    return false;
  }

  // Whether a relation will have a column of that name.
  bool hasName(RelationId relation, NameId name) {
    const Found found = resolver_.lookup(relation, name);
    if (found.has == Has::kYes && newName(found.column).empty()) return true;
    if (!resolver_.touches(relation)) return false;
    for (NameId old : changedNames(relation)) {
      const Found moved = resolver_.lookup(relation, old);
      if (moved.has != Has::kYes) continue;
      const auto next = newName(moved.column);
      if (!next.empty() && resolver_.names().ofDeclared(next) == name) return true;
    }
    return false;
  }

  // Whether an unqualified name would bind to something else, or to two things, once it is `now`.
  bool collides(const Use& use, const std::string& now) {
    const NameId name = resolver_.names().ofDeclared(now);
    if (use.afterList && use.scope != kNone) {
      const RelationId outputs = reading_.scopes[use.scope].outputs;
      if (outputs != kNone)
        for (ColumnId out : std::vector<ColumnId>(reading_.relations[outputs].outs))
          if (out != kNone && out != use.column && node(out).source != use.column && node(out).name == name &&
              newName(out).empty())
            return true;
    }
    if (use.boundIn == kNone) return false;
    for (ScopeId scope = use.scope; scope != kNone; scope = reading_.scopes[scope].parent) {
      const auto entries = reading_.scopes[scope].entries;
      if (scope != use.boundIn && outputMayHide(use, scope, name)) return true;
      for (uint32_t index = 0; index < seenIn(use, scope, entries.size()); ++index) {
        if (entries[index].hidden || isOwn(use, scope, index)) continue;
        if (hasName(entries[index].relation, name)) return true;
        if (byUsing(use) && resolver_.lookup(entries[index].relation, name).has == Has::kMaybe) return true;
      }
      if (scope == use.boundIn) break;
    }
    return false;
  }

  // Whether a name that is bound further out would be that of an output, where all clauses may see those.
  bool outputMayHide(const Use& use, ScopeId scope, NameId name) {
    const bool may =
        dialect_.outputsAnywhere || dialect_.name == DialectName::kSnowflake || dialect_.name == DialectName::kTolerant;
    const RelationId outputs = reading_.scopes[scope].outputs;
    if (!may || outputs == kNone) return false;
    // An output that is this very column hides nothing.
    size_t own = 0;
    for (ColumnId out : reading_.relations[outputs].outs)
      own += out != kNone && node(out).kind == Kind::kImplicit && node(out).source == use.column && !keeps(out) ? 1 : 0;
    return countNamed(outputs, name) > own;
  }

  static size_t seenIn(const Use& use, ScopeId scope, size_t entries) {
    return scope == use.boundIn ? std::min<size_t>(entries, use.seen) : entries;
  }

  bool byUsing(const Use& use) const { return use.column != kNone && node(use.column).byUsing; }

  // Whether an entry is what a name is bound to, or one side of what USING made one.
  bool isOwn(const Use& use, ScopeId scope, uint32_t index) {
    if (scope != use.boundIn) return false;
    if (use.entry != kNone || !byUsing(use)) return index == use.entry;
    const Found side = resolver_.lookup(reading_.scopes[scope].entries[index].relation, node(use.column).name);
    const auto& sides = node(use.column).merged;
    return side.has == Has::kYes && std::find(sides.begin(), sides.end(), side.column) != sides.end();
  }

  // How many columns of that name a relation will have, or may have.
  size_t countNamed(RelationId relation, NameId name) {
    const Relation one = reading_.relations[relation];
    if (one.kind != Relation::Kind::kQuery) {
      const bool maybe = one.kind == Relation::Kind::kTable && resolver_.lookup(relation, name).has == Has::kMaybe;
      return maybe || hasName(relation, name) ? 1 : 0;
    }
    size_t count = 0;
    for (ColumnId out : one.outs) {
      if (out == kNone) continue;
      const auto next = newName(out);
      count += (next.empty() ? node(out).name : resolver_.names().ofDeclared(next)) == name ? 1 : 0;
    }
    for (const auto& star : one.stars)
      if (star.relation != kNone && std::find(star.except.begin(), star.except.end(), name) == star.except.end())
        count += countNamed(star.relation, name);
    return count;
  }

  // Whether a name is bound to an output of the query that it stands in.
  bool isOutput(const Use& use) const {
    if (use.boundIn != kNone || use.scope == kNone || use.column == kNone) return false;
    const RelationId outputs = reading_.scopes[use.scope].outputs;
    return outputs != kNone && node(use.column).relation == outputs;
  }

  // Whether the query that a name is a column of will have two such columns.
  bool isTwice(const Use& use, NameId name) {
    const bool output = isOutput(use);
    if (use.column == kNone || (!output && (use.boundIn == kNone || use.entry == kNone))) return false;
    const RelationId relation =
        output ? reading_.scopes[use.scope].outputs : reading_.scopes[use.boundIn].entries[use.entry].relation;
    return resolver_.touches(relation) && countNamed(relation, name) > 1 && countBefore(relation, use.name, name == use.name) < 2;
  }

  // ... and has as the text stands, or may have.
  size_t countBefore(RelationId relation, NameId name, bool may) {
    const Relation one = reading_.relations[relation];
    if (one.kind != Relation::Kind::kQuery) {
      const Has has = resolver_.lookup(relation, name).has;
      return has == Has::kYes || (may && has == Has::kMaybe) ? 1 : 0;
    }
    size_t count = 0;
    for (ColumnId out : one.outs) count += out != kNone && node(out).name == name ? 1 : 0;
    for (const auto& star : one.stars)
      if (star.relation != kNone && std::find(star.except.begin(), star.except.end(), name) == star.except.end())
        count += countBefore(star.relation, name, may);
    return count;
  }

  // Relations of one FROM that will have one name.
  void findClashes() {
    for (const auto& scope : reading_.scopes)
      for (size_t i = 0; i < scope.entries.size(); ++i)
        for (size_t j = 0; j < scope.entries.size(); ++j) {
          const auto& moving = scope.entries[i];
          const auto& other = scope.entries[j];
          if (i == j || moving.hidden || other.hidden || moving.alias == other.alias) continue;
          const NameId label = resolver_.labelAfter(moving);
          if (label != moving.alias && label == resolver_.labelAfter(other)) clashes_.insert(moving.relation);
        }
  }

  void list(const Use& use, const std::string& change, std::string reason, bool blocks = true) {
    out_.judged.push_back({use.range, true, blocks, change, std::move(reason), use.statement});
  }
  void other(const Use& use, std::string reason) {
    out_.judged.push_back({use.range, false, false, "", std::move(reason), use.statement});
  }

  // NOLINTNEXTLINE(readability-function-size): one decision a clause, in the order of the text
  void planTable(const TableName& name) {
    const Relation& relation = reading_.relations[name.relation];
    const ByteRange whole{name.parts.front().begin, name.parts.back().end};
    if (relation.table == nullptr ||
        (!relation.table->dataset && relation.table->nowParts.empty() && relation.table->unclear.empty())) {
      bool matters = false;
      for (size_t i = 0; i < name.parts.size(); ++i)
        matters |= resolver_.interesting(resolver_.names().of(name.texts[i], name.quoted[i]));
      if (matters || relation.table == nullptr)
        out_.judged.push_back({whole, false, false, "",
                               fmt::format("the table {}, not of a dataset of this migration", shown(whole)),
                               name.statement});
      return;
    }
    const Table& table = *relation.table;
    if (!table.unclear.empty()) {
      out_.judged.push_back({whole, true, false, table.change, table.unclear, name.statement});
      return;
    }
    if (!name.unclear.empty() && !table.nowParts.empty()) {
      out_.judged.push_back({whole, true, true, table.change, name.unclear, name.statement});
      return;
    }
    if (name.captured) {
      out_.judged.push_back({whole, true, true, table.change,
                             fmt::format("a WITH here has the name {} already", table.nowParts.front()),
                             name.statement});
      return;
    }
    if (clashes_.contains(name.relation)) {
      out_.judged.push_back({whole, true, true, table.change,
                             fmt::format("another table of this FROM is called {} already", table.nowParts.front()),
                             name.statement});
      return;
    }
    const bool byQuery = name.definition && definesByQuery(name.statement);
    if (byQuery && (!table.nowParts.empty() || std::any_of(table.columns.begin(), table.columns.end(),
                                                           [](const Column& one) { return !one.change.empty(); }))) {
      out_.judged.push_back(
          {whole, true, true, table.change,
           fmt::format("a query defines {} here: what it puts out has to become the new version", table.name),
           name.statement});
      return;
    }
    for (size_t i = 0; i < table.nowParts.size() && i < name.parts.size(); ++i) {
      const size_t part = name.parts.size() - 1 - i;
      const auto& now = table.nowParts[i];
      const auto& written = name.texts[part];
      if (toLowerAscii(written) == toLowerAscii(now)) continue;
      SqlEdit edit;
      edit.range = name.parts[part];
      // Where case does not matter the new name is in upper case as the old one; elsewhere tables are files.
      const bool folds = dialect_.fold == Fold::kLower || dialect_.fold == Fold::kUpper;
      edit.now = writeName(dialect_, now, written, folds ? toLowerAscii(written) : written,
                           name.quoted[part] || written.contains('-') || now.find_first_of("-*$") != std::string::npos,
                           name.quotes[part] == 0 ? '"' : name.quotes[part]);
      edit.change = table.change;
      edit.statement = name.statement;
      edit.evidence.push_back({whole, name.qualifier ? fmt::format("{} qualifies a column by its table", shown(whole))
                                                     : fmt::format("names {} in table position", table.name)});
      if (name.qualifier)
        edit.evidence.insert(edit.evidence.begin(), {relation.range, fmt::format("reads {}", table.name)});
      out_.edits.push_back(std::move(edit));
    }
  }

  bool definesByQuery(size_t statement) const {
    for (size_t i = 0; i < reading_.statements.size(); ++i)
      if (reading_.statements[i].range.begin == statement)
        return (reading_.statements[i].makes == Makes::kTable || reading_.statements[i].makes == Makes::kView) &&
               reading_.results[i] != kNone;
    return false;
  }

  void planUse(const Use& use) {
    if (isMadeAlias(use.range)) return;
    if (use.state == Use::State::kOther) {
      if (use.lookedUp) planCaptured(use);
      return other(use, use.reason);
    }
    if (use.state == Use::State::kOpen) {
      if (use.claimed) return list(use, use.change, use.reason);
      return planCaptured(use);
    }
    const Column* changed = changedColumn(use.column);
    if (changed == nullptr) {
      planCaptured(use);
      return other(use, reasonOfOther(use.column));
    }
    const auto unclear = unclearOf(use.column);
    if (!unclear.empty()) return list(use, changed->change, unclear, false);
    if (changed->now.empty()) return list(use, changed->change, changed->reason);
    const ColumnId value = resolver_.valueOf(use.column);
    if (value != kNone && node(value).unclear)
      return list(use, changed->change, "only the case of letters tells whether it is this column");
    if (dialect_.fold == Fold::kUnclear && use.quoted && !sameCase(use, *changed))
      return list(use, changed->change, "in quotes the case of letters may matter: which dialect it is, is not known");
    if (split_.contains(use.column) || (use.inUsing && splits(use.column)))
      return list(
          use, changed->change,
          fmt::format("joined by USING, and only one side's {} becomes {}: write ON", shown(use.range), changed->now));
    const auto now = newName(use.column);
    if (now.empty()) {
      planCaptured(use);
      return other(use, "an output of a query, which keeps its name");
    }
    std::string qualifier;
    if (isTwice(use, resolver_.names().ofDeclared(now)))
      return list(use, changed->change, fmt::format("what it is read from gets two columns {}", now));
    if ((!use.qualified || use.inUsing) && collides(use, now)) {
      qualifier = qualifierOf(use);
      if (qualifier.empty() || use.inText || use.inUsing)
        return list(use, changed->change, fmt::format("{} would not be clear here: something else has that name", now));
    }
    SqlEdit edit;
    edit.range = use.range;
    edit.now = qualifier + (use.inText ? now
                                       : writeName(dialect_, now, slice(use.range), lastPart(changed->path),
                                                   use.quoted && qualifier.empty(), use.quote));
    if (!qualifier.empty() && use.quoted) edit.range = {use.range.begin - 1, use.range.end + 1};
    edit.change = changed->change;
    edit.statement = use.statement;
    edit.evidence = evidenceOf(use, *changed);
    out_.edits.push_back(std::move(edit));
    if (use.takesName)
      insertAlias(use.range, use.quoted ? use.range.end + 1 : use.range.end, use.quoted, use.quote, *changed,
                  use.statement);
  }

  // Why the table that the column is of may be another one, or empty.
  std::string unclearOf(ColumnId column) const {
    const ColumnId value = resolver_.valueOf(column);
    const Table* table = value == kNone ? nullptr : reading_.relations[node(value).relation].table;
    return table == nullptr ? "" : table->unclear;
  }

  static std::string_view lastPart(std::string_view path) { return path.substr(path.rfind('.') + 1); }

  bool sameCase(const Use& use, const Column& changed) const { return slice(use.range) == lastPart(changed.path); }

  bool splits(ColumnId column) const {
    const auto& one = node(column);
    return one.byUsing && newName(column).empty() &&
           std::any_of(one.merged.begin(), one.merged.end(),
                       [&](ColumnId side) { return side != kNone && !newName(side).empty(); });
  }

  std::string reasonOfOther(ColumnId column) const {
    const auto& one = node(column);
    if (one.kind == Kind::kBase) {
      const auto& relation = reading_.relations[one.relation];
      const bool ours = relation.table != nullptr && relation.table->dataset;
      return ours ? fmt::format("field {} of {} does not change", one.path, relation.table->name)
                  : fmt::format("a column of {}, not of a dataset of this migration", shown(relation.range));
    }
    return "an output of a query, with a name of its own";
  }

  // The new name of a column that stands here already as the name of something else.
  void planCaptured(const Use& use) {
    if (isTwice(use, use.name))
      return list(use, "", fmt::format("what it is read from gets two columns {}", shown(use.range)));
    if ((use.qualified && !use.inUsing) || use.outputFirst || use.scope == kNone) return;
    for (ScopeId scope = use.scope; scope != kNone; scope = reading_.scopes[scope].parent) {
      const auto entries = reading_.scopes[scope].entries;
      for (uint32_t index = 0; index < seenIn(use, scope, entries.size()); ++index) {
        const RelationId relation = entries[index].relation;
        if (entries[index].hidden || !resolver_.touches(relation) || isOwn(use, scope, index)) continue;
        const Table* table = reading_.relations[relation].table;
        // A table that keeps its name may be the new one already.
        const bool stored = reading_.relations[relation].kind != Relation::Kind::kQuery;
        if (stored && use.state != Use::State::kBound && (table == nullptr || table->nowParts.empty())) continue;
        for (NameId old : changedNames(relation)) {
          const Found moved = resolver_.lookup(relation, old);
          if (moved.has != Has::kYes) continue;
          const auto now = newName(moved.column);
          if (now.empty() || resolver_.names().ofDeclared(now) != use.name) continue;
          return qualifyCaptured(use, *resolver_.changedColumn(moved.column), now);
        }
      }
      if (scope == use.boundIn || isOutput(use)) return;
    }
  }

  void qualifyCaptured(const Use& use, const Column& changed, const std::string& now) {
    const auto qualifier = qualifierOf(use);
    if (qualifier.empty() || use.inText || use.inUsing)
      return list(use, changed.change,
                  fmt::format("the dataset's column {} becomes {} too: which one this is would not be clear",
                              changed.path, now));
    SqlEdit edit;
    edit.range = {use.quoted ? use.range.begin - 1 : use.range.begin,
                  use.quoted ? use.range.begin - 1 : use.range.begin};
    edit.now = qualifier;
    edit.change = changed.change;
    edit.statement = use.statement;
    edit.evidence.push_back(
        {use.range, fmt::format("the dataset's column {} becomes {} too: the qualifier keeps this name what it is",
                                changed.path, now)});
    out_.edits.push_back(std::move(edit));
  }

  // "p." of the relation that a name is bound to; empty where it has no name, or one that means something else here.
  std::string qualifierOf(const Use& use) {
    if (use.boundIn == kNone || use.entry == kNone) return "";
    const auto entry = reading_.scopes[use.boundIn].entries[use.entry];
    if (entry.alias == kNoName || entry.range.size() == 0) return "";
    if (resolver_.isHidden(entry, use.scope, use.boundIn) || clashes_.contains(entry.relation)) return "";
    const Table* table = reading_.relations[entry.relation].table;
    if (!entry.written && table != nullptr && !table->nowParts.empty())
      return writeName(dialect_, table->nowParts.front(), "", "", false, 0) + ".";
    return asWritten(entry.written || entry.ranges.empty() ? entry.range : entry.ranges.back()) + ".";
  }

  // With the quotes that stand around it.
  std::string asWritten(ByteRange name) const {
    const bool quoted = name.begin > 0 && dialect_.nameQuotes.contains(text_[name.begin - 1]) &&
                        name.end < text_.size() && std::string_view("\"`]").contains(text_[name.end]);
    return std::string(slice(quoted ? ByteRange{name.begin - 1, name.end + 1} : name));
  }

  std::vector<Step> evidenceOf(const Use& use, const Column& changed) const {
    std::vector<Step> steps;
    std::vector<Step> passed;
    ColumnId column = use.column;
    for (int i = 0; column != kNone && i < 1000; ++i) {
      const auto& one = node(column);
      if (one.kind == Kind::kBase) {
        const auto& relation = reading_.relations[one.relation];
        if (relation.table != nullptr) steps.push_back({relation.range, fmt::format("reads {}", relation.table->name)});
        break;
      }
      if (one.kind == Kind::kImplicit || one.kind == Kind::kStar)
        passed.push_back(
            {one.range, one.kind == Kind::kStar ? "a star passes it on" : "a query passes it on under its name"});
      if (one.kind == Kind::kMerged && one.merged.empty()) break;
      column = one.kind == Kind::kMerged ? one.merged.front() : one.source;
    }
    steps.insert(steps.end(), passed.rbegin(), passed.rend());
    steps.push_back({use.range, fmt::format("binds to its column {}", changed.path)});
    return steps;
  }

  bool isEdited(ByteRange range) const {
    const auto behind = std::ranges::lower_bound(edited_, ByteRange{range.end, range.end});
    return behind != edited_.begin() && behind[-1].overlaps(range);
  }

  // ` AS old` behind an output that keeps its name although its column has a new one.
  void planKept(ColumnId column) {
    const auto& one = node(column);
    if (auto made = made_.find(column); made != made_.end()) return planMade(one, *made->second);
    if (one.kind != Kind::kImplicit || !keeps(column) || newName(one.source).empty()) return;
    if (one.range.begin > one.range.end) return;
    const Column* changed = resolver_.changedColumn(column);
    if (!isEdited(one.range) || changed == nullptr) return;
    const bool quoted = one.range.begin > 0 && std::string_view("\"`[").contains(text_[one.range.begin - 1]) &&
                        one.range.end < text_.size() && std::string_view("\"`]").contains(text_[one.range.end]);
    insertAlias(one.range, one.end, quoted, quoted ? text_[one.range.begin - 1] : '\0', *changed,
                statementOf(one.range.begin));
  }

  bool isMadeAlias(ByteRange range) const {
    return std::ranges::any_of(made_, [&](const auto& made) {
      return node(made.first).kind == Kind::kAlias && node(made.first).range == range;
    });
  }

  // The name of an output of the relation that the text makes.
  void planMade(const ColumnNode& one, const Column& column) {
    const bool quoted = one.range.begin > 0 && std::string_view("\"`[").contains(text_[one.range.begin - 1]) &&
                        one.range.end < text_.size() && std::string_view("\"`]").contains(text_[one.range.end]);
    SqlEdit edit;
    edit.range = one.kind == Kind::kAlias ? one.range : ByteRange{one.end, one.end};
    const char quote = quoted ? text_[one.range.begin - 1] : '\0';
    edit.now = writeName(dialect_, column.now, slice(one.range), column.path, quoted, quote);
    if (one.kind == Kind::kImplicit)
      edit.now = quoted ? fmt::format(" AS {}{}{}", quote, edit.now, quote == '[' ? ']' : quote) : " AS " + edit.now;
    edit.change = column.change;
    edit.statement = statementOf(one.range.begin);
    edit.evidence.push_back({one.range, fmt::format("puts out {} of the relation that the text makes", column.path)});
    out_.edits.push_back(std::move(edit));
  }

  void insertAlias(ByteRange name, uint32_t at, bool quoted, char quote, const Column& changed, size_t statement) {
    SqlEdit edit;
    edit.range = {at, at};
    edit.now = " AS ";
    if (quoted) edit.now += quote;
    edit.now += dialect_.declaredCase ? lastPart(changed.path) : slice(name);
    if (quoted) edit.now += quote == '[' ? ']' : quote;
    edit.change = changed.change;
    edit.statement = statement;
    edit.evidence.push_back({name, "the output keeps its name for those who read it"});
    out_.edits.push_back(std::move(edit));
  }

  size_t statementOf(uint32_t offset) const {
    if (begins_.size() != reading_.statements.size()) {
      begins_.clear();
      for (const auto& statement : reading_.statements) begins_.emplace_back(statement.range.begin, statement.range.end);
      std::ranges::sort(begins_);
    }
    // The innermost is the last that begins before.
    auto one = std::ranges::upper_bound(begins_, offset, {}, &std::pair<uint32_t, uint32_t>::first);
    while (one != begins_.begin())
      if (offset < (--one)->second) return last_ = one->first;
    return last_;
  }

  void describeStatements() {
    for (size_t i = 0; i < reading_.statements.size(); ++i) {
      Statement statement = std::move(reading_.statements[i]);
      const RelationId result = reading_.results[i];
      if (result != kNone) describeOutputs(result, statement);
      out_.statements.push_back(std::move(statement));
    }
  }

  void describeOutputs(RelationId result, Statement& statement) {
    statement.outputsKnown = !reading_.relations[result].open;
    const bool keep = contractKeeps(reading_.relations[result].contract);
    addOutputs(result, statement, {}, 0);
    const bool follows = reading_.relations[result].contract == Contract::kRows && options_.rowsFollow;
    const bool contract = reading_.relations[result].contract != Contract::kNone && !follows;
    if (contract) tellOfFields(statement);
    std::string renamed;
    for (const auto& output : statement.outputs)
      if (output.now != output.name)
        renamed += fmt::format("{}{} becomes {}", renamed.empty() ? "" : ", ", output.name, output.now);
    if (contract && !renamed.empty() && (options_.made.empty() || !options_.madeBy.contains(statement.range))) {
      const auto at =
          reading_.relations[result].stars.empty() ? statement.range : reading_.relations[result].stars.front().range;
      out_.hazards.push_back({keep ? "select-star" : "output-renamed", keep ? at : statement.range,
                              fmt::format("{} is named anew with the column: {}",
                                          keep ? "what the star puts out" : "an output", renamed)});
    }
    if (!statement.star) return;
    for (const Table* table : statement.reads)
      if (!table->shifts.empty())
        out_.hazards.push_back(
            {"select-star", statement.range,
             fmt::format("the star puts out other columns than before: {}", fmt::join(table->shifts, ", "))});
  }

  // A struct that comes out whole: no alias keeps the names in it.
  void tellOfFields(const Statement& statement) {
    for (const auto& output : statement.outputs) {
      if (!output.passes || output.of == nullptr) continue;
      const bool changed = std::any_of(output.of->columns.begin(), output.of->columns.end(), [&](const Column& one) {
        return !one.change.empty() && one.path.starts_with(output.path + ".");
      });
      if (!changed) continue;
      const bool byStar = output.range.size() == 0;
      out_.hazards.push_back({byStar ? "select-star" : "output-renamed", byStar ? statement.range : output.range,
                              fmt::format("what {} puts out has fields in it that are named anew", output.name)});
      return;
    }
  }

  void addOutputs(RelationId relation, Statement& statement, const std::vector<NameId>& except, int depth) {
    const Relation one = reading_.relations[relation];
    if (one.open || depth > 50) statement.outputsKnown = false;
    for (ColumnId out : one.outs) {
      if (out == kNone || node(out).name == kNoName) {
        if (depth == 0) statement.outputs.push_back({});
        continue;
      }
      if (std::find(except.begin(), except.end(), node(out).name) == except.end()) addOutput(out, statement);
    }
    for (const auto& star : one.stars) {
      statement.star = true;
      auto hidden = except;
      hidden.insert(hidden.end(), star.except.begin(), star.except.end());
      if (star.structure != kNone)
        addFields(star.structure, statement, hidden);
      else if (star.relation == kNone)
        statement.outputsKnown = false;
      else if (reading_.relations[star.relation].kind == Relation::Kind::kQuery)
        addOutputs(star.relation, statement, hidden, depth + 1);
      else
        addTableOutputs(star.relation, statement, hidden);
    }
  }

  void addFields(ColumnId structure, Statement& statement, const std::vector<NameId>& except) {
    const auto fields = fieldsOf(structure);
    if (fields.empty()) statement.outputsKnown = false;
    for (const auto& [name, field] : fields) {
      if (std::find(except.begin(), except.end(), name) != except.end()) continue;
      Output output;
      output.name = lastPart(field->path);
      output.now = field->now.empty() ? output.name : field->now;
      output.change = field->change;
      statement.outputs.push_back(std::move(output));
    }
  }

  void addTableOutputs(RelationId relation, Statement& statement, const std::vector<NameId>& except) {
    const Table* table = reading_.relations[relation].table;
    if (table == nullptr || !table->complete) statement.outputsKnown = false;
    if (table == nullptr) return;
    std::set<std::string_view> seen;
    for (const auto& column : table->columns) {
      const auto first = std::string_view(column.path).substr(0, column.path.find('.'));
      if (!seen.insert(first).second) continue;
      const NameId name = resolver_.names().of(first, false);
      if (std::find(except.begin(), except.end(), name) != except.end()) continue;
      const Found found = resolver_.lookup(relation, name);
      if (found.has == Has::kYes) addOutput(found.column, statement);
    }
  }

  void addOutput(ColumnId column, Statement& statement) {
    Output output;
    const auto& one = node(column);
    output.name = one.kind == Kind::kBase ? std::string(lastPart(one.path))
                                          : std::string(one.range.size() > 0 && one.kind != Kind::kStar
                                                            ? slice(one.range)
                                                            : resolver_.names().textOf(one.name));
    output.now = newName(column);
    if (output.now.empty()) output.now = output.name;
    output.range = one.range;
    const ColumnId value = resolver_.valueOf(column);
    if (value != kNone) {
      output.passes = true;
      output.of = reading_.relations[node(value).relation].table;
      output.table = output.of == nullptr ? 0 : output.of->key;
      output.path = node(value).path;
      if (node(value).column != nullptr) output.change = node(value).column->change;
    }
    statement.outputs.push_back(std::move(output));
  }

  std::string_view text_;
  const Dialect& dialect_;
  const Options& options_;
  Resolver& resolver_;
  Reading& reading_;
  const std::set<uint32_t>& kept_;
  std::vector<bool> keep_;
  std::set<RelationId> clashes_;
  std::map<ColumnId, const Column*> made_;  // outputs that take the names of Options::made
  std::set<ColumnId> split_;                // of USING, whose sides part
  std::vector<ByteRange> edited_;
  mutable size_t last_ = 0;
  mutable std::vector<std::pair<uint32_t, uint32_t>> begins_;  // of the statements, with their ends
  SqlResult out_;
};

}  // namespace

SqlResult planEdits(std::string_view text, const Dialect& dialect, const Options& options, Resolver& resolver,
                    Reading& reading, const std::set<uint32_t>& kept) {
  return Planner(text, dialect, options, resolver, reading, kept).plan();
}

}  // namespace gander::rewriter::sql
