// The models of Python's data libraries: what is proved through them is edited, what only looks like it is left alone or listed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriting.h"

namespace gander::rewriter {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> hazardsOf(const Tree& tree) {
  std::vector<std::string> out;
  auto got = rewriteTree(tree);
  for (const auto& hazard : got.rewrite.hazards) out.push_back(hazard.name + ": " + hazard.message);
  return out;
}

TEST(Sqlite3Test, RowsOfAStarHaveTheNewNames) {
  expectMarked("a.py", R"(import sqlite3

conn = sqlite3.connect("plays.db")
conn.row_factory = sqlite3.Row
for row in conn.execute("SELECT * FROM [[user_plays_v1->user_plays_v2]]"):
    print(row["[[user_name->listener_name]]"], row["played_at"])
for row in conn.execute("SELECT * FROM users"):
    print(row["user_name"])
)");
}

TEST(Sqlite3Test, ACursorHasTheRowsOfItsQuery) {
  expectMarked("a.py", R"(import sqlite3
from contextlib import closing

with closing(sqlite3.connect("plays.db")) as conn, closing(conn.cursor()) as cur, closing(conn.cursor()) as other:
    cur.execute("SELECT * FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = ?", ("user_name",))
    other.execute("SELECT * FROM users")
    first = cur.fetchone()
    print(first["[[user_name->listener_name]]"], other.fetchone()["user_name"])
    for row in cur:
        print(row["[[track_ms->duration_ms]]"])
)");
}

TEST(Sqlite3Test, ACursorThatRunsTwoQueriesMayHaveTheRowsOfEach) {
  expectMarked("a.py", R"(import sqlite3

cur = sqlite3.connect("plays.db").cursor()
cur.execute("SELECT * FROM {{user_plays_v1}}")
print(cur.fetchone()["{{user_name}}"])
cur.execute("SELECT * FROM users")
print(cur.fetchone()["{{user_name}}"])
)");
}

TEST(Sqlite3Test, NamedColumnsFollowWhereEveryReaderIsSeen) {
  expectMarked("a.py", R"(import sqlite3

cur = sqlite3.connect("plays.db").cursor()
cur.execute("SELECT [[user_name->listener_name]], played_at FROM [[user_plays_v1->user_plays_v2]]")
for row in cur.fetchall():
    print(row["[[user_name->listener_name]]"], row[1])
)");
  expectMarked("a.py", R"(import json
import sqlite3

cur = sqlite3.connect("plays.db").cursor()
cur.execute("SELECT [[user_name->listener_name AS user_name]], played_at FROM [[user_plays_v1->user_plays_v2]]")
print(json.dumps([dict(row) for row in cur.fetchall()]), [d[0] for d in cur.description])
)");
}

// The rows of a star can't keep the names; who gets them is told.
TEST(Sqlite3Test, AStarWhoseRowsGoElsewhereIsAHazard) {
  auto hazards = hazardsOf({{"a.py", R"(import json
import sqlite3

conn = sqlite3.connect("plays.db")
print(json.dumps(conn.execute("SELECT * FROM user_plays_v1").fetchall()))
)"}});
  EXPECT_THAT(hazards, Contains(HasSubstr("select-star: ")));
}

// Methods of the same names on what is no connection.
TEST(Sqlite3Test, OtherObjectsWithExecuteAreNoConnections) {
  expectMarked("a.py", R"(from tasks import connect, Executor

conn = connect()
for row in conn.execute("SELECT * FROM {{user_plays_v1}}"):
    print(row["user_name"])
Executor().execute("user_plays_v1")
)");
}

TEST(Sqlite3Test, RowsInPairs) {
  expectMarked("a.py", R"(import sqlite3

conn = sqlite3.connect("plays.db")
for i, row in enumerate(conn.execute("SELECT * FROM [[user_plays_v1->user_plays_v2]]")):
    print(i, row["[[user_name->listener_name]]"])
for pair in enumerate(conn.execute("SELECT [[user_name->listener_name]] FROM [[user_plays_v1->user_plays_v2]]").fetchall()):
    print(pair[1]["[[user_name->listener_name]]"])
for i, row in enumerate(conn.execute("SELECT * FROM users")):
    print(row["user_name"])
)");
}

// A value in a column may have keys of its own.
TEST(Sqlite3Test, AValueOfARowIsNoRow) {
  expectMarked("a.py", R"(import sqlite3

conn = sqlite3.connect("plays.db")
for a, b in conn.execute("SELECT * FROM [[user_plays_v1->user_plays_v2]]"):
    print(b["user_name"])
for row in conn.execute("SELECT * FROM [[user_plays_v1->user_plays_v2]]"):
    print(row["played_at"]["user_name"], row[2]["user_name"])
)");
}

TEST(PsycopgTest, CursorsOfBothVersions) {
  expectMarked("a.py", R"(import psycopg2
import psycopg2.extras
import psycopg
from psycopg.rows import dict_row

with psycopg2.connect("dbname=x") as conn:
    with conn.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cur:
        cur.execute("SELECT * FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = %s", ["user_name"])
        for row in cur.fetchall():
            print(row["[[user_name->listener_name]]"], row.get("[[track_ms->duration_ms]]"))
    with conn.cursor() as cur:
        psycopg2.extras.execute_values(cur, "INSERT INTO [[user_plays_v1->user_plays_v2]] ([[user_name->listener_name]]) VALUES %s", [("user_name",)])
        cur.copy_expert("COPY [[user_plays_v1->user_plays_v2]] ([[user_name->listener_name]]) TO STDOUT", None)
        cur.copy_from(None, "{{user_plays_v1}}", columns=["user_name"])

with psycopg.connect("dbname=x", row_factory=dict_row) as conn:
    for row in conn.execute("SELECT * FROM [[user_plays_v1->user_plays_v2]]"):
        print(row["[[user_name->listener_name]]"], row.played_at)
    for row in conn.execute("SELECT * FROM users"):
        print(row["user_name"], row.user_name)
)");
}

TEST(PsycopgTest, NamedTuplesHaveAttributes) {
  expectMarked("a.py", R"(import psycopg

class Play:
    user_name = ""

conn = psycopg.connect("dbname=x")
for row in conn.execute("SELECT * FROM [[user_plays_v1->user_plays_v2]]"):
    print(row.[[user_name->listener_name]], Play().user_name)
)");
}

TEST(AsyncpgTest, RecordsOfQueries) {
  expectMarked("a.py", R"(import asyncpg

async def main():
    conn = await asyncpg.connect()
    for row in await conn.fetch("SELECT * FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = $1", "user_name"):
        print(row["[[user_name->listener_name]]"])
    row = await conn.fetchrow("SELECT * FROM users WHERE user_name = $1", "x")
    return row["user_name"]
)");
}

TEST(MysqlTest, CursorsOfDictionaries) {
  expectMarked("a.py", R"(import pymysql
import mysql.connector

conn = mysql.connector.connect(host="x")
cur = conn.cursor(dictionary=True)
cur.execute("SELECT * FROM `[[user_plays_v1->user_plays_v2]]` WHERE `[[user_name->listener_name]]` = %s", ("x",))
for row in cur:
    print(row["[[user_name->listener_name]]"])
with pymysql.connect().cursor() as other:
    other.execute("SELECT * FROM users")
    print(other.fetchone()["user_name"])
)");
}

TEST(SqlalchemyTest, TextsAndTheirResults) {
  expectMarked("a.py", R"(from sqlalchemy import create_engine, text, Table, MetaData
from sqlalchemy.orm import sessionmaker

engine = create_engine("postgresql://x")
with engine.connect() as conn:
    result = conn.execute(text("SELECT * FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = :user_name"), {"user_name": 1})
    for row in result.mappings():
        print(row["[[user_name->listener_name]]"])
    for row in conn.execute(text("SELECT * FROM users")):
        print(row.user_name)
Session = sessionmaker(bind=engine)
with Session() as session:
    print(session.execute(text("SELECT * FROM [[user_plays_v1->user_plays_v2]]")).first().[[user_name->listener_name]])
plays = Table("{{user_plays_v1}}", MetaData())
)");
}

TEST(DuckdbTest, QueriesAndRelations) {
  expectMarked("a.py", R"(import duckdb

con = duckdb.connect("x.db")
for row in con.execute("SELECT [[user_name->listener_name]] FROM [[user_plays_v1->user_plays_v2]]").fetchall():
    print(row[0])
frame = con.sql("SELECT * FROM [[user_plays_v1->user_plays_v2]]").df()
print(frame["[[user_name->listener_name]]"])
)");
}

TEST(PandasTest, ColumnsOfAFrame) {
  expectMarked("a.py", R"(import pandas as pd

df = pd.read_sql_table("[[user_plays_v1->user_plays_v2]]", "sqlite://", columns=["[[user_name->listener_name]]", "played_at"])
users = pd.read_sql_table("users", "sqlite://", columns=["user_name"])
long = df[df["[[track_ms->duration_ms]]"] > 1000]
print(long[ ["[[user_name->listener_name]]", "played_at"] ], users["user_name"], users.user_name)
print(df.[[user_name->listener_name]].str.upper(), df.sort_values(by=["[[user_name->listener_name]]"], ascending=False))
total = df.groupby("[[user_name->listener_name]]")["[[track_ms->duration_ms]]"].sum()
named = df.rename(columns={"[[user_name->listener_name]]": "name", "played_at": "user_name_2"})
for _, row in df.iterrows():
    print(row["[[user_name->listener_name]]"])
for row in df.itertuples():
    print(row.[[user_name->listener_name]])
df["[[user_name->listener_name]]"] = df["[[user_name->listener_name]]"].fillna("user")
print(df.loc[df["played_at"] > 1, "[[user_name->listener_name]]"])
)");
}

TEST(PandasTest, FilesByTheirAddress) {
  expectMarked("a.py", R"(import pandas as pd

df = pd.read_parquet("[[s3://lake/user_plays/v1/->s3://lake/user_plays/v2/]]2024.parquet", columns=["[[user_name->listener_name]]"])
other = pd.read_parquet("s3://lake/users/2024.parquet", columns=["user_name"])
print(df.drop(columns=["[[user_name->listener_name]]"]), other.drop(columns=["user_name"]))
)");
}

// With a query that names its columns nothing of the frame has to change.
TEST(PandasTest, AQueryKeepsTheNamesOfAFrame) {
  expectMarked("a.py", R"(import pandas as pd

df = pd.read_sql("SELECT [[user_name->listener_name AS user_name]] FROM [[user_plays_v1->user_plays_v2]]", "sqlite://")
df.pivot_table(index="user_name").to_csv("out.csv")
print(df["user_name"])
)");
}

TEST(PandasTest, WhatIsNotDescribedHoldsTheFrameBack) {
  expectMarked("a.py", R"(import pandas as pd

df = pd.read_sql_table("{{user_plays_v1}}", "sqlite://")
print(df.query("{{user_name}} == 'x'"), df.pivot_table(index="{{user_name}}"))
)");
  expectMarked("b.py", R"(import pandas as pd

df = pd.read_sql_table("{{user_plays_v1}}", "sqlite://")
print(df.melt()["{{user_name}}"])
)");
  expectMarked("c.py", R"(import pandas as pd

df = pd.read_sql_table("{{user_plays_v1}}", "sqlite://")
df.columns = ["{{user_name}}", "b", "c"]
)");
  expectMarked("d.py", R"(import pandas as pd

df = pd.read_sql_table("{{user_plays_v1}}", "sqlite://")
users = pd.read_sql_table("users", "sqlite://")
print(df.merge(users, on="{{user_name}}"))
)");
}

TEST(PandasTest, AnExportOfRenamedColumnsIsAHazard) {
  EXPECT_THAT(
      hazardsOf({{"a.py",
                  "import pandas as pd\ndf = pd.read_sql_table(\"user_plays_v1\", None)\n"
                  "df.to_csv(\"out.csv\")\n"}}),
      Contains(HasSubstr("output-renamed: to_csv gives the fields of user-plays to others, under their new names: "
                         "user_name -> listener_name")));
  EXPECT_THAT(hazardsOf({{"a.py",
                          "import pandas as pd\nuser_plays_v1 = pd.read_sql_table(\"users\", None)\n"
                          "user_plays_v1.to_csv(\"out.csv\")\n"}}),
              IsEmpty());
}

TEST(PandasTest, AFrameThatIsWrittenIsListed) {
  expectMarked("a.py", R"(import pandas as pd

df = pd.DataFrame({"user_name": ["a"]})
users = pd.read_sql_table("users", "sqlite://")
users.to_sql("{{user_plays_v1}}", "sqlite://")
)");
}

TEST(BigqueryTest, QueriesTablesAndRows) {
  expectMarked("a.py", R"(from google.cloud import bigquery

client = bigquery.Client()
for row in client.query("SELECT * FROM `[[user_plays_v1->user_plays_v2]]` WHERE [[user_name->listener_name]] = @user_name").result():
    print(row["[[user_name->listener_name]]"], row.[[track_ms->duration_ms]])
for row in client.query("SELECT * FROM users").result():
    print(row["user_name"], row.user_name)
df = client.query("SELECT * FROM [[user_plays_v1->user_plays_v2]]").to_dataframe()
print(df["[[user_name->listener_name]]"].nunique())
client.insert_rows_json("[[user_plays_v1->user_plays_v2]]", [{"[[user_name->listener_name]]": "a"}])
client.insert_rows_json("users", [{"user_name": "a"}])
for row in client.list_rows(client.get_table("[[user_plays_v1->user_plays_v2]]")):
    print(row["[[user_name->listener_name]]"])
)");
}

TEST(BigqueryTest, LoadsAreListed) {
  expectMarked("a.py", R"(from google.cloud import bigquery

client = bigquery.Client()
client.load_table_from_uri("gs://x/*.csv", "{{user_plays_v1}}")
)");
}

TEST(PysparkTest, ColumnsOfAFrame) {
  expectMarked("a.py", R"(from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import col

spark = SparkSession.builder.appName("user_plays_v1").enableHiveSupport().getOrCreate()
df = spark.table("[[user_plays_v1->user_plays_v2]]")
users = spark.read.table("users")
out = (
    df.filter(F.col("[[user_name->listener_name]]") == "user_name")
    .withColumn("seconds", col("[[track_ms->duration_ms]]") / 1000)
    .select("[[user_name->listener_name]]", "seconds", F.upper("[[user_name->listener_name]]").alias("user"))
)
print(users.filter(F.col("user_name") == "x").select("user_name", users.user_name).collect())
counts = df.groupBy("[[user_name->listener_name]]").agg(F.sum("[[track_ms->duration_ms]]"), F.lit("user_name"))
for row in df.where(df.[[user_name->listener_name]] == "x").collect():
    print(row["[[user_name->listener_name]]"], row.[[user_name->listener_name]])
)");
}

TEST(PysparkTest, QueriesAndFiles) {
  expectMarked("a.py", R"(from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
df = spark.sql("SELECT [[user_name->listener_name]], played_at FROM [[user_plays_v1->user_plays_v2]]")
print(df.select("[[user_name->listener_name]]").count())
files = spark.read.option("header", True).csv("[[s3://lake/user_plays/v1/->s3://lake/user_plays/v2/]]2024")
print(files.withColumnRenamed("[[user_name->listener_name]]", "name").drop("[[track_ms->duration_ms]]").count())
)");
}

TEST(PysparkTest, NamesInAListThatIsSpread) {
  expectMarked("a.py", R"(from pyspark.sql import SparkSession

COLUMNS = ["[[user_name->listener_name]]", "played_at"]
spark = SparkSession.builder.getOrCreate()
print(spark.table("[[user_plays_v1->user_plays_v2]]").select(*COLUMNS).count())
)");
}

TEST(PysparkTest, WhatIsNotReadHoldsTheFrameBack) {
  expectMarked("a.py", R"(from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
df = spark.table("{{user_plays_v1}}")
print(df.filter("{{user_name}} = 'x'").count())
)");
  expectMarked("b.py", R"(from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
spark.table("{{user_plays_v1}}").{{createOrReplaceTempView}}("plays")
print(spark.sql("SELECT user_name FROM plays").count())
)");
  expectMarked("c.py", R"(from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
df = spark.table("{{user_plays_v1}}")
print(df.join(spark.table("users"), on="{{user_name}}").count())
)");
}

// A column is no frame: its labels are values.
TEST(PandasTest, AColumnHasLabelsOfItsOwn) {
  expectMarked("a.py", R"(import pandas as pd

df = pd.read_sql_table("[[user_plays_v1->user_plays_v2]]", "sqlite://")
print(df["played_at"]["user_name"], df["[[user_name->listener_name]]"])
)");
}

TEST(FilesTest, CsvAndJsonByTheirAddress) {
  expectMarked("a.py", R"(import csv
import json

with open("[[s3://lake/user_plays/v1/->s3://lake/user_plays/v2/]]2024.csv") as source, open("users.csv") as users:
    for row in csv.DictReader(source):
        print(row["[[user_name->listener_name]]"], row.get("[[track_ms->duration_ms]]"))
    for row in csv.DictReader(users):
        print(row["user_name"])
with open("[[s3://lake/user_plays/v1/->s3://lake/user_plays/v2/]]2024.jsonl") as lines:
    print([json.loads(line)["[[user_name->listener_name]]"] for line in lines])
with open("[[s3://lake/user_plays/v1/->s3://lake/user_plays/v2/]]2025.csv", "w") as target:
    writer = csv.DictWriter(target, fieldnames=["[[user_name->listener_name]]", "played_at"])
    writer.writerow({"[[user_name->listener_name]]": "user_name", "played_at": 1})
print(json.load(open("users.json"))["user_name"], json.loads("{}")["user_name"])
)");
}

TEST(FilesTest, TextsThatAreWrittenAreListed) {
  expectMarked("a.py", R"(with open("{{s3://lake/user_plays/v1/}}x.csv", "w") as target:
    target.write("{{user_name}},played_at\n")
with open("users.csv", "w") as users:
    users.write("user_name,mail\n")
)");
}

}  // namespace
}  // namespace gander::rewriter
