#include "rewriter/facts/builder.h"

#include <gtest/gtest.h>

#include "rewriter/facts/dump.h"

namespace gander::rewriter {
namespace {

FunctionBuilder makeBuilder() { return FunctionBuilder(Function{.symbol = "f"}); }

ValueId addConst(FunctionBuilder& builder, const std::string& text) {
  return builder.add({.op = Op::kConst, .text = {{.value = text}}});
}

void addReturn(FunctionBuilder& builder, ValueId value) { builder.add({.op = Op::kReturn, .in = {value}}); }

TEST(BuilderTest, JoinsTheBranchesOfAnIf) {
  auto builder = makeBuilder();
  builder.write("x", addConst(builder, "before"));
  const auto then = builder.makeBlock();
  const auto after = builder.makeBlock();
  builder.jumpTo(then);
  builder.jumpTo(after);
  builder.seal(then);
  builder.enter(then);
  builder.write("x", addConst(builder, "then"));
  builder.jumpTo(after);
  builder.seal(after);
  builder.enter(after);
  addReturn(builder, builder.read("x"));
  EXPECT_EQ(dump(builder.finish()),
            "fn f()\n  %1 = const \"before\"\n  %2 = const \"then\"\n  %3 = phi %1 %2\n  return %3\n");
}

TEST(BuilderTest, CarriesALoopVariableAround) {
  auto builder = makeBuilder();
  builder.write("x", addConst(builder, "first"));
  const auto loop = builder.makeBlock();
  builder.jumpTo(loop);
  builder.enter(loop);
  const ValueId next = builder.add({.op = Op::kUnknown, .in = {builder.read("x")}});
  builder.write("x", next);
  builder.jumpTo(loop);
  builder.seal(loop);
  EXPECT_EQ(dump(builder.finish()), "fn f()\n  %1 = const \"first\"\n  %2 = phi %1 %3\n  %3 = unknown %2\n");
}

TEST(BuilderTest, DropsThePhiOfAVariableThatTheLoopOnlyReads) {
  auto builder = makeBuilder();
  builder.write("x", builder.addParameter({.name = "x"}, {}));
  const auto outer = builder.makeBlock();
  builder.jumpTo(outer);
  builder.enter(outer);
  const auto inner = builder.makeBlock();
  builder.jumpTo(inner);
  builder.enter(inner);
  builder.add({.op = Op::kUnknown, .in = {builder.read("x")}});
  builder.jumpTo(inner);
  builder.seal(inner);
  builder.jumpTo(outer);
  builder.seal(outer);
  EXPECT_EQ(dump(builder.finish()), "fn f(x)\n  %1 = param 0 x\n  %2 = unknown %1\n");
}

TEST(BuilderTest, SaysThatAnUndefinedVariableHasNoValue) {
  auto builder = makeBuilder();
  const auto left = builder.makeBlock();
  const auto after = builder.makeBlock();
  builder.jumpTo(left);
  builder.jumpTo(after);
  builder.seal(left);
  builder.enter(left);
  builder.jumpTo(after);
  builder.seal(after);
  builder.enter(after);
  EXPECT_EQ(builder.read("print"), kNoValue);
  EXPECT_EQ(dump(builder.finish()), "fn f()\n");
}

TEST(BuilderTest, TakesTheOneDefinitionWhereTheOtherPathHasNone) {
  auto builder = makeBuilder();
  const auto left = builder.makeBlock();
  const auto after = builder.makeBlock();
  builder.jumpTo(left);
  builder.jumpTo(after);
  builder.seal(left);
  builder.enter(left);
  builder.write("x", addConst(builder, "left"));
  builder.jumpTo(after);
  builder.seal(after);
  builder.enter(after);
  addReturn(builder, builder.read("x"));
  EXPECT_EQ(dump(builder.finish()), "fn f()\n  %1 = const \"left\"\n  return %1\n");
}

TEST(BuilderTest, GivesWritesNoValue) {
  auto builder = makeBuilder();
  const ValueId base = builder.addParameter({.name = "self"}, {});
  EXPECT_EQ(builder.add({.op = Op::kMember, .in = {base, base}, .name = "x", .access = Access::kWrite}), kNoValue);
  EXPECT_NE(builder.add({.op = Op::kMember, .in = {base}, .name = "x"}), kNoValue);
}

TEST(BuilderTest, WalksALongChainOfJoinsWithoutRecursion) {
  auto builder = makeBuilder();
  builder.write("x", addConst(builder, "only"));
  for (int i = 0; i < 50'000; ++i) {
    const auto then = builder.makeBlock();
    const auto after = builder.makeBlock();
    builder.jumpTo(then);
    builder.jumpTo(after);
    builder.seal(then);
    builder.enter(then);
    builder.jumpTo(after);
    builder.seal(after);
    builder.enter(after);
  }
  addReturn(builder, builder.read("x"));
  EXPECT_EQ(dump(builder.finish()), "fn f()\n  %1 = const \"only\"\n  return %1\n");
}

}  // namespace
}  // namespace gander::rewriter
