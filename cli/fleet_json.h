// The JSON documents of the commands that work on the fleet; docs/cli.md has them field by field. A text that is not UTF-8 comes out
// with U+FFFD in the place of what is not.
#pragma once

#include <string>
#include <vector>

#include "fleet/fleet.h"

namespace gander::cli {

std::string runJson(const std::string& migration, const fleet::RunReport& report);
std::string statusJson(const std::vector<fleet::CampaignStatus>& campaigns);
std::string detailsJson(const fleet::TargetDetails& details);
std::string targetJson(const fleet::Target& target);
std::string approveJson(const fleet::ApproveReport& report);
std::string remaindersJson(const std::string& migration, const std::vector<fleet::Remainder>& remainders);

// "merged", "regenerated", "handed over"
std::string_view toString(fleet::Approval outcome);

}  // namespace gander::cli
