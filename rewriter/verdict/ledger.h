// The ledger: every occurrence of every old spelling, with exactly one verdict.
//
// In this order: the file is generated or somebody else's -> generated; an edit or a replaced file covers it -> edited; a listed
// site -> listed; a resolution to something else -> other; a comment, a document, history, a log's text -> prose; C++ that nobody
// parsed, or that no unit saw as active -> listed, and so is a text there that a `literal` reference names; a text of code in which it stands as a key -> listed; a word in a text with others -> prose; else unreached.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "rewriter/lower/lowering.h"
#include "rewriter/rewrite.h"
#include "rewriter/scan/spellings.h"
#include "rewriter/scan/texts.h"
#include "rewriter/verdict/verdicts.h"

namespace gander::rewriter {

struct LedgerParts {
  const rules::Migration& migration;
  const Spellings& spellings;
  const Texts& texts;
  const Lowering& lowering;
  bool typed = false;  // the migration has typed references: an identifier of C++ code needs a compiler to be judged
};

// Adds to `verdicts` what only the ledger finds: sites in C++ that nobody parsed, and edits of prose where the migration says so.
Ledger makeLedger(const LedgerParts& parts, Verdicts& verdicts);

}  // namespace gander::rewriter
