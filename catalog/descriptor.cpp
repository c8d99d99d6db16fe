#include "catalog/descriptor.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <array>

#include "base/files.h"
#include "base/text.h"

namespace gander::catalog {
namespace {

// yaml-cpp counts lines and columns from 0, columns in bytes; a missing mark is -1.
Position positionOf(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<uint32_t>(mark.line) + 1, static_cast<uint32_t>(mark.column) + 1};
}

class DescriptorReader {
 public:
  DescriptorReader(const DescriptorSource& source, std::vector<std::string>& mistakes)
      : source_(source), mistakes_(mistakes) {}

  void read(const YAML::Node& document, std::vector<Entity>& entities) {
    if (document.IsNull()) return;  // an empty document between two '---'
    if (!document.IsMap()) return complain(document, "a descriptor is a map with apiVersion, kind and metadata");
    auto kind = text(document, document["kind"], "kind");
    auto metadata = document["metadata"];
    if (!metadata || !metadata.IsMap())
      return complain(document, "the entity has no metadata; add `metadata: {name: ...}`");
    auto name = text(metadata, metadata["name"], "metadata.name");
    if (kind.empty() || name.empty()) return;
    auto space = metadata["namespace"] ? text(metadata, metadata["namespace"], "metadata.namespace") : "default";
    auto ref = parseEntityRef(fmt::format("{}:{}/{}", kind, space, name), kind);
    if (!ref) return complain(metadata["name"], ref.error().message);
    Entity entity;
    entity.ref = *ref;
    entity.file = source_.file;
    entity.position = positionOf(document.Mark());
    readSpec(document, entity);
    bool data = entity.ref.kind == "resource" || entity.ref.kind == "api";
    if (data && entity.type == "dataset") readDefinition(metadata, document["spec"]["definition"], entity);
    if (entity.ref.kind == "component") readCloneUrl(metadata, entity);
    entities.push_back(std::move(entity));
  }

  void complain(const YAML::Node& where, const std::string& what) { complainAt(positionOf(where.Mark()), what); }
  void complainAt(Position position, const std::string& what) {
    mistakes_.push_back(fmt::format("{}: {}", formatPlace(source_.file, position), what));
  }

 private:
  // The scalar's text; empty, and said, where it is missing or no text.
  std::string text(const YAML::Node& parent, const YAML::Node& node, std::string_view key) {
    if (node && node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    complain(node ? node : parent, fmt::format("{} must be there, and be text", key));
    return {};
  }

  void readSpec(const YAML::Node& document, Entity& entity) {
    bool matters = entity.ref.kind == "component" || entity.ref.kind == "resource" || entity.ref.kind == "api";
    if (!matters) return;
    auto spec = document["spec"];
    if (!spec || !spec.IsMap()) return complain(document, fmt::format("{} has no spec", entity.ref.toString()));
    entity.type = text(spec, spec["type"], "spec.type");
    entity.owner = text(spec, spec["owner"], "spec.owner");
    readUses(spec["dependsOn"], "spec.dependsOn", "", entity);
    readUses(spec["consumesApis"], "spec.consumesApis", "api", entity);
  }

  void readUses(const YAML::Node& list, std::string_view key, std::string_view kind, Entity& entity) {
    if (!list || list.IsNull()) return;
    if (!list.IsSequence()) return complain(list, fmt::format("{} must be a list of entity references", key));
    for (const auto& item : list) {
      auto written = text(list, item, key);
      if (written.empty()) continue;
      // A reference without a namespace means the entity's own, as in Backstage.
      auto ref = parseEntityRef(written, kind);
      if (!ref) {
        complain(item, fmt::format("{}: {}", key, ref.error().message));
        continue;
      }
      if (written.find('/') == std::string::npos) ref->space = entity.ref.space;
      entity.uses.push_back(*ref);
    }
  }

  // What no annotation claims may be anything, and is passed over where it is no schema.
  void readDefinition(const YAML::Node& metadata, const YAML::Node& definition, Entity& entity) {
    auto annotations = metadata["annotations"];
    std::string table;
    if (annotations && annotations.IsMap() && annotations["gander.dev/table"])
      table = text(annotations, annotations["gander.dev/table"], "gander.dev/table");
    auto written = definitionText(definition);
    auto ending = rules::schemaEnding(written);
    if (table.empty() && ending != ".sql") return;
    if (ending.empty())
      return complain(definition ? definition : metadata,
                      fmt::format("gander.dev/table needs a schema in spec.definition: SQL, Avro, JSON or protobuf, as "
                                  "text or in a file of the catalog (`$text: ./{}.sql`)",
                                  entity.ref.name));
    auto schemas = rules::parseSchemas(fmt::format("definition{}", ending), written);
    if (!schemas) return complain(definition, schemas.error().message);
    if (!table.empty() && schemas->size() != 1)
      return complain(definition, "gander.dev/table names one table, and spec.definition has several; remove it");
    entity.schemas = std::move(*schemas);
    if (!table.empty()) entity.schemas.front().name = table;
  }

  // Of a text, or of a file within the catalog's folder; nothing is fetched.
  std::string definitionText(const YAML::Node& definition) {
    if (!definition) return {};
    if (definition.IsScalar()) return definition.Scalar();
    auto named = definition.IsMap() ? definition["$text"] : YAML::Node();
    if (!named || !named.IsScalar() || named.Scalar().find("://") != std::string::npos) return {};
    std::error_code error;
    auto path =
        std::filesystem::weakly_canonical(std::filesystem::path(source_.file).parent_path() / named.Scalar(), error);
    auto within = path.lexically_relative(std::filesystem::weakly_canonical(source_.catalog, error));
    if (error || within.empty() || *within.begin() == "..") {
      complain(named, fmt::format("{} is outside of the catalog's folder", named.Scalar()));
      return {};
    }
    auto text = readFile(path);
    if (!text) complain(named, text.error().message);
    return text.value_or("");
  }

  void readCloneUrl(const YAML::Node& metadata, Entity& entity) {
    auto annotations = metadata["annotations"];
    if (annotations && !annotations.IsMap()) return complain(annotations, "metadata.annotations must be a map");
    auto annotation = [&](const char* key) -> YAML::Node {
      return annotations ? annotations[key] : YAML::Node(YAML::NodeType::Undefined);
    };
    if (auto own = annotation("gander.dev/clone-url")) {
      entity.url = anchored(text(annotations, own, "gander.dev/clone-url"));
    } else if (auto location = annotation("backstage.io/source-location")) {
      readLocation(text(annotations, location, "backstage.io/source-location"), location, entity);
    } else if (auto slug = annotation("github.com/project-slug")) {
      entity.url = fmt::format("https://github.com/{}.git", text(annotations, slug, "github.com/project-slug"));
    } else {
      setProblem(metadata, entity, "add the annotation gander.dev/clone-url");
    }
  }

  void readLocation(const std::string& location, const YAML::Node& where, Entity& entity) {
    size_t colon = location.find(':');
    if (colon != std::string::npos && location.substr(0, colon) == "url" && colon + 1 < location.size()) {
      entity.url = anchored(cloneUrlOfPage(std::string_view(location).substr(colon + 1)));
    } else {
      setProblem(
          where, entity,
          fmt::format("its source-location '{}' is no `url:`; add the annotation gander.dev/clone-url", location));
    }
  }

  void setProblem(const YAML::Node& where, Entity& entity, const std::string& cure) {
    entity.problem = fmt::format("{}: {} tells no clone URL: {}", formatPlace(source_.file, positionOf(where.Mark())),
                                 entity.ref.toString(), cure);
  }

  // Before: ../repos/plays.git    After: /catalog/../repos/plays.git, normalised. URLs and user@host:path stay.
  std::string anchored(const std::string& url) const {
    size_t colon = url.find(':');
    bool remote =
        url.empty() || url.find("://") != std::string::npos || (colon != std::string::npos && url.find('/') > colon);
    if (remote) return url;
    return (source_.catalog / url).lexically_normal().string();
  }

  const DescriptorSource& source_;
  std::vector<std::string>& mistakes_;
};

}  // namespace

std::string cloneUrlOfPage(std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return std::string(url);
  auto page = std::string(url);
  while (page.ends_with('/')) page.pop_back();
  // GitHub, GitLab, Gitea and Forgejo, Bitbucket; the host is followed by two parts at least before one of these begins.
  size_t host = page.find("://") + 3;
  size_t owner = page.find('/', host);
  size_t repository = owner == std::string::npos ? owner : page.find('/', owner + 1);
  if (repository == std::string::npos) return page;
  constexpr std::array<std::string_view, 8> kPages{"/-/",          "/tree/",    "/blob/", "/src/branch/",
                                                   "/src/commit/", "/src/tag/", "/raw/",  "/edit/"};
  size_t cut = std::string::npos;
  for (auto mark : kPages) cut = std::min(cut, page.find(mark, repository));
  return page.substr(0, cut);
}

void parseDescriptors(const DescriptorSource& source, std::vector<Entity>& entities,
                      std::vector<std::string>& mistakes) {
  DescriptorReader reader(source, mistakes);
  try {
    for (const auto& document : YAML::LoadAll(source.text)) reader.read(document, entities);
  } catch (const YAML::Exception& error) {
    reader.complainAt(positionOf(error.mark), error.msg);
  }
}

}  // namespace gander::catalog
