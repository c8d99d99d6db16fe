// Names that a macro makes of the dataset's and of something else, and that nobody else declares: they change along.
//
//   #define MOCK(f) int f(); Spec mock_##f();       class MockPlay : public Play { MOCK(user_name) };
//   #define EXPECT(p, call) p.mock_##call           EXPECT(play, user_name());
//   -> user_name of EXPECT is edited where that of MOCK is: both make mock_listener_name
//
// An argument of which a macro makes a name that stays is something else, so that no edit parts the two.
#pragma once

#include <set>
#include <string>

#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"
#include "rewriter/solve/program.h"

namespace gander::rewriter {

// To be called when the demands of typed names are there. Returns the symbols that change along.
std::set<std::string> solveDerived(const Program& program, const Meaning& meaning, const Texts& texts,
                                   Solution& solution);

}  // namespace gander::rewriter
