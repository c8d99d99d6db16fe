// Renames of C++ names whose new name already means something else where it would stand: they are listed, as hazard `captures`.
//
//   struct Mine : UserPlay { void listener_name(); };  mine.user_name()     Mine::listener_name would be meant
//   std::string listener_name = ...;  use(user_name);                       the local variable would be meant
//   class UserPlay { user_name; listener_name; }                            the class has it already
//
// Told from the names that the parser resolved; what can't be told so, the certificate finds after the build.
#pragma once

#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"
#include "rewriter/solve/program.h"

namespace gander::rewriter {

void listCaptures(const Program& program, const Meaning& meaning, const Texts& texts, Solution& solution);

}  // namespace gander::rewriter
