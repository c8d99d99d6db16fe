#include "tests/repos/git_fixture.h"

#include <fstream>

#include "base/process.h"

namespace gander::repos {
namespace {

Result<ProcessOutcome> runGit(const std::filesystem::path& folder, std::vector<std::string> arguments) {
  ProcessRequest request;
  request.command = {"git"};
  request.command.insert(request.command.end(), arguments.begin(), arguments.end());
  request.directory = folder;
  request.environment = {{"PATH", "/usr/bin:/bin"},          {"HOME", "/nonexistent"},
                         {"GIT_CONFIG_GLOBAL", "/dev/null"}, {"GIT_CONFIG_NOSYSTEM", "1"},
                         {"GIT_AUTHOR_NAME", "Ada"},         {"GIT_AUTHOR_EMAIL", "ada@example.org"},
                         {"GIT_COMMITTER_NAME", "Ada"},      {"GIT_COMMITTER_EMAIL", "ada@example.org"}};
  return runProcess(request);
}

}  // namespace

void GitTest::SetUp() {
  auto made = TemporaryDirectory::make("gander-repos-test");
  ASSERT_TRUE(made) << made.error().message;
  root_ = std::make_unique<TemporaryDirectory>(std::move(*made));
}

std::string GitTest::git(const std::filesystem::path& folder, std::vector<std::string> arguments) {
  auto what = testing::PrintToString(arguments);
  auto outcome = runGit(folder, std::move(arguments));
  if (!outcome) {
    ADD_FAILURE() << outcome.error().message;
    return {};
  }
  EXPECT_TRUE(outcome->succeeded()) << what << ": " << outcome->errors;
  if (outcome->output.ends_with('\n')) outcome->output.pop_back();
  return outcome->output;
}

int GitTest::tryGit(const std::filesystem::path& folder, std::vector<std::string> arguments) {
  auto outcome = runGit(folder, std::move(arguments));
  EXPECT_TRUE(outcome);
  return outcome ? outcome->exitCode : -1;
}

void GitTest::makeRemote(const std::string& name, const std::map<std::string, std::string>& files,
                         const std::string& branch) {
  remote_ = root() / (name + ".git");
  person_ = root() / (name + "-person");
  git(root(), {"init", "-q", "--bare", "-b", branch, remote_});
  git(root(), {"init", "-q", "-b", branch, person_});
  git(person_, {"remote", "add", "origin", remote_});
  for (const auto& [path, text] : files) write(person_ / path, text);
  git(person_, {"add", "-A"});
  git(person_, {"commit", "-q", "-m", "first"});
  git(person_, {"push", "-q", "origin", branch});
}

void GitTest::write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

std::string GitTest::personPushes(const std::string& file, const std::string& text) {
  write(person_ / file, text);
  git(person_, {"add", "-A"});
  git(person_, {"commit", "-q", "-m", "change " + file});
  git(person_, {"push", "-q", "origin", "HEAD"});
  return git(person_, {"rev-parse", "HEAD"});
}

void GitTest::addSubmodule(const std::string& path) {
  std::filesystem::create_directories(person_ / path);
  git(person_, {"update-index", "--add", "--cacheinfo", "160000," + std::string(40, '1') + "," + path});
}

std::string GitTest::remoteTip(const std::string& branch) {
  return git(remote_, {"for-each-ref", "--format=%(objectname)", "refs/heads/" + branch});
}

std::unique_ptr<Repository> GitTest::fetch(const std::string& url) {
  auto repository = makeMirrors(cache())->fetch(url);
  if (!repository) {
    ADD_FAILURE() << repository.error().message;
    return nullptr;
  }
  return std::move(*repository);
}

CommitId GitTest::ganderCommits(Repository& repository, const std::string& parent, const std::string& file,
                                const std::string& text) {
  auto made =
      repository.commit({{parent}, {{file, text}}, kGander, kMorning, "Rename a field\n\nGander-Migration: m\n"});
  EXPECT_TRUE(made) << made.error().message;
  return made.value_or(CommitId{});
}

std::filesystem::path GitTest::mirror() const {
  std::filesystem::path found;
  for (const auto& entry : std::filesystem::directory_iterator(cache())) {
    if (entry.path().extension() != ".git") continue;
    EXPECT_EQ(found, "") << "more than one mirror";
    found = entry.path();
  }
  return found;
}

}  // namespace gander::repos
