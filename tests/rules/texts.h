// Files in memory, and what an error says, for the tests of documents.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/migration.h"

namespace gander::rules {

class MemoryFiles final : public DocumentFiles {
 public:
  MemoryFiles() = default;
  explicit MemoryFiles(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}
  Result<std::string> read(const std::string& relative) const override {
    auto found = texts_.find(relative);
    if (found == texts_.end()) return fail(ErrorKind::kNotFound, relative + ": No such file or directory");
    return found->second;
  }

 private:
  std::map<std::string, std::string> texts_;
};

// The lines of an error's message; none where there is no error.
template <typename T>
std::vector<std::string> mistakesOf(const Result<T>& result) {
  if (result) return {};
  return splitLines(result.error().message);
}

}  // namespace gander::rules
