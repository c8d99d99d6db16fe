// Reads the projects of a tree: settings, then files by the folder that they lie in, then what .yml files say about them.
#include <algorithm>

#include "base/text.h"
#include "rewriter/dbt/project.h"

namespace gander::rewriter::dbt {
namespace {

std::string folderOf(std::string_view path) {
  size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? "" : path.substr(0, slash + 1));
}

std::string fileName(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

std::string stemOf(std::string_view path) {
  auto name = fileName(path);
  return name.substr(0, name.rfind('.'));
}

bool isYaml(std::string_view path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

// "../x/" seen from "a/b/" is "a/x/"; nullopt where it leads out of the tree.
std::optional<std::string> resolve(const std::string& root, std::string_view relative) {
  std::vector<std::string> parts;
  auto all = root + std::string(relative);
  for (auto& part : split(all, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(std::move(part));
    } else {
      if (parts.empty()) return std::nullopt;
      parts.pop_back();
    }
  }
  std::string out;
  for (const auto& part : parts) out += part + "/";
  return out;
}

std::vector<std::string> foldersOf(const Project& project, std::initializer_list<std::string_view> keys,
                                   std::initializer_list<std::string_view> byDefault) {
  std::vector<std::string> written;
  bool set = false;
  for (auto key : keys) {
    const auto* list = project.settings.find(key);
    if (list == nullptr || set) continue;
    set = true;
    for (const auto& item : list->items)
      if (item.isScalar()) written.push_back(item.scalar.value);
  }
  if (!set) written.assign(byDefault.begin(), byDefault.end());
  std::vector<std::string> folders;
  for (const auto& one : written)
    if (auto folder = resolve(project.root, one)) folders.push_back(*folder);
  return folders;
}

bool liesIn(std::string_view path, const std::vector<std::string>& folders) {
  return std::ranges::any_of(folders, [&](const auto& folder) { return path.starts_with(folder); });
}

Literal literalOf(const Scalar& scalar) { return {scalar.value, scalar.span, scalar.offsets.empty()}; }

const std::vector<YamlNode>& itemsOf(const YamlNode& document, std::string_view key) {
  static const std::vector<YamlNode> kNone;
  const auto* list = document.find(key);
  return list == nullptr ? kNone : list->items;
}

}  // namespace

class ProjectReader {
 public:
  explicit ProjectReader(Projects& out) : out_(out) {}

  void read() {
    for (const auto& path : out_.texts_.paths())
      if (fileName(path) == "dbt_project.yml") addProject(path);
    if (out_.projects_.empty()) return;
    for (auto& project : out_.projects_) addPackages(project);
    for (auto& project : out_.projects_) addSharers(project);
    for (const auto& path : out_.texts_.paths()) addFile(path);
    for (const auto& file : out_.propertyFiles_)
      for (const auto& document : file->documents) addProperties(*file, document);
    index();
  }

 private:
  void addProject(const std::string& path) {
    const auto* source = out_.texts_.find(path);
    bool foreign = path.contains("dbt_packages/") || path.contains("dbt_modules/");
    if (source == nullptr || source->nature == FileNature::kGenerated || foreign) return;
    Project project;
    project.path = path;
    project.root = folderOf(path);
    auto documents = yamlTrees(path, source->text);
    if (!documents.empty()) project.settings = std::move(documents.front());
    project.name = project.settings.textOf("name");
    project.modelPaths = foldersOf(project, {"model-paths", "source-paths"}, {"models"});
    project.seedPaths = foldersOf(project, {"seed-paths", "data-paths"}, {"seeds", "data"});
    project.snapshotPaths = foldersOf(project, {"snapshot-paths"}, {"snapshots"});
    project.macroPaths = foldersOf(project, {"macro-paths"}, {"macros"});
    project.testPaths = foldersOf(project, {"test-paths"}, {"tests"});
    project.analysisPaths = foldersOf(project, {"analysis-paths"}, {"analyses", "analysis"});
    out_.projects_.push_back(std::move(project));
  }

  // Projects of this tree that another one uses: `local:` packages.
  void addPackages(Project& project) {
    for (const char* file : {"packages.yml", "dependencies.yml"}) {
      const auto* source = out_.texts_.find(project.root + file);
      if (source == nullptr) continue;
      for (const auto& document : yamlTrees(project.root + file, source->text))
        for (const auto& item : itemsOf(document, "packages")) addLocal(project, item.textOf("local"));
    }
  }

  void addLocal(Project& project, const std::string& local) {
    if (local.empty()) return;
    auto root = resolve(project.root, local + "/");
    for (const auto& other : out_.projects_)
      if (root && other.root == *root) project.packages.insert(other.name);
  }

  // Projects that take in a folder beside this one's root, as this one does.
  void addSharers(Project& project) {
    for (const auto* folders : project.folders())
      for (const auto& folder : *folders) {
        const bool own = folder.empty() || folder.starts_with(project.root);
        const auto* owner = own ? nullptr : out_.projectOf(folder);
        if (owner != nullptr && owner != &project) project.packages.insert(owner->name);
      }
  }

  void addFile(const std::string& path) {
    const auto* project = out_.projectOf(path);
    if (project == nullptr || path == project->path) return;
    const auto index = static_cast<size_t>(project - out_.projects_.data());
    if (path.ends_with(".sql")) {
      addSql(index, path);
    } else if (path.ends_with(".py") && liesIn(path, project->modelPaths)) {
      addResource(index, ResourceKind::kModel, stemOf(path), path, wholeOf(path));
    } else if (path.ends_with(".csv") && liesIn(path, project->seedPaths)) {
      addResource(index, ResourceKind::kSeed, stemOf(path), path, {});
    } else if (isYaml(path)) {
      addPropertyFile(index, path);
    }
  }

  ByteRange wholeOf(const std::string& path) const {
    return {0, static_cast<uint32_t>(out_.texts_.find(path)->text.size())};
  }

  void addSql(size_t index, const std::string& path) {
    const auto& project = out_.projects_[index];
    bool test = liesIn(path, project.testPaths);
    bool model = liesIn(path, project.modelPaths);
    if (liesIn(path, project.macroPaths) || (test && !model)) addMacros(index, path);
    if (liesIn(path, project.snapshotPaths)) addSnapshots(index, path);
    if (model) addResource(index, ResourceKind::kModel, stemOf(path), path, wholeOf(path));
    bool known = test || model || liesIn(path, project.macroPaths) || liesIn(path, project.snapshotPaths) ||
                 liesIn(path, project.analysisPaths);
    if (known) out_.sqlFiles_.insert(path);
  }

  void addMacros(size_t index, const std::string& path) {
    const auto& all = out_.templateOf(path);
    for (const auto& one : all.statements) {
      const auto& word = one.statement.word;
      if ((word != "macro" && word != "test") || one.block == sql::kNoBlock) continue;
      out_.macros_.push_back({index, one.statement.name, path, one.block, word == "test"});
      out_.macroFiles_.insert(path);
    }
  }

  void addSnapshots(size_t index, const std::string& path) {
    const auto& all = out_.templateOf(path);
    for (const auto& one : all.statements) {
      if (one.statement.word != "snapshot" || one.block == sql::kNoBlock) continue;
      auto& made = addResource(index, ResourceKind::kSnapshot, one.statement.name, path, all.blocks[one.block].body);
      made.declared = Literal{one.statement.name, {path, one.statement.nameRange}, true};
    }
  }

  Resource& addResource(size_t index, ResourceKind kind, std::string name, const std::string& path, ByteRange body) {
    auto made = std::make_unique<Resource>();
    made->kind = kind;
    made->project = index;
    made->name = std::move(name);
    made->path = path;
    made->body = body;
    out_.resources_.push_back(std::move(made));
    return *out_.resources_.back();
  }

  void addPropertyFile(size_t index, const std::string& path) {
    const auto& project = out_.projects_[index];
    bool known = false;
    for (const auto* folders : project.folders()) known |= liesIn(path, *folders);
    if (!known) return;
    auto file = std::make_unique<PropertyFile>();
    file->project = index;
    file->path = path;
    file->documents = yamlTrees(path, out_.texts_.find(path)->text);
    out_.propertyFiles_.push_back(std::move(file));
  }

  void addProperties(const PropertyFile& file, const YamlNode& document) {
    for (const auto& source : itemsOf(document, "sources")) addSource(file, source);
    for (const auto& model : itemsOf(document, "models")) addToResource(file, model, ResourceKind::kModel);
    for (const auto& seed : itemsOf(document, "seeds")) addToResource(file, seed, ResourceKind::kSeed);
    for (const auto& snapshot : itemsOf(document, "snapshots")) addSnapshotProperties(file, snapshot);
  }

  void addSource(const PropertyFile& file, const YamlNode& source) {
    const auto* sourceName = source.find("name");
    if (sourceName == nullptr || !sourceName->isScalar()) return;
    for (const auto& table : itemsOf(source, "tables")) {
      const auto* name = table.find("name");
      if (name == nullptr || !name->isScalar()) continue;
      auto made = std::make_unique<SourceTable>();
      made->project = file.project;
      made->source = sourceName->scalar.value;
      made->table = name->scalar.value;
      made->name = literalOf(name->scalar);
      made->sourceName = literalOf(sourceName->scalar);
      made->properties = {file.path, &table};
      made->sourceProperties = {file.path, &source};
      out_.sources_.push_back(std::move(made));
    }
  }

  void addToResource(const PropertyFile& file, const YamlNode& node, ResourceKind kind) {
    auto name = node.textOf("name");
    if (!itemsOf(node, "versions").empty()) return addVersions(file, node, name);
    for (const auto& resource : out_.resources_)
      if (resource->project == file.project && resource->kind == kind && resource->name == name)
        resource->properties.push_back({file.path, &node});
  }

  // A snapshot may be made by its properties alone, over `relation:`.
  void addSnapshotProperties(const PropertyFile& file, const YamlNode& node) {
    const auto* name = node.find("name");
    if (name == nullptr || !name->isScalar()) return;
    if (node.find("relation") != nullptr) {
      auto& made = addResource(file.project, ResourceKind::kSnapshot, name->scalar.value, file.path, {});
      made.declared = literalOf(name->scalar);
    }
    addToResource(file, node, ResourceKind::kSnapshot);
  }

  void addVersions(const PropertyFile& file, const YamlNode& node, const std::string& name) {
    std::vector<Resource*> found;
    for (const auto& version : itemsOf(node, "versions")) {
      auto number = version.textOf("v");
      auto stem = version.textOf("defined_in");
      for (const auto& resource : out_.resources_) {
        bool named = stem.empty() ? resource->name == name + "_v" + number || resource->name == name + ".v" + number
                                  : resource->name == stem;
        if (!named || resource->project != file.project || resource->kind != ResourceKind::kModel) continue;
        resource->name = name;
        resource->version = number;
        resource->properties.push_back({file.path, &node});
        resource->properties.push_back({file.path, &version});
        found.push_back(resource.get());
        break;
      }
    }
    setLatest(found, node.textOf("latest_version"));
  }

  static void setLatest(const std::vector<Resource*>& versions, const std::string& written) {
    auto later = [](const Resource* a, const Resource* b) {  // 10 is later than 9
      return std::pair(a->version.size(), a->version) < std::pair(b->version.size(), b->version);
    };
    auto last = std::ranges::max_element(versions, later);
    for (auto* one : versions) one->latest = written.empty() ? one == *last : one->version == written;
  }

  void index() {
    for (const auto& resource : out_.resources_) {
      out_.byName_.emplace(resource->name, resource.get());
      out_.byPath_.emplace(resource->path, resource.get());
    }
    for (const auto& source : out_.sources_)
      out_.sourcesByName_[{source->source, source->table}].push_back(source.get());
    for (size_t i = 0; i < out_.macros_.size(); ++i) out_.macrosByName_.emplace(out_.macros_[i].name, i);
  }

  Projects& out_;
};

Projects::Projects(const Texts& texts) : texts_(texts) { ProjectReader(*this).read(); }

}  // namespace gander::rewriter::dbt
