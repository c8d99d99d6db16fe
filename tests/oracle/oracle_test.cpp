// The tests of GitHub's client, with GitHub's own API description between the client and the fake server: whatever the description has not
// fails the test that asked it, or was answered so.
#include <gmock/gmock.h>
#include <httplib.h>

#include <nlohmann/json.hpp>

#include "tests/oracle/prism.h"
#include "tests/pr-bot/rest_fixture.h"

namespace gander::prbot {
namespace {

using testing::HasSubstr;

std::unique_ptr<Prism> prism;

class Start final : public testing::Environment {
 public:
  void SetUp() override {
    between.port = freePort();
    prism = std::make_unique<Prism>(GANDER_DESCRIPTION, between.port);
    between.front = "http://127.0.0.1:" + std::to_string(prism->port());
  }
  void TearDown() override { prism.reset(); }
};

// At the end of each test.
class Nothing final : public testing::EmptyTestEventListener {
  void OnTestEnd(const testing::TestInfo& test) override {
    if (prism && test.result()->Passed()) EXPECT_EQ(prism->refused(), "") << "outside of GitHub's description";
  }
};

httplib::Headers headers(const RestFixture& fixture) {
  return {{"Authorization", "Bearer " + fixture.server.token}, {"User-Agent", "test"}};
}

// ---------------------------------------------------------------- that it can fail

TEST(OracleTest, AWrongRequestIsRefused) {
  const RestFixture fixture(ForgeKind::kGitHub);
  httplib::Client client("127.0.0.1", prism->port());
  const nlohmann::json good{{"title", "T"}, {"head", "gander/x"}, {"base", "main"}};
  auto status = [&](const nlohmann::json& body) {
    return client.Post("/api/v3/repos/acme/plays/pulls", headers(fixture), body.dump(), "application/json")->body;
  };
  auto wrong = good;
  wrong["no_such_member"] = 1;
  EXPECT_THAT(status(wrong), HasSubstr("no_such_member"));
  wrong = good;
  wrong["draft"] = "yes";
  EXPECT_THAT(status(wrong), HasSubstr("draft"));
  wrong = good;
  wrong.erase("base");
  EXPECT_THAT(status(wrong), HasSubstr("base"));
  EXPECT_THAT(prism->refused(), HasSubstr("post /api/v3/repos/acme/plays/pulls"));
  client.Get("/api/v3/repos/acme/plays/merge_requests", headers(fixture));
  EXPECT_THAT(prism->refused(), HasSubstr("NO_PATH_MATCHED"));
  EXPECT_TRUE(fixture.server.requests().empty()) << "nothing of it came to the server";
}

TEST(OracleTest, AWrongAnswerIsRefused) {
  RestFixture fixture(ForgeKind::kGitHub);
  fixture.server.plan = [](const FakeRequest&) { return Fault::kWrongJson; };
  EXPECT_FALSE(fixture.forge().look("acme/plays"));
  EXPECT_THAT(prism->refused(), HasSubstr("VIOLATIONS"));
}

}  // namespace
}  // namespace gander::prbot

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  testing::AddGlobalTestEnvironment(new gander::prbot::Start);
  testing::UnitTest::GetInstance()->listeners().Append(new gander::prbot::Nothing);
  return RUN_ALL_TESTS();
}
