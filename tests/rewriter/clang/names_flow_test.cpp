// Names of fields that are kept in constants, arrays, maps and records, and texts that are put together.
#include <gtest/gtest.h>

#include "base/files.h"
#include "tests/rewriter/clang/cpp_rewriting.h"

namespace gander::rewriter::testing {
namespace {

TEST(NamesFlowTest, Constants) {
  expectMarked(R"(
#include <string_view>
constexpr char kName[] = "[[user_name->listener_name]]";
const std::string kTrack = "[[track_ms->duration_ms]]";
constexpr std::string_view kUser = "user_name";
int main() {
  auto play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::log(play[kName] + play[kTrack]);
  lake::log(lake::open("users").rows().front()[std::string(kUser)]);
}
)");
}

TEST(NamesFlowTest, ArraysByTheirIndex) {
  expectMarked(R"(
enum Field { kName, kTrack, kOther };
static const char* const kFields[] = {"[[user_name->listener_name]]", "[[track_ms->duration_ms]]", "user_name"};
int main() {
  auto play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  auto user = lake::open("users").rows().front();
  lake::log(play[kFields[kName]] + play[kFields[1]] + user[kFields[kOther]]);
}
)");
}

TEST(NamesFlowTest, RecordsAndMapsOfNames) {
  expectMarked(R"(
#include <map>
struct Column { const char* name; int width; };
static const Column kColumns[] = {{"[[user_name->listener_name]]", 3}, {"[[track_ms->duration_ms]]", 4}};
static const std::map<std::string, int> kWidths = {{"[[user_name->listener_name]]", 3}};
int main() {
  auto play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  for (const auto& column : kColumns) lake::log(play[column.name]);
  for (const auto& [name, width] : kWidths) lake::log(play[name]);
}
)");
}

TEST(NamesFlowTest, AVectorOfNames) {
  expectMarked(R"(
int main() {
  auto play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  std::vector<std::string> names = {"[[user_name->listener_name]]"};
  names.push_back("[[track_ms->duration_ms]]");
  for (const auto& name : names) lake::log(play[name]);
}
)");
}

TEST(NamesFlowTest, ANameThatTwoDatasetsShareIsListed) {
  expectMarked(R"(
static const char kName[] = "{{user_name}}";
const char* field(int which) {
  switch (which) {
    case 0: return "{{track_ms}}";
    default: return "played_at";
  }
}
int main() {
  auto play = lake::open("{{user_plays_v1}}").rows().front();
  lake::log(play[kName] + play[field(0)]);
  lake::log(lake::open("users").rows().front()[kName]);
}
)");
}

TEST(NamesFlowTest, ANameInAHeaderOutsideOfTheTreeHoldsItsUnitBack) {
  const auto folder = TemporaryDirectory::make("gander-outside");
  ASSERT_TRUE(folder);
  ASSERT_TRUE(writeFile(folder->path() / "outside.h", "#define FIELD \"user_name\"\n#define OTHER \"played\"\n"));
  const auto rewritten = [&](const std::string& key) {
    return rewriteCpp({{"lake.h", kLakeHeader},
                       {"main.cpp",
                        "#include \"lake.h\"\n#include <outside.h>\nint main() {\n"
                        "  for (const auto& row : lake::open(\"user_plays_v1\").rows()) lake::log(row[" +
                            key + "]);\n}\n"}},
                      kPlaysMigration, "-I" + folder->path().string());
  };
  const auto got = rewritten("\"\" FIELD");
  EXPECT_TRUE(got.rewrite.edits.empty());
  ASSERT_FALSE(got.rewrite.listed.empty());
  EXPECT_EQ(rewritten("\"\" OTHER").rewrite.edits.size(), 1u);
}

}  // namespace
}  // namespace gander::rewriter::testing
