#include <nlohmann/json.hpp>

#include "program_test.h"

namespace gander::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class UsageTest : public ProgramTest {};

TEST_F(UsageTest, NoArgumentsIsWrongUsageWithTheHelp) {
  auto outcome = gander({});
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_THAT(outcome.output, IsEmpty());
  EXPECT_THAT(outcome.errors, HasSubstr("rewrite"));
}

TEST_F(UsageTest, HelpAndVersionAreAnswers) {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"help"}, {"--help"}, {"help", "run"}, {"run", "--help"}}) {
    auto outcome = gander(words);
    EXPECT_EQ(outcome.exitCode, 0) << words[0];
    EXPECT_THAT(outcome.output, HasSubstr("Usage: gander")) << words[0];
  }
  EXPECT_THAT(gander({"help", "run"}).output, HasSubstr("--forge"));
  auto version = gander({"--version"});
  EXPECT_EQ(version.exitCode, 0);
  EXPECT_THAT(version.output, StartsWith("gander 0."));
}

TEST_F(UsageTest, AMistypedCommandIsGuessed) {
  auto outcome = gander({"rewrtie", "a", "b"});
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("no command 'rewrtie': did you mean 'rewrite'?"));
  EXPECT_THAT(gander({"xyzzy"}).errors, HasSubstr("`gander help` lists the commands"));
}

TEST_F(UsageTest, WrongFlagsAreRefused) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"rewrite", "m.yaml"},
                                                                 {"rewrite", "m.yaml", "t", "--dif"},
                                                                 {"rewrite", "m.yaml", "t", "--diff", "--write"},
                                                                 {"rewrite", "m.yaml", "t", "--jobs", "none"},
                                                                 {"run", "m.yaml", "--workers", "0"},
                                                                 {"decline", "a"}}) {
    auto outcome = gander(words);
    EXPECT_EQ(outcome.exitCode, 2) << words.back();
    EXPECT_THAT(outcome.output, IsEmpty()) << words.back();
    EXPECT_THAT(outcome.errors, HasSubstr("gander " + words[0] + " --help")) << words.back();
  }
}

TEST_F(UsageTest, WithJsonAnErrorIsOneDocument) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"rewrite", "none.yaml", "t", "--json"}, {"run", "--json"}, {"status", "--json"}, {"stauts", "--json"}}) {
    auto outcome = gander(words);
    EXPECT_EQ(outcome.exitCode, 2) << words[0];
    auto document = nlohmann::json::parse(outcome.output, nullptr, false);
    ASSERT_TRUE(document.is_object()) << outcome.output;
    EXPECT_THAT(document["error"]["message"].get<std::string>(), ::testing::Not(IsEmpty()));
    EXPECT_TRUE(document["error"]["kind"].is_string());
  }
}

TEST_F(UsageTest, StatusWithoutAStateSaysWhatToDo) {
  auto outcome = gander({"status", "--state", "none"});
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("`gander run` first"));
  EXPECT_FALSE(std::filesystem::exists(at("none")));
}

TEST_F(UsageTest, TheStateFolderComesFromTheEnvironmentToo) {
  environment_["GANDER_STATE"] = "elsewhere";
  EXPECT_THAT(gander({"status"}).errors, HasSubstr("elsewhere"));
  EXPECT_THAT(gander({"status", "--state", "flag"}).errors, HasSubstr("state folder flag"));
}

}  // namespace
}  // namespace gander::cli
