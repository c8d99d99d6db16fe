// A unit with the facts of everything, brought down to a request, is the unit that was lowered for it.
#include "rewriter/facts/narrow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rewriter/clang/parse.h"

namespace gander::rewriter::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr auto kHeader = R"(#pragma once
namespace plays {
enum class Kind { kSong, kTalk, kOther };
struct Listener { int user_name = 0; int age = 0; };
struct Play {
  int user_name = 0;
  Listener listener;
  Kind kind = Kind::kSong;
  int track_ms() const { return track_ms_; }
  void set_track_ms(int v) { track_ms_ = v; }
 private:
  int track_ms_ = 0;
};
struct Live : Play { virtual int length() const { return track_ms(); } };
}
)";

constexpr auto kMain = R"(#include "play.h"
#define SET(field, value) play.set_##field(value)
#define GET(prefix, name) play.prefix##name
#define BOTH(f) #f, play.f
#ifdef user_name
int never;
#endif
using plays::Play;
template <class T> int ageOf(const T& one) { return one.listener.age + one.user_name; }
int take(const char*, int);
int f(Play& play, plays::Live* live) {
  SET(track_ms, 3);
  int sum = take(BOTH(user_name)) + GET(user_, name);
  Play other{.user_name = 4, .kind = plays::Kind::kTalk};
  switch (play.kind) { case plays::Kind::kSong: sum += 1; break; default: break; }
  auto lambda = [&play] { return play.listener.user_name; };
  return ageOf(play) + ageOf(*live) + lambda() + other.track_ms() + live->length() + sum;
}
struct Mine { int user_name; explicit Mine(int user_name) : user_name(user_name) {} };
)";

CppTree tree() { return CppTree({{"play.h", kHeader}, {"main.cpp", kMain}}); }

Unit lowered(const CppTree& tree, CppRequest request) {
  auto command = tree.command();
  request.file = command.request.file;
  command.request = std::move(request);
  auto unit = parseCpp(command);
  EXPECT_TRUE(unit.has_value()) << unit.error().message;
  return unit ? std::move(*unit) : Unit{};
}

TEST(NarrowTest, WhatIsNarrowedIsWhatWouldHaveBeenLowered) {
  const auto cpp = tree();
  const auto everything = lowered(cpp, widened({}));
  const std::vector<CppRequest> requests = {
      {.wanted = {"user_name"}, .types = {"plays::Play"}, .flow = true},
      {.wanted = {"track_ms", "set_track_ms"}, .types = {"plays::Play", "plays::Listener"}, .flow = true},
      {.wanted = {"name", "user_name", "user_", "field"}, .types = {}, .flow = true},
      {.wanted = {"kSong", "kTalk"}, .types = {"plays::Kind"}, .flow = true},
      {.wanted = {"age", "listener", "length", "Live", "plays", "Play", "SET"}, .types = {"plays::Live"}, .flow = true},
      {.wanted = {"nowhere"}, .types = {"plays::Nothing"}, .flow = true},
      {.wanted = {"user_name"}, .types = {"plays::Play"}, .flow = false}};
  for (const auto& request : requests) {
    auto narrowed = everything;
    narrow(narrowed, request);
    const auto want = encodeUnit(lowered(cpp, request));
    EXPECT_EQ(encodeUnit(narrowed), want) << request.wanted.front();
    const auto decoded = decodeFor(encodeWide(everything), request);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
    EXPECT_EQ(encodeUnit(*decoded), want) << request.wanted.front();
  }
}

TEST(NarrowTest, OtherBytesAreRefused) {
  const auto bytes = encodeWide(lowered(tree(), widened({})));
  EXPECT_TRUE(decodeWide(bytes, widened({})).has_value());
  for (size_t at = 0; at < bytes.size(); at += 97)
    EXPECT_FALSE(decodeWide(bytes.substr(0, at), widened({})).has_value());
  for (const std::string broken : {"", "wide", "wide\n", "wide\n3 a\n", "wide\nx a\n\n", "wide\n9 a\n\nabc",
                                   "wide\n3\n\nabc", "wide\n18446744073709551615 a\n2 b\n\nx", "wide\n3 a\n\nabc"})
    EXPECT_FALSE(decodeWide(broken, {.everything = true}).has_value()) << broken;
}

// The test above would hold of a unit without anything, too.
TEST(NarrowTest, EverythingIsThere) {
  auto unit = lowered(tree(), widened({}));
  EXPECT_THAT(unit.names, SizeIs(::testing::Gt(60)));
  EXPECT_THAT(unit.stringized, Not(IsEmpty()));
  EXPECT_THAT(unit.switches, SizeIs(1));
  EXPECT_THAT(unit.uses, Not(IsEmpty()));
  EXPECT_THAT(unit.types, SizeIs(::testing::Ge(3)));
  narrow(unit, {.wanted = {"track_ms", "set_track_ms"}});
  const auto pasted = std::ranges::find(unit.names, true, &NameUse::pasted);
  ASSERT_NE(pasted, unit.names.end());
  EXPECT_EQ(pasted->paste.before, "set_");
}

}  // namespace
}  // namespace gander::rewriter::testing
