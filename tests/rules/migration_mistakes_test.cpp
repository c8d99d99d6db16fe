// Migration documents: what is said of a bad one, word by word and with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/migration.h"
#include "tests/rules/texts.h"

namespace gander::rules {
namespace {

using ::testing::ElementsAre;

TEST(MigrationMistakesTest, TellsFiveMistakesAtOnce) {
  auto migration = parse(R"(apiVersion: gander/v1
kind: Migration
metadata: {name: Plays_V2, title: Move plays, owner: me}
datasets:
  - id: plays
    schema:
      old: {fields: {user_name: string, duration: int32}}
    references:
      - table: {old: plays_v1, now: plays_v2}
    changes:
      - {kind: rename, feild: user_name, to: listener}
      - {kind: rename, field: user_nam, to: listener}
      - {kind: remove, field: duration}
      - {kind: rename, field: duration, to: length}
)");
  ASSERT_FALSE(migration);
  EXPECT_EQ(migration.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(
      mistakesOf(migration),
      ElementsAre(
          "m.yaml:3:18: bad name 'Plays_V2'; use a-z, 0-9 and '-' between them, at most 63 bytes",
          "m.yaml:9:16: a table lacks the key 'new'; add it", "m.yaml:9:32: unknown key 'now'; did you mean 'new'?",
          "m.yaml:11:9: a change lacks the key 'field'; add it",
          "m.yaml:11:24: unknown key 'feild'; did you mean 'field'?",
          "m.yaml:12:31: the old schema of 'plays' has no field 'user_nam'; did you mean 'user_name'?",
          "m.yaml:14:9: field 'duration' is changed twice: rename here and remove in line 13; keep one of them"));
}

struct Mistake {
  std::string name;
  std::string text;  // lines from line 4 on
  std::vector<std::string> mistakes;
};
void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class BadDocument : public ::testing::TestWithParam<Mistake> {};
TEST_P(BadDocument, IsExplained) {
  auto migration = parse(kHead + GetParam().text);
  EXPECT_EQ(mistakesOf(migration), GetParam().mistakes);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, BadDocument,
    ::testing::Values(
        Mistake{"NoDatasets", "datasets: []\n", {"m.yaml:4:11: no datasets; a migration is about at least one"}},
        Mistake{"MetadataTwice",
                "metadata: {}\n" + kOne,
                {"m.yaml:4:1: key 'metadata' stands here a second time (first at 3:1); remove one of them"}},
        Mistake{"DatasetsMissing", "", {"m.yaml:1:1: a migration lacks the key 'datasets'; add it"}},
        Mistake{"DatasetsWrong", "datasets: plays\n", {"m.yaml:4:11: 'datasets' must be a list, not 'plays'"}},
        Mistake{"NoReferences",
                "datasets:\n  - id: d\n    references: []\n",
                {"m.yaml:6:17: no references: say by which names code knows the dataset"}},
        Mistake{"ReferencesMissing",
                "datasets:\n  - id: d\n",
                {"m.yaml:5:5: a dataset lacks the key 'references'; add it"}},
        Mistake{"SameDataset",
                "datasets:\n  - {id: d, references: [{table: t}]}\n  - {id: d, references: [{table: u}]}\n",
                {"m.yaml:6:10: dataset 'd' stands here a second time (first in line 5); give it another id"}},
        Mistake{"SameReference",
                "datasets:\n  - {id: d, references: [{table: t}]}\n  - {id: e, references: [{table: t}]}\n",
                {"m.yaml:6:27: table 't' is named already in line 5, for dataset 'd'; remove one of them"}},
        Mistake{"UnknownReference",
                "datasets: [{id: d, references: [{tabel: t}]}]\n",
                {"m.yaml:4:34: unknown kind of reference 'tabel'; did you mean 'table'?"}},
        Mistake{"TwoKindsInOne",
                "datasets: [{id: d, references: [{table: t, topic: u}]}]\n",
                {"m.yaml:4:33: a reference must be a map with one key: table, uri, topic, type, include, package, "
                 "function, literal, model, metric or ambient"}},
        Mistake{"BindingOfATable",
                "datasets: [{id: d, references: [{table: {old: t, new: u, binding: class}}]}]\n",
                {"m.yaml:4:58: unknown key 'binding'; a table has new or old"}},
        Mistake{"FunctionAlone",
                "datasets: [{id: d, references: [{function: load}]}]\n",
                {"m.yaml:4:44: a function needs a map with 'name' and 'object': what its value is"}},
        Mistake{"FunctionObject",
                "datasets: [{id: d, references: [{function: {name: load, object: row, parameter: -1}}]}]\n",
                {"m.yaml:4:65: object 'row' must name a model and its object, as in warehouse.row",
                 "m.yaml:4:81: 'parameter' must be a whole number from 0 to 63, not '-1'"}},
        Mistake{"AmbientPaths",
                "datasets: [{id: d, references: [{ambient: {object: otel.attributes, paths: [/src/**, ../x]}}]}]\n",
                {"m.yaml:4:77: glob '/src/**' begins with '/'; paths begin at the repository's root, without one",
                 "m.yaml:4:86: glob '../x' leaves the repository; remove '..'"}},
        Mistake{"ModelPath",
                "datasets: [{id: d, references: [{model: models/plays.sql}]}]\n",
                {"m.yaml:4:41: 'models/plays.sql' is no name of a dbt model; write model or project.model"}},
        Mistake{"ModelOfAnotherProject",
                "datasets: [{id: d, references: [{model: {old: a.plays, new: b.plays}}]}]\n",
                {"m.yaml:4:61: 'b.plays' is in another project than 'a.plays': gander moves no model there"}},
        Mistake{"ModelThatStays",
                "datasets: [{id: d, references: [{model: {old: plays, new: plays, move: true}}]}]\n",
                {"m.yaml:4:72: a model that keeps its name does not move"}},
        Mistake{"MoveOfATable",
                "datasets: [{id: d, references: [{table: {old: t, new: u, move: true}}]}]\n",
                {"m.yaml:4:58: unknown key 'move'; a table has new or old"}},
        Mistake{"TypeWithColons",
                "datasets: [{id: d, references: [{type: \"w::v1::Play\"}]}]\n",
                {"m.yaml:4:40: write 'w::v1::Play' with dots; the binding knows how each language spells it"}},
        Mistake{"Role",
                "datasets: [{id: d, role: boss, references: [{table: t}]}]\n",
                {"m.yaml:4:26: 'role' can't be 'boss'; write consumer or owner"}},
        Mistake{"ChangesWithoutSchema",
                "datasets:\n  - id: d\n    references: [{table: t}]\n    changes:\n      - {kind: remove, field: a}\n",
                {"m.yaml:8:7: changes need the old schema; add 'schema: {old: ...}'"}},
        Mistake{"SchemaWithoutOld",
                "datasets: [{id: d, references: [{table: t}], schema: {new: {fields: {a: int}}}}]\n",
                {"m.yaml:4:54: 'schema' lacks the key 'old'; add it"}},
        Mistake{"SchemaBothWays",
                "datasets: [{id: d, references: [{table: t}], schema: {old: {file: plays.proto, fields: {a: int}}}}]\n",
                {"m.yaml:4:60: a schema has either 'file' or 'fields', not both"}},
        Mistake{"SchemaFileMissing",
                "datasets: [{id: d, references: [{table: t}], schema: {old: {file: no.proto}}}]\n",
                {"m.yaml:4:67: can't read 'no.proto': no.proto: No such file or directory"}},
        Mistake{"SchemaFileBroken",
                "datasets: [{id: d, references: [{table: t}], schema: {old: {file: bad.proto}}}]\n",
                {"bad.proto:2:9: not protobuf: Expected message name."}},
        Mistake{"SchemaNameWrong",
                "datasets: [{id: d, references: [{table: t}], schema: {old: {file: plays.proto, name: w.v1.Plya}}}]\n",
                {"plays.proto:1:1: no message 'w.v1.Plya' here; did you mean 'w.v1.Play'?"}},
        Mistake{"FileMissing",
                kOne + "files: [{path: \"**/a.proto\", from: gone.proto}]\n",
                {"m.yaml:5:36: can't read 'gone.proto': gone.proto: No such file or directory"}},
        Mistake{"FilesIncomplete",
                kOne + "files: [{from: new.proto, beside: a/b}]\n",
                {"m.yaml:5:9: a file lacks the key 'path'; add it",
                 "m.yaml:5:35: 'beside' is a file's name, without a folder, not 'a/b'"}},
        Mistake{"Globs",
                kOne + "shapes: [/data/*.csv, \"../x\"]\n",
                {"m.yaml:5:10: glob '/data/*.csv' begins with '/'; paths begin at the repository's root, without one",
                 "m.yaml:5:23: glob '../x' leaves the repository; remove '..'"}},
        Mistake{"Prose",
                kOne + "prose: [{comments: change}]\n",
                {"m.yaml:5:20: 'comments' can't be 'change'; write list or edit"}},
        Mistake{"Incomplete", kOne + "incomplete: [hold]\n", {"m.yaml:5:13: 'incomplete' must be a text, not a list"}},
        Mistake{"Repositories",
                kOne + "repositories: [{name: a/b, url: x}, {name: a/b, url: y}, {name: ../c, url: z}]\n",
                {"m.yaml:5:37: repository 'a/b' stands here twice; remove one of them",
                 "m.yaml:5:65: bad name '../c' for a repository; write it as acme/report"}},
        Mistake{"SecretInUrl",
                kOne + "repositories: [{name: a/b, url: \"https://u:hunter2@host/x\"}]\n",
                {"m.yaml:5:33: this url carries a user or password; remove it, and give git a credential helper"}},
        Mistake{"Catalog", kOne + "catalog: {dataset: x}\n", {"m.yaml:5:10: 'catalog' lacks the key 'folder'; add it"}},
        Mistake{"OwnModel",
                kOne + "models: [own.yaml]\n",
                {"own.yaml:1:1: a model lacks the key 'apiVersion'; add it",
                 "own.yaml:1:1: a model lacks the key 'entries'; add it",
                 "own.yaml:1:1: a model lacks the key 'metadata'; add it"}},
        Mistake{"DuplicateKey",
                kOne + "shapes: []\nshapes: []\n",
                {"m.yaml:6:1: key 'shapes' stands here a second time (first at 5:1); remove one of them"}},
        Mistake{"UnknownKey",
                kOne + "reposotories: []\n",
                {"m.yaml:5:1: unknown key 'reposotories'; did you mean 'repositories'?"}},
        Mistake{"Syntax", "datasets: [{id: d\n", {"m.yaml:5:1: not YAML: end of map flow not found"}}),
    [](const auto& info) { return info.param.name; });

TEST(MigrationMistakesTest, TellsWhichEnumsAShortNameMayMean) {
  auto parsed = parseDataset(
      "    schema: {old: {name: w.Play, fields: {a: int32}, enums: {Play.Kind: [OLD], Song.Kind: [OLD], Mankind: "
      "[OLD]}}}\n"
      "    references: [{type: w.Play}]\n    changes: [{kind: enum, enum: Kind, from: OLD, to: NEW}]\n");
  EXPECT_EQ(
      mistakesOf(parsed),
      std::vector<std::string>{"m.yaml:8:34: enum 'Kind' may be 'Play.Kind' or 'Song.Kind'; write the whole name"});
}

class BadChange : public ::testing::TestWithParam<Mistake> {};
TEST_P(BadChange, IsExplained) { EXPECT_EQ(mistakesOf(parseChanges(GetParam().text)), GetParam().mistakes); }

INSTANTIATE_TEST_SUITE_P(
    Changes, BadChange,
    ::testing::Values(
        Mistake{"SameKindTwice",
                "      - {kind: rename, field: a, to: x}\n      - {kind: rename, field: a, to: y}\n",
                {"m.yaml:11:9: field 'a' is changed twice: rename here and rename in line 10; keep one of them"}},
        Mistake{"RemoveAndRetype",
                "      - {kind: remove, field: a}\n      - {kind: retype, field: a, to: int64}\n",
                {"m.yaml:11:9: field 'a' is changed twice: retype here and remove in line 10; keep one of them"}},
        Mistake{"TwoToOneTarget",
                "      - {kind: rename, field: a, to: x}\n      - {kind: rename, field: b, to: x}\n",
                {"m.yaml:11:38: 'a' and 'b' both become 'x' (see line 10); give one of them another name"}},
        Mistake{"OntoOneThatStays",
                "      - {kind: rename, field: a, to: b}\n",
                {"m.yaml:10:38: 'a' can't become 'b': the old schema has that field and it stays; rename or remove it "
                 "too"}},
        Mistake{"ToItself",
                "      - {kind: rename, field: a, to: a}\n",
                {"m.yaml:10:38: 'a' is renamed to itself; remove the change"}},
        Mistake{"ToAPath",
                "      - {kind: rename, field: listener.name, to: listener.title}\n",
                {"m.yaml:10:50: a rename's 'to' is the new last name only: write 'title'; use 'kind: move' for another "
                 "place"}},
        Mistake{"BadTarget",
                "      - {kind: rename, field: a, to: \"x y\"}\n",
                {"m.yaml:10:38: bad name 'x y' for a field; no blanks, quotes, dots or backslashes"}},
        Mistake{"AddWhatIsThere",
                "      - {kind: add, field: a}\n",
                {"m.yaml:10:28: field 'a' is in the old schema already; it can't be added"}},
        Mistake{"RetypeFrom",
                "      - {kind: retype, field: a, from: string, to: int64}\n",
                {"m.yaml:10:40: field 'a' is int32 in the old schema, not string"}},
        Mistake{"UnknownKind",
                "      - {kind: renam, field: a}\n",
                {"m.yaml:10:16: 'kind' can't be 'renam'; write rename, retype, remove, add, move, nullability, unit, "
                 "enum or merge"}},
        Mistake{"Nullability",
                "      - {kind: nullability, field: a, to: optional}\n",
                {"m.yaml:10:43: 'to' can't be 'optional'; write nullable or required"}},
        Mistake{"UnitWithoutFrom",
                "      - {kind: unit, field: a, to: ms}\n",
                {"m.yaml:10:9: a change lacks the key 'from'; add it"}},
        Mistake{"KeyOfAnotherKind",
                "      - {kind: remove, field: a, to: b}\n",
                {"m.yaml:10:34: unknown key 'to'; a change has action, field, id, kind or note"}},
        Mistake{"Template",
                "      - {kind: retype, field: a, to: int64, convert: {cpp: {read: \"f({valeu}\"}}}\n",
                {"m.yaml:10:67: '{value}' must stand once in 'f({valeu}'",
                 "m.yaml:10:67: a bracket is not closed in 'f({valeu}'",
                 "m.yaml:10:67: unknown hole '{valeu}' in 'f({valeu}'; did you mean '{value}'?; a brace of code has a "
                 "blank "
                 "behind it"}},
        Mistake{"Factor",
                "      - {kind: unit, field: a, from: s, to: MB, convert: factor}\n",
                {"m.yaml:10:58: s is of time and MB of bytes: no factor leads from one to the other"}},
        Mistake{"EnumName",
                "      - {kind: enum, enum: Knid, from: OLD, to: NEW}\n",
                {"m.yaml:10:28: the old schema has no enum 'Knid'; did you mean 'Kind'?"}},
        Mistake{"EnumValue",
                "      - {kind: enum, enum: Kind, from: ODL, to: NEW}\n      - {kind: enum, enum: Kind, to: KEPT}\n",
                {"m.yaml:10:40: enum 'Kind' has no value 'ODL'; did you mean 'OLD'?",
                 "m.yaml:11:38: enum 'Kind' has the value 'KEPT' already"}},
        Mistake{"EnumNothing",
                "      - {kind: enum, enum: Kind}\n",
                {"m.yaml:10:9: an enum change needs 'from', 'to' or both: the old value and the new one"}},
        Mistake{
            "EnumTwice",
            "      - {kind: enum, enum: Kind, from: OLD, to: X}\n      - {kind: enum, enum: Kind, from: OLD, to: Y}\n",
            {"m.yaml:11:9: value 'OLD' of enum 'Kind' is changed twice (first in line 10); keep one of the changes"}},
        Mistake{"SameId",
                "      - {kind: remove, field: a, id: one}\n      - {kind: remove, field: b, id: one}\n",
                {"m.yaml:11:9: change id 'one' is used in line 10 too; give it another"}}),
    [](const auto& info) { return info.param.name; });

TEST(MigrationMistakesTest, TellsWhatTheHeadLacks) {
  EXPECT_THAT(mistakesOf(parse("apiVersion: v1\nkind: Model\nmetadata:\n  guide: wiki\n" + kOne)),
              ElementsAre("m.yaml:1:13: apiVersion 'v1' is not known; write gander/v1",
                          "m.yaml:2:7: kind is 'Model', and Migration is wanted here",
                          "m.yaml:4:3: metadata lacks the key 'name'; add it",
                          "m.yaml:4:3: metadata lacks the key 'owner'; add it",
                          "m.yaml:4:3: metadata lacks the key 'title'; add it",
                          "m.yaml:4:10: guide must be an https:// address, not 'wiki'"));
  EXPECT_THAT(mistakesOf(parse("[]")), ElementsAre("m.yaml:1:1: a migration must be a map of keys, not a list"));
  EXPECT_THAT(mistakesOf(parse("")), ElementsAre("m.yaml:1:1: the document is empty"));
}

}  // namespace
}  // namespace gander::rules
