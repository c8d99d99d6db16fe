// Plain structs and classes: which names of the code are a dataset's members, and which only look like them.
#include <gmock/gmock.h>

#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What stands in plays.h is the new version's after the rewrite, for it is a definition of the tree.
void expectClass(const std::string& marked, const Tree& others = {}) {
  expectMarked("main.cpp", marked, others, kClassMigration, cppAround());
}

// What only marks a member is no part of its accessors' names.
TEST(ClassNamesTest, AMarkOfMembersIsNoPartOfAccessors) {
  const std::string plays =
      "#pragma once\nnamespace plays { struct UserPlay { int [[remote->d_remote]] = 0; int getRemote() const; void "
      "set_remote(int "
      "v); }; }\n";
  const std::string migration = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-class, title: Members are marked, owner: "group:default/plays"}
datasets:
  - id: user-plays
    role: owner
    schema:
      old: {name: plays.UserPlay, fields: {remote: int64}}
    references:
      - type: plays.UserPlay
    changes:
      - {kind: rename, field: remote, to: d_remote}
)";
  expectMarked("main.cpp", R"(#include "plays.h"
int f(plays::UserPlay& p) { p.set_remote(1); return p.getRemote() + p.[[remote->d_remote]]; }
)",
               {{"plays.h", plays}}, migration, cppAround());
}

TEST(ClassNamesTest, MembersInEveryForm) {
  expectClass(R"(
#include <cstddef>
#include <string>
namespace plays { struct UserPlay { std::string [[user_name->listener_name]]; long [[track_ms->duration_ms]] : 40; }; }
struct Account { std::string user_name; long track_ms; };
namespace user_name { inline int count = 0; }
auto f(plays::UserPlay& p, plays::UserPlay* q, Account& a) {
  int track_ms = 3;
  plays::UserPlay made{.[[user_name->listener_name]] = "a", .[[track_ms->duration_ms]] = track_ms};
  auto member = &plays::UserPlay::[[user_name->listener_name]];
  decltype(plays::UserPlay::[[user_name->listener_name]]) copy = q->[[user_name->listener_name]] + a.user_name;
  return p.[[track_ms->duration_ms]] + a.track_ms + user_name::count + (made.*member == copy ? 1 : 0);
}
)");
}

// A structured binding declares names of its own, whatever the members are called.
TEST(ClassNamesTest, BindingsAreNamesOfTheirOwn) {
  expectClass(R"(
#include <string>
namespace plays { struct UserPlay { std::string [[user_name->listener_name]]; long [[track_ms->duration_ms]] = 0; }; }
long f(const plays::UserPlay& p) {
  auto [user_name, track_ms] = p;
  const auto& [name, user] = p;
  return track_ms + user + long(user_name.size()) + p.[[track_ms->duration_ms]] + long(name.size());
}
)");
}

TEST(ClassNamesTest, AccessorsByTheirPatterns) {
  expectClass(R"(
#include <string>
namespace plays {
class UserPlay {
 public:
  const std::string& [[user_name->listener_name]]() const { return [[user_name_->listener_name_]]; }
  void [[set_user_name->set_listener_name]](const std::string& user_name) { [[user_name_->listener_name_]] = user_name; }
  long [[getTrackMs->getDurationMs]]() const { return [[m_track_ms->m_duration_ms]]; }
  void [[SetTrackMs->SetDurationMs]](long v) { [[m_track_ms->m_duration_ms]] = v; }
 private:
  std::string [[user_name_->listener_name_]];
  long [[m_track_ms->m_duration_ms]] = 0;
};
}
struct Other {
  void set_user_name(const std::string&) {}
  long getTrackMs() const { return 0; }
};
long f(plays::UserPlay& p, Other& o) {
  p.[[set_user_name->set_listener_name]]("x"), o.set_user_name("y");
  return p.[[getTrackMs->getDurationMs]]() + o.getTrackMs();
}
)");
}

// What takes other arguments than an accessor does is listed, and holds nothing back.
TEST(ClassNamesTest, AMethodWithOtherArgumentsIsNoAccessor) {
  expectClass(R"(
#include <string>
enum class Units { kMs, kSeconds };
namespace plays {
class UserPlay {
 public:
  long [[getTrackMs->getDurationMs]]() const { return [[m_track_ms->m_duration_ms]]; }
  double {{getTrackMs}}(Units units) const { return units == Units::kMs ? 1.0 : 0.001; }
  long [[GetTrackMs->GetDurationMs]](Units units = Units::kMs) const { return units == Units::kMs ? 1 : 0; }
  void [[setTrackMs->setDurationMs]](long v) { [[m_track_ms->m_duration_ms]] = v; }
  void {{setTrackMs}}(long v, Units units) { setOther(v, units); }
  void [[SetTrackMs->SetDurationMs]](long v, bool tell = true) { if (tell) [[m_track_ms->m_duration_ms]] = v; }
  void {{set_track_ms}}() {}
  template <typename T> void [[with_track_ms->with_duration_ms]](T v) { [[setTrackMs->setDurationMs]](v); }
  void setOther(long, Units) {}
 private:
  long [[m_track_ms->m_duration_ms]] = 0;
};
}
struct Other { double getTrackMs(Units) const { return 0; } };
double f(plays::UserPlay& p, Other& o) {
  p.[[with_track_ms->with_duration_ms]](3);
  return static_cast<double>(p.[[getTrackMs->getDurationMs]]()) + p.{{getTrackMs}}(Units::kSeconds) + o.getTrackMs(Units::kMs);
}
)");
}

TEST(ClassNamesTest, AnOwnersParametersFollow) {
  std::string owner = kClassMigration;
  owner.insert(owner.find("    schema:"), "    role: owner\n");
  expectMarked("main.cpp", R"(
#include <string>
namespace plays {
struct UserPlay {
  UserPlay(std::string [[user_name->listener_name]]) : [[user_name->listener_name]]([[user_name->listener_name]]) {}
  void rename(const std::string& [[user_name->listener_name]]) { this->[[user_name->listener_name]] = [[user_name->listener_name]]; }
  std::string [[user_name->listener_name]];
};
}
struct Account {
  explicit Account(std::string user_name) : name(user_name) {}
  std::string name;
};
void make(std::string user_name) { plays::UserPlay play(user_name); }
)",
               {}, owner, cppAround());
}

TEST(ClassNamesTest, Subclasses) {
  expectClass(R"(
namespace plays { struct UserPlay { int [[user_name->listener_name]] = 0; int [[track_ms->duration_ms]] = 0; }; }
struct Song : plays::UserPlay {
  using plays::UserPlay::[[track_ms->duration_ms]];
  int sum() { return [[user_name->listener_name]] + this->[[track_ms->duration_ms]]; }
};
struct Hiding : plays::UserPlay { int user_name = 1; };
int f(Song& s, Hiding& h) { return s.[[user_name->listener_name]] + h.user_name + h.plays::UserPlay::[[user_name->listener_name]]; }
)");
}

TEST(ClassNamesTest, AnonymousStructsAndTemplates) {
  expectClass(R"(
namespace plays {
template <class T> struct UserPlay {
  union { T [[user_name->listener_name]]; long [[track_ms->duration_ms]]; };
};
}
template <class P> long total(const P& p) { return p.[[track_ms->duration_ms]]; }
struct Account { int user_name; };
long f(plays::UserPlay<int>& p, Account& a) { return p.[[user_name->listener_name]] + a.user_name + total(p); }
)");
}

TEST(ClassNamesTest, ATemplateThatOthersUseTooIsListed) {
  expectClass(R"(
namespace plays { struct UserPlay { long {{track_ms}} = 0; }; }
struct Account { long track_ms = 0; };
template <class P> long total(const P& p) { return p.{{track_ms}}; }
long f(plays::UserPlay& p, Account& a) { return total(p) + total(a); }
)");
}

TEST(ClassNamesTest, OverridersGoTogether) {
  expectClass(R"(
namespace plays { struct UserPlay { virtual ~UserPlay() = default; virtual int [[get_user_name->get_listener_name]]() const { return 0; } }; }
struct Song : plays::UserPlay { int [[get_user_name->get_listener_name]]() const override { return 1; } };
struct Live : Song { int [[get_user_name->get_listener_name]]() const override { return Song::[[get_user_name->get_listener_name]](); } };
struct Account { virtual int get_user_name() const { return 2; } };
int f(Song& s, Live& l, Account& a) { return s.[[get_user_name->get_listener_name]]() + l.[[get_user_name->get_listener_name]]() + a.get_user_name(); }
)");
}

TEST(ClassNamesTest, AnOverriderOfSomethingElseTooIsListed) {
  expectClass(R"(
struct Named { virtual int get_user_name() const = 0; };
namespace plays { struct UserPlay : Named { int {{get_user_name}}() const override { return 0; } int {{track_ms}} = 0; }; }
int f(plays::UserPlay& p, Named& n) { return p.{{get_user_name}}() + n.get_user_name() + p.{{track_ms}}; }
)");
}

TEST(ClassNamesTest, CFilesAreReadAsC) {
  std::string global = kClassMigration;
  for (size_t at = global.find("plays.UserPlay"); at != std::string::npos; at = global.find("plays.UserPlay"))
    global.replace(at, 14, "user_play");
  expectMarked("main.c", R"(
#include <stddef.h>
#include <stdio.h>
struct user_play { const char *[[user_name->listener_name]]; long [[track_ms->duration_ms]]; };
typedef struct { const char *user_name; } account;
static struct user_play class = {.[[user_name->listener_name]] = "a", [[track_ms->duration_ms]]: 3};
size_t where = offsetof(struct user_play, [[track_ms->duration_ms]]);
int show(struct user_play *p, account *a) {
  __typeof__(p->[[track_ms->duration_ms]]) track_ms = p->[[track_ms->duration_ms]];
  return printf("%s %ld %s", p->[[user_name->listener_name]], ({ track_ms; }), a->user_name);
}
)",
               {}, global, cppAround());
}

}  // namespace
}  // namespace gander::rewriter
