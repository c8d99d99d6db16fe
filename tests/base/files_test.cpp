#include "base/files.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace gander {
namespace {

TEST(FilesTest, ManyMayRemoveOneTree) {
  auto folder = TemporaryDirectory::make("files");
  ASSERT_TRUE(folder) << folder.error().message;
  const auto tree = folder->path() / "tree";
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 30; ++i) {
      ASSERT_TRUE(ensureDirectory(tree / std::to_string(i)));
      ASSERT_TRUE(writeFile(tree / std::to_string(i) / "file", "text"));
    }
    std::array<Status, 4> removed;
    {
      std::vector<std::jthread> threads;
      for (auto& one : removed) threads.emplace_back([&] { one = removeTree(tree); });
    }
    for (const auto& one : removed) EXPECT_TRUE(one) << one.error().message;
    EXPECT_FALSE(std::filesystem::exists(tree));
  }
  EXPECT_TRUE(removeTree(tree)) << "what is not there";
}

}  // namespace
}  // namespace gander
