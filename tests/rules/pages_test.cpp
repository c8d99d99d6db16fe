// The examples of the pages are real: every fenced block is read as what it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "rules/model.h"
#include "tests/rules/texts.h"

namespace gander::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The fenced blocks of a page by the file name that their first line tells: "# plays-v2.yaml", "// plays.proto".
std::map<std::string, std::string> blocksOf(const std::string& page) {
  std::map<std::string, std::string> blocks;
  auto text = readFile(std::filesystem::path(GANDER_SOURCE_DIR) / "docs" / page);
  EXPECT_TRUE(text) << page;
  bool inside = false;
  std::string name;
  for (const auto& line : splitLines(text.value_or(""))) {
    if (line.starts_with("```")) {
      inside = !inside;
      name.clear();
    } else if (inside && name.empty()) {
      name = line.substr(line.find(' ') + 1);
      blocks[name] = line + "\n";
    } else if (inside) {
      blocks[name] += line + "\n";
    }
  }
  return blocks;
}

std::vector<std::string> namesOf(const std::map<std::string, std::string>& blocks) {
  std::vector<std::string> names;
  for (const auto& [name, text] : blocks) names.push_back(name);
  return names;
}

TEST(PagesTest, TheMigrationPageHoldsAGoodMigration) {
  auto blocks = blocksOf("migration.md");
  ASSERT_THAT(namesOf(blocks),
              ElementsAre("definitions.yaml", "files/plays_v2.proto", "models/own.yaml", "plays-v2.yaml", "rules.yaml",
                          "schemas/other.sql", "schemas/plays_v1.proto", "written.yaml"));
  MemoryFiles files(blocks);
  auto migration = parseMigration("plays-v2.yaml", blocks["plays-v2.yaml"], files);
  ASSERT_THAT(mistakesOf(migration), IsEmpty());
  EXPECT_EQ(migration->datasets[0].references.size(), 7U);
  EXPECT_EQ(migration->datasets[0].changes.size(), 4U);
  ASSERT_EQ(migration->schemas.size(), 3U);
  EXPECT_THAT(migration->schemas[1].fieldPaths(), ElementsAre("week", "places", "places.song_id", "places.plays"));
  auto library = loadLibrary(std::filesystem::path(GANDER_SOURCE_DIR) / "rules", {});
  ASSERT_TRUE(library);
  EXPECT_THAT(mistakesOf(checkReferences(*migration, *library)), IsEmpty());
  // The derived schema is what the page's new file defines.
  auto now = parseSchema("plays_v2.proto", blocks["files/plays_v2.proto"], "warehouse.v2.PlayEvent");
  ASSERT_TRUE(now);
  EXPECT_EQ(migration->datasets[0].now.name, now->name);
  EXPECT_EQ(migration->datasets[0].now.fieldPaths(), now->fieldPaths());
  EXPECT_EQ(migration->datasets[0].now.enums[0].values, now->enums[0].values);
}

TEST(PagesTest, TheRulesAreSome) {
  auto blocks = blocksOf("migration.md");
  auto migration = parseMigration("m.yaml", blocks["plays-v2.yaml"] + blocks["rules.yaml"], MemoryFiles(blocks));
  ASSERT_THAT(mistakesOf(migration), IsEmpty());
  ASSERT_EQ(migration->rules.size(), 2U);
  EXPECT_EQ(migration->rules[0].dataset, "user-plays");
}

TEST(PagesTest, TheWrittenSchemaIsOne) {
  auto blocks = blocksOf("migration.md");
  std::string indented;
  for (const auto& line : splitLines(blocks["written.yaml"])) indented += "      " + line + "\n";
  auto migration = parseMigration("m.yaml",
                                  "apiVersion: gander/v1\nkind: Migration\nmetadata: {name: m, title: t, owner: o}\n"
                                  "datasets:\n  - id: d\n    references: [{table: t}]\n    schema:\n" +
                                      indented,
                                  MemoryFiles(blocks));
  // All of it is understood; only the two schemas of the example do not belong together.
  EXPECT_THAT(mistakesOf(migration), ::testing::Each(::testing::HasSubstr("and no change says what becomes of it")));
  EXPECT_EQ(mistakesOf(migration).size(), 3U);
}

TEST(PagesTest, TheModelsPageHoldsGoodModelsAndBindings) {
  auto blocks = blocksOf("models.md");
  ASSERT_THAT(namesOf(blocks), ElementsAre("bindings/records.yaml", "models/cpp/protobuf.yaml", "models/cpp/shelf.yaml",
                                           "models/python/lake.yaml", "models/yaml/jobs.yaml"));
  EXPECT_THAT(mistakesOf(parseModel("protobuf.yaml", blocks["models/cpp/protobuf.yaml"])), IsEmpty());
  EXPECT_THAT(mistakesOf(parseModel("shelf.yaml", blocks["models/cpp/shelf.yaml"])), IsEmpty());
  auto lake = parseModel("lake.yaml", blocks["models/python/lake.yaml"]);
  ASSERT_THAT(mistakesOf(lake), IsEmpty());
  EXPECT_EQ(lake->entries.size(), 24U);
  EXPECT_THAT(mistakesOf(parseModel("jobs.yaml", blocks["models/yaml/jobs.yaml"])), IsEmpty());
  auto records = parseBinding("records.yaml", blocks["bindings/records.yaml"]);
  ASSERT_THAT(mistakesOf(records), IsEmpty());
  EXPECT_EQ(records->find("python")->nested, ".");
}

}  // namespace
}  // namespace gander::rules
