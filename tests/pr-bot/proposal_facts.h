// The facts of a proposal that is like most, and the texts that are kept for them.
#pragma once

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "pr-bot/proposal_text.h"

namespace gander::prbot {

// GANDER_UPDATE=1 writes the golden texts anew: the text is the product.
inline void expectGolden(const std::string& name, const std::string& text) {
  auto path = std::filesystem::path(GANDER_SOURCE_DIR) / "tests/pr-bot/golden" / name;
  if (std::getenv("GANDER_UPDATE")) {
    ASSERT_TRUE(writeFile(path, text));
  }
  auto golden = readFile(path);
  ASSERT_TRUE(golden) << golden.error().message;
  EXPECT_EQ(text, *golden);
}

using namespace std::chrono_literals;

inline ProposalFacts usualFacts() {
  ProposalFacts facts;
  facts.migration = "user-plays-v2";
  facts.title = "Move from user_plays_v1 to user_plays_v2";
  facts.summary = "Version 1 is not filled any more from March on.";
  facts.guide = "https://wiki.example/user-plays?v=2";
  facts.owner = "group:data-platform";
  facts.repository = "acme/plays-report";
  facts.base = std::string(40, 'c');
  facts.edits = {
      {"src/report.py",
       {3, 24},
       "user_plays_v1",
       "user_plays_v2",
       "user-plays/table/user_plays_v1",
       "table",
       "flow",
       false,
       {{"src/report.py", {3, 9}, "warehouse.open names the dataset"}}},
      {"src/report.py",
       {5, 14},
       "user_name",
       "listener_name",
       "user-plays/rename/user_name",
       "rename",
       "flow",
       false,
       {{"src/report.py", {3, 9}, "warehouse.open names the dataset"}, {"src/report.py", {4, 12}, "a row of it"}}},
      {"src/main.cpp",
       {12, 8},
       "user_name",
       "listener_name",
       "user-plays/rename/user_name",
       "rename",
       "type",
       true,
       {{"src/main.cpp", {12, 8}, "a member of warehouse::v1::UserPlay"}}},
  };
  facts.files = {{"proto/plays.proto", true}, {"proto/plays_v2.proto", false}};
  facts.listed = {
      {"src/dyn.py", {7, 1}, "row[prefix + \"name\"]", "user-plays/rename/user_name", "the key is computed", false}};
  facts.hazards = {{"shared-constant", "src/names.py", {1, 1}, "the constant is used for another dataset too"}};
  facts.gaps = {"src/win.cpp: inactive region, lines 3-9"};
  facts.skipped = {"data/big.bin: binary"};
  facts.pages = {ForgeKind::kGitHub, "https://github.com/acme/plays-report"};
  facts.verification.verdict = "verified";
  facts.verification.verified = true;
  facts.verification.detail = "configure, build passed";
  facts.verification.steps = {{"cmake -S . -B build", StepRun{true, 900ms}, StepRun{true, 1200ms}},
                              {"cmake --build build", StepRun{true, 72s}, StepRun{true, 3700s}}};
  facts.verification.log = "[1/2] Building CXX object main.o\n[2/2] Linking CXX executable main\n";
  facts.certificate = {.grade = "symbols"};
  facts.ledger = {9, 3, 2, 1, 0, 1, 2};
  return facts;
}

}  // namespace gander::prbot
