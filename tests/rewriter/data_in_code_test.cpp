// Header rows and JSON in literals: of a dataset that an object names, or only of its shape.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriting.h"

namespace gander::rewriter {
namespace {

constexpr auto kModel = R"(apiVersion: gander/v1
kind: Model
metadata: {name: lake, language: python}
objects: [table]
entries:
  - source: {function: lake.open, argument: 0, names: table, gives: table}
  - text: {method: check, on: table, argument: 0, kind: csv}
  - text: {method: append, on: table, argument: 0, kind: json}
  - text: {function: lake.parse, from: 1, argument: 0, kind: csv}
  - text: {function: lake.header, argument: 0, kind: csv}
)";

void expectInLake(const std::string& marked, const std::string& migration = kPlaysMigration) {
  expectMarked("a.py", marked, {}, migration, kModel);
}

TEST(DataInCodeTest, AHeaderOfAnObjectsDataset) {
  expectInLake(R"(import lake

plays = lake.open("[[user_plays_v1->user_plays_v2]]")
plays.check("[[user_name->listener_name]];'user_name'; [[track_ms->duration_ms]]\nuser_name;1;2")
lake.parse("[[user_name->listener_name]]", plays)
lake.open("users").check("user_name,mail")
)");
}

TEST(DataInCodeTest, JsonOfAnObjectsDataset) {
  expectInLake(R"(import lake

plays = lake.open("[[user_plays_v1->user_plays_v2]]")
plays.append('{"[[user_name->listener_name]]": "user_name", "x": {"user_name": %d}}')
plays.append("{\"[[user_name->listener_name]]\": 1}")
)");
}

TEST(DataInCodeTest, ANamePutTogetherIsListed) {
  expectInLake(R"(import lake

lake.open("{{user_plays_v1}}").{{check}}("user" + "_name,{{track_ms}}")
)");
}

// Text that no object explains: by its shape, where the migration says so.
TEST(DataInCodeTest, AShapeIsListedOrEditedByPath) {
  expectInLake(R"(import lake

lake.header("{{user_name}},{{track_ms}},played_at")
open("x.csv", "w").write("{{user_name}},{{track_ms}},played_at\n")
print('{"{{user_name}}": 1, "{{track_ms}}": 2, "played_at": 3}', "user_name,mail,id")
)");
  expectInLake(R"(import lake

lake.header("[[user_name->listener_name]],[[track_ms->duration_ms]],played_at")
)",
               std::string(kPlaysMigration) + "shapes: [\"*.py\"]\n");
}

}  // namespace
}  // namespace gander::rewriter
