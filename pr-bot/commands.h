// What reviewers tell gander in comments, and what it answers.
//
//   /gander retry                        once more, of a job that failed
//   /gander regenerate                   made anew from the base branch
//   /gander skip <reason>                this repository is left out
//   /gander explain <file:line>          why this line was edited or left
//   /gander rollback                     the reverse of what was merged
//   /gander declined <why> [words]       closed, and why: wrong-edit, not-now, not-ours, done-otherwise
//   /gander help
//
// A command stands at the very start of a line, and not in what shows as code or as a quotation, or does not show at all. Comments of the
// account that gander uses, and of those who may not write to the repository, are no commands.
//
// Answers hold foreign words only as escapeMarkdown and codeSpan make them, and none has a line that starts with '/': neither gander nor
// a forge (GitLab's "/close") takes it for a command.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pr-bot/forge.h"

namespace gander::prbot {

enum class CommandKind { kRetry, kRegenerate, kSkip, kExplain, kRollback, kDeclined, kHelp };
std::string_view toString(CommandKind kind);

// Why a pull request is not wanted. What follows from it is fleet's.
enum class Decline { kWrongEdit, kNotNow, kNotOurs, kDoneOtherwise };
std::string_view toString(Decline why);

struct Command {
  CommandKind kind = CommandKind::kHelp;
  std::string words;                    // of kSkip and kDeclined, as they were written
  std::string file;                     // of kExplain; from the root
  size_t line = 0;                      // of kExplain; from 1
  Decline why = Decline::kNotNow;       // of kDeclined
  std::string typed;                    // the whole line
  std::optional<std::string> mistaken;  // why it can't be obeyed, as Markdown: then it is only answered
};

// At most ten of a comment, in their order; what is there twice counts once.
std::vector<Command> commandsIn(std::string_view body);
std::vector<Command> commandsOf(const Comment& comment);

// The answer to a command. `outcome`: what came of it, a sentence in plain text; of kHelp, and of what is mistaken, it is not looked at.
std::string answerTo(const Command& command, std::string_view outcome);

}  // namespace gander::prbot
