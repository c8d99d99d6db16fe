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

// What the tests' documents begin with, and the files that they name.
inline constexpr auto kHead = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-v2, title: Move plays, owner: group:default/plays-team}
)";  // three lines

inline const MemoryFiles kFiles(
    {{"new.proto", "message X {}\n"},
     {"plays.proto", "syntax = \"proto3\";\npackage w.v1;\nmessage Play { string user_name = 1; int32 d = 2; }\n"},
     {"bad.proto", "syntax = \"proto3\";\nmessage {\n"},
     {"own.yaml", "kind: Model\n"}});

inline Result<Migration> parse(const std::string& text) { return parseMigration("m.yaml", text, kFiles); }

// A document with one dataset whose body is `body`, from line 6 on; its old schema has a, b, c and listener.name.
inline Result<Migration> parseDataset(const std::string& body) {
  return parse(std::string(kHead) + "datasets:\n  - id: plays\n" + body);
}
inline Result<Migration> parseChanges(const std::string& changes, const std::string& now = "") {
  return parseDataset(
      "    schema:\n      old: {name: plays_v1, fields: {a: int32, b: string, c: string, listener.name: string}, "
      "enums: {Kind: [OLD, KEPT]}}\n" +
      now + "    references: [{table: {old: plays_v1, new: plays_v2}}]\n    changes:\n" + changes);
}

// A dataset that is right, in one line.
inline const std::string kOne = "datasets: [{id: d, references: [{table: t}]}]\n";

}  // namespace gander::rules
