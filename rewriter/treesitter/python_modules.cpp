// Which file of a tree a Python import means.
#include <algorithm>

#include "base/text.h"
#include "rewriter/treesitter/frontends.h"
#include "rewriter/treesitter/parser.h"

namespace gander::rewriter {
namespace {

constexpr std::string_view kPackageFile = "__init__.py";

std::string folderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

std::string join(std::string_view folder, std::string_view name) {
  if (folder.empty() || name.empty()) return std::string(folder) + std::string(name);
  return std::string(folder) + "/" + std::string(name);
}

// The last part of a module's path as byTail_ keeps it: "b.py" or "b/__init__.py".
std::string tailOf(std::string_view path) {
  const size_t last = path.rfind('/');
  if (last == std::string_view::npos) return std::string(path);
  if (path.substr(last + 1) != kPackageFile) return std::string(path.substr(last + 1));
  const size_t before = path.rfind('/', last - 1);
  return std::string(path.substr(before == std::string_view::npos ? 0 : before + 1));
}

std::vector<std::string> candidatesFor(std::string_view module) {
  return {std::string(module) + ".py", join(module, kPackageFile)};
}

}  // namespace

LoweringContext::LoweringContext(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    if (!file.ends_with(".py")) continue;
    files_.insert(file);
    byTail_.emplace(tailOf(file), file);
  }
}

std::string LoweringContext::moduleFile(std::string_view importer, std::string_view dotted) const {
  const size_t dots = std::min(dotted.find_first_not_of('.'), dotted.size());
  const std::string module = replaceAll(dotted.substr(dots), ".", "/");
  std::string folder = folderOf(importer);
  if (dots > 0) {
    for (size_t up = 1; up < dots; ++up) {
      if (folder.empty()) return "";
      folder = folderOf(folder);
    }
    for (const std::string& candidate : candidatesFor(join(folder, module))) {
      if (files_.contains(candidate)) return candidate;
    }
    return "";
  }
  if (module.empty()) return "";
  for (const std::string& candidate : candidatesFor(module)) {
    if (files_.contains(candidate)) return candidate;
    if (const auto beside = join(folder, candidate); files_.contains(beside)) return beside;
  }
  std::string found;
  for (const std::string& candidate : candidatesFor(module)) {
    const auto [begin, end] = byTail_.equal_range(tailOf(candidate));
    for (auto it = begin; it != end; ++it) {
      if (!it->second.ends_with("/" + candidate)) continue;
      if (!found.empty()) return "";
      found = it->second;
    }
  }
  return found;
}

std::string LoweringContext::symbolIn(const std::string& moduleFile, std::string_view name) const {
  if (moduleFile.empty()) return "";
  std::string symbol = moduleFile + ":" + std::string(name);
  // A re-exported class passes its members on: "pkg/__init__.py:Client.open" -> "pkg/client.py:Client.open".
  const size_t dot = name.find('.');
  const auto known = reexports_.find(moduleFile + ":" + std::string(name.substr(0, dot)));
  if (known == reexports_.end()) return symbol;
  return known->second + std::string(dot == std::string_view::npos ? "" : name.substr(dot));
}

std::string LoweringContext::absoluteName(std::string_view importer, std::string_view dotted) const {
  const size_t dots = std::min(dotted.find_first_not_of('.'), dotted.size());
  std::string name(dotted.substr(dots));
  if (dots == 0) return name;
  std::string folder = folderOf(importer);
  for (size_t up = 1; up < dots; ++up) folder = folderOf(folder);
  for (; !folder.empty() && files_.contains(join(folder, kPackageFile)); folder = folderOf(folder)) {
    const std::string last = folder.substr(folder.rfind('/') + 1);
    name = name.empty() ? last : last + "." + name;
  }
  return name;
}

void LoweringContext::addPackage(const std::string& path, std::string_view text) {
  const SyntaxTree tree(Grammar::kPython, text);
  for (const Node statement : tree.root().children()) {
    if (!statement.is("import_from_statement")) continue;
    const std::string module(statement.field("module_name").textIn(text));
    const std::string file = moduleFile(path, module);
    for (const Node imported : statement.fields("name")) {
      const bool aliased = imported.is("aliased_import");
      const Node name = aliased ? imported.field("name") : imported;
      const Node alias = aliased ? imported.field("alias") : imported;
      if (!name || !alias || file.empty() || file == path) continue;
      reexports_[path + ":" + std::string(alias.textIn(text))] = file + ":" + std::string(name.textIn(text));
    }
  }
}

}  // namespace gander::rewriter
