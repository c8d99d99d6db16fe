// Whom a repository's CODEOWNERS file names, as its forge reads it.
//
//   GitHub    patterns of gitignore without `!`, `[ ]` and `\#`; the last line that matches decides, and one without owners means none. A
//             line that can't be read is left out; a file of 3 MB or more is not read at all.
//   GitLab    patterns of fnmatch in sections, `^[Name][2] @default`; each section's last line that matches counts, and what a section's
//             `!` line matches has no owners of it. `\ ` and `\#` are a blank and a number sign.
//   Gitea     regular expressions, `!` for what does not match; the owners of all lines that apply count. Forgejo likewise.
//
// Patterns are run by RE2: in time linear in the path, whatever a repository writes. An expression that RE2 has not (Gitea's newer versions
// know looking ahead) is left out and listed.
//
// Sources: "About code owners" of GitHub's documentation; doc/user/project/codeowners of GitLab; "Code Owners" of Gitea's, and its
// models/issues/pull.go.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pr-bot/rest_forge.h"

namespace gander::prbot {

// Where a forge looks for the file, in its order: the first that is there is the one. In the base branch of the pull request.
std::vector<std::string> codeOwnersPaths(ForgeKind kind);

// Whether the forge asks the owners for a review when a pull request is opened that is no draft, or stops being one: asking them too would
// be asking twice. GitLab puts them into its approval rules and asks nobody.
bool asksOwnersItself(ForgeKind kind);

// A file of that size is not read.
inline constexpr size_t kCodeOwnersBytes = size_t{3} << 20;

struct Owners {
  std::vector<std::string> names;  // logins; teams as "owner/team". GitLab's groups of the first level look like logins
  std::vector<std::string> emails;  // no forge takes these for reviewers
};

class CodeOwners {
 public:
  static CodeOwners parse(std::string_view text, ForgeKind kind);

  // `path` from the root, without a slash before it.
  Owners of(std::string_view path) const;
  // The lines that were left out, a sentence each; at most a hundred.
  const std::vector<std::string>& problems() const { return problems_; }

  struct Rules;

 private:
  std::shared_ptr<const Rules> rules_;
  std::vector<std::string> problems_;
};

// Those who own the files, who owns most of them first, and of equals by name. Who of them can be asked is the forge's to say
// (PullRequestText::askAtMost).
std::vector<std::string> orderReviewers(const CodeOwners& owners, const std::vector<std::string>& files);

}  // namespace gander::prbot
