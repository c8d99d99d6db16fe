// The parts of a proposal's text, each Markdown that begins with an empty line, or nothing. A budget is in bytes and holds for what
// grows with the rewrite. Private to pr-bot/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pr-bot/markdown.h"
#include "pr-bot/proposal_text.h"

namespace gander::prbot {

std::string hazardsSection(const ProposalFacts& facts, size_t budget);
std::string listedSection(const ProposalFacts& facts, size_t budget);
std::string unreadSection(const ProposalFacts& facts, size_t budget);
std::string editsSection(const ProposalFacts& facts, size_t budget);
std::string evidenceSection(const ProposalFacts& facts, size_t budget);
std::string verificationSection(const ProposalFacts& facts, size_t budget);
std::string certificateSection(const ProposalFacts& facts);
std::string ledgerSection(const ProposalFacts& facts);
std::string howToSection(const ProposalFacts& facts);

// ---- For those.

std::string counted(uint64_t count, std::string_view one, std::string_view many);  // "1 edit", "2 edits"
// "file:line:column", as a link to the line at the base where the forge shows it.
std::string placeIn(const ProposalFacts& facts, std::string_view file, Position position,
                    Place where = Place::kParagraph);
// Blocks of text one after another until the budget is used up; what is left out is counted, and said.
std::string within(size_t budget, const std::vector<std::string>& blocks, std::string_view rest);
// A list or table (`head`: its first two lines) whose first `open` lines show, with the others folded under a line that counts them.
std::string folded(std::string_view head, const std::vector<std::string>& lines, size_t open, size_t budget,
                   std::string_view rest);

}  // namespace gander::prbot
