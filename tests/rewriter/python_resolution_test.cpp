#include "tests/rewriter/python_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gander::rewriter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(PythonResolutionTest, ResolvesMethodsAndAttributesOfItsClasses) {
  EXPECT_EQ(facts(kClasses, "t.py:A.__init__"),
            "\n  %1 = param 0 self\n  %2 = param 1 t\n  write member t <t.py:A.t> %1 %2\n");
  EXPECT_EQ(facts(kClasses, "t.py:A.c"),
            "\n  %1 = param 0 cls\n  %2 = param 1 x\n  %3 = call cls <t.py:A> _ %2\n  return %3\n");
  EXPECT_EQ(facts(kClasses, "t.py:B.m"), R"(
  %1 = param 0 self
  %2 = call p <t.py:A.p> %1
  %3 = call p <t.py:A.p.setter> %1 %2
  %4 = call load %1
  %5 = member kind <t.py:A.kind> %1
  %6 = call s <t.py:A.s> %1 %5
  %7 = member other <t.py:B.other> %1
  %8 = call c <t.py:A.c> %1 %7
  %9 = global A <t.py:A>
  %10 = call m2 %9 %1
  %11 = global B <t.py:B>
  %12 = call m <t.py:B.m> %1
  return %12
)");
  // The base is not in the file: nobody knows who else writes the attribute.
  EXPECT_EQ(facts(kClasses, "t.py:C.m"), "\n  %1 = param 0 self\n  %2 = member unknown %1\n  return %2\n");
  EXPECT_EQ(facts(kClasses, "t.py:f"), R"(
  %1 = param 0 a
  %2 = const "t"
  %3 = call A <t.py:A> _ %2
  %4 = call p <t.py:A.p> %1
  %5 = call s <t.py:A.s> %3 %4
)");
}

TEST(PythonResolutionTest, SaysWhatAFunctionIs) {
  const Unit unit = lower(kClasses);
  std::vector<std::string> shown;
  for (const Function& function : unit.functions) {
    shown.push_back(function.symbol + " " + function.name + (function.method ? " method" : "") +
                    (function.virtualMethod ? " virtual" : ""));
  }
  EXPECT_THAT(shown, ElementsAre("<file>t.py ", "t.py:A.__init__ __init__ method virtual", "t.py:A.p p method virtual",
                                 "t.py:A.p.setter p method virtual", "t.py:A.s s", "t.py:A.c c method virtual",
                                 "t.py:B.m m method virtual", "t.py:C.m m method virtual", "t.py:f f"));
  EXPECT_EQ(unit.functions.back().params.at(0).type, "A");
}

TEST(PythonResolutionTest, NamesTypesOfParameters) {
  const Unit unit = lower(
      "from warehouse import client as w\ndef f(a: w.Row, b: 'x.Row', c: Optional[w.Row], d: w.Row | None, e: "
      "list[int], *g: int): pass\n");
  std::vector<std::string> types;
  for (const Parameter& parameter : unit.functions.at(1).params) types.push_back(parameter.type);
  EXPECT_THAT(types,
              ElementsAre("warehouse.client.Row", "x.Row", "warehouse.client.Row", "warehouse.client.Row", "", "int"));
  EXPECT_TRUE(unit.functions.at(1).params.back().variadic);
}

TEST(PythonResolutionTest, JoinsAParameterWithItsDefault) {
  const std::string text = "D = 1\ndef f(t='plays', n=3, d=D): return t, d\n";
  EXPECT_EQ(facts(text, "t.py:f"), R"(
  %1 = param 0 t
  %2 = const "plays"
  %3 = phi default %1 %2
  %4 = param 1 n
  %5 = param 2 d
  %6 = global d <t.py:f.<default>d>
  %7 = phi default %5 %6
  %8 = record _ %3 _ %7
  return %8
)");
  EXPECT_THAT(moduleFacts(text), HasSubstr("write global d <t.py:f.<default>d> %1"));
}

TEST(PythonResolutionTest, ResolvesImports) {
  EXPECT_EQ(moduleFacts(R"(
import warehouse
import warehouse.client as wc
from warehouse import open as wopen, client, C
from shop.orders import Order
import nowhere.far
wopen("a"); wc.Client(); client.open(); C.make(); Order().total(); nowhere.far.go(); warehouse.client.open(x=1)
f = wopen
)"),
            R"(
  %1 = const "a"
  %2 = call warehouse.open <warehouse/client.py:open> _ %1
  %3 = call warehouse.client.Client <warehouse/client.py:Client> _
  %4 = call warehouse.client.open <warehouse/client.py:open> _
  %5 = global warehouse.C <warehouse/client.py:Client>
  %6 = call warehouse.C.make <warehouse/client.py:Client.make> %5
  %7 = call shop.orders.Order <src/shop/orders.py:Order> _
  %8 = call total %7
  %9 = call nowhere.far.go _
  %10 = const
  %11 = call warehouse.client.open <warehouse/client.py:open> _ x=%10
  %12 = global warehouse.open <warehouse/client.py:open>
  write global f <t.py:f> %12
)");
  EXPECT_EQ(facts("from . import orders\nfrom .orders import Order\norders.load(); Order()\n", "<file>src/shop/x.py",
                  "src/shop/x.py"),
            R"(
  %1 = call shop.orders.load <src/shop/orders.py:load> _
  %2 = call shop.orders.Order <src/shop/orders.py:Order> _
)");
  EXPECT_THAT(facts("from .client import open\n", "<file>warehouse/__init__.py", "warehouse/__init__.py"),
              HasSubstr("write global open <warehouse/__init__.py:open> %1"));
}

TEST(PythonResolutionTest, IsNotSureOfNamesThatAreImportedTwice) {
  const Unit unit = lower(
      "try:\n  from fast import open\nexcept ImportError:\n  from warehouse import open\nopen()\n"
      "try:\n  import json\nexcept ImportError:\n  json = None\njson.dumps(1)\n");
  std::vector<std::string> calls;
  for (const Fact& fact : unit.functions.at(0).facts) {
    if (fact.op == Op::kCall) calls.push_back(fact.name + (fact.how == How::kGuessed ? " guessed" : " sure"));
  }
  EXPECT_THAT(calls, ElementsAre("fast.open guessed", "json.dumps sure"));
}

TEST(PythonResolutionTest, PassesFunctionsOnAndLosesThemInDecorators) {
  EXPECT_EQ(moduleFacts("@app.route('/x')\ndef h(r):\n  yield r\n  yield from r\nrun(h, *a, k=1, **b)\n"), R"(
  %1 = global h <t.py:h>
  %2 = global app
  %3 = const "/x"
  %4 = call route %2 %3
  %5 = unknown %4 %1
  %6 = global h <t.py:h>
  %7 = global a
  %8 = unknown %7
  %9 = const
  %10 = global b
  %11 = unknown %10
  %12 = call run _ %6 *=%8 k=%9 **=%11
)");
  EXPECT_EQ(facts("def h(r):\n  yield r\n  yield from r\n", "t.py:h"),
            "\n  %1 = param 0 r\n  %2 = record _ %1\n  return %2\n  %3 = unknown\n  return %1\n  %4 = unknown\n");
}

}  // namespace
}  // namespace gander::rewriter
