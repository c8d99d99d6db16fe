// Queries in Python code: names are edited where they are written, rows as the query gives them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriting.h"

namespace gander::rewriter {
namespace {

TEST(PythonQueryTest, ColumnsAndKeysOfSeenRowsAreRenamed) {
  expectMarked("report.py", R"py(import warehouse

for row in warehouse.query("SELECT [[user_name->listener_name]], played_at FROM [[user_plays_v1->user_plays_v2]] WHERE [[track_ms->duration_ms]] > 5"):
    print(row["[[user_name->listener_name]]"], row["played_at"])
)py");
}

TEST(PythonQueryTest, RowsThatGoElsewhereKeepTheirNames) {
  expectMarked("report.py", R"py(import json
import warehouse

rows = warehouse.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]")
for row in rows:
    print(row["user_name"])
json.dump(rows, open("out.json", "w"))
)py");
}

TEST(PythonQueryTest, OtherTablesColumnsStay) {
  expectMarked("report.py", R"py(import warehouse

for row in warehouse.query("SELECT user_name FROM users"):
    print(row["user_name"])
for row in warehouse.query("""
    SELECT p.[[user_name->listener_name]], u.user_name AS login
    FROM [[user_plays_v1->user_plays_v2]] p JOIN users u ON u.id = p.played_at  -- user_name
    WHERE u.user_name = 'user_name'"""):
    print(row["[[user_name->listener_name]]"], row["login"])
)py");
}

TEST(PythonQueryTest, AStarGivesTheNewNames) {
  expectMarked("report.py", R"py(import warehouse

for row in warehouse.query("SELECT * FROM [[user_plays_v1->user_plays_v2]]"):
    print(row["[[user_name->listener_name]]"], row["note"])
)py");
}

std::vector<std::string> hazardsOf(const std::string& source) {
  std::vector<std::string> names;
  for (const auto& hazard : rewriteTree({{"report.py", source}}).rewrite.hazards) names.push_back(hazard.name);
  return names;
}

TEST(PythonQueryTest, ANewNameIsAHazardWhereNotAllReadersAreSeen) {
  const std::string star = "import warehouse\nrows = warehouse.query(\"SELECT * FROM user_plays_v1\")\n";
  EXPECT_THAT(hazardsOf(star + "print(rows[0][\"user_name\"])\n"), testing::IsEmpty());
  EXPECT_THAT(hazardsOf(star + "save(rows)\n"), testing::ElementsAre("select-star"));
  const std::string named = "import warehouse\nrows = warehouse.query(\"SELECT user_name FROM user_plays_v1\")\n";
  EXPECT_THAT(hazardsOf(named + "print(rows[0][\"user_name\"])\n"), testing::IsEmpty());
  EXPECT_THAT(hazardsOf(named + "save(rows)\n"), testing::IsEmpty());
}

TEST(PythonQueryTest, TheMigrationsWordOnOutputsIsNoProof) {
  auto with = [](const std::string& outputs) { return std::string(kPlaysMigration) + "outputs: " + outputs + "\n"; };
  expectMarked("report.py", R"py(import warehouse

save(warehouse.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]"))
for row in warehouse.query("SELECT [[user_name->listener_name]] FROM [[user_plays_v1->user_plays_v2]]"):
    print(row["[[user_name->listener_name]]"])
)py",
               {}, with("follow"));
  expectMarked("report.py", R"py(import warehouse

for row in warehouse.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]"):
    print(row["user_name"])
)py",
               {}, with("keep"));
}

TEST(PythonQueryTest, AStarOverAnUnknownTableToo) {
  expectMarked("report.py", R"py(import warehouse

for row in warehouse.query("SELECT * FROM {{user_plays_v1}} JOIN users ON users.id = played_at"):
    print(row["{{user_name}}"])
)py");
}

TEST(PythonQueryTest, AnAliasIsTheQuerysOwn) {
  expectMarked("report.py", R"py(import warehouse

for row in warehouse.query("SELECT [[user_name->listener_name]] AS name, [[track_ms->duration_ms]] AS user_name FROM [[user_plays_v1->user_plays_v2]]"):
    print(row["name"], row["user_name"])
)py");
}

TEST(PythonQueryTest, TextsPutTogether) {
  expectMarked("report.py", R"py(import warehouse

TABLE = "[[user_plays_v1->user_plays_v2]]"
NAME = "[[user_name->listener_name]]"

def a(limit):
    sql = "SELECT [[track_ms->duration_ms]] AS t" + " FROM " + TABLE
    sql += " WHERE [[user_name->listener_name]] <> ''"
    return [row["t"] for row in warehouse.query(sql)]

def b():
    return [row["n"] for row in warehouse.query(f"SELECT {NAME} AS n FROM {TABLE} WHERE {NAME} IS NOT NULL")]

def c():
    return list(warehouse.query("SELECT %s AS x FROM %s" % ("[[user_name->listener_name]]", TABLE)))

def d():
    return list(warehouse.query("SELECT {} AS x, {c} AS y FROM {t}".format(NAME, c="[[track_ms->duration_ms]]", t=TABLE)))

def h():
    return list(warehouse.query("SELECT %" "s AS x FROM %s" % ("[[user_name->listener_name]]", TABLE)))

def e():
    return list(warehouse.query("SELECT %(c)s AS x FROM %(t)s" % {"c": NAME, "t": TABLE}))

QUERY = """
SELECT [[track_ms->duration_ms]] AS x
FROM {table}
WHERE note <> ''
"""

def f():
    return list(warehouse.query(QUERY.format(table=TABLE).strip()))

COLUMNS = ["[[user_name->listener_name]]", "played_at"]

def g():
    return list(warehouse.query("SELECT COUNT(DISTINCT " + ", ".join(COLUMNS) + ") AS n FROM " + TABLE))
)py");
}

TEST(PythonQueryTest, TextsOfAnotherModule) {
  const Tree others = {{"tables.py",
                        "PLAYS = \"[[user_plays_v1->user_plays_v2]]\"\nQUERY = \"SELECT [[user_name->listener_name]] "
                        "AS n FROM {table}\"\n"}};
  expectMarked("report.py", R"py(import warehouse
from tables import PLAYS, QUERY

for row in warehouse.query(QUERY.format(table=PLAYS) + " WHERE [[track_ms->duration_ms]] > 1"):
    print(row["n"])
)py",
               others);
}

TEST(PythonQueryTest, ATableThatMayBeAnotherMakesItsColumnsDiffer) {
  expectMarked("report.py", R"py(import warehouse

def names(table):
    return [row["n"] for row in warehouse.query("SELECT {{user_name}} AS n FROM " + table)]

names("{{user_plays_v1}}")
names("users")
)py");
}

TEST(PythonQueryTest, AColumnThatGoesElsewhereTooIsListed) {
  expectMarked("report.py", R"py(import requests
import warehouse

NAME = "{{user_name}}"

def names():
    requests.get("http://localhost", params=NAME)
    return [row["n"] for row in warehouse.query(f"SELECT {NAME} AS n FROM {{user_plays_v1}}")]
)py");
}

TEST(PythonQueryTest, AColumnOfUnknownNameLeavesTheOthersAlone) {
  expectMarked("report.py", R"py(import warehouse

def names(column):
    return [row["t"] for row in warehouse.query(f"SELECT {column} AS c, [[track_ms->duration_ms]] AS t FROM [[user_plays_v1->user_plays_v2]]")]
)py");
}

TEST(PythonQueryTest, APlaceholderIsAValue) {
  expectMarked("report.py", R"py(import warehouse

for row in warehouse.query("SELECT [[user_name->listener_name]], ? AS day FROM [[user_plays_v1->user_plays_v2]] WHERE [[track_ms->duration_ms]] > ?", (1, 2)):
    print(row["[[user_name->listener_name]]"])
)py");
}

TEST(PythonQueryTest, AQueryThatTwoCallsTakeKeepsItsNamesWhereOneMust) {
  expectMarked("report.py", R"py(import json
import warehouse

SQL = "SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]"

def a():
    for row in warehouse.query(SQL):
        print(row["user_name"])

def b():
    return json.dumps(warehouse.query(SQL))
)py");
}

TEST(PythonQueryTest, AKeyThatTwoQueriesShareDecidesForBoth) {
  expectMarked("report.py", R"py(import warehouse

def name_of(row):
    return row["user_name"]

for row in warehouse.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]"):
    print(name_of(row))
for row in warehouse.query("SELECT user_name FROM users"):
    print(name_of(row))
)py");
}

TEST(PythonQueryTest, RowsAreFollowedThroughFunctionsAndMembers) {
  expectMarked("report.py", R"py(import warehouse

class Report:
    def __init__(self):
        self.rows = warehouse.query("SELECT [[user_name->listener_name]], played_at FROM [[user_plays_v1->user_plays_v2]]")

    def names(self):
        return [field(row, "[[user_name->listener_name]]") for row in self.rows]

def field(row, key):
    if row is None:
        return None
    return row.get(key)

print(Report().names())
)py");
}

TEST(PythonQueryTest, AKeyThatIsNotKnownKeepsTheNames) {
  expectMarked("report.py", R"py(import sys
import warehouse

for row in warehouse.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]"):
    print(row[sys.argv[1]], row["user_name"])
)py");
}

// The walk finds the reader, but nothing leads from the reader back to the query.
TEST(PythonQueryTest, AReaderThatIsNotKnownToBeOneKeepsTheNames) {
  expectMarked("report.py", R"py(import warehouse

class Report:
    def load(self):
        return warehouse.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]")

def show(report):
    for row in report.load():
        print(row["user_name"])
)py");
  expectMarked("report.py", R"py(import warehouse

class Report:
    def __init__(self):
        self.rows = warehouse.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]")

    def first(self):
        return self.rows[0]["user_name"]

def show(report):
    for row in report.rows:
        print(row["user_name"])
)py");
}

TEST(PythonQueryTest, ReadersInOtherFilesAreFound) {
  const auto plays = [](const std::string& column) {
    return "import warehouse\n\ndef plays():\n    return warehouse.query(\"SELECT [[user_name->" + column +
           "]] FROM [[user_plays_v1->user_plays_v2]]\")\n";
  };
  expectMarked("report.py", R"py(from lib import plays

for row in plays():
    print(row["[[user_name->listener_name]]"])
)py",
               {{"lib.py", plays("listener_name")}});
  expectMarked("report.py", R"py(from lib import *

for row in plays():
    print(row["user_name"])
)py",
               {{"lib.py", plays("listener_name AS user_name")}});
}

TEST(PythonQueryTest, CodeThatIsNotEditedHoldsWhatHangsOnItBack) {
  expectMarked("report.py", R"py(import warehouse
from alembic.versions.names import PLAYS

for row in warehouse.query("SELECT {{user_name}} FROM " + PLAYS):
    print(row["user_name"])
)py",
               {{"alembic/versions/names.py", "PLAYS = \"user_plays_v1\"\n"}});
}

TEST(PythonQueryTest, WhatALoopAppendsCounts) {
  expectMarked("report.py", R"py(import warehouse

def find(filters):
    sql = "SELECT 1 AS one FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] <> ''"
    for one in filters:
        sql += " AND [[track_ms->duration_ms]] > " + one
    return [row["one"] for row in warehouse.query(sql)]

def join(tables):
    sql = "SELECT {{user_name}} AS n FROM {{user_plays_v1}}"
    for table in tables:
        sql += " JOIN " + table
    return [row["n"] for row in warehouse.query(sql)]
)py");
}

TEST(PythonQueryTest, PositionsNameNothing) {
  expectMarked("report.py", R"py(import warehouse

for row in warehouse.query("SELECT [[user_name->listener_name]], [[track_ms->duration_ms]] FROM [[user_plays_v1->user_plays_v2]]"):
    print(row[0], row[1])
)py");
}

TEST(PythonQueryTest, RowsOfAFunctionThatNobodyCallsKeepTheirNames) {
  expectMarked("lib.py", R"py(import warehouse

def plays():
    return warehouse.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]")
)py");
}

TEST(PythonQueryTest, ALambdaThatGetsTheRowsKeepsTheirNames) {
  expectMarked("lib.py", R"py(import warehouse

rows = warehouse.query("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]")
for row in sorted(rows, key=lambda row: row["user_name"]):
    print(row["user_name"])
)py");
}

TEST(PythonQueryTest, WhatBreaksAUnitHoldsTheWholeQueryBack) {
  expectMarked("lib.py", R"py(import warehouse

warehouse.query("SELECT {{user_name}}, u.id FROM {{user_plays_v1}} FULL JOIN users u USING ({{user_name}})")
)py");
}

TEST(PythonQueryTest, ANameThatWouldBeTheDatasetsGetsItsQualifier) {
  const std::string users =
      std::string(kPlaysMigration) + "schemas:\n  - {name: users, fields: {id: int64, listener_name: string}}\n";
  expectMarked("lib.py", R"py(import warehouse

warehouse.query("SELECT p.[[user_name->listener_name]] AS a, [[listener_name->u.listener_name]] AS b FROM [[user_plays_v1->user_plays_v2]] p JOIN users u ON u.id = played_at")
)py",
               {}, users);
}

TEST(PythonQueryTest, ANameIsEscapedForItsLiteral) {
  const std::string order = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: orders, title: Orders, owner: "group:default/plays"}
datasets:
  - id: plays
    schema:
      old: {name: plays, fields: {place: int64}}
    references: [{table: {old: plays, new: plays}}]
    changes: [{kind: rename, field: place, to: order}]
)";
  expectMarked("lib.py", R"py(import warehouse

for row in warehouse.query("SELECT p.[[place->\"order\"]] AS n FROM plays p"):
    print(row["n"])
for row in warehouse.query('SELECT p.[[place->"order"]] FROM plays p'):
    print(row["[[place->order]]"])
for row in warehouse.query("""SELECT p.[[place->"order"]] AS n FROM plays p"""):
    print(row["n"])
for row in warehouse.query(r"SELECT p.{{place}} AS n FROM plays p"):
    print(row["n"])
)py",
               {}, order);
}

TEST(PythonQueryTest, TextThatOnlyLooksLikeAQueryIsListed) {
  expectMarked("lib.py", R"py(import somewhere

somewhere.run("SELECT {{user_name}} FROM {{user_plays_v1}} WHERE note = 'user_name'")
somewhere.run("SELECT user_name FROM users")
somewhere.run("the table user_plays_v1 has a user_name")
print("SELECT user_name FROM user_plays_v1")
SQL = "SELECT 1 FROM {{user_plays_v1}}"
)py");
}

TEST(PythonQueryTest, TextThatOnlyLooksLikeAQueryIsEditedWhereTheMigrationSaysSo) {
  const std::string shapes = std::string(kPlaysMigration) + "shapes: [\"jobs/*.py\"]\n";
  expectMarked("jobs/lib.py", R"py(import somewhere

somewhere.run("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] <> ''")
)py",
               {}, shapes);
}

// A query that names its own table is that query wherever else it goes: into a log, mostly. What names only a column may be more
// than that where it also goes.
TEST(PythonQueryTest, AQueryThatAlsoGoesElsewhereIsEdited) {
  expectMarked("lib.py", R"py(import somewhere
import warehouse

whole = "SELECT 1 AS one FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = 'x'"
warehouse.query(whole)
somewhere.note(whole)
)py");
  expectMarked("lib.py", R"py(import somewhere
import warehouse

part = " WHERE {{user_name}} = 'x'"
warehouse.query("SELECT 1 AS one FROM {{user_plays_v1}}" + part)
somewhere.note(part)
)py");
}

// Values in a query's strings name nothing, however many there may be.
TEST(PythonQueryTest, ManyValuesLeaveAQueryWhatItIs) {
  std::string code =
      "import warehouse\n\ndef names(note, day):\n    return warehouse.query(\"SELECT 1 AS one FROM "
      "[[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = '\" + note + \"' AND note = '%s' AND n = "
      "%d\" "
      "% (day, day))\n\n";
  code += "T = [\"it's\"";
  for (int i = 0; i < 40; ++i) code += ", \"user_name" + std::to_string(i) + "\"";
  code += "]\nfor t in T:\n    for day in T:\n        names(t, day)\n";
  expectMarked("lib.py", code);
}

TEST(PythonQueryTest, MoreTextsThanAreFollowedAreOpen) {
  std::string code =
      "import warehouse\n\ndef names(table):\n    return warehouse.query(\"SELECT 1 AS one, {{user_name}} AS n FROM \" "
      "+ table)\n\n";
  code += "T = [\"{{user_plays_v1}}\"";
  for (int i = 0; i < 20; ++i) code += ", \"users" + std::to_string(i) + "\"";
  code += "]\nfor t in T:\n    names(t)\n";
  expectMarked("lib.py", code);
}

}  // namespace
}  // namespace gander::rewriter
