// Bindings: names of fields in a language. The protobuf binding is held against what protoc itself writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/files.h"
#include "base/process.h"
#include "rules/model.h"
#include "tests/rules/texts.h"

namespace gander::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Result<Binding> parseFields(const std::string& fields) {
  return parseBinding(
      "b.yaml", "apiVersion: gander/v1\nkind: Binding\nmetadata: {name: b}\nlanguages:\n  cpp: {separator: \"::\", " +
                    fields + "}\n");
}

std::vector<BoundName> expandWith(const std::string& pattern, const std::string& old, const std::string& now,
                                  const std::string& oneof = "") {
  auto binding = parseFields("fields: [\"" + pattern +
                             "\"], oneof_fields: [{name: \"k{field|camel}\", in: \"{oneof|camel}Case\"}]");
  EXPECT_TRUE(binding) << binding.error().message;
  return binding ? expandField(*binding->find("cpp"), old, now, oneof) : std::vector<BoundName>();
}

TEST(BindingTest, ExpandsFilters) {
  EXPECT_THAT(expandWith("set_{field|lower|cpp}", "userName", "class"),
              ElementsAre(BoundName{"", "set_username", "set_class_"}));
  EXPECT_THAT(expandWith("k{field|camel}FieldNumber", "user_name", "x2_y3z"),
              ElementsAre(BoundName{"", "kUserNameFieldNumber", "kX2Y3ZFieldNumber"}));
  EXPECT_THAT(expandWith("{field|upper}_FIELD", "a_b", "c"), ElementsAre(BoundName{"", "A_B_FIELD", "C_FIELD"}));
  EXPECT_THAT(expandWith("{field}", "aB", "c"), ElementsAre(BoundName{"", "aB", "c"}));
}

TEST(BindingTest, AddsNamesOfOneofs) {
  EXPECT_THAT(expandWith("{field}", "old_one", "new_one", "the_choice"),
              ElementsAre(BoundName{"", "old_one", "new_one"}, BoundName{"TheChoiceCase", "kOldOne", "kNewOne"}));
}

TEST(BindingTest, LeavesOutNamesThatStay) {
  EXPECT_THAT(expandWith("{field|lower}", "userName", "username"), IsEmpty());
}

TEST(BindingTest, KeepsNamesOfAFieldThatChangesOtherwise) {
  EXPECT_THAT(expandWith("set_{field}", "user_name", "user_name"),
              ElementsAre(BoundName{"", "set_user_name", "set_user_name"}));
}

TEST(BindingTest, WritesNamesWithAnInnerCapital) {
  EXPECT_THAT(expandWith("m_{field|inner}", "user_name", "Day"), ElementsAre(BoundName{"", "m_userName", "m_day"}));
}

TEST(BindingTest, KnowsOneofsEnumsAndParameters) {
  auto binding = parseFields(
      "fields: [\"{field}\"], oneofs: [\"{oneof}_case\", {name: \"{oneof|upper}_NOT_SET\", in: "
      "\"{oneof|camel}Case\"}], "
      "enums: [\"{enum}_Name\"], nested_enums: [\"{enum}_{own}_MIN\"], nested_values: [{name: \"{enum}_{value}\", in: "
      "\"{enum}\"}], parameters: [\"new_{field}\"]");
  ASSERT_TRUE(binding) << binding.error().message;
  const auto& cpp = *binding->find("cpp");
  EXPECT_THAT(expandOneof(cpp, "what", "thing"), ElementsAre(BoundName{"", "what_case", "thing_case"},
                                                             BoundName{"WhatCase", "WHAT_NOT_SET", "THING_NOT_SET"}));
  EXPECT_THAT(
      expandEnum(cpp, {"A_Kind", "Kind", true}, {"B_Kind", "Kind", true}, {"LOUD"}),
      ElementsAre(BoundName{"", "A_Kind_Name", "B_Kind_Name"}, BoundName{"", "A_Kind_Kind_MIN", "B_Kind_Kind_MIN"},
                  BoundName{"A_Kind", "A_Kind_LOUD", "B_Kind_LOUD"}));
  EXPECT_THAT(expandEnum(cpp, {"Kind", "Kind", false}, {"Sort", "Sort", false}, {"LOUD"}),
              ElementsAre(BoundName{"", "Kind_Name", "Sort_Name"}));
  EXPECT_THAT(expandParameters(cpp, "user_name", "listener"),
              ElementsAre(BoundName{"", "new_user_name", "new_listener"}));
}

TEST(BindingTest, ANameMaySayHowManyArgumentsItHas) {
  auto binding = parseFields("fields: [{name: \"get_{field}\", role: value, arguments: 0}, \"{field}\"]");
  ASSERT_TRUE(binding) << binding.error().message;
  const auto names = expandField(*binding->find("cpp"), "a", "b", "");
  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].arguments, 0u);
  EXPECT_EQ(names[1].arguments, std::nullopt);
  auto wrong = parseFields("fields: [{name: \"get_{field}\", arguments: some}]");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, ::testing::HasSubstr("arguments"));
}

TEST(BindingTest, ExplainsMistakes) {
  EXPECT_THAT(mistakesOf(parseFields(
                  "fields: [\"set_{feild}\", \"x\", \"{field|lowr}\", \"{field\", \"{field}{oneof}\"], extra: 1")),
              ElementsAre("b.yaml:5:35: 'set_{feild}' has no {field}: it would be the same name for each field",
                          "b.yaml:5:35: unknown hole '{feild}' in 'set_{feild}'; write {field}",
                          "b.yaml:5:50: 'x' has no {field}: it would be the same name for each field",
                          "b.yaml:5:55: unknown filter 'lowr'; did you mean 'lower'?",
                          "b.yaml:5:71: a brace without its other half in '{field'",
                          "b.yaml:5:81: unknown hole '{oneof}' in '{field}{oneof}'; write {field}",
                          "b.yaml:5:100: unknown key 'extra'; a language has enum_values, enums, fields, nested, "
                          "nested_enum_values, nested_enums, nested_values, "
                          "oneof_fields, oneofs, parameters or separator"));
  EXPECT_THAT(mistakesOf(parseFields("fields: [\"{field}\"], nested_values: [\"{enum}_{own}\"], "
                                     "enum_values: [\"{enum}\"], nested_enum_values: [\"{outer}_{enum}\"]")),
              ElementsAre("b.yaml:5:63: '{enum}_{own}' has no {value}: it would be the same name for each value",
                          "b.yaml:5:94: '{enum}' has no {value}: it would be the same name for each value",
                          "b.yaml:5:126: '{outer}_{enum}' has no {value}: it would be the same name for each value"));
  EXPECT_THAT(mistakesOf(parseBinding(
                  "b.yaml", "apiVersion: gander/v1\nkind: Binding\nmetadata: {name: b}\nlanguages:\n  rust: {}\n")),
              ElementsAre("b.yaml:5:3: unknown language 'rust'; write cpp or python",
                          "b.yaml:5:9: a language lacks the key 'fields'; add it",
                          "b.yaml:5:9: a language lacks the key 'separator'; add it"));
}

constexpr auto kProto = R"(syntax = "proto3";
package w;
message Sub { string s = 1; }
enum Kind { KIND_A = 0; }
message One { TYPE one_zq2x = 1; }
message OneOf { oneof the_choice { CHOICE one_zq2x = 1; } }
)";

// Identifiers of a generated header that hold the field's name in one of its forms.
std::set<std::string> namesWithField(const std::string& header) {
  std::set<std::string> names;
  std::string word;
  for (char c : header + " ") {
    if (isWordByte(c)) {
      word += c;
      continue;
    }
    if (word.find("one_zq2x") != std::string::npos || word.find("OneZq2X") != std::string::npos) names.insert(word);
    word.clear();
  }
  return names;
}

class ProtobufBinding : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(ProtobufBinding, HasEveryNameThatProtocWrites) {
  auto folder = TemporaryDirectory::make("gander-protoc");
  ASSERT_TRUE(folder);
  auto [type, choice] = GetParam();
  ASSERT_TRUE(writeFile(folder->path() / "p.proto", replaceAll(replaceAll(kProto, "TYPE", type), "CHOICE", choice)));
  ProcessRequest request;
  request.command = {"protoc", "--cpp_out=.", "p.proto"};
  request.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}};
  request.directory = folder->path();
  request.mergeErrors = true;
  auto outcome = runProcess(request);
  ASSERT_TRUE(outcome && outcome->succeeded()) << (outcome ? outcome->output : outcome.error().message);
  auto header = readFile(folder->path() / "p.pb.h");
  ASSERT_TRUE(header);

  auto text = readFile(std::filesystem::path(GANDER_SOURCE_DIR) / "rules/bindings/protobuf.yaml");
  auto binding = parseBinding("protobuf.yaml", *text);
  ASSERT_TRUE(binding) << binding.error().message;
  std::set<std::string> known;
  for (const auto& name : expandField(*binding->find("cpp"), "one_zq2x", "other", "the_choice")) known.insert(name.old);
  auto written = namesWithField(*header);
  EXPECT_THAT(written, Contains("clear_one_zq2x"));
  for (const auto& name : written) {
    // The data member, its cache and a map's entry class are the generated class's own affair.
    bool inner =
        name == "one_zq2x_" || name == "_one_zq2x_cached_byte_size_" || name.find("OneZq2XEntry") != std::string::npos;
    EXPECT_TRUE(inner || known.contains(name)) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, ProtobufBinding,
                         ::testing::Values(std::pair("int32", "int32"), std::pair("string", "string"),
                                           std::pair("bytes", "bytes"), std::pair("Sub", "Sub"),
                                           std::pair("Kind", "Kind"), std::pair("optional int32", "bool"),
                                           std::pair("optional string", "double"), std::pair("repeated int32", "int64"),
                                           std::pair("repeated string", "Sub"), std::pair("repeated Sub", "string"),
                                           std::pair("repeated Kind", "Kind"), std::pair("map<string, int32>", "bytes"),
                                           std::pair("map<string, Sub>", "Sub")));

}  // namespace
}  // namespace gander::rules
