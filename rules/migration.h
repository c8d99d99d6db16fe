// The migration: the document that says what changes for one or more datasets, all at once, and how it is rolled out.
//
//   YAML text -> parse -> Migration (checked: every name that it uses exists, no field changes twice)
//
// docs/migration.md is the user's page for every key.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/source.h"
#include "rules/change.h"
#include "rules/schema.h"
#include "rules/yaml/written_text.h"

namespace gander::rules {

enum class ReferenceKind {
  kTable,
  kUri,
  kTopic,
  kType,
  kInclude,
  kPackage,
  kFunction,
  kLiteral,
  kModel,
  kMetric,
  kAmbient
};
std::string_view toString(ReferenceKind kind);

// A way in which code names a dataset. `now` equals `old` where the name stays and only identifies.
struct Reference {
  ReferenceKind kind = ReferenceKind::kLiteral;
  std::string old;
  std::string now;
  std::string binding;  // kType, kPackage: the binding's name ("protobuf", "class"); protobuf where the old schema is a
                        // .proto and none is given, else class
  std::string object;   // kFunction, kAmbient: what the value is, as "model.object" ("warehouse.row")
  std::optional<int> parameter;    // kFunction: the 0-based parameter that is the dataset; the result where absent
  bool move = false;               // kModel: the model's own file takes the new name
  std::vector<std::string> paths;  // kAmbient: globs of the files in which it holds; empty: all
  Position position;               // in the migration document
};

enum class TargetRole { kConsumer, kOwner };

struct Dataset {
  std::string id;
  TargetRole role = TargetRole::kConsumer;
  Schema old;
  Schema now;
  std::vector<Reference> references;
  std::vector<Change> changes;
};

// A file of the new version, put into each repository that holds a file that it stands for.
struct NewFile {
  std::string path;    // glob in the repository: the vendored file of the old version ("**/plays.proto")
  std::string text;    // the new version's text
  std::string source;  // where the text came from, relative to the migration document
  std::string beside;  // empty: put in place of `path`; else this file name is put beside it, and the old one stays
  Position position;
};

// What is done with a definition of a dataset (a .proto, a table's specification) in the files that match.
struct DefinitionPolicy {
  std::string paths = "**";  // glob
  bool edit = false;         // else it is listed
};

// Where specifications of the project's own kind name a table and its fields. `path` or `query`, not both.
struct DefinitionSource {
  std::string paths;     // glob
  std::string dataset;   // the id of the one that is meant; empty: `{table}` or `@table` tells
  std::string path;      // YAML and JSON: "tables[name={table}].columns[*].name", "tables.{table}.columns.{field}"
  std::string language;  // of `query`: python, cpp, yaml or json
  WrittenText query;     // a tree-sitter query with the captures @field and @table
  Position position;
};

// A rule of the author's own: where the matcher matches, the range takes the template's text. C++ only.
struct Rule {
  std::string name;                // [a-z0-9-]+
  std::string paths = "**";        // glob: where something may be edited
  std::vector<std::string> words;  // a file is looked at where it holds one of them as a whole word
  WrittenText match;               // a Clang AST matcher, as clang-query takes it
  WrittenText range;               // a range selector of Clang's Transformer; empty: the whole match
  WrittenText replace;             // `{name}` is the source text of the node that is bound so
  std::string change;              // the id of the change or reference that it is for, or "rule/<name>"
  std::string dataset;             // the id of that one's dataset, or empty
  Position position;
};

enum class ProseAction { kList, kEdit };

struct ProsePolicy {
  std::string paths = "**";  // glob
  ProseAction comments = ProseAction::kList;
  ProseAction documents = ProseAction::kList;
};

// What is done where a changed column gives its name to an output of a query.
enum class OutputPolicy {
  kContracts,  // the old name is kept at views, tables, exports and rows that others read; within a statement it follows
  kKeep,       // kept wherever a name comes out
  kFollow,     // renamed onward
};

// How the SQL of some files is read.
struct SqlPolicy {
  std::string paths = "**";             // glob
  std::string dialect;                  // a word of dialects.h, or empty: told by the text, or by the API that takes it
  std::optional<OutputPolicy> outputs;  // absent: the migration's
};

struct RepositoryTarget {
  std::string name;  // shown to people, and the store's key: "acme/plays-report"
  std::string url;   // what git clones: a URL or a path
};

struct CatalogTargets {
  std::string folder;   // Backstage descriptors (*.yaml), relative to the migration document
  std::string dataset;  // entity reference: "resource:default/user-plays"; empty: each dataset's id as a Resource
};

struct Migration {
  std::string file;  // as given, for messages
  std::string name;  // [a-z0-9-]+; the branch is gander/<name>
  std::string title;
  std::string summary;  // why, one line; may be empty
  std::string owner;
  std::string guide;  // URL
  std::vector<Dataset> datasets;
  std::vector<NewFile> files;
  std::vector<DefinitionPolicy> define;  // the first whose paths match decides; where none does, an owner's are edited
  std::vector<DefinitionSource> definitions;
  std::vector<Rule> rules;
  std::vector<ProsePolicy> prose;       // the first whose paths match decides
  std::vector<std::string> shapePaths;  // globs where tier `shape` may edit
  OutputPolicy outputs = OutputPolicy::kContracts;
  std::vector<SqlPolicy> sql;  // the first whose paths match decides
  std::vector<Schema>
      schemas;  // of other datasets: Schema::name is the table's; no name twice, none of a dataset's own tables
  bool allowIncomplete = false;  // propose a draft where a unit is held back
  bool automerge = false;        // a proposal whose proof is complete is merged by the forge, once it is ready
  std::vector<RepositoryTarget> repositories;
  std::optional<CatalogTargets> catalog;
  std::vector<std::string> models;  // files with models of the migration's own, absolute
  std::string digest;               // of the document and every file that it names
};

// The id that edits of a reference carry: "user-plays/table/user_plays_v1".
std::string referenceId(const Dataset& dataset, const Reference& reference);

// Reads a file that the document names, by its path relative to the document's folder.
class DocumentFiles {
 public:
  virtual ~DocumentFiles() = default;
  virtual Result<std::string> read(const std::string& relative) const = 0;
};

// kInvalid with every mistake at once, a `file:line:column: what, and what to do` a line.
Result<Migration> parseMigration(std::string_view file, std::string_view text, const DocumentFiles& files);

// parseMigration on a file of the machine. kNotFound, kDenied, ... with the path where it can't be read. Repositories' urls that
// are relative paths are resolved against the document's folder.
Result<Migration> loadMigration(const std::filesystem::path& path);

// Adds schemas of other datasets that stand elsewhere than in the document. Tables that the migration knows already, its datasets'
// own among them, are left out.
void addSchemas(Migration& migration, std::vector<Schema> schemas);

}  // namespace gander::rules
