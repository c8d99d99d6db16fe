// The tests of one forge's client, with its own API description between the client and the fake server: whatever the description has not
// fails the test that asked it, or was answered so.
//   gander_oracle_test github|gitea|forgejo|gitlab
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <httplib.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/process.h"
#include "tests/oracle/description.h"
#include "tests/oracle/prism.h"
#include "tests/pr-bot/rest_fixture.h"

namespace gander::prbot {
namespace {

using testing::HasSubstr;

// What is described, and requests that are right by it.
struct Described {
  std::string_view name;
  ForgeKind kind;
  std::string_view pulls;    // where they are opened
  nlohmann::json good;       // a body that opens one
  std::string_view text;     // a member of it that is text
  std::string_view strange;  // a path that the forge has not
};

const std::array kDescribed{
    Described{"github",
              ForgeKind::kGitHub,
              "/api/v3/repos/acme/plays/pulls",
              {{"title", "T"}, {"head", "gander/x"}, {"base", "main"}},
              "title",
              "/api/v3/repos/acme/plays/merge_requests"},
    Described{"gitea",
              ForgeKind::kGitea,
              "/api/v1/repos/acme/plays/pulls",
              {{"title", "T"}, {"head", "gander/x"}, {"base", "main"}},
              "title",
              "/api/v1/repos/acme/plays/merge_requests"},
    Described{"forgejo",
              ForgeKind::kGitea,
              "/api/v1/repos/acme/plays/pulls",
              {{"title", "T"}, {"head", "gander/x"}, {"base", "main"}},
              "title",
              "/api/v1/repos/acme/plays/merge_requests"},
    Described{"gitlab",
              ForgeKind::kGitLab,
              "/api/v4/projects/acme%2Fplays/merge_requests",
              {{"title", "T"}, {"source_branch", "gander/x"}, {"target_branch", "main"}},
              "title",
              "/api/v4/projects/acme%2Fplays/pulls"},
};

const Described* described = nullptr;
std::unique_ptr<Prism> prism;
std::unique_ptr<Description> description;

class Start final : public testing::Environment {
 public:
  void SetUp() override {
    const auto file = std::filesystem::path(GANDER_DESCRIPTIONS) / fmt::format("{}.json", described->name);
    description = std::make_unique<Description>(file);
    between.port = freePort();
    prism = std::make_unique<Prism>(file, between.port);
    between.front = "http://127.0.0.1:" + std::to_string(prism->port());
  }
  void TearDown() override { prism.reset(); }
};

// At the end of each test.
class Nothing final : public testing::EmptyTestEventListener {
  void OnTestEnd(const testing::TestInfo& test) override {
    std::string strange;
    for (const auto& one : std::exchange(between.seen, {}))
      strange += description->strangeQueries(one.method, one.path);
    if (prism && test.result()->Passed()) EXPECT_EQ(prism->refused() + strange, "") << "outside of the description";
  }
};

httplib::Headers headers(const RestFixture& fixture) {
  return {{"Authorization", "Bearer " + fixture.server.token}, {"User-Agent", "test"}};
}

// ---------------------------------------------------------------- that it can fail

TEST(OracleTest, AWrongRequestIsRefused) {
  const RestFixture fixture(described->kind);
  httplib::Client client("127.0.0.1", prism->port());
  const std::string pulls(described->pulls);
  const std::string text(described->text);
  auto answerTo = [&](const nlohmann::json& body) {
    return client.Post(pulls, headers(fixture), body.dump(), "application/json")->body;
  };
  auto wrong = described->good;
  wrong["no_such_member"] = 1;
  EXPECT_THAT(answerTo(wrong), HasSubstr("no_such_member"));
  wrong = described->good;
  wrong[text] = nlohmann::json::array();
  EXPECT_THAT(answerTo(wrong), HasSubstr(text));
  EXPECT_THAT(prism->refused(), HasSubstr("post " + pulls));
  client.Get(std::string(described->strange), headers(fixture));
  EXPECT_THAT(prism->refused(), HasSubstr("NO_PATH_MATCHED"));
  EXPECT_TRUE(fixture.server.requests().empty()) << "nothing of it came to the server";
  EXPECT_THAT(description->strangeQueries("GET", pulls + "?page=1&colour=red"), HasSubstr("no query colour=red"));
  EXPECT_EQ(description->strangeQueries("GET", pulls + "?page=1"), "");
}

TEST(OracleTest, AWrongAnswerIsRefused) {
  RestFixture fixture(described->kind);
  fixture.server.plan = [](const FakeRequest&) { return Fault::kWrongJson; };
  EXPECT_FALSE(fixture.forge().look("acme/plays"));
  EXPECT_THAT(prism->refused(), HasSubstr("VIOLATIONS"));
  EXPECT_FALSE(fixture.forge().find("acme/plays", "gander/x", "main", 0));
  EXPECT_THAT(prism->refused(), HasSubstr("VIOLATIONS"));
}

// ---------------------------------------------------------------- GraphQL, of which the description has the envelope alone

// What is wrong with requests by GitHub's schema, a line for each.
std::string wrongBySchema(const std::set<std::string>& requests) {
  std::string lines;
  for (const auto& one : requests) lines += one + "\n";
  auto outcome = runProcess({.command = {GANDER_NODE, GANDER_ORACLE "/graphql.cjs"}, .input = lines});
  return outcome ? outcome->output + outcome->errors : outcome.error().message;
}

TEST(GitHubGraphQlTest, IsWhatTheSchemaHas) {
  RestFixture fixture(ForgeKind::kGitHub);
  auto text = textOf(fixture);
  for (const bool draft : {false, true, false}) {
    text.draft = draft;
    ASSERT_TRUE(fixture.forge().ensure(text));
  }
  fixture.plays().ready = false;
  ASSERT_TRUE(fixture.forge().merge("acme/plays", 1, {.head = text.head, .whenReady = true, .unchecked = true}));
  ASSERT_TRUE(fixture.forge().merge("acme/plays", 1, {.callOff = true}));
  std::set<std::string> asked;
  for (const auto& request : fixture.server.requests())
    if (request.path == "/api/graphql") asked.insert(request.body);
  EXPECT_EQ(asked.size(), 4u) << "to a draft and back, an order to merge and its end";
  EXPECT_EQ(wrongBySchema(asked), "");
}

TEST(GitHubGraphQlTest, AWrongOneIsRefused) {
  auto wrong = [](const std::string& query, nlohmann::json variables) {
    return wrongBySchema({nlohmann::json{{"query", query}, {"variables", std::move(variables)}}.dump()});
  };
  const std::string good =
      "mutation($id: ID!) { disablePullRequestAutoMerge(input: {pullRequestId: $id}) { clientMutationId } }";
  EXPECT_EQ(wrong(good, {{"id", "PR_1"}}), "");
  EXPECT_THAT(wrong(good, nlohmann::json::object()), HasSubstr("\"$id\""));
  EXPECT_THAT(wrong("mutation { disableAutoMerge }", {}), HasSubstr("disableAutoMerge"));
  EXPECT_THAT(
      wrong("mutation($id: Int!) { disablePullRequestAutoMerge(input: {pullRequestId: $id}) { actor { login } } }",
            {{"id", 1}}),
      HasSubstr("Int"));
  EXPECT_THAT(wrong("mutation {", {}), HasSubstr("Syntax Error"));
}

}  // namespace
}  // namespace gander::prbot

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  using gander::prbot::kDescribed;
  const auto* found = std::ranges::find(kDescribed, argc > 1 ? argv[1] : "", &gander::prbot::Described::name);
  if (found == kDescribed.end()) {
    fmt::print(stderr, "gander_oracle_test github|gitea|forgejo|gitlab\n");
    return 2;
  }
  gander::prbot::described = found;
  testing::AddGlobalTestEnvironment(new gander::prbot::Start);
  testing::UnitTest::GetInstance()->listeners().Append(new gander::prbot::Nothing);
  return RUN_ALL_TESTS();
}
