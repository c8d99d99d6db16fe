#include "catalog/catalog.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/files.h"
#include "catalog/descriptor.h"

namespace gander::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CatalogTest : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryDirectory::make("catalog");
    ASSERT_TRUE(folder) << folder.error().message;
    folder_.emplace(std::move(*folder));
  }
  std::filesystem::path path(const std::string& name) const { return folder_->path() / name; }
  void put(const std::string& name, const std::string& text) {
    ASSERT_TRUE(ensureDirectory(path(name).parent_path()));
    ASSERT_TRUE(writeFile(path(name), text));
  }
  Result<std::vector<Consumer>> consumersOf(const std::string& dataset) {
    GANDER_TRY(auto catalog, Catalog::load(folder_->path()));
    return catalog.consumersOf(dataset);
  }

  std::optional<TemporaryDirectory> folder_;
};

constexpr auto kDataset = R"(apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: user-plays}
spec: {type: dataset, owner: group:data}
---
)";

std::string component(const std::string& name, const std::string& annotations, const std::string& spec) {
  return "kind: Component\nmetadata:\n  name: " + name + "\n" +
         (annotations.empty() ? "" : "  annotations:\n    " + annotations + "\n") +
         "spec:\n  type: service\n  lifecycle: production\n  owner: group:default/plays\n  " + spec + "\n---\n";
}

TEST_F(CatalogTest, FindsTheConsumersOfAResource) {
  put("all.yaml", std::string(kDataset) +
                      component("Report", "gander.dev/clone-url: https://git.example/acme/report.git",
                                "dependsOn: [resource:default/user-plays, 'resource:other']") +
                      component("unrelated", "gander.dev/clone-url: x", "dependsOn: ['resource:users']"));
  put("deeper/more.yml",
      component("batch", "gander.dev/clone-url: ../repos/batch.git", "dependsOn: [Resource:User-Plays]"));
  auto consumers = consumersOf("user-plays");
  ASSERT_TRUE(consumers) << consumers.error().message;
  ASSERT_EQ(consumers->size(), 2);
  EXPECT_EQ(consumers->at(0).name, "batch");
  EXPECT_EQ(consumers->at(0).url, (folder_->path().parent_path() / "repos/batch.git").string());
  EXPECT_EQ(consumers->at(1).entity.toString(), "component:default/report");
  EXPECT_EQ(consumers->at(1).url, "https://git.example/acme/report.git");
  EXPECT_EQ(consumers->at(1).owner, "group:default/plays");
}

TEST_F(CatalogTest, FindsTheConsumersOfAnApi) {
  put("all.yaml",
      "kind: API\nmetadata: {name: plays, namespace: media}\nspec: {type: dataset, owner: data, definition: x}\n---\n" +
          component("player", "gander.dev/clone-url: /srv/git/player.git", "consumesApis: [media/plays]"));
  auto consumers = consumersOf("media/plays");
  ASSERT_TRUE(consumers) << consumers.error().message;
  ASSERT_EQ(consumers->size(), 1);
  EXPECT_EQ(consumers->at(0).url, "/srv/git/player.git");
  EXPECT_FALSE(consumersOf("resource:media/plays"));
}

TEST_F(CatalogTest, TakesTheCloneUrlFromTheFirstAnnotationThatTells) {
  auto uses = "dependsOn: [resource:default/user-plays]";
  put("all.yaml",
      std::string(kDataset) +
          component("a", "gander.dev/clone-url: https://one\n    backstage.io/source-location: url:https://two/o/r",
                    uses) +
          component("b",
                    "backstage.io/source-location: url:https://host.example:8080/o/r/src/branch/main/\n    "
                    "github.com/project-slug: o/other",
                    uses) +
          component("c", "github.com/project-slug: acme/plays", uses) +
          component("d", "backstage.io/source-location: dir:./x", uses) + component("e", "", uses));
  auto consumers = consumersOf("user-plays");
  ASSERT_TRUE(consumers) << consumers.error().message;
  std::vector<std::string> urls;
  for (const auto& consumer : *consumers) urls.push_back(consumer.url);
  EXPECT_THAT(urls,
              ElementsAre("https://one", "https://host.example:8080/o/r", "https://github.com/acme/plays.git", "", ""));
  EXPECT_THAT(consumers->at(3).problem, HasSubstr("dir:./x"));
  EXPECT_THAT(consumers->at(4).problem, HasSubstr("component:default/e tells no clone URL"));
  EXPECT_THAT(consumers->at(4).problem, HasSubstr("all.yaml:54:3"));
}

TEST_F(CatalogTest, TellsAllMistakesAtOnceWithTheirPlaces) {
  put("a.yaml",
      "kind: Component\nmetadata: {name: x}\nspec: {type: service, owner: o, dependsOn: [user-plays]}\n---\n- 1\n");
  put("b.yaml",
      "kind: Component\nmetadata:\n  name: 'a b'\n---\nkind: Resource\nmetadata: {name: y}\nspec: {type: dataset}\n");
  put("c.yaml", "kind: [\n");
  auto loaded = Catalog::load(folder_->path());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::kInvalid);
  const auto& message = loaded.error().message;
  EXPECT_THAT(
      message,
      HasSubstr("a.yaml:3:45: spec.dependsOn: 'user-plays' has no kind; write it as 'resource:default/user-plays'"));
  EXPECT_THAT(message, HasSubstr("a.yaml:5:1: a descriptor is a map"));
  EXPECT_THAT(message, HasSubstr("b.yaml:3:9: 'Component:default/a b' is no entity reference"));
  EXPECT_THAT(message, HasSubstr("b.yaml:7:7: spec.owner must be there"));
  EXPECT_THAT(message, HasSubstr("c.yaml:2:1: "));
}

TEST_F(CatalogTest, RefusesOneEntityDescribedTwice) {
  put("a.yaml", kDataset);
  put("b.yaml", kDataset);
  auto loaded = Catalog::load(folder_->path());
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("b.yaml:1:1: resource:default/user-plays is described at"));
}

TEST_F(CatalogTest, NamesTheNearestDatasetWhereThereIsNone) {
  put("a.yaml", kDataset);
  auto consumers = consumersOf("resource:default/user-play");
  ASSERT_FALSE(consumers);
  EXPECT_EQ(consumers.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(consumers.error().message, HasSubstr("did you mean resource:default/user-plays?"));
}

constexpr auto kAvro = R"('{"type": "record", "name": "a.User", "fields": [{"name": "mail", "type": "string"}]}')";

std::string api(const std::string& name, const std::string& table, const std::string& definition) {
  return "kind: API\nmetadata:\n  name: " + name + "\n" +
         (table.empty() ? "" : "  annotations: {gander.dev/table: " + table + "}\n") +
         "spec:\n  type: dataset\n  owner: data\n  definition: " + definition + "\n---\n";
}

TEST_F(CatalogTest, ReadsTheSchemasOfDatasets) {
  put("all.yaml",
      api("sql", "", "'CREATE TABLE lake.users (id int); CREATE TABLE songs (title text)'") +
          api("file", "", "{$text: ../ddl/charts.sql}") + api("avro", "lake.mails", kAvro) +
          api("named", "app.users", "'CREATE TABLE users (id int, name text)'") + api("silent", "", kAvro) +
          api("open", "", "'openapi: 3.0.0'") + api("far", "", "{$text: https://example.com/x.sql}") +
          "kind: API\nmetadata: {name: rest}\nspec: {type: openapi, owner: o, definition: 'CREATE TABLE no (a "
          "int)'}\n");
  ASSERT_TRUE(ensureDirectory(path("deeper")));
  std::filesystem::rename(path("all.yaml"), path("deeper/all.yaml"));
  put("ddl/charts.sql", "CREATE TABLE charts (week date);");
  auto catalog = Catalog::load(folder_->path());
  ASSERT_TRUE(catalog) << catalog.error().message;
  std::vector<std::string> shown;
  for (const auto& schema : catalog->schemas())
    shown.push_back(fmt::format("{}: {}", schema.name, fmt::join(schema.fieldPaths(), " ")));
  EXPECT_THAT(shown,
              ElementsAre("lake.mails: mail", "charts: week", "app.users: id name", "lake.users: id", "songs: title"));
}

TEST_F(CatalogTest, TellsMistakesOfSchemas) {
  put("all.yaml", api("a", "t", "'openapi: 3.0.0'") + api("b", "t", R"('{"type": "record", "name": "R"}')") +
                      api("c", "t", "'CREATE TABLE x (a int); CREATE TABLE y (a int)'") +
                      api("d", "", "{$text: ../../x.sql}") + api("e", "", "{$text: ./x.sql}"));
  auto loaded = Catalog::load(folder_->path());
  ASSERT_FALSE(loaded);
  const auto& message = loaded.error().message;
  EXPECT_THAT(message, HasSubstr("all.yaml:8:15: gander.dev/table needs a schema in spec.definition"));
  EXPECT_THAT(message, HasSubstr("all.yaml:17:15: definition.avsc:1:1: record 'R' lacks the list 'fields'"));
  EXPECT_THAT(message, HasSubstr("all.yaml:26:15: gander.dev/table names one table, and spec.definition has several"));
  EXPECT_THAT(message, HasSubstr("all.yaml:34:23: ../../x.sql is outside of the catalog's folder"));
  EXPECT_THAT(message, HasSubstr("x.sql: No such file or directory"));
}

TEST_F(CatalogTest, SaysThatTheFolderIsNotThere) {
  auto loaded = Catalog::load(path("nowhere"));
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::kNotFound);
}

TEST(CloneUrlTest, CutsThePageOffARepository) {
  EXPECT_EQ(cloneUrlOfPage("https://github.com/o/r/tree/main/"), "https://github.com/o/r");
  EXPECT_EQ(cloneUrlOfPage("https://gitlab.com/g/sub/r/-/blob/main/x"), "https://gitlab.com/g/sub/r");
  EXPECT_EQ(cloneUrlOfPage("http://h:3000/o/r/src/branch/main/a/tree/b"), "http://h:3000/o/r");
  EXPECT_EQ(cloneUrlOfPage("https://github.com/tree/blob"), "https://github.com/tree/blob");
  EXPECT_EQ(cloneUrlOfPage("ssh://git@h/o/r/tree/x"), "ssh://git@h/o/r/tree/x");
}

}  // namespace
}  // namespace gander::catalog
