#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/repos/git_fixture.h"

namespace gander::repos {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

class TreeTest : public GitTest {
 protected:
  std::map<std::string, TreeEntry> entries(Repository& repository, const std::string& commit) {
    auto listed = repository.listTree({commit});
    EXPECT_TRUE(listed) << listed.error().message;
    if (!listed) return {};
    std::map<std::string, TreeEntry> found;
    for (auto& entry : *listed) found[entry.path] = entry;
    return found;
  }

  // A commit whose tree git itself would never make: `raw` is the tree object's bytes.
  std::string commitRawTree(const std::string& raw) {
    write(root() / "raw", raw);
    auto tree = git(remote_, {"hash-object", "-t", "tree", "--literally", "-w", root() / "raw"});
    auto commit = git(remote_, {"commit-tree", "-m", "crafted", tree});
    git(remote_, {"update-ref", "refs/heads/main", commit});
    return commit;
  }

  // One entry of a raw tree.
  std::string rawEntry(const std::string& mode, const std::string& name, const std::string& id) {
    std::string entry = mode + " " + name + '\0';
    for (size_t i = 0; i < id.size(); i += 2) entry += static_cast<char>(std::stoi(id.substr(i, 2), nullptr, 16));
    return entry;
  }

  std::string blob(const std::string& text) {
    write(root() / "blob", text);
    return git(remote_, {"hash-object", "-w", root() / "blob"});
  }
};

TEST_F(TreeTest, ListsKindsAndSizesSortedByPath) {
  makeRemote("api",
             {{"b/c.txt", "12345"}, {"b.txt", ""}, {"a-b", "x"}, {"süß/ein Name.txt", "1"}, {"\xff\xfe.bin", "1"}});
  write(person_ / "run.sh", "#!/bin/sh\n");
  fs::permissions(person_ / "run.sh", fs::perms(0755));
  fs::create_symlink("b.txt", person_ / "link");
  addSubmodule("module");
  auto commit = personPushes("d", "1");
  auto repository = fetch();
  auto listed = repository->listTree({commit}).value();
  std::vector<std::string> paths;
  for (const auto& entry : listed) paths.push_back(entry.path);
  EXPECT_THAT(paths, ElementsAre("a-b", "b.txt", "b/c.txt", "d", "link", "module", "run.sh", "süß/ein Name.txt",
                                 "\xff\xfe.bin"));
  auto found = entries(*repository, commit);
  EXPECT_EQ(found["b/c.txt"].kind, EntryKind::kFile);
  EXPECT_EQ(found["b/c.txt"].size, 5u);
  EXPECT_EQ(found["run.sh"].kind, EntryKind::kExecutable);
  EXPECT_EQ(found["link"].kind, EntryKind::kSymlink);
  EXPECT_EQ(found["module"].kind, EntryKind::kSubmodule);
  EXPECT_EQ(found["module"].size, 0u);
  EXPECT_EQ(repository->readBlob(found["b/c.txt"].id).value(), "12345");
}

TEST_F(TreeTest, SaysWhatIsMissing) {
  makeRemote("api", {{"a", "1"}});
  auto repository = fetch();
  EXPECT_EQ(repository->readBlob(std::string(40, '1')).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(repository->readBlob("1234").error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(repository->listTree({std::string(40, '1')}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(repository->findBranch({"a..b"}).error().kind, ErrorKind::kInvalid);
}

TEST_F(TreeTest, RefusesTreesThatGitWouldNotMake) {
  makeRemote("api", {{"a", "1"}});
  auto id = blob("evil");
  for (const std::string name : {"..", ".git", ".GiT", ".", "a/b", "../up"}) {
    auto commit = commitRawTree(rawEntry("100644", name, id));
    auto repository = fetch();
    auto listed = repository->listTree({commit});
    ASSERT_FALSE(listed) << name;
    EXPECT_EQ(listed.error().kind, ErrorKind::kInvalid) << name;
    EXPECT_THAT(listed.error().message, HasSubstr("'" + name + "'"));
    EXPECT_EQ(repository->checkout({commit}, root() / "out").error().kind, ErrorKind::kInvalid);
    EXPECT_FALSE(fs::exists(root() / "out"));
  }
}

TEST_F(TreeTest, RefusesALinkAndAFolderOfOneName) {
  makeRemote("api", {{"a", "1"}});
  auto folder = git(remote_, {"rev-parse", "main^{tree}"});
  auto commit = commitRawTree(rawEntry("120000", "x", blob("/tmp")) + rawEntry("40000", "x", folder));
  auto listed = fetch()->listTree({commit});
  ASSERT_FALSE(listed);
  EXPECT_THAT(listed.error().message, HasSubstr("two entries 'x'"));
}

TEST_F(TreeTest, StopsAtATreeThatUnfoldsWithoutEnd) {
  makeRemote("api", {{"a", "1"}});
  auto tree = git(remote_, {"rev-parse", "main^{tree}"});
  std::string raw;
  for (int level = 0; level < 8; ++level) {
    raw.clear();
    for (char c = 'a'; c < 'k'; ++c) raw += rawEntry("40000", std::string(1, c), tree);
    write(root() / "raw", raw);
    tree = git(remote_, {"hash-object", "-t", "tree", "-w", root() / "raw"});
  }
  auto commit = commitRawTree(raw);
  auto listed = fetch()->listTree({commit});
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, ErrorKind::kExhausted);
}

TEST_F(TreeTest, ChecksOutModesLinksAndSubmodules) {
  makeRemote("api", {{"src/süß name.c", "int x;\r\n"}, {".gitattributes", "* text eol=lf\n*.c filter=evil ident\n"}});
  write(person_ / "tool/run.sh", "#!/bin/sh\n");
  fs::permissions(person_ / "tool/run.sh", fs::perms(0755));
  fs::create_symlink("../src", person_ / "tool/src");
  addSubmodule("module/sub");
  auto commit = personPushes("end", "$Id$\n");
  auto stored = git(remote_, {"cat-file", "-s", commit + ":src/süß name.c"});
  auto out = root() / "out";
  ASSERT_TRUE(fetch()->checkout({commit}, out));
  EXPECT_EQ(std::to_string(fs::file_size(out / "src/süß name.c")), stored);
  EXPECT_EQ(readFile(out / "end").value(), "$Id$\n");
  EXPECT_EQ(fs::status(out / "tool/run.sh").permissions(), fs::perms(0755));
  EXPECT_EQ(fs::status(out / "end").permissions(), fs::perms(0644));
  EXPECT_EQ(fs::read_symlink(out / "tool/src"), "../src");
  EXPECT_TRUE(fs::is_empty(out / "module/sub"));
  EXPECT_FALSE(fs::exists(out / ".git"));
}

TEST_F(TreeTest, MakesOnlyLinksThatStayInside) {
  makeRemote("api", {{"d/e/f/file", "1"}});
  const std::map<std::string, std::string> inside = {
      {"ok1", "d/e"}, {"d/e/ok2", "../.."}, {"d/e/f/ok3", "../../../d/./e"}, {"dangling", "nowhere"}};
  const std::map<std::string, std::string> outside = {
      {"bad1", "/etc"},
      {"bad2", ".."},
      {"d/bad3", "../../x"},
      {"bad4", "d/../../etc"},
      // d/e/ok2 is a link to the root, so from there ".." is outside, though the text says "d"
      {"bad5", "d/e/ok2/../secret"}};
  for (const auto* links : {&inside, &outside}) {
    for (const auto& [path, target] : *links) fs::create_symlink(target, person_ / path);
  }
  auto commit = personPushes("end", "1");
  auto out = root() / "out";
  ASSERT_TRUE(fetch()->checkout({commit}, out));
  for (const auto& [path, target] : inside) EXPECT_EQ(fs::read_symlink(out / path), target);
  for (const auto& [path, target] : outside) EXPECT_FALSE(fs::is_symlink(fs::symlink_status(out / path))) << path;
}

TEST_F(TreeTest, ChecksOutIntoAnEmptyFolderOnly) {
  makeRemote("api", {{"a", "new"}});
  write(root() / "out/a", "mine");
  auto status = fetch()->checkout({remoteTip("main")}, root() / "out");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(readFile(root() / "out/a").value(), "mine");
}

}  // namespace
}  // namespace gander::repos
