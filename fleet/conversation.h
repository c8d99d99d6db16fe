// What people ask gander for at its pull requests, and what it can tell them. Pure functions; TargetRun does what is asked.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "pr-bot/commands.h"
#include "pr-bot/forge.h"

namespace gander::fleet {

struct AskedCommand {
  prbot::Command command;
  std::string author;
  std::string mark;     // stands in the answer, so that nothing is answered twice
  ptrdiff_t place = 0;  // of its comment in the conversation
};

// Those that gander has not answered, oldest first. Answered is what one of gander's own comments has the mark of.
std::vector<AskedCommand> openCommands(const std::vector<prbot::Comment>& comments);

// Of a command that closes: "not-now: after the release", "skip: nobody runs it".
std::string reasonOf(const prbot::Command& command);

// The newest reason of a close that a person gave: "not-now: after the release"; empty where nobody did.
std::string declineReason(const std::vector<prbot::Comment>& comments);

// Why a line was edited or left, from a rewrite as rewriter::toJson() writes it: plain text. kCorrupt where it is no such document.
Result<std::string> explainLine(const std::string& json, const std::string& file, size_t line);

}  // namespace gander::fleet
