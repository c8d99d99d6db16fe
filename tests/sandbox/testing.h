// What the sandbox's tests share: the real sandboxes of this machine, and small trees.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "base/files.h"
#include "sandbox/bubblewrap/bubblewrap_sandbox.h"
#include "sandbox/build.h"

namespace gander::sandbox::testing {

// What a failed Result says, for assertions: "invalid: .gander.yaml:1:1: ...".
template <typename T>
std::string why(const Result<T>& result) {
  return result ? "no error" : std::string(toString(result.error().kind)) + ": " + result.error().message;
}

// As the program makes it: with cgroups where this machine has them. A machine without namespaces can't run these tests, and
// says so by failing.
inline Sandbox& realSandbox() {
  static auto sandbox = makeBubblewrapSandbox(::getenv("PATH"));
  if (!sandbox) ADD_FAILURE() << why(sandbox);
  return **sandbox;
}

// As on a machine without cgroups.
inline Sandbox& plainSandbox() {
  static auto sandbox = BubblewrapSandbox::make(::getenv("PATH"), {});
  if (!sandbox) ADD_FAILURE() << why(sandbox);
  return **sandbox;
}

inline Request shell(std::string script) {
  Request request;
  request.command = {"/bin/bash", "-c", std::move(script)};
  request.limits.time = std::chrono::seconds(20);
  request.limits.memory = 512 << 20;
  return request;
}

class Tree {
 public:
  explicit Tree(const std::map<std::string, std::string>& files) : folder_(*TemporaryDirectory::make("gander-test")) {
    for (const auto& [name, text] : files) write(name, text);
  }
  void write(const std::string& name, std::string_view text) {
    auto path = folder_.path() / name;
    EXPECT_TRUE(ensureDirectory(path.parent_path()));
    EXPECT_TRUE(writeFile(path, text));
  }
  std::string read(const std::string& name) const { return readFile(folder_.path() / name).value_or("<not there>"); }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryDirectory folder_;
};

}  // namespace gander::sandbox::testing
