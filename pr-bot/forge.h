// A forge: where pull requests live. One interface, one file for each forge; here the embedded one.
#pragma once

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

// What a pull request is asked to be.
struct PullRequestText {
  std::string repository;  // the forge's name of the repository
  std::string branch;      // head, in the repository itself
  std::string base;        // base branch
  std::string head;        // commit, hex
  std::string title;
  std::string body;  // Markdown
  bool draft = false;
};

struct PullRequest {
  int number = 0;  // unique in its repository
  PullRequestText text;
  PullRequestState state = PullRequestState::kOpen;
  std::string merged;  // the merge commit, hex
  std::string reason;  // of a close
  Time created{};
  Time updated{};
};

class Forge {
 public:
  virtual ~Forge() = default;
  // The forge's name of the repository that git clones from `url`. kNotFound where it is none of this forge's.
  virtual Result<std::string> repositoryName(const std::string& url) const = 0;
  // The newest pull request of a branch, in any state.
  virtual Result<std::optional<PullRequest>> find(const std::string& repository, const std::string& branch) = 0;
  // Opens one, or brings the open one's text and head up to date. Never a second one for a branch while one is open.
  virtual Result<PullRequest> ensure(const PullRequestText& text) = 0;
  // kConflict where the head is not `head` any more, or it does not merge cleanly.
  virtual Result<PullRequest> merge(const std::string& repository, int number, const std::string& head) = 0;
  virtual Result<PullRequest> close(const std::string& repository, int number, const std::string& reason) = 0;
  virtual Status comment(const std::string& repository, int number, const std::string& body) = 0;
};

}  // namespace gander::prbot
