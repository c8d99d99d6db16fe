// A forge: where pull requests live. One interface, one file for each forge; here the embedded one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace gander::prbot {

enum class PullRequestState { kOpen, kMerged, kClosed };
std::string_view toString(PullRequestState state);

// Those on the network. Gitea is Forgejo too.
enum class ForgeKind { kGitHub, kGitLab, kGitea };

// Whether a repository can have pull requests now.
enum class Standing { kActive, kArchived, kDisabled, kEmpty };
std::string_view toString(Standing standing);

struct ForgeRepository {
  std::string name;           // today's: another than was asked for where it was renamed or moved
  std::string defaultBranch;  // empty where there is no commit
  Standing standing = Standing::kActive;
  bool mayWrite = false;  // branches and pull requests, with the credentials at hand
  bool fork = false;
  std::optional<ForgeKind> kind = {};  // absent: the embedded forge
  std::string web = {};                // its own page, for people: "https://github.com/acme/plays"; empty: it has none
};

// What a pull request is asked to be.
struct PullRequestText {
  std::string repository;  // the forge's name of the repository
  std::string branch;      // head, in the repository itself
  std::string base;        // base branch
  std::string head;        // commit, hex
  std::string title;
  std::string body;  // Markdown
  bool draft = false;
  // Added to what is there; never taken away, for people add and take away too.
  std::vector<std::string> labels = {};
  // Logins; a team as "owner/team" where the forge has such. In their order, who is best asked first.
  std::vector<std::string> reviewers = {};
  std::vector<std::string> assignees = {};
  // Of `reviewers`, with those who are asked already; whoever can't be asked, as the account itself, does not count.
  size_t askAtMost = SIZE_MAX;
  int number = 0;  // of the pull request that is known to be open; 0: none is
};

// What a forge's own checks say of a commit, all together.
enum class Checks { kNone, kPending, kPassed, kFailed };
std::string_view toString(Checks checks);

struct PullRequest {
  int number = 0;  // unique in its repository
  PullRequestText text;
  PullRequestState state = PullRequestState::kOpen;
  std::string merged;  // the merge commit, hex
  std::string reason;  // of a close
  Time created{};
  Time updated{};
  std::string url = {};  // for people
  std::vector<std::string> problems =
      {};                         // what was asked for and can't be had, a sentence each: a reviewer that is not known
  Checks checks = Checks::kNone;  // of the head of an open draft that find() answers
};

struct MergeOrder {
  std::string head;        // commit, hex: nothing else is merged
  bool whenReady = false;  // the forge merges it itself, once its checks have passed and reviews are there
  bool unchecked = false;  // ... and at once though no check of it was seen: whoever asks has waited for one
  bool callOff = false;    // nothing is merged, and an order `whenReady` that waits is taken back
};

// What is said at a pull request. A remark is said once: saying the same body again does nothing, nor at another line of the file.
struct Remark {
  std::string body;  // Markdown
  // Not empty: at a line of the head's file, as a review comment; where the forge can't, in the conversation.
  std::string file = {};
  size_t line = 0;
};

struct Comment {
  std::string id;  // unique at the pull request
  std::string author;
  bool own = false;       // by the account that gander uses
  bool mayWrite = false;  // its author may write to the repository
  std::string body;
  Time at{};
};

class Forge {
 public:
  virtual ~Forge() = default;
  // The forge's name of the repository that git clones from `url`. kNotFound where it is none of this forge's.
  virtual Result<std::string> repositoryName(const std::string& url) const = 0;
  // kNotFound where it is not there, or not for these credentials.
  virtual Result<ForgeRepository> look(const std::string& repository) = 0;
  // The pull request of a branch: the one that is known by its `number` while it is open, whatever it goes into now; else an open one into
  // `base`, else the newest of these. 0: none is known. People may ask for the branch to be merged elsewhere too, in pull requests of their own.
  virtual Result<std::optional<PullRequest>> find(const std::string& repository, const std::string& branch,
                                                  const std::string& base, int number) = 0;
  // Opens one, or brings the open one's text, head and draft up to date. Never a second one for a branch while one is open. kConflict where
  // the one that is known to be open no longer is. After kUnavailable it may be there or not: asking again finds it.
  virtual Result<PullRequest> ensure(const PullRequestText& text) = 0;
  // kConflict where the head is not the order's any more, or it does not merge cleanly, or not yet. Of an order `whenReady` the answer may
  // still be open; kConflict where no check of it has passed, and none is awaited. Merging what is merged answers it.
  virtual Result<PullRequest> merge(const std::string& repository, int number, const MergeOrder& order) = 0;
  // kConflict where it is merged. A reason that is not empty is said in a comment.
  virtual Result<PullRequest> close(const std::string& repository, int number, const std::string& reason) = 0;
  virtual Status say(const std::string& repository, int number, const Remark& remark) = 0;
  // The conversation with what was said at lines, oldest first. `mayWrite` is told of those who ask for something (commands.h).
  virtual Result<std::vector<Comment>> comments(const std::string& repository, int number) = 0;
};

}  // namespace gander::prbot
