// Who consumes a dataset, read from a folder of Backstage descriptors.
//
//   *.yaml (several documents a file) -> entities -> relations of a dataset -> consumers, each with what git clones
//
// A dataset is a Resource of type `dataset` (its consumers have it in `dependsOn`) or an API of type `dataset` (`consumesApis`).
// Only Components consume. What git clones is looked for in this order:
//   annotation gander.dev/clone-url             a URL or a path, taken as it is
//   annotation backstage.io/source-location     `type:target`, split at the first colon; only the type `url` is understood
//   annotation github.com/project-slug          owner/name -> https://github.com/owner/name.git
// A relative path is relative to the catalog's folder.
//
// A dataset may carry its schema: spec.definition, a text or `$text: ./file`. SQL names its tables itself; another schema counts where
// the annotation gander.dev/table tells the table's name.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/source.h"
#include "rules/schema.h"

namespace gander::catalog {

// "kind:namespace/name", all lower-case.
struct EntityRef {
  std::string kind;
  std::string space;  // the namespace
  std::string name;
  std::string toString() const;
  auto operator<=>(const EntityRef&) const = default;
};

// Reads "[kind:][namespace/]name"; `kind` stands in where the text has none. kInvalid where a part is empty, too long (over 63
// characters), or holds other characters than letters, digits, '-', '_' and '.'.
Result<EntityRef> parseEntityRef(std::string_view text, std::string_view kind);

struct Consumer {
  EntityRef entity;
  std::string
      name;  // shown to people and unique among the consumers: the name, with "namespace/" where it is not the default one
  std::string url;      // what git clones: a URL or an absolute path; empty where the descriptor tells none
  std::string owner;    // of spec.owner, an entity reference as it is written
  std::string problem;  // why there is no URL, with `file:line:column` and what to do; empty where there is one
};

// One entity of the descriptors, with what matters here.
struct Entity {
  EntityRef ref;
  std::string type;  // spec.type
  std::string owner;
  std::string url;
  std::string problem;
  std::vector<EntityRef> uses;         // dependsOn and consumesApis
  std::vector<rules::Schema> schemas;  // of a dataset; Schema::name is the table's
  std::string file;
  Position position;
};

class Catalog {
 public:
  // Reads every *.yaml and *.yml below the folder. kNotFound if the folder is not there; kInvalid with every mistake at once, a
  // `file:line:column: what, and what to do` a line.
  static Result<Catalog> load(const std::filesystem::path& folder);

  // The components that use the dataset, sorted by name, those without a URL too. kNotFound, with the nearest name, if no
  // entity of the catalog is that dataset. A reference without a kind means a Resource, and where there is none an API.
  Result<std::vector<Consumer>> consumersOf(std::string_view dataset) const;

  // Those of all datasets.
  std::vector<rules::Schema> schemas() const;

  const std::vector<Entity>& entities() const { return entities_; }

 private:
  explicit Catalog(std::vector<Entity> entities) : entities_(std::move(entities)) {}
  std::vector<Entity> entities_;  // sorted by reference
};

}  // namespace gander::catalog
