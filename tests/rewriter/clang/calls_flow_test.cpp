// Rows that go through pointers, out-parameters, lambdas, functions that are values, and virtual methods.
#include <gtest/gtest.h>

#include "tests/rewriter/clang/cpp_rewriting.h"

namespace gander::rewriter::testing {
namespace {

TEST(CallsFlowTest, PointersAndReferencesAreOtherNames) {
  expectMarked(R"(
std::string name(const lake::Row* row) { return row->get("[[user_name->listener_name]]"); }
int main() {
  lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row user = lake::open("users").rows().front();
  lake::Row* p = &play;
  lake::Row& r = user;
  lake::log(p->get("[[user_name->listener_name]]") + (*p)["[[user_name->listener_name]]"] + r["user_name"]);
  lake::log(name(&play));
}
)");
}

TEST(CallsFlowTest, APointerThatMovesIsWhatEachAssignmentSays) {
  expectMarked(R"(
int main(int count, char**) {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  lake::Row user = lake::open("users").rows().front();
  const lake::Row* p = &play;
  if (count > 1) p = &user;
  lake::log(p->get("{{user_name}}"));
}
)");
}

TEST(CallsFlowTest, OutParameters) {
  expectMarked(R"(
bool first(const lake::Table& table, lake::Row* out) {
  for (const auto& row : table.rows()) {
    *out = row;
    return true;
  }
  return false;
}
void load(const std::string& table, lake::Row& out) { out = lake::open(table).rows().front(); }
int main() {
  lake::Row play;
  lake::Row user;
  if (first(lake::open("[[user_plays_v1->user_plays_v2]]"), &play)) lake::log(play["[[user_name->listener_name]]"]);
  if (first(lake::open("users"), &user)) lake::log(user["user_name"]);
  load("users", play);
  load("[[user_plays_v1->user_plays_v2]]", user);
  lake::log(play["user_name"] + user["[[user_name->listener_name]]"]);
}
)");
}

TEST(CallsFlowTest, StreamsOfRows) {
  expectMarked(R"(
int main() {
  lake::Reader plays(lake::open("[[user_plays_v1->user_plays_v2]]"));
  lake::Reader users(lake::open("users"));
  lake::Row row;
  while (plays.next(row)) lake::log(row["[[user_name->listener_name]]"]);
  lake::Row user;
  users >> user;
  lake::log(user["user_name"]);
}
)");
}

TEST(CallsFlowTest, AlgorithmsCallLambdasWithElements) {
  expectMarked(R"(
#include <algorithm>
int main() {
  std::vector<lake::Row> plays;
  std::vector<lake::Row> users;
  for (const auto& row : lake::open("[[user_plays_v1->user_plays_v2]]").rows()) plays.push_back(row);
  for (const auto& row : lake::open("users").rows()) users.push_back(row);
  std::for_each(plays.begin(), plays.end(), [](const lake::Row& row) { lake::log(row["[[user_name->listener_name]]"]); });
  std::for_each(users.begin(), users.end(), [](const auto& row) { lake::log(row["user_name"]); });
  auto found = std::find_if(plays.begin(), plays.end(),
                            [&](const lake::Row& row) { return row["[[user_name->listener_name]]"] == users[0]["user_name"]; });
  lake::log(found->get("[[user_name->listener_name]]"));
  std::sort(plays.begin(), plays.end(), [](const lake::Row& a, const lake::Row& b) {
    return a["[[user_name->listener_name]]"] < b["[[user_name->listener_name]]"];
  });
  std::ranges::for_each(plays, [](const lake::Row& row) { lake::log(row["[[track_ms->duration_ms]]"]); });
}
)");
}

TEST(CallsFlowTest, CallbacksOfTheTree) {
  expectMarked(R"(
#include <functional>
void each(const lake::Table& table, const std::function<void(const lake::Row&)>& visit) {
  for (const auto& row : table.rows()) visit(row);
}
template <class F>
void every(const lake::Table& table, F visit) {
  for (const auto& row : table.rows()) visit(row);
}
void all(const lake::Table& table, void (*visit)(const lake::Row&)) {
  for (const auto& row : table.rows()) visit(row);
}
void showPlay(const lake::Row& row) { lake::log(row["[[user_name->listener_name]]"]); }
void showUser(const lake::Row& row) { lake::log(row["user_name"]); }
int main() {
  auto plays = lake::open("[[user_plays_v1->user_plays_v2]]");
  auto users = lake::open("users");
  each(plays, [](const lake::Row& row) { lake::log(row["[[user_name->listener_name]]"]); });
  each(users, [](const lake::Row& row) { lake::log(row["user_name"]); });
  every(plays, [](const lake::Row& row) { lake::log(row["[[user_name->listener_name]]"]); });
  every(users, [](const lake::Row& row) { lake::log(row["user_name"]); });
  all(plays, showPlay);
  all(users, &showUser);
}
)");
}

TEST(CallsFlowTest, CapturesInAHelperOfTwoDatasets) {
  expectMarked(R"(
void showPlays(const lake::Table& table, const std::string& title) {
  auto row = table.rows().front();
  auto show = [&](const std::string& name) { lake::log(title + row[name]); };
  show("[[user_name->listener_name]]");
}
std::string pick(const lake::Table& table, const std::string& name) {
  auto row = table.rows().front();
  auto get = [row, &name] { return row[name]; };
  return get();
}
int main() {
  showPlays(lake::open("[[user_plays_v1->user_plays_v2]]"), "user_name");
  lake::log(pick(lake::open("[[user_plays_v1->user_plays_v2]]"), "[[user_name->listener_name]]"));
  lake::log(pick(lake::open("users"), "user_name"));
}
)");
}

TEST(CallsFlowTest, VirtualMethodsReachWhatOverridesThem) {
  expectMarked(R"(
struct Visitor {
  virtual ~Visitor() = default;
  virtual void visit(const lake::Row& row) = 0;
};
struct Names : Visitor {
  void visit(const lake::Row& row) override { lake::log(row["[[user_name->listener_name]]"]); }
};
void run(Visitor& visitor) { visitor.visit(lake::open("[[user_plays_v1->user_plays_v2]]").rows().front()); }
struct Other {
  virtual void visit(const lake::Row& row) { lake::log(row["user_name"]); }
};
int main() {
  Names names;
  run(names);
  Other().visit(lake::open("users").rows().front());
}
)");
}

TEST(CallsFlowTest, AMethodThatTwoDatasetsReachIsListed) {
  expectMarked(R"(
struct Source {
  virtual lake::Row row() = 0;
};
struct Plays : Source {
  lake::Row row() override { return lake::open("{{user_plays_v1}}").rows().front(); }
};
struct Users : Source {
  lake::Row row() override { return lake::open("users").rows().front(); }
};
void show(Source& source) { lake::log(source.row()["{{user_name}}"]); }
)");
}

}  // namespace
}  // namespace gander::rewriter::testing
