// Names that are replaced and of which a macro makes text too.
//
//   CHECK(p.user_name())                         the text is for people: the hazard `stringizing`, one for each file and macro
//   #define COLUMN(p, f) row.set(#f, p.f())      the text may be a key: edited where a flow or a query wants the same of it, else
//   COLUMN(play, user_name)                      listed
#pragma once

#include <set>
#include <string>

#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/program.h"

namespace gander::rewriter {

// To be called when all other demands are there. `derived`: names that change along with those that they are pasted of
// (derived.h), which a text of the name says nothing about.
void solveStringized(const Program& program, const Texts& texts, const std::set<std::string>& derived,
                     Solution& solution);

}  // namespace gander::rewriter
