#include "rewriter/definitions/spec_walk.h"

namespace gander::rewriter {
namespace {

using rules::SpecStep;

class SpecWalker {
 public:
  explicit SpecWalker(const rules::SpecPath& path) : path_(path) {}

  void walk(const YamlNode& node, size_t step) {
    if (step == path_.steps.size()) {
      if (node.isScalar()) found_.push_back({tables_, node.scalar});
      return;
    }
    const auto& wanted = path_.steps[step];
    for (const auto& entry : node.entries) {
      if (wanted.kind == SpecStep::Kind::kFieldKey) {
        found_.push_back({tables_, entry.key});
        continue;
      }
      if (wanted.kind == SpecStep::Kind::kKey && entry.key.value != wanted.key) continue;
      bool table = wanted.kind == SpecStep::Kind::kTableKey;
      if (table) tables_.push_back(entry.key);
      filter(entry.value, step, 0);
      if (table) tables_.pop_back();
    }
  }

  std::vector<SpecField> take() { return std::move(found_); }

 private:
  // A filter by key lets the maps of a list pass one by one.
  void filter(const YamlNode& node, size_t step, size_t index) {
    const auto& filters = path_.steps[step].filters;
    if (index == filters.size()) return walk(node, step + 1);
    const auto& one = filters[index];
    if (node.kind == YamlNode::Kind::kSequence) {
      for (const auto& item : node.items) one.items ? filter(item, step, index + 1) : filter(item, step, index);
      return;
    }
    if (one.items) return;
    const auto* value = node.find(one.key);
    if (value == nullptr || !value->isScalar()) return;
    if (!one.table && value->scalar.value != one.value) return;
    if (one.table) tables_.push_back(value->scalar);
    filter(node, step, index + 1);
    if (one.table) tables_.pop_back();
  }

  const rules::SpecPath& path_;
  std::vector<Scalar> tables_;
  std::vector<SpecField> found_;
};

}  // namespace

std::vector<SpecField> walkSpec(const rules::SpecPath& path, const std::vector<YamlNode>& documents) {
  SpecWalker walker(path);
  for (const auto& document : documents) walker.walk(document, 0);
  return walker.take();
}

}  // namespace gander::rewriter
