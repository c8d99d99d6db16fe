#include "fleet/directory_tree.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/files.h"

namespace gander::fleet {
namespace {

using rewriter::FileKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

class DirectoryTreeTest : public ::testing::Test {
 protected:
  DirectoryTreeTest() : folder_(TemporaryDirectory::make("directory-tree").value()), root_(folder_.path() / "tree") {
    fs::create_directories(root_);
  }

  void put(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    ASSERT_TRUE(writeFile(root_ / path, text).has_value());
  }

  DirectoryTree open(std::vector<std::string> excluded = {}) {
    return DirectoryTree::open(root_, std::move(excluded)).value();
  }

  std::vector<std::string> paths(const DirectoryTree& tree) {
    std::vector<std::string> out;
    for (const auto& entry : tree.list().value()) out.push_back(entry.path);
    return out;
  }

  std::vector<std::string> filesOnDisk() {
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(root_))
      if (entry.symlink_status().type() == fs::file_type::regular)
        out.push_back(fs::relative(entry.path(), root_).string());
    std::ranges::sort(out);
    return out;
  }

  TemporaryDirectory folder_;
  fs::path root_;
};

TEST_F(DirectoryTreeTest, ListsSortedByWholePath) {
  put("a/x", "");
  put("a.txt", "");
  put("b", "");
  EXPECT_THAT(paths(open()), ElementsAre("a.txt", "a/x", "b"));
}

TEST_F(DirectoryTreeTest, LeavesOutGitAndExcludedFolders) {
  put(".git/config", "");
  put("build/made.h", "");
  put("src/build/kept.h", "");
  EXPECT_THAT(paths(open({"build"})), ElementsAre("src/build/kept.h"));
}

TEST_F(DirectoryTreeTest, DoesNotGoIntoASubmodule) {
  put("lib/.git", "gitdir: ../.git/modules/lib");
  put("lib/a.cpp", "");
  auto entries = open().list().value();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].path, "lib");
  EXPECT_EQ(entries[0].kind, FileKind::kSubmodule);
}

TEST_F(DirectoryTreeTest, NamesLinksAndFollowsNone) {
  ASSERT_TRUE(writeFile(folder_.path() / "secret", "s").has_value());
  fs::create_symlink("../secret", root_ / "link");
  fs::create_directory_symlink("..", root_ / "up");
  auto tree = open();
  auto entries = tree.list().value();
  ASSERT_THAT(paths(tree), ElementsAre("link", "up"));
  EXPECT_EQ(entries[0].kind, FileKind::kSymlink);
  EXPECT_EQ(entries[1].kind, FileKind::kSymlink);
  for (const auto* path : {"link", "up/secret"}) {
    auto text = tree.read(path);
    ASSERT_FALSE(text.has_value()) << path;
    EXPECT_EQ(text.error().kind, ErrorKind::kInvalid) << path;
  }
  EXPECT_THAT(tree.read("link").error().message, HasSubstr("symbolic link"));
}

TEST_F(DirectoryTreeTest, RefusesPathsThatAreNone) {
  for (const auto* path : {"", "/etc/passwd", "../secret", "a/../b", "./a", "a//b", ".git/config"}) {
    auto text = open().read(path);
    ASSERT_FALSE(text.has_value()) << path;
    EXPECT_THAT(text.error().message, HasSubstr("not a path of a tree")) << path;
  }
}

TEST_F(DirectoryTreeTest, APipeIsNoFileAndHoldsNobodyUp) {
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(paths(open()).empty());
  EXPECT_THAT(open().read("pipe").error().message, HasSubstr("not a regular file"));
}

TEST_F(DirectoryTreeTest, OpensFoldersOnly) {
  put("file", "");
  EXPECT_EQ(DirectoryTree::open(root_ / "none").error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(DirectoryTree::open(root_ / "file").error().message, HasSubstr("not a folder"));
}

TEST_F(DirectoryTreeTest, ReplaceKeepsModesAndMakesNewFiles) {
  put("run.sh", "old");
  fs::permissions(root_ / "run.sh", fs::perms(0750));
  auto tree = open();
  ASSERT_TRUE(tree.replace({{"run.sh", "new"}, {"beside.txt", "b"}}).has_value());
  EXPECT_EQ(tree.read("run.sh").value(), "new");
  EXPECT_EQ(tree.read("beside.txt").value(), "b");
  EXPECT_EQ(fs::status(root_ / "run.sh").permissions(), fs::perms(0750));
  EXPECT_THAT(filesOnDisk(), ElementsAre("beside.txt", "run.sh"));
}

TEST_F(DirectoryTreeTest, ReplaceTakesFilesAway) {
  put("old.sql", "select 1");
  auto tree = open();
  ASSERT_TRUE(tree.replace({{"new.sql", "select 1"}, {"old.sql", std::nullopt}}).has_value());
  EXPECT_THAT(filesOnDisk(), ElementsAre("new.sql"));
  auto again = tree.replace({{"new.sql", "select 2"}, {"old.sql", std::nullopt}});
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(again.error().message, HasSubstr("remove"));
  EXPECT_EQ(tree.read("new.sql").value(), "select 1");
  fs::create_symlink("new.sql", root_ / "link");
  EXPECT_THAT(tree.replace({{"link", std::nullopt}}).error().message, HasSubstr("symbolic link"));
}

TEST_F(DirectoryTreeTest, ReplaceIsAllOrNothing) {
  put("a", "old");
  put("z", "old");
  fs::create_symlink("a", root_ / "m");
  auto tree = open();
  auto status = tree.replace({{"a", "new"}, {"m", "new"}, {"z", "new"}});
  ASSERT_FALSE(status.has_value());
  EXPECT_THAT(status.error().message, HasSubstr("symbolic link"));
  EXPECT_EQ(tree.read("a").value(), "old");
  EXPECT_EQ(tree.read("z").value(), "old");
  EXPECT_THAT(filesOnDisk(), ElementsAre("a", "z"));
}

}  // namespace
}  // namespace gander::fleet
