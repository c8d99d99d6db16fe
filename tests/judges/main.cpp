// GANDER_JUDGE_QUERIES: how many queries each judge is asked. GANDER_JUDGE_SEED: other ones. GANDER_JUDGE_MOST: how many wrong ones
// are shown before it ends.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/judges/judging.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (const char* queries = std::getenv("GANDER_JUDGE_QUERIES"))
    gander::judges::settings().queries = std::stoul(queries);
  if (const char* seed = std::getenv("GANDER_JUDGE_SEED")) {
    gander::judges::settings().seed = static_cast<uint32_t>(std::stoul(seed));
  }
  if (const char* most = std::getenv("GANDER_JUDGE_MOST")) gander::judges::settings().most = std::stoul(most);
  return RUN_ALL_TESTS();
}
