// Runs the built program as a process, as a user does.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/process.h"

namespace gander::cli {

inline const std::filesystem::path kSource = GANDER_SOURCE_DIR;

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() : folder_(TemporaryDirectory::make("gander-cli").value()) {
    environment_ = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}};
  }

  std::filesystem::path at(const std::string& path) const { return folder_.path() / path; }

  void put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(at(path).parent_path());
    ASSERT_TRUE(writeFile(at(path), text).has_value());
  }

  // A copy of a fixture's tree.
  std::filesystem::path copyTree(const std::string& fixture, const std::string& name) {
    auto to = at(name);
    std::filesystem::create_directories(to.parent_path());
    std::filesystem::copy(kSource / "fixtures" / fixture, to, std::filesystem::copy_options::recursive);
    return to;
  }

  ProcessOutcome start(std::vector<std::string> command) {
    auto outcome = runProcess({.command = std::move(command),
                               .environment = environment_,
                               .directory = folder_.path(),
                               .timeout = std::chrono::minutes(3)});
    EXPECT_TRUE(outcome.has_value());
    return outcome.value_or(ProcessOutcome());
  }

  ProcessOutcome gander(std::vector<std::string> words) {
    words.insert(words.begin(), program_);
    return start(std::move(words));
  }

  // Every regular file below a folder with its bytes.
  static std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.symlink_status().type() == std::filesystem::file_type::regular)
        files[std::filesystem::relative(entry.path(), folder).string()] = readFile(entry.path()).value();
    return files;
  }

  TemporaryDirectory folder_;
  std::map<std::string, std::string> environment_;
  std::string program_ = GANDER_PROGRAM;
};

}  // namespace gander::cli
