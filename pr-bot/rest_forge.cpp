#include "pr-bot/rest_forge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "pr-bot/commands.h"
#include "pr-bot/remark.h"
#include "pr-bot/wire/wire.h"

namespace gander::prbot {
namespace {

constexpr int kRounds = 3;  // of looking and writing

std::string nameOf(const std::string& repository, int number) {
  return fmt::format("pull request {} #{}", repository, number);
}

class RestForge final : public Forge {
 public:
  explicit RestForge(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}

  Result<std::string> repositoryName(const std::string& url) const override { return wire_->repositoryName(url); }

  Result<ForgeRepository> look(const std::string& repository) override { return wire_->look(repository); }

  Result<std::optional<PullRequest>> find(const std::string& repository, const std::string& branch,
                                          const std::string& base, int number) override {
    GANDER_TRY(auto pulls, wire_->pulls(repository, branch, base));
    // One that goes into another base by now is none of those.
    if (number != 0 && std::ranges::find(pulls, number, &PullRequest::number) == pulls.end()) {
      auto known = wire_->pull(repository, number);
      if (!known && known.error().kind != ErrorKind::kNotFound) return std::unexpected(known.error());
      if (known) pulls.push_back(std::move(*known));
    }
    std::optional<PullRequest> newest;
    const auto rank = [&](const PullRequest& one) {
      const bool open = one.state == PullRequestState::kOpen;
      return std::tuple(open, open && one.number == number, one.number);
    };
    for (auto& pull : pulls)
      if (!newest || rank(pull) > rank(*newest)) newest = std::move(pull);
    if (newest && newest->state == PullRequestState::kOpen && newest->text.draft) {
      GANDER_TRY(newest->checks, wire_->checks(*newest));
    }
    return newest;
  }

  // Whatever became of an opening whose answer was lost, the next look tells.
  Result<PullRequest> ensure(const PullRequestText& text) override {
    if (text.number != 0) {
      GANDER_TRY(auto known, wire_->pull(text.repository, text.number));
      if (known.state == PullRequestState::kOpen) return update(std::move(known), text);
      return fail(ErrorKind::kConflict,
                  fmt::format("{} is {} by now", nameOf(text.repository, text.number), toString(known.state)));
    }
    Error last{ErrorKind::kUnavailable, fmt::format("the pull request of {} in {} is said to be there and is not",
                                                    text.branch, text.repository)};
    for (int round = 0; round <= kRounds; ++round) {
      GANDER_TRY(auto found, find(text.repository, text.branch, text.base, 0));
      if (found && found->state == PullRequestState::kOpen) return update(*found, text);
      if (round == kRounds) break;
      auto opened = wire_->open(text);
      if (!opened && opened.error().kind != ErrorKind::kUnavailable) return std::unexpected(opened.error());
      if (!opened) last = opened.error();
    }
    return std::unexpected(last);
  }

  Result<PullRequest> merge(const std::string& repository, int number, const MergeOrder& order) override {
    GANDER_TRY(auto pull, wire_->pull(repository, number));
    if (pull.state == PullRequestState::kMerged) return pull;
    const auto name = nameOf(repository, number);
    if (pull.state == PullRequestState::kClosed) return fail(ErrorKind::kConflict, name + " is closed");
    if (order.callOff) {
      GANDER_CHECK(repeated([&] { return wire_->callOff(pull); }));
      return wire_->pull(repository, number);
    }
    if (pull.text.head != order.head)
      return fail(ErrorKind::kConflict, fmt::format("{}: its head is {} and not {}", name, pull.text.head.substr(0, 12),
                                                    order.head.substr(0, 12)));
    if (order.whenReady) GANDER_CHECK(mustBeChecked(pull, order));
    auto merged = wire_->merge(pull, order);
    if (!merged && merged.error().kind != ErrorKind::kUnavailable) return std::unexpected(merged.error());
    GANDER_TRY(auto after, wire_->pull(repository, number));
    if (!merged && after.state != PullRequestState::kMerged) return std::unexpected(merged.error());
    return after;
  }

  Result<PullRequest> close(const std::string& repository, int number, const std::string& reason) override {
    GANDER_TRY(auto pull, wire_->pull(repository, number));
    if (pull.state == PullRequestState::kMerged)
      return fail(ErrorKind::kConflict, nameOf(repository, number) + " is merged");
    // The close first: a word without it would be taken for one.
    if (pull.state == PullRequestState::kOpen) {
      auto edited = repeated([&] { return wire_->edit(pull, {.close = true}); });
      if (!edited) return std::unexpected(edited.error());
      GANDER_TRY(pull, wire_->pull(repository, number));
    }
    if (pull.state == PullRequestState::kMerged)
      return fail(ErrorKind::kConflict, nameOf(repository, number) + " was merged in the meantime");
    if (!reason.empty()) GANDER_CHECK(say(repository, number, {.body = reason}));
    pull.reason = reason;
    return pull;
  }

  Status say(const std::string& repository, int number, const Remark& remark) override {
    const auto mark = markOf(remark);
    for (int round = 0;; ++round) {
      GANDER_TRY(auto said, wire_->comments(repository, number, !remark.file.empty()));
      // Anybody may copy a mark: it counts where gander wrote it.
      if (std::ranges::any_of(said, [&](const Comment& one) { return one.own && one.body.contains(mark); })) return {};
      auto done = sayNow(repository, number, remark);
      if (done || done.error().kind != ErrorKind::kUnavailable || round == kRounds) return done;
    }
  }

  Result<std::vector<Comment>> comments(const std::string& repository, int number) override {
    GANDER_TRY(auto all, wire_->comments(repository, number, true));
    std::ranges::stable_sort(all, {}, &Comment::at);
    std::map<std::string, bool> writers;
    for (auto& comment : all) {
      // Whether somebody may write is asked of those alone who ask for something.
      if (comment.own || commandsIn(comment.body).empty()) continue;
      auto [known, fresh] = writers.try_emplace(comment.author, false);
      if (fresh) {
        GANDER_TRY(known->second, wire_->mayWrite(repository, comment.author));
      }
      comment.mayWrite = known->second;
    }
    return all;
  }

 private:
  // An edit leads to the same however often it is made.
  template <typename Write>
  static Status repeated(const Write& write) {
    Status done;
    for (int round = 0; round < kRounds; ++round) {
      done = write();
      if (done || done.error().kind != ErrorKind::kUnavailable) return done;
    }
    return done;
  }

  // Forges call clean what no check was begun for yet, and what failed in a check that they don't require.
  Status mustBeChecked(const PullRequest& pull, const MergeOrder& order) {
    GANDER_TRY(auto checks, wire_->checks(pull));
    const auto name = nameOf(pull.text.repository, pull.number);
    if (checks == Checks::kFailed) return fail(ErrorKind::kConflict, name + ": a check of it has failed");
    if (checks == Checks::kNone && !order.unchecked)
      return fail(ErrorKind::kConflict, name + ": no check of it has begun yet");
    return {};
  }

  Result<PullRequest> update(PullRequest pull, const PullRequestText& text) {
    PullRequestChanges changes;
    if (pull.text.title != text.title) changes.title = text.title;
    if (pull.text.body != text.body) changes.body = text.body;
    if (pull.text.draft != text.draft) changes.draft = text.draft;
    if (!changes.empty()) GANDER_CHECK(repeated([&] { return wire_->edit(pull, changes); }));
    std::vector<std::string> problems;
    GANDER_CHECK(repeated([&]() -> Status {
      GANDER_TRY(problems, wire_->add(pull, text));
      return {};
    }));
    GANDER_TRY(pull, wire_->pull(text.repository, pull.number));
    pull.problems = std::move(problems);
    return pull;
  }

  Status sayNow(const std::string& repository, int number, const Remark& remark) {
    if (!remark.file.empty()) {
      GANDER_TRY(auto pull, wire_->pull(repository, number));
      GANDER_TRY(bool placed, wire_->commentAtLine(pull, remark, marked(remark.body, remark)));
      if (placed) return {};
    }
    return wire_->comment(repository, number, marked(unplacedBody(remark), remark));
  }

  const std::unique_ptr<Wire> wire_;
};

}  // namespace

std::string apiOf(ForgeKind kind, const std::string& web) {
  auto url = parseUrl(web);
  switch (kind) {
    case ForgeKind::kGitHub: return url && url->host == "github.com" ? "https://api.github.com" : web + "/api";
    case ForgeKind::kGitLab: return web + "/api/v4";
    case ForgeKind::kGitea: return web + "/api/v1";
  }
  return web;
}

std::string restOf(const std::string& api) { return api.ends_with("/api") ? api + "/v3" : api; }

Result<std::unique_ptr<Forge>> makeRestForge(const RestForgeParts& parts, const ApiPolicy& policy) {
  auto web = parts.web;
  while (web.ends_with('/')) web.pop_back();
  const auto api = parts.api.empty() ? apiOf(parts.kind, web) : parts.api;
  for (const auto& address : {web, api})
    if (auto url = parseUrl(address); !url) return std::unexpected(url.error());
  ApiParts client{parts.transport, parts.clock, parts.credentials, web, api, {}};
  std::unique_ptr<Wire> wire;
  switch (parts.kind) {
    case ForgeKind::kGitHub: wire = makeGitHubWire(std::move(client), policy); break;
    case ForgeKind::kGitLab: wire = makeGitLabWire(std::move(client), policy); break;
    case ForgeKind::kGitea: wire = makeGiteaWire(std::move(client), policy); break;
  }
  return std::make_unique<RestForge>(std::move(wire));
}

}  // namespace gander::prbot
