// dbt projects as a whole: marked trees. `«user_name→listener_name»` is edited so, `‹user_name›` is listed, all else stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "rewriting.h"

namespace gander::rewriter {
namespace {

using testing::Contains;
using testing::ElementsAreArray;
using testing::HasSubstr;

const char* const kLake = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: user-plays-v2, title: Move user_plays to version 2, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: user_plays_v1, fields: {user_name: string, track_ms: int64, played_at: int64}}
    references:
      - table: {old: lake.user_plays_v1, new: lake.user_plays_v2}
    changes:
      - {kind: rename, field: user_name, to: listener_name}
      - {kind: rename, field: track_ms, to: duration_ms}
)";

const std::string kProject = "name: shop\nmodel-paths: [models]\n";
const std::string kSources =
    "sources:\n  - name: lake\n    tables:\n      - name: «user_plays_v1→user_plays_v2»\n      - name: users\n"
    "  - name: legacy\n    tables:\n      - name: user_plays_v1\n        columns:\n          - name: user_name\n";

struct Marked {
  std::string before;
  std::string after;
  std::vector<std::string> listed;
};

Marked readMarks(const std::string& path, std::string_view text) {
  Marked out;
  std::vector<uint32_t> offsets;
  for (size_t i = 0; i < text.size();) {
    auto rest = text.substr(i);
    if (rest.starts_with("«")) {
      size_t arrow = rest.find("→");
      size_t end = rest.find("»");
      out.before += rest.substr(2, arrow - 2);
      out.after += rest.substr(arrow + 3, end - arrow - 3);
      i += end + 2;
    } else if (rest.starts_with("‹")) {
      size_t end = rest.find("›");
      offsets.push_back(static_cast<uint32_t>(out.before.size()));
      out.before += rest.substr(3, end - 3);
      out.after += rest.substr(3, end - 3);
      i += end + 3;
    } else {
      out.before += text[i];
      out.after += text[i++];
    }
  }
  LineIndex lines(out.before);
  for (auto offset : offsets) out.listed.push_back(formatPlace(path, lines.at(offset)));
  return out;
}

struct Options {
  std::string migration = kLake;
  std::map<std::string, std::string> moved;  // old path -> new path
};

Rewritten expectTree(const Tree& marked, const Options& options = {}) {
  Tree before;
  Tree after;
  std::vector<std::string> listed;
  for (const auto& [path, text] : marked) {
    auto one = readMarks(path, text);
    before[path] = one.before;
    auto moved = options.moved.find(path);
    after[moved == options.moved.end() ? path : moved->second] = one.after;
    listed.insert(listed.end(), one.listed.begin(), one.listed.end());
  }
  auto got = rewriteTree(before, options.migration);
  for (const auto& [path, text] : after) EXPECT_EQ(got.after[path], text) << path;
  EXPECT_EQ(got.after.size(), after.size());
  std::vector<std::string> places;
  for (const auto& site : got.rewrite.listed) places.push_back(formatPlace(site.span.file, site.position));
  EXPECT_THAT(places, ElementsAreArray(listed));
  if (places != listed)
    for (const auto& site : got.rewrite.listed) ADD_FAILURE() << site.text << ": " << site.reason;
  for (const auto& edit : got.rewrite.edits) EXPECT_FALSE(edit.evidence.empty()) << edit.old;
  auto again = rewriteTree(got.after, options.migration);
  for (const auto& edit : again.rewrite.edits)
    ADD_FAILURE() << "a second run edits " << edit.span.file << " " << edit.old;
  EXPECT_TRUE(again.rewrite.files.empty());
  return got;
}

std::string verdictAt(const Rewrite& rewrite, const std::string& file, uint32_t line) {
  for (const auto& entry : rewrite.ledger.entries)
    if (entry.span.file == file && entry.position.line == line) return std::string(toString(entry.verdict));
  return "none";
}

TEST(DbtTest, ASourceIsRenamedEverywhereInOneUnit) {
  auto got = expectTree({{"dbt_project.yml", kProject},
                         {"models/sources.yml", kSources},
                         {"models/stg.sql",
                          "select «user_name→listener_name AS user_name», played_at\nfrom {{ source('lake', "
                          "'«user_plays_v1→user_plays_v2»') }}\nwhere «track_ms→duration_ms» > 3\n"},
                         {"models/other.sql", "select user_name from {{ source('legacy', 'user_plays_v1') }}\n"},
                         {"models/mart.sql", "select user_name from {{ ref('stg') }}\n"}});
  std::set<std::string> units;
  for (const auto& edit : got.rewrite.edits) units.insert(edit.unit);
  EXPECT_EQ(units.size(), 1);
  EXPECT_EQ(verdictAt(got.rewrite, "models/other.sql", 1), "other");
  EXPECT_EQ(verdictAt(got.rewrite, "models/mart.sql", 1), "other");
  EXPECT_EQ(verdictAt(got.rewrite, "models/sources.yml", 8), "other");
}

TEST(DbtTest, WhereASourceHasAnIdentifierOnlyThatChanges) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/sources.yml",
               "sources:\n  - name: raw\n    schema: lake\n    tables:\n      - name: plays\n        identifier: "
               "«user_plays_v1→user_plays_v2»\n"},
              {"models/stg.sql", "select «user_name→listener_name» as n from {{ source('raw', 'plays') }}\n"}});
}

TEST(DbtTest, AnIdentifierMayBeAVariable) {
  expectTree(
      {{"dbt_project.yml", kProject + "vars:\n  plays: «user_plays_v1→user_plays_v2»\n"},
       {"models/sources.yml",
        "sources:\n  - name: raw\n    schema: \"{{ var('s', 'lake') }}\"\n    tables:\n      - name: plays\n        "
        "identifier: \"{{ var('plays') }}\"\n"},
       {"models/stg.sql", "select «user_name→listener_name» as n from {{ source('raw', 'plays') }}\n"}});
  expectTree({{"dbt_project.yml", kProject},
              {"models/sources.yml",
               "sources:\n  - name: raw\n    schema: lake\n    tables:\n      - name: plays\n        "
               "identifier: \"{{ var('plays', '«user_plays_v1→user_plays_v2»') }}\"\n"},
              {"models/stg.sql", "select «user_name→listener_name» as n from {{ source('raw', 'plays') }}\n"}});
}

TEST(DbtTest, AnotherDatabaseIsAnotherTable) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml",
        "sources:\n  - name: x\n    database: dev\n    schema: lake\n    tables:\n      - name: user_plays_v1\n"},
       {"models/stg.sql", "select user_name from {{ source('x', 'user_plays_v1') }}\n"}},
      {.migration = replaceAll(kLake, "lake.user", "prod.lake.user")});
}

TEST(DbtTest, AnUnqualifiedReferenceIsUnclear) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/sources.yml", "sources:\n  - name: lake\n    tables:\n      - name: ‹user_plays_v1›\n"},
              {"models/stg.sql", "select ‹user_name› from ‹{{ source('lake', 'user_plays_v1') }}›\n"}},
             {.migration = kPlaysMigration});
}

TEST(DbtTest, AStarPassesTheNewNamesOn) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml", kSources},
       {"models/base.sql", "select * from {{ source('lake', '«user_plays_v1→user_plays_v2»') }}\n"},
       {"models/stg.sql",
        "with source as (select * from {{ ref('base') }}), renamed as (select «user_name→listener_name» as name, "
        "«track_ms→duration_ms AS track_ms» from source) select * from renamed\n"},
       {"models/mart.sql", "select name, track_ms from {{ ref('stg') }}\n"}});
}

TEST(DbtTest, ARefGoesByItsModelsName) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml", kSources},
       {"models/base.sql", "select * from {{ source('lake', '«user_plays_v1→user_plays_v2»') }}\n"},
       {"models/days.sql", "select day, user_name from {{ source('lake', 'users') }}\n"},
       {"models/mart.sql",
        "with c as (select base.«user_name→listener_name», days.user_name as other from {{ ref('days') }} left join "
        "{{ ref('base') }} on days.user_name = base.«user_name→listener_name») select c.«user_name→listener_name» "
        "as x from c\n"}});
}

TEST(DbtTest, ATableThatWillNotBeCalledSoIsListedWhereItsNameQualifies) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml",
        "sources:\n  - name: lake\n    tables:\n      - name: ‹user_plays_v1›\n      - name: users\n"},
       {"models/stg.sql", "select ‹user_plays_v1›.user_name as n from {{ source('lake', '‹user_plays_v1›') }}\n"}});
}

TEST(DbtTest, OutputsMayFollow) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml", kSources},
       {"models/stg.sql",
        "{{ config(unique_key='«user_name→listener_name»', cluster_by=['«track_ms→duration_ms»', 'played_at']) }}\n"
        "select «user_name→listener_name», «track_ms→duration_ms» from {{ source('lake', "
        "'«user_plays_v1→user_plays_v2»') }}\n"},
       {"models/mart.sql", "select «user_name→listener_name» from {{ ref('stg') }}\n"},
       {"models/end.sql", "select «user_name→listener_name» as who from {{ ref('mart') }}\n"},
       {"models/schema.yml",
        "models:\n  - name: stg\n    columns:\n      - name: «user_name→listener_name»\n        tests: [unique]\n"
        "  - name: end\n    columns:\n      - name: who\n"}},
      {.migration = std::string(kLake) + "outputs: follow\n"});
}

TEST(DbtTest, AModelThatKeepsANameKeepsItsConfigurationAndProperties) {
  auto got = expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml", kSources},
       {"models/stg.sql",
        "{{ config(unique_key='user_name') }}\nselect «user_name→listener_name AS user_name» from {{ source('lake', "
        "'«user_plays_v1→user_plays_v2»') }}\n"},
       {"models/schema.yml", "models:\n  - name: stg\n    columns:\n      - name: user_name\n"}});
  EXPECT_EQ(verdictAt(got.rewrite, "models/stg.sql", 1), "other");
  EXPECT_EQ(verdictAt(got.rewrite, "models/schema.yml", 4), "other");
}

TEST(DbtTest, AModelMayReadItself) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/sources.yml", kSources},
              {"models/inc.sql",
               "select «user_name→listener_name AS user_name», played_at from {{ source('lake', "
               "'«user_plays_v1→user_plays_v2»') }}\n{% if is_incremental() %} where played_at > (select "
               "max(played_at) from {{ this }} where user_name is not null) {% endif %}\n"}});
}

TEST(DbtTest, CommentsOfSqlHoldTemplatesThatRunAndThoseOfJinjaDoNot) {
  auto got =
      expectTree({{"dbt_project.yml", kProject},
                  {"models/sources.yml", kSources},
                  {"models/stg.sql",
                   "{# {{ source('lake', 'user_plays_v1') }} #}\n-- {{ source('lake', "
                   "'«user_plays_v1→user_plays_v2»') }} user_name\n{% raw %}{{ source('lake', 'user_plays_v1') "
                   "}}{% endraw %}\nselect 1 as x from {{ source('lake', '«user_plays_v1→user_plays_v2»') }}\n"}});
  EXPECT_EQ(verdictAt(got.rewrite, "models/stg.sql", 1), "prose");
}

TEST(DbtTest, NamesThroughVariablesAndMacros) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml", kSources},
       {"macros/m.sql",
        "{% macro clean(rel) %}select «user_name→listener_name AS user_name» from {{ rel }}{% endmacro %}\n"},
       {"models/a.sql",
        "{% set t = source('lake', '«user_plays_v1→user_plays_v2»') %}\nselect «user_name→listener_name» as n from "
        "{{ t }}\n"},
       {"models/b.sql", "{{ clean(source('lake', '«user_plays_v1→user_plays_v2»')) }}\n"},
       {"models/c.sql",
        "{% for t in ['«user_plays_v1→user_plays_v2»'] %}select «user_name→listener_name» as n from {{ "
        "source('lake', t) }}{% endfor %}\n"}});
}

TEST(DbtTest, ATextThatIsDataTooIsListed) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml",
        replaceAll(replaceAll(kSources, "«user_plays_v1→user_plays_v2»", "‹user_plays_v1›"), "", "")},
       {"models/c.sql",
        "{% for t in ['‹user_plays_v1›'] %}select ‹user_name› as n, '{{ t }}' as src from {{ source('lake', t) }}"
        "{% endfor %}\n"}});
}

TEST(DbtTest, AVariableMayHoldTheTablesName) {
  expectTree(
      {{"dbt_project.yml",
        kProject + "vars:\n  plays: «user_plays_v1→user_plays_v2»\n  whole: «lake.user_plays_v1→lake.user_plays_v2»\n"},
       {"models/a.sql", "select «user_name→listener_name» as n from lake.{{ var('plays') }}\n"},
       {"models/b.sql", "select «user_name→listener_name» as n from {{ var('whole') }}\n"}});
}

TEST(DbtTest, ArgumentsOfKnownMacros) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/sources.yml", kSources},
              {"models/a.sql",
               "select {{ dbt_utils.generate_surrogate_key(['«user_name→listener_name»', 'played_at']) }} as id, "
               "{{ dbt_utils.safe_add(['«track_ms→duration_ms»', '1']) }} as t\nfrom {{ source('lake', "
               "'«user_plays_v1→user_plays_v2»') }}\n"},
              {"models/b.sql",
               "{% set v = dbt_utils.get_column_values(table=source('lake', '«user_plays_v1→user_plays_v2»'), "
               "column='«user_name→listener_name»') %}\nselect 1 as x\n"}});
}

TEST(DbtTest, AStarMacroPassesColumnsOn) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/sources.yml", kSources},
              {"models/a.sql",
               "select {{ dbt_utils.star(from=source('lake', '«user_plays_v1→user_plays_v2»'), "
               "except=['«track_ms→duration_ms»']) }} from {{ source('lake', '«user_plays_v1→user_plays_v2»') }}\n"},
              {"models/b.sql", "select «user_name→listener_name AS user_name» from {{ ref('a') }}\n"}});
}

TEST(DbtTest, LoopsOverColumns) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/sources.yml", kSources},
              {"models/a.sql",
               "{% set cols = ['«user_name→listener_name»', 'played_at'] %}\nselect {% for c in cols %}max({{ c }}) as "
               "m{{ loop.index }},{% endfor %} 1 as x from {{ source('lake', '«user_plays_v1→user_plays_v2»') }}\n"}});
}

TEST(DbtTest, AColumnThatNamesAnOutputTooIsListed) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/sources.yml", replaceAll(kSources, "«user_plays_v1→user_plays_v2»", "‹user_plays_v1›")},
              {"models/a.sql",
               "{% set cols = ['‹user_name›', 'played_at'] %}\nselect {% for c in cols %}max({{ c }}) as "
               "max_{{ c }},{% endfor %} 1 as x from {{ source('lake', '‹user_plays_v1›') }}\n"}});
}

TEST(DbtTest, MacrosOfTheProjectThatTakeColumns) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml", kSources},
       {"macros/m.sql",
        "{% macro ms(col) %}({{ col }} / 1000){% endmacro %}\n{% macro label(col) %}'{{ col }}'{% endmacro %}\n"},
       {"models/a.sql",
        "select {{ ms('«track_ms→duration_ms»') }} as s from {{ source('lake', '«user_plays_v1→user_plays_v2»') "
        "}}\n"}});
}

TEST(DbtTest, PropertiesOfASource) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml",
        "version: 2\nsources:\n  - name: lake\n    loaded_at_field: played_at\n    tables:\n      - name: "
        "«user_plays_v1→user_plays_v2»\n        description: The user_name of it\n        loaded_at_field: "
        "«track_ms→duration_ms»\n        columns:\n          - name: «user_name→listener_name»\n            "
        "description: "
        "\"{{ doc('user_name') }}\"\n            tests:\n              - unique\n              - accepted_values:\n"
        "                  values: ['user_name']\n              - relationships:\n                  to: ref('m')\n"
        "                  field: user_name\n          - name: \"«track_ms→duration_ms»\"\n        tests:\n          - "
        "dbt_utils.unique_combination_of_columns:\n              combination_of_columns: [«user_name→listener_name», "
        "played_at]\n          - dbt_utils.expression_is_true:\n              expression: \"«track_ms→duration_ms» > 0 "
        "and "
        "played_at is not null\"\n              config:\n                where: «user_name→listener_name» <> ''\n"},
       {"models/m.sql", "select 1 as user_name\n"},
       {"models/schema.yml",
        "models:\n  - name: m\n    columns:\n      - name: user_name\n        tests:\n          - relationships:\n"
        "              to: source('lake', '«user_plays_v1→user_plays_v2»')\n              field: "
        "«user_name→listener_name»\n"
        "exposures:\n  - name: dash\n    depends_on:\n      - source('lake', '«user_plays_v1→user_plays_v2»')\n      - "
        "ref('m')\n"}});
}

TEST(DbtTest, UnitTests) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml", kSources},
       {"models/stg.sql",
        "select «user_name→listener_name AS user_name» from {{ source('lake', '«user_plays_v1→user_plays_v2»') }}\n"},
       {"models/tests.yml",
        "unit_tests:\n  - name: t\n    model: stg\n    given:\n      - input: source('lake', "
        "'«user_plays_v1→user_plays_v2»')\n        rows:\n          - {«user_name→listener_name»: user_name, "
        "played_at: 1}\n"
        "      - input: source('lake', 'users')\n        rows:\n          - {user_name: x}\n    expect:\n      rows:\n"
        "        - {user_name: x}\n  - name: u\n    model: stg\n    given:\n      - input: source('lake', "
        "'«user_plays_v1→user_plays_v2»')\n        format: csv\n        rows: |\n          "
        "«user_name→listener_name»,played_at\n"
        "          user_name,1\n      - input: source('lake', '«user_plays_v1→user_plays_v2»')\n        format: csv\n  "
        "      "
        "fixture: rows\n    expect:\n      format: csv\n      rows: |\n        user_name\n        x\n"},
       {"tests/fixtures/rows.csv", "«user_name→listener_name»,played_at\nx,1\n"}});
}

TEST(DbtTest, Snapshots) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml", kSources},
       {"snapshots/s.sql",
        "{% snapshot plays %}\n{{ config(unique_key='«user_name→listener_name»', strategy='check', "
        "check_cols=['«track_ms→duration_ms»']) }}\nselect * from {{ source('lake', "
        "'«user_plays_v1→user_plays_v2»') }}\n{% endsnapshot %}\n"},
       {"snapshots/y.yml",
        "snapshots:\n  - name: y\n    relation: source('lake', '«user_plays_v1→user_plays_v2»')\n    config:\n      "
        "unique_key: «user_name→listener_name»\n      strategy: timestamp\n      updated_at: played_at\n"},
       {"models/m.sql", "select «user_name→listener_name AS user_name» from {{ ref('plays') }}\n"}});
}

TEST(DbtTest, SettingsOfTheProject) {
  expectTree({{"dbt_project.yml",
               kProject + "models:\n  shop:\n    one:\n      +unique_key: «user_name→listener_name»\n    two:\n      "
                          "+unique_key: user_name\n    both:\n      +cluster_by: [‹user_name›]\n"},
              {"models/sources.yml", replaceAll(kSources, "«user_plays_v1→user_plays_v2»", "user_plays_v1")},
              {"models/one/a.sql", "select * from {{ source('lake', 'user_plays_v1') }}\n"},
              {"models/two/b.sql",
               "select «user_name→listener_name AS user_name» from {{ source('lake', 'user_plays_v1') }}\n"},
              {"models/both/a1.sql", "select * from {{ source('lake', 'user_plays_v1') }}\n"},
              {"models/both/b1.sql", "select 1 as user_name\n"}},
             {.migration = replaceAll(kLake, "new: lake.user_plays_v2", "new: lake.user_plays_v1")});
}

TEST(DbtTest, TheNewTableMayBeDeclaredAlready) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml",
        "sources:\n  - name: lake\n    tables:\n      - name: user_plays_v1\n        columns: [{name: user_name}]\n"
        "      - name: user_plays_v2\n        columns: [{name: listener_name}]\n"},
       {"models/stg.sql",
        "select «user_name→listener_name AS user_name» from {{ source('lake', '«user_plays_v1→user_plays_v2»') "
        "}}\n"}});
}

TEST(DbtTest, AModelInPythonIsListed) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/sources.yml", replaceAll(kSources, "«user_plays_v1→user_plays_v2»", "‹user_plays_v1›")},
       {"models/p.py",
        "def model(dbt, session):\n    # user_name\n    df = dbt.source(\"lake\", \"‹user_plays_v1›\")\n    return "
        "df[\"‹user_name›\"]\n"}});
}

const char* const kModel = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-v2, title: Move plays to version 2, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: user_plays_v1, fields: {user_name: string, track_ms: int64, played_at: int64}}
    references:
      - model: {old: user_plays_v1, new: user_plays_v2}
    changes:
      - {kind: rename, field: user_name, to: listener_name}
)";

TEST(DbtTest, RefsGoToAModelThatIsThere) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/user_plays_v1.sql", "select 1 as user_name\n"},
              {"models/user_plays_v2.sql", "select 1 as listener_name\n"},
              {"models/m.sql",
               "select «user_name→listener_name AS user_name» from {{ ref('«user_plays_v1→user_plays_v2»') }}\n"}},
             {.migration = kModel});
}

TEST(DbtTest, RefsToAModelOfAPackage) {
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/m.sql",
        "select «user_name→listener_name AS user_name» from {{ ref('plays', '«user_plays_v1→user_plays_v2»') }}\n"},
       {"models/n.sql", "select user_name from {{ ref('other', 'user_plays_v1') }}\n"}},
      {.migration = replaceAll(kModel, "old: user_plays_v1, new: user_plays_v2}",
                               "old: plays.user_plays_v1, new: plays.user_plays_v2}")});
}

TEST(DbtTest, RefsToModelsOfSeveralPackagesAreUnclear) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/m.sql", "select 1 as x from ‹{{ ref('plays', 'user_plays_v1') }}›\n"},
              {"models/n.sql", "select 1 as x from ‹{{ ref('other', 'user_plays_v1') }}›\n"}},
             {.migration = kModel});
}

TEST(DbtTest, AModelThatIsMadeHereIsNotThatOfAPackage) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/user_plays_v1.sql", "select 1 as user_name\n"},
              {"models/user_plays_v2.sql", "select 1 as listener_name\n"},
              {"models/m.sql", "select user_name from {{ ref('other', 'user_plays_v1') }}\n"}},
             {.migration = kModel});
}

TEST(DbtTest, AModelThatIsMadeHereNeedsItsNextVersion) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/user_plays_v1.sql", "select 1 as user_name\n"},
              {"models/m.sql", "select ‹user_name› from ‹{{ ref('user_plays_v1') }}›\n"}},
             {.migration = kModel});
}

const std::string kMoves = replaceAll(kModel, "new: user_plays_v2}", "new: user_plays_v2, move: true}");

TEST(DbtTest, AModelMovesWithItsFileItsPropertiesAndItsOutputs) {
  auto got = expectTree(
      {{"dbt_project.yml",
        kProject +
            "models:\n  shop:\n    marts:\n      «user_plays_v1→user_plays_v2»:\n        +materialized: table\n"},
       {"models/marts/user_plays_v1.sql",
        "{{ config(unique_key='«user_name→listener_name»') }}\nselect a.who as «user_name→listener_name», track_ms "
        "from {{ "
        "ref('stg') }} a\nqualify row_number() over (partition by «user_name→listener_name») = 1\n"},
       {"models/stg.sql", "select 'x' as who, 1 as track_ms\n"},
       {"models/marts/marts.yml",
        "models:\n  - name: «user_plays_v1→user_plays_v2»\n    columns:\n      - name: «user_name→listener_name»\n     "
        " - "
        "name: track_ms\n"},
       {"models/m.sql",
        "select «user_name→listener_name AS user_name» from {{ ref('«user_plays_v1→user_plays_v2»') }}\n"},
       {"models/exposures.yml",
        "exposures:\n  - name: e\n    depends_on: [\"ref('«user_plays_v1→user_plays_v2»')\"]\n"}},
      {.migration = kMoves, .moved = {{"models/marts/user_plays_v1.sql", "models/marts/user_plays_v2.sql"}}});
  ASSERT_EQ(got.rewrite.files.size(), 1);
  EXPECT_EQ(got.rewrite.files[0].movedFrom, "models/marts/user_plays_v1.sql");
  std::set<std::string> units;
  for (const auto& edit : got.rewrite.edits) units.insert(edit.unit);
  EXPECT_EQ(units.size(), 1);
}

TEST(DbtTest, OutputsOfADefinition) {
  auto made = [](const std::string& sql) {
    expectTree({{"dbt_project.yml", kProject},
                {"models/user_plays_v1.sql", sql},
                {"models/stg.sql", "select 1 as user_name, 2 as b\n"}},
               {.migration = kMoves, .moved = {{"models/user_plays_v1.sql", "models/user_plays_v2.sql"}}});
  };
  made("select user_name«→ AS listener_name», b from {{ ref('stg') }}\n");
  made(
      "select s.user_name«→ AS listener_name» from {{ ref('stg') }} s where s.user_name <> 'x' order by s.user_name\n");
  made(
      "select b as «user_name→listener_name» from {{ ref('stg') }} union all select user_name from {{ ref('stg') }}\n");
  made(
      "with a as (select b as \"«user_name→listener_name»\" from {{ ref('stg') }}), f as (select * from a where "
      "\"«user_name→listener_name»\" > 1)\nselect * from f\n");
  made(
      "with a as (select b as \"user_name\" from {{ ref('stg') }})\nselect \"user_name\"«→ AS \"listener_name\"», 1 as "
      "x from a\n");
}

TEST(DbtTest, ADefinitionThatIsNotClearHoldsAllBack) {
  expectTree({{"dbt_project.yml", kProject},
              {"models/m.sql", "select ‹user_name› from {{ ref('‹user_plays_v1›') }}\n"},
              {"models/stg.sql", "select 1 as user_name\n"},
              {"models/user_plays_v1.sql", "select ‹*› from {{ ref('stg') }}\n"}},
             {.migration = kMoves});
}

TEST(DbtTest, AFileIsNotMovedOntoAnother) {
  MemoryFileSystem files({{"a.sql", "1"}, {"b.sql", "2"}});
  Rewrite rewrite;
  rewrite.files.push_back({.path = "b.sql", .movedFrom = "a.sql"});
  auto changed = changedFiles(rewrite, files);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(changed.error().message, HasSubstr("a.sql does not move to b.sql"));
  rewrite.files[0].path = "c.sql";
  changed = changedFiles(rewrite, files);
  ASSERT_TRUE(changed);
  EXPECT_EQ(*changed, (ChangedFiles{{"a.sql", std::nullopt}, {"c.sql", "1"}}));
  EXPECT_THAT(toJson(rewrite, false), HasSubstr("\"action\": \"move\""));
}

TEST(DbtTest, AnOwnerRenamesColumnsInPlace) {
  auto owner = replaceAll(replaceAll(kModel, "- id: user-plays\n", "- id: user-plays\n    role: owner\n"),
                          "model: {old: user_plays_v1, new: user_plays_v2}", "table: user_plays_v1");
  expectTree(
      {{"dbt_project.yml", kProject},
       {"models/user_plays_v1.sql",
        "with final as (select who as «user_name→listener_name» from {{ ref('stg') }})\nselect * from final order "
        "by «user_name→listener_name»\n"},
       {"models/stg.sql", "select 'x' as who\n"},
       {"models/m.sql", "select «user_name→listener_name AS user_name» from {{ ref('user_plays_v1') }}\n"}},
      {.migration = owner});
}

TEST(DbtTest, ASeedsHeaderChangesWithIt) {
  auto owner = replaceAll(replaceAll(kModel, "- id: user-plays\n", "- id: user-plays\n    role: owner\n"),
                          "model: {old: user_plays_v1, new: user_plays_v2}", "table: user_plays_v1");
  Tree tree = {
      {"dbt_project.yml",
       kProject +
           "seeds:\n  shop:\n    user_plays_v1:\n      +column_types:\n        «user_name→listener_name»: text\n"},
      {"seeds/user_plays_v1.csv", "«user_name→listener_name»,track_ms\nuser_name,1\n"},
      {"seeds/other.csv", "user_name,x\na,b\n"},
      {"models/m.sql", "select «user_name→listener_name AS user_name» from {{ ref('user_plays_v1') }}\n"},
      {"models/n.sql", "select user_name from {{ ref('other') }}\n"}};
  expectTree(tree, {.migration = owner});
}

}  // namespace
}  // namespace gander::rewriter
