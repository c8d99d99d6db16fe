// What protoc makes of a message's fields, types and oneofs, in real generated code.
#include <gmock/gmock.h>

#include "tests/rewriter/cpp/cpp_tree.h"

namespace gander::rewriter {
namespace {

constexpr auto kOld = R"(syntax = "proto2";
package warehouse.v1;
message Listener { optional string user_name = 1; }
message UserPlay {
  message Place { optional string user_name = 1; optional string city = 2; }
  enum Kind { SONG = 0; TALK = 1; }
  optional string user_name = 1;
  optional bytes raw_name = 2;
  repeated string tags = 3;
  optional Place place = 4;
  repeated Place old_places = 5;
  map<string, int64> counts = 6;
  oneof payload { string song_title = 7; Listener guest = 8; }
  optional Kind kind = 9;
  optional int64 class = 10;
}
)";

std::string replaced(std::string text, const std::vector<std::pair<std::string, std::string>>& names) {
  for (const auto& [old, now] : names)
    for (size_t at = text.find(old); at != std::string::npos; at = text.find(old, at + now.size()))
      text.replace(at, old.size(), now);
  return text;
}

TEST(ProtobufNamesTest, EveryAccessorOfEveryKindOfField) {
  ProtoCase names;
  names.old = kOld;
  names.now = replaced(kOld, {{"optional string user_name = 1;\n  optional bytes",
                               "optional string listener_name = 1;\n  optional bytes"},
                              {"raw_name", "raw"},
                              {"tags", "labels"},
                              {"old_places", "past"},
                              {"counts", "sums"},
                              {"song_title", "title"},
                              {"kind = 9", "sort = 9"},
                              {"class", "grade"}});
  names.changes = R"(      - {kind: rename, field: user_name, to: listener_name}
      - {kind: rename, field: raw_name, to: raw}
      - {kind: rename, field: tags, to: labels}
      - {kind: rename, field: old_places, to: past}
      - {kind: rename, field: counts, to: sums}
      - {kind: rename, field: song_title, to: title}
      - {kind: rename, field: kind, to: sort}
      - {kind: rename, field: class, to: grade}
)";
  expectProto(names, R"(
using warehouse::v1::Listener;
using warehouse::v1::UserPlay;
struct Tags { int tags_size() { return 0; } int tags = 0; };
int f(UserPlay& p, Listener& l, Tags& tags) {
  p.[[set_user_name->set_listener_name]](l.user_name()), l.set_user_name(p.[[user_name->listener_name]]());
  if (p.[[has_user_name->has_listener_name]]() && l.has_user_name()) p.[[mutable_user_name->mutable_listener_name]]()->clear();
  p.[[clear_user_name->clear_listener_name]](), delete p.[[release_user_name->release_listener_name]](), p.[[set_allocated_user_name->set_allocated_listener_name]](nullptr);
  p.[[set_raw_name->set_raw]]("x", 1), p.[[mutable_raw_name->mutable_raw]]();
  p.[[add_tags->add_labels]]("t"), p.[[set_tags->set_labels]](0, "u"), *p.[[mutable_tags->mutable_labels]](0) = p.[[tags->labels]](0);
  for (auto& tag : *p.[[mutable_tags->mutable_labels]]()) tag += std::to_string(p.[[tags_size->labels_size]]() + tags.tags_size() + tags.tags);
  p.[[add_old_places->add_past]]()->set_user_name("place"), p.mutable_place()->set_user_name("here");
  (*p.[[mutable_counts->mutable_sums]]())["x"] = static_cast<long>(p.[[counts->sums]]().size());
  p.[[set_kind->set_sort]](UserPlay::TALK), p.[[set_class_->set_grade]](3);
  switch (p.payload_case()) {
    case UserPlay::[[kSongTitle->kTitle]]: return UserPlay::[[kUserNameFieldNumber->kListenerNameFieldNumber]];
    case UserPlay::PayloadCase::kGuest: return Listener::kUserNameFieldNumber;
    default: return p.[[has_song_title->has_title]]() + p.[[class_->grade]]();
  }
}
)");
}

TEST(ProtobufNamesTest, AFieldOfANestedMessage) {
  ProtoCase names;
  names.old = kOld;
  names.now = replaced(kOld, {{"optional string user_name = 1; optional string city",
                               "optional string spot = 1; optional string city"}});
  names.changes = "      - {kind: rename, field: place.user_name, to: spot}\n";
  expectProto(names, R"(
int f(warehouse::v1::UserPlay& p, warehouse::v1::UserPlay::Place& a, warehouse::v1::UserPlay_Place& b, warehouse::v1::Listener& l) {
  p.set_user_name(p.place().[[user_name->spot]]()), a.[[set_user_name->set_spot]](b.[[user_name->spot]]() + l.user_name());
  p.add_old_places()->[[set_user_name->set_spot]]("x");
  return warehouse::v1::UserPlay::Place::[[kUserNameFieldNumber->kSpotFieldNumber]] + warehouse::v1::UserPlay::kUserNameFieldNumber;
}
)");
}

TEST(ProtobufNamesTest, AMessageWithWhatStandsInIt) {
  ProtoCase names;
  names.old = kOld;
  names.now = replaced(kOld, {{"UserPlay", "PlayEvent"}});
  names.references = "- type: {old: warehouse.v1.UserPlay, new: warehouse.v1.PlayEvent}";
  names.changes = "      - {kind: rename, field: user_name, to: listener_name}\n";
  names.now = replaced(names.now, {{"optional string user_name = 1;\n  optional bytes",
                                    "optional string listener_name = 1;\n  optional bytes"}});
  expectProto(names, R"(
namespace v1 = warehouse::v1;
struct UserPlay_Place { int user_name; };
std::string f(v1::[[UserPlay->PlayEvent]]& p, v1::[[UserPlay_Place->PlayEvent_Place]]& place, UserPlay_Place& other) {
  p.set_kind(v1::[[UserPlay_Kind_TALK->PlayEvent_Kind_TALK]]);
  v1::[[UserPlay_Kind->PlayEvent_Kind]] kind = v1::[[UserPlay->PlayEvent]]::SONG;
  if (v1::[[UserPlay_Kind_Parse->PlayEvent_Kind_Parse]]("SONG", &kind)) p.[[set_user_name->set_listener_name]]("");
  return v1::[[UserPlay_Kind_Name->PlayEvent_Kind_Name]](kind) + v1::[[UserPlay->PlayEvent]]::Kind_Name(kind) + place.user_name() + std::to_string(other.user_name);
}
)");
}

TEST(ProtobufNamesTest, AOneofOfAnotherName) {
  ProtoCase names;
  names.old = kOld;
  names.now = replaced(kOld, {{"payload", "content"}, {"song_title", "title"}});
  names.changes = "      - {kind: rename, field: song_title, to: title}\n";
  names.references = "- type: {old: warehouse.v1.UserPlay, new: warehouse.v1.UserPlay}";
  auto migration = migrationOf(names);
  migration.insert(migration.find("    references:"), "      new: {file: v2.proto, name: warehouse.v1.UserPlay}\n");
  expectMarked("main.cpp", R"(#include "plays.pb.h"
using Play = warehouse::v1::UserPlay;
int payload_case = 0;
int f(Play& p) {
  p.[[clear_payload->clear_content]]();
  Play::[[PayloadCase->ContentCase]] which = p.[[payload_case->content_case]]();
  if (which == Play::[[PAYLOAD_NOT_SET->CONTENT_NOT_SET]] || which == Play::[[PayloadCase->ContentCase]]::[[PAYLOAD_NOT_SET->CONTENT_NOT_SET]]) return payload_case;
  return which == Play::[[kSongTitle->kTitle]] || which == Play::[[PayloadCase->ContentCase]]::[[kSongTitle->kTitle]];
}
)",
               {{"plays.proto", names.old}}, migration, aroundOf(names));
}

}  // namespace
}  // namespace gander::rewriter
