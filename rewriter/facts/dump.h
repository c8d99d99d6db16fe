// Facts as text for people: tests compare it, and it helps to see what a frontend made of a piece of code.
#pragma once

#include <string>

#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// One line a fact, without spans:
//   fn t.py:f(row)
//     %1 = param 0 row
//     %2 = const "user_name"
//     %3 = index %1 %2
//     return %3
std::string dump(const Function& function);

}  // namespace gander::rewriter
