// Mistakes of a document, collected, so that a person is told all of them at once.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/source.h"

namespace gander::rules {

class Problems {
 public:
  explicit Problems(std::string_view file) : file_(file) {}

  const std::string& file() const { return file_; }
  void add(Position position, std::string message);
  // Mistakes that another file was found to have; `error` carries its own places.
  void addForeign(const Error& error);
  bool empty() const { return found_.empty() && foreign_.empty(); }

  // Every mistake by its place, a `file:line:column: what` a line; the first hundred where there are more.
  Error error() const;

 private:
  struct Problem {
    Position position;
    std::string message;
    auto operator<=>(const Problem&) const = default;
  };
  std::string file_;
  std::vector<Problem> found_;
  std::vector<std::string> foreign_;
};

// A name from a document as a message shows it: in quotes, on one line, cut where it is long.
std::string inQuotes(std::string_view name);

// "; did you mean 'field'?", or `otherwise`.
std::string meantName(std::string_view name, const std::vector<std::string>& candidates,
                      std::string_view otherwise = "");

// "a, b or c", on one line, each cut where it is long
std::string choices(const std::vector<std::string>& names);

}  // namespace gander::rules
