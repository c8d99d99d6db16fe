// The models of C++ libraries: what is proved through them is edited, what only looks like it is left alone or listed. Each library
// is a header of its shape: what the compiler resolves is all that a model sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rewriter/clang/model_rewriting.h"

namespace gander::rewriter::testing {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

const char* const kPqxx = R"(#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>
namespace pqxx {
struct field { template <class T> T as() const; const char* c_str() const; };
struct row { field operator[](const char* name) const; field operator[](int at) const; field at(const char*) const; int size() const; };
struct const_result_iterator : row { const row& operator*() const; const_result_iterator& operator++(); bool operator!=(const const_result_iterator&) const; };
struct result { const_result_iterator begin() const; const_result_iterator end() const; row operator[](int) const; row front() const; bool empty() const; };
struct connection_base { void prepare(const std::string& name, const std::string& sql); std::string quote_name(const std::string&); std::string quote(const std::string&); };
struct connection : connection_base { explicit connection(const char*); };
struct transaction_base {
  result exec(const std::string& sql);
  template <class... A> result exec_params(const std::string& sql, A&&... values);
  template <class... A> result exec_prepared(const std::string& name, A&&... values);
  template <class... A> row exec_prepared1(const std::string& name, A&&... values);
  template <class... T> std::vector<int> stream(std::string_view sql);
};
struct work : transaction_base { explicit work(connection&); };
using table_path = std::initializer_list<std::string_view>;
struct stream_to {
  stream_to(transaction_base&, const std::string& table);
  template <class C> stream_to(transaction_base&, const std::string& table, const C& columns);
  static stream_to table(transaction_base&, table_path path, std::initializer_list<std::string_view> columns = {});
  static stream_to raw_table(transaction_base&, std::string_view path, std::string_view columns = "");
  template <class... T> void write_values(T&&...);
};
}
)";

TEST(LibpqxxModelTest, APreparedStatementIsRunByItsName) {
  expectMarkedCpp(R"(#include "pqxx.h"
#include <cstdio>
void prepare(pqxx::connection& conn) {
  conn.prepare("all_plays", "SELECT * FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = $1");
  conn.prepare("all_users", "SELECT * FROM users WHERE user_name = $1");
}
void show(pqxx::work& tx, const std::string& user_name) {
  for (const auto& row : tx.exec_prepared("all_plays", user_name)) std::puts(row["[[user_name->listener_name]]"].c_str());
  for (const auto& row : tx.exec_prepared("all_users", user_name)) std::puts(row["user_name"].c_str());
  std::puts(tx.exec_prepared1("all_plays", "user_name").at("[[track_ms->duration_ms]]").c_str());
  std::puts("user_name is missing");
}
)",
                  {{"pqxx.h", kPqxx}});
}

// Which of two texts of one name is run is not known.
TEST(LibpqxxModelTest, ANameOfTwoStatementsIsListed) {
  expectMarkedCpp(R"(#include "pqxx.h"
void show(pqxx::connection& conn, pqxx::work& tx, bool users) {
  if (users) conn.prepare("find", "SELECT * FROM users");
  else conn.prepare("find", "SELECT * FROM {{user_plays_v1}}");
  tx.exec_prepared("find").front()["{{user_name}}"].as<int>();
}
)",
                  {{"pqxx.h", kPqxx}});
}

TEST(LibpqxxModelTest, TableAndColumnsAsArgumentsOfTheirOwn) {
  expectMarkedCpp(R"(#include "pqxx.h"
void fill(pqxx::work& tx) {
  auto plays = pqxx::stream_to::table(tx, {"[[user_plays_v1->user_plays_v2]]"}, {"[[user_name->listener_name]]", "played_at"});
  plays.write_values("user_name", 1);
  auto users = pqxx::stream_to::table(tx, {"users"}, {"user_name", "track_ms"});
  auto raw = pqxx::stream_to::raw_table(tx, "[[user_plays_v1->user_plays_v2]]", "[[user_name->listener_name]], [[track_ms->duration_ms]]");
  pqxx::stream_to old(tx, "[[user_plays_v1->user_plays_v2]]", std::vector<std::string>{"[[user_name->listener_name]]", "user_name_total"});
}
)",
                  {{"pqxx.h", kPqxx}});
}

TEST(LibpqxxModelTest, NamesAndValuesInATextThatIsPutTogether) {
  expectMarkedCpp(R"(#include "pqxx.h"
void show(pqxx::connection& conn, pqxx::work& tx) {
  tx.exec("SELECT " + conn.quote_name("[[user_name->listener_name]]") + " FROM [[user_plays_v1->user_plays_v2]] WHERE played_at = " + conn.quote("user_name"));
  for (int ms : tx.stream<int>("SELECT [[track_ms->duration_ms AS track_ms]] FROM [[user_plays_v1->user_plays_v2]]")) (void)ms;
}
)",
                  {{"pqxx.h", kPqxx}});
}

const char* const kSqlite = R"(#pragma once
extern "C" {
struct sqlite3; struct sqlite3_stmt; struct sqlite3_blob;
int sqlite3_prepare_v2(sqlite3*, const char* sql, int, sqlite3_stmt**, const char**);
int sqlite3_bind_parameter_index(sqlite3_stmt*, const char* name);
int sqlite3_blob_open(sqlite3*, const char* db, const char* table, const char* column, long long row, int flags, sqlite3_blob**);
int sqlite3_table_column_metadata(sqlite3*, const char* db, const char* table, const char* column, const char**, const char**, int*, int*, int*);
char* sqlite3_mprintf(const char*, ...);
int sqlite3_exec(sqlite3*, const char*, int (*)(void*, int, char**, char**), void*, char**);
}
)";

TEST(SqliteModelTest, TableAndColumnsGoTogether) {
  expectMarkedCpp(R"(#include "sqlite3.h"
void show(sqlite3* db, sqlite3_stmt* s, sqlite3_blob** b) {
  sqlite3_blob_open(db, "main", "[[user_plays_v1->user_plays_v2]]", "[[user_name->listener_name]]", 1, 0, b);
  sqlite3_blob_open(db, "main", "users", "user_name", 1, 0, b);
  sqlite3_table_column_metadata(db, 0, "[[user_plays_v1->user_plays_v2]]", "[[track_ms->duration_ms]]", 0, 0, 0, 0, 0);
  sqlite3_prepare_v2(db, "SELECT played_at FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = :user_name", -1, &s, 0);
  sqlite3_bind_parameter_index(s, ":user_name");
}
)",
                  {{"sqlite3.h", kSqlite}});
}

TEST(SqliteModelTest, TextsOfItsOwnPrintf) {
  expectMarkedCpp(R"(#include "sqlite3.h"
void show(sqlite3* db) {
  sqlite3_exec(db, sqlite3_mprintf("DELETE FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = %Q", "user_name"), 0, 0, 0);
  sqlite3_exec(db, sqlite3_mprintf("DELETE FROM users WHERE user_name = '%q'", "x"), 0, 0, 0);
}
)",
                  {{"sqlite3.h", kSqlite}});
}

const char* const kConnector = R"(#pragma once
#include <string>
namespace sql {
struct ResultSet { virtual bool next() = 0; virtual std::string getString(const std::string& label) const = 0; virtual std::string getString(unsigned) const = 0; virtual long getInt64(const std::string&) const = 0; };
struct Statement { virtual ResultSet* executeQuery(const std::string& sql) = 0; };
struct PreparedStatement : Statement { virtual ResultSet* executeQuery() = 0; virtual void setString(unsigned, const std::string&) = 0; };
struct Connection { virtual Statement* createStatement() = 0; virtual PreparedStatement* prepareStatement(const std::string& sql) = 0; };
}
)";

TEST(ConnectorModelTest, ResultsByLabel) {
  expectMarkedCpp(R"(#include "connector.h"
long show(sql::Connection* c, const std::string& user_name) {
  sql::ResultSet* plays = c->createStatement()->executeQuery("SELECT * FROM [[user_plays_v1->user_plays_v2]]");
  while (plays->next()) plays->getString("[[user_name->listener_name]]");
  sql::ResultSet* users = c->createStatement()->executeQuery("SELECT * FROM users");
  users->getString("user_name");
  sql::PreparedStatement* p = c->prepareStatement("SELECT * FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = ?");
  p->setString(1, user_name);
  return p->executeQuery()->getInt64("[[track_ms->duration_ms]]");
}
)",
                  {{"connector.h", kConnector}});
}

const char* const kFunctionReference = "function: {name: loadPlay, object: nlohmann.document}";

TEST(NlohmannModelTest, ADocumentThatAFunctionGives) {
  expectMarkedCpp(R"(#include <nlohmann/json.hpp>
using nlohmann::json;
json loadPlay();
json loadUser();
int main() {
  json play = loadPlay();
  json user = loadUser();
  play["[[user_name->listener_name]]"] = user["user_name"];
  auto ms = play.value("[[track_ms->duration_ms]]", 0) + play.at("played_at").get<int>();
  if (play.contains("[[user_name->listener_name]]") && user.contains("user_name")) ms = 0;
  auto title = play["listener"]["[[name->title]]"].get<std::string>();
  title += play.at("/listener/[[name->title]]"_json_pointer).get<std::string>() + "user_name";
  const auto& listener = play.at("listener");
  for (const auto& friends : user["friends"]) title += friends["name"].get<std::string>();
  return listener.count("[[name->title]]") + play["name"].size() + ms + title.size();
}
)",
                  {}, playsMigration(kFunctionReference));
}

TEST(NlohmannModelTest, TheFunctionsThatConvertOneType) {
  const char* const references = R"(function: {name: to_json(Play), object: nlohmann.document, parameter: 0}
function: {name: from_json(Play), object: nlohmann.document, parameter: 0})";
  expectMarkedCpp(R"(#include <nlohmann/json.hpp>
using nlohmann::json;
struct Play { std::string who; };
struct User { std::string who; };
void to_json(json& j, const Play& play) { j["[[user_name->listener_name]]"] = play.who; }
void from_json(const json& j, Play& play) { j.at("[[user_name->listener_name]]").get_to(play.who); }
void to_json(json& j, const User& user) { j["user_name"] = user.who; }
void from_json(const json& j, User& user) { j.at("user_name").get_to(user.who); }
)",
                  {}, playsMigration(references));
}

// An envelope that the schema does not know may hold the dataset's rows.
TEST(NlohmannModelTest, WhatStandsInAnUnknownFieldIsListed) {
  expectMarkedCpp(R"(#include <nlohmann/json.hpp>
nlohmann::json loadPlay();
std::string show() { return loadPlay()["data"]["{{user_name}}"].get<std::string>(); }
)",
                  {}, playsMigration(kFunctionReference));
}

const char* const kTopics = R"(#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
namespace RdKafka {
struct Producer { int produce(const std::string topic, int32_t partition, int flags, void* payload, size_t size); };
}
)";

TEST(NlohmannModelTest, ADocumentThatIsSent) {
  expectMarkedCpp(R"(#include <nlohmann/json.hpp>
#include "kafka.h"
using nlohmann::json;
void send(RdKafka::Producer& producer, const std::string& user_name) {
  json play = {{"[[user_name->listener_name]]", user_name}, {"played_at", 3}, {"listener", {{"[[name->title]]", user_name}, {"user_name", 1}}}};
  std::string text = play.dump();
  producer.produce("[[user-plays-v1->user-plays-v2]]", 0, 0, const_cast<char*>(text.c_str()), text.size());
  json user;
  user["user_name"] = user_name;
  user["name"] = {"user_name", "track_ms"};
  std::string other = user.dump();
  producer.produce("users", 0, 0, const_cast<char*>(other.c_str()), other.size());
}
)",
                  {{"kafka.h", kTopics}});
}

// A struct's member and a JSON key of one token: nothing tells that the key is the dataset's too.
TEST(NlohmannModelTest, AMacroThatNamesMembersAndKeys) {
  const auto got = rewriteWithModels({{"main.cpp", R"(#include <nlohmann/json.hpp>
struct Play { std::string user_name; int played_at; };
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Play, user_name, played_at)
std::string show(const Play& play) { return nlohmann::json(play).dump() + play.user_name; }
)"}},
                                     playsMigration("type: {old: Play, new: Play, binding: class}"));
  EXPECT_THAT(got.after.at("main.cpp"), Not(HasSubstr("listener_name")));
  EXPECT_THAT(got.rewrite.listed,
              Contains(Field(&ListedSite::reason, HasSubstr("makes both a name and a text of it"))));
}

const char* const kTelemetry = R"(#pragma once
#include <initializer_list>
#include <string>
#include <utility>
namespace opentelemetry { inline namespace v1 {
namespace nostd {
struct string_view { string_view(const char*); string_view(const std::string&); };
template <class T> struct shared_ptr { T* operator->() const; };
template <class T> struct unique_ptr { unique_ptr(); unique_ptr(unique_ptr&&); unique_ptr& operator=(unique_ptr&&); T* operator->() const; };
}
namespace common { struct AttributeValue { AttributeValue(const char*); AttributeValue(const std::string&); AttributeValue(int); }; }
using Attributes = std::initializer_list<std::pair<nostd::string_view, common::AttributeValue>>;
namespace trace {
struct Span { virtual void SetAttribute(nostd::string_view key, const common::AttributeValue& value) = 0; virtual void AddEvent(nostd::string_view name, Attributes attributes) = 0; };
struct Tracer { virtual nostd::shared_ptr<Span> StartSpan(nostd::string_view name) = 0; };
}
namespace metrics {
template <class T> struct Counter { virtual void Add(T value, Attributes attributes) = 0; };
struct Meter { virtual nostd::unique_ptr<Counter<unsigned long>> CreateUInt64Counter(nostd::string_view name) = 0; };
}
} }
)";

TEST(OpenTelemetryModelTest, AttributesOfSpansAlwaysMeanTheTelemetry) {
  const char* const source = R"(#include "otel.h"
namespace trace = opentelemetry::trace;
struct Play { void SetAttribute(const char*, int); };
void show(trace::Tracer& tracer, Play& play, const std::string& user_name) {
  auto span = tracer.StartSpan("user_name");
  span->SetAttribute("[[user_name->listener_name]]", user_name);
  span->AddEvent("track_ms", {{"[[track_ms->duration_ms]]", 3}, {"user_name_total", "user_name"}});
  play.SetAttribute("user_name", 1);
}
)";
  expectMarkedCpp(source, {{"otel.h", kTelemetry}}, playsMigration("ambient: opentelemetry.attributes"));
  expectMarkedCpp(source, {{"otel.h", kTelemetry}},
                  playsMigration("ambient: {object: opentelemetry.attributes, paths: [\"*.cpp\"]}"));
}

TEST(OpenTelemetryModelTest, ElsewhereThanInItsPathsItMeansNothing) {
  expectMarkedCpp(R"(#include "otel.h"
void show(opentelemetry::trace::Span& span) { span.SetAttribute("user_name", 1); }
)",
                  {{"otel.h", kTelemetry}},
                  playsMigration("ambient: {object: opentelemetry.attributes, paths: [\"src/**\"]}"));
}

TEST(OpenTelemetryModelTest, AnAttributeBelongsToItsMetric) {
  expectMarkedCpp(R"(#include "otel.h"
#include <string>
namespace metrics = opentelemetry::metrics;
void count(metrics::Meter& meter, const std::string& user_name) {
  auto plays = meter.CreateUInt64Counter("[[plays.total->listens.total]]");
  plays->Add(1, {{"[[user_name->listener_name]]", user_name}});
  auto users = meter.CreateUInt64Counter("users.total");
  users->Add(1, {{"user_name", user_name}});
}
)",
                  {{"otel.h", kTelemetry}}, playsMigration("metric: {old: plays.total, new: listens.total}"));
}

TEST(OpenTelemetryModelTest, ANameThatIsPutTogetherIsListed) {
  expectMarkedCpp(R"(#include "otel.h"
#include <string>
void count(opentelemetry::metrics::Meter& meter, const std::string& what) {
  meter.CreateUInt64Counter("[[plays.total->listens.total]]");
  meter.CreateUInt64Counter("{{plays.}}" + what);
  meter.CreateUInt64Counter("users." + what);
}
)",
                  {{"otel.h", kTelemetry}}, playsMigration("metric: {old: plays.total, new: listens.total}"));
}

const char* const kCsv = R"(#pragma once
#include <string>
#include <vector>
namespace io {
using ignore_column = unsigned;
static const ignore_column ignore_extra_column = 1;
template <unsigned N> struct CSVReader {
  template <class... A> explicit CSVReader(A&&... file);
  template <class... C> void read_header(ignore_column policy, C... columns);
  bool has_column(const std::string& name) const;
  template <class... T> bool read_row(T&... values);
};
}
namespace rapidcsv { struct Document { explicit Document(const std::string& path = ""); template <class T> std::vector<T> GetColumn(const std::string& name) const; }; }
)";

TEST(CsvModelTest, ColumnsByTheHeader) {
  expectMarkedCpp(R"(#include "csv.h"
void show(const std::string& user_name) {
  std::string name; int ms;
  io::CSVReader<2> plays("s3://lake/[[user_plays/v1->user_plays/v2]]/part.csv");
  plays.read_header(io::ignore_extra_column, "[[user_name->listener_name]]", "played_at");
  if (plays.has_column("[[track_ms->duration_ms]]")) plays.read_row(name, ms);
  io::CSVReader<2> users("users.csv");
  users.read_header(io::ignore_extra_column, "user_name", "track_ms");
  rapidcsv::Document doc("[[s3://lake/user_plays/v1/->s3://lake/user_plays/v2/]]x.csv");
  doc.GetColumn<std::string>("[[user_name->listener_name]]");
  rapidcsv::Document(user_name).GetColumn<int>("user_name");
}
)",
                  {{"csv.h", kCsv}});
}

TEST(MapsModelTest, RowsThatAFunctionGives) {
  expectMarkedCpp(R"(#include <map>
#include <string>
#include <vector>
using Row = std::map<std::string, std::string>;
std::vector<Row> loadPlays();
std::vector<Row> loadUsers();
std::string show() {
  std::string text;
  std::map<std::string, int> total;
  for (auto& row : loadPlays()) {
    text += row["[[user_name->listener_name]]"] + row.at("[[track_ms->duration_ms]]");
    if (row.count("[[user_name->listener_name]]")) ++total[row["played_at"]];
  }
  for (auto& row : loadUsers()) text += row["user_name"];
  return text + std::to_string(total["user_name"]);
}
)",
                  {}, playsMigration("function: {name: loadPlays, object: maps.rows}"));
}

TEST(MapsModelTest, ARowThatTheFunctionFills) {
  expectMarkedCpp(R"(#include <map>
#include <string>
using Row = std::map<std::string, std::string>;
Row loadPlay(const std::string& user_name) { return {{"[[user_name->listener_name]]", user_name}, {"played_at", "user_name"}}; }
Row loadUser(const std::string& user_name) { return {{"user_name", user_name}}; }
)",
                  {}, playsMigration("function: {name: loadPlay, object: maps.row}"));
}

TEST(MapsModelTest, RowsThatTheFunctionGathers) {
  expectMarkedCpp(R"(#include <map>
#include <string>
#include <vector>
using Row = std::map<std::string, std::string>;
std::vector<Row> loadPlays(const std::string& user_name) {
  std::vector<Row> results;
  Row r;
  r["[[user_name->listener_name]]"] = user_name;
  r["played_at"] = "user_name";
  results.push_back(r);
  return results;
}
std::vector<Row> loadUsers(const std::string& user_name) {
  std::vector<Row> results;
  Row r;
  r["user_name"] = user_name;
  results.push_back(r);
  return results;
}
)",
                  {}, playsMigration("function: {name: loadPlays, object: maps.rows}"));
}

const char* const kArrow = R"(#pragma once
#include <memory>
#include <string>
namespace arrow {
struct ChunkedArray {};
struct Schema { int GetFieldIndex(const std::string& name) const; };
struct Table { const Schema& schema() const; ChunkedArray* GetColumnByName(const std::string& name) const; };
}
)";

TEST(ArrowModelTest, ColumnsByName) {
  expectMarkedCpp(R"(#include "arrow.h"
const arrow::Table& loadPlays();
const arrow::Table& loadUsers();
int show() {
  const arrow::Table& plays = loadPlays();
  plays.GetColumnByName("[[user_name->listener_name]]");
  loadUsers().GetColumnByName("user_name");
  return plays.schema().GetFieldIndex("[[track_ms->duration_ms]]") + loadUsers().schema().GetFieldIndex("track_ms");
}
)",
                  {{"arrow.h", kArrow}}, playsMigration("function: {name: loadPlays, object: arrow.table}"));
}

const char* const kJsonCpp = R"(#pragma once
#include <string>
namespace Json {
struct Value { Value(); Value(const char*); Value& operator[](const char* key); const Value& operator[](int) const; std::string asString() const; bool isMember(const char*) const; Value& append(const Value&); };
struct FastWriter { std::string write(const Value&); };
}
)";

TEST(JsonCppModelTest, ValuesByMember) {
  expectMarkedCpp(R"(#include "json.h"
#include "kafka.h"
Json::Value loadPlay();
Json::Value loadUser();
std::string show() {
  Json::Value play = loadPlay();
  Json::Value user = loadUser();
  if (user.isMember("user_name") || play.isMember("[[user_name->listener_name]]")) return "user_name";
  return play["listener"]["[[name->title]]"].asString() + play["name"].asString() + user["user_name"].asString();
}
void send(RdKafka::Producer& producer, Json::FastWriter& writer) {
  Json::Value play;
  play["[[user_name->listener_name]]"] = "user_name";
  std::string text = writer.write(play);
  producer.produce("[[user-plays-v1->user-plays-v2]]", 0, 0, const_cast<char*>(text.c_str()), text.size());
}
)",
                  {{"json.h", kJsonCpp}, {"kafka.h", kTopics}},
                  playsMigration("function: {name: loadPlay, object: jsoncpp.document}"));
}

// A list is given by a function that the migration names: what is appended to it is the dataset's, what goes into another list is not.
TEST(JsonCppModelTest, AListOfValues) {
  expectMarkedCpp(R"(#include "json.h"
void keep(const Json::Value& users);
Json::Value makePlays(bool all) {
  Json::Value plays;
  Json::Value users;
  for (int i = 0; i < 3; ++i) {
    Json::Value play;
    play["[[user_name->listener_name]]"] = "user_name";
    plays.append(play);
    Json::Value user;
    user["user_name"] = "x";
    users.append(user);
  }
  if (all) {
    Json::Value play;
    play["[[track_ms->duration_ms]]"] = "track_ms";
    plays.append(play);
  }
  keep(users);
  return plays;
}
)",
                  {{"json.h", kJsonCpp}}, playsMigration("function: {name: makePlays, object: jsoncpp.document}"));
}

const char* const kRapidJson = R"(#pragma once
namespace rapidjson {
struct Value { };
template <class E> struct GenericValue { GenericValue& operator[](const char* name); bool HasMember(const char* name) const; const char* GetString() const; };
template <class E> struct GenericDocument : GenericValue<E> {};
using Document = GenericDocument<int>;
}
)";

TEST(RapidJsonModelTest, MembersOfADocument) {
  expectMarkedCpp(R"(#include "rapidjson.h"
rapidjson::Document& loadPlay();
rapidjson::Document& loadUser();
const char* show() {
  auto& play = loadPlay();
  if (!play.HasMember("[[user_name->listener_name]]") || !loadUser().HasMember("user_name")) return "user_name";
  return play["played_at"].GetString() == nullptr ? play["listener"]["[[name->title]]"].GetString() : loadUser()["user_name"].GetString();
}
)",
                  {{"rapidjson.h", kRapidJson}},
                  playsMigration("function: {name: loadPlay, object: rapidjson.document}"));
}

const char* const kSoci = R"(#pragma once
#include <string>
namespace soci {
struct row { template <class T> T get(const std::string& name) const; template <class T> T get(unsigned) const; };
namespace details {
struct once_temp_type { template <class T> once_temp_type& operator<<(const T&); };
struct prepare_temp_type { template <class T> prepare_temp_type& operator<<(const T&); };
struct prepare_type { template <class T> prepare_temp_type operator<<(const T&); };
}
struct session { details::prepare_type prepare; template <class T> details::once_temp_type operator<<(const T&); };
template <class T> struct rowset { rowset(const details::prepare_temp_type&); const T* begin() const; const T* end() const; };
}
)";

TEST(SociModelTest, QueriesThatAreStreamed) {
  expectMarkedCpp(R"(#include "soci.h"
std::string show(soci::session& sql, const std::string& user_name) {
  sql << "DELETE FROM [[user_plays_v1->user_plays_v2]] WHERE [[user_name->listener_name]] = :user_name";
  sql << "DELETE FROM users WHERE user_name = :user_name";
  std::string text;
  soci::rowset<soci::row> plays = (sql.prepare << "SELECT * FROM [[user_plays_v1->user_plays_v2]]");
  for (const auto& row : plays) text += row.get<std::string>("[[user_name->listener_name]]");
  soci::rowset<soci::row> users = (sql.prepare << "SELECT * FROM users");
  for (const auto& row : users) text += row.get<std::string>("user_name") + user_name;
  return text;
}
)",
                  {{"soci.h", kSoci}});
}

TEST(SociModelTest, AQueryInPartsIsListed) {
  expectMarkedCpp(R"(#include "soci.h"
void show(soci::session& sql) { sql << "DELETE FROM {{user_plays_v1}}" << " WHERE {{user_name}} = 'x'"; }
)",
                  {{"soci.h", kSoci}});
}

const char* const kFlatBuffers = R"(// automatically generated by the FlatBuffers compiler, do not modify
#pragma once
namespace lake {
struct Play {
  enum FlatBuffersVTableOffset : unsigned short { VT_USER_NAME = 4, VT_PLAYED_AT = 6 };
  const char* user_name() const;
  long played_at() const;
};
struct PlayBuilder { void add_user_name(const char*); void add_played_at(long); };
struct User { const char* user_name() const; };
}
)";

TEST(BindingTest, TablesOfFlatBuffers) {
  expectMarkedCpp(R"(#include "plays_generated.h"
const char* show(const lake::Play& play, const lake::User& user, lake::PlayBuilder& builder) {
  const char* user_name = play.[[user_name->listener_name]]();
  builder.[[add_user_name->add_listener_name]](user.user_name());
  return lake::Play::[[VT_USER_NAME->VT_LISTENER_NAME]] > 4 ? user_name : "user_name";
}
)",
                  {{"plays_generated.h", kFlatBuffers}},
                  playsMigration("type: {old: lake.Play, new: lake.Play, binding: flatbuffers}\n"
                                 "type: {old: lake.PlayBuilder, new: lake.PlayBuilder, binding: flatbuffers}"));
}

const char* const kThrift = R"(// Autogenerated by Thrift Compiler (0.17.0)
// DO NOT EDIT UNLESS YOU ARE SURE THAT YOU KNOW WHAT YOU ARE DOING
#pragma once
#include <string>
namespace lake {
struct _Play__isset { bool user_name; bool played_at; };
struct Play { std::string user_name; long played_at; _Play__isset __isset; void __set_user_name(const std::string&); };
struct User { std::string user_name; };
}
)";

TEST(BindingTest, StructsOfThrift) {
  expectMarkedCpp(R"(#include "plays_types.h"
void show(lake::Play& play, const lake::User& user) {
  play.[[__set_user_name->__set_listener_name]](user.user_name);
  if (play.__isset.[[user_name->listener_name]]) play.[[user_name->listener_name]] += "user_name";
}
)",
                  {{"plays_types.h", kThrift}},
                  playsMigration("type: {old: lake.Play, new: lake.Play, binding: thrift}\n"
                                 "type: {old: lake._Play__isset, new: lake._Play__isset, binding: thrift}"));
}

TEST(OwnModelTest, WhatItSpeaksOfAndTheTreeHasNotIsTold) {
  const char* const model = R"(apiVersion: gander/v1
kind: Model
metadata: {name: acme, language: cpp}
objects: [row]
entries:
  - source: {function: "acme::openPlays", argument: 0, names: table, gives: row}
  - source: {function: "acme::opnePlays", argument: 0, names: table, gives: row}
  - use: {function: "acme::Row::get", from: receiver, field: 2}
)";
  const auto got = rewriteWithModels(
      {{"main.cpp", R"(namespace acme { struct Row { int get(const char*); }; Row openPlays(const char*); }
int show() { return acme::openPlays("user_plays_v1").get("user_name"); }
)"}},
      playsMigration(), model);
  std::vector<std::string> told;
  for (const auto& hazard : got.rewrite.hazards) told.push_back(hazard.name + " " + hazard.message);
  EXPECT_THAT(told,
              Contains("model-unused model acme speaks of what this tree does not have: acme::opnePlays (line 7): not "
                       "called; acme::Row::get (line 8): no call has an argument 2"));
}

}  // namespace
}  // namespace gander::rewriter::testing
