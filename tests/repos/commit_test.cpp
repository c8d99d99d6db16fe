#include <gmock/gmock.h>

#include "tests/repos/git_fixture.h"

namespace gander::repos {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class CommitTest : public GitTest {
 protected:
  Result<CommitId> commit(Repository& repository, std::map<std::string, std::optional<std::string>> files) {
    return repository.commit({{remoteTip("main")},
                              std::move(files),
                              kGander,
                              kMorning,
                              "Rename\n\nGander-Migration: m\nGander-Rewrite: 12\n"});
  }

  std::string inMirror(std::vector<std::string> arguments) { return git(mirror(), std::move(arguments)); }
};

TEST_F(CommitTest, ReplacesBytesAndKeepsModes) {
  makeRemote("api", {{"src/a.c", "int a;\n"}, {"README", "hello\n"}});
  write(person_ / "run.sh", "old\n");
  fs::permissions(person_ / "run.sh", fs::perms(0755));
  personPushes("z", "1");
  auto repository = fetch();
  auto made =
      commit(*repository, {{"run.sh", "new\n"}, {"src/a.c", "int b;\r\n\xff"}, {"src/new/süß name", "x"}}).value();
  EXPECT_EQ(inMirror({"-c", "core.quotePath=false", "ls-tree", "-r", "--format=%(objectmode) %(path)", made.hex}),
            "100644 README\n"
            "100755 run.sh\n"
            "100644 src/a.c\n"
            "100644 src/new/süß name\n"
            "100644 z");
  EXPECT_EQ(inMirror({"show", made.hex + ":src/a.c"}), "int b;\r\n\xff");
  EXPECT_EQ(inMirror({"show", made.hex + ":README"}), "hello");
  EXPECT_EQ(inMirror({"fsck", "--strict", made.hex}), "");
}

TEST_F(CommitTest, TakesFilesAway) {
  makeRemote("api", {{"models/plays_v1.sql", "select 1\n"}, {"models/alone/x.sql", "2\n"}, {"z", "1\n"}});
  auto repository = fetch();
  auto made = commit(*repository, {{"models/plays_v1.sql", std::nullopt},
                                   {"models/plays_v2.sql", "select 1\n"},
                                   {"models/alone/x.sql", std::nullopt}})
                  .value();
  EXPECT_EQ(inMirror({"ls-tree", "-r", "--name-only", made.hex}), "models/plays_v2.sql\nz");
  EXPECT_EQ(inMirror({"fsck", "--strict", made.hex}), "");
  auto missing = commit(*repository, {{"absent", std::nullopt}});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(missing.error().message, HasSubstr("absent is not edited: it is to go away, and is not there"));
}

TEST_F(CommitTest, IsDeterministic) {
  makeRemote("api", {{"a", "1\n"}});
  auto first = commit(*fetch(), {{"a", "2\n"}}).value();
  fs::remove_all(cache());
  auto second = commit(*fetch(), {{"a", "2\n"}}).value();
  EXPECT_EQ(first, second);
  EXPECT_EQ(inMirror({"show", "-s", "--format=%an <%ae> %ad|%cn <%ce> %cd", "--date=raw", second.hex}),
            "gander <gander@example.org> 1700000000 +0000|gander <gander@example.org> 1700000000 +0000");
  EXPECT_EQ(inMirror({"show", "-s", "--format=%(trailers:key=Gander-Migration,valueonly)", second.hex}), "m\n");
}

TEST_F(CommitTest, ReadsCommitsBack) {
  makeRemote("api", {{"a", "1\n"}});
  auto first = remoteTip("main");
  auto second = personPushes("a", "2\n");
  auto repository = fetch();
  auto third = commit(*repository, {{"a", "3\n"}}).value();
  auto info = repository->readCommit(third).value();
  EXPECT_EQ(info.parents, std::vector<CommitId>{{second}});
  EXPECT_EQ(info.tree.hex, inMirror({"rev-parse", third.hex + "^{tree}"}));
  EXPECT_EQ(info.author.name, "gander");
  EXPECT_EQ(info.committer.email, "gander@example.org");
  EXPECT_EQ(info.message, "Rename\n\nGander-Migration: m\nGander-Rewrite: 12\n");
  auto between = repository->commitsBetween({first}, third).value();
  ASSERT_EQ(between.size(), 2u);
  EXPECT_EQ(between[0].id, third);
  EXPECT_EQ(between[1].id.hex, second);
  EXPECT_EQ(between[1].author.name, "Ada");
  EXPECT_TRUE(repository->commitsBetween(third, third).value().empty());
}

TEST_F(CommitTest, NeverGoesThroughALinkOrASubmodule) {
  makeRemote("api", {{"dir/file", "1\n"}});
  fs::create_symlink("/etc", person_ / "a");
  fs::create_symlink("file", person_ / "dir/link");
  addSubmodule("module");
  personPushes("z", "1");
  auto repository = fetch();
  const std::map<std::string, std::string> refused = {{"a/passwd", "a is a symbolic link"},
                                                      {"a", "it is a symbolic link"},
                                                      {"dir/link", "it is a symbolic link"},
                                                      {"module/x", "module is a submodule"},
                                                      {"module", "it is a submodule"},
                                                      {"dir", "it is a folder"},
                                                      {"dir/file/x", "dir/file is a file"},
                                                      {"../x", "leaves the tree"},
                                                      {"dir/../x", "leaves the tree"},
                                                      {".git/config", "names git's own"},
                                                      {"dir/.GIT/hooks/x", "names git's own"},
                                                      {"/etc/passwd", "is absolute"},
                                                      {"", "is empty"},
                                                      {"dir//x", "has an empty part"},
                                                      {"dir/", "has an empty part"},
                                                      {std::string("x\0y", 3), "holds a zero byte"}};
  for (const auto& [path, why] : refused) {
    auto made = commit(*repository, {{path, "evil"}});
    ASSERT_FALSE(made) << path;
    EXPECT_EQ(made.error().kind, ErrorKind::kInvalid) << path;
    EXPECT_THAT(made.error().message, HasSubstr(why)) << path;
  }
}

TEST_F(CommitTest, RefusesPathsThatContradictEachOther) {
  makeRemote("api", {{"a", "1\n"}});
  auto made = commit(*fetch(), {{"n", "1"}, {"n-", "1"}, {"n/x", "1"}});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("n is to be a file too"));
}

TEST_F(CommitTest, RefusesAnAuthorWithoutAName) {
  makeRemote("api", {{"a", "1\n"}});
  auto made = fetch()->commit({{remoteTip("main")}, {{"a", "2"}}, {"", "x@y"}, kMorning, "m"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kInvalid) << made.error().message;
}

class MergeTest : public CommitTest {
 protected:
  std::vector<CommitId> branches(std::map<std::string, std::optional<std::string>> ours,
                                 std::map<std::string, std::optional<std::string>> theirs) {
    repository_ = fetch();
    return {commit(*repository_, std::move(ours)).value(), commit(*repository_, std::move(theirs)).value()};
  }

  Result<CommitId> merge(const std::vector<CommitId>& sides) {
    return repository_->merge(sides[0], sides[1], kGander, kMorning, "Merge\n");
  }

  std::unique_ptr<Repository> repository_;
};

TEST_F(MergeTest, MergesWhatDoesNotMeet) {
  makeRemote("api", {{"a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"}, {"b", "1\n"}});
  auto sides =
      branches({{"a", "one\n2\n3\n4\n5\n6\n7\n8\n9\n"}}, {{"a", "1\n2\n3\n4\n5\n6\n7\n8\nnine\n"}, {"b", "2\n"}});
  auto merged = merge(sides).value();
  EXPECT_EQ(repository_->readCommit(merged).value().parents, sides);
  EXPECT_EQ(inMirror({"show", merged.hex + ":a"}), "one\n2\n3\n4\n5\n6\n7\n8\nnine");
  EXPECT_EQ(inMirror({"show", merged.hex + ":b"}), "2");
  EXPECT_EQ(merge(sides).value(), merged);
}

TEST_F(MergeTest, NamesThePathsInConflict) {
  makeRemote("api", {{"a", "1\n"}, {"dir/b", "1\n"}, {"c", "1\n"}});
  auto sides = branches({{"a", "2\n"}, {"dir/b", "2\n"}, {"c", "2\n"}}, {{"a", "3\n"}, {"dir/b", "3\n"}, {"c", "2\n"}});
  auto merged = merge(sides);
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(merged.error().message, testing::EndsWith("both changed a, dir/b"));
}

TEST_F(MergeTest, PrintsTheDifferenceAsGitDoes) {
  makeRemote("api", {{"a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"},
                     {"süß", "1\n"},
                     {"gone", "bye\n"},
                     {"old", "some\nlines\nto\nfind\nagain\n"}});
  auto before = remoteTip("main");
  write(person_ / "a", "1\n2\n3\n4\nfive\n6\n7\n8\n9");
  write(person_ / "süß", "2\n");
  write(person_ / "bin", std::string("\0\1\2", 3));
  fs::remove(person_ / "gone");
  fs::rename(person_ / "old", person_ / "moved");
  fs::permissions(person_ / "a", fs::perms(0755));
  auto after = personPushes("new", "hello\n");
  EXPECT_EQ(fetch()->diff({before}, {after}).value(), git(remote_, {"diff", before, after}) + "\n");
  EXPECT_EQ(fetch()->diff({before}, {before}).value(), "");
}

}  // namespace
}  // namespace gander::repos
