#include "rules/migration.h"

#include <fmt/format.h>

#include "base/files.h"
#include "rules/document/header.h"
#include "rules/document/sections.h"

namespace gander::rules {
namespace {

namespace fs = std::filesystem;

void readMetadata(MapReader& document, Migration& migration, Problems& problems) {
  const Node* node = document.map("metadata", true);
  if (node == nullptr) return;
  MapReader map(*node, "metadata", problems);
  migration.name = map.text("name");
  checkName(migration.name, map.positionOf("name"), problems);
  migration.title = map.text("title");
  migration.summary = map.optionalText("summary").value_or("");
  migration.owner = map.text("owner");
  migration.guide = map.optionalText("guide").value_or("");
  if (!migration.guide.empty() && !migration.guide.starts_with("https://") && !migration.guide.starts_with("http://"))
    problems.add(map.positionOf("guide"),
                 fmt::format("guide must be an https:// address, not {}", inQuotes(migration.guide)));
  map.finish();
}

class FolderFiles final : public DocumentFiles {
 public:
  explicit FolderFiles(fs::path folder) : folder_(std::move(folder)) {}
  Result<std::string> read(const std::string& relative) const override {
    auto path = folder_ / relative;
    std::error_code error;
    auto status = fs::status(path, error);
    // A device or a pipe may never end.
    if (fs::exists(status) && !fs::is_regular_file(status))
      return fail(ErrorKind::kInvalid, fmt::format("read {}: not a regular file", path.string()));
    return gander::readFile(path);
  }

 private:
  fs::path folder_;
};

// A path, not an URL and not git's short form of one (git@host:acme/report).
bool isRelativePath(const std::string& url) {
  if (url.empty() || url.front() == '/' || url.find("://") != std::string::npos) return false;
  size_t colon = url.find(':');
  return colon == std::string::npos || url.find('/') < colon;
}

}  // namespace

std::string referenceId(const Dataset& dataset, const Reference& reference) {
  return fmt::format("{}/{}/{}", dataset.id, toString(reference.kind), reference.old);
}

Result<Migration> parseMigration(std::string_view file, std::string_view text, const DocumentFiles& files) {
  Problems problems(file);
  auto root = parseYaml(text, problems);
  if (!root) return std::unexpected(problems.error());
  Migration migration;
  migration.file = file;
  DocumentReads reads(files);
  Section section{reads, problems};
  MapReader document(*root, "a migration", problems);
  readKind(document, "Migration", problems);
  readMetadata(document, migration, problems);
  readDatasets(document, section, migration);
  readQueries(document, section, migration);
  readDefinitions(document, text, section, migration);
  readRules(document, text, section, migration);
  readRollout(document, section, migration);
  document.finish();
  if (!problems.empty()) return std::unexpected(problems.error());
  migration.digest = reads.digest(text);
  return migration;
}

Result<Migration> loadMigration(const fs::path& path) {
  std::error_code error;
  auto absolute = fs::absolute(path, error);
  if (error) return failErrno(error.value(), fmt::format("find {}", path.string()));
  auto folder = absolute.lexically_normal().parent_path();
  FolderFiles files(folder);
  GANDER_TRY(auto text, files.read(absolute.filename().string()));
  GANDER_TRY(auto migration, parseMigration(path.string(), text, files));
  for (auto& repository : migration.repositories)
    if (isRelativePath(repository.url)) repository.url = (folder / repository.url).lexically_normal().string();
  for (auto& model : migration.models) model = (folder / model).lexically_normal().string();
  return migration;
}

}  // namespace gander::rules
