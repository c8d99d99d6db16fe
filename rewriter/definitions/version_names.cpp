#include "rewriter/definitions/version_names.h"

#include "rewriter/scan/spellings.h"

namespace gander::rewriter {

using rules::ChangeKind;

VersionNames::VersionNames(const std::vector<const rules::Change*>& changes) {
  for (const auto* change : changes) {
    if (change->kind == ChangeKind::kEnumValue) {
      if (!change->from.empty()) old.insert(change->from);
      if (!change->to.empty()) now.insert(change->to);
    }
    if (change->kind == ChangeKind::kRename || change->kind == ChangeKind::kRemove) old.insert(lastPart(change->field));
    if (change->kind == ChangeKind::kRename) now.insert(change->to);
    if (change->kind == ChangeKind::kAdd) now.insert(lastPart(change->field));
  }
}

}  // namespace gander::rewriter
