#include "fleet/commit_tree.h"

#include "tests/fleet/mini_fleet.h"

namespace gander::fleet {
namespace {

using testing::ElementsAre;

TEST_F(MiniFleet, ACommitsTreeIsListedByPathAndFollowsNoLink) {
  makeRepository("acme/a", {{"b.txt", "b"}, {"a/z.txt", "z"}, {"a.txt", "a"}});
  auto tree = root() / "work";
  std::filesystem::create_symlink("/etc/passwd", tree / "link");
  auto commit = git(tree, {"add", "--all"}) + git(tree, {"commit", "--quiet", "--message", "link"}) +
                git(tree, {"push", "--quiet", "origin", "HEAD"}) + git(tree, {"rev-parse", "HEAD"});
  auto repository = mustHave(mirrors_->fetch(bare("acme/a").string()));
  auto opened = CommitTree::open(*repository, {commit.substr(0, 40)});
  ASSERT_TRUE(opened) << opened.error().message;
  std::vector<std::string> paths;
  for (const auto& entry : mustHave(opened->list())) paths.push_back(entry.path);
  EXPECT_THAT(paths, ElementsAre("a.txt", "a/z.txt", "b.txt", "link"));
  EXPECT_EQ(mustHave(opened->read("a/z.txt")), "z");
  auto link = opened->read("link");
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().kind, ErrorKind::kInvalid);
  auto missing = opened->read("no");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace gander::fleet
