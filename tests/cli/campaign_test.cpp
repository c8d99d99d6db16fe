#include <nlohmann/json.hpp>

#include "program_test.h"

namespace gander::cli {
namespace {

using ::testing::HasSubstr;

namespace fs = std::filesystem;

// A fleet of three small repositories, none of which needs a compiler.
class CampaignTest : public ProgramTest {
 protected:
  void SetUp() override {
    auto made =
        start({kSource / "tools/make-fleet", at("fleet"), "fleet/py-charts", "fleet/etl-config", "fleet/unrelated"});
    ASSERT_EQ(made.exitCode, 0) << made.errors;
    environment_["GANDER_STATE"] = at("state");
  }

  std::string migration() const { return at("fleet/migration.yaml"); }

  nlohmann::json document(std::vector<std::string> words, int status) {
    words.emplace_back("--json");
    auto outcome = gander(words);
    EXPECT_EQ(outcome.exitCode, status) << words[0] << ": " << outcome.errors;
    return nlohmann::json::parse(outcome.output, nullptr, false);
  }

  std::map<std::string, std::string> states() {
    std::map<std::string, std::string> out;
    auto found = document({"status"}, 0);
    for (const auto& target : found["campaigns"][0]["targets"]) out[target["repository"]] = target["state"];
    return out;
  }
};

TEST_F(CampaignTest, IsRunReviewedAndVerified) {
  auto report = document({"run", migration(), "--forge", at("fleet/forge")}, 0);
  EXPECT_EQ(report["targets"].size(), 3U);
  EXPECT_EQ(states(), (std::map<std::string, std::string>{
                          {"py-charts", "open"}, {"etl-config", "open"}, {"unrelated", "nothing found"}}));

  auto shown = document({"show", "py-charts"}, 0);
  EXPECT_THAT(shown["proposal"]["diff"].get<std::string>(), HasSubstr("+"));
  EXPECT_FALSE(shown["rewrite"]["edits"].empty());

  EXPECT_EQ(document({"approve", "py-charts"}, 0)["outcome"], "merged");
  EXPECT_EQ(document({"decline", "etl-config", "--reason", "not now"}, 0)["target"]["state"], "declined");
  EXPECT_EQ(gander({"approve", "etl-config"}).exitCode, 2);

  auto again = document({"run", migration()}, 0);
  for (const auto& target : again["targets"]) EXPECT_TRUE(target["unchanged"].get<bool>()) << target["repository"];

  auto left = document({"verify", migration(), "--no-build"}, 1);
  for (const auto& one : left["repositories"]) {
    bool isOld = one["repository"] == "etl-config";
    EXPECT_EQ(one["rewrite"]["edits"].empty(), !isOld) << one["repository"];
  }
}

TEST_F(CampaignTest, AMergeIsTakenBack) {
  document({"run", migration(), "--forge", at("fleet/forge")}, 0);
  EXPECT_EQ(gander({"rollback", "py-charts"}).exitCode, 2) << "it is not merged";
  document({"approve", "py-charts"}, 0);
  auto back = document({"rollback", "py-charts"}, 0)["target"];
  EXPECT_EQ(back["state"], "open");
  EXPECT_EQ(back["migration"], document({"status"}, 0)["campaigns"][1]["migration"]);
  // From now on the name means the rollback.
  auto shown = document({"show", "py-charts"}, 0);
  EXPECT_THAT(shown["proposal"]["title"].get<std::string>(), HasSubstr("Take back"));
  EXPECT_EQ(document({"approve", "py-charts"}, 0)["outcome"], "merged");
  EXPECT_EQ(states()["py-charts"], "reverted");
  auto left = document({"verify", migration(), "--no-build"}, 1);
  for (const auto& one : left["repositories"])
    EXPECT_EQ(one["rewrite"]["edits"].empty(), one["repository"] == "unrelated") << one["repository"];
}

TEST_F(CampaignTest, APlanChangesNothing) {
  auto before = contents(at("fleet/forge"));
  auto plan = document({"plan", migration(), "--no-build"}, 0);
  EXPECT_EQ(plan["repositories"].size(), 3U);
  EXPECT_EQ(contents(at("fleet/forge")), before);
}

TEST_F(CampaignTest, AForgeThatIsNoneIsSaid) {
  auto noForge = gander({"run", migration()});
  EXPECT_EQ(noForge.exitCode, 2);
  EXPECT_THAT(noForge.errors, HasSubstr("--forge"));
  auto missing = gander({"run", migration(), "--forge", at("none")});
  EXPECT_EQ(missing.exitCode, 2);
  EXPECT_THAT(missing.errors, HasSubstr("none"));
  put("plain/file", "");
  auto plain = gander({"run", migration(), "--forge", at("plain")});
  EXPECT_EQ(plain.exitCode, 2);
  EXPECT_THAT(plain.errors, HasSubstr("plain"));
}

TEST_F(CampaignTest, AnUnknownTargetIsGuessed) {
  ASSERT_EQ(gander({"run", migration(), "--forge", at("fleet/forge"), "--repository", "py-charts"}).exitCode, 0);
  auto outcome = gander({"show", "py-chart"});
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("did you mean 'py-charts'?"));
  EXPECT_EQ(gander({"run", migration(), "--repository", "nobody"}).exitCode, 2);
}

TEST_F(CampaignTest, WithoutASandboxNothingIsBuiltAndItIsSaid) {
  put("bin/bwrap", "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n");
  fs::permissions(at("bin/bwrap"), fs::perms(0755));
  environment_["PATH"] = at("bin").string();
  auto outcome = gander({"run", migration(), "--forge", at("fleet/forge")});
  EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("no sandbox, so nothing is built"));
  EXPECT_EQ(document({"show", "py-charts"}, 0)["target"]["verification"], "no sandbox");
}

}  // namespace
}  // namespace gander::cli
