#include "tests/fleet/mini_fleet.h"

namespace gander::fleet {

void MiniFleet::SetUp() {
  auto folder = TemporaryDirectory::make("fleet");
  ASSERT_TRUE(folder) << folder.error().message;
  folder_.emplace(std::move(*folder));
  auto library = rules::loadLibrary(std::filesystem::path(GANDER_SOURCE_DIR) / "rules", {});
  ASSERT_TRUE(library) << library.error().message;
  library_ = std::move(*library);
  auto database = openSqliteStore(root() / "state/store.db");
  ASSERT_TRUE(database) << database.error().message;
  database_ = std::move(*database);
  mirrors_ = repos::makeMirrors(root() / "cache");
  merger_ = makeBranchMerger(*mirrors_, {"gander", "gander@localhost"});
  ASSERT_TRUE(ensureDirectory(root() / "forge"));
}

std::string MiniFleet::git(const std::filesystem::path& folder, const std::vector<std::string>& arguments) {
  std::vector<std::string> command{"git",           "-c", "init.defaultBranch=main",   "-c",
                                   "user.name=Ada", "-c", "user.email=ada@example.com"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto outcome =
      runProcess({.command = command,
                  .environment = {{"PATH", "/usr/bin:/bin"}, {"GIT_CONFIG_NOSYSTEM", "1"}, {"HOME", root().string()}},
                  .directory = folder});
  EXPECT_TRUE(outcome && outcome->succeeded())
      << arguments[0] << ": " << (outcome ? outcome->errors : outcome.error().message);
  return outcome ? outcome->output : "";
}

void MiniFleet::makeRepository(const std::string& name, const Files& files) {
  ASSERT_TRUE(ensureDirectory(bare(name)));
  git(bare(name), {"init", "--quiet", "--bare"});
  commitTo(name, "main", files);
}

std::string MiniFleet::commitTo(const std::string& name, const std::string& branch, const Files& files) {
  auto tree = root() / "work";
  EXPECT_TRUE(removeTree(tree));
  git(root(), {"clone", "--quiet", bare(name).string(), tree.string()});
  if (!git(tree, {"branch", "--remotes", "--list", "origin/" + branch}).empty())
    git(tree, {"checkout", "--quiet", branch});
  for (const auto& [path, text] : files) {
    EXPECT_TRUE(ensureDirectory((tree / path).parent_path()));
    EXPECT_TRUE(writeFile(tree / path, text));
  }
  git(tree, {"add", "--all"});
  git(tree, {"commit", "--quiet", "--message", "work"});
  git(tree, {"push", "--quiet", "origin", "HEAD:refs/heads/" + branch});
  return git(tree, {"rev-parse", "HEAD"}).substr(0, 40);
}

std::string MiniFleet::migrationText() {
  return R"(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-v2, title: Move user_plays to version 2, summary: Version 1 ends., owner: "group:data"}
datasets:
  - id: user-plays
    schema:
      old: {name: user_plays, fields: {user_name: STRING, track_id: INT64}}
      new: {name: user_plays, fields: {listener_name: STRING, track_id: INT64}}
    references:
      - table: {old: user_plays_v1, new: user_plays_v2}
    changes:
      - {kind: rename, field: user_name, to: listener_name}
repositories:
)";
}

rules::Migration MiniFleet::migrationFor(const std::vector<std::string>& repositories) {
  auto text = migrationText();
  for (const auto& name : repositories) text += "  - {name: " + name + ", url: " + bare(name).string() + "}\n";
  auto file = root() / "migration.yaml";
  EXPECT_TRUE(writeFile(file, text));
  return mustHave(rules::loadMigration(file));
}

void MiniFleet::openForge(prbot::PullRequestRecords& records) {
  auto forge = prbot::makeEmbeddedForge({root() / "forge", records, *merger_, clock_});
  ASSERT_TRUE(forge) << forge.error().message;
  forge_ = std::move(*forge);
}

Fleet MiniFleet::makeFleet(Store& store, prbot::Forge& forge, repos::Mirrors& mirrors, unsigned workers) {
  return Fleet({.store = store,
                .mirrors = mirrors,
                .forge = forge,
                .sandbox = sandbox_.get(),
                .workers = workers_,
                .clock = clock_,
                .library = library_,
                .parser = {},
                .scratch = root() / "state/scratch",
                .policy = policy_,
                .budgets = budgets_,
                .version = "test"},
               {.workers = workers});
}

}  // namespace gander::fleet
