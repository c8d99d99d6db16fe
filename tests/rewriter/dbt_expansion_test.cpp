#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "dbt_named.h"
#include "rewriter/dbt/expansion.h"
#include "rewriting.h"

namespace gander::rewriter::dbt {
namespace {

const std::string kMacros =
    "{% macro top(rel, col='user_name') %}select {{ col }} from {{ rel }}{% endmacro %}\n"
    "{% macro twice(rel) %}{{ top(rel) }} union all {{ top(rel, 'b') }}{% endmacro %}\n"
    "{% macro again(x) %}a {{ again(x) }}{% endmacro %}\n"
    "{% macro gives(x) %}text {{ return(x) }}{% endmacro %}\n"
    "{% macro ctes(list) %}with {% for c in list %}{{ c[0] }} as ({{ c[1] }}){{ ', ' if not loop.last }}{% endfor %}"
    "{% endmacro %}\n";

// What a model becomes, without the comments that calls leave and with blanks as one.
std::string expand(const std::string& model) {
  NamedTree dbt({{"dbt_project.yml", "name: shop\n"}, {"macros/m.sql", kMacros}, {"models/m.sql", model}});
  Expansion made(dbt.projects, dbt.names, "models/m.sql");
  std::string out;
  for (const auto& piece : sql::jinjaPieces(made.text()))
    if (piece.kind != sql::JinjaPiece::Kind::kComment) out += made.text().substr(piece.range.begin, piece.range.size());
  // Each byte is where it says that it comes from.
  for (const auto& segment : made.segments()) {
    auto here = made.text().substr(segment.range.begin, segment.range.size());
    if (!segment.path.empty()) EXPECT_EQ(here, dbt.projects.textOf(segment.path).substr(segment.at, here.size()));
  }
  return out;
}

TEST(DbtExpansionTest, WhatIsNotKnownStaysAsItIs) {
  const std::string model =
      "{{ config(a='b') }}select {{ x }}, '{{ var('v') }}' from {{ ref('a') }} {% if y %}where 1{% else %}limit 2"
      "{% endif %}{% for z in zs %}{{ z }}{% endfor %}{# note #}{% raw %}{{ a }}{% endraw %}{{ gives('x') }}";
  EXPECT_EQ(expand(model), replaceAll(model, "{# note #}", ""));
}

TEST(DbtExpansionTest, MacrosStandWhereTheyAreCalled) {
  EXPECT_EQ(expand("{{ top(ref('a')) }}"), "select user_name from {{ rel }}");
  EXPECT_EQ(expand("{{ top(ref('a'), col='c') }} x"), "select c from {{ rel }} x");
  EXPECT_EQ(expand("{{ twice(ref('a')) }}"), "select user_name from {{ rel }} union all select b from {{ rel }}");
  EXPECT_EQ(expand("{{ shop.top(ref('a')) }}"), "select user_name from {{ rel }}");
  EXPECT_EQ(expand("{{ top(ref('a')) | trim }}"), "{{ top(ref('a')) | trim }}");
  EXPECT_EQ(expand("{{ again(1) }}"), "a {{ again(x) }}");
}

TEST(DbtExpansionTest, LoopsOverListsAreGoneThrough) {
  EXPECT_EQ(expand("{% for c in ['a', 'b'] %}{{ c }}{% if not loop.last %}, {% endif %}{% endfor %}"), "a, b");
  EXPECT_EQ(expand("{% set l = ['a', 'b'] %}{% for c in l %}max({{ c }}){% endfor %}"),
            "{% set l = ['a', 'b'] %}max(a)max(b)");
  EXPECT_EQ(expand("{% for a, b in [('x', 'y'), ('z', 'w')] %}{{ a }}.{{ b }} {% endfor %}"), "x.y z.w ");
  EXPECT_EQ(expand("{% for d in [{'k': 'x'}] %}{{ d.k }}{{ d['k'] }}{% endfor %}"), "xx");
  EXPECT_EQ(expand("{{ ctes([('a', 'select 1'), ('b', 'select 2')]) }} select * from b"),
            "with a as (select 1), b as (select 2) select * from b");
  EXPECT_EQ(expand("{% for c in ['a'] %}{% if loop.first %}F{% else %}N{% endif %}{{ c }}{% endfor %}"), "Fa");
}

TEST(DbtExpansionTest, ATextThatTheTemplateAsksForIsNotPut) {
  EXPECT_EQ(expand("{% set c = 'a' %}{% if c == 'b' %}{{ c }}{% endif %}"),
            "{% set c = 'a' %}{% if c == 'b' %}{{ c }}{% endif %}");
  EXPECT_EQ(expand("{% set c = 'a' %}{{ c }}{{ c | upper }}"), "{% set c = 'a' %}a{{ c | upper }}");
}

TEST(DbtExpansionTest, KnowsWhereNamesComeFrom) {
  NamedTree dbt({{"dbt_project.yml", "name: shop\n"},
                 {"macros/m.sql", kMacros},
                 {"models/m.sql", "x {{ top(ref('a'), 'c') }} y {{ top(ref('b')) }} z"}});
  Expansion made(dbt.projects, dbt.names, "models/m.sql");
  const auto at = static_cast<uint32_t>(made.text().find("select c") + 7);
  EXPECT_EQ(made.spanOf({at, at + 1}), (Span{"models/m.sql", {20, 21}}));
  EXPECT_EQ(made.ownRange({at, at + 1}), (ByteRange{2, 26}));
  const auto name = static_cast<uint32_t>(made.text().find("user_name"));
  auto span = made.spanOf({name, name + 9});
  ASSERT_TRUE(span);
  EXPECT_EQ(span->file, "macros/m.sql");
  EXPECT_FALSE(made.spanOf({at - 2, at + 1}));
  const auto z = static_cast<uint32_t>(made.text().size() - 1);
  EXPECT_EQ(made.ownRange({z, z + 1}), (ByteRange{49, 50}));
  EXPECT_EQ(made.expandedRange({0, 50}), (ByteRange{0, static_cast<uint32_t>(made.text().size())}));
  const auto* hole = made.holeAt(
      {static_cast<uint32_t>(made.text().find("{{ rel }}")), static_cast<uint32_t>(made.text().find("{{ rel }}") + 9)});
  ASSERT_NE(hole, nullptr);
  auto referents = dbt.names.of(hole->held);
  ASSERT_EQ(referents.size(), 1);
  EXPECT_THAT(referents[0].why, testing::HasSubstr("the model a"));
}

TEST(DbtExpansionTest, DoesNotGrowWithoutEnd) {
  std::string model = "{% for a in [1,2,3,4,5,6,7,8,9,10] %}";
  std::string whole;
  for (int i = 0; i < 8; ++i) whole += model;
  whole += "x";
  for (int i = 0; i < 8; ++i) whole += "{% endfor %}";
  NamedTree dbt({{"dbt_project.yml", "name: shop\n"}, {"models/m.sql", whole}});
  EXPECT_LT(Expansion(dbt.projects, dbt.names, "models/m.sql").text().size(), 64UL << 20);
}

}  // namespace
}  // namespace gander::rewriter::dbt
