// The whole rewriter on Python trees: what is proved is edited, all else is left or listed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriting.h"

namespace gander::rewriter {
namespace {

TEST(PythonRewriteTest, RenamesFieldsOfTheDatasetOnly) {
  expectMarked("report.py", R"(import warehouse

plays = warehouse.open("[[user_plays_v1->user_plays_v2]]")
total = {}
for row in plays.rows():
    total[row["[[user_name->listener_name]]"]] = row["[[track_ms->duration_ms]]"]
for row in warehouse.open("users").rows():
    print(row["user_name"])
user_name = "user_name of nobody"  # user_name
)");
}

TEST(PythonRewriteTest, FollowsClientsAndKeywordArguments) {
  expectMarked("report.py", R"(from warehouse import connect as dial

def main():
    client = dial()
    table = client.open(name="[[user_plays_v1->user_plays_v2]]")
    return [r.get("[[user_name->listener_name]]") for r in table.rows()]
)");
}

TEST(PythonRewriteTest, FollowsRowsThroughFunctionsOfOtherFiles) {
  expectMarked("app/names.py", R"(def name_of(row):
    return row["[[user_name->listener_name]]"]
)",
               {{"app/__init__.py", ""}, {"app/main.py", R"(import warehouse
from app.names import name_of

for row in warehouse.open("[[user_plays_v1->user_plays_v2]]").rows():
    print(name_of(row))
)"}});
}

TEST(PythonRewriteTest, ListsAKeyThatTwoDatasetsShare) {
  expectMarked("names.py", R"(import warehouse

def name_of(row):
    return row["{{user_name}}"]

for row in warehouse.open("{{user_plays_v1}}").rows():
    print(name_of(row))
for row in warehouse.open("users").rows():
    print(name_of(row))
)");
}

TEST(PythonRewriteTest, AHelperWithAKeyDoesNotMixDatasets) {
  expectMarked("names.py", R"(import warehouse

def get(row, key):
    return row[key]

for row in warehouse.open("[[user_plays_v1->user_plays_v2]]").rows():
    print(get(row, "[[user_name->listener_name]]"))
for row in warehouse.open("users").rows():
    print(get(row, "user_name"))
)");
}

TEST(PythonRewriteTest, MembersWrittenInAConstructorAreWhatItsCallersGave) {
  expectMarked("job.py", R"(import warehouse

class Job:
    KEY = "[[user_name->listener_name]]"

    def __init__(self, client, table):
        self.client = client
        self.table = client.open(table)

    def names(self):
        return [row[Job.KEY] for row in self.table.rows() if "[[track_ms->duration_ms]]" in row]

print(Job(warehouse.connect(), "[[user_plays_v1->user_plays_v2]]").names())
)");
}

TEST(PythonRewriteTest, ADefaultCountsOnlyWhereNothingIsPassed) {
  expectMarked("job.py", R"(import warehouse

def get(row, key="user_name"):
    return row[key]

def length(row, key="[[track_ms->duration_ms]]"):
    return row[key]

for row in warehouse.open("[[user_plays_v1->user_plays_v2]]").rows():
    print(get(row, "[[user_name->listener_name]]"), length(row))
for row in warehouse.open("users").rows():
    print(get(row))
)");
}

TEST(PythonRewriteTest, FollowsConstants) {
  expectMarked("names.py", R"(import warehouse

TABLE = "[[user_plays_v1->user_plays_v2]]"
KEY = "[[user_name->listener_name]]"

def main():
    for row in warehouse.open(TABLE).rows():
        print(row[KEY])
)");
}

TEST(PythonRewriteTest, AConstantThatAlsoGoesElsewhereIsListed) {
  expectMarked("names.py", R"(import warehouse
import requests

KEY = "{{user_name}}"

def main():
    for row in warehouse.open("{{user_plays_v1}}").rows():
        print(row[KEY])
    requests.get("http://localhost", params=KEY)
)");
}

TEST(PythonRewriteTest, RecordsAreClaimedByTheirSink) {
  expectMarked("publish.py", R"(import warehouse

def send(client, name):
    record = {"[[user_name->listener_name]]": name, "played_at": 1}
    record["[[track_ms->duration_ms]]"] = 2
    warehouse.publish("[[user-plays-v1->user-plays-v2]]", record)
    other = {"user_name": name}
    warehouse.publish("users", other)
)");
}

TEST(PythonRewriteTest, ARecordThatGoesToTwoSinksIsListed) {
  expectMarked("publish.py", R"(import warehouse

def send(name):
    record = {"{{user_name}}": name}
    warehouse.publish("{{user-plays-v1}}", record)
    warehouse.publish("users", record)
)");
}

TEST(PythonRewriteTest, AParameterWithoutKnownCallersIsLeft) {
  auto got = rewriteTree({{"lib.py", "def name_of(row):\n    return row[\"user_name\"]\n"}});
  EXPECT_TRUE(got.rewrite.edits.empty());
  EXPECT_TRUE(got.rewrite.listed.empty());
  EXPECT_THAT(ledgerLines(got.rewrite), testing::ElementsAre("lib.py:2:17 unreached user_name"));
}

TEST(PythonRewriteTest, ACallbackIsListed) {
  expectMarked("lib.py", R"(import warehouse

def name_of(row):
    return row["{{user_name}}"]

def main(run):
    for row in warehouse.open("{{user_plays_v1}}").rows():
        print(name_of(row))
    run(name_of)
)");
}

TEST(PythonRewriteTest, AReassignedVariableFollowsEachAssignment) {
  expectMarked("lib.py", R"(import warehouse

rows = warehouse.open("[[user_plays_v1->user_plays_v2]]").rows()
for row in rows:
    print(row["[[user_name->listener_name]]"])
rows = warehouse.open("users").rows()
for row in rows:
    print(row["user_name"])
)");
}

TEST(PythonRewriteTest, AVariableThatMayBeEitherIsListed) {
  expectMarked("lib.py", R"(import warehouse
import sys

table = "{{user_plays_v1}}" if len(sys.argv) > 1 else "users"
for row in warehouse.open(table).rows():
    print(row["{{user_name}}"])
)");
}

TEST(PythonRewriteTest, UrisAreFoundByTheirPrefixAnywhere) {
  expectMarked("lib.py", R"(import warehouse
client = warehouse.connect()
for row in client.load(f"[[s3://lake/user_plays/v1/->s3://lake/user_plays/v2/]]{day}.csv"):
    print(row["user_name"])
for row in client.load("[[s3://lake/user_plays/v1/->s3://lake/user_plays/v2/]]all.csv"):
    print(row["[[user_name->listener_name]]"])
path = "s3://lake/user_plays/v10/x"
)");
}

TEST(PythonRewriteTest, SwappedNamesAreEditedOnce) {
  const std::string swap = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: swap, title: Swap, owner: "group:default/plays"}
datasets:
  - id: pairs
    schema:
      old: {name: pairs_v1, fields: {left: string, right: string}}
    references: [{table: {old: pairs_v1, new: pairs_v2}}]
    changes:
      - {kind: rename, field: left, to: right}
      - {kind: rename, field: right, to: left}
)";
  expectMarked("lib.py", R"(import warehouse
for row in warehouse.open("[[pairs_v1->pairs_v2]]").rows():
    print(row["[[left->right]]"], row["[[right->left]]"])
)",
               {}, swap);
}

TEST(PythonRewriteTest, AChangeWithoutARuleIsListedAndHoldsItsUnitBack) {
  const std::string retype = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: retype, title: Retype, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: user_plays_v1, fields: {user_name: string, track_ms: int32}}
    references: [{table: {old: user_plays_v1, new: user_plays_v2}}]
    changes:
      - {kind: rename, field: user_name, to: listener_name}
      - {kind: unit, field: track_ms, from: ms, to: s}
)";
  expectMarked("lib.py", R"(import warehouse
for row in warehouse.open("{{user_plays_v1}}").rows():
    print(row["{{user_name}}"], row["{{track_ms}}"])
)",
               {}, retype);
}

TEST(PythonRewriteTest, DeepAndBrokenCodeIsSurvived) {
  std::string deep = "x = " + std::string(3000, '(') + "1" + std::string(3000, ')') + "\n";
  auto got = rewriteTree({{"deep.py", deep + "user_name = 1\n"}, {"broken.py", "def (:\n  row['user_name']\n"}});
  EXPECT_TRUE(got.rewrite.edits.empty());
  EXPECT_EQ(got.rewrite.ledger.entries.size(), 2U);
}

// Each round would put the last one's object into a list once more.
TEST(PythonRewriteTest, ALoopThatPutsItsOwnResultIntoItsArgumentEnds) {
  for (const std::string argument : {"[t]", "[[t], t]", "{'a': t}", "(t, t)", "t + [t]", "f'{t}'"})
    for (const std::string start : {"'user_plays_v1'", "None", "[]"}) {
      auto got =
          rewriteTree({{"loop.py", "import warehouse\n\n\ndef main(items):\n    t = " + start +
                                       "\n    for item in items:\n        t = warehouse.open(" + argument +
                                       ")\n        item = [item, t]\n        print(t['user_name'], item[0])\n"}});
      EXPECT_THAT(ledgerLines(got.rewrite), ::testing::Contains(::testing::HasSubstr("loop.py:9:18")))
          << argument << " " << start;
    }
}

}  // namespace
}  // namespace gander::rewriter
