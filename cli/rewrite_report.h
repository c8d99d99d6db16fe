// A rewrite, told to a person at a terminal.
#pragma once

#include <string>

#include "cli/terminal.h"
#include "rewriter/rewrite.h"

namespace gander::cli {

// Edits by file with the ends of their evidence, listed sites with their reasons, hazards, and the ledger's sums; with `ledger`
// every occurrence too.
std::string describeRewrite(const rewriter::Rewrite& rewrite, bool ledger, const Style& style);

// The last lines of that: edits, listed sites, the ledger's sums.
std::string describeSums(const rewriter::Rewrite& rewrite);

// "12 occurrences: 7 edited, 3 other, 2 prose"
std::string describeLedger(const rewriter::Ledger& ledger);

}  // namespace gander::cli
