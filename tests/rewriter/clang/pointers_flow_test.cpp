// What is written through a pointer or a reference that was given away: by a call, a container, another variable, a callable.
#include <gtest/gtest.h>

#include "tests/rewriter/clang/cpp_rewriting.h"

namespace gander::rewriter::testing {
namespace {

TEST(PointersFlowTest, APointerThatIsPassedOnLetsItsTargetBeWritten) {
  expectMarked(R"(
void next(lake::Row* row) { *row = lake::open("users").rows().front(); }
void reallyNext(lake::Row* row) { *row = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front(); }
void indirect(lake::Row* row) { reallyNext(row); }
void only(const lake::Row* row) { lake::log(row->get("[[user_name->listener_name]]")); }
int main() {
  lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row* p = &play;
  lake::log(p->get("[[user_name->listener_name]]"));
  only(p);
  next(p);
  lake::log(p->get("user_name") + play["user_name"]);
  lake::Row user;
  indirect(&user);
  lake::log(user["[[user_name->listener_name]]"]);
}
)");
}

TEST(PointersFlowTest, AFunctionThatNobodySawMayWriteThroughAPointer) {
  expectMarked(R"(
void unseen(lake::Row* row);
int main(int, char**) {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  lake::Row* p = &play;
  unseen(p);
  lake::log(play["{{user_name}}"]);
}
)");
}

TEST(PointersFlowTest, AFunctionByItsPointerMayWriteWhatItTakes) {
  expectMarked(R"(
int main(int, char**) {
  void (*load)(lake::Row&) = nullptr;
  void (*show)(const lake::Row&) = nullptr;
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  show(play);
  lake::log(play["{{user_name}}"]);
  load(play);
  lake::log(play["{{user_name}}"]);
}
)");
  expectMarked(R"(
int main(int, char**) {
  void (*show)(const lake::Row&) = nullptr;
  lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  show(play);
  lake::log(play["[[user_name->listener_name]]"]);
}
)");
}

TEST(PointersFlowTest, AHandleThatOnlyItsLibraryKnowsStaysWhatItIs) {
  expectMarked(R"(
struct Handle;
Handle* start();
void tune(Handle* handle, int level);
lake::Table table(Handle* handle, const std::string& name);
int main() {
  Handle* handle = start();
  tune(handle, 3);
  std::string name = "user_plays_v1";
  lake::log(lake::open("[[user_plays_v1->user_plays_v2]]").rows().front()["[[user_name->listener_name]]"]);
}
)");
}

TEST(PointersFlowTest, APointerThatIsKeptLetsItsTargetBeWrittenLater) {
  expectMarked(R"(
std::vector<lake::Row*> pending;
lake::Row* current;
void keep(lake::Row* row) { current = row; }
void queue(lake::Row* row) { pending.push_back(row); }
void later(lake::Row* row) { keep(row); }
void refill() {
  for (auto* row : pending) *row = lake::open("users").rows().front();
  *current = lake::open("users").rows().front();
}
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  queue(&play);
  refill();
  lake::log(play["{{user_name}}"]);
  lake::Row other = lake::open("{{user_plays_v1}}").rows().front();
  later(&other);
  refill();
  lake::log(other["{{user_name}}"]);
}
)");
}

TEST(PointersFlowTest, AnAddressThatIsPutIntoAContainer) {
  expectMarked(R"(
#include <memory>
#include <thread>
void work(lake::Row* row) { *row = lake::open("users").rows().front(); }
struct Job {
  explicit Job(lake::Row* row) : row_(row) {}
  void run() { work(row_); }
  lake::Row* row_;
};
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  std::vector<lake::Row*> all;
  all.push_back(&play);
  work(all[0]);
  lake::log(play["{{user_name}}"]);
  lake::Row other = lake::open("{{user_plays_v1}}").rows().front();
  std::thread thread(work, &other);
  thread.join();
  lake::log(other["{{user_name}}"]);
  lake::Row third = lake::open("{{user_plays_v1}}").rows().front();
  auto job = std::make_shared<Job>(&third);
  job->run();
  lake::log(third["{{user_name}}"]);
}
)");
}

TEST(PointersFlowTest, AnAddressInAContainerOfConstPointersChangesNothing) {
  expectMarked(R"(
int main() {
  lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  std::vector<const lake::Row*> all;
  all.push_back(&play);
  lake::log(play["[[user_name->listener_name]]"]);
}
)");
}

TEST(PointersFlowTest, ACopyOfAPointerIsAnotherWayToItsTarget) {
  expectMarked(R"(
void next(lake::Row* row) { *row = lake::open("users").rows().front(); }
struct Holder { lake::Row* row; };
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  lake::Row* p = &play;
  Holder holder{p};
  next(holder.row);
  lake::log(play["{{user_name}}"]);
  lake::Row other = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row* q = &other;
  lake::Row* r = q;
  lake::log(r->get("[[user_name->listener_name]]"));
  next(r);
  lake::log(other["user_name"] + q->get("user_name"));
}
)");
}

TEST(PointersFlowTest, AReferenceToAPointerMayMoveIt) {
  expectMarked(R"(
int main() {
  lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row user = lake::open("users").rows().front();
  lake::Row* p = &play;
  lake::Row*& q = p;
  q = &user;
  lake::log(p->get("user_name"));
}
)");
}

TEST(PointersFlowTest, WhatACallMayMoveIsNoName) {
  expectMarked(R"(
lake::Row spare = lake::open("users").rows().front();
void move(lake::Row*& row) { row = &spare; }
int main() {
  lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row* p = &play;
  move(p);
  lake::log(p->get("user_name"));
}
)");
}

TEST(PointersFlowTest, OneOfTwoMayBeWritten) {
  expectMarked(R"(
void load(lake::Row& row) { row = lake::open("users").rows().front(); }
std::string name(const lake::Row& row) { return row["[[user_name->listener_name]]"]; }
int main(int count, char**) {
  lake::Row a = lake::open("{{user_plays_v1}}").rows().front();
  lake::Row b = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  load(count > 1 ? a : b);
  lake::log(a["{{user_name}}"]);
  lake::Row c = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row d = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::log(name(count > 1 ? c : d) + (count > 2 ? c : d)["[[user_name->listener_name]]"]);
  lake::log(c["[[user_name->listener_name]]"]);
}
)");
}

TEST(PointersFlowTest, ACallableMayWriteWhatAnApiPassesOnToIt) {
  expectMarked(R"(
#include <functional>
#include <mutex>
void load(lake::Row& row) { row = lake::open("users").rows().front(); }
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  std::invoke(load, play);
  lake::log(play["{{user_name}}"]);
  lake::Row other = lake::open("{{user_plays_v1}}").rows().front();
  std::once_flag once;
  std::call_once(once, [](lake::Row& row) { load(row); }, other);
  lake::log(other["{{user_name}}"]);
  lake::Row third = lake::open("{{user_plays_v1}}").rows().front();
  std::apply(load, std::tie(third));
  lake::log(third["{{user_name}}"]);
}
)");
}

TEST(PointersFlowTest, ACallableThatOnlyReadsChangesNothing) {
  expectMarked(R"(
#include <functional>
#include <mutex>
int main() {
  std::once_flag once;
  const lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  auto show = [](const lake::Row& row) { lake::log(row["[[user_name->listener_name]]"]); };
  std::invoke(show, play);
  show(play);
  lake::Row other = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  std::call_once(once, [](const lake::Row&) {}, other);
  lake::log(other["[[user_name->listener_name]]"]);
  std::invoke([](int, const lake::Row& row) { lake::log(row["user_name"]); }, 1, lake::open("users").rows().front());
  lake::log(play["[[user_name->listener_name]]"]);
  std::vector<lake::Row> rows;
  rows.emplace_back(play);
  lake::log(rows[0]["[[user_name->listener_name]]"]);
}
)");
}

TEST(PointersFlowTest, AnAssignmentToABindingWritesWhatItIsBoundTo) {
  expectMarked(R"(
#include <tuple>
#include <utility>
struct Two { lake::Row left; lake::Row right; };
int main() {
  lake::Row user = lake::open("users").rows().front();
  std::pair<lake::Row, lake::Row> both{lake::open("{{user_plays_v1}}").rows().front(), user};
  auto& [play, second] = both;
  play = user;
  lake::log(both.first["{{user_name}}"] + second["user_name"]);
  Two two{lake::open("{{user_plays_v1}}").rows().front(), user};
  auto& [left, right] = two;
  left = user;
  lake::log(two.left["{{user_name}}"]);
  std::pair<lake::Row, lake::Row> copied{lake::open("[[user_plays_v1->user_plays_v2]]").rows().front(), user};
  auto [own, rest] = copied;
  own = user;
  lake::log(own["user_name"] + copied.first["[[user_name->listener_name]]"]);
}
)");
}

TEST(PointersFlowTest, AHolderThatIsSwappedHoldsWhatTheOtherHeld) {
  expectMarked(R"(
#include <memory>
#include <optional>
int main() {
  std::optional<lake::Row> play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  std::optional<lake::Row> user = lake::open("users").rows().front();
  lake::log(play->get("[[user_name->listener_name]]") + user->get("user_name"));
  play.swap(user);
  lake::log(play->get("user_name"));
}
)");
}

TEST(PointersFlowTest, WhatASmartPointerHoldsMayBeWrittenThroughIt) {
  expectMarked(R"(
#include <memory>
void next(lake::Row* row);
int main() {
  auto play = std::make_unique<lake::Row>(lake::open("{{user_plays_v1}}").rows().front());
  next(play.get());
  lake::log(play->get("{{user_name}}"));
  auto other = std::make_unique<lake::Row>(lake::open("{{user_plays_v1}}").rows().front());
  *other = lake::open("users").rows().front();
  lake::log(other->get("{{user_name}}"));
  auto third = std::make_unique<lake::Row>(lake::open("[[user_plays_v1->user_plays_v2]]").rows().front());
  lake::log(third->get("[[user_name->listener_name]]"));
}
)");
}

TEST(PointersFlowTest, AReferenceThatOthersHaveLetsItsTargetBeWritten) {
  expectMarked(R"(
void refill(std::vector<lake::Row*>& rows) { *rows[0] = lake::open("users").rows().front(); }
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  lake::Row& row = play;
  std::vector<lake::Row*> all;
  all.push_back(&row);
  refill(all);
  lake::log(play["{{user_name}}"]);
  lake::Row other = lake::open("{{user_plays_v1}}").rows().front();
  lake::Row& name = other;
  auto load = [&name] { name = lake::open("users").rows().front(); };
  load();
  lake::log(other["{{user_name}}"]);
}
)");
}

}  // namespace
}  // namespace gander::rewriter::testing
