// Documents of JSON that the code itself puts together: lists of them, one within another, and those that a function of the
// migration's takes. Each library is a header of its shape.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rewriter/clang/model_rewriting.h"

namespace gander::rewriter::testing {
namespace {

const char* const kUniValue = R"(#pragma once
#include <string>
#include <vector>
struct UniValue {
  UniValue();
  UniValue(int);
  UniValue(const char*);
  bool pushKV(const std::string& key, const UniValue& value);
  bool push_back(const UniValue& value);
  const UniValue& operator[](const std::string& key) const;
  const UniValue& operator[](unsigned long index) const;
  bool exists(const std::string& key) const;
  const std::string& get_str() const;
  const UniValue& get_obj() const;
  const std::vector<UniValue>& getValues() const;
  unsigned long size() const;
};
const UniValue& find_value(const UniValue& object, const std::string& name);
)";

const char* const kGiven = R"(function: {name: loadPlay, object: univalue.document}
function: {name: showPlay, object: univalue.document, parameter: 0}
function: {name: fillPlay, object: univalue.document, parameter: 0})";

TEST(JsonListsTest, AListIsOfWhatIsPutIntoIt) {
  expectMarkedCpp(R"(#include "univalue.h"
UniValue loadPlay();
UniValue loadUser();
std::string show() {
  UniValue plays;
  UniValue users;
  plays.push_back(loadPlay());
  users.push_back(loadUser());
  std::string text = plays[0]["[[user_name->listener_name]]"].get_str() + users[0]["user_name"].get_str();
  for (unsigned long i = 0; i < plays.size(); ++i) text += plays[i]["[[user_name->listener_name]]"].get_str();
  for (const auto& play : plays.getValues()) text += find_value(play, "[[track_ms->duration_ms]]").get_str();
  for (const auto& user : users.getValues()) text += find_value(user, "user_name").get_str();
  return text + "user_name";
}
)",
                  {{"univalue.h", kUniValue}}, playsMigration(kGiven));
}

// Which of the two stands at a place is not known.
TEST(JsonListsTest, AListOfSeveralThingsIsListed) {
  expectMarkedCpp(R"(#include "univalue.h"
UniValue loadPlay();
UniValue loadUser();
std::string show() {
  UniValue both;
  both.push_back(loadPlay());
  both.push_back(loadUser());
  return both[0]["{{user_name}}"].get_str();
}
)",
                  {{"univalue.h", kUniValue}}, playsMigration(kGiven));
}

TEST(JsonListsTest, AListThatAHelperFillsForTwo) {
  expectMarkedCpp(R"(#include "univalue.h"
UniValue loadPlay();
UniValue loadUser();
static void add(UniValue& list, const UniValue& one) { list.push_back(one); }
std::string show() {
  UniValue plays;
  UniValue users;
  add(plays, loadPlay());
  add(users, loadUser());
  return plays[0]["[[user_name->listener_name]]"].get_str() + users[0]["user_name"].get_str();
}
)",
                  {{"univalue.h", kUniValue}}, playsMigration(kGiven));
}

TEST(JsonListsTest, WhatIsPutUnderAName) {
  expectMarkedCpp(R"(#include "univalue.h"
UniValue loadPlay() {
  UniValue listener;
  listener.pushKV("[[name->title]]", 1);
  listener.pushKV("user_name", 2);
  UniValue user;
  user.pushKV("name", 3);
  UniValue play;
  play.pushKV("[[user_name->listener_name]]", "user_name");
  play.pushKV("listener", listener);
  return play;
}
)",
                  {{"univalue.h", kUniValue}}, playsMigration(kGiven));
}

// What is given to a function that takes the dataset is the dataset; what it only looks like is not.
TEST(JsonListsTest, WhatAFunctionOfTheMigrationTakes) {
  expectMarkedCpp(R"(#include "univalue.h"
void showPlay(const UniValue& play) { play["[[user_name->listener_name]]"].get_str(); }
void fillPlay(UniValue& out) { out.pushKV("[[user_name->listener_name]]", 1); }
void showUser(const UniValue& user) { user["user_name"].get_str(); }
static bool isAda(const UniValue& one) { return one["[[user_name->listener_name]]"].get_str() == "Ada"; }
static bool isBob(const UniValue& one) { return one["user_name"].get_str() == "Bob"; }
bool send() {
  UniValue play;
  play.pushKV("[[user_name->listener_name]]", "Ada");
  showPlay(play);
  UniValue user;
  user.pushKV("user_name", "Ada");
  showUser(user);
  UniValue filled;
  fillPlay(filled);
  return filled.exists("[[track_ms->duration_ms]]") && isAda(filled) && isBob(user);
}
)",
                  {{"univalue.h", kUniValue}}, playsMigration(kGiven));
}

const char* const kRapidJson = R"(#pragma once
namespace rapidjson {
struct Allocator {};
template <class C> struct GenericStringRef { GenericStringRef(const C* text); };
struct StringRef : GenericStringRef<char> { using GenericStringRef::GenericStringRef; };
template <class E> struct GenericValue {
  GenericValue();
  explicit GenericValue(int);
  GenericValue(GenericStringRef<char>);
  GenericValue(const char* text, Allocator&);
  GenericValue& Move();
  GenericValue& AddMember(GenericStringRef<char> name, GenericValue& value, Allocator&);
  GenericValue& AddMember(GenericValue& name, GenericValue& value, Allocator&);
  GenericValue& PushBack(GenericValue& value, Allocator&);
  GenericValue& SetArray();
  GenericValue& GetArray();
  GenericValue* Begin();
  GenericValue* End();
  GenericValue& operator[](const char* name);
  GenericValue& operator[](int index);
  const char* GetString() const;
};
using Value = GenericValue<int>;
}
)";

TEST(RapidJsonListsTest, NamesAsValuesAndListsOfDocuments) {
  expectMarkedCpp(R"(#include "rapidjson.h"
using rapidjson::Value;
Value loadUser();
Value loadPlay(Value& number, rapidjson::Allocator& all) {
  Value play;
  play.AddMember("[[user_name->listener_name]]", number, all);
  Value key("[[track_ms->duration_ms]]", all);
  play.AddMember(key, number, all);
  Value text("track_ms", all);
  play.AddMember("played_at", text, all);
  return play;
}
const char* show(Value& number, rapidjson::Allocator& all) {
  Value plays;
  plays.SetArray();
  Value play = loadPlay(number, all);
  plays.PushBack(play, all);
  Value user = loadUser();
  Value users;
  users.PushBack(user, all);
  return plays[0]["[[user_name->listener_name]]"].GetString() ? users[0]["user_name"].GetString() : "user_name";
}
)",
                  {{"rapidjson.h", kRapidJson}},
                  playsMigration("function: {name: loadPlay, object: rapidjson.document}"));
}

const char* const kQt = R"(#pragma once
struct QLatin1String { explicit QLatin1String(const char*); };
struct QString { const char* text; QString(); QString(const char*); QString(QLatin1String); };
struct QJsonObject;
struct QJsonArray;
struct QJsonValue {
  QJsonValue(); QJsonValue(int); QJsonValue(const QString&); QJsonValue(const QJsonObject&); QJsonValue(const QJsonArray&);
  QString toString() const; QJsonObject toObject() const; QJsonArray toArray() const;
};
struct QJsonValueRef { QJsonValueRef& operator=(const QJsonValue&); operator QJsonValue() const; QString toString() const; QJsonObject toObject() const; };
struct QJsonObject {
  QJsonObject();
  QJsonValue operator[](const QString&) const;
  QJsonValueRef operator[](const QString&);
  QJsonValue value(const QString&) const;
  bool contains(const QString&) const;
  void insert(const QString&, const QJsonValue&);
};
struct QJsonArray { QJsonArray(); void append(const QJsonValue&); QJsonValue at(int) const; const QJsonValue* begin() const; const QJsonValue* end() const; };
)";

TEST(QtJsonModelTest, ObjectsAndListsByName) {
  expectMarkedCpp(R"(#include "qt.h"
static const QString kName = "[[user_name->listener_name]]";
QJsonObject loadUser();
QJsonObject loadPlay() {
  QJsonObject listener;
  listener.insert(QLatin1String("[[name->title]]"), 1);
  QJsonObject play;
  play["[[user_name->listener_name]]"] = QString("user_name");
  play.insert("[[track_ms->duration_ms]]", 1);
  play.insert("listener", listener);
  return play;
}
static QString text(const QJsonObject& one, const QString& name) { return one.contains(name) ? one.value(name).toString() : QString(); }
void show() {
  QJsonArray plays;
  plays.append(loadPlay());
  QJsonArray users;
  users.append(loadUser());
  for (const QJsonValue& play : plays) play.toObject()[QLatin1String("[[user_name->listener_name]]")];
  for (const QJsonValue& user : users) user.toObject()["user_name"];
  plays.at(0).toObject().value(kName);
  text(loadPlay(), "[[track_ms->duration_ms]]");
  text(loadUser(), "track_ms");
}
)",
                  {{"qt.h", kQt}}, playsMigration("function: {name: loadPlay, object: qtjson.document}"));
}

// contains() takes its name as it comes, which changes nothing of it; push_back() of two things may be of a field and its value.
TEST(NlohmannModelTest, ANameThatIsAskedForAndThenUsed) {
  expectMarkedCpp(R"(#include <nlohmann/json.hpp>
using nlohmann::json;
json loadPlay();
json loadUser();
template <class T> static T get(const json& one, const char* name) {
  if (!one.contains(name) || one[name].is_null()) return {};
  return one.at(name).get<T>();
}
std::string show() {
  json plays = json::array();
  plays.push_back(loadPlay());
  std::string text = get<std::string>(loadPlay(), "[[user_name->listener_name]]") + get<std::string>(loadUser(), "user_name");
  for (const auto& play : plays) text += play["[[track_ms->duration_ms]]"].get<std::string>();
  return text + "user_name";
}
)",
                  {}, playsMigration("function: {name: loadPlay, object: nlohmann.document}"));
}

TEST(NlohmannModelTest, NamesThatAnotherDocumentBrings) {
  expectMarkedCpp(R"(#include <nlohmann/json.hpp>
using nlohmann::json;
json loadPlay() {
  json play;
  play.update({{"[[track_ms->duration_ms]]", 1}});
  play.merge_patch({{"[[user_name->listener_name]]", "user_name"}});
  json user;
  user.update({{"user_name", 1}});
  return play;
}
)",
                  {}, playsMigration("function: {name: loadPlay, object: nlohmann.document}"));
}

TEST(NlohmannModelTest, WhatMayBeAFieldOrAPairIsListed) {
  expectMarkedCpp(R"(#include <nlohmann/json.hpp>
using nlohmann::json;
json loadPlay() {
  json play;
  play.push_back({"{{user_name}}", "Ada"});
  return play;
}
json loadUser() {
  json user;
  user.push_back({"user_name", "Ada"});
  return user;
}
)",
                  {}, playsMigration("function: {name: loadPlay, object: nlohmann.document}"));
}

}  // namespace
}  // namespace gander::rewriter::testing
