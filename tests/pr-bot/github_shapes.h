// GitHub's answers, with all members that its description says are there: gander reads few of them, and a description lets none be missing.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/pr-bot/fake_forge.h"

namespace gander::prbot::github {

using Json = nlohmann::json;
constexpr const char* kTime = "2026-01-02T03:04:05Z";

// `api`: ".../api/v3".
struct Place {
  std::string web;
  std::string api;
};

Json user(const Place& place, const std::string& login, int64_t id);
// `user` as the account itself is told.
Json account(Json user);
Json repository(const Place& place, const FakeRepository& repository, const Json& owner);
Json label(const Place& place, const std::string& repository, const std::string& name);
Json team(const Place& place, const std::string& organization, const std::string& slug);
// Issue and pull request have these in common: the addresses, the words and the people.
Json issue(const Place& place, const std::string& repository, const FakePull& pull, const Json& author);
Json pull(const Place& place, const Json& repository, const FakePull& pull, const Json& author,
          const std::string& head);
// What only the answer for one has, and no list.
void addDetails(Json& json, const FakePull& pull);
Json comment(const Place& place, const std::string& repository, int pull, const FakeComment& comment,
             const Json& author);
Json commit(const Place& place, const std::string& repository, const std::string& id);
Json review(const Place& place, const std::string& repository, int pull, const FakeComment& review, const Json& author);
Json checkRun(const Place& place, const std::string& repository, int id,
              const std::string& conclusion);  // empty: not completed
Json status(const Place& place, const Json& repository, const std::string& commit, Checks checks);

}  // namespace gander::prbot::github
