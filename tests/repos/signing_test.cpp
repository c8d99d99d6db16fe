// Commits that git verifies, and who made them.
#include <gmock/gmock.h>

#include "tests/repos/git_fixture.h"
#include "tests/repos/real_servers.h"

namespace gander::repos {
namespace {

using testing::HasSubstr;

class SigningTest : public GitTest {
 protected:
  void SetUp() override {
    GitTest::SetUp();
    makeRemote("api", {{"a.txt", "one\n"}});
  }

  std::filesystem::path makeKey(const std::string& kind, const std::string& passphrase = "") {
    auto file = root() / ("key-" + kind + (passphrase.empty() ? "" : "-locked"));
    mustRun({"/usr/bin/ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "gander", "-f", file.string()}, root());
    return file;
  }

  Result<CommitId> commitWith(const std::filesystem::path& key) {
    repository_.reset();
    auto fetched = makeMirrors(cache(), {.signing = Signing{.key = key}})->fetch(remote_.string());
    EXPECT_TRUE(fetched) << fetched.error().message;
    repository_ = std::move(*fetched);
    return repository_->commit({{remoteTip("main")}, {{"a.txt", "two\n"}}, kGander, kMorning, "Rename a field\n"});
  }

  int verify(const CommitId& commit, const std::filesystem::path& key) {
    auto line = readFile(std::filesystem::path(key.string() + ".pub")).value();
    write(root() / "signers", kGander.email + " " + line);
    return tryGit(mirror(),
                  {"-c", "gpg.format=ssh", "-c", "gpg.ssh.allowedSignersFile=" + (root() / "signers").string(),
                   "verify-commit", commit.hex});
  }

  std::unique_ptr<Repository> repository_;
};

TEST_F(SigningTest, GitVerifiesIt) {
  auto stranger = makeKey("ed25519", "");
  std::filesystem::rename(stranger, root() / "stranger");
  std::filesystem::rename(stranger.string() + ".pub", root() / "stranger.pub");
  for (const std::string kind : {"ed25519", "rsa"}) {
    auto key = makeKey(kind);
    auto commit = commitWith(key);
    ASSERT_TRUE(commit) << commit.error().message;
    EXPECT_EQ(verify(*commit, key), 0) << kind;
    EXPECT_NE(verify(*commit, root() / "stranger"), 0) << kind;
    EXPECT_EQ(commitWith(key).value(), *commit) << "the same inputs, the same commit";
    EXPECT_EQ(tryGit(mirror(), {"fsck", "--strict"}), 0);
    auto merged = repository_->merge({remoteTip("main")}, *commit, kGander, kMorning, "Merge\n");
    ASSERT_TRUE(merged) << merged.error().message;
    EXPECT_EQ(verify(*merged, key), 0) << kind;
    EXPECT_EQ(repository_->readCommit(*commit).value().message, "Rename a field\n");
  }
}

TEST_F(SigningTest, RefusesKeysThatDoNotServe) {
  auto unsteady = commitWith(makeKey("ecdsa"));
  ASSERT_FALSE(unsteady);
  EXPECT_EQ(unsteady.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(unsteady.error().message, HasSubstr("Ed25519 or an RSA key"));
  auto locked = commitWith(makeKey("ed25519", "passphrase"));
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().kind, ErrorKind::kDenied) << locked.error().message;
  auto missing = commitWith(root() / "no-such-key");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kInvalid) << missing.error().message;
}

TEST_F(SigningTest, NamesCommitterAndCoAuthors) {
  auto repository = fetch();
  NewCommit commit{{remoteTip("main")}, {{"a.txt", "two\n"}}, kGander, kMorning, "Rename a field\n"};
  commit.committer = Person{"bot", "bot@example.org"};
  commit.coAuthors = {{"Ada", "ada@example.org"}, {"Bo", "bo@example.org"}};
  auto plain = repository->readCommit(repository->commit(commit).value()).value();
  EXPECT_EQ(plain.author.name, "gander");
  EXPECT_EQ(plain.committer.email, "bot@example.org");
  EXPECT_EQ(plain.message,
            "Rename a field\n\nCo-authored-by: Ada <ada@example.org>\nCo-authored-by: Bo <bo@example.org>\n");
  commit.coAuthors.pop_back();
  commit.message =
      "fix: a field\n\nIt was: wrong\nand more\n\nGander-Migration: m\n";  // the second paragraph is no trailer
  EXPECT_EQ(repository->readCommit(repository->commit(commit).value()).value().message,
            commit.message + "Co-authored-by: Ada <ada@example.org>\n");
  commit.message = "fix: a field\n";  // nor is a subject
  EXPECT_EQ(repository->readCommit(repository->commit(commit).value()).value().message,
            "fix: a field\n\nCo-authored-by: Ada <ada@example.org>\n");
  commit.coAuthors = {{"Ada\nSigned-off-by: Eve", "e@example.org"}};
  EXPECT_EQ(repository->commit(commit).error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace gander::repos
