// Real repositories made by the program git, in a folder that goes with the test.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "repos/repository.h"

namespace gander::repos {

inline const Time kMorning{std::chrono::milliseconds(1'700'000'000'000)};
inline const Person kGander{"gander", "gander@example.org"};

class GitTest : public testing::Test {
 protected:
  void SetUp() override;

  // Runs git in `folder` and gives its output without the last line end; the test fails if git does.
  std::string git(const std::filesystem::path& folder, std::vector<std::string> arguments);
  // The same, where git may fail: its exit status.
  int tryGit(const std::filesystem::path& folder, std::vector<std::string> arguments);

  // A bare repository `<name>.git` and a person's clone of it beside, with a first commit of `files` on `branch`.
  void makeRemote(const std::string& name, const std::map<std::string, std::string>& files,
                  const std::string& branch = "main");
  void write(const std::filesystem::path& file, const std::string& text);
  // The person writes a file, commits and pushes the branch that is checked out; gives the commit.
  std::string personPushes(const std::string& file, const std::string& text);
  void addSubmodule(const std::string& path);        // staged, without contents
  std::string remoteTip(const std::string& branch);  // "" if there is none

  std::unique_ptr<Repository> fetch(const std::string& url);
  std::unique_ptr<Repository> fetch() { return fetch(remote_.string()); }
  // A commit of gander's on top of `parent`.
  CommitId ganderCommits(Repository& repository, const std::string& parent, const std::string& file,
                         const std::string& text);

  const std::filesystem::path& root() const { return root_->path(); }
  std::filesystem::path cache() const { return root() / "cache"; }
  // The mirror's folder; there must be exactly one.
  std::filesystem::path mirror() const;

  std::filesystem::path remote_;  // bare
  std::filesystem::path person_;  // a clone

 private:
  std::unique_ptr<TemporaryDirectory> root_;
};

}  // namespace gander::repos
