// Names of fields that are kept in constants, arrays, maps and records, and texts that are put together.
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace gander::rewriter::testing
