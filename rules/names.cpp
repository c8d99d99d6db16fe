#include "rules/migration.h"

namespace gander::rules {

std::string_view toString(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::kTable: return "table";
    case ReferenceKind::kUri: return "uri";
    case ReferenceKind::kTopic: return "topic";
    case ReferenceKind::kType: return "type";
    case ReferenceKind::kInclude: return "include";
    case ReferenceKind::kPackage: return "package";
    case ReferenceKind::kFunction: return "function";
    case ReferenceKind::kLiteral: return "literal";
    case ReferenceKind::kModel: return "model";
    case ReferenceKind::kMetric: return "metric";
    case ReferenceKind::kAmbient: return "ambient";
  }
  return "";
}

std::string_view toString(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kRename: return "rename";
    case ChangeKind::kRetype: return "retype";
    case ChangeKind::kRemove: return "remove";
    case ChangeKind::kAdd: return "add";
    case ChangeKind::kMove: return "move";
    case ChangeKind::kNullability: return "nullability";
    case ChangeKind::kUnit: return "unit";
    case ChangeKind::kEnumValue: return "enum";
    case ChangeKind::kMerge: return "merge";
  }
  return "";
}

}  // namespace gander::rules
