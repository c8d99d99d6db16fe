#include <algorithm>

#include "base/text.h"
#include "rewriter/verdict/verdicts.h"

namespace gander::rewriter {
namespace {

std::string folderOf(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

// A file of the right name may still be another one: a .proto must define a dataset's message.
bool holdsDataset(const rules::Migration& migration, const std::string& path, const std::string& text) {
  bool typed = false;
  for (const auto& dataset : migration.datasets)
    for (const auto& reference : dataset.references) {
      if (reference.kind != rules::ReferenceKind::kType) continue;
      typed = true;
      if (rules::parseSchema(path, text, reference.old)) return true;
    }
  return !typed;
}

}  // namespace

std::vector<FileAction> fileActions(const rules::Migration& migration, const Texts& texts) {
  std::vector<FileAction> actions;
  for (const auto& file : migration.files)
    for (const auto& [path, source] : texts.all()) {
      if (!globMatches(file.path, path)) continue;
      if (path.ends_with(".proto") && !holdsDataset(migration, path, source.text)) continue;
      auto target = file.beside.empty() ? path : folderOf(path) + file.beside;
      const auto* there = texts.find(target);
      if (there != nullptr && there->text == file.text) continue;
      bool known =
          std::any_of(actions.begin(), actions.end(), [&](const FileAction& one) { return one.path == target; });
      if (!known) actions.push_back({.path = target, .text = file.text, .replaces = there != nullptr});
    }
  return actions;
}

}  // namespace gander::rewriter
