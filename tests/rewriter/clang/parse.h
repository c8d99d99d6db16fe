// Runs the frontend on sources written into a temporary tree.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/files.h"
#include "rewriter/clang/frontend.h"

namespace gander::rewriter::testing {

// A tree on disk with one translation unit.
class CppTree {
 public:
  explicit CppTree(std::map<std::string, std::string> files);

  CppTree& wanting(std::vector<std::string> names);
  CppTree& asking(std::vector<std::string> types);
  CppTree& withFlow();
  CppTree& flags(std::vector<std::string> flags);

  // `file` defaults to main.cpp.
  CppCommand command(const std::string& file = "main.cpp") const;
  Unit parse(const std::string& file = "main.cpp") const;

  std::string path() const { return folder_.path().string(); }
  std::string textAt(const Span& span) const;  // the bytes of a span of this tree

 private:
  TemporaryDirectory folder_;
  CppCommand command_;
};

// The places in a text marked as [[name]], by the order in which they stand, and the text without its marks.
struct Marked {
  std::string text;
  std::vector<ByteRange> marks;
};
Marked readMarks(std::string_view marked);

// "symbol kind flags" of each use, one a line, to compare by eye: "1:5 a::B type declares".
std::string describe(const NameUse& use);

// The uses on one range of a file.
std::vector<NameUse> usesAt(const Unit& unit, const std::string& file, ByteRange range);

}  // namespace gander::rewriter::testing
