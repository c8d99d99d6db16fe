#include "pr-bot/embedded_forge.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "pr-bot/testing/memory_records.h"
#include "tests/pr-bot/forge_suite.h"
#include "tests/pr-bot/records_suite.h"

namespace gander::prbot {
namespace {

using testing::HasSubstr;

struct MemoryFixture {
  PullRequestRecords& records() { return memory_; }
  size_t commentCount() const { return memory_.said().size(); }
  MemoryRecords memory_;
};
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, RecordsSuite, MemoryFixture);

// What git looks for to tell a bare repository, with a branch where there is a commit.
std::filesystem::path makeBare(const std::filesystem::path& path, const std::string& commit = "") {
  EXPECT_TRUE(ensureDirectory(path / "objects"));
  EXPECT_TRUE(ensureDirectory(path / "refs/heads"));
  EXPECT_TRUE(writeFile(path / "HEAD", "ref: refs/heads/main\n"));
  if (!commit.empty()) EXPECT_TRUE(writeFile(path / "refs/heads/main", commit + "\n"));
  return path;
}

// Merges what stands at the heads that branches have.
class HeadsMerger final : public BranchMerger {
 public:
  Result<std::string> merge(const MergeRequest& request) override {
    if (heads[request.branch] != request.head) return fail(ErrorKind::kConflict, "the branch moved");
    return std::string(40, 'e');
  }
  std::map<std::string, std::string> heads;
};

// The behaviour of every forge, of this one too.
struct EmbeddedFixture {
  Forge& forge() { return *forge_; }
  std::string cloneUrl() const { return repository_.string(); }
  void push(const std::string& branch, const std::string& commit) { merger_.heads[branch] = commit; }

  TemporaryDirectory folder_ = *TemporaryDirectory::make("forge");
  std::filesystem::path repository_ = makeBare(folder_.path() / "acme/plays.git", std::string(40, '1'));
  MemoryRecords records_;
  HeadsMerger merger_;
  ManualClock clock_{Time(std::chrono::seconds(1'700'000'000))};
  std::unique_ptr<Forge> forge_ = *makeEmbeddedForge({folder_.path(), records_, merger_, clock_});
};
INSTANTIATE_TYPED_TEST_SUITE_P(Embedded, ForgeSuite, EmbeddedFixture);

// Merges whatever stands at the one head that it was told of.
class OneHeadMerger final : public BranchMerger {
 public:
  Result<std::string> merge(const MergeRequest& request) override {
    requests.push_back(request);
    if (request.head != head) return fail(ErrorKind::kConflict, "the branch moved");
    return std::string(40, 'e');
  }
  std::string head;
  std::vector<MergeRequest> requests;
};

class EmbeddedForgeTest : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryDirectory::make("forge");
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
  }
  std::filesystem::path makeBare(const std::string& name) { return prbot::makeBare(folder_->path() / name); }
  std::unique_ptr<Forge> open() {
    auto forge = makeEmbeddedForge({folder_->path(), records_, merger_, clock_});
    EXPECT_TRUE(forge) << forge.error().message;
    return forge ? std::move(*forge) : nullptr;
  }
  static PullRequestText text(const std::string& head) {
    return {"acme/plays", "gander/x", "main", head, "Title", "Body", false};
  }

  std::optional<TemporaryDirectory> folder_;
  MemoryRecords records_;
  OneHeadMerger merger_;
  ManualClock clock_{Time(std::chrono::seconds(1'700'000'000))};
};

TEST_F(EmbeddedForgeTest, RefusesAFolderThatIsNoForge) {
  auto empty = makeEmbeddedForge({folder_->path(), records_, merger_, clock_});
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(empty.error().message, HasSubstr("holds no bare git repository"));
  auto missing = makeEmbeddedForge({folder_->path() / "no", records_, merger_, clock_});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
}

TEST_F(EmbeddedForgeTest, NamesARepositoryByItsPlace) {
  auto path = makeBare("acme/plays.git");
  makeBare("plain");
  auto forge = open();
  EXPECT_EQ(*forge->repositoryName(path.string()), "acme/plays");
  EXPECT_EQ(*forge->repositoryName("file://" + path.string() + "/"), "acme/plays");
  EXPECT_EQ(*forge->repositoryName((folder_->path() / "plain").string()), "plain");
  auto outside = forge->repositoryName("/usr/acme.git");
  ASSERT_FALSE(outside);
  EXPECT_THAT(outside.error().message, HasSubstr("is not in the forge's folder"));
  EXPECT_FALSE(forge->repositoryName((folder_->path() / "acme").string()));
  EXPECT_FALSE(forge->repositoryName(folder_->path().string()));
}

TEST_F(EmbeddedForgeTest, KeepsOneOpenPullRequestForABranch) {
  makeBare("acme/plays.git");
  auto forge = open();
  auto first = forge->ensure(text("1"));
  ASSERT_TRUE(first) << first.error().message;
  auto second = forge->ensure(text("2"));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->number, first->number);
  EXPECT_EQ(records_.all().size(), 1);
  EXPECT_EQ((*forge->find("acme/plays", "gander/x", "main", 0))->text.head, "2");
}

TEST_F(EmbeddedForgeTest, MergesOnceAndOnlyTheGivenHead) {
  auto path = makeBare("acme/plays.git");
  auto forge = open();
  auto opened = forge->ensure(text("1"));
  ASSERT_TRUE(opened);
  merger_.head = "1";
  auto stale = forge->merge("acme/plays", opened->number, {.head = "0"});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::kConflict);
  EXPECT_EQ((*forge->find("acme/plays", "gander/x", "main", 0))->state, PullRequestState::kOpen);
  auto merged = forge->merge("acme/plays", opened->number, {.head = "1"});
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(merged->merged, std::string(40, 'e'));
  EXPECT_EQ(merger_.requests.back().repository, std::filesystem::canonical(path));
  EXPECT_EQ(merger_.requests.back().message, "Merge #1: Title\n");
  ASSERT_TRUE(forge->merge("acme/plays", opened->number, {.head = "1"}));
  EXPECT_EQ(merger_.requests.size(), 2);
}

TEST_F(EmbeddedForgeTest, RemembersWhyOneWasClosed) {
  makeBare("acme/plays.git");
  auto forge = open();
  ASSERT_TRUE(forge->ensure(text("1")));
  auto closed = forge->close("acme/plays", 1, "not ours");
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->reason, "not ours");
  auto merged = forge->merge("acme/plays", 1, {.head = "1"});
  ASSERT_FALSE(merged);
  EXPECT_THAT(merged.error().message, HasSubstr("is closed: not ours"));
  EXPECT_FALSE(forge->close("acme/plays", 2, "x"));
}

}  // namespace
}  // namespace gander::prbot
