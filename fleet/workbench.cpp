#include "fleet/workbench.h"

#include <fmt/format.h>

#include "base/files.h"
#include "fleet/directory_tree.h"

namespace gander::fleet {

namespace fs = std::filesystem;

Workbench::Workbench(const Fleet::Parts& parts, const Fleet::Limits& limits, Source source, fs::path folder,
                     CommitTree tree)
    : parts_(parts), limits_(limits), source_(std::move(source)), folder_(std::move(folder)), tree_(std::move(tree)) {}

// A folder that can't be removed is found again, and removed, by the next run.
Workbench::~Workbench() { (void)removeTree(folder_); }

Result<std::unique_ptr<Workbench>> Workbench::make(const Fleet::Parts& parts, const Fleet::Limits& limits,
                                                   Source source, fs::path folder) {
  GANDER_TRY(auto tree, CommitTree::open(source.repository, source.commit));
  GANDER_CHECK(ensureDirectory(folder));
  return std::unique_ptr<Workbench>(
      new Workbench(parts, limits, std::move(source), std::move(folder), std::move(tree)));
}

Result<bool> Workbench::mentions(const rules::Migration& migration) const {
  return rewriter::mentions(migration, parts_.library, tree_, limits_.rewrite);
}

Result<fs::path> Workbench::checkout(const std::string& name) {
  auto folder = folder_ / name;
  GANDER_CHECK(removeTree(folder));
  GANDER_CHECK(ensureDirectory(folder));
  GANDER_CHECK(source_.repository.checkout(source_.commit, folder));
  return folder;
}

Status Workbench::buildBase() {
  GANDER_TRY(baseFolder_, checkout("base"));
  GANDER_TRY(plan_, sandbox::planBuild(baseFolder_));
  if (parts_.sandbox == nullptr || !plan_.known()) return {};
  GANDER_TRY(base_, sandbox::runBuild(*parts_.sandbox, baseFolder_, plan_, limits_.build));
  return {};
}

std::string Workbench::baseSummary() const {
  if (parts_.sandbox == nullptr) return "no sandbox, nothing is built";
  if (!plan_.known()) return "no build known";
  if (base_.succeeded) return fmt::format("{}: passed", plan_.kind);
  const auto* failed = base_.failed();
  return fmt::format("{}: fails at {}, before any edit", plan_.kind, failed ? failed->step : "its start");
}

Result<std::unique_ptr<rewriter::CppParser>> Workbench::makeParser(const fs::path& folder) const {
  if (!parts_.parser || folder.empty()) return nullptr;
  fs::path database;
  std::error_code error;
  // The configuring step may have made it even where a later one failed.
  if (!plan_.database.empty() && fs::is_regular_file(folder / plan_.database / "compile_commands.json", error))
    database = folder / plan_.database;
  return parts_.parser({folder, database, source_.address});
}

Result<rewriter::Rewrite> Workbench::rewrite(const rules::Migration& migration) {
  GANDER_TRY(auto parser, makeParser(baseFolder_));
  return parts_.rewrite({migration, parts_.library, tree_, parser.get()}, limits_.rewrite);
}

Result<rewriter::Certificate> Workbench::certify(const rules::Migration& migration, const rewriter::Rewrite& rewrite,
                                                 const rewriter::ChangedFiles& changed) const {
  rewriter::CertificateParts parts{migration, parts_.library, tree_, changed};
  if (rewrittenFolder_.empty()) return rewriter::certify(rewrite, parts);
  GANDER_TRY(auto before, makeParser(baseFolder_));
  GANDER_TRY(auto after, makeParser(rewrittenFolder_));
  parts.before = before.get();
  parts.after = after.get();
  return rewriter::certify(rewrite, parts);
}

Result<sandbox::BuildOutcome> Workbench::build(const std::string& name, const rewriter::ChangedFiles& changed) {
  GANDER_TRY(auto folder, checkout(name));
  if (!changed.empty()) {
    GANDER_TRY(auto directory, DirectoryTree::open(folder));
    GANDER_CHECK(directory.replace(changed));
  }
  return sandbox::runBuild(*parts_.sandbox, folder, plan_, limits_.build);
}

Result<sandbox::Verification> Workbench::verify(const rewriter::ChangedFiles& changed) {
  if (parts_.sandbox == nullptr)
    return sandbox::Verification{sandbox::BuildVerdict::kNoSandbox,
                                 "nothing was built: there is no sandbox to build in", ""};
  if (!plan_.known())
    return sandbox::Verification{sandbox::BuildVerdict::kNoBuild,
                                 "nothing was built: add build commands in .gander.yaml", ""};
  GANDER_TRY(auto rewritten, build("rewritten", changed));
  rewrittenFolder_ = folder_ / "rewritten";
  return sandbox::judgeBuilds(
      plan_, base_, rewritten, [&] { return build("rewritten-again", changed); },
      [&] { return build("base-again", {}); });
}

}  // namespace gander::fleet
