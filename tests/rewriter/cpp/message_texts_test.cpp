// Fields of protobuf messages that are named by text, in code that uses protobuf's real headers.
#include <gmock/gmock.h>

#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kOld = R"(syntax = "proto3";
package warehouse.v1;
message Song { string title = 1; string user_name = 2; }
message UserPlay {
  string user_name = 1;
  string user_name_hash = 2;
  Song song = 3;
  int64 track_ms = 4;
}
message Listener { string user_name = 1; Song song = 2; }
)";

constexpr auto kIncludes = R"(#include <google/protobuf/text_format.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/descriptor.h>
#include <iostream>
#include <string>
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::TextFormat;
using google::protobuf::util::FieldMaskUtil;
using google::protobuf::util::JsonStringToMessage;
using warehouse::v1::Listener;
using warehouse::v1::UserPlay;
)";

ProtoCase names() {
  ProtoCase names;
  names.old = kOld;
  names.now = R"(syntax = "proto3";
package warehouse.v1;
message Song { string name = 1; string user_name = 2; }
message UserPlay {
  string listener_name = 1;
  string user_name_hash = 2;
  Song song = 3;
  int64 track_ms = 4;
}
message Listener { string user_name = 1; Song song = 2; }
)";
  names.changes = R"(      - {kind: rename, field: user_name, to: listener_name}
      - {kind: rename, field: song.title, to: name}
)";
  return names;
}

void expectTexts(const std::string& marked) { expectProto(names(), kIncludes + marked); }

std::vector<std::string> reasons(const Rewrite& rewrite) {
  std::vector<std::string> out;
  for (const auto& listed : rewrite.listed) out.push_back(listed.reason);
  return out;
}

TEST(MessageTextsTest, TextFormatOfTheMessageBesideIt) {
  expectTexts(R"x(
void f(UserPlay* other, Listener& listener) {
  UserPlay play;
  TextFormat::ParseFromString(R"([[user_name->listener_name]]: "user_name: 1" user_name_hash: "h" song { [[title->name]]: "t" user_name: "s" })", &play);
  TextFormat::MergeFromString("[[user_name->listener_name]]: 'a' # user_name", other);
  TextFormat::ParseFromString("user_name: 'a'", &listener);
  TextFormat::Parser parser;
  parser.ParseFromString("track_ms: 3 " "[[user_name->listener_name]]: 'a'", play.[[user_name->listener_name]]().empty() ? &play : other);
  std::cout << "user_name: is not set";
}
)x");
}

TEST(MessageTextsTest, JsonByBothOfAFieldsNames) {
  expectTexts(R"x(
void f(UserPlay& play, Listener& listener) {
  JsonStringToMessage("{\"[[userName->listenerName]]\": \"userName\", \"userNameHash\": \"h\"}", &play);
  JsonStringToMessage(R"({"[[user_name->listener_name]]": "a", "song": {"[[title->name]]": "t", "userName": "s"}})", &play);
  JsonStringToMessage(R"({"userName": "a", "user_name": "b"})", &listener);
  play.[[set_user_name->set_listener_name]]("{\"userName\": 1}");
}
)x");
}

TEST(MessageTextsTest, JsonOfANewSchemaThatMayKeepItsName) {
  auto kept = names();
  kept.now.replace(kept.now.find("listener_name = 1"), 17, "listener_name = 1 [json_name = \"userName\"]");
  auto result = rewriteProto(kept, std::string(kIncludes) + R"x(
void f(UserPlay& play) { play.set_user_name(""), JsonStringToMessage(R"({"userName": "a"})", &play); }
)x");
  EXPECT_THAT(reasons(result.rewrite), Contains(HasSubstr("[json_name]")));
  EXPECT_THAT(result.rewrite.edits, IsEmpty());
}

TEST(MessageTextsTest, PathsOfAMaskByTheMessageThatItIsUsedWith) {
  expectTexts(R"x(
void trim(UserPlay& play, Listener& listener) {
  FieldMask mask;
  mask.add_paths("[[user_name->listener_name]]"), mask.add_paths("user_name_hash"), mask.add_paths("song.[[title->name]]");
  FieldMaskUtil::TrimMessage(mask, &play);
  FieldMask others;
  others.add_paths("user_name");
  FieldMaskUtil::TrimMessage(others, &listener);
  FieldMask read;
  FieldMaskUtil::FromString("track_ms,[[user_name->listener_name]]", &read);
  FieldMaskUtil::MergeMessageTo(play, read, FieldMaskUtil::MergeOptions(), &play);
  FieldMask built;
  FieldMaskUtil::AddPathToFieldMask<UserPlay>("[[user_name->listener_name]]", &built);
  FieldMaskUtil::AddPathToFieldMask<Listener>("user_name", &others);
  if (FieldMaskUtil::IsValidPath<UserPlay>("song.[[title->name]]") && FieldMaskUtil::IsValidPath<Listener>("user_name")) return;
  play.[[clear_user_name->clear_listener_name]]();
}
)x");
}

TEST(MessageTextsTest, FieldsByTheirDescriptors) {
  expectTexts(R"x(
const google::protobuf::FieldDescriptor* find(UserPlay& play, bool deep) {
  if (deep) return UserPlay::descriptor()->FindFieldByName("song")->message_type()->FindFieldByName("[[title->name]]");
  if (Listener::descriptor()->FindFieldByName("user_name") == nullptr) return UserPlay::descriptor()->FindFieldByName("user_name_hash");
  const auto* descriptor = play.GetDescriptor();
  return play.[[user_name->listener_name]]().empty() ? descriptor->FindFieldByName("[[user_name->listener_name]]") : nullptr;
}
)x");
}

TEST(MessageTextsTest, ThroughAFunctionThatTakesAnyMessage) {
  expectTexts(R"x(
static void load(const std::string& text, Message* message) { TextFormat::ParseFromString(text, message); }
static Message& same(UserPlay& play) { return play; }
void f(UserPlay& play, Listener& listener) {
  load("[[user_name->listener_name]]: 'a'", &play), load("user_name: 'a'", &listener);
  Message* message = &play;
  load("[[user_name->listener_name]]: 'b'", message), load("[[user_name->listener_name]]: 'c'", &same(play));
}
)x");
}

// Nothing of the unit is edited: the texts must change with it.
TEST(MessageTextsTest, AMessageThatIsNotKnownHoldsTheUnitBack) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"x(TextFormat::ParseFromString("user_name: 'a'", &any);)x", "which message it is about is not known"},
      {R"x(FieldMask mask; mask.add_paths("user_name"); use(mask);)x", "the record also goes to use"},
      {R"x(any.GetDescriptor()->FindFieldByName("user_name");)x", "which message it is about is not known"},
      {R"x(pool->FindFieldByName("warehouse.v1.UserPlay.user_name");)x", "which message it is about is not known"},
      {R"x(TextFormat::ParseFromString("user_name 'a'", &play);)x", "no text that gander can read"},
      {R"x(TextFormat::ParseFromString("song { title: 'a' }", &listener);)x",
       "what stands in 'song' of warehouse::v1::Listener"},
      {R"x(JsonStringToMessage("{\"userName\": 1}", &any);)x", "which message it is about is not known"},
  };
  for (const auto& [code, why] : cases) {
    auto result = rewriteProto(names(), std::string(kIncludes) + R"x(
void use(const FieldMask& mask);
void f(UserPlay& play, Listener& listener, Message& any, const google::protobuf::DescriptorPool* pool) {
  play.set_user_name(""), listener.set_user_name("");
  )x" + code + "\n}\n");
    EXPECT_THAT(reasons(result.rewrite), Contains(HasSubstr(why))) << code;
    EXPECT_THAT(result.rewrite.edits, IsEmpty()) << code;
  }
}

TEST(MessageTextsTest, ATextOfAnotherMessageIsOther) {
  auto result = rewriteProto(names(), std::string(kIncludes) + R"x(
void f(Listener& listener) { TextFormat::ParseFromString("user_name: 'a'", &listener); }
)x");
  EXPECT_THAT(ledgerLines(result.rewrite), Contains(HasSubstr("main.cpp:16:59 other user_name")));
}

TEST(MessageTextsTest, AFieldThatKeepsItsNameInJson) {
  auto same = names();
  same.changes = "      - {kind: rename, field: user_name, to: userName}\n";
  same.now = kOld;
  same.now.replace(same.now.find("string user_name = 1", same.now.find("message UserPlay")), 20, "string userName = 1");
  expectProto(same, std::string(kIncludes) + R"x(
void f(UserPlay& play) {
  JsonStringToMessage(R"({"userName": "a"})", &play), JsonStringToMessage(R"({"[[user_name->userName]]": "a"})", &play);
}
)x");
}

}  // namespace
}  // namespace gander::rewriter
