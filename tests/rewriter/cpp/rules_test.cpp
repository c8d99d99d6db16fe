// A migration's own rules: which places they edit, which are listed, and what they leave alone.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "cpp_tree.h"

namespace gander::rewriter {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kHead = R"x(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-rules, title: Move plays, owner: "group:default/plays"}
datasets:
  - id: plays
    schema: {old: {name: plays.Play, fields: {user_name: string, day: int32}}}
    references: [{type: plays.Play}]
    changes: [{kind: rename, field: user_name, to: listener_name}]
rules:
)x";

class NoDocuments final : public rules::DocumentFiles {
 public:
  Result<std::string> read(const std::string& relative) const override {
    return fail(ErrorKind::kNotFound, "no file " + relative);
  }
};

std::string withRules(const std::string& rules) { return kHead + rules; }

// The literal that Lake::open is given.
constexpr auto kOpen = R"x(  - name: open-by-uri
    words: [open]
    match: |
      cxxMemberCallExpr(callee(cxxMethodDecl(hasName("::Lake::open"))),
                        hasArgument(0, stringLiteral(hasSize(2)).bind("name")))
    range: node("name")
    replace: '"lake://v2"'
)x";

constexpr auto kLake = R"x(struct Lake { int open(const char*); int close(const char*); };
struct Door { int open(const char*); };
)x";

void expectOpen(const std::string& marked, const Tree& others = {}, const std::string& rules = kOpen) {
  expectMarked("main.cpp", kLake + marked, others, withRules(rules), cppAround());
}

Rewritten rewriteOpen(const std::string& source, Tree others = {}, const std::string& rules = kOpen) {
  others["main.cpp"] = kLake + source;
  return rewriteTree(others, withRules(rules), cppAround());
}

std::vector<std::string> reasons(const Rewrite& rewrite) {
  std::vector<std::string> out;
  for (const auto& site : rewrite.listed) out.push_back(formatPlace(site.span.file, site.position) + " " + site.reason);
  return out;
}

TEST(RuleRewriteTest, EditsWhatItMatchesAlone) {
  expectOpen(R"x(
int f(Lake& lake, Door& door) {
  // lake.open("v1")
  lake.open([["v1"->"lake://v2"]]);
  lake.open("v10");
  lake.close("v1");
  const char* text = "lake.open(\"v1\")";
  return door.open("v1") + lake.open(text) + lake . open ( [["v1"->"lake://v2"]] );
}
)x");
}

TEST(RuleRewriteTest, EditsShowTheirRule) {
  auto got = rewriteOpen("int f(Lake& lake) { return lake.open(\"v1\"); }\n");
  ASSERT_THAT(got.rewrite.edits, SizeIs(1));
  const auto& edit = got.rewrite.edits[0];
  EXPECT_EQ(edit.tier, Tier::kRule);
  EXPECT_EQ(edit.rule, "open-by-uri");
  EXPECT_EQ(edit.change, "rule/open-by-uri");
  ASSERT_THAT(edit.evidence, SizeIs(1));
  EXPECT_EQ(edit.evidence[0].why, "rule \"open-by-uri\" matched");
  EXPECT_EQ(formatPlace(edit.evidence[0].file, edit.evidence[0].position), "main.cpp:3:28");
  EXPECT_FALSE(edit.built) << "no compiler checks the text of a string";
  EXPECT_THAT(toJson(got.rewrite, false), HasSubstr("\"rule\": \"open-by-uri\""));
  EXPECT_EQ(got.rewrite.certificate.grade, CertificateGrade::kNone);
  EXPECT_EQ(got.rewrite.certificate.why,
            "only where all changes are renames: rule open-by-uri edits too, as its author says");
  EXPECT_THAT(got.rewrite.hazards, IsEmpty());
}

TEST(RuleRewriteTest, TemplatesHoldTheTextOfBoundNodes) {
  expectOpen(R"x(
int g(int);
int f(Lake& lake, Lake* other, int a) {
  return [[lake.open(  "v1" )->view(lake, {  "v1" })]] + [[(*other).open("v1")->view(*other, {  "v1" })]];
}
)x",
             {}, R"x(  - name: view
    words: [open]
    match: cxxMemberCallExpr(callee(cxxMethodDecl(hasName("open"))), on(expr().bind("on")), hasArgument(0, stringLiteral().bind("name")), thisPointerType(cxxRecordDecl(hasName("Lake"))))
    replace: view({on}, {  {name} })
)x");
}

TEST(RuleRewriteTest, PathsLimitWhereItEdits) {
  Tree tree{{"a/x.cpp", std::string(kLake) + "int f(Lake l) { return l.open(\"v1\"); }\n"}};
  tree["b/x.cpp"] = tree["a/x.cpp"];
  auto got = rewriteTree(tree, withRules(std::string(kOpen) + "    paths: \"a/**\"\n"), cppAround());
  ASSERT_THAT(got.rewrite.edits, SizeIs(1));
  EXPECT_EQ(got.rewrite.edits[0].span.file, "a/x.cpp");
}

TEST(RuleRewriteTest, LeavesFilesOfOthersAlone) {
  const std::string header = "inline int h(Lake& l) { return l.open(\"v1\"); }\n";
  auto got =
      rewriteOpen("#include \"third_party/x.h\"\n#include \"made.h\"\n#include \"build/made.h\"\n",
                  {{"third_party/x.h", header},
                   {"made.h", "// made by a tool. DO NOT EDIT\ninline int m(Lake& l) { return l.open(\"v1\"); }\n"},
                   {"build/made.h", "inline int b(Lake& l) { return l.open(\"v1\"); }\n"}});
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(got.rewrite.listed, IsEmpty());
}

TEST(RuleRewriteTest, MacrosAreEditedWhereTheyAreUsedAndListedWhereTheyAreMade) {
  expectOpen(R"x(
#define V1 "v1"
#define CALL(x) x
#define OPEN(l) l.open({{"v1"}})
#define BOTH(l, v) (l.open(v) + l.close(v))
#define SHOW(x) show(#x, x)
int show(const char*, int);
int f(Lake& lake) {
  lake.open([[V1->"lake://v2"]]);
  CALL(lake.open([["v1"->"lake://v2"]]));
  SHOW(lake.open([["v1"->"lake://v2"]]));
  return OPEN(lake) + BOTH(lake, {{"v1"}});
}
)x");
  auto got = rewriteOpen(
      "#define OPEN(l) l.open(\"v1\")\n#define BOTH(l, v) (l.open(v) + l.close(v))\n"
      "int f(Lake& l) { return OPEN(l) + BOTH(l, \"v1\"); }\n");
  EXPECT_THAT(reasons(got.rewrite),
              ElementsAre("main.cpp:3:24 rule \"open-by-uri\" matched, but a macro makes a part of it, so that no "
                          "stretch of the file is all of it; change the macro by hand",
                          "main.cpp:5:43 rule \"open-by-uri\" matched, but macro BOTH uses this argument more than "
                          "once, and the rule matches one of its uses"));
}

TEST(RuleRewriteTest, AMacroOfAHeaderIsSeenInEachSourceThatIncludesIt) {
  auto got = rewriteTree({{"lake.h", std::string(kLake) + "#define OPEN(l, x) l.open(x)\n"},
                          {"a.cpp", "#include \"lake.h\"\nint a;\n"},
                          {"b.cpp", "#include \"lake.h\"\nint b(Lake& l) { return OPEN(l, \"v1\"); }\n"}},
                         withRules(kOpen), cppAround());
  ASSERT_THAT(got.rewrite.edits, SizeIs(1));
  EXPECT_EQ(got.rewrite.edits[0].span.file, "b.cpp");
}

TEST(RuleRewriteTest, InstantiationsMustAgree) {
  expectOpen(R"x(
template <class T> int both(T& t) { return t.open({{"v1"}}); }
template <class T> int one(T& t) { auto again = [&] { return t.open([["v1"->"lake://v2"]]); }; return again(); }
template <class T> int none(T& t) { return t.open("v1"); }
template <class T> struct Holder { T t; int get() { return t.open({{"v1"}}); } int never() { return t.open("v1"); } };
int f(Lake& l, Door& d) { return both(l) + both(d) + one(l) + Holder<Lake>().get() + Holder<Door>().get(); }
)x");
  auto got = rewriteOpen(
      "template <class T> int both(T& t) { return t.open(\"v1\"); }\n"
      "int f(Lake& l, Door& d) { return both(l) + both(d); }\n");
  EXPECT_THAT(reasons(got.rewrite),
              ElementsAre("main.cpp:3:51 rule \"open-by-uri\" matched, but in another "
                          "instantiation of the template, both<Door>, the rule does not match it"));
}

TEST(RuleRewriteTest, FindsWhatIsMatchedInAllKindsOfPlaces) {
  expectOpen(R"x(
template <class T> int spread(T& t) { return t.open("v1"); }
template <> int spread<Lake>(Lake& t) { return t.open([["v1"->"lake://v2"]]); }
struct Holder {
  explicit Holder(Lake& l) : lake(l), own(l.open([["v1"->"lake://v2"]])) {}
  Lake& lake;
  int own;
  int value = lake.open([["v1"->"lake://v2"]]);
};
int g(int);
int f(Lake& l, Door& d) {
  auto each = [](auto& t) { return t.open({{"v1"}}); };
  auto lone = [](auto& t) { return t.open([["v1"->"lake://v2"]]); };
  if constexpr (sizeof(int) == 4) l.open([["v1"->"lake://v2"]]);
  return each(l) + each(d) + lone(l) + spread(l) + spread(d) + g(l.open([["v1"->"lake://v2"]]));
}
)x");
}

TEST(RuleRewriteTest, AFileThatIsIncludedTwiceMustAgreeWithItself) {
  auto got =
      rewriteOpen("#define OF Lake\n#include \"twice.inc\"\n#undef OF\n#define OF Door\n#include \"twice.inc\"\n",
                  {{"twice.inc", "inline int twice(OF& h) { return h.open(\"v1\"); }\n"}});
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite), SizeIs(1));
}

TEST(RuleRewriteTest, UnitsThatReadAHeaderMustAgree) {
  const std::string rule = kOpen;
  Tree tree{{"lake.h", kLake},
            {"use.h", "inline int use(HANDLE& h) { return h.open(\"v1\"); }\n"},
            {"a.cpp", "#include \"lake.h\"\n#define HANDLE Lake\n#include \"use.h\"\n"}};
  auto one = rewriteTree(tree, withRules(rule), cppAround());
  ASSERT_THAT(one.rewrite.edits, SizeIs(1));
  EXPECT_EQ(one.rewrite.edits[0].span.file, "use.h");
  tree["b.cpp"] = "#include \"lake.h\"\n#define HANDLE Door\n#include \"use.h\"\n";
  auto two = rewriteTree(tree, withRules(rule), cppAround());
  EXPECT_THAT(two.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(two.rewrite), ElementsAre("use.h:1:43 rule \"open-by-uri\" matched, but b.cpp reads the same "
                                                "code, and there it does not match"));
  tree["b.cpp"] = "#include \"lake.h\"\n#define HANDLE Lake\n#include \"use.h\"\n";
  EXPECT_THAT(rewriteTree(tree, withRules(rule), cppAround()).rewrite.edits, SizeIs(1));
}

TEST(RuleRewriteTest, ARuleThatMatchesItsResultIsListed) {
  const std::string wrap = R"x(  - name: wrap
    words: [get]
    match: callExpr(callee(functionDecl(hasName("get")))UNLESS)
    replace: wrap({match})
)x";
  const std::string code = "int wrap(int);\nint get(int);\nint f() { return {{get(1)}}; }\n";
  expectOpen(code, {}, replaceAll(wrap, "UNLESS", ""));
  auto got =
      rewriteOpen("int wrap(int);\nint get(int);\nint f() { return get(1); }\n", {}, replaceAll(wrap, "UNLESS", ""));
  EXPECT_THAT(reasons(got.rewrite),
              ElementsAre("main.cpp:5:18 rule \"wrap\" matched, but rule wrap matches the result too, and would make "
                          "wrap(get(1)) of it in the next run; let the matcher pass over what is done, as with "
                          "unless()"));
  expectOpen("int wrap(int);\nint get(int);\nint f() { return [[get(1)->wrap(get(1))]]; }\n", {},
             replaceAll(wrap, "UNLESS", ", unless(hasParent(callExpr(callee(functionDecl(hasName(\"wrap\"))))))"));
}

TEST(RuleRewriteTest, AMatchWithTheSameTextIsDone) {
  expectOpen("int f(Lake& l) { return [[l.open(\"v1\")->l.open(\"v2\")]] + l.open(\"v2\"); }\n", {}, R"x(  - name: same
    words: [open]
    match: cxxMemberCallExpr(callee(cxxMethodDecl(hasName("::Lake::open"))), on(expr().bind("on")))
    replace: '{on}.open("v2")'
)x");
}

TEST(RuleRewriteTest, TwoRulesThatTurnInCirclesAreListed) {
  expectOpen("int f(Lake& l) { return l.{{open}}(\"v1\") + l.{{close}}(\"v1\"); }\n", {}, R"x(  - name: there
    words: [open]
    match: memberExpr(member(hasName("::Lake::open")))
    range: member("match")
    replace: close
  - name: back
    words: [close]
    match: memberExpr(member(hasName("::Lake::close")))
    range: member("match")
    replace: open
)x");
}

TEST(RuleRewriteTest, EditsThatOverlapAreListed) {
  // The engine's own edit of p.user_name stands in what the rule would replace.
  auto got =
      rewriteTree({{"main.cpp",
                    "namespace plays { struct Play { int user_name; int day; }; }\nint get(int);\n"
                    "int f(plays::Play p) { return get(p.user_name) + get(p.day); }\n"}},
                  withRules("  - {name: drop, words: [get], match: 'callExpr(callee(functionDecl(hasName(\"get\"))), "
                            "hasArgument(0, expr().bind(\"of\")))', replace: '{of}'}\n"),
                  cppAround());
  std::vector<std::string> edits;
  for (const auto& edit : got.rewrite.edits) edits.push_back(edit.old + " -> " + edit.now);
  EXPECT_THAT(edits, ElementsAre("get(p.day) -> p.day"));
  EXPECT_THAT(reasons(got.rewrite), Contains("main.cpp:3:31 two edits overlap here"));
  EXPECT_THAT(reasons(got.rewrite), Contains("main.cpp:3:37 two edits overlap here"));
}

TEST(RuleRewriteTest, RulesThatDifferAreListed) {
  const std::string other = "  - {name: other, words: [open], match: 'stringLiteral(hasSize(2))', replace: '\"v3\"'}\n";
  auto got = rewriteOpen("int f(Lake& l) { return l.open(\"v1\"); }\n", {}, kOpen + other);
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite),
              ElementsAre("main.cpp:3:32 it would have to become several names: \"lake://v2\", \"v3\""));
}

TEST(RuleRewriteTest, OfAChangeItGoesWithTheDataset) {
  // One place can't be edited: nothing of the dataset is.
  const std::string code =
      "#define OPEN(l) l.open(\"v1\")\nnamespace plays { struct Play { int user_name; }; }\n"
      "int f(plays::Play p, Lake& l) { return p.user_name + OPEN(l); }\n";
  auto apart = rewriteOpen(code);
  EXPECT_THAT(apart.rewrite.edits, SizeIs(2));
  auto together = rewriteOpen(code, {}, std::string(kOpen) + "    change: plays/rename/user_name\n");
  EXPECT_THAT(together.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(together.rewrite), Contains(HasSubstr("held back with its unit: main.cpp:3:24 must change too")));
}

TEST(RuleRewriteTest, PutsTextBeforeWhatItMatches) {
  const std::string rule = R"x(  - name: count
    words: [open]
    match: exprWithCleanups(unless(anything()))
    range: before(node("match"))
    replace: "counted "
)x";
  const std::string match = "match: cxxMemberCallExpr(callee(cxxMethodDecl(hasName(\"open\")))UNLESS)";
  auto with = [&](const std::string& unless) {
    return replaceAll(replaceAll(rule, "match: exprWithCleanups(unless(anything()))", match), "UNLESS", unless);
  };
  const std::string code = "struct Count {}; Count counted; int operator*(Count, int);\n#define counted counted *\n";
  expectOpen(code + "int f(Lake& l) { return {{l}}.open(\"v1\"); }\n", {}, with(""));
  expectOpen(code + "int f(Lake& l) { return [[->counted ]]l.open(\"v1\"); }\n", {},
             with(", unless(hasParent(cxxOperatorCallExpr()))"));
}

TEST(RuleRewriteTest, UsesTheLineEndsOfTheFile) {
  auto got = rewriteTree(
      {{"main.cpp", "int get(int);\r\nint f() { return get(1); }\r\n"}},
      withRules("  - name: two\n    words: [get]\n    match: callExpr()\n    replace: |\n      1\n      + 1\n"),
      cppAround());
  EXPECT_EQ(got.after["main.cpp"], "int get(int);\r\nint f() { return 1\r\n+ 1; }\r\n");
}

TEST(RuleRewriteTest, InstantiationsOfOtherSourcesMustAgree) {
  Tree tree{{"both.h", std::string(kLake) + "template <class T> int both(T& t) { return t.open(\"v1\"); }\n"},
            {"a.cpp", "#include \"both.h\"\nint a(Lake& l) { return both(l); }\n"},
            {"c.cpp", "#include \"both.h\"\nint c;\n"}};
  auto alone = rewriteTree(tree, withRules(kOpen), cppAround());
  ASSERT_THAT(alone.rewrite.edits, SizeIs(1));
  EXPECT_EQ(alone.rewrite.edits[0].span.file, "both.h");
  tree["b.cpp"] = "#include \"both.h\"\nint b(Door& d) { return both(d); }\n";
  auto got = rewriteTree(tree, withRules(kOpen), cppAround());
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite),
              ElementsAre("both.h:3:51 rule \"open-by-uri\" matched, but in another instantiation of the template, "
                          "both<Door> in b.cpp, the rule does not match it"));
}

TEST(RuleRewriteTest, AllKindsOfInstantiationsMustAgree) {
  expectOpen(R"x(
template <class T> int made = T().open({{"v1"}});
template <class T> int lone = T().open([["v1"->"lake://v2"]]);
template <class T> int deep(T& t) { auto each = [](auto& u) { return u.open({{"v1"}}); }; return each(t); }
template <class T> int once(T& t) { auto each = [](auto& u) { return u.open([["v1"->"lake://v2"]]); }; return each(t); }
int f(Lake& l, Door& d) { return made<Lake> + made<Door> + lone<Lake> + deep(l) + deep(d) + once(l); }
)x");
  const std::string named = R"x(  - name: of-lake
    words: [keep]
    match: parmVarDecl(hasName("what"), hasType(references(cxxRecordDecl(hasName("::Lake")))))
    range: name("match")
    replace: lake
)x";
  const std::string keeper = "template <class T> struct Keeper { int keep(T& MARK); };\n";
  expectOpen(replaceAll(keeper, "MARK", "[[what->lake]]") + "int f() { return sizeof(Keeper<Lake>); }\n", {}, named);
  expectOpen(
      replaceAll(keeper, "MARK", "{{what}}") + "int f() { return sizeof(Keeper<Lake>) + sizeof(Keeper<Door>); }\n", {},
      named);
}

TEST(RuleRewriteTest, TheTemplateThatTheRangeStandsInCounts) {
  expectOpen(R"x(
template <class T> int both(T& t) { return t.open({{"v1"}}); }
int f(Lake& l, Door& d) { return both(l) + both(d); }
)x",
             {}, R"x(  - name: called
    words: [both]
    match: |
      callExpr(callee(functionDecl(
        hasParameter(0, hasType(references(cxxRecordDecl(hasName("::Lake"))))),
        hasDescendant(stringLiteral(hasSize(2)).bind("text")))))
    range: node("text")
    replace: '"v2"'
)x");
}

TEST(RuleRewriteTest, WhatNobodyWroteIsNotEdited) {
  // The copy constructor stands where the name of its class does.
  expectOpen("struct Pond { int size; };\nint f(Pond& p) { Pond q(p); return q.size; }\n", {},
             "  - {name: copy, words: [Pond], match: 'cxxConstructorDecl(ofClass(hasName(\"Pond\")))', replace: x}\n");
  expectOpen("struct Pond { int size = 0; };\nint f() { Pond {{pond}}; return [[Pond()->make()]].size + pond.size; }\n",
             {},
             "  - {name: new, words: [Pond], match: 'cxxConstructExpr(hasType(cxxRecordDecl(hasName(\"Pond\"))), "
             "argumentCountIs(0))', replace: make()}\n");
  const std::string loop =
      "  - {name: loop, words: [Row], match: 'cxxMemberCallExpr(callee(cxxMethodDecl(hasName("
      "\"begin\"))), onImplicitObjectArgument(expr().bind(\"on\")))', replace: '{on}.first()'}\n";
  auto got = rewriteOpen(
      "struct Row { int* begin(); int* end(); };\n"
      "int f(Row& row) {\n  int n = *row.begin();\n  for (int x : row) n += x;\n  return n;\n}\n",
      {}, loop);
  ASSERT_THAT(got.rewrite.edits, SizeIs(1));
  EXPECT_EQ(got.rewrite.edits[0].position.line, 5U);
  ASSERT_THAT(reasons(got.rewrite), SizeIs(1));
  EXPECT_THAT(reasons(got.rewrite)[0], HasSubstr("main.cpp:6:"));
  EXPECT_THAT(reasons(got.rewrite)[0], HasSubstr("nobody wrote it"));
}

TEST(RuleRewriteTest, AnImplicitThisIsNoText) {
  const std::string rule = R"x(  - name: close
    words: [close]
    match: cxxMemberCallExpr(callee(cxxMethodDecl(hasName("close"))), onImplicitObjectArgument(expr().bind("on")))
    replace: '{on}.shut("lake")'
)x";
  expectOpen(R"x(
struct Own : Lake { int own() { return {{close("v1")}}; } };
int f(Lake& lake) { return [[lake.close("v1")->lake.shut("lake")]]; }
)x",
             {}, rule);
  expectOpen("struct Own : Lake { int own() { return {{close}}(\"v1\"); } };\n", {},
             rule + "    range: node(\"on\")\n");
}

TEST(RuleRewriteTest, ADefaultArgumentIsNoPartOfACall) {
  expectOpen(R"x(
int show(const char*);
const char* name(const char* of = {{"v1"}});
const char* more(const char* of = "v1");
int f() { more("v2"); return show(name()) + show([["v1"->"v3"]]); }
)x",
             {}, R"x(  - name: shown
    words: [show]
    match: stringLiteral(hasSize(2), unless(hasAncestor(callExpr(callee(functionDecl(hasName("more")))))), hasAncestor(callExpr(callee(functionDecl(hasName("show"))))))
    replace: '"v3"'
)x");
}

TEST(RuleRewriteTest, CodeForOthersAndCommentsAreNotLost) {
  const std::string rule = R"x(  - name: whole
    words: [open]
    match: cxxMemberCallExpr(callee(cxxMethodDecl(hasName("::Lake::open"))), hasArgument(0, expr().bind("name")))
    replace: lake.get({name})
)x";
  auto got = rewriteOpen(R"x(int f(Lake& lake) {
  int n = lake.open(
#ifdef _WIN32
      "w1"
#else
      "v1"
#endif
  );
  n += lake.open(/* the first */ "v1");
  return n + lake.open("v" /* of two */ "1");  // kept
}
)x",
                         {}, rule);
  ASSERT_THAT(got.rewrite.edits, SizeIs(1));
  EXPECT_EQ(got.rewrite.edits[0].now, "lake.get(\"v\" /* of two */ \"1\")");
  EXPECT_THAT(reasons(got.rewrite),
              ElementsAre("main.cpp:4:11 rule \"whole\" matched, but a directive of the preprocessor stands in it, and "
                          "there may be code for others",
                          "main.cpp:11:8 rule \"whole\" matched, but a comment stands in it, which would be lost"));
}

TEST(RuleRewriteTest, BesideErrorsItIsListed) {
  expectOpen(R"x(
int f(Lake& lake) {
  unknown(lake.open({{"v1"}}));
  return lake.open([["v1"->"lake://v2"]]);
}
)x");
}

TEST(RuleRewriteTest, TheResultIsThatOfWhatIsEdited) {
  // `back` would undo it, but not here.
  expectOpen("int f(Lake& l) { return l.[[open->close]](\"v1\"); }\n", {}, R"x(  - name: there
    words: [open]
    match: memberExpr(member(hasName("::Lake::open")))
    range: member("match")
    replace: close
  - name: back
    words: [close]
    paths: "other/**"
    match: memberExpr(member(hasName("::Lake::close")))
    range: member("match")
    replace: open
)x");
  // The two that overlap are not made; the one that is final beside them is.
  auto got = rewriteOpen("int wrap(int);\nint get(int);\nint f() { return get(get(1)) + get(2); }\n", {},
                         R"x(  - name: wrap
    words: [get]
    match: callExpr(callee(functionDecl(hasName("get"))), unless(hasParent(callExpr(callee(functionDecl(hasName("wrap")))))))
    replace: wrap({match})
)x");
  ASSERT_THAT(got.rewrite.edits, SizeIs(1));
  EXPECT_EQ(got.rewrite.edits[0].now, "wrap(get(2))");
  EXPECT_THAT(reasons(got.rewrite),
              ElementsAre("main.cpp:5:18 two edits overlap here", "main.cpp:5:22 two edits overlap here"));
}

TEST(RuleRewriteTest, ATemplateMustNotBringInAnOldName) {
  auto got = rewriteOpen("int f(Lake& l) { return l.open(\"v1\"); }\n", {},
                         replaceAll(kOpen, "'\"lake://v2\"'", "'\"user_name\"'"));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite), ElementsAre(HasSubstr("its text brings in user_name, an old name")));
}

// Says whatever it is told to.
class MadeUpParser final : public CppParser {
 public:
  explicit MadeUpParser(Unit unit) : unit_(std::move(unit)) {}
  std::vector<std::string> sources() const override { return {unit_.file}; }
  std::vector<Result<std::vector<Unit>>> lower(const std::vector<CppRequest>& requests) override {
    std::vector<Result<std::vector<Unit>>> answers;
    for (const auto& request : requests) {
      auto unit = unit_;
      if (request.file != unit.file) unit = {.file = request.file, .language = "cpp"};
      answers.push_back(std::vector{std::move(unit)});
    }
    return answers;
  }
  Result<std::vector<RuleProblem>> check(const std::vector<CppRule>&) override { return std::vector<RuleProblem>(); }

 private:
  Unit unit_;
};

Rewritten rewriteMadeUp(const RuleMatch& match) {
  const Tree tree{{"main.cpp", "int open = 1;\n"},
                  {"apart.cpp", "int apart = 2;\n"},
                  {"read.h", "int read = 3;\n"},
                  {".github/workflows/x.yml", "run: make all\n"}};
  Around around{.parse = [&](const Tree&) {
    return std::make_unique<MadeUpParser>(Unit{.file = "main.cpp",
                                               .language = "cpp",
                                               .rules = {match},
                                               .reads = {"main.cpp", "read.h", ".github/workflows/x.yml"}});
  }};
  return rewriteTree(tree, withRules("  - {name: r, words: [open], match: 'integerLiteral()', replace: '{match}0'}\n"),
                     around);
}

TEST(RuleRewriteTest, TheTextIsMadeOfTheTreeAndPlacesAreCodeThatWasRead) {
  const Span one{"main.cpp", {11, 12}};
  const RuleMatch good{.rule = "r", .span = one, .whole = one, .nodes = {{"match", one}}};
  EXPECT_EQ(rewriteMadeUp(good).after["main.cpp"], "int open = 10;\n");
  const auto refused = [&](auto change) {
    auto match = good;
    change(match);
    const auto got = rewriteMadeUp(match);
    EXPECT_THAT(got.rewrite.edits, IsEmpty());
    EXPECT_THAT(got.rewrite.listed, IsEmpty());
    return std::ranges::any_of(got.rewrite.gaps, [](const Gap& gap) {
      return gap.why.starts_with("a match of a rule is refused") || gap.why.contains("places that are not there");
    });
  };
  EXPECT_TRUE(refused([](RuleMatch& match) { match.span = {".github/workflows/x.yml", {5, 9}}; }));
  EXPECT_TRUE(refused([](RuleMatch& match) { match.span = {"apart.cpp", {12, 13}}; }));
  EXPECT_TRUE(refused([](RuleMatch& match) { match.span.range.end = 1000; }));
  EXPECT_TRUE(refused([](RuleMatch& match) { match.span.file = "../main.cpp"; }));
  EXPECT_TRUE(refused([](RuleMatch& match) { match.whole.file = "nowhere.cpp"; }));
  EXPECT_TRUE(refused([](RuleMatch& match) { match.nodes[0].span = {".github/workflows/x.yml", {0, 3}}; }));
  EXPECT_TRUE(refused([](RuleMatch& match) { match.nodes[0].span.range.end = 1000; }));
  EXPECT_TRUE(refused([](RuleMatch& match) { match.rule = "other"; }));
  auto lacking = good;
  lacking.nodes.clear();
  EXPECT_THAT(reasons(rewriteMadeUp(lacking).rewrite), ElementsAre(HasSubstr("nothing is bound as 'match'")));
}

TEST(RuleRewriteTest, OfAReferenceItGoesWithTheQueries) {
  const std::string migration = R"x(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-rules, title: Move plays, owner: "group:default/plays"}
datasets:
  - {id: plays, references: [{table: {old: plays_v1, new: plays_v2}}]}
rules:
)x" + std::string(kOpen);
  const Tree tree{
      {"q.sql", "SELECT day FROM plays_v1;\n"},
      {"main.cpp", std::string(kLake) + "#define OPEN(l) l.open(\"v1\")\nint f(Lake& l) { return OPEN(l); }\n"}};
  EXPECT_THAT(rewriteTree(tree, migration, cppAround()).rewrite.edits, SizeIs(1));
  auto got = rewriteTree(tree, migration + "    change: plays/table/plays_v1\n", cppAround());
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(reasons(got.rewrite), Contains(HasSubstr("held back with its unit: main.cpp:3:24 must change too")));
}

TEST(RuleRewriteTest, ARuleThatMatchesNothingIsTold) {
  auto got = rewriteOpen("int f(Lake& l) { return l.open(\"v10\"); }\n");
  EXPECT_THAT(
      hazardLines(got.rewrite),
      ElementsAre(
          "rule-unused migration.yaml:10:5 rule open-by-uri matched nothing in this tree, which holds its words"));
  auto none = rewriteTree({{"main.cpp", "int opened;\n"}}, withRules(kOpen), cppAround());
  EXPECT_THAT(none.rewrite.hazards, IsEmpty());
}

TEST(RuleRewriteTest, OnlyTheRulesOfAFileAreNamed) {
  const std::string other = "  - {name: other, words: [shut], match: 'stringLiteral()', replace: '\"v3\"'}\n";
  auto got = rewriteTree({{"main.cpp", std::string(kLake)}}, withRules(kOpen + other));
  EXPECT_THAT(hazardLines(got.rewrite), ElementsAre(HasSubstr("rules (open-by-uri), and")));
}

TEST(RuleRewriteTest, TextsOfMatchersAreChecked) {
  const auto deep = [](int depth) {
    std::string text = "expr()";
    for (int i = 0; i < depth; ++i) text = "expr(" + text + ")";
    return text;
  };
  const auto said = [](const CppRule& rule) {
    std::vector<std::string> out;
    for (const auto& problem : *makeTreeParser({})->check({rule}))
      out.push_back(fmt::format("{} {}", problem.offset, problem.message));
    return out;
  };
  EXPECT_THAT(said({"a", "namedDecl(matchesName(\"(open\"))", "", "x"}),
              ElementsAre(HasSubstr("22 no regular expression: ")));
  EXPECT_THAT(said({"a", "decl(isExpansionInFileMatching(\"[\"))", "", "x"}), ElementsAre(HasSubstr("31 no regular")));
  EXPECT_THAT(said({"a", "namedDecl(\n  hasName(\"\"))", "", "x"}), ElementsAre(HasSubstr("21 no name; write")));
  EXPECT_THAT(said({"a", "namedDecl(hasAnyName(\"a\", \"b::\"))", "", "x"}), ElementsAre(HasSubstr("26 no name")));
  EXPECT_THAT(said({"a", deep(150), "", "x"}), IsEmpty());
  EXPECT_THAT(said({"a", deep(60'000), "", "x"}), ElementsAre("1004 nested more than 200 deep; write it flatter"));
  EXPECT_THAT(said({"a", "valueDecl(hasType(qualType().bind(\"t\")))", "", "f({t})"}),
              ElementsAre("2 't' is a type, which stands nowhere in the code; bind a typeLoc()"));
  EXPECT_THAT(said({"a", "callExpr() # any call, \"open\n  .bind(\"x\")", "", "{x}"}), IsEmpty());
}

TEST(RuleRewriteTest, WithoutAParserFilesAreToldToBeUnseen) {
  auto got = rewriteTree({{"main.cpp", std::string(kLake) + "int f(Lake& l) { return l.open(\"v1\"); }\n"},
                          {"other.cpp", "int opened;\n"}},
                         withRules(kOpen));
  EXPECT_THAT(got.rewrite.edits, IsEmpty());
  EXPECT_THAT(hazardLines(got.rewrite),
              ElementsAre("rule-not-matched main.cpp:1:1 the file holds a word of the migration's rules (open-by-uri), "
                          "and could not be parsed"));
}

TEST(RuleRewriteTest, MistakesPointIntoTheDocument) {
  const auto text = withRules(R"x(  - name: a
    words: [open]
    match: |
      cxxMemberCallExpr(
        calee(cxxMethodDecl()))
    replace: x
  - {name: b, words: [open], match: "callExpr(callee(functionDecl(hasName(\"a\"))), hasArgument(\"0\", expr()))", replace: x}
  - {name: c, words: [open], match: callExpr().bind("call"), range: 'node("cal")', replace: '1 + {x}'}
  - {name: d, words: [open], match: callExpr() callExpr(), range: 'nod("match")', replace: x}
)x");
  Tree tree{{"main.cpp", kLake}};
  auto migration = rules::parseMigration("m.yaml", text, NoDocuments());
  ASSERT_TRUE(migration) << migration.error().message;
  auto checked = checkRules(*migration, *makeTreeParser(tree));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(checked.error().message,
            "m.yaml:14:9: no matcher 'calee'; did you mean 'callee'?\n"
            "m.yaml:16:97: Incorrect type for arg 1. (Expected = unsigned) != (Actual = String)\n"
            "m.yaml:17:76: no node is bound as 'cal'; did you mean 'call'?\n"
            "m.yaml:17:98: no node is bound as 'x'; a brace of code has a blank behind it\n"
            "m.yaml:18:48: Expected end of code.\n"
            "m.yaml:18:68: no range selector: unknown selector name; write one as node(\"name\")");
}

TEST(RuleRewriteTest, ARewriteWithAWrongRuleIsRefused) {
  Tree tree{{"main.cpp", kLake}};
  auto migration = rules::parseMigration(
      "m.yaml", withRules("  - {name: a, words: [x], match: callExp(), replace: x}\n"), NoDocuments());
  ASSERT_TRUE(migration);
  MemoryFileSystem files(tree);
  auto parser = makeTreeParser(tree);
  auto got = rewrite({*migration, rules::Library(), files, parser.get()});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message, "m.yaml:10:34: no matcher 'callExp'; did you mean 'callExpr'?");
}

}  // namespace
}  // namespace gander::rewriter
