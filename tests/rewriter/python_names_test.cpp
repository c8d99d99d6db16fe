#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

LoweringContext someTree() {
  LoweringContext context(
      {"t.py", "warehouse/__init__.py", "warehouse/client.py", "a/util.py", "b/util.py", "lib/deep/one.py"});
  context.addPackage("warehouse/__init__.py", "from .client import open\n");
  return context;
}

// "line:column kind symbol" of each use, with what else is known of it.
std::vector<std::string> uses(const std::string& text, const std::vector<std::string>& wanted) {
  const LineIndex lines(text);
  std::vector<std::string> shown;
  for (const NameUse& use : lowerPython("t.py", text, someTree(), wanted).names) {
    const Position at = lines.at(use.span.range.begin);
    std::string line =
        fmt::format("{}:{} {} {}", at.line, at.column, toString(use.kind), use.symbol.empty() ? "-" : use.symbol);
    if (use.declares) line += use.definesHere ? " defines" : " declares";
    if (use.how == How::kGuessed) line += " guessed";
    for (const Qualifier& qualifier : use.qualifiers) line += " <" + qualifier.symbol + ">";
    EXPECT_EQ(text.substr(use.span.range.begin, use.span.range.size()), use.text);
    shown.push_back(line);
  }
  return shown;
}

TEST(PythonNamesTest, TellsVariablesParametersAndFields) {
  EXPECT_THAT(
      uses("row = 1\n"
           "def f(row, n):\n"
           "    n.row = row\n"
           "    return {row for row in n}\n"
           "def row2(): return row\n",
           {"row"}),
      ElementsAre("1:1 variable t.py:row defines", "2:7 parameter t.py:f.<local>row defines", "3:7 field - guessed",
                  "3:13 parameter t.py:f.<local>row", "4:13 variable t.py:f.<local>row@59",
                  "4:21 variable t.py:f.<local>row@59 defines", "5:20 variable t.py:row"));
}

TEST(PythonNamesTest, ResolvesImportedNamesWithTheirQualifiers) {
  EXPECT_THAT(uses("import warehouse.client\n"
                   "from warehouse import open as wopen, client\n"
                   "warehouse.client.open\n"
                   "client.open()\n"
                   "wopen.open\n",
                   {"open", "client", "warehouse"}),
              ElementsAre("1:8 module warehouse", "1:18 module warehouse.client <warehouse>", "2:6 module warehouse",
                          "2:23 unknown warehouse.open", "2:38 module warehouse.client", "3:1 module warehouse",
                          "3:11 module warehouse.client <warehouse>",
                          "3:18 unknown warehouse.client.open <warehouse> <warehouse.client>",
                          "4:1 module warehouse.client", "4:8 unknown warehouse.client.open <warehouse.client>",
                          "5:7 unknown warehouse.open.open <warehouse.open>"));
}

TEST(PythonNamesTest, ResolvesMembersOfItsClasses) {
  EXPECT_THAT(uses("class A:\n"
                   "    name = 1\n"
                   "    def f(self, name):\n"
                   "        self.name = name\n"
                   "        other.name\n"
                   "A.name\n"
                   "A().f(name=1)\n"
                   "class B(X):\n"
                   "    def g(self): return self.name\n",
                   {"name"}),
              ElementsAre("2:5 field t.py:A.name defines", "3:17 parameter t.py:A.f.<local>name defines",
                          "4:14 field t.py:A.name", "4:21 parameter t.py:A.f.<local>name", "5:15 field - guessed",
                          "6:3 field t.py:A.name", "7:7 parameter - guessed", "9:30 field - guessed"));
}

TEST(PythonNamesTest, AKeywordIsTheParameterOfWhatIsCalled) {
  EXPECT_THAT(
      uses("import warehouse\n"
           "def f(table): pass\n"
           "class A:\n"
           "    def __init__(self, table): pass\n"
           "    def m(self, table): self.m(table=1)\n"
           "f(table=1); A(table=1); warehouse.open(table=1); x(table=1)\n",
           {"table"}),
      ElementsAre("2:7 parameter t.py:f.<local>table defines", "4:24 parameter t.py:A.__init__.<local>table defines",
                  "5:17 parameter t.py:A.m.<local>table defines", "5:32 parameter t.py:A.m.<local>table",
                  "6:3 parameter t.py:f.<local>table", "6:15 parameter t.py:A.__init__.<local>table",
                  "6:40 parameter warehouse/client.py:open.<local>table", "6:52 parameter - guessed"));
}

TEST(PythonNamesTest, FindsFunctionsClassesAndBuiltins) {
  EXPECT_THAT(uses("def f(): pass\nclass C:\n  def f(self): C; f(); print()\n", {"f", "C", "print"}),
              ElementsAre("1:5 function t.py:f defines", "2:7 type t.py:C defines", "3:7 method t.py:C.f defines",
                          "3:16 type t.py:C", "3:19 function t.py:f", "3:24 unknown builtins.print"));
}

TEST(PythonNamesTest, GivesTheModulesOfImports) {
  std::vector<std::string> shown;
  const Unit unit = lowerPython(
      "t.py", "import warehouse.client as w, os\nfrom warehouse import open\nfrom .util import x\n", someTree(), {});
  for (const IncludeUse& include : unit.includes) shown.push_back(include.written + " -> " + include.resolved);
  EXPECT_THAT(shown, ElementsAre("warehouse.client -> warehouse/client.py", "os -> ",
                                 "warehouse -> warehouse/__init__.py", ".util -> "));
  EXPECT_THAT(unit.names, IsEmpty());
}

TEST(LoweringContextTest, FindsTheFileOfAModule) {
  const LoweringContext context = someTree();
  EXPECT_EQ(context.moduleFile("t.py", "warehouse"), "warehouse/__init__.py");
  EXPECT_EQ(context.moduleFile("a/x.py", "util"), "a/util.py");
  EXPECT_EQ(context.moduleFile("a/x.py", ".util"), "a/util.py");
  EXPECT_EQ(context.moduleFile("a/x.py", "..b.util"), "b/util.py");
  EXPECT_EQ(context.moduleFile("t.py", "util"), "") << "two files end so";
  EXPECT_EQ(context.moduleFile("t.py", "deep.one"), "lib/deep/one.py");
  EXPECT_EQ(context.moduleFile("t.py", "...x"), "");
  EXPECT_EQ(context.moduleFile("t.py", ""), "");
  EXPECT_EQ(context.symbolIn("warehouse/__init__.py", "open"), "warehouse/client.py:open");
  EXPECT_EQ(context.symbolIn("warehouse/__init__.py", "other"), "warehouse/__init__.py:other");
  EXPECT_EQ(context.absoluteName("warehouse/io.py", ".client"), "warehouse.client");
  EXPECT_EQ(context.absoluteName("a/x.py", ".client"), "client");
}

}  // namespace
}  // namespace gander::rewriter
