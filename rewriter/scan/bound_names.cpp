#include "rewriter/scan/bound_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "rewriter/scan/spellings.h"

namespace gander::rewriter {
namespace {

using rules::ChangeKind;
using Parts = std::vector<std::string>;

Parts concat(Parts left, const Parts& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

std::string join(const Parts& parts, const std::string& separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

bool startsWith(const Parts& parts, const Parts& prefix) {
  return parts.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), parts.begin());
}

// A type's full name: where its package ends.
struct TypeName {
  Parts package;
  Parts own;  // from the outermost type on
};

class BoundNames {
 public:
  BoundNames(const rules::Dataset& dataset, const rules::Reference& reference, const rules::LanguageBinding& binding)
      : dataset_(dataset), reference_(reference), binding_(binding) {}

  std::vector<BoundType> types() const {
    std::vector<BoundType> types;
    const auto old = splitName(reference_.old, dataset_.old);
    const auto now = newName(old);
    types.push_back({concat(old.package, {inLanguage(old.own)}), concat(now.package, {inLanguage(now.own)})});
    if (old.own.size() > 1 && binding_.nested != binding_.separator)
      types.push_back({concat(old.package, old.own), concat(now.package, now.own)});
    if (reference_.old == reference_.now || binding_.nested == binding_.separator) return types;
    for (const auto& [before, behind] : nestedTypes(old, now))
      types.push_back({concat(old.package, {inLanguage(before)}), concat(now.package, {inLanguage(behind)})});
    return types;
  }

  std::vector<BoundMember> members() {
    for (const auto& change : dataset_.changes)
      for (const auto& path : change.oldFields()) addField(change, path);
    addOneofs();
    addEnums();
    return std::move(members_);
  }

  std::vector<std::string> owners(std::string_view path) const {
    const auto message = messageOf(path);
    return message.empty() ? std::vector<std::string>() : classes(message);
  }

 private:
  static TypeName splitName(const std::string& dotted, const rules::Schema& schema) {
    auto parts = split(dotted, '.');
    auto own = parts.begin() + static_cast<long>(packageSize(parts, schema));
    return {Parts(parts.begin(), own), Parts(own, parts.end())};
  }

  // The new name, as deep in types as the old one where its schema does not tell.
  TypeName newName(const TypeName& old) const {
    if (dataset_.now.package) return splitName(reference_.now, dataset_.now);
    auto parts = split(reference_.now, '.');
    const size_t own = parts.size() > old.own.size() ? parts.size() - old.own.size() : 0;
    return {Parts(parts.begin(), parts.begin() + static_cast<long>(own)),
            Parts(parts.begin() + static_cast<long>(own), parts.end())};
  }

  std::string inLanguage(const Parts& own) const { return join(own, binding_.nested); }

  std::vector<std::pair<Parts, Parts>> nestedTypes(const TypeName& old, const TypeName& now) const {
    std::vector<std::pair<Parts, Parts>> nested;
    for (const auto& type : dataset_.old.types) {
      auto parts = split(type, '.');
      if (parts.size() <= old.own.size() || !startsWith(parts, old.own)) continue;
      nested.emplace_back(parts,
                          concat(now.own, Parts(parts.begin() + static_cast<long>(old.own.size()), parts.end())));
    }
    return nested;
  }

  // The classes that may be meant: where no schema tells which part of the name is a package, all that the name allows.
  std::vector<std::string> classes(const std::string& dotted) const {
    const auto name = splitName(dotted, dataset_.old);
    std::vector<std::string> found{join(concat(name.package, {inLanguage(name.own)}), binding_.separator)};
    if (dataset_.old.package || binding_.nested == binding_.separator) return found;
    const auto parts = split(dotted, '.');
    for (size_t own = parts.size() - 1; own > 1; --own) {
      const TypeName other{Parts(parts.begin(), parts.begin() + static_cast<long>(own) - 1),
                           Parts(parts.begin() + static_cast<long>(own) - 1, parts.end())};
      found.push_back(join(concat(other.package, {inLanguage(other.own)}), binding_.separator));
    }
    return found;
  }

  // The message that holds a nested field: "listener.name" of warehouse.v1.UserPlay is a member of the type of `listener`.
  std::string messageOf(std::string_view path) const {
    const size_t dot = path.rfind('.');
    if (dot == std::string_view::npos) return reference_.old;
    const auto* parent = dataset_.old.findField(path.substr(0, dot));
    if (parent == nullptr || parent->type.empty()) return "";
    auto type = parent->type.starts_with('.') ? parent->type.substr(1) : parent->type;
    if (type.contains('.') || (dataset_.old.package && dataset_.old.package->empty())) return type;
    const size_t package = reference_.old.rfind('.');
    return package == std::string::npos ? type : reference_.old.substr(0, package + 1) + type;
  }

  void add(const std::string& message, const rules::BoundName& name, BoundMember like) {
    for (const auto& owner : classes(message)) {
      like.owner = owner;
      like.scope = name.scope;
      like.old = name.old;
      like.now = name.now;
      like.role = name.role;
      like.arguments = name.arguments;
      members_.push_back(like);
    }
  }

  void addField(const rules::Change& change, const std::string& path) {
    const auto message = messageOf(path);
    if (message.empty()) return;
    const auto* field = dataset_.old.findField(path);
    const auto old = lastPart(path);
    const auto now = change.kind == ChangeKind::kRename ? change.to : old;
    for (const auto& name : rules::expandField(binding_, old, now, field == nullptr ? "" : field->oneof))
      add(message, name, {.change = &change, .path = path});
    if (dataset_.role != rules::TargetRole::kOwner) return;
    for (const auto& name : rules::expandParameters(binding_, old, now))
      add(message, name, {.change = &change, .parameter = true});
  }

  std::string newPath(const std::string& path) const {
    for (const auto& change : dataset_.changes) {
      if (change.field != path) continue;
      if (change.kind == ChangeKind::kMove) return change.to;
      if (change.kind == ChangeKind::kRename) return path.substr(0, path.size() - lastPart(path).size()) + change.to;
    }
    return path;
  }

  // A oneof has a new name where all that is left of its fields stand in one of another name.
  void addOneofs() {
    std::map<std::pair<std::string, std::string>, std::set<std::string>> became;  // message, oneof -> new ones
    std::set<std::pair<std::string, std::string>> known;
    for (const auto& field : dataset_.old.fields) {
      if (field.oneof.empty()) continue;
      const auto message = messageOf(field.path);
      known.emplace(message, field.oneof);
      const auto* now = dataset_.now.findField(newPath(field.path));
      if (now != nullptr) became[{message, field.oneof}].insert(now->oneof);
    }
    for (const auto& [oneof, names] : became) {
      const auto& now = *names.begin();
      if (oneof.first.empty() || names.size() != 1 || now.empty() || now == oneof.second) continue;
      if (known.contains({oneof.first, now})) continue;
      for (const auto& name : rules::expandOneof(binding_, oneof.second, now))
        add(oneof.first, name, {.id = fmt::format("{}/oneof/{}", dataset_.id, oneof.second)});
    }
  }

  // What stands beside enums of the type, in its namespace, where a type's name is a part of theirs.
  void addEnums() {
    const auto old = splitName(reference_.old, dataset_.old);
    const auto now = newName(old);
    auto renamed = nestedTypes(old, now);
    renamed.emplace_back(old.own, now.own);
    for (const auto& [before, behind] : renamed) {
      const auto name = join(before, ".");
      const auto found = std::ranges::find(dataset_.old.enums, name, &rules::EnumType::name);
      if (found == dataset_.old.enums.end() || before == behind) continue;
      const rules::EnumNames from{inLanguage(before), before.back(), before.size() > 1};
      const rules::EnumNames to{inLanguage(behind), behind.back(), behind.size() > 1};
      for (const auto& bound : rules::expandEnum(binding_, from, to, found->values))
        members_.push_back({join(old.package, binding_.separator), bound.scope, bound.old, bound.now, nullptr,
                            referenceId(dataset_, reference_), false, "", bound.role, std::nullopt});
    }
  }

  const rules::Dataset& dataset_;
  const rules::Reference& reference_;
  const rules::LanguageBinding& binding_;
  std::vector<BoundMember> members_;
};

}  // namespace

size_t packageSize(const std::vector<std::string>& name, const rules::Schema& schema) {
  if (schema.package) {
    auto known = schema.package->empty() ? Parts() : split(*schema.package, '.');
    return startsWith(name, known) && known.size() < name.size() ? known.size() : name.size() - 1;
  }
  for (size_t size = 0; size + 1 < name.size(); ++size)
    for (const auto& type : schema.enums)
      if (type.name.starts_with(name[size] + ".")) return size;
  return name.size() - 1;
}

std::vector<BoundType> boundTypes(const rules::Dataset& dataset, const rules::Reference& reference,
                                  const rules::LanguageBinding& binding) {
  return BoundNames(dataset, reference, binding).types();
}

std::vector<BoundMember> boundMembers(const rules::Dataset& dataset, const rules::Reference& reference,
                                      const rules::LanguageBinding& binding) {
  return BoundNames(dataset, reference, binding).members();
}

std::vector<std::string> boundOwners(const rules::Dataset& dataset, const rules::Reference& reference,
                                     const rules::LanguageBinding& binding, std::string_view path) {
  return BoundNames(dataset, reference, binding).owners(path);
}

}  // namespace gander::rewriter
