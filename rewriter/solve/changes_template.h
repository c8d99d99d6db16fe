// Templates around values, as text that is put before and behind what stands there: nothing between is touched, so that edits
// within it go on.
//
//   "static_cast<int>({value})" around `p.duration()`:  before `static_cast<int>(`, behind `)`
#pragma once

#include <string>
#include <string_view>

namespace gander::rewriter {

struct Wrapping {
  std::string before;
  std::string behind;
  bool primary = true;  // what it makes can stand as an operand anywhere

  bool empty() const { return before.empty() && behind.empty(); }
  // Puts a template around what is there so far; in it {value} stands once.
  void apply(std::string_view pattern);
  // Makes a primary expression of it.
  void enclose();
};

// Names, calls, members and subscripts of them, literals, what is in parentheses: nothing around can tear it apart.
bool isPrimary(std::string_view code);

// Names behind names, as `this->play.song`: evaluating it does nothing, and may be done twice or not at all.
bool isPath(std::string_view code);

// Code without what a formatter may change between its tokens.
std::string withoutBlanks(std::string_view code);

}  // namespace gander::rewriter
