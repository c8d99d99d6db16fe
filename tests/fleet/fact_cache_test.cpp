#include "fleet/fact_cache.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/files.h"

namespace gander::fleet {
namespace {

namespace fs = std::filesystem;
using rewriter::Input;
using rewriter::InputKind;

constexpr std::string_view kInside = "/gander/tree";

// One unit of a tree: main.cpp reads include/a.h, and looked for first/a.h before.
class FactCacheTest : public ::testing::Test {
 protected:
  FactCacheTest() : folder_(TemporaryDirectory::make("fact-cache").value()) {
    makeTree("tree");
    write("parser", "program 1");
    unit_.file = "main.cpp";
    unit_.language = "cpp";
    unit_.gaps = {{"main.cpp", "gone.h: not found"}};
  }

  void makeTree(const std::string& name) {
    fs::create_directories(path(name) / "include");
    write(name + "/main.cpp", "#include \"a.h\"\n");
    write(name + "/include/a.h", "int a;\n");
  }
  fs::path path(const std::string& name) const { return folder_.path() / name; }
  void write(const std::string& name, std::string_view text) { ASSERT_TRUE(writeFile(path(name), text).has_value()); }

  std::unique_ptr<FactCache> open(const std::string& tree = "tree", uint64_t bytes = 1 << 20) {
    const FactCache::Places places{.host = fs::canonical(path(tree)),
                                   .inside = kInside,
                                   .program = path("parser"),
                                   .programInside = "/gander/cpp"};
    return FactCache::open(path("cache"), places, {.bytes = bytes}).value();
  }

  Input file(InputKind kind, const std::string& host, const std::string& inside) const {
    struct stat found{};
    EXPECT_EQ(::stat(path(host).c_str(), &found), 0);
    Input input{.path = inside, .kind = kind, .size = static_cast<uint64_t>(found.st_size)};
    input.modified =
        static_cast<uint64_t>(found.st_mtim.tv_sec) * 1'000'000'000U + static_cast<uint64_t>(found.st_mtim.tv_nsec);
    return input;
  }
  std::vector<Input> inputs() const {
    const std::string root(kInside);
    return {file(InputKind::kRead, "tree/main.cpp", root + "/main.cpp"),
            file(InputKind::kRead, "tree/include/a.h", root + "/include/a.h"),
            {.path = root + "/first/a.h", .kind = InputKind::kAbsent},
            {.path = root + "/include", .kind = InputKind::kFolder},
            {.path = root + "/include", .kind = InputKind::kLink, .target = root + "/include"},
            {.path = root, .kind = InputKind::kLink, .target = root},
            file(InputKind::kProgram, "parser", "/gander/cpp")};
  }

  std::string facts() const { return rewriter::encodeUnit(unit_); }
  void store() { open()->store("key", inputs(), facts()); }
  // What a later run finds.
  std::string found(const std::string& tree = "tree") { return open(tree)->find("key").value_or(""); }

  TemporaryDirectory folder_;
  rewriter::Unit unit_;
};

TEST_F(FactCacheTest, WhatWasKeptIsFound) {
  EXPECT_EQ(found(), "");
  store();
  EXPECT_EQ(found(), facts());
  EXPECT_FALSE(open()->find("other").has_value());
}

TEST_F(FactCacheTest, TheSameTextsElsewhereWillDo) {
  store();
  makeTree("later");
  EXPECT_EQ(found("later"), facts());
}

TEST_F(FactCacheTest, ANewTextOfAHeaderEndsIt) {
  store();
  write("tree/include/a.h", "int b;\n");
  EXPECT_EQ(found(), "");
  write("tree/include/a.h", "int a;\n");
  EXPECT_EQ(found(), facts());
}

TEST_F(FactCacheTest, AHeaderThatIsGoneEndsIt) {
  store();
  fs::remove(path("tree/include/a.h"));
  EXPECT_EQ(found(), "");
}

TEST_F(FactCacheTest, AHeaderThatAppearsEarlierOnTheSearchPathEndsIt) {
  store();
  fs::create_directories(path("tree/first"));
  EXPECT_EQ(found(), facts());
  write("tree/first/a.h", "int b;\n");
  EXPECT_EQ(found(), "");
}

TEST_F(FactCacheTest, AFolderThatLeadsElsewhereEndsIt) {
  store();
  fs::rename(path("tree/include"), path("tree/moved"));
  fs::create_directory_symlink("moved", path("tree/include"));
  EXPECT_EQ(found(), "");
}

TEST_F(FactCacheTest, AnotherParserEndsIt) {
  store();
  write("parser", "program 22");
  EXPECT_EQ(found(), "");
}

// The text changed after the parser read it: the facts are of the old text, and the digest would be of the new one.
TEST_F(FactCacheTest, AFileThatChangedMeanwhileKeepsNothing) {
  const auto seen = inputs();
  write("tree/include/a.h", "int b, c;\n");
  open()->store("key", seen, facts());
  EXPECT_EQ(found(), "");
}

// The parser may be in the hands of what it parses: what it claims to have read must not make us read the kernel's own.
TEST_F(FactCacheTest, WhatTheSystemShowsOfItselfIsNoInput) {
  auto seen = inputs();
  seen.push_back({.path = "/proc/self/environ", .kind = InputKind::kRead});
  open()->store("key", seen, facts());
  EXPECT_EQ(found(), "");
}

TEST_F(FactCacheTest, APipeHoldsNobodyUp) {
  auto seen = inputs();
  ASSERT_EQ(::mkfifo(path("tree/pipe").c_str(), 0600), 0);
  seen.push_back(file(InputKind::kRead, "tree/pipe", std::string(kInside) + "/pipe"));
  open()->store("key", seen, facts());
  EXPECT_EQ(found(), "");
}

TEST_F(FactCacheTest, WhatSaysNothingOfItsInputsIsNotKept) {
  open()->store("key", {}, facts());
  EXPECT_EQ(found(), "");
}

TEST_F(FactCacheTest, ADamagedEntryIsNone) {
  store();
  const auto entry = path("cache/key.facts");
  const auto text = readFile(entry).value();
  for (size_t at = 0; at < text.size(); at += 7) {
    auto damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    ASSERT_TRUE(writeFile(entry, damaged).has_value());
    EXPECT_EQ(found(), "") << at;
  }
  ASSERT_TRUE(writeFile(entry, text.substr(0, text.size() / 2)).has_value());
  EXPECT_EQ(found(), "");
  store();
  EXPECT_EQ(found(), facts());
}

TEST_F(FactCacheTest, WhatWasUsedLongestAgoGoes) {
  auto cache = open();
  for (const auto* key : {"a", "b", "c"}) cache->store(key, inputs(), facts());
  const auto size = fs::file_size(path("cache/a.facts"));
  const auto now = fs::file_time_type::clock::now();
  fs::last_write_time(path("cache/a.facts"), now - std::chrono::hours(3));
  fs::last_write_time(path("cache/b.facts"), now - std::chrono::hours(2));
  fs::last_write_time(path("cache/c.facts"), now - std::chrono::hours(1));
  EXPECT_TRUE(open()->find("a").has_value());  // used just now
  open("tree", 2 * size)->shrink();
  EXPECT_TRUE(fs::exists(path("cache/a.facts")));
  EXPECT_FALSE(fs::exists(path("cache/b.facts")));
  EXPECT_TRUE(fs::exists(path("cache/c.facts")));
}

TEST_F(FactCacheTest, ManyAtOnceSeeWholeEntries) {
  std::vector<std::jthread> threads;
  for (int at = 0; at < 4; ++at)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        auto cache = open();
        cache->store("key", inputs(), facts());
        EXPECT_EQ(cache->find("key"), facts());
      }
    });
}

}  // namespace
}  // namespace gander::fleet
