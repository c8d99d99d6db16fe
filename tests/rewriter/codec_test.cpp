#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "rewriter/cpp_parser.h"
#include "rewriter/facts/cbor_check.h"
#include "rewriter/facts/dump.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {
namespace {

using testing::HasSubstr;

Function someFunction() {
  Function function{.symbol = "c:@F@f", .name = "f", .span = {"a.cpp", {3, 90}}, .nameSpan = {"a.cpp", {8, 9}}};
  function.params = {{.name = "row", .value = 1, .type = "pqxx::row"}};
  function.method = true;
  LiteralPiece piece{.value = "a\n", .span = {"a.cpp", {20, 23}}, .offsets = {20, 21, 23}, .quote = '\''};
  function.facts = {
      {.op = Op::kParam, .out = 1, .name = "row"},
      {.op = Op::kConst, .out = 2, .text = {piece}},
      {.op = Op::kCall, .out = 3, .in = {1, 2}, .name = "pqxx::row::at", .keywords = {"k"}, .how = How::kCompiler},
      {.op = Op::kMember, .in = {1, 3}, .name = "m", .access = Access::kWrite},
      {.op = Op::kReturn, .in = {3}}};
  return function;
}

Unit someUnit() {
  Unit unit{.file = "a.cpp", .language = "cpp", .functions = {someFunction()}};
  NameUse use{.span = {"a.h", {7, 16}}, .text = "user_name", .symbol = "w::P::user_name", .kind = SymbolKind::kField};
  use.declares = true, use.definesHere = true, use.dependent = true, use.pasted = true;
  use.macro = "GET", use.templated = "print<P>", use.objectType = "w::P";
  use.object = {"a.cpp", {1, 2}}, use.declaration = {"a.h", {3, 4}}, use.how = How::kGuessed;
  use.qualifiers = {{{"a.cpp", {5, 6}}, "w"}};
  use.paste = {{"a.cpp", {8, 9}}, "set_", "_x"}, use.bare = true, use.lacking = "no base", use.varying = {"F"};
  use.overrides = {"w::Base::user_name"};
  unit.names = {use};
  unit.stringized = {{{"a.cpp", {8, 9}}, "user_name", "CHECK", true}};
  unit.includes = {{{"a.cpp", {10, 13}}, "a.h", "inc/a.h"}};
  unit.types = {{"w::P", {"user_name", "set_user_name"}}};
  unit.rules = {{.rule = "open",
                 .span = {"a.cpp", {4, 6}},
                 .whole = {"a.cpp", {2, 8}},
                 .nodes = {{"of", {"a.cpp", {5, 6}}}},
                 .why = "a macro",
                 .declared = {"a.h", {1, 2}},
                 .body = true,
                 .instances = {0}}};
  unit.instances = {{{"a.h", {1, 2}}, "both<Lake>", true}};
  unit.reads = {"a.cpp", "a.h"};
  unit.zones = {{"a.h", {{1, 9}, ZoneKind::kInactive}}};
  unit.gaps = {{"b.h", "not found"}};
  return unit;
}

TEST(CodecTest, GivesBackWhatWasPutIn) {
  const auto read = decodeUnit(encodeUnit(someUnit()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(encodeUnit(*read), encodeUnit(someUnit()));
  ASSERT_EQ(read->functions.size(), 1U);
  EXPECT_EQ(dump(read->functions[0]), dump(someFunction()));
  const NameUse& use = read->names.at(0);
  EXPECT_TRUE(use.declares && use.definesHere && use.dependent && use.pasted);
  EXPECT_EQ(use.how, How::kGuessed);
  EXPECT_EQ(use.kind, SymbolKind::kField);
  EXPECT_EQ(use.macro + use.templated + use.objectType, "GETprint<P>w::P");
  EXPECT_EQ(use.paste.argument, (Span{"a.cpp", {8, 9}}));
  EXPECT_EQ(use.paste.before + use.paste.behind + use.lacking, "set__xno base");
  EXPECT_EQ(use.varying.at(0) + use.overrides.at(0), "Fw::Base::user_name");
  EXPECT_TRUE(use.bare && read->stringized.at(0).alone);
  EXPECT_EQ(read->stringized[0].text + read->stringized[0].macro, "user_nameCHECK");
  EXPECT_EQ(use.qualifiers.at(0).span.range, (ByteRange{5, 6}));
  EXPECT_EQ(read->functions[0].facts[1].text[0].offsets, (std::vector<uint32_t>{20, 21, 23}));
  EXPECT_EQ(read->functions[0].facts[1].text[0].quote, '\'');
  EXPECT_EQ(read->functions[0].params[0].type, "pqxx::row");
  EXPECT_EQ(read->zones.at(0).second.kind, ZoneKind::kInactive);
  EXPECT_EQ(read->zones.at(0).second.range, (ByteRange{1, 9}));
  EXPECT_EQ(read->types.at(0).members.at(1), "set_user_name");
  EXPECT_EQ(read->includes.at(0).resolved, "inc/a.h");
  const RuleMatch& match = read->rules.at(0);
  EXPECT_EQ(match.rule + match.why, "opena macro");
  EXPECT_EQ(match.nodes.at(0).name, "of");
  EXPECT_EQ(match.nodes[0].span, (Span{"a.cpp", {5, 6}}));
  EXPECT_EQ(match.span.range, (ByteRange{4, 6}));
  EXPECT_EQ(match.whole.range, (ByteRange{2, 8}));
  EXPECT_EQ(match.declared, (Span{"a.h", {1, 2}}));
  EXPECT_TRUE(match.body);
  EXPECT_EQ(match.instances, (std::vector<uint32_t>{0}));
  EXPECT_EQ(read->instances.at(0).name, "both<Lake>");
  EXPECT_TRUE(read->instances[0].declared == match.declared && read->instances[0].body);
  EXPECT_EQ(read->gaps.at(0).why, "not found");
  EXPECT_EQ(read->reads, (std::vector<std::string>{"a.cpp", "a.h"}));
}

TEST(CodecTest, KeepsBytesThatAreNotUtf8) {
  Unit unit{.file = "caf\xe9.cpp"};
  const auto read = decodeUnit(encodeUnit(unit));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->file, unit.file);
}

TEST(CodecTest, GivesBackACommand) {
  const CppCommand command{.request = {.file = "a.cpp",
                                       .wanted = {"x"},
                                       .types = {"w::P"},
                                       .flow = true,
                                       .instead = {{{"a.h", {1, 3}}, "#i"}}},
                           .root = "/r",
                           .directory = "/r/b",
                           .arguments = {"c++", "-DX=\"é\""},
                           .inferred = true};
  const auto read = decodeCommand(encodeCommand(command));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(encodeCommand(*read), encodeCommand(command));
  EXPECT_EQ(read->arguments, command.arguments);
  EXPECT_TRUE(read->request.flow && read->inferred);
  EXPECT_EQ(read->request.instead.at(0).text, "#i");
}

TEST(CodecTest, GivesBackProblemsOfRules) {
  const auto read = decodeProblems(encodeProblems({{1, RulePart::kReplace, 7, "no node"}}));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->at(0).part, RulePart::kReplace);
  EXPECT_EQ(read->at(0).rule + read->at(0).offset, 8U);
  EXPECT_EQ(read->at(0).message, "no node");
  EXPECT_EQ(decodeProblems("[{\"part\": 3}]").error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(decodeProblems("{}").error().kind, ErrorKind::kCorrupt);
  EXPECT_EQ(decodeProblems("no").error().kind, ErrorKind::kCorrupt);
}

TEST(CodecTest, CallsACommandOfAnotherShapeCorrupt) {
  for (const auto* text : {"", "{", "[]", "{\"root\": 3}", "{\"request\": {\"wanted\": \"x\"}}", "{\"inferred\": 1}"}) {
    const auto read = decodeCommand(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt) << text;
  }
}

void expectCorrupt(const Unit& unit, const std::string& words) {
  const auto read = decodeUnit(encodeUnit(unit));
  ASSERT_FALSE(read) << words;
  EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt);
  EXPECT_THAT(read.error().message, HasSubstr(words));
}

TEST(CodecTest, RejectsFactsThatTheSolverCouldNotWalk) {
  const auto with = [](auto change) {
    Unit unit = someUnit();
    change(unit.functions[0]);
    return unit;
  };
  expectCorrupt(with([](Function& f) { f.facts[2].in[0] = 77; }), "an operand without its definition");
  expectCorrupt(with([](Function& f) { f.facts[1].out = 1; }), "defined twice");
  expectCorrupt(with([](Function& f) { f.facts[1].text[0].offsets.pop_back(); }), "offsets that don't fit");
  expectCorrupt(with([](Function& f) { f.facts[2].keywords.push_back(""); }), "keywords without arguments");
  expectCorrupt(with([](Function& f) { f.facts[3].in.pop_back(); }), "too few operands");
  expectCorrupt(with([](Function& f) { f.facts[0].index = 1; }), "a parameter that is not there");
  expectCorrupt(with([](Function& f) { f.params[0].value = 9; }), "a parameter without its definition");
  expectCorrupt(with([](Function& f) { f.span.range = {5, 4}; }), "a range ends before it begins");
}

TEST(CodecTest, RejectsInstantiationsThatAreNotThere) {
  Unit unit = someUnit();
  unit.rules[0].instances = {1};
  expectCorrupt(unit, "an instantiation that is not there");
}

TEST(CodecTest, RejectsRangesThatNobodyCouldCut) {
  const auto with = [](auto change) {
    Unit unit = someUnit();
    change(unit);
    return unit;
  };
  const auto* turned = "a range ends before it begins";
  expectCorrupt(with([](Unit& u) { u.names[0].paste.argument.range = {5, 4}; }), turned);
  expectCorrupt(with([](Unit& u) { u.stringized[0].span.range = {5, 4}; }), turned);
  expectCorrupt(with([](Unit& u) { u.rules[0].nodes[0].span.range = {5, 4}; }), turned);
  expectCorrupt(with([](Unit& u) { u.zones[0].second.range = {5, 4}; }), turned);
  const auto piece = [&](auto change) { return with([&](Unit& u) { change(u.functions[0].facts[1].text[0]); }); };
  expectCorrupt(piece([](LiteralPiece& p) { p.offsets = {20, 99, 23}; }), "offsets outside of their literal");
  expectCorrupt(piece([](LiteralPiece& p) { p.offsets = {22, 21, 23}; }), "offsets outside of their literal");
  expectCorrupt(piece([](LiteralPiece& p) { p.offsets.clear(), p.value = "four"; }), "a text longer than its literal");
}

TEST(CodecTest, RejectsDeepAndEndlessCbor) {
  for (const char byte : {'\x81', '\x7f', '\x5f', '\x9f', '\xbf', '\xc0', '\xff', '\x1c'}) {
    const auto read = decodeUnit(std::string(1 << 20, byte));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::kCorrupt);
  }
  EXPECT_FALSE(checkCbor(std::string_view("\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9), 4));
  EXPECT_FALSE(checkCbor("", 4));
  EXPECT_TRUE(checkCbor(std::string_view("\x82\x01\x61x", 4), 1));
  EXPECT_FALSE(checkCbor(std::string_view("\x81\x81\x01", 3), 1));
}

TEST(CodecTest, SurvivesAnyChangeOfItsBytes) {
  const std::string good = encodeUnit(someUnit());
  std::mt19937 random(1);
  int rejected = 0;
  for (int i = 0; i < 5'000; ++i) {
    std::string bad = good;
    for (unsigned n = 0; n < 1 + i % 4U; ++n) bad[random() % bad.size()] = static_cast<char>(random());
    if (i % 5 == 0) bad.resize(random() % bad.size());
    const auto read = decodeUnit(bad);
    if (read) continue;
    ++rejected;
    ASSERT_EQ(read.error().kind, ErrorKind::kCorrupt) << read.error().message;
  }
  EXPECT_GT(rejected, 1'000);
}

}  // namespace
}  // namespace gander::rewriter
