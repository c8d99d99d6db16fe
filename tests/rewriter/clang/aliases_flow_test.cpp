// What is changed through another name: pointers that are passed on or kept, references, parts of pairs.
#include <gtest/gtest.h>

#include "tests/rewriter/clang/cpp_rewriting.h"

namespace gander::rewriter::testing {
namespace {

TEST(AliasesFlowTest, APointerThatIsPassedOnLetsItsObjectBeChanged) {
  expectMarked(R"(
void toPlay(lake::Row* out) { *out = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front(); }
void toUser(lake::Row* out) { *out = lake::open("users").rows().front(); }
void passOn(lake::Row* row) { toUser(row); }
std::string show(lake::Row* row) { return row->get("[[user_name->listener_name]]"); }
int main() {
  lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row* p = &play;
  lake::log(play["[[user_name->listener_name]]"]);
  lake::log(show(p) + play["[[user_name->listener_name]]"]);
  toUser(p);
  lake::log(play["user_name"]);
  toPlay(p);
  lake::log(p->get("[[user_name->listener_name]]"));
  passOn(&play);
  lake::log(play["user_name"]);
}
)");
}

TEST(AliasesFlowTest, APointerMadeOfAPointerIsTheSameName) {
  expectMarked(R"(
void toUser(lake::Row* out) { *out = lake::open("users").rows().front(); }
void passOn(lake::Row* row) {
  lake::Row* same = row;
  toUser(same);
}
int main() {
  lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row* p = &play;
  lake::Row* q = p;
  lake::log(q->get("[[user_name->listener_name]]"));
  passOn(q);
  lake::log(play["user_name"] + p->get("user_name"));
}
)");
}

TEST(AliasesFlowTest, APointerThatACallKeepsIsListed) {
  expectMarked(R"(
std::vector<lake::Row*> pending;
void keep(lake::Row* row) { pending.push_back(row); }
void keepLater(lake::Row* row) { keep(row); }
void fill() {
  for (auto* row : pending) *row = lake::open("users").rows().front();
}
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  keepLater(&play);
  fill();
  lake::log(play["{{user_name}}"]);
}
)");
}

TEST(AliasesFlowTest, AnAddressThatIsKeptByAReferenceIsListed) {
  expectMarked(R"(
#include <memory>
void fill(std::vector<lake::Row*>& rows) {
  for (auto* row : rows) *row = lake::open("users").rows().front();
}
void fill(const std::shared_ptr<lake::Row*>& row) { **row = lake::open("users").rows().front(); }
int main() {
  std::vector<lake::Row*> all;
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  all.push_back(&play);
  fill(all);
  lake::log(play["{{user_name}}"]);
  lake::Row second = lake::open("{{user_plays_v1}}").rows().front();
  all.emplace_back(&second);
  fill(all);
  lake::log(second["{{user_name}}"]);
  lake::Row third = lake::open("{{user_plays_v1}}").rows().front();
  fill(std::make_shared<lake::Row*>(&third));
  lake::log(third["{{user_name}}"]);
}
)");
}

TEST(AliasesFlowTest, AnAddressThatAThreadGetsIsListed) {
  expectMarked(R"(
#include <thread>
void toUser(lake::Row* out) { *out = lake::open("users").rows().front(); }
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  std::thread thread(toUser, &play);
  thread.join();
  lake::log(play["{{user_name}}"]);
}
)");
}

TEST(AliasesFlowTest, APointerThatAReferenceMovesPointsElsewhere) {
  expectMarked(R"(
void move(lake::Row*& pointer, lake::Row* to) { pointer = to; }
int main() {
  lake::Row user = lake::open("users").rows().front();
  lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row* p = &play;
  lake::Row*& q = p;
  q = &user;
  lake::log(p->get("user_name"));
  lake::Row* r = &play;
  move(r, &user);
  lake::log(r->get("user_name"));
}
)");
}

TEST(AliasesFlowTest, WhatAPointerThatIsKeptElsewherePointsToIsListed) {
  expectMarked(R"(
struct Holder { lake::Row* row; };
void fill(Holder& holder) { *holder.row = lake::open("users").rows().front(); }
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  Holder holder;
  holder.row = &play;
  fill(holder);
  lake::log(play["{{user_name}}"]);
}
)");
}

TEST(AliasesFlowTest, AFunctionThatIsCalledWithAReferenceMayChangeIt) {
  expectMarked(R"(
#include <functional>
#include <mutex>
#include <tuple>
void toUser(lake::Row& out) { out = lake::open("users").rows().front(); }
int main() {
  lake::Row first = lake::open("{{user_plays_v1}}").rows().front();
  std::invoke(toUser, first);
  lake::log(first["{{user_name}}"]);
  lake::Row second = lake::open("{{user_plays_v1}}").rows().front();
  std::once_flag once;
  std::call_once(once, toUser, second);
  lake::log(second["{{user_name}}"]);
  std::tuple<lake::Row> third(lake::open("{{user_plays_v1}}").rows().front());
  std::apply(toUser, third);
  lake::log(std::get<0>(third)["{{user_name}}"]);
  lake::Row fifth = lake::open("{{user_plays_v1}}").rows().front();
  void (*change)(lake::Row&) = toUser;
  change(fifth);
  lake::log(fifth["{{user_name}}"]);
}
)");
}

TEST(AliasesFlowTest, WhatIsOnlyPassedOnIsNotChanged) {
  expectMarked(R"(
#include <functional>
#include <memory>
std::string name(const lake::Row& row) { return row.get("track"); }
int main() {
  const lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::log(std::invoke(name, play));
  auto shared = std::make_shared<lake::Row>(play);
  lake::log(play["[[user_name->listener_name]]"] + shared->get("[[user_name->listener_name]]"));
}
)");
}

TEST(AliasesFlowTest, PartsThatAreNamedByReferenceAreWritten) {
  expectMarked(R"(
#include <tuple>
#include <utility>
struct Two { lake::Row left; lake::Row right; };
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  lake::Row user = lake::open("users").rows().front();
  std::pair<lake::Row, int> pair(play, 1);
  auto& [row, count] = pair;
  row = user;
  lake::log(pair.first["{{user_name}}"] + row["user_name"]);
  std::tuple<lake::Row, int> tuple(play, 1);
  std::get<0>(tuple) = user;
  lake::log(std::get<0>(tuple)["{{user_name}}"]);
  Two two{play, lake::open("[[user_plays_v1->user_plays_v2]]").rows().front()};
  auto& [left, right] = two;
  left = user;
  lake::log(two.left["{{user_name}}"] + two.right["[[user_name->listener_name]]"]);
}
)");
}

TEST(AliasesFlowTest, ACopyThatIsTakenApartIsWrittenAlone) {
  expectMarked(R"(
#include <utility>
int main() {
  lake::Row play = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row user = lake::open("users").rows().front();
  std::pair<lake::Row, int> pair(play, 1);
  auto [row, count] = pair;
  row = user;
  lake::log(pair.first["[[user_name->listener_name]]"] + row["user_name"]);
}
)");
}

TEST(AliasesFlowTest, WhatAFunctionGivesByReferenceIsWritten) {
  expectMarked(R"(
struct Two { lake::Row left; lake::Row right; };
lake::Row& slot(Two& two) { return two.left; }
int main() {
  lake::Row user = lake::open("users").rows().front();
  Two two{lake::open("{{user_plays_v1}}").rows().front(), user};
  slot(two) = user;
  lake::log(two.left["{{user_name}}"]);
}
)");
}

TEST(AliasesFlowTest, OneOfTwoMayBeWritten) {
  expectMarked(R"(
void toUser(lake::Row& out) { out = lake::open("users").rows().front(); }
std::string name(const lake::Row& row) { return row["[[user_name->listener_name]]"]; }
int main(int count, char**) {
  lake::Row a = lake::open("{{user_plays_v1}}").rows().front();
  lake::Row b = lake::open("{{user_plays_v1}}").rows().front();
  toUser(count > 1 ? a : b);
  lake::log(a["{{user_name}}"] + b["{{user_name}}"]);
  lake::Row c = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row d = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::log(name(count > 1 ? c : d) + c["[[user_name->listener_name]]"]);
}
)");
}

TEST(AliasesFlowTest, WhatAHolderHoldsIsWritten) {
  expectMarked(R"(
#include <memory>
#include <optional>
void toUser(lake::Row* out) { *out = lake::open("users").rows().front(); }
int main() {
  lake::Row user = lake::open("users").rows().front();
  auto owned = std::make_unique<lake::Row>(lake::open("{{user_plays_v1}}").rows().front());
  *owned = user;
  lake::log(owned->get("{{user_name}}"));
  std::optional<lake::Row> maybe = lake::open("{{user_plays_v1}}").rows().front();
  *maybe = user;
  lake::log(maybe->get("{{user_name}}"));
  auto given = std::make_unique<lake::Row>(lake::open("{{user_plays_v1}}").rows().front());
  toUser(given.get());
  lake::log(given->get("{{user_name}}"));
}
)");
}

TEST(AliasesFlowTest, APointerThatMayPointToTwoWritesEither) {
  expectMarked(R"(
void toUser(lake::Row* out, lake::Row* other) {
  lake::Row* p = out;
  if (other != nullptr) p = other;
  *p = lake::open("users").rows().front();
}
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  toUser(&play, nullptr);
  lake::log(play["{{user_name}}"]);
}
)");
}

TEST(AliasesFlowTest, AnAliasThatIsKeptElsewhereLeavesItsTargetOpen) {
  expectMarked(R"(
struct Holder { lake::Row* row; };
struct Reader { const lake::Row* row; };
void fill(Holder& holder) { *holder.row = lake::open("users").rows().front(); }
int main() {
  lake::Row play = lake::open("{{user_plays_v1}}").rows().front();
  lake::Row* p = &play;
  Holder holder{p};
  fill(holder);
  lake::log(play["{{user_name}}"]);
  lake::Row other = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  lake::Row* q = &other;
  Reader reader{q};
  lake::log(other["[[user_name->listener_name]]"]);
}
)");
}

TEST(AliasesFlowTest, HoldersThatAreSwapped) {
  expectMarked(R"(
#include <memory>
#include <optional>
int main() {
  std::optional<lake::Row> a = lake::open("[[user_plays_v1->user_plays_v2]]").rows().front();
  std::optional<lake::Row> b = lake::open("users").rows().front();
  lake::log(a->get("[[user_name->listener_name]]") + b->get("user_name"));
  a.swap(b);
  lake::log(a->get("user_name") + b->get("[[user_name->listener_name]]"));
  auto c = std::make_unique<lake::Row>(lake::open("[[user_plays_v1->user_plays_v2]]").rows().front());
  auto d = std::make_unique<lake::Row>(lake::open("users").rows().front());
  c.swap(d);
  lake::log(c->get("user_name") + d->get("[[user_name->listener_name]]"));
}
)");
}

}  // namespace
}  // namespace gander::rewriter::testing
