// gander serve: the bot that watches until it is told to stop.
#pragma once

#include "cli/environment.h"
#include "cli/options.h"
#include "cli/outcome.h"

namespace gander::cli {

// Returns after SIGTERM or SIGINT. Where looks still run then it does not return: the process ends, with the status of what is done.
Result<Outcome> runServe(const ServeOptions& options, const Environment& environment);

}  // namespace gander::cli
