// Names in macros: edited where they are written, if all that the macro makes of them wants one token.
#include <gmock/gmock.h>

#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kPlay =
    "#pragma once\nnamespace plays { struct UserPlay { int [[user_name->listener_name]] = 0; "
    "void [[set_user_name->set_listener_name]](int) {} int [[track_ms->duration_ms]] = 0; }; }\n"
    "struct Account { int user_name = 0; void set_user_name(int) {} };\n";

void expectMacros(const std::string& marked) {
  expectMarked("main.cpp", kPlay + marked, {}, kClassMigration, cppAround());
}

// What must change with a listed name waits for it.
void expectHeld(const std::string& marked) {
  const std::string held =
      "namespace plays { struct UserPlay { int {{user_name}} = 0; void {{set_user_name}}(int) {} }; }\n"
      "struct Account { int user_name = 0; void set_user_name(int) {} };\n";
  expectMarked("main.cpp", held + marked, {}, kClassMigration, cppAround());
}

TEST(MacroNamesTest, BodiesAndArguments) {
  expectMacros(R"(
#define NAME(p) ((p).[[user_name->listener_name]])
#define GET(p, f) ((p).f)
#define TWICE(p, f) (GET(p, f) + GET(p, f))
int f(plays::UserPlay p, Account a) { return NAME(p) + GET(p, [[track_ms->duration_ms]]) + TWICE(p, [[user_name->listener_name]]) + GET(a, user_name); }
)");
}

TEST(MacroNamesTest, ABodyThatNamesTwoThingsIsListed) {
  expectHeld(R"(
#define NAME(p) ((p).{{user_name}})
int f(plays::UserPlay p, Account a) { return NAME(p) + NAME(a); }
)");
}

TEST(MacroNamesTest, PastedNamesAreEditedAtTheirArgument) {
  expectMacros(R"(
#define SET(p, f, v) (p).set_##f(v)
#define VIA(p, f) SET(p, f, 2)
void f(plays::UserPlay p, Account a) {
  SET(p, [[user_name->listener_name]], 1);
  VIA(p, [[user_name->listener_name]]);
  SET(a, user_name, 1);
}
)");
}

// As gMock does it: what a macro makes of the name and of something else changes with it, wherever another macro makes it too.
constexpr auto kMocks = R"(
struct Spec { int times(int); };
#define MOCK(f) int f() override { return note(#f); } int note(const char*) { return 0; } Spec mock_##f() { return {}; }
#define EXPECT_IN(p, how, call) ((p).mock_##call).how(#call[0])
#define EXPECT(p, call) EXPECT_IN(p, times, call)
)";

TEST(MacroNamesTest, ANameThatIsMadeOfTheDatasetsChangesAlong) {
  expectMarked(
      "main.cpp",
      std::string("namespace plays { struct UserPlay { virtual int [[user_name->listener_name]]() { return 0; } }; }\n"
                  "struct Account { virtual int user_name() { return 0; } };\n") +
          kMocks + R"(
struct MockPlay : plays::UserPlay { MOCK([[user_name->listener_name]]) };
struct MockAccount : Account { MOCK(user_name) };
int f(MockPlay p, MockAccount a) { return EXPECT(p, [[user_name->listener_name]]()) + EXPECT(a, user_name()); }
)",
      {}, kClassMigration, cppAround());
}

TEST(MacroNamesTest, ANameThatStaysAndIsMadeOfTheDatasetsIsListed) {
  expectHeld(R"(
int count_user_name = 0;
#define READ(p, f) ((p).f + count_##f)
int f(plays::UserPlay p) { return READ(p, {{user_name}}); }
)");
}

TEST(MacroNamesTest, AnArgumentThatIsOnlyAPartIsListed) {
  expectHeld(R"(
#define SET(p, f, v) (p).set_user_##f(v)
void f(plays::UserPlay p) { {{SET(p, name, 1)}}; }
)");
}

TEST(MacroNamesTest, AListOfFieldsWithOneMeaning) {
  expectMacros(R"(
#define FIELDS(X) X([[user_name->listener_name]]) X([[track_ms->duration_ms]])
int f(plays::UserPlay p) {
  int sum = 0;
#define ADD(f) sum += p.f;
  FIELDS(ADD)
#undef ADD
#define CLEAR(f) p.f = 0;
  FIELDS(CLEAR)
#undef CLEAR
  return sum;
}
)");
}

TEST(MacroNamesTest, AListOfFieldsWithTwoMeaningsIsListed) {
  expectHeld(R"(
#define FIELDS(X) X({{user_name}})
#define ADD(f) sum += p.f + a.f;
int f(plays::UserPlay p, Account a) { int sum = 0; FIELDS(ADD) return sum; }
)");
}

TEST(MacroNamesTest, ATextBesideAnExpressionIsAHazard) {
  const auto marked = std::string(R"(
#define CHECK(x) if (!(x)) fail(#x)
void fail(const char*);
void f(plays::UserPlay p, Account a) { CHECK(p.[[user_name->listener_name]] == 1); CHECK(a.user_name); }
)");
  expectMacros(marked);
  const auto source = R"(namespace plays { struct UserPlay { int user_name = 0; void g(); }; }
#define CHECK(x) if (!(x)) fail(#x)
void fail(const char*);
void plays::UserPlay::g() { CHECK(user_name == 1); CHECK(user_name); }
)";
  const auto got = rewriteTree({{"main.cpp", source}}, kClassMigration, cppAround());
  EXPECT_EQ(got.rewrite.edits.size(), 3U);
  EXPECT_THAT(hazardLines(got.rewrite),
              Contains(HasSubstr("stringizing main.cpp:4:35 CHECK also makes text of it, and of 1 more")));
}

TEST(MacroNamesTest, ATextThatMayBeAKeyIsListed) {
  expectHeld(R"(
void put(const char* key, int value);
#define PUT(p, f) put(#f, (p).f)
void f(plays::UserPlay p, Account a) { PUT(p, {{user_name}}); PUT(a, user_name); }
)");
}

// The same header says other things to others: it is edited where all of them agree.
TEST(MacroNamesTest, AFileOfFieldsIsReadByAllItsIncluders) {
  const std::string play =
      "#pragma once\nnamespace plays { struct UserPlay { int user_name = 0; }; }\nstruct Account { int user_name = 0; "
      "};\n";
  const std::string one =
      "#include \"play.h\"\nint f(plays::UserPlay p) {\n#define F(f) p.f\nreturn\n#include \"fields.def\"\n;}\n";
  const std::string other =
      "#include \"play.h\"\nint g(Account a) {\n#define F(f) a.f\nreturn\n#include \"fields.def\"\n;}\n";
  const std::string field = "F(user_name)\n";
  auto alone = rewriteTree({{"play.h", play}, {"one.cpp", one}, {"fields.def", field}}, kClassMigration, cppAround());
  EXPECT_EQ(alone.after["fields.def"], "F(listener_name)\n");
  auto both = rewriteTree({{"play.h", play}, {"one.cpp", one}, {"other.cpp", other}, {"fields.def", field}},
                          kClassMigration, cppAround());
  EXPECT_THAT(both.rewrite.edits, IsEmpty());
  EXPECT_EQ(both.after["fields.def"], field);
}

}  // namespace
}  // namespace gander::rewriter
