#include "fleet/compile_flags.h"

#include <gmock/gmock.h>

namespace gander::fleet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CompileFlagsTest, KeepsWhatMeansSomethingToAParser) {
  auto flags = filterFlags({"/usr/bin/g++",    "-Iinclude", "-I",    "gen",      "-isystem",     "/opt/x",
                            "-DA=1",           "-D",        "B",     "-UC",      "-std=gnu++20", "-fno-rtti",
                            "-fno-exceptions", "-O2",       "-Wall", "-pthread", "-include",     "all.h",
                            "-mavx2",          "-c",        "-o",    "a.o",      "a.cpp"});
  EXPECT_THAT(flags.arguments,
              ElementsAre("clang++", "-Iinclude", "-Igen", "-isystem", "/opt/x", "-DA=1", "-DB", "-UC", "-std=gnu++20",
                          "-fno-rtti", "-fno-exceptions", "-O2", "-Wall", "-pthread", "-include", "all.h", "-mavx2"));
  EXPECT_THAT(flags.dropped, IsEmpty());
}

TEST(CompileFlagsTest, LetsNothingThroughThatRunsOrReadsCode) {
  auto flags = filterFlags({"clang++",
                            "-fplugin=./evil.so",
                            "-Xclang",
                            "-load",
                            "-Xclang",
                            "./evil.so",
                            "-mllvm",
                            "-load=./evil.so",
                            "-B",
                            "tools",
                            "-Btools",
                            "-specs=evil",
                            "--sysroot=/x",
                            "@flags.rsp",
                            "-wrapper",
                            "sh,-c,x",
                            "-fpass-plugin=e.so",
                            "-include-pch",
                            "a.pch",
                            "-Wp,-fplugin=x",
                            "a.cpp"});
  EXPECT_THAT(flags.arguments, ElementsAre("clang++"));
  EXPECT_THAT(flags.dropped,
              ElementsAre("-fplugin=./evil.so", "-Xclang -load", "-Xclang ./evil.so", "-mllvm -load=./evil.so",
                          "-B tools", "-Btools", "-specs=evil", "--sysroot=/x", "@flags.rsp", "-wrapper sh,-c,x",
                          "-fpass-plugin=e.so", "-include-pch a.pch", "-Wp,-fplugin=x"));
}

// Two words that are harmless apart must not become one that is not.
TEST(CompileFlagsTest, AValueNeverBecomesAFlag) {
  auto flags = filterFlags(
      {"clang++", "-include", "-pch=evil.pch", "-I", "-load", "-include-pch=x", "-isystem-after", "y", "-D"});
  EXPECT_THAT(flags.arguments, ElementsAre("clang++"));
  EXPECT_THAT(flags.dropped,
              ElementsAre("-include -pch=evil.pch", "-I -load", "-include -pch=x", "-isystem -after", "-D "));
}

TEST(CompileFlagsTest, LooksBehindLaunchers) {
  EXPECT_THAT(filterFlags({"ccache", "/opt/bin/gcc-12", "-DX", "a.c"}).arguments, ElementsAre("clang", "-DX"));
  EXPECT_THAT(filterFlags({}).arguments, ElementsAre("clang"));
}

TEST(CompileFlagsTest, TakesTheTextOfAPrecompiledHeader) {
  auto flags = filterFlags({"clang++", "-Xclang", "-include-pch", "-Xclang", "/b/cmake_pch.hxx.pch", "-Xclang",
                            "-include", "-Xclang", "/b/cmake_pch.hxx", "a.cpp"});
  EXPECT_THAT(flags.arguments, ElementsAre("clang++", "-include", "/b/cmake_pch.hxx"));
}

TEST(CompileFlagsTest, GccOnlyFlagsAreToldWhereTheyMayMatter) {
  auto flags =
      filterFlags({"g++", "-fconcepts", "-fno-gcse", "-Wno-psabi", "-fno-gnu-unique", "-mno-red-zone",
                   "-fno-canonical-system-headers", "-fno-tree-vectorize", "-mno-sse2", "--coverage", "a.cpp"});
  EXPECT_THAT(flags.arguments, ElementsAre("clang++", "-Wno-psabi", "-mno-sse2"));
  EXPECT_THAT(flags.dropped, ElementsAre("-fconcepts"));
}

TEST(CompileFlagsTest, LooksBehindLibtoolAndEnv) {
  EXPECT_THAT(filterFlags({"/bin/sh", "../libtool", "--tag=CXX", "--mode=compile", "g++", "-DX", "a.cpp"}).arguments,
              ElementsAre("clang++", "-DX"));
  EXPECT_THAT(filterFlags({"env", "A=b", "distcc", "c++", "-DX", "a.cpp"}).arguments, ElementsAre("clang++", "-DX"));
  EXPECT_THAT(filterFlags({"/usr/local/cuda/bin/nvcc", "-DX", "a.cu"}).arguments, ElementsAre("clang++", "-DX"));
}

TEST(CommandLineTest, SplitsAsAShellDoes) {
  EXPECT_THAT(splitCommandLine(R"(g++ -DA="x y" '-DB="q"' -DC=\"s\" a\ b.cpp "" "d\\e\n")"),
              ElementsAre("g++", "-DA=x y", "-DB=\"q\"", "-DC=\"s\"", "a b.cpp", "", "d\\e\\n"));
  EXPECT_THAT(splitCommandLine("  "), IsEmpty());
  EXPECT_THAT(splitCommandLine("a \\\n b\t$X `id` *"), ElementsAre("a", "b", "$X", "`id`", "*"));
}

}  // namespace
}  // namespace gander::fleet
