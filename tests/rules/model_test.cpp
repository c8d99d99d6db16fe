// Models: what is said of a bad one. Good ones are read in library_test.cpp and pages_test.cpp.
#include "rules/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rules/texts.h"

namespace gander::rules {
namespace {

using ::testing::ElementsAre;

// An entry stands in line 6, from column 5 on.
Result<Model> parseEntry(const std::string& entry, const std::string& language = "python") {
  return parseModel("x.yaml", "apiVersion: gander/v1\nkind: Model\nmetadata: {name: x, language: " + language +
                                  "}\nobjects: [client, rows, row]\nentries:\n  - " + entry + "\n");
}

struct Mistake {
  std::string name;
  std::string entry;
  std::vector<std::string> mistakes;
  std::string language = "python";
};
void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class BadEntry : public ::testing::TestWithParam<Mistake> {};
TEST_P(BadEntry, IsExplained) {
  EXPECT_EQ(mistakesOf(parseEntry(GetParam().entry, GetParam().language)), GetParam().mistakes);
}

INSTANTIATE_TEST_SUITE_P(
    Entries, BadEntry,
    ::testing::Values(
        Mistake{"OrderOfNothing",
                "order: {function: f}",
                {"x.yaml:6:12: an order needs 'argument': what is hashed, or ordered by"}},
        Mistake{"FieldByTwoWays",
                "use: {method: f, on: rows, field: 0, number: 1}",
                {"x.yaml:6:50: a field is told by its number or by its name; remove one of them"}},
        Mistake{"UnknownKind", "sauce: {}", {"x.yaml:6:5: unknown kind of entry 'sauce'; did you mean 'source'?"}},
        Mistake{"NoMap",
                "source",
                {"x.yaml:6:5: an entry must be a map with one key: source, sink, flow, use, text, export, format or "
                 "order"}},
        Mistake{"NoForm",
                "use: {field: 0}",
                {"x.yaml:6:10: a use needs exactly one of function, method, subscript or attribute, and has none"}},
        Mistake{"MistypedForm",
                "use: {functoin: f, from: 0, field: 1}",
                {"x.yaml:6:10: a use needs exactly one of function, method, subscript or attribute, and has none; did "
                 "you mean 'function'?"}},
        Mistake{"TwoForms",
                "flow: {element: rows, subscript: rows, gives: row}",
                {"x.yaml:6:11: a flow needs exactly one of function, method, subscript, element or attribute, and has "
                 "subscript or element"}},
        Mistake{"FormOfAnotherKind",
                "sink: {element: rows, argument: 0, names: topic, value: 1, takes: row}",
                {"x.yaml:6:21: 'element' is no form of a sink; write function or method"}},
        Mistake{"FormatWithoutText",
                "format: {function: f, holes: brace}",
                {"x.yaml:6:13: a format needs 'argument': which argument is the text with the holes"}},
        Mistake{"FormatOfAllWithHoles",
                "format: {function: f, argument: any, holes: brace}",
                {"x.yaml:6:49: 'holes: none' is for 'argument: any', and only that"}},
        Mistake{"FormatIntoItsText",
                "format: {function: f, argument: 1, holes: percent, into: 1}",
                {"x.yaml:6:62: argument 1 can't be both the text and what it is written into"}},
        Mistake{"FillsOfALog",
                "text: {function: f, argument: 0, kind: log, fills: percent}",
                {"x.yaml:6:56: 'fills' is for texts of kind sql; remove it"}},
        Mistake{"NamesOfALog",
                "text: {function: f, argument: 0, kind: log, names_by: none}",
                {"x.yaml:6:59: 'names_by' is for texts of kind sql; remove it"}},
        Mistake{"NamesByNothing",
                "text: {function: f, argument: 0, kind: sql, names_by: []}",
                {"x.yaml:6:59: 'names_by' is empty; write 'none', or remove it"}},
        Mistake{"FillsOfAnyArgument",
                "text: {function: f, argument: any, kind: sql, fills: percent}",
                {"x.yaml:6:58: 'fills' needs 'argument': the text behind which the values stand"}},
        Mistake{"UnknownObject",
                "flow: {element: rwos, gives: row}",
                {"x.yaml:6:21: unknown object 'rwos'; did you mean 'rows'?"}},
        Mistake{"UnknownOn",
                "use: {method: get, on: cursor, field: 0}",
                {"x.yaml:6:28: unknown object 'cursor'; 'objects' lists client, rows or row"}},
        Mistake{"MethodWithoutOn", "use: {method: get, field: 0}", {"x.yaml:6:10: a use lacks the key 'on'; add it"}},
        Mistake{"UnknownNames",
                "source: {function: f, argument: 0, names: tables, gives: rows}",
                {"x.yaml:6:47: 'names' can't be 'tables'; write table, uri, topic, metric or literal"}},
        Mistake{"SourceWithoutArgument",
                "source: {function: f, names: table, gives: rows}",
                {"x.yaml:6:13: a source needs 'argument' or 'keyword': which argument it is about"}},
        Mistake{"SourceWithoutGives",
                "source: {function: f, argument: 0, names: table}",
                {"x.yaml:6:13: a source lacks the key 'gives'; add it"}},
        Mistake{"ArgumentWord",
                "text: {function: f, argument: first, kind: sql}",
                {"x.yaml:6:35: 'argument' must be the number of an argument, counted from 0, or 'any', not 'first'"}},
        Mistake{"ArgumentTooLarge",
                "text: {function: f, argument: 64, kind: sql}",
                {"x.yaml:6:35: 'argument' must be a whole number from 0 to 63, not '64'"}},
        Mistake{"ArgumentNegative",
                "text: {function: f, argument: -1, kind: sql}",
                {"x.yaml:6:35: 'argument' must be the number of an argument, counted from 0, or 'any', not '-1'"}},
        Mistake{"TextKind",
                "text: {function: f, argument: 0, kind: xml}",
                {"x.yaml:6:44: 'kind' can't be 'xml'; write sql, csv, json, pointer, log, parameter, prototext, "
                 "protojson, paths or jsonpaths"}},
        Mistake{"MessageTextOfNothing",
                "text: {function: f, argument: 0, kind: paths}",
                {"x.yaml:6:11: a text by a function needs 'from': receiver, or the argument that has the field"}},
        Mistake{"ClassInPython",
                "source: {class: A, gives: rows}",
                {"x.yaml:6:21: 'class' is for C++, where the compiler knows classes"}},
        Mistake{"SinkWithoutValue",
                "sink: {method: publish, on: client, argument: 0, names: topic, takes: row}",
                {"x.yaml:6:11: a sink needs 'value': which argument is the object"}},
        Mistake{"SinkOfOneArgument",
                "sink: {method: publish, on: client, argument: 0, names: topic, value: 0, takes: row}",
                {"x.yaml:6:75: argument 0 can't be both the name and the object"}},
        Mistake{"UseOfOneArgument",
                "use: {function: get, from: 0, field: 0}",
                {"x.yaml:6:42: argument 0 can't be both the object and the field's name"}},
        Mistake{"UseWithoutField",
                "use: {method: get, on: row}",
                {"x.yaml:6:10: a use needs 'field' or 'keyword': which argument names the field"}},
        Mistake{"UseOfAnyAndOne",
                "use: {method: get, on: row, field: any, keyword: by}",
                {"x.yaml:6:54: 'field' is any argument already; remove 'keyword'"}},
        Mistake{"ExportOfNothing",
                "export: {function: save}",
                {"x.yaml:6:13: an export by a function needs 'from': receiver, or the argument that has the field"}},
        Mistake{"ExportOfAnElement",
                "export: {element: rows}",
                {"x.yaml:6:23: 'element' is no form of an export; write function or method"}},
        Mistake{"UnknownDialect",
                "text: {function: f, argument: 0, kind: sql, dialect: postgress}",
                {"x.yaml:6:58: 'dialect' can't be 'postgress'; write bigquery, spark, hive, databricks, postgres, "
                 "postgresql, redshift, mysql, mariadb, sqlite, snowflake, tsql or tolerant"}},
        Mistake{"DialectOfALog",
                "text: {function: f, argument: 0, kind: log, dialect: mysql}",
                {"x.yaml:6:58: 'dialect' is for texts of kind sql; remove it"}},
        Mistake{"UnknownHoles",
                "text: {function: f, argument: 0, kind: sql, holes: [percent, bracket]}",
                {"x.yaml:6:66: 'holes' can't be 'bracket'; write percent, brace, question, dollar, colon, at or none"}},
        Mistake{"NoHolesAndSome",
                "text: {function: f, argument: 0, kind: sql, holes: [none, percent]}",
                {"x.yaml:6:56: 'holes' can't be 'none' and something else; remove one of them"}},
        Mistake{"EmptyHoles",
                "text: {function: f, argument: 0, kind: sql, holes: []}",
                {"x.yaml:6:56: 'holes' is empty; write 'none', or remove it"}},
        Mistake{"ContextOfAMethod",
                "use: {method: get, on: row, field: 0, from: context}",
                {"x.yaml:6:49: 'context' is for a function, and a field that is not 'any'"}},
        Mistake{"ByOfAMethod",
                "flow: {method: get, on: rows, by: name, gives: row}",
                {"x.yaml:6:39: 'by' is for subscripts; remove it"}},
        Mistake{"IntoOfAFunction",
                "text: {function: f, argument: 0, kind: sql, into: receiver}",
                {"x.yaml:6:55: 'into' needs a method that 'gives' rows"}},
        Mistake{"AmbientWithAName",
                "source: {function: f, ambient: true, argument: 0, gives: rows}",
                {"x.yaml:6:52: 'argument' is for a source that is named; remove it"}},
        Mistake{"AmbientOfAnotherModel",
                "source: {function: f, ambient: true, gives: lake.rows}",
                {"x.yaml:6:49: an ambient source gives an object of its own model"}},
        Mistake{"NamedTextThatGives",
                "text: {function: f, argument: 1, named: 0, kind: sql, gives: rows}",
                {"x.yaml:6:66: a text that is given a name gives nothing; its rows come by a flow that is 'named'"}},
        Mistake{"NamedByItself",
                "text: {function: f, argument: 1, named: 1, kind: sql}",
                {"x.yaml:6:45: argument 1 can't be both the text and its name"}},
        Mistake{"NamedFlowWithFrom",
                "flow: {function: f, named: 0, from: 1, gives: rows}",
                {"x.yaml:6:32: 'named' says what comes in; remove 'from'"}},
        Mistake{"NamedOfALog",
                "text: {function: f, argument: 1, named: 0, kind: log}",
                {"x.yaml:6:45: 'named' is for texts of kind sql; remove it"}},
        Mistake{"FieldOfAnUnknownObject",
                "use: {subscript: row, gives: rwo}",
                {"x.yaml:6:34: unknown object 'rwo'; did you mean 'rows'?"}},
        Mistake{"EmptyOpen",
                "sink: {function: f, argument: 0, names: table, open: \"\"}",
                {"x.yaml:6:58: 'open' is empty; write it or remove it"}},
        Mistake{"SameAsNothing",
                "flow: {function: f, gives: same}",
                {"x.yaml:6:32: 'same' needs 'from': the same as what?"}},
        Mistake{"TwoPlaces",
                "flow: {function: f, from: 0, within: receiver, into: 1}",
                {"x.yaml:6:58: a flow goes to one place; remove 'into'"}},
        Mistake{"ParameterOfNoFunction",
                "flow: {function: f, from: 0, gives: same, parameter: 1}",
                {"x.yaml:6:58: 'parameter' needs 'to': which argument is the function"}},
        Mistake{"WithinOfALoop",
                "flow: {element: rows, gives: row, within: result}",
                {"x.yaml:6:47: 'within' is for calls; remove it"}},
        Mistake{"ElementOfNothing",
                "flow: {function: f, gives: element}",
                {"x.yaml:6:32: 'element' needs 'from': of what?"}},
        Mistake{"UnknownKey",
                "flow: {element: rows, give: row}",
                {"x.yaml:6:11: a flow lacks the key 'gives'; add it",
                 "x.yaml:6:27: unknown key 'give'; did you mean 'gives'?"}},
        Mistake{"KeyInPython",
                "source: {key: a.b, names: table}",
                {"x.yaml:6:19: a model for python has no 'key'; that is for yaml and json"}},
        Mistake{"FunctionInYaml",
                "source: {function: f, argument: 0, names: table, gives: rows}",
                {"x.yaml:6:24: a model for yaml knows only 'key'"},
                "yaml"},
        Mistake{"Twice",
                "flow: {element: rows, gives: row}\n  - flow: {element: rows, gives: client}",
                {"x.yaml:7:5: the same flow as in line 6; remove one of them"}}),
    [](const auto& info) { return info.param.name; });

TEST(ModelTest, TellsWhatTheHeadLacks) {
  EXPECT_THAT(mistakesOf(parseModel("x.yaml",
                                    "apiVersion: gander/v1\nkind: Model\nmetadata: {name: A B, language: "
                                    "ruby}\nobjects: [row, row, same]\nentries: []\n")),
              ElementsAre("x.yaml:3:18: bad name 'A B'; use a-z, 0-9 and '-' between them, at most 63 bytes",
                          "x.yaml:3:33: 'language' can't be 'ruby'; write cpp, python, yaml or json",
                          "x.yaml:4:16: object 'row' is listed twice",
                          "x.yaml:4:21: 'same' can't name an object: it has a meaning under 'gives'",
                          "x.yaml:5:10: a model without entries says nothing; add one"));
}

TEST(ModelTest, OneEntryMayNameSeveralMethods) {
  auto model = parseEntry("flow: {method: [head, tail], on: rows, gives: rows}");
  ASSERT_TRUE(model) << model.error().message;
  ASSERT_EQ(model->entries.size(), 2U);
  EXPECT_EQ(model->entries[1].pattern, (Pattern{Pattern::Form::kMethod, "tail", "rows"}));
  EXPECT_THAT(mistakesOf(parseEntry("flow: {method: [head, head], on: rows, gives: rows}")),
              ElementsAre("x.yaml:6:5: the same flow as in line 6; remove one of them"));
}

TEST(ModelTest, AFlowMayGoElsewhereThanToTheResult) {
  auto model = parseEntry(
      "flow: {function: put, from: 0, within: receiver}\n"
      "  - flow: {function: next, from: receiver, gives: row, into: 0}\n"
      "  - flow: {function: each, from: 0, gives: element, to: 1, parameter: 2}\n"
      "  - flow: {function: pair, from: 1, part: 1}\n"
      "  - flow: {function: fold, from: 2, gives: returned}");
  ASSERT_TRUE(model) << model.error().message;
  const auto& entries = model->entries;
  EXPECT_EQ(entries[0].within, kReceiver);
  EXPECT_EQ(entries[0].gives, "same");
  EXPECT_EQ(entries[1].into, 0);
  EXPECT_EQ(entries[1].gives, "row");
  EXPECT_EQ(entries[2].to, 1);
  EXPECT_EQ(entries[2].parameter, 2);
  EXPECT_EQ(entries[2].gives, kElementObject);
  EXPECT_EQ(entries[3].part, 1);
  EXPECT_EQ(entries[4].gives, kReturnedObject);
}

TEST(ModelTest, KnowsPlacesByWords) {
  auto col = parseEntry("use: {function: \"f.*\", field: each, from: context}");
  ASSERT_TRUE(col) << col.error().message;
  EXPECT_EQ(col->entries[0].from, kContext);
  EXPECT_EQ(col->entries[0].field, kEachArgument);
  EXPECT_EQ(parseEntry("use: {function: f, keyword: columns, from: result}")->entries[0].from, kResult);
  EXPECT_EQ(parseEntry("use: {attribute: columns, on: rows, field: any}")->entries[0].field, kAnyArgument);
  EXPECT_EQ(parseEntry("export: {method: save, on: rows, open: some}")->entries[0].open, "some");
  auto flow = parseEntry("flow: {function: f, from: receiver, gives: same}");
  ASSERT_TRUE(flow) << flow.error().message;
  EXPECT_EQ(flow->entries[0].from, kReceiver);
  EXPECT_EQ(flow->entries[0].gives, "same");
  auto text = parseEntry("text: {function: f, argument: any, kind: log}");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(text->entries[0].argument, kAnyArgument);
  EXPECT_EQ(text->entries[0].position, (Position{6, 5}));
  auto use = parseEntry("use: {attribute: \"*\", on: row}");
  ASSERT_TRUE(use) << use.error().message;
  EXPECT_EQ(use->entries[0].pattern, (Pattern{Pattern::Form::kAttribute, "*", "row"}));
}

TEST(ModelTest, ReadsWhatTextsAre) {
  auto sql = parseEntry("text: {function: f, argument: 0, kind: sql, dialect: postgres, holes: [percent, dollar]}");
  ASSERT_TRUE(sql) << sql.error().message;
  EXPECT_EQ(sql->entries[0].dialect, "postgres");
  EXPECT_THAT(sql->entries[0].holes, ElementsAre("percent", "dollar"));
  auto csv = parseEntry("text: {method: header, on: rows, argument: 0, kind: csv}");
  ASSERT_TRUE(csv) << csv.error().message;
  EXPECT_EQ(csv->entries[0].from, kReceiver);
  EXPECT_EQ(parseEntry("text: {function: f, argument: 0, kind: json, from: 1}")->entries[0].from, 1);
  EXPECT_EQ(parseEntry("text: {function: f, argument: 0, kind: json}")->entries[0].from, kAbsent);
}

TEST(ModelTest, AHeadSpeaksForEntriesThatDoNot) {
  auto model = parseModel("x.yaml", R"(apiVersion: gander/v1
kind: Model
metadata: {name: x, language: python, dialect: sqlite, holes: [question, colon]}
entries:
  - text: {function: f, argument: 0, kind: sql}
  - text: {function: g, argument: 0, kind: sql, dialect: mysql, holes: none}
  - text: {function: h, argument: 0, kind: log}
)");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->entries[0].dialect, "sqlite");
  EXPECT_THAT(model->entries[0].holes, ElementsAre("question", "colon"));
  EXPECT_EQ(model->entries[1].dialect, "mysql");
  EXPECT_THAT(model->entries[1].holes, ElementsAre("none"));
  EXPECT_EQ(model->entries[2].dialect, "");
}

TEST(ModelTest, ReadsOrdersAndUsesByNumber) {
  auto parsed = parseModel("x.yaml", R"(apiVersion: gander/v1
kind: Model
metadata: {name: x, language: cpp}
objects: [row]
entries:
  - order: {function: "std::tie", argument: any}
  - order: {function: "lake::hash", argument: 1}
  - use: {function: "lake::Row::byNumber", from: receiver, number: 0}
)");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->entries[0].kind, EntryKind::kOrder);
  EXPECT_EQ(parsed->entries[0].argument, kAnyArgument);
  EXPECT_EQ(parsed->entries[1].argument, 1);
  EXPECT_EQ(parsed->entries[2].number, 0);
  EXPECT_EQ(parsed->entries[2].field, kAbsent);
}

TEST(ModelTest, ReadsUsesByKeywordAndByAnyArgument) {
  auto by = parseEntry("use: {method: sort, on: rows, keyword: by}");
  ASSERT_TRUE(by) << by.error().message;
  EXPECT_EQ(by->entries[0].field, kAbsent);
  EXPECT_EQ(by->entries[0].keyword, "by");
  auto any = parseEntry("use: {method: \"*\", on: rows, field: any}");
  ASSERT_TRUE(any) << any.error().message;
  EXPECT_EQ(any->entries[0].field, kAnyArgument);
  auto out = parseEntry("export: {function: save, from: 1}");
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->entries[0].kind, EntryKind::kExport);
  EXPECT_EQ(out->entries[0].from, 1);
  auto flow = parseEntry(
      "flow: {subscript: rows, by: other, gives: rows, open: some}\n  - flow: {subscript: rows, by: name, gives: row}");
  ASSERT_TRUE(flow) << flow.error().message;
  EXPECT_EQ(flow->entries[0].by, SubscriptBy::kOther);
  EXPECT_EQ(flow->entries[0].open, "some");
  EXPECT_EQ(flow->entries[1].by, SubscriptBy::kName);
  auto text = parseEntry("text: {method: run, on: client, argument: 0, kind: sql, gives: rows, into: receiver}");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(text->entries[0].into, kReceiver);
  auto sink = parseEntry("sink: {function: f, argument: 0, names: table, open: its columns are not followed}");
  ASSERT_TRUE(sink) << sink.error().message;
  EXPECT_EQ(sink->entries[0].open, "its columns are not followed");
}

}  // namespace
}  // namespace gander::rules
