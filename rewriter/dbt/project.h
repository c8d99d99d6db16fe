// The dbt projects of a tree: their models, seeds, snapshots, sources, macros and variables, and the files that describe them.
//
//   dbt_project.yml -> Project;  models/*.sql, *.yml, seeds/*.csv, ... -> Resource, SourceTable, Macro
//
// Read as far as it can be without running anything: a configuration that is computed is not known. Several projects may lie in one
// tree, also in one another; what another package brings (dbt_packages/) is not theirs.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/scan/texts.h"
#include "rewriter/sql/jinja_template.h"
#include "rewriter/treesitter/yaml_tree.h"

namespace gander::rewriter::dbt {

// A piece of a file that says a name: what an edit replaces.
struct Literal {
  std::string value;
  Span span;
  bool plain = true;  // the bytes are the value
};

enum class ResourceKind { kModel, kSeed, kSnapshot };
std::string_view toString(ResourceKind kind);

// A node's entry in a .yml file.
struct Properties {
  std::string path;
  const YamlNode* node = nullptr;
};

// What `ref` names.
struct Resource {
  ResourceKind kind = ResourceKind::kModel;
  size_t project = 0;
  std::string name;
  std::string version;  // "2"; empty where the model has none
  bool latest = true;   // what a ref without a version means
  std::string path;
  ByteRange body;                   // of its SQL: the whole file, or a snapshot's block
  std::optional<Literal> declared;  // a snapshot's name where it is written; a model's name is its file's
  std::vector<Properties> properties;
};

// A table of a source: what `source` names.
struct SourceTable {
  size_t project = 0;
  std::string source;
  std::string table;
  Literal name;  // of the table
  Literal sourceName;
  Properties properties;        // of the table
  Properties sourceProperties;  // of the source
};

struct Macro {
  size_t project = 0;
  std::string name;
  std::string path;
  size_t block = 0;  // of its file's template
  bool test = false;
};

struct Project {
  std::string name;
  std::string root;  // "" or "transform/"
  std::string path;  // of its dbt_project.yml
  YamlNode settings;
  std::vector<std::string> modelPaths, seedPaths, snapshotPaths, macroPaths, testPaths, analysisPaths;  // with the root
  std::array<const std::vector<std::string>*, 6> folders() const {
    return {&modelPaths, &seedPaths, &snapshotPaths, &macroPaths, &testPaths, &analysisPaths};
  }
  std::set<std::string> packages;  // names of projects of this tree that it uses
};

// A file of properties: *.yml under one of a project's paths.
struct PropertyFile {
  size_t project = 0;
  std::string path;
  std::vector<YamlNode> documents;
};

class Projects {
 public:
  explicit Projects(const Texts& texts);
  Projects(const Projects&) = delete;
  Projects& operator=(const Projects&) = delete;

  bool empty() const { return projects_.empty(); }
  const std::vector<Project>& all() const { return projects_; }
  const std::vector<std::unique_ptr<Resource>>& resources() const { return resources_; }
  const std::vector<std::unique_ptr<SourceTable>>& sources() const { return sources_; }
  const std::vector<std::unique_ptr<PropertyFile>>& propertyFiles() const { return propertyFiles_; }

  // The project whose file this is, or null.
  const Project* projectOf(std::string_view path) const;
  // The SQL files of projects: models, snapshots, tests, analyses and macros.
  const std::set<std::string>& sqlFiles() const { return sqlFiles_; }
  bool isMacroFile(const std::string& path) const { return macroFiles_.contains(path); }
  // The resource whose SQL holds that place, or null.
  const Resource* resourceAt(std::string_view path, uint32_t offset) const;

  // As dbt looks them up from a project: in it first, then in those that it uses. Null where none of this tree is meant. An empty
  // `package` is any, an empty `version` the latest.
  const Resource* findResource(size_t project, std::string_view package, std::string_view name,
                               std::string_view version) const;
  const SourceTable* findSource(size_t project, std::string_view source, std::string_view table) const;
  // `callee` may have the project's name before a dot. Dispatched implementations (default__x) are found by their own names only.
  const Macro* findMacro(size_t project, std::string_view callee) const;
  const std::vector<Macro>& macros() const { return macros_; }

  // The value of a `vars:` entry, or null.
  const YamlNode* findVariable(size_t project, std::string_view name) const;

  // The template that a file of sqlFiles() is. It lives as long as this.
  const sql::Template& templateOf(const std::string& path) const;
  const std::string& textOf(const std::string& path) const;

 private:
  friend class ProjectReader;
  const Project* sharerOf(std::string_view path) const;

  const Texts& texts_;
  std::vector<Project> projects_;
  std::vector<std::unique_ptr<Resource>> resources_;
  std::vector<std::unique_ptr<SourceTable>> sources_;
  std::vector<std::unique_ptr<PropertyFile>> propertyFiles_;
  std::vector<Macro> macros_;
  std::set<std::string> sqlFiles_;
  std::set<std::string> macroFiles_;
  std::multimap<std::string, const Resource*, std::less<>> byName_;
  std::multimap<std::string, const Resource*, std::less<>> byPath_;
  std::map<std::pair<std::string, std::string>, std::vector<const SourceTable*>> sourcesByName_;
  std::multimap<std::string, size_t, std::less<>> macrosByName_;
  mutable std::map<std::string, std::unique_ptr<sql::Template>> templates_;
};

}  // namespace gander::rewriter::dbt
