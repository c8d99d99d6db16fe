#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rewriter/clang/parse.h"

namespace gander::rewriter::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What stands on each mark of main.cpp, in order; several meanings are joined by " | ".
std::vector<std::string> meanings(const std::string& marked, std::vector<std::string> wanted,
                                  std::vector<std::string> flags = {}) {
  const auto source = readMarks(marked);
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.wanting(std::move(wanted)).flags(std::move(flags)).parse();
  EXPECT_THAT(unit.gaps, IsEmpty());
  std::vector<std::string> result;
  size_t met = 0;
  for (const auto& mark : source.marks) {
    std::string all;
    for (const auto& use : usesAt(unit, "main.cpp", mark)) {
      all += (all.empty() ? "" : " | ") + describe(use);
      ++met;
    }
    result.push_back(all);
  }
  EXPECT_EQ(met, unit.names.size()) << "a use stands on no mark";
  return result;
}

TEST(NamesTest, ResolvesMembersOfThisClassOnly) {
  EXPECT_THAT(meanings(R"(
struct Play { int [[user_name]]; };
struct Other { int [[user_name]]; };
int f(Play play, Other* other) { return play.[[user_name]] + other->[[user_name]]; }
)",
                       {"user_name"}),
              ElementsAre("Play::user_name field defines", "Other::user_name field defines",
                          "Play::user_name field of=Play", "Other::user_name field of=Other"));
}

TEST(NamesTest, NamesTypesWhereverTheyStand) {
  const auto found = meanings(R"(
namespace w { inline namespace abi { struct [[Play]] { [[Play]](); ~[[Play]](); [[Play]](const [[Play]]&); }; } }
struct Base : w::[[Play]] {};
template <class T> struct Box {};
w::[[Play]] f(Box<w::[[Play]]>, const w::[[Play]]*, w::[[Play]]&&);
using w::[[Play]];
[[Play]] g([[Play]] p) { return static_cast<const [[Play]]&>(p); }
int size = sizeof([[Play]]);
)",
                              {"Play", "none"});
  ASSERT_THAT(found, SizeIs(15));
  EXPECT_EQ(found[0], "w::Play type defines");
  for (size_t index = 1; index < found.size(); ++index) EXPECT_EQ(found[index], "w::Play type") << index;
}

TEST(NamesTest, AnAliasIsItsOwnName) {
  EXPECT_THAT(meanings(R"(
namespace warehouse { namespace [[v1]] { struct Play {}; } }
namespace wh = warehouse::[[v1]];
namespace other { namespace [[v1]] = warehouse::[[v1]]; using Play = wh::Play; }
using namespace warehouse::[[v1]];
other::[[v1]]::Play a;
)",
                       {"v1"}),
              ElementsAre("warehouse::v1 namespace defines", "warehouse::v1 namespace", "other::v1 namespace defines",
                          "warehouse::v1 namespace", "warehouse::v1 namespace", "other::v1 namespace"));
}

TEST(NamesTest, QualifiersSayWhatTheyResolveTo) {
  const auto source = readMarks(
      "namespace warehouse { namespace v1 { struct Play { enum Kind { kPlain }; }; } }\n"
      "namespace wh = warehouse;\n"
      "int k = [[wh]]::[[v1]]::[[Play]]::[[kPlain]];\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.wanting({"kPlain"}).parse();
  const auto uses = usesAt(unit, "main.cpp", source.marks[3]);
  ASSERT_THAT(uses, SizeIs(1));
  EXPECT_EQ(uses[0].symbol, "warehouse::v1::Play::Kind::kPlain");
  EXPECT_EQ(uses[0].kind, SymbolKind::kEnumConstant);
  ASSERT_THAT(uses[0].qualifiers, SizeIs(3));
  const std::vector<std::string> expected = {"warehouse", "warehouse::v1", "warehouse::v1::Play"};
  for (size_t index = 0; index < 3; ++index) {
    EXPECT_EQ(uses[0].qualifiers[index].symbol, expected[index]);
    EXPECT_EQ(uses[0].qualifiers[index].span.range, source.marks[index]);
  }
}

TEST(NamesTest, AForwardDeclarationOfWhatIsDefinedElsewhereIsNotTheRepositorysOwn) {
  EXPECT_THAT(meanings(R"(
class [[Play]];
class [[Own]];
class [[Own]] {};
int [[Play]](int);
)",
                       {"Play", "Own"}),
              ElementsAre("Play type declares", "Own type defines", "Own type defines", "Play function defines"));
}

TEST(NamesTest, FindsInitializersDesignatorsCapturesAndOffsets) {
  EXPECT_THAT(meanings(R"(
struct Play { int [[user_name]]; };
struct Job { int [[user_name]]; Job() : [[user_name]](1) {} };
Play play{.[[user_name]] = 1};
unsigned long at = __builtin_offsetof(Play, [[user_name]]);
int f(int [[user_name]]) { return [&[[user_name]]] { return [[user_name]]; }() + [ [[user_name]] = 2] { return 0; }(); }
)",
                       {"user_name"}, {"-std=c++20"}),
              ElementsAre("Play::user_name field defines", "Job::user_name field defines", "Job::user_name field",
                          "Play::user_name field", "Play::user_name field", "f::user_name parameter defines",
                          "f::user_name parameter", "f::user_name parameter", HasSubstr("user_name variable defines")));
}

TEST(NamesTest, AnInstantiationResolvesWhatThePatternLeavesOpen) {
  EXPECT_THAT(meanings(R"(
struct Play { int [[user_name]]() const; };
struct Other { int [[user_name]]() const; };
template <class T> int read(const T& t) { return t.[[user_name]](); }
template <class T> struct Reader { T t; int get() { return t.[[user_name]](); } };
template <class T> int never(const T& t) { return t.[[user_name]](); }
int f(Play p) { return read(p) + Reader<Other>().get(); }
)",
                       {"user_name"}),
              ElementsAre("Play::user_name method defines", "Other::user_name method defines",
                          " unknown dependent in=read | Play::user_name method in=read of=Play",
                          " unknown dependent in=Reader | Other::user_name method in=Reader of=Other",
                          " unknown dependent in=never"));
}

TEST(NamesTest, NamesOfTemplatesHaveNoArguments) {
  EXPECT_THAT(meanings(R"(
template <class T> struct [[Row]] { template <class U> U [[as]]() const; static int [[count]]; };
template <template <class> class C> struct Holder {};
Holder<[[Row]]> holder;
int f([[Row]]<int> row) { return row.[[as]]<int>() + [[Row]]<long>::[[count]]; }
)",
                       {"Row", "as", "count"}),
              ElementsAre("Row type defines", "Row::as method defines", "Row::count variable defines", "Row type",
                          "Row type", "Row::as method of=Row", "Row type", "Row::count variable"));
}

TEST(NamesTest, AnOverrideIsTheMethodItself) {
  EXPECT_THAT(meanings(R"(
struct Base { virtual int [[size]](); };
struct Play : Base { int [[size]]() override; };
struct Late : Base { using Base::[[size]]; };
int f(Base& b, Play& p, Late& l) { return b.[[size]]() + p.[[size]]() + l.[[size]](); }
)",
                       {"size"}),
              ElementsAre("Base::size method defines", "Play::size method defines", "Base::size method",
                          "Base::size method of=Base", "Play::size method of=Play", "Base::size method of=Late"));
}

TEST(NamesTest, AClassWithoutANameHasItsAliass) {
  EXPECT_THAT(meanings(R"(
typedef struct { int [[user_name]]; union { int [[track_ms]]; }; } Play;
int f(Play p) { return p.[[user_name]] + p.[[track_ms]]; }
)",
                       {"user_name", "track_ms"}),
              ElementsAre("Play::user_name field defines", "Play::track_ms field defines",
                          "Play::user_name field of=Play", HasSubstr("Play::track_ms field of=")));
}

TEST(NamesTest, SaysWhereTheObjectWasDeclared) {
  const auto source = readMarks(
      "struct Play { int name; };\n"
      "struct Pair { Play [[left]]; };\n"
      "int f(Play* [[play]], Pair pair) { return (*play).[[name]] + pair.left.[[name]]; }\n");
  CppTree tree({{"main.cpp", source.text}});
  const auto unit = tree.wanting({"name"}).parse();
  const auto first = usesAt(unit, "main.cpp", source.marks[2]);
  const auto second = usesAt(unit, "main.cpp", source.marks[3]);
  ASSERT_THAT(first, SizeIs(1));
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(first[0].object, (Span{"main.cpp", source.marks[1]}));
  EXPECT_EQ(second[0].object, (Span{"main.cpp", source.marks[0]}));
}

TEST(NamesTest, ReadsHeadersOfTheTreeAndNotWhatABuildMade) {
  CppTree tree({{"main.cpp", "#include \"lib/a.h\"\n#include \"build/b.h\"\n#include \"c.pb.h\"\n"},
                {"lib/a.h", "struct A { int name; };\n"},
                {"build/CMakeCache.txt", ""},
                {"build/b.h", "struct B { int name; };\n"},
                {"c.pb.h", "struct C { int name; };\n"}});
  const auto unit = tree.wanting({"name"}).asking({"B", "C", "Missing"}).parse();
  ASSERT_THAT(unit.names, SizeIs(1));
  EXPECT_EQ(unit.names[0].symbol, "A::name");
  EXPECT_EQ(unit.names[0].span.file, "lib/a.h");
  EXPECT_THAT(unit.reads, ElementsAre("c.pb.h", "lib/a.h", "main.cpp"));
  ASSERT_THAT(unit.types, SizeIs(2));
  EXPECT_EQ(unit.types[0].symbol, "B");
  EXPECT_THAT(unit.types[0].members, ElementsAre("name"));
}

TEST(NamesTest, NoPathOfTheMachineStandsInAUnitOfTheTree) {
  CppTree tree(
      {{"main.cpp",
        "#include \"lib/a.h\"\nint f(A a) { union { int x; A b; }; x = 1; return a.name; }\nint broken = missing;\n"},
       {"lib/a.h", "struct A { int name; };\nstruct B { union { int x; A a; }; B() : x(1) {} };\n"}});
  const auto unit = tree.wanting({"name", "A"}).withFlow().parse();
  EXPECT_THAT(encodeUnit(unit), ::testing::Not(HasSubstr(tree.path())));
  EXPECT_EQ(encodeUnit(unit), encodeUnit(tree.parse()));
}

}  // namespace
}  // namespace gander::rewriter::testing
