#include "tests/rewriter/python_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

namespace gander::rewriter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(PythonLoweringTest, FollowsADatasetToItsFields) {
  EXPECT_EQ(facts(R"(
import warehouse
def load(table):
    total = {}
    for row in warehouse.open(table).rows():
        total[row["user_name"]] += 1
    return total
)",
                  "t.py:load"),
            R"(
  %1 = param 0 table
  %2 = record
  %3 = call warehouse.open <warehouse/client.py:open> _ %1
  %4 = call rows %3
  %5 = element %4
  %6 = const "user_name"
  %7 = index %5 %6
  %8 = index %2 %7
  %9 = const
  %10 = concat %8 %9
  %11 = const "user_name"
  %12 = index %5 %11
  write index %2 %12 %10
  return %2
)");
}

TEST(PythonLoweringTest, JoinsWhatBranchesAndLoopsLeave) {
  EXPECT_EQ(facts(R"(
def f(row, c):
    if c:
        name = row["a"]
    elif row:
        name = row["b"]
    else:
        return 0
    for x in row:
        name = name + x
        if x: break
    else:
        name = "e"
    return name
)",
                  "t.py:f"),
            R"(
  %1 = param 0 row
  %2 = param 1 c
  %3 = const "a"
  %4 = index %1 %3
  %5 = const "b"
  %6 = index %1 %5
  %7 = const
  return %7
  %8 = element %1
  %9 = phi %11 %10
  %10 = concat %9 %8
  %11 = phi %4 %6
  %12 = const "e"
  %13 = phi %10 %12
  return %13
)");
}

TEST(PythonLoweringTest, HandlersSeeEveryStateOfTheTry) {
  EXPECT_EQ(facts(R"(
def f(a):
    x = "pre"
    try:
        x = a.one()
        if x: return x
        x = a.two()
    except ValueError:
        use(x)
    finally:
        done(x)
    return x
)",
                  "t.py:f"),
            R"(
  %1 = param 0 a
  %2 = const "pre"
  %3 = call one %1
  return %3
  %4 = call two %1
  %5 = global ValueError
  %6 = phi %2 %3 %4
  %7 = call use _ %6
  %8 = call done _ %6
  %9 = phi %4 %6
  %10 = call done _ %9
  return %9
)");
}

TEST(PythonLoweringTest, CodeBehindAReturnChangesNothing) {
  EXPECT_EQ(facts("def f(a):\n  try:\n    return a\n    a = 'late'\n  finally:\n    use(a)\n", "t.py:f"), R"(
  %1 = param 0 a
  return %1
  %2 = const "late"
  %3 = call use _ %1
  %4 = unknown
  %5 = call use _ %4
)");
}

TEST(PythonLoweringTest, MapsEveryByteOfALiteral) {
  const std::string text = "x = 'a\\x62\\u00e9' \"c\\\n\" r'\\d' b'\\377' '''t\n'''\n";
  const Unit unit = lower(text);
  const auto& pieces = unit.functions.at(0).facts.at(0).text;
  ASSERT_EQ(pieces.size(), 5U);
  EXPECT_EQ(pieces[0].value, "ab\xc3\xa9");
  EXPECT_THAT(pieces[0].offsets, ElementsAre(5, 6, 10, 10, 16));
  EXPECT_EQ(pieces[1].value, "c");
  EXPECT_THAT(pieces[1].offsets, ElementsAre(19, 22));
  EXPECT_EQ(pieces[2].value, "\\d");
  EXPECT_TRUE(pieces[2].raw);
  EXPECT_THAT(pieces[2].offsets, IsEmpty());
  EXPECT_EQ(text.substr(pieces[2].span.range.begin, pieces[2].span.range.size()), "\\d");
  EXPECT_EQ(pieces[2].quote, '\'');
  EXPECT_EQ(pieces[3].value, "\xff");
  EXPECT_EQ(pieces[4].value, "t\n");
  EXPECT_EQ(text.substr(pieces[4].offsetOf(0), 1), "t");
}

TEST(PythonLoweringTest, PutsTextTogether) {
  EXPECT_EQ(facts(R"(
def f(n, a):
    s = f"x{n}{{y}}{n!r}{n:>3}" "t"
    s = "%s-%s" % (n, a)
    s = "%s" % n
    s = "{0}{k}".format(n, k=a)
    s = "a" + n + "b"
    s += a
)",
                  "t.py:f"),
            R"(
  %1 = param 0 n
  %2 = param 1 a
  %3 = const "x"
  %4 = const "{y}"
  %5 = unknown %1
  %6 = unknown %1
  %7 = const "t"
  %8 = concat %3 %1 %4 %5 %6 %7
  %9 = const "%s-%s"
  %10 = format % %9 %1 %2
  %11 = const "%s"
  %12 = format % %11 %1
  %13 = const "{0}{k}"
  %14 = format %13 %1 k=%2
  %15 = const "a"
  %16 = const "b"
  %17 = concat %15 %1 %16
  %18 = concat %17 %2
)");
}

TEST(PythonLoweringTest, TakesValuesApartAndPutsThemIntoRecords) {
  EXPECT_EQ(facts(R"(
def f(rows, n, **kw):
    a, (b, *c) = rows
    d, e = n, rows
    d, e = e, d
    rows["k"].z = d
    return {"user": n, **kw}, [y for y in rows if y], rows[1:2], n if a else b, n or a
)",
                  "t.py:f"),
            R"(
  %1 = param 0 rows
  %2 = param 1 n
  %3 = param 2 kw
  %4 = element %1
  %5 = element %1
  %6 = element %5
  %7 = element %5
  %8 = unknown %7
  %9 = record _ %2 _ %1
  %10 = record _ %1 _ %2
  %11 = const "k"
  %12 = index %1 %11
  write member z %12 %1
  %13 = const "user"
  %14 = record %13 %2
  %15 = phi %14 %3
  %16 = element %1
  %17 = record each _ %16
  %18 = const
  %19 = const
  %20 = unknown %18 %19
  %21 = unknown %1 %20
  %22 = phi %2 %6
  %23 = phi %2 %4
  %24 = record _ %15 _ %17 _ %21 _ %22 _ %23
  return %24
)");
}

TEST(PythonLoweringTest, ModuleVariablesOutliveTheirCode) {
  const std::string text = R"(
TABLE = "plays"
limit = 1
def read():
    global limit
    limit = TABLE
use(TABLE, limit)
)";
  EXPECT_EQ(moduleFacts(text), R"(
  %1 = const "plays"
  write global TABLE <t.py:TABLE> %1
  %2 = const
  write global limit <t.py:limit> %2
  %3 = global limit <t.py:limit>
  %4 = call use _ %1 %3
)");
  EXPECT_EQ(facts(text, "t.py:read"), "\n  %1 = global TABLE <t.py:TABLE>\n  write global limit <t.py:limit> %1\n");
}

TEST(PythonLoweringTest, InnerFunctionsReadWhatTheyCapture) {
  const std::string text = R"(
def outer(row):
    name = row["a"]
    count = 0
    def inner(x):
        nonlocal count
        count = name
        return x
    return inner, count, lambda q: q + name
)";
  const std::string lambda = "t.py:<lambda@" + std::to_string(text.find("lambda")) + ">";
  EXPECT_EQ(facts(text, "t.py:outer"), R"(
  %1 = param 0 row
  %2 = const "a"
  %3 = index %1 %2
  write global name <t.py:outer.<local>name> %3
  %4 = const
  write global count <t.py:outer.<local>count> %4
  %5 = global inner <t.py:outer.inner>
  %6 = global count <t.py:outer.<local>count>
  %7 = global <lambda> <)" + lambda + R"(>
  %8 = record _ %5 _ %6 _ %7
  return %8
)");
  EXPECT_EQ(facts(text, "t.py:outer.inner"), R"(
  %1 = param 0 x
  %2 = global name <t.py:outer.<local>name>
  write global count <t.py:outer.<local>count> %2
  return %1
)");
  EXPECT_EQ(facts(text, lambda), R"(
  %1 = param 0 q
  %2 = global name <t.py:outer.<local>name>
  %3 = concat %1 %2
  return %3
)");
}

TEST(PythonLoweringTest, ReadsFieldsByMatchDeleteAndMembership) {
  EXPECT_EQ(facts(R"(
def f(b):
    match b:
        case {"user_name": n}: return n
        case Row(name=m) | [m, *_]: return m
    if "k" not in b: del b["x"]
)",
                  "t.py:f"),
            R"(
  %1 = param 0 b
  %2 = const "user_name"
  %3 = index %1 %2
  return %3
  %4 = member name %1
  %5 = element %1
  %6 = unknown %5
  %7 = phi %4 %5
  return %7
  %8 = const "k"
  %9 = call __contains__ %1 %8
  %10 = const "x"
  %11 = index %1 %10
)");
}

TEST(PythonLoweringTest, SaysWhereItCouldNotReadAndReadsTheRest) {
  const Unit unit = lower("def f(row): return row['a']\nx = = 3\ndef g(row): return row['b']\n");
  ASSERT_EQ(unit.gaps.size(), 1U);
  EXPECT_EQ(unit.gaps[0].file, "t.py");
  EXPECT_EQ(unit.gaps[0].why, "syntax error at line 2");
  EXPECT_THAT(facts("def f(row): return row['a']\nx = = 3\ndef g(row): return row['b']\n", "t.py:g"),
              HasSubstr("const \"b\""));
}

std::string repeated(const std::string& text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

TEST(PythonLoweringTest, ReadsGeneratedCodeWithoutRecursion) {
  EXPECT_THAT(lower("x = " + repeated("(", 5000) + "1" + repeated(")", 5000)).gaps, IsEmpty());
  const Unit sum = lower("x = a" + repeated(" + a", 10'000));
  EXPECT_THAT(sum.gaps, IsEmpty());
  EXPECT_EQ(sum.functions.at(0).facts.at(10'001).in.size(), 10'001U);
  for (const auto* nested : {"[", "f(", "not ", "-", "{1: ", "lambda: ", "x if y else "}) {
    const Unit unit = lower("x = " + repeated(nested, 3000) + "1");
    EXPECT_FALSE(unit.functions.empty()) << nested;
  }
  const Unit chain = lower("x = a" + repeated(".b()", 3000));
  ASSERT_FALSE(chain.gaps.empty());
  EXPECT_THAT(chain.gaps[0].why, HasSubstr("nested too deeply"));
  std::string ifs = "if a: pass\n";
  EXPECT_THAT(lower(ifs + repeated("elif b: x = 1\n", 5000) + "use(x)\n").gaps, IsEmpty());
}

TEST(PythonLoweringTest, SurvivesAnyChangeOfItsText) {
  const std::string good = std::string(kClasses) +
                           "try:\n  x = f'{a!r:>{b}}' \"c\"\nexcept E as e:\n  with e as (g, h): pass\nmatch x:\n  "
                           "case {'k': v, **r}: y = v\n";
  std::mt19937 random(5);
  const std::string alphabet = "()[]{}:,.'\"\\\n =*@#fdx\t\xff";
  for (int i = 0; i < 400; ++i) {
    std::string text = good;
    for (int n = 0; n <= i % 6; ++n) {
      const size_t at = random() % text.size();
      if (random() % 2 == 0)
        text.erase(at, random() % 12);
      else
        text.insert(at, 1, alphabet[random() % alphabet.size()]);
    }
    const Unit unit = lowerPython("t.py", text, someTree(), {"x", "self", "t"});
    for (const Function& function : unit.functions) {
      std::set<ValueId> defined{kNoValue};
      for (const Fact& fact : function.facts) defined.insert(fact.out);
      for (const Fact& fact : function.facts) {
        ASSERT_LE(fact.span.range.end, text.size());
        for (const ValueId operand : fact.in) ASSERT_TRUE(defined.contains(operand)) << text;
      }
    }
  }
}

}  // namespace
}  // namespace gander::rewriter
