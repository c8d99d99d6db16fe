#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dbt_named.h"
#include "rewriter/dbt/names.h"
#include "rewriting.h"

namespace gander::rewriter::dbt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Fixture : public NamedTree {
 public:
  using NamedTree::NamedTree;

  // What the first hole of a file that holds `mark` names: "source lake.plays <'plays' models/a.sql>".
  std::vector<std::string> named(const std::string& path, const std::string& mark) const {
    const auto& text = projects.textOf(path);
    size_t at = text.find(mark);
    EXPECT_NE(at, std::string::npos) << mark;
    size_t begin = text.rfind("{{", at);
    size_t end = text.find("}}", at) + 2;
    std::vector<std::string> out;
    for (const auto& one : names.ofHole(path, {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}))
      out.push_back(shown(one));
    return out;
  }

  std::string shown(const Referent& one) const {
    std::string place;
    if (one.name) {
      const auto& text = projects.textOf(one.name->span.file);
      auto range = one.name->span.range;
      place = fmt::format(" <{} {}>", text.substr(range.begin, range.size()), one.name->span.file);
    }
    switch (one.kind) {
      case Referent::Kind::kSource: return fmt::format("source {}.{}{}", one.source->source, one.source->table, place);
      case Referent::Kind::kResource:
        return fmt::format("{} {}{}{}", toString(one.resource->kind), one.resource->name,
                           one.resource->version.empty() ? "" : " v" + one.resource->version, place);
      case Referent::Kind::kThis: return "this";
      case Referent::Kind::kText: return fmt::format("text {}{}", one.text, place);
      case Referent::Kind::kUnknown: return "? " + one.why;
    }
    return "";
  }
};

const Tree kTree = {
    {"dbt/dbt_project.yml",
     "name: shop\nmodel-paths: [models]\nvars:\n  plays_table: user_plays_v1\n  shop:\n    who: \"{{ ref('stg') }}\"\n"
     "  cols: [user_name, played_at]\n"},
    {"dbt/models/sources.yml",
     "sources:\n  - name: lake\n    schema: raw\n    tables:\n      - name: plays\n      - name: users\n"},
    {"dbt/models/stg.sql", "select * from {{ source('lake', 'plays') }}"},
    {"dbt/models/mart/out.sql",
     "select * from {{ ref('stg') }} join {{ ref('shop', 'stg') }} join {{ ref('absent') }}"},
    {"dbt/seeds/kinds.csv", "a,b\n1,2\n"},
    {"dbt/snapshots/s.sql", "{% snapshot plays_snapshot %}select * from {{ ref('stg') }}{% endsnapshot %}"},
    {"dbt/dbt_packages/other/dbt_project.yml", "name: other\n"},
    {"dbt/dbt_packages/other/models/stg.sql", "select 1"},
};

Tree with(const std::string& path, const std::string& text) {
  auto tree = kTree;
  tree[path] = text;
  return tree;
}

TEST(DbtProjectTest, FindsWhatAProjectHas) {
  Fixture dbt(kTree);
  ASSERT_EQ(dbt.projects.all().size(), 1);
  std::vector<std::string> resources;
  for (const auto& one : dbt.projects.resources())
    resources.push_back(fmt::format("{} {} {}", toString(one->kind), one->name, one->path));
  EXPECT_THAT(resources,
              UnorderedElementsAre("model stg dbt/models/stg.sql", "model out dbt/models/mart/out.sql",
                                   "seed kinds dbt/seeds/kinds.csv", "snapshot plays_snapshot dbt/snapshots/s.sql"));
  EXPECT_EQ(dbt.projects.sources().size(), 2);
  EXPECT_EQ(dbt.projects.projectOf("dbt/models/stg.sql")->name, "shop");
  EXPECT_EQ(dbt.projects.projectOf("dbt/dbt_packages/other/models/stg.sql"), nullptr);
  EXPECT_EQ(dbt.projects.projectOf("elsewhere.sql"), nullptr);
}

TEST(DbtProjectTest, NothingWithoutAProjectFile) {
  Fixture dbt({{"models/a.sql", "select * from {{ ref('b') }}"}});
  EXPECT_TRUE(dbt.projects.empty());
  EXPECT_THAT(dbt.projects.sqlFiles(), IsEmpty());
}

TEST(DbtProjectTest, ReadsRefsAndSources) {
  Fixture dbt(kTree);
  EXPECT_THAT(dbt.named("dbt/models/stg.sql", "source"), ElementsAre("source lake.plays <plays dbt/models/stg.sql>"));
  EXPECT_THAT(dbt.named("dbt/models/mart/out.sql", "ref('stg')"),
              ElementsAre("model stg <stg dbt/models/mart/out.sql>"));
  EXPECT_THAT(dbt.named("dbt/models/mart/out.sql", "'shop'"), ElementsAre("model stg <stg dbt/models/mart/out.sql>"));
  EXPECT_THAT(dbt.named("dbt/models/mart/out.sql", "absent"),
              ElementsAre("? the model absent, which is not one of this repository"));
}

TEST(DbtProjectTest, FollowsVariablesOfTheTemplate) {
  const std::string path = "dbt/models/a.sql";
  Fixture set(
      with(path, "{% set t = ref('stg') %}{% set n = 'plays' %}select 1 from {{ t }}, {{ source('lake', n) }}"));
  EXPECT_THAT(set.named(path, "{ t }"), ElementsAre("model stg <stg dbt/models/a.sql>"));
  EXPECT_THAT(set.named(path, "'lake', n"), ElementsAre("source lake.plays <plays dbt/models/a.sql>"));
  Fixture loop(with(path, "{% for m in ['stg', 'out'] %}select 1 from {{ ref(m) }}{% endfor %}"));
  EXPECT_THAT(loop.named(path, "ref(m)"),
              ElementsAre("model stg <stg dbt/models/a.sql>", "model out <out dbt/models/a.sql>"));
  Fixture choice(with(path, "{% if x %}{% set t = 'stg' %}{% else %}{% set t = 'out' %}{% endif %}{{ ref(t) }}"));
  EXPECT_THAT(choice.named(path, "ref(t)"),
              ElementsAre("model stg <stg dbt/models/a.sql>", "model out <out dbt/models/a.sql>"));
  Fixture changed(with(path, "{% set l = ['stg'] %}{% do l.append(x) %}{% for t in l %}{{ ref(t) }}{% endfor %}"));
  EXPECT_THAT(changed.named(path, "ref(t)"),
              ElementsAre("model stg <stg dbt/models/a.sql>", testing::StartsWith("? ")));
  Fixture block(with(path, "{% set t %}{{ ref('stg') }}{% endset %}select 1 from {{ t }}"));
  EXPECT_THAT(block.named(path, "{ t }"), ElementsAre("model stg <stg dbt/models/a.sql>"));
  Fixture last(with(path, "{% set t = 'out' %}{% set t = 'stg' %}{{ ref(t) }}"));
  EXPECT_THAT(last.named(path, "ref(t)"), ElementsAre("model stg <stg dbt/models/a.sql>"));
}

TEST(DbtProjectTest, FollowsDictsAndPairs) {
  const std::string path = "dbt/models/a.sql";
  Fixture dicts(
      with(path, "{% for e in [{'m': 'stg', 'n': 1}, {'m': 'out'}] %}{{ ref(e.m) }}{{ ref(e['m']) }}{% endfor %}"));
  auto both = ElementsAre("model stg <stg dbt/models/a.sql>", "model out <out dbt/models/a.sql>");
  EXPECT_THAT(dicts.named(path, "e.m"), both);
  EXPECT_THAT(dicts.named(path, "e['m']"), both);
  Fixture pairs(with(path, "{% for a, m in [('x', 'stg'), ('y', 'out')] %}{{ ref(m) }}{% endfor %}"));
  EXPECT_THAT(pairs.named(path, "ref(m)"), both);
}

TEST(DbtProjectTest, FollowsVariablesOfTheProject) {
  const std::string path = "dbt/models/a.sql";
  Fixture dbt(with(path,
                   "{{ var('plays_table') }} {{ var('who') }} {{ var('x', 'y') }} {{ var('z') }} "
                   "{{ env_var('E', 'd') }}"));
  EXPECT_THAT(dbt.named(path, "plays_table"), ElementsAre("text user_plays_v1 <user_plays_v1 dbt/dbt_project.yml>"));
  EXPECT_THAT(dbt.named(path, "who"), ElementsAre("model stg <stg dbt/dbt_project.yml>"));
  EXPECT_THAT(dbt.named(path, "'x'"), ElementsAre("text y <y dbt/models/a.sql>"));
  EXPECT_THAT(dbt.named(path, "'z'"), ElementsAre("? a variable that dbt_project.yml does not set"));
  EXPECT_THAT(dbt.named(path, "env_var"),
              ElementsAre("text d <d dbt/models/a.sql>", "? a variable of the environment"));
}

TEST(DbtProjectTest, FollowsArgumentsOfMacros) {
  auto tree = with("dbt/macros/m.sql",
                   "{% macro clean(rel, n='users') %}select * from {{ rel }}, {{ source('lake', n) }}{% endmacro %}"
                   "{% macro ctes(list) %}{% for c in list %}{{ c[0] }} as (select * from {{ ref(c[1]) }})"
                   "{% endfor %}{% endmacro %}"
                   "{% macro unused(rel) %}{{ rel }}{% endmacro %}");
  tree["dbt/models/a.sql"] = "{{ clean(ref('stg')) }}";
  tree["dbt/models/b.sql"] =
      "{{ shop.clean(rel=source('lake', 'users'), n='plays') }} {{ ctes([('x', 'stg'), ('y', 'out')]) }}";
  Fixture dbt(tree);
  EXPECT_THAT(dbt.named("dbt/macros/m.sql", "{ rel }"),
              ElementsAre("model stg <stg dbt/models/a.sql>", "source lake.users <users dbt/models/b.sql>"));
  EXPECT_THAT(dbt.named("dbt/macros/m.sql", "'lake', n"),
              ElementsAre("source lake.users <users dbt/macros/m.sql>", "source lake.plays <plays dbt/models/b.sql>"));
  EXPECT_THAT(dbt.named("dbt/macros/m.sql", "c[1]"),
              ElementsAre("model stg <stg dbt/models/b.sql>", "model out <out dbt/models/b.sql>"));
  Fixture unused(with("dbt/macros/m.sql", "{% macro unused(rel) %}{{ rel }}{% endmacro %}"));
  EXPECT_THAT(unused.named("dbt/macros/m.sql", "{ rel }"), ElementsAre("? the value of rel"));
}

TEST(DbtProjectTest, FollowsDispatch) {
  auto tree = with("dbt/macros/m.sql",
                   "{% macro clean(rel) %}{{ return(adapter.dispatch('clean', 'shop')(rel)) }}{% endmacro %}"
                   "{% macro default__clean(r) %}select * from {{ r }}{% endmacro %}");
  tree["dbt/models/a.sql"] = "{{ clean(ref('stg')) }}";
  Fixture dbt(tree);
  EXPECT_THAT(dbt.named("dbt/macros/m.sql", "{ r }"), ElementsAre("model stg <stg dbt/models/a.sql>"));
}

TEST(DbtProjectTest, AMacroThatCallsItselfEnds) {
  auto tree = with("dbt/macros/m.sql", "{% macro r(x, y) %}{{ ref(x) }}{{ r(y, x) }}{% endmacro %}");
  tree["dbt/models/a.sql"] = "{{ r('stg', 'out') }}";
  Fixture dbt(tree);
  EXPECT_THAT(dbt.named("dbt/macros/m.sql", "ref(x)"), testing::Contains("model stg <stg dbt/models/a.sql>"));
}

TEST(DbtProjectTest, KnowsVersionsOfAModel) {
  auto tree = kTree;
  tree["dbt/models/m.yml"] =
      "models:\n  - name: plays\n    latest_version: 1\n    versions:\n      - v: 1\n        defined_in: plays_old\n"
      "      - v: 2\n  - name: free\n    versions: [{v: 9}, {v: 10}]\n";
  for (const char* name : {"plays_old", "plays_v2", "free_v9", "free_v10"})
    tree[fmt::format("dbt/models/{}.sql", name)] = "select 1";
  tree["dbt/models/a.sql"] =
      "{{ ref('plays') }} {{ ref('plays', v=2) }} {{ ref('plays', version='1') }} {{ ref('free') }}";
  Fixture dbt(tree);
  const std::string path = "dbt/models/a.sql";
  EXPECT_THAT(dbt.named(path, "ref('plays') "), ElementsAre("model plays v1 <plays dbt/models/a.sql>"));
  EXPECT_THAT(dbt.named(path, "v=2"), ElementsAre("model plays v2 <plays dbt/models/a.sql>"));
  EXPECT_THAT(dbt.named(path, "version='1'"), ElementsAre("model plays v1 <plays dbt/models/a.sql>"));
  EXPECT_THAT(dbt.named(path, "free"), ElementsAre("model free v10 <free dbt/models/a.sql>"));
}

TEST(DbtProjectTest, KeepsProjectsApart) {
  Fixture dbt({{"a/dbt_project.yml", "name: a\n"},
               {"a/models/m.sql", "select 1"},
               {"a/models/sources.yml", "sources: [{name: s, tables: [{name: t}]}]"},
               {"a/tests_of/dbt_project.yml", "name: a_tests\n"},
               {"a/tests_of/packages.yml", "packages:\n  - local: ../\n"},
               {"a/tests_of/models/x.sql", "{{ ref('m') }} {{ ref('a', 'm') }} {{ source('s', 't') }}"},
               {"b/dbt_project.yml", "name: b\n"},
               {"b/models/y.sql", "{{ ref('m') }} {{ ref('a', 'm') }} {{ source('s', 't') }}"}});
  EXPECT_THAT(dbt.named("a/tests_of/models/x.sql", "ref('m')"), ElementsAre("model m <m a/tests_of/models/x.sql>"));
  EXPECT_THAT(dbt.named("a/tests_of/models/x.sql", "'a', 'm'"), ElementsAre("model m <m a/tests_of/models/x.sql>"));
  EXPECT_THAT(dbt.named("a/tests_of/models/x.sql", "source"), ElementsAre("source s.t <t a/tests_of/models/x.sql>"));
  EXPECT_THAT(dbt.named("b/models/y.sql", "ref('m')"), ElementsAre(testing::StartsWith("? the model m")));
  EXPECT_THAT(dbt.named("b/models/y.sql", "'a', 'm'"), ElementsAre(testing::StartsWith("? the model a.m")));
  EXPECT_THAT(dbt.named("b/models/y.sql", "source"), ElementsAre(testing::StartsWith("? the source s.t")));
}

TEST(DbtProjectTest, ProjectsShareFoldersBesideThem) {
  const std::string settings = "model-paths: [models, ../../sources]\nmacro-paths: [../../macros]\n";
  const Fixture fixture({{"dbt/one/dbt_project.yml", "name: one\n" + settings},
                         {"dbt/two/dbt_project.yml", "name: two\n" + settings},
                         {"dbt/three/dbt_project.yml", "name: three\n"},
                         {"sources/lake.yml", "sources:\n  - name: lake\n    tables:\n      - name: plays\n"},
                         {"macros/pick.sql", "{% macro pick(t) %} {{ t }} {% endmacro %}"},
                         {"dbt/one/models/a.sql", "select * from {{ source('lake', 'plays') }}"},
                         {"dbt/two/models/b.sql", "select * from {{ source('lake', 'plays') }} {{ pick(ref('b')) }}"},
                         {"dbt/three/models/c.sql", "select * from {{ source('lake', 'plays') }}"}});
  EXPECT_THAT(fixture.named("dbt/one/models/a.sql", "lake"),
              ElementsAre("source lake.plays <plays dbt/one/models/a.sql>"));
  EXPECT_THAT(fixture.named("dbt/two/models/b.sql", "lake"),
              ElementsAre("source lake.plays <plays dbt/two/models/b.sql>"));
  EXPECT_THAT(fixture.named("macros/pick.sql", "t }"), ElementsAre("model b <b dbt/two/models/b.sql>"));
  EXPECT_THAT(fixture.named("dbt/three/models/c.sql", "lake"), ElementsAre(testing::StartsWith("? ")));
}

TEST(DbtProjectTest, ASnapshotMayBeMadeByItsProperties) {
  Fixture dbt(with("dbt/snapshots/s.yml", "snapshots:\n  - name: yaml_snapshot\n    relation: ref('stg')\n"));
  const auto* made = dbt.projects.findResource(0, "", "yaml_snapshot", "");
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(made->properties.size(), 1);
  const auto* relation = made->properties[0].node->find("relation");
  auto found = dbt.names.ofExpression(0, relation->scalar);
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(dbt.shown(found[0]), "model stg <stg dbt/snapshots/s.yml>");
}

TEST(DbtProjectTest, TextsOfPropertiesMayBeTemplates) {
  Fixture dbt(with("dbt/models/more.yml",
                   "sources:\n  - name: \"s\"\n    schema: \"{{ var('sch', 'raw') }}\"\n    tables:\n"
                   "      - {name: t, identifier: \"{{ var('plays_table') }}\"}\n"
                   "      - {name: u, identifier: \"{{ target.name }}_u\"}\n"));
  const auto* t = dbt.projects.findSource(0, "s", "t");
  ASSERT_NE(t, nullptr);
  auto schema = dbt.names.textOf(0, t->sourceProperties.node->find("schema"));
  ASSERT_TRUE(schema);
  EXPECT_EQ(dbt.shown(*schema), "text raw <raw dbt/models/more.yml>");
  EXPECT_EQ(dbt.shown(*dbt.names.textOf(0, t->properties.node->find("identifier"))),
            "text user_plays_v1 <user_plays_v1 dbt/dbt_project.yml>");
  const auto* u = dbt.projects.findSource(0, "s", "u");
  EXPECT_FALSE(dbt.names.textOf(0, u->properties.node->find("identifier")));
}

TEST(DbtProjectTest, ListsOfLiteralsThroughVariables) {
  const std::string path = "dbt/models/a.sql";
  Fixture dbt(with(path, "{% set cols = ['a', 'b'] %}{{ f(cols) }}{{ f(cols + x) }}{{ f(var('cols')) }}"));
  std::vector<std::string> lines;
  for (const auto& one : dbt.projects.templateOf(path).expressions) {
    bool open = false;
    std::string line;
    for (const auto& literal : dbt.names.literalsOf(dbt.names.hold(path, one.value.items[0]), open))
      line += fmt::format("{}@{} ", literal.value, literal.span.file);
    lines.push_back(line + (open ? "open" : ""));
  }
  EXPECT_THAT(lines, ElementsAre("a@dbt/models/a.sql b@dbt/models/a.sql ", "open",
                                 "user_name@dbt/dbt_project.yml played_at@dbt/dbt_project.yml "));
}

}  // namespace
}  // namespace gander::rewriter::dbt
