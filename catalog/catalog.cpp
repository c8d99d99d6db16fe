#include "catalog/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/files.h"
#include "base/text.h"
#include "catalog/descriptor.h"

namespace gander::catalog {

namespace {

Result<std::vector<std::filesystem::path>> descriptorFiles(const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error))
    return fail(ErrorKind::kNotFound, fmt::format("catalog {}: there is no such folder", folder.string()));
  std::vector<std::filesystem::path> files;
  std::filesystem::recursive_directory_iterator entries(folder, error), end;
  for (; !error && entries != end; entries.increment(error)) {
    auto extension = entries->path().extension();
    bool yaml = extension == ".yaml" || extension == ".yml";
    if (yaml && entries->is_regular_file(error)) files.push_back(entries->path());
  }
  if (error) return failErrno(error.value(), fmt::format("catalog {}", folder.string()));
  std::ranges::sort(files);
  return files;
}

// Two entities of one reference: which of them tells the owner or the URL would be chance.
void findTwins(const std::vector<Entity>& entities, std::vector<std::string>& mistakes) {
  for (size_t i = 1; i < entities.size(); ++i) {
    if (entities[i].ref != entities[i - 1].ref) continue;
    mistakes.push_back(fmt::format("{}: {} is described at {} too; keep one of them",
                                   formatPlace(entities[i].file, entities[i].position), entities[i].ref.toString(),
                                   formatPlace(entities[i - 1].file, entities[i - 1].position)));
  }
}

bool isDataset(const Entity& entity) {
  return entity.type == "dataset" && (entity.ref.kind == "resource" || entity.ref.kind == "api");
}

}  // namespace

Result<Catalog> Catalog::load(const std::filesystem::path& folder) {
  std::error_code error;
  auto absolute = std::filesystem::absolute(folder, error);
  if (error) return failErrno(error.value(), fmt::format("catalog {}", folder.string()));
  GANDER_TRY(auto files, descriptorFiles(folder));
  std::vector<Entity> entities;
  std::vector<std::string> mistakes;
  for (const auto& file : files) {
    GANDER_TRY(auto text, readFile(file));
    parseDescriptors(DescriptorSource{file.string(), text, absolute.lexically_normal()}, entities, mistakes);
  }
  std::ranges::sort(entities, {},
                    [](const Entity& entity) { return std::tie(entity.ref, entity.file, entity.position); });
  findTwins(entities, mistakes);
  if (!mistakes.empty()) return fail(ErrorKind::kInvalid, fmt::format("{}", fmt::join(mistakes, "\n")));
  return Catalog(std::move(entities));
}

Result<std::vector<Consumer>> Catalog::consumersOf(std::string_view dataset) const {
  bool anyKind = dataset.find(':') == std::string_view::npos;
  GANDER_TRY(auto wanted, parseEntityRef(dataset, "resource"));
  auto find = [&] { return std::ranges::find(entities_, wanted, &Entity::ref); };
  auto found = find();
  if (found == entities_.end() && anyKind) {
    wanted.kind = "api";
    found = find();
  }
  if (found == entities_.end() || !isDataset(*found)) {
    std::vector<std::string> names;
    for (const auto& entity : entities_)
      if (isDataset(entity)) names.push_back(entity.ref.toString());
    if (anyKind) wanted.kind = "resource";
    auto near = nearest(wanted.toString(), names);
    return fail(ErrorKind::kNotFound,
                fmt::format("the catalog has no dataset {}{}{}", wanted.toString(),
                            found == entities_.end() ? "" : fmt::format(" (its spec.type is '{}')", found->type),
                            near.empty() ? "" : fmt::format("; did you mean {}?", near)));
  }
  std::vector<Consumer> consumers;
  for (const auto& entity : entities_) {
    if (entity.ref.kind != "component" || std::ranges::find(entity.uses, wanted) == entity.uses.end()) continue;
    auto name = entity.ref.space == "default" ? entity.ref.name : entity.ref.space + "/" + entity.ref.name;
    consumers.push_back({entity.ref, std::move(name), entity.url, entity.owner, entity.problem});
  }
  std::ranges::sort(consumers, {}, &Consumer::name);
  return consumers;
}

std::vector<rules::Schema> Catalog::schemas() const {
  std::vector<rules::Schema> schemas;
  for (const auto& entity : entities_) schemas.insert(schemas.end(), entity.schemas.begin(), entity.schemas.end());
  return schemas;
}

}  // namespace gander::catalog
