#include "pr-bot/proposal_text.h"

#include <fmt/format.h>

#include <set>

#include "pr-bot/text/sections.h"

namespace gander::prbot {
namespace {

std::string editsIn(const ProposalFacts& facts) {
  std::set<std::string> edited;
  for (const auto& edit : facts.edits) edited.insert(edit.file);
  std::string out;
  if (!facts.edits.empty())
    out =
        fmt::format("{} in {}", counted(facts.edits.size(), "edit", "edits"), counted(edited.size(), "file", "files"));
  if (!facts.files.empty())
    out += (out.empty() ? "" : ", ") + counted(facts.files.size(), "file put in place", "files put in place");
  return out;
}

// The forge makes a link of it, and shows it there: only of a number.
std::string reference(const std::string& number) {
  const bool plain = number.size() > 1 && (number[0] == '#' || number[0] == '!') &&
                     number.find_first_not_of("0123456789", 1) == std::string::npos;
  return plain ? number : escapeMarkdown(number);
}

std::string what(const ProposalFacts& facts) {
  const auto title = escapeMarkdown(facts.title.empty() ? facts.migration : facts.title);
  const auto edits = editsIn(facts);
  return fmt::format("{}{}; **{}**.",
                     facts.takesBack.empty() ? fmt::format("**{}**", title)
                                             : fmt::format("**Takes back {}**", reference(facts.takesBack)),
                     edits.empty() ? "" : ": " + edits, escapeMarkdown(proposalVerdict(facts)));
}

std::string whatAndWhy(const ProposalFacts& facts) {
  auto why = escapeMarkdown(facts.summary.empty() ? "The dataset has a new version." : facts.summary);
  if (!facts.takesBack.empty()) why = "The migration that is taken back: " + why;
  if (!facts.guide.empty()) why += " " + link("Migration guide", facts.guide);
  if (!facts.owner.empty()) why += (facts.guide.empty() ? " " : ", ") + ("owner: " + codeSpan(facts.owner));
  auto out = fmt::format("{}\n\n{}\n", what(facts), why);
  if (facts.incomplete)
    out +=
        "\n**Incomplete.** Something that must change together with these edits could not be decided and is only "
        "listed. Merging this alone leaves the repository between two versions.\n";
  return out;
}

}  // namespace

std::string proposalVerdict(const ProposalFacts& facts) {
  const auto& note = facts.verification;
  if (note.verified && facts.incomplete) return "built, but incomplete";
  if (note.verified && facts.certificate.failed) return "built, but its certificate failed";
  return note.verdict;
}

std::string proposalTitle(const ProposalFacts& facts) {
  auto title = plainLine(facts.title.empty() ? facts.migration : facts.title, 120);
  return (facts.incomplete ? "[incomplete] " : "") + title;
}

std::string proposalBody(const ProposalFacts& facts, size_t limit) {
  auto eyes = hazardsSection(facts, limit / 6) + listedSection(facts, limit / 5);
  if (eyes.empty() && !facts.edits.empty()) eyes = "\nThere is no hazard, and no place is left for you to judge.\n";
  auto head = whatAndWhy(facts) + eyes + editsSection(facts, limit / 8);
  auto tail = unreadSection(facts, limit / 12) + verificationSection(facts, limit / 20) + certificateSection(facts) +
              ledgerSection(facts) + howToSection(facts);
  size_t used = head.size() + tail.size() + 200;
  return head + evidenceSection(facts, limit > used ? limit - used : 0) + tail;
}

}  // namespace gander::prbot
