#include <gmock/gmock.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "tests/repos/git_fixture.h"

namespace gander::repos {
namespace {

using testing::HasSubstr;
using testing::Not;

class FetchTest : public GitTest {
 protected:
  Error fetchFails(const std::string& url) {
    auto repository = makeMirrors(cache())->fetch(url);
    EXPECT_FALSE(repository) << url << " was fetched";
    return repository ? Error{} : repository.error();
  }

  // The mirror's packs, by name and time of writing.
  std::set<std::pair<std::string, int64_t>> packs() {
    std::set<std::pair<std::string, int64_t>> found;
    for (const auto& entry : std::filesystem::directory_iterator(mirror() / "objects/pack")) {
      found.emplace(entry.path().filename(), entry.last_write_time().time_since_epoch().count());
    }
    return found;
  }

  std::string tip(Repository& repository, const std::string& branch) {
    auto found = repository.findBranch({branch});
    EXPECT_TRUE(found) << found.error().message;
    return found && *found ? (*found)->hex : "";
  }
};

TEST_F(FetchTest, KnowsTheDefaultBranchWhateverItsName) {
  makeRemote("api", {{"a.txt", "one\n"}}, "trunk");
  auto repository = fetch();
  EXPECT_EQ(repository->defaultBranch().value().name, "trunk");
  EXPECT_EQ(tip(*repository, "trunk"), remoteTip("trunk"));
  EXPECT_EQ(tip(*repository, "main"), "");
}

TEST_F(FetchTest, FollowsAChangedDefaultBranch) {
  makeRemote("api", {{"a.txt", "one\n"}});
  fetch().reset();
  git(remote_, {"branch", "next", "main"});
  git(remote_, {"symbolic-ref", "HEAD", "refs/heads/next"});
  EXPECT_EQ(fetch()->defaultBranch().value().name, "next");
}

TEST_F(FetchTest, DownloadsNothingIfNothingChanged) {
  makeRemote("api", {{"a.txt", "one\n"}});
  fetch().reset();
  auto before = packs();
  ASSERT_FALSE(before.empty());
  fetch().reset();
  EXPECT_EQ(packs(), before);
}

TEST_F(FetchTest, DownloadsOnlyWhatIsNew) {
  std::string noise;
  for (int i = 0; i < 200000; ++i) noise += static_cast<char>((i * 2654435761u) >> 13);
  makeRemote("api", {{"big.bin", noise}});
  fetch().reset();
  auto before = packs();
  auto pushed = personPushes("a.txt", "two\n");
  auto repository = fetch();
  EXPECT_EQ(tip(*repository, "main"), pushed);
  uintmax_t added = 0;
  for (const auto& [name, time] : packs()) {
    if (!before.contains({name, time})) added += std::filesystem::file_size(mirror() / "objects/pack" / name);
  }
  EXPECT_GT(added, 0u);
  EXPECT_LT(added, 10000u);
}

TEST_F(FetchTest, FollowsAForceMovedBranch) {
  makeRemote("api", {{"a.txt", "one\n"}});
  fetch().reset();
  git(person_, {"commit", "-q", "--amend", "-m", "another first"});
  git(person_, {"push", "-q", "--force", "origin", "main"});
  EXPECT_EQ(tip(*fetch(), "main"), git(person_, {"rev-parse", "HEAD"}));
}

TEST_F(FetchTest, DropsDeletedBranchesEvenWhereTheirNamesAreInTheWay) {
  makeRemote("api", {{"a.txt", "one\n"}});
  git(remote_, {"branch", "topic", "main"});
  git(remote_, {"branch", "gone", "main"});
  fetch().reset();
  git(remote_, {"branch", "-D", "-q", "topic", "gone"});
  git(remote_, {"branch", "topic/deep", "main"});
  auto repository = fetch();
  EXPECT_EQ(tip(*repository, "gone"), "");
  EXPECT_EQ(tip(*repository, "topic"), "");
  EXPECT_EQ(tip(*repository, "topic/deep"), remoteTip("main"));
}

TEST_F(FetchTest, TakesPathsWithSpacesColonsAndUnicode) {
  makeRemote("die Gänse: süß%20", {{"a.txt", "one\n"}});
  EXPECT_EQ(tip(*fetch(), "main"), remoteTip("main"));
  auto twice = fetch(remote_.string() + "/");
  EXPECT_EQ(tip(*twice, "main"), remoteTip("main"));
  mirror();  // both names are one mirror
}

TEST_F(FetchTest, TakesAFileUrl) {
  makeRemote("my api", {{"a.txt", "one\n"}});
  EXPECT_EQ(tip(*fetch("file://" + root().string() + "/my%20api.git"), "main"), remoteTip("main"));
}

TEST_F(FetchTest, SaysThatARepositoryIsEmpty) {
  git(root(), {"init", "-q", "--bare", root() / "empty.git"});
  auto repository = fetch((root() / "empty.git").string());
  auto branch = repository->defaultBranch();
  ASSERT_FALSE(branch);
  EXPECT_EQ(branch.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(branch.error().message, HasSubstr("empty.git has no commit yet"));
}

TEST_F(FetchTest, SaysThatHeadNamesNoBranch) {
  makeRemote("api", {{"a.txt", "one\n"}});
  git(remote_, {"symbolic-ref", "HEAD", "refs/heads/missing"});
  auto branch = fetch()->defaultBranch();
  ASSERT_FALSE(branch);
  EXPECT_EQ(branch.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(branch.error().message, HasSubstr("HEAD names no branch"));
}

TEST_F(FetchTest, RefusesWhatIsNoRepository) {
  std::filesystem::create_directories(root() / "folder");
  write(root() / "file", "text");
  auto folder = fetchFails((root() / "folder").string());
  EXPECT_EQ(folder.kind, ErrorKind::kNotFound);
  EXPECT_THAT(folder.message, HasSubstr("no git repository is there"));
  auto file = fetchFails((root() / "file").string());
  EXPECT_EQ(file.kind, ErrorKind::kInvalid);
  EXPECT_THAT(file.message, HasSubstr("a file, not the folder of a git repository"));
  auto missing = fetchFails((root() / "missing").string());
  EXPECT_EQ(missing.kind, ErrorKind::kNotFound);
  EXPECT_THAT(missing.message, HasSubstr("No such file or directory"));
  EXPECT_FALSE(std::filesystem::exists(cache()));
}

// Root reads everything, so for root the thread's file access is another user's.
class AsSomebody {
 public:
  AsSomebody() {
    if (::geteuid() == 0) ::setfsuid(65534);
  }
  ~AsSomebody() {
    if (::geteuid() == 0) ::setfsuid(0);
  }
};

TEST_F(FetchTest, SaysThatAFolderIsUnreadable) {
  makeRemote("api", {{"a.txt", "one\n"}});
  namespace fs = std::filesystem;
  fs::permissions(root(), fs::perms(0755));
  fs::create_directories(cache());
  fs::permissions(cache(), fs::perms(0777));
  fs::permissions(remote_, fs::perms::none);
  Error denied;
  {
    AsSomebody somebody;
    denied = fetchFails(remote_.string());
  }
  fs::permissions(remote_, fs::perms(0755));
  EXPECT_EQ(denied.kind, ErrorKind::kDenied);
  EXPECT_THAT(denied.message, HasSubstr("Permission denied"));
}

TEST_F(FetchTest, SaysThatObjectsAreUnreadable) {
  makeRemote("api", {{"a.txt", "one\n"}});
  namespace fs = std::filesystem;
  fs::permissions(root(), fs::perms(0755));
  fs::create_directories(cache());
  fs::permissions(cache(), fs::perms(0777));
  fs::permissions(remote_ / "refs", fs::perms::none);
  Error denied;
  {
    AsSomebody somebody;
    denied = fetchFails(remote_.string());
  }
  fs::permissions(remote_ / "refs", fs::perms(0755));
  EXPECT_EQ(denied.kind, ErrorKind::kDenied) << denied.message;
}

TEST_F(FetchTest, RefusesAnAddressThatIsNone) {
  EXPECT_EQ(fetchFails("").kind, ErrorKind::kInvalid);
  EXPECT_EQ(fetchFails("https://").kind, ErrorKind::kInvalid);
  EXPECT_EQ(fetchFails("gopher://host/x").kind, ErrorKind::kInvalid);
  auto slash = fetchFails("https://ada:open/sesame@host/x");
  EXPECT_EQ(slash.kind, ErrorKind::kInvalid);
  EXPECT_THAT(slash.message, Not(HasSubstr("sesame")));
}

TEST_F(FetchTest, KeepsNoAddressInTheMirror) {
  makeRemote("api", {{"a.txt", "one\n"}});
  fetch().reset();
  EXPECT_FALSE(std::filesystem::exists(mirror() / "FETCH_HEAD"));
  EXPECT_THAT(readFile(mirror() / "config").value(), Not(HasSubstr("remote")));
}

TEST_F(FetchTest, HealsAMirrorThatIsHalfMade) {
  makeRemote("api", {{"a.txt", "one\n"}});
  fetch().reset();
  auto folder = mirror();
  for (const char* damage : {"HEAD", "objects", "refs"}) {
    std::filesystem::remove_all(folder / damage);
    write(folder.string() + ".new/HEAD", "left by a crash");
    EXPECT_EQ(tip(*fetch(), "main"), remoteTip("main")) << damage;
    EXPECT_FALSE(std::filesystem::exists(folder.string() + ".new"));
  }
}

TEST_F(FetchTest, HealsAMirrorWithADamagedPack) {
  makeRemote("api", {{"a.txt", "one\n"}});
  fetch().reset();
  for (const auto& entry : std::filesystem::directory_iterator(mirror() / "objects/pack")) {
    std::filesystem::permissions(entry, std::filesystem::perms(0644));
    std::filesystem::resize_file(entry, 20);
  }
  auto repository = fetch();
  auto listed = repository->listTree({remoteTip("main")});
  ASSERT_TRUE(listed) << listed.error().message;
  EXPECT_EQ(listed->size(), 1u);
}

TEST_F(FetchTest, RemovesLockFilesOfTheDead) {
  makeRemote("api", {{"a.txt", "one\n"}});
  fetch().reset();
  for (const char* lock : {"HEAD.lock", "refs/heads/main.lock", "packed-refs.lock", "config.lock"})
    write(mirror() / lock, "");
  auto pushed = personPushes("a.txt", "two\n");
  EXPECT_EQ(tip(*fetch(), "main"), pushed);
}

TEST_F(FetchTest, KeepsTheMirrorWhileTheRemoteIsAway) {
  makeRemote("api", {{"a.txt", "one\n"}});
  fetch().reset();
  auto before = packs();
  std::filesystem::rename(remote_, remote_.string() + ".away");
  std::filesystem::create_directories(remote_);
  EXPECT_EQ(fetchFails(remote_.string()).kind, ErrorKind::kNotFound);
  EXPECT_EQ(packs(), before);
}

TEST_F(FetchTest, LetsOneUserAtATimeIn) {
  makeRemote("api", {{"a.txt", "one\n"}});
  auto held = fetch();
  auto second = makeMirrors(cache(), {.patience = std::chrono::milliseconds(1)})->fetch(remote_.string());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("used by another gander"));
  held.reset();
  EXPECT_TRUE(makeMirrors(cache(), {.patience = std::chrono::milliseconds(1)})->fetch(remote_.string()));
}

TEST_F(FetchTest, ThreadsTakeTurns) {
  makeRemote("api", {{"a.txt", "one\n"}});
  auto tip = remoteTip("main");
  auto mirrors = makeMirrors(cache());
  std::atomic<int> inside = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        auto repository = mirrors->fetch(remote_.string());
        ASSERT_TRUE(repository) << repository.error().message;
        EXPECT_EQ(++inside, 1);
        auto made = (*repository)->commit({{tip}, {{"n.txt", std::to_string(i)}}, kGander, kMorning, "m"});
        EXPECT_TRUE(made);
        --inside;
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace gander::repos
