#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "rules/document/sections.h"

namespace gander::rules {
namespace {

using Written = std::vector<WrittenChange>;

const WrittenChange* findChange(const Written& changes, std::string_view field, ChangeKind kind) {
  for (const auto& written : changes)
    if (written.change.kind == kind && written.change.field == field) return &written;
  return nullptr;
}

bool isMerged(const Written& changes, std::string_view field) {
  return std::any_of(changes.begin(), changes.end(), [&](const WrittenChange& written) {
    const auto& fields = written.change.fields;
    return std::find(fields.begin(), fields.end(), field) != fields.end();
  });
}

// A field that is listed, or that listed ones are nested in.
bool hasField(const Schema& schema, const std::string& path) {
  return std::any_of(schema.fields.begin(), schema.fields.end(), [&](const Field& field) {
    return field.path == path ||
           (field.path.size() > path.size() && field.path.starts_with(path) && field.path[path.size()] == '.');
  });
}

// Types as two documents may spell the same one: BIGINT and bigint, Listener and warehouse.v1.Listener.
bool sameType(std::string_view a, std::string_view b) {
  auto x = toLowerAscii(a);
  auto y = toLowerAscii(b);
  return x == y || x.ends_with("." + y) || y.ends_with("." + x);
}

std::string lackingField(std::string_view which, const std::string& dataset, const std::string& field,
                         const Schema& schema) {
  return fmt::format("the {} schema of {} has no field {}{}", which, inQuotes(dataset), inQuotes(field),
                     meantName(field, schema.fieldPaths()));
}

void checkEnum(const WrittenChange& written, const Schema& old, Problems& problems) {
  const auto& change = written.change;
  std::vector<std::string> names;
  for (const auto& type : old.enums) names.push_back(type.name);
  const EnumType* type = old.findEnum(change.field);
  std::vector<std::string> meant;
  for (const auto& name : names)
    if (name.ends_with("." + change.field)) meant.push_back(inQuotes(name));
  if (type == nullptr && !meant.empty()) {
    problems.add(written.field, fmt::format("enum {} may be {}; write the whole name", inQuotes(change.field),
                                            fmt::join(meant, " or ")));
    return;
  }
  if (type == nullptr) {
    problems.add(written.field, fmt::format("the old schema has no enum {}{}", inQuotes(change.field),
                                            meantName(change.field, names)));
    return;
  }
  auto has = [&](const std::string& value) {
    return std::find(type->values.begin(), type->values.end(), value) != type->values.end();
  };
  if (!change.from.empty() && !has(change.from))
    problems.add(written.from, fmt::format("enum {} has no value {}{}", inQuotes(change.field), inQuotes(change.from),
                                           meantName(change.from, type->values)));
  if (change.from.empty() && has(change.to))
    problems.add(written.to,
                 fmt::format("enum {} has the value {} already", inQuotes(change.field), inQuotes(change.to)));
}

// The fields that become one must be there; templates may name them and nothing else.
void checkMerge(const std::string& dataset, const WrittenChange& written, const Schema& old, Problems& problems) {
  const auto& change = written.change;
  for (const auto& field : change.fields)
    if (!hasField(old, field)) problems.add(change.position, lackingField("old", dataset, field, old));
  bool stays = hasField(old, change.to) &&
               std::find(change.fields.begin(), change.fields.end(), change.to) == change.fields.end();
  if (stays)
    problems.add(written.to, fmt::format("the old schema has a field {} already, and it is not among those that are "
                                         "merged",
                                         inQuotes(change.to)));
}

void checkOldField(const std::string& dataset, const WrittenChange& written, const Schema& old, Problems& problems) {
  const auto& change = written.change;
  if (change.kind == ChangeKind::kMerge) return checkMerge(dataset, written, old, problems);
  bool there = hasField(old, change.field);
  if (change.kind == ChangeKind::kAdd) {
    if (there)
      problems.add(written.field,
                   fmt::format("field {} is in the old schema already; it can't be added", inQuotes(change.field)));
    return;
  }
  if (!there) {
    problems.add(written.field, lackingField("old", dataset, change.field, old));
    return;
  }
  const Field* field = old.findField(change.field);
  if (change.kind == ChangeKind::kRetype && field != nullptr && !change.from.empty() && !field->type.empty() &&
      !sameType(field->type, change.from))
    problems.add(written.from, fmt::format("field {} is {} in the old schema, not {}", inQuotes(change.field),
                                           field->type, change.from));
}

// Where a change puts a field that was elsewhere or not there; empty where it leaves it.
std::string targetOf(const WrittenChange& written, const Written& changes) {
  switch (written.change.kind) {
    case ChangeKind::kRename:
    case ChangeKind::kMove: return newPath(written.change.field, changes);
    case ChangeKind::kAdd:
    case ChangeKind::kMerge: return written.change.field;
    default: return "";
  }
}

void checkTargets(const Written& changes, const Schema& old, Problems& problems) {
  std::map<std::string, const WrittenChange*> targets;
  for (const auto& written : changes) {
    auto target = targetOf(written, changes);
    if (target.empty()) continue;
    auto [first, fresh] = targets.try_emplace(target, &written);
    if (!fresh && first->second->change.field != written.change.field)
      problems.add(written.to, fmt::format("{} and {} both become {} (see line {}); give one of them another name",
                                           inQuotes(first->second->change.field), inQuotes(written.change.field),
                                           inQuotes(target), first->second->change.position.line));
  }
  for (const auto& field : old.fields) {
    bool goes = findChange(changes, field.path, ChangeKind::kRename) != nullptr ||
                findChange(changes, field.path, ChangeKind::kMove) != nullptr ||
                findChange(changes, field.path, ChangeKind::kRemove) != nullptr || isMerged(changes, field.path);
    auto taken = targets.find(field.path);
    if (goes || taken == targets.end() || newPath(field.path, changes) != field.path ||
        taken->second->change.kind == ChangeKind::kAdd || taken->second->change.kind == ChangeKind::kMerge)
      continue;
    problems.add(taken->second->to,
                 fmt::format("{} can't become {}: the old schema has that field and it stays; rename or remove it too",
                             inQuotes(taken->second->change.field), inQuotes(field.path)));
  }
}

}  // namespace

std::string newPath(const std::string& path, const std::vector<WrittenChange>& changes) {
  std::string before;
  std::string after;
  for (const auto& part : split(path, '.')) {
    auto join = [&](std::string& to, const std::string& name) { to += (to.empty() ? "" : ".") + name; };
    join(before, part);
    if (const auto* move = findChange(changes, before, ChangeKind::kMove)) {
      after = move->change.to;
    } else {
      const auto* rename = findChange(changes, before, ChangeKind::kRename);
      join(after, rename != nullptr ? rename->change.to : part);
    }
  }
  return after;
}

void checkAgainstOld(const std::string& dataset, const std::vector<WrittenChange>& changes, const Schema& old,
                     Problems& problems) {
  for (const auto& written : changes) {
    if (written.change.kind == ChangeKind::kEnumValue) {
      checkEnum(written, old, problems);
    } else {
      checkOldField(dataset, written, old, problems);
    }
  }
  checkTargets(changes, old, problems);
}

void checkAgainstNew(const std::string& dataset, const std::vector<WrittenChange>& changes, const Schema& old,
                     const Schema& now, Position schema, Problems& problems) {
  std::set<std::string> reached;
  for (const auto& field : old.fields)
    if (findChange(changes, field.path, ChangeKind::kRemove) == nullptr && !isMerged(changes, field.path))
      reached.insert(newPath(field.path, changes));
  for (const auto& written : changes) {
    const auto& change = written.change;
    bool fresh = change.kind == ChangeKind::kAdd || change.kind == ChangeKind::kMerge;
    if (change.kind == ChangeKind::kEnumValue || (!fresh && !hasField(old, change.field))) continue;
    auto path = fresh ? change.field : newPath(change.field, changes);
    if (change.kind == ChangeKind::kRemove) {
      if (hasField(now, change.field) && !reached.contains(change.field))
        problems.add(written.field,
                     fmt::format("field {} is removed, and the new schema still has it", inQuotes(change.field)));
      continue;
    }
    if (!hasField(now, path)) problems.add(written.to, lackingField("new", dataset, path, now));
    const Field* field = now.findField(path);
    if (change.kind == ChangeKind::kRetype && field != nullptr && !field->type.empty() &&
        !sameType(field->type, change.to))
      problems.add(written.to,
                   fmt::format("field {} is {} in the new schema, not {}", inQuotes(path), field->type, change.to));
  }
  for (const auto& field : old.fields) {
    bool nested = field.path.find('.') != std::string::npos;
    bool spoken = isMerged(changes, field.path) ||
                  std::any_of(changes.begin(), changes.end(),
                              [&](const WrittenChange& written) { return written.change.field == field.path; });
    if (!nested && !spoken && !hasField(now, field.path))
      problems.add(schema, fmt::format("the new schema of {} lacks the field {}, and no change says what becomes of "
                                       "it; add a rename, move or remove",
                                       inQuotes(dataset), inQuotes(field.path)));
  }
}

static void applyToField(Field& field, const Written& changes) {
  auto path = field.path;
  field.path = newPath(path, changes);
  if (const auto* retype = findChange(changes, path, ChangeKind::kRetype)) field.type = retype->change.to;
  if (const auto* nullability = findChange(changes, path, ChangeKind::kNullability))
    field.nullable = nullability->change.to == "nullable";
}

// All at once: values may swap their names. A value keeps its number; that of a new one is not known.
static EnumType applyToEnum(const Schema& old, const EnumType& type, const Written& changes) {
  EnumType now{type.name, {}, {}};
  auto isOf = [&](const Change& change) {
    return change.kind == ChangeKind::kEnumValue && old.findEnum(change.field) == &type;
  };
  for (size_t i = 0; i < type.values.size(); ++i) {
    auto change = std::ranges::find_if(changes, [&](const WrittenChange& written) {
      return isOf(written.change) && written.change.from == type.values[i];
    });
    if (change != changes.end() && change->change.to.empty()) continue;
    now.values.push_back(change == changes.end() ? type.values[i] : change->change.to);
    if (i < type.numbers.size()) now.numbers.push_back(type.numbers[i]);
  }
  for (const auto& written : changes)
    if (isOf(written.change) && written.change.from.empty()) now.values.push_back(written.change.to);
  return now;
}

static std::string typeOf(const Schema& schema, const std::string& field) {
  const Field* found = schema.findField(field);
  return found == nullptr ? "" : found->type;
}

Schema deriveSchema(const Schema& old, const std::vector<WrittenChange>& changes) {
  Schema now;
  now.name = old.name;
  for (const auto& type : old.enums) now.enums.push_back(applyToEnum(old, type, changes));
  auto removed = [&](const Field& field) {
    return std::any_of(
               changes.begin(), changes.end(),
               [&](const WrittenChange& written) {
                 return written.change.kind == ChangeKind::kRemove &&
                        (field.path == written.change.field || field.path.starts_with(written.change.field + "."));
               }) ||
           isMerged(changes, field.path);
  };
  for (const auto& field : old.fields) {
    if (removed(field)) continue;
    now.fields.push_back(field);
    applyToField(now.fields.back(), changes);
  }
  for (const auto& written : changes)
    if (written.change.kind == ChangeKind::kAdd)
      now.fields.push_back({written.change.field, written.change.to, "", false, false});
    else if (written.change.kind == ChangeKind::kMerge)
      now.fields.push_back({written.change.field, typeOf(old, written.change.fields.front()), "", false, false});
  return now;
}

}  // namespace gander::rules
