// Campaigns and targets, told to a person at a terminal.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "fleet/fleet.h"

namespace gander::cli {

std::string describeTargets(const std::vector<fleet::Target>& targets, const Style& style);
std::string describeRun(const fleet::RunReport& report, const Style& style);
std::string describeStatus(const std::vector<fleet::CampaignStatus>& campaigns, const Style& style);
// `diff`: instead of the proposal's text; `log`: with attempts and the build's log.
std::string describeDetails(const fleet::TargetDetails& details, bool diff, bool log, const Style& style);
// `plan`: the edits that a run would make; else what is left, each with its verdict.
std::string describeRemainders(const std::vector<fleet::Remainder>& remainders, bool plan, const Style& style);

}  // namespace gander::cli
