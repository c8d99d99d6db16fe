// Rows in containers, holders, pairs and members keep their dataset.
#include <gtest/gtest.h>

#include "tests/rewriter/clang/cpp_rewriting.h"

namespace gander::rewriter::testing {
namespace {

TEST(ContainersFlowTest, AVectorThatIsFilledInOneFunctionAndReadInAnother) {
  expectMarked(R"(
std::vector<lake::Row> load(const std::string& name) {
  std::vector<lake::Row> rows;
  for (const auto& row : lake::open(name).rows()) rows.push_back(row);
  return rows;
}
void show(const std::vector<lake::Row>& rows) {
  for (const auto& row : rows) lake::log(row["[[user_name->listener_name]]"]);
}
int main() {
  show(load("[[user_plays_v1->user_plays_v2]]"));
  for (const auto& row : load("users")) lake::log(row["user_name"]);
}
)");
}

TEST(ContainersFlowTest, TwoVectorsDoNotMix) {
  expectMarked(R"(
void fill(std::vector<lake::Row>& out, const lake::Table& table) {
  for (const auto& row : table.rows()) out.push_back(row);
}
int main() {
  std::vector<lake::Row> plays;
  std::vector<lake::Row> users;
  fill(plays, lake::open("[[user_plays_v1->user_plays_v2]]"));
  fill(users, lake::open("users"));
  for (size_t i = 0; i < plays.size(); ++i) lake::log(plays[i].get("[[user_name->listener_name]]"));
  for (auto at = plays.begin(); at != plays.end(); ++at) lake::log(at->get("[[user_name->listener_name]]"));
  for (auto at = users.begin(); at != users.end(); ++at) lake::log((*at)["user_name"]);
  lake::log(users.front()["user_name"] + plays.back()["[[user_name->listener_name]]"]);
}
)");
}

TEST(ContainersFlowTest, AVectorOfTwoDatasetsIsNeither) {
  expectMarked(R"(
int main() {
  std::vector<lake::Row> rows;
  for (const auto& row : lake::open("{{user_plays_v1}}").rows()) rows.push_back(row);
  rows.push_back(lake::open("users").rows().front());
  for (const auto& row : rows) lake::log(row["{{user_name}}"]);
}
)");
}

TEST(ContainersFlowTest, AMapOfRowsIsNoRow) {
  expectMarked(R"(
#include <map>
int main() {
  std::map<std::string, lake::Row> byName;
  for (const auto& row : lake::open("[[user_plays_v1->user_plays_v2]]").rows())
    byName[row["[[user_name->listener_name]]"]] = row;
  lake::log(byName["user_name"].get("[[user_name->listener_name]]"));
  for (const auto& [name, row] : byName) lake::log(name + row["[[user_name->listener_name]]"]);
  for (const auto& entry : byName) lake::log(entry.second["[[user_name->listener_name]]"]);
  if (auto found = byName.find("user_name"); found != byName.end())
    lake::log(found->second["[[user_name->listener_name]]"]);
}
)");
}

TEST(ContainersFlowTest, HoldersAreWhatTheyHold) {
  expectMarked(R"(
#include <memory>
#include <optional>
std::optional<lake::Row> first(const lake::Table& table) {
  for (const auto& row : table.rows()) return row;
  return std::nullopt;
}
int main() {
  if (auto row = first(lake::open("[[user_plays_v1->user_plays_v2]]"))) lake::log((*row)["[[user_name->listener_name]]"]);
  if (auto row = first(lake::open("users"))) lake::log(row->get("user_name"));
  auto shared = std::make_shared<lake::Row>(lake::open("[[user_plays_v1->user_plays_v2]]").rows().front());
  lake::log(shared->get("[[user_name->listener_name]]"));
  std::unique_ptr<lake::Row> owned = std::make_unique<lake::Row>(lake::open("users").rows().front());
  lake::log(owned->get("user_name"));
}
)");
}

TEST(ContainersFlowTest, AHolderHoldsWhatWasPutInLast) {
  expectMarked(R"(
#include <optional>
int main() {
  std::optional<lake::Row> row = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::log(row->get("[[user_name->listener_name]]"));
  row = lake::open("users").rows().front();
  lake::log(row->get("user_name"));
  row.emplace(lake::open("[[user_plays_v1->user_plays_v2]]").rows().front());
  lake::log(row->get("[[user_name->listener_name]]"));
}
)");
}

TEST(ContainersFlowTest, WhatMayBeWrittenThroughAReferenceIsListed) {
  expectMarked(R"(
#include <functional>
void later(std::reference_wrapper<lake::Row> row);
int main() {
  lake::Row row = lake::open("{{user_plays_v1}}").rows().front();
  later(std::ref(row));
  lake::log(row["{{user_name}}"]);
}
)");
}

TEST(ContainersFlowTest, PairsAndTuplesByPosition) {
  expectMarked(R"(
#include <tuple>
#include <utility>
std::pair<lake::Row, lake::Row> both() {
  return {lake::open("[[user_plays_v1->user_plays_v2]]").rows().front(), lake::open("users").rows().front()};
}
int main() {
  auto [play, user] = both();
  lake::log(play["[[user_name->listener_name]]"] + user["user_name"]);
  auto two = std::make_pair(user, play);
  lake::log(two.first["user_name"] + two.second["[[user_name->listener_name]]"]);
  std::tuple<int, lake::Row, lake::Row> three{1, play, user};
  lake::log(std::get<1>(three)["[[user_name->listener_name]]"] + std::get<2>(three)["user_name"]);
}
)");
}

TEST(ContainersFlowTest, MembersOfEachObject) {
  expectMarked(R"(
struct Batch {
  std::string title;
  std::vector<lake::Row> rows;
  void add(const lake::Row& row) { rows.push_back(row); }
};
class Holder {
 public:
  explicit Holder(lake::Row row) : row_(row) {}
  const lake::Row& row() const { return row_; }
 private:
  lake::Row row_;
};
struct Two { lake::Row left; lake::Row right; };
int main() {
  Batch plays;
  Batch users;
  plays.add(lake::open("[[user_plays_v1->user_plays_v2]]").rows().front());
  users.add(lake::open("users").rows().front());
  for (const auto& row : plays.rows) lake::log(row["[[user_name->listener_name]]"]);
  for (const auto& row : users.rows) lake::log(row["user_name"]);
  Holder play(plays.rows[0]);
  Holder user(users.rows[0]);
  lake::log(play.row()["[[user_name->listener_name]]"] + user.row()["user_name"]);
  Two two{.left = play.row(), .right = user.row()};
  auto [left, right] = two;
  lake::log(two.left["[[user_name->listener_name]]"] + right["user_name"] + left["[[user_name->listener_name]]"]);
}
)");
}

TEST(ContainersFlowTest, WhatAnUnknownFunctionPutsInIsNotKnown) {
  expectMarked(R"(
void refill(std::vector<lake::Row>& rows);
int main() {
  std::vector<lake::Row> rows;
  rows.push_back(lake::open("{{user_plays_v1}}").rows().front());
  refill(rows);
  lake::log(rows[0]["{{user_name}}"]);
}
)");
}

}  // namespace
}  // namespace gander::rewriter::testing
