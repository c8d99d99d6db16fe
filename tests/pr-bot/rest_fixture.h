// A forge on the network as a test has it: a fake server, and gander's client of it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "pr-bot/http/credentials.h"
#include "pr-bot/rest_forge.h"
#include "tests/pr-bot/fake_forge.h"

namespace gander::prbot {

// What stands between the client and the server, for all fixtures of a program: nothing, or a proxy (tests/oracle).
struct Between {
  int port = 0;                   // that the server must listen on; 0: any
  std::string front;              // where the client reaches it; empty: at the server itself
  std::vector<FakeRequest> seen;  // by the servers of fixtures that are gone
};
inline Between between;

struct RestFixture {
  explicit RestFixture(ForgeKind kind, const HttpSettings& http = {}, const ApiPolicy& policy = {})
      : server(kind, clock, between.port) {
    server.front = between.front;
    server.add("acme/plays");
    transport = must(makeCurlTransport(http));
    credentials = must(makeTokenCredentials(server.token));
    client = must(makeRestForge(
        {*transport, clock, *credentials, kind, server.web(), between.front.empty() ? "" : apiOf(kind, between.front)},
        policy));
  }
  ~RestFixture() {
    EXPECT_EQ(server.crossed, 0) << "requests beyond GitHub's limits on contents";
    const auto all = server.requests();
    between.seen.insert(between.seen.end(), all.begin(), all.end());
  }
  RestFixture(const RestFixture&) = delete;
  RestFixture& operator=(const RestFixture&) = delete;

  template <typename T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }

  Forge& forge() { return *client; }
  std::string cloneUrl() const { return server.web() + "/acme/plays.git"; }
  void push(const std::string& branch, const std::string& commit) {
    server.repository("acme/plays").branches[branch] = commit;
  }
  FakeRepository& plays() { return server.repository("acme/plays"); }

  ManualClock clock{Time(std::chrono::seconds(1'790'000'000))};
  FakeForge server;
  std::unique_ptr<HttpTransport> transport;
  std::unique_ptr<Credentials> credentials;
  std::unique_ptr<Forge> client;
};

// A pull request of acme/plays, with the branch that it needs.
inline constexpr auto kBranch = "gander/plays-v2";
inline PullRequestText textOf(RestFixture& fixture) {
  fixture.push(kBranch, std::string(40, 'a'));
  return {"acme/plays", kBranch, "main", std::string(40, 'a'), "Title", "Body", false};
}

template <ForgeKind kKind>
struct RestFixtureOf : RestFixture {
  RestFixtureOf() : RestFixture(kKind) {}
};

}  // namespace gander::prbot
