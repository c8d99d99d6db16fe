// `gander rewrite`: one tree on disk, with no git, no network and no store.
#pragma once

#include "cli/environment.h"
#include "cli/options.h"
#include "cli/outcome.h"

namespace gander::cli {

Result<Outcome> runRewrite(const RewriteOptions& options, const Environment& environment);

}  // namespace gander::cli
