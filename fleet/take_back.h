// A merged proposal taken back: the inverse of its recorded edits, made on a base that has moved on since.
//
//   recorded edits on the old base -> the text that was merged -> the lines of it that still stand today -> inverse edits there
//
// An edit goes back where its line is as gander left it. What was changed since is listed, and so is what was written since in names of the new
// version that the old base did not hold: the proposal is incomplete then.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "rewriter/rewrite.h"

namespace gander::fleet {

// The campaign in which a migration's merges are taken back: no migration can have the name.
std::string rollbackCampaign(const std::string& migration);
// The migration that a campaign takes back; nothing where it is a migration's own.
std::optional<std::string> takenBack(const std::string& campaign);
// A migration as the document of its rollback: its branch, its title.
rules::Migration rollbackOf(const rules::Migration& migration);

struct MergedRewrite {
  std::string json;                  // as rewriter::toJson() writes it
  const rewriter::FileSystem& base;  // what it was made from
  const rewriter::FileSystem*
      merged;  // the base with it; null where that is known no more: then whole files are listed
  const rewriter::FileSystem& today;
};

// kCorrupt where the recorded edits are not of that base.
Result<rewriter::Rewrite> takeBack(const MergedRewrite& merged);

}  // namespace gander::fleet
