#include "fleet/targets.h"

#include <gmock/gmock.h>

#include "base/files.h"

namespace gander::fleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TargetsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryDirectory::make("targets");
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
    migration_.file = (folder_->path() / "migration.yaml").string();
  }
  void putCatalog(const std::string& text) {
    ASSERT_TRUE(ensureDirectory(folder_->path() / "catalog"));
    ASSERT_TRUE(writeFile(folder_->path() / "catalog/all.yaml", text));
    migration_.catalog = rules::CatalogTargets{"catalog", ""};
  }

  std::optional<TemporaryDirectory> folder_;
  rules::Migration migration_;
};

constexpr auto kCatalog = R"(kind: Resource
metadata: {name: user-plays}
spec: {type: dataset, owner: data}
---
kind: Component
metadata: {name: report, annotations: {gander.dev/clone-url: /git/report.git}}
spec: {type: service, lifecycle: production, owner: "group:reports", dependsOn: ["resource:user-plays"]}
---
kind: Component
metadata: {name: lost}
spec: {type: service, lifecycle: production, owner: me, dependsOn: ["resource:user-plays"]}
)";

TEST_F(TargetsTest, LoadsAMigrationWithTheSchemasOfItsCatalog) {
  putCatalog(
      "kind: API\nmetadata: {name: users}\nspec: {type: dataset, owner: data, definition: \"CREATE TABLE users (id "
      "int); CREATE TABLE plays_v1 (old int)\"}\n");
  ASSERT_TRUE(writeFile(migration_.file,
                        "apiVersion: gander/v1\nkind: Migration\nmetadata: {name: m, title: t, owner: o}\n"
                        "datasets: [{id: d, references: [{table: {old: plays_v1, new: plays_v2}}]}]\n"
                        "catalog: {folder: catalog}\n"));
  auto plain = rules::loadMigration(migration_.file);
  ASSERT_TRUE(plain) << plain.error().message;
  auto loaded = loadMigration(migration_.file);
  ASSERT_TRUE(loaded) << loaded.error().message;
  ASSERT_EQ(loaded->schemas.size(), 1U);
  EXPECT_EQ(loaded->schemas[0].name, "users");
  EXPECT_NE(loaded->digest, plain->digest);
}

TEST_F(TargetsTest, JoinsTheListAndTheCatalog) {
  putCatalog(kCatalog);
  migration_.datasets.push_back({.id = "user-plays"});
  migration_.repositories = {{"acme/z", "https://u:p@h/z.git"}, {"acme/report", "/git/report.git"}};
  auto found = findTargets(migration_);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(found->targets, ElementsAre(TargetSeed{"acme/report", "/git/report.git", ""},
                                          TargetSeed{"acme/z", "https://u:p@h/z.git", ""}))
      << "one URL is one target";
  ASSERT_EQ(found->problems.size(), 1);
  EXPECT_THAT(found->problems[0], HasSubstr("component:default/lost tells no clone URL"));

  migration_.repositories.clear();
  found = findTargets(migration_);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->targets, ElementsAre(TargetSeed{"report", "/git/report.git", "group:reports"}));
}

TEST_F(TargetsTest, RefusesOneNameForTwoRepositoriesAndAnEmptyMigration) {
  migration_.repositories = {{"a", "/x.git"}, {"a", "https://user:secret@h/y.git"}};
  auto found = findTargets(migration_);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(found.error().message, HasSubstr("two repositories are called 'a': /x.git and https://h/y.git"));
  migration_.repositories.clear();
  found = findTargets(migration_);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("has no targets"));
}

TEST_F(TargetsTest, SaysThatTheCatalogDoesNotKnowTheDataset) {
  putCatalog(kCatalog);
  migration_.datasets.push_back({.id = "user-play"});
  auto found = findTargets(migration_);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(found.error().message, HasSubstr("did you mean resource:default/user-plays?"));
}

TEST(ChooseTargetsTest, TakesNamesAndUrls) {
  std::vector<TargetSeed> all{{"a", "https://u:p@h/a.git", ""}, {"b", "/b.git", ""}, {"c", "/c.git", ""}};
  EXPECT_EQ(chooseTargets(all, {})->size(), 3);
  EXPECT_THAT(*chooseTargets(all, {"/b.git", "a", "b"}), ElementsAre(all[0], all[1]));
  EXPECT_THAT(*chooseTargets(all, {"https://h/a.git"}), ElementsAre(all[0]));
  auto unknown = chooseTargets(all, {"https://u:secret@h/z.git"});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("'https://h/z.git' is no target"));
}

}  // namespace
}  // namespace gander::fleet
