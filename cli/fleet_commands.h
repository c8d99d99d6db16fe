// The commands that work on the fleet: run, plan, verify, status, show, approve, decline.
#pragma once

#include "cli/environment.h"
#include "cli/options.h"
#include "cli/outcome.h"

namespace gander::cli {

Result<Outcome> runCampaign(const RunOptions& options, const Environment& environment);
Result<Outcome> runLook(const LookOptions& options, const Environment& environment);
Result<Outcome> runStatus(const StatusOptions& options, const Environment& environment);
Result<Outcome> runShow(const ShowOptions& options, const Environment& environment);
Result<Outcome> runApprove(const ApproveOptions& options, const Environment& environment);
Result<Outcome> runDecline(const DeclineOptions& options, const Environment& environment);
Result<Outcome> runRollback(const RollbackOptions& options, const Environment& environment);

}  // namespace gander::cli
