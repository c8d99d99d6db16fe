// Answers of reads, kept with the tags by which they can be asked for again: what has not changed costs a forge, and its limits, nothing.
// Safe for many threads.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace gander::prbot {

class KeptAnswers {
 public:
  struct Kept {
    std::string tag;   // of the header ETag
    std::string link;  // the header Link
    std::string body;
  };

  // Those that nobody has asked for the longest go where there are more bytes.
  explicit KeptAnswers(size_t bytes) : limit_(bytes) {}

  std::optional<Kept> find(const std::string& url);
  // In place of an earlier one of that address. Without a tag nothing is kept of it.
  void keep(const std::string& url, Kept answer);

 private:
  struct Entry {
    Kept answer;
    std::list<std::string>::iterator place;  // in order_
  };
  void forget(std::map<std::string, Entry>::iterator entry);

  const size_t limit_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::list<std::string> order_;  // the newest first
  size_t bytes_ = 0;
};

}  // namespace gander::prbot
