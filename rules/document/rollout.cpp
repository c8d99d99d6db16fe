#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "base/text.h"
#include "rules/document/sections.h"
#include "rules/model.h"

namespace gander::rules {

void checkGlob(const std::string& glob, Position position, Problems& problems) {
  if (glob.starts_with('/'))
    problems.add(position, fmt::format("glob {} begins with '/'; paths begin at the repository's root, without one",
                                       inQuotes(glob)));
  for (const auto& part : split(glob, '/'))
    if (part == "..") problems.add(position, fmt::format("glob {} leaves the repository; remove '..'", inQuotes(glob)));
}

namespace {

NewFile readFile(const Node& node, Section section) {
  NewFile file;
  file.position = node.position;
  MapReader map(node, "a file", section.problems);
  file.path = map.text("path");
  checkGlob(file.path, map.positionOf("path"), section.problems);
  file.source = map.text("from");
  file.beside = map.optionalText("beside").value_or("");
  if (file.beside.find('/') != std::string::npos || file.beside == "." || file.beside == "..")
    section.problems.add(map.positionOf("beside"),
                         fmt::format("'beside' is a file's name, without a folder, not {}", inQuotes(file.beside)));
  map.finish();
  if (file.source.empty()) return file;
  if (const std::string* text = section.reads.read(file.source, map.positionOf("from"), section.problems))
    file.text = *text;
  return file;
}

ProsePolicy readProse(const Node& node, Problems& problems) {
  ProsePolicy policy;
  MapReader map(node, "a prose rule", problems);
  if (auto paths = map.optionalText("paths")) policy.paths = *paths;
  checkGlob(policy.paths, map.positionOf("paths"), problems);
  if (map.choice("comments", {"list", "edit"}) == "edit") policy.comments = ProseAction::kEdit;
  if (map.choice("documents", {"list", "edit"}) == "edit") policy.documents = ProseAction::kEdit;
  map.finish();
  return policy;
}

// A document is committed and its text is shown: it is no place for a password. `ssh://git@host` names a user only.
bool carriesSecret(const std::string& url) {
  size_t scheme = url.find("://");
  if (scheme == std::string::npos || withoutCredentials(url) == url) return false;
  auto user = std::string_view(url).substr(scheme + 3, url.find('@') - scheme - 3);
  return url.starts_with("http") || user.find(':') != std::string_view::npos;
}

RepositoryTarget readRepository(const Node& node, Problems& problems) {
  RepositoryTarget target;
  MapReader map(node, "a repository", problems);
  target.name = map.text("name");
  bool plain = target.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") ==
               std::string::npos;
  bool dots = false;
  for (const auto& part : split(target.name, '/')) dots = dots || part == "." || part == ".." || part.empty();
  if (!target.name.empty() && (!plain || dots))
    problems.add(map.positionOf("name"),
                 fmt::format("bad name {} for a repository; write it as acme/report", inQuotes(target.name)));
  target.url = map.text("url");
  if (carriesSecret(target.url)) {
    problems.add(map.positionOf("url"),
                 "this url carries a user or password; remove it, and give git a credential helper");
    target.url.clear();
  }
  map.finish();
  return target;
}

void readRepositories(MapReader& document, Migration& migration, Problems& problems) {
  std::set<std::string> names;
  for (const Node* item : document.list("repositories")) {
    auto target = readRepository(*item, problems);
    if (!target.name.empty() && !names.insert(target.name).second)
      problems.add(item->position,
                   fmt::format("repository {} stands here twice; remove one of them", inQuotes(target.name)));
    migration.repositories.push_back(std::move(target));
  }
}

void readModels(MapReader& document, Section section, Migration& migration) {
  for (const Node* item : document.list("models")) {
    auto path = scalarText(*item, "a model's file", section.problems);
    if (!path) continue;
    if (const std::string* text = section.reads.read(*path, item->position, section.problems)) {
      auto model = parseModel(*path, *text);
      if (!model) section.problems.addForeign(model.error());
    }
    migration.models.push_back(std::move(*path));
  }
}

}  // namespace

void readRollout(MapReader& document, Section section, Migration& migration) {
  Problems& problems = section.problems;
  for (const Node* item : document.list("files")) migration.files.push_back(readFile(*item, section));
  for (const Node* item : document.list("prose")) migration.prose.push_back(readProse(*item, problems));
  for (const Node* item : document.list("shapes")) {
    auto glob = scalarText(*item, "an entry of 'shapes'", problems);
    if (!glob) continue;
    checkGlob(*glob, item->position, problems);
    migration.shapePaths.push_back(std::move(*glob));
  }
  migration.allowIncomplete = document.choice("incomplete", {"hold", "draft"}) == "draft";
  migration.automerge = document.optionalFlag("automerge").value_or(false);
  readRepositories(document, migration, problems);
  if (const Node* node = document.map("catalog")) {
    MapReader map(*node, "'catalog'", problems);
    migration.catalog = CatalogTargets{map.text("folder"), map.optionalText("dataset").value_or("")};
    map.finish();
  }
  readModels(document, section, migration);
}

}  // namespace gander::rules
