// Facts of C++ translation units, kept in a folder from run to run.
//
//   command, main file -> key -> entry { what the parse rested on, facts } -> still as it was? -> facts
//
// An entry holds while everything holds that the parse asked of the machine: each file that was read has the same text, each
// place that was empty still is, each folder is listed and each path leads as before, and the parser is the same program. The
// check reads texts and takes no times for proof; each file is read once in the cache's life, which is one run.
//
// What the parsing process says it read is believed, and that process may be in the hands of the code that it parses. So a folder
// belongs to one repository: a repository can spoil its own facts, as it can by its text, and nobody else's.
//
// Any number of processes may use a folder at once. An entry that is damaged is as good as none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rewriter/facts/facts.h"
#include "rewriter/facts/inputs.h"

namespace gander::fleet {

class FactCache {
 public:
  // Where things stand on this machine, and where the parsing process sees them; all other paths are the same for both.
  struct Places {
    std::filesystem::path host, inside;  // the tree; `host` without symbolic links on its way
    std::filesystem::path program, programInside;
  };

  struct Limits {
    uint64_t bytes = 2ULL << 30;  // of all entries; the ones that were used last are kept
  };

  // Makes the folder if it is not there.
  static Result<std::unique_ptr<FactCache>> open(std::filesystem::path folder, Places places, const Limits& limits);
  ~FactCache();
  FactCache(const FactCache&) = delete;
  FactCache& operator=(const FactCache&) = delete;

  // The facts under a key as they were stored, if they still hold. May be called by many threads at once.
  std::optional<std::string> find(const std::string& key);

  // Keeps the facts (an encoded unit) of a parse, if nothing that it rested on has changed meanwhile. A folder that can't be written costs
  // time, never a result.
  void store(const std::string& key, const std::vector<rewriter::Input>& inputs, std::string_view facts);

  // Removes the entries that were used longest ago, down to the limit.
  void shrink();

 private:
  class Present;
  FactCache(std::filesystem::path folder, Places places, const Limits& limits);
  std::filesystem::path entryOf(const std::string& key) const;

  const std::filesystem::path folder_;
  const Limits limits_;
  std::unique_ptr<Present> present_;
};

}  // namespace gander::fleet
