// Migration documents: what a good one means, and what is said of a bad one.
#include "rules/migration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "rules/model.h"
#include "tests/rules/texts.h"

namespace gander::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kHead = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-v2, title: Move plays, owner: group:default/plays-team}
)";  // three lines

const MemoryFiles kFiles({{"new.proto", "message X {}\n"},
                          {"plays.proto", "syntax = \"proto3\";\npackage w.v1;\nmessage Play { string user_name = 1; int32 d = 2; }\n"},
                          {"bad.proto", "syntax = \"proto3\";\nmessage {\n"},
                          {"own.yaml", "kind: Model\n"}});

Result<Migration> parse(const std::string& text) { return parseMigration("m.yaml", text, kFiles); }

// A document with one dataset whose body is `body`, from line 6 on; its old schema has a, b, c and listener.name.
Result<Migration> parseDataset(const std::string& body) {
  return parse(std::string(kHead) + "datasets:\n  - id: plays\n" + body);
}
Result<Migration> parseChanges(const std::string& changes, const std::string& now = "") {
  return parseDataset("    schema:\n      old: {name: plays_v1, fields: {a: int32, b: string, c: string, listener.name: string}, enums: {Kind: [OLD, KEPT]}}\n" +
                      now + "    references: [{table: {old: plays_v1, new: plays_v2}}]\n    changes:\n" + changes);
}

constexpr auto kFull = R"(apiVersion: gander/v1
kind: Migration
metadata:
  name: user-plays-v2
  title: Move user_plays to version 2
  summary: Version 1 ends.
  owner: group:default/plays-team
  guide: https://wiki.example.com/plays-v2
datasets:
  - id: user-plays
    role: owner
    schema:
      old: {file: plays.proto, name: w.v1.Play}
    references:
      - table: {old: plays_v1, new: plays_v2}
      - topic: user-plays
      - type: {old: w.v1.Play, new: w.v2.PlayEvent, binding: protobuf}
      - package: {old: w.v1, new: w.v2}
      - include: {old: w/v1/plays.pb.h, new: w/v2/plays.pb.h}
      - function: {name: loadPlays, object: warehouse.row, parameter: 0}
      - function: {name: makePlay, object: warehouse.row}
      - uri: {old: "s3://l/v1/", new: "s3://l/v2/"}
      - literal: {old: one, new: two}
    changes:
      - {kind: rename, field: user_name, to: listener_name, note: Same meaning.}
      - {kind: retype, field: d, to: int64, id: wider}
files:
  - {path: "**/plays.proto", from: new.proto}
  - {path: "**/plays_v1.proto", from: new.proto, beside: plays_v2.proto}
prose: [{paths: "docs/**", comments: edit}, {documents: edit}]
shapes: ["data/*.csv"]
incomplete: draft
repositories: [{name: acme/report, url: ../repos/report.git}]
catalog: {folder: catalog/, dataset: resource:default/user-plays}
)";

TEST(MigrationTest, ReadsTheHead) {
  auto migration = parse(kFull);
  ASSERT_TRUE(migration) << migration.error().message;
  EXPECT_EQ(migration->file, "m.yaml");
  EXPECT_EQ(migration->name, "user-plays-v2");
  EXPECT_EQ(migration->title, "Move user_plays to version 2");
  EXPECT_EQ(migration->summary, "Version 1 ends.");
  EXPECT_EQ(migration->owner, "group:default/plays-team");
  EXPECT_EQ(migration->guide, "https://wiki.example.com/plays-v2");
  ASSERT_EQ(migration->datasets.size(), 1U);
  EXPECT_EQ(migration->datasets[0].id, "user-plays");
  EXPECT_EQ(migration->datasets[0].role, TargetRole::kOwner);
}

TEST(MigrationTest, ReadsReferences) {
  auto migration = parse(kFull);
  ASSERT_TRUE(migration) << migration.error().message;
  const auto& references = migration->datasets[0].references;
  ASSERT_EQ(references.size(), 9U);
  EXPECT_EQ(references[0].kind, ReferenceKind::kTable);
  EXPECT_EQ(references[0].now, "plays_v2");
  EXPECT_EQ(references[0].position, (Position{15, 9}));
  EXPECT_EQ(references[1].old, "user-plays");
  EXPECT_EQ(references[1].now, "user-plays");
  EXPECT_EQ(references[2].kind, ReferenceKind::kType);
  EXPECT_EQ(references[2].binding, "protobuf");
  EXPECT_EQ(references[3].binding, "protobuf");  // since the old schema is a .proto
  EXPECT_EQ(references[5].kind, ReferenceKind::kFunction);
  EXPECT_EQ(references[5].object, "warehouse.row");
  EXPECT_EQ(references[5].parameter, 0);
  EXPECT_EQ(references[6].parameter, std::nullopt);
  EXPECT_EQ(references[7].kind, ReferenceKind::kUri);
  EXPECT_EQ(references[8].now, "two");
}

TEST(MigrationTest, ReadsChangesAndDerivesTheNewSchema) {
  auto migration = parse(kFull);
  ASSERT_TRUE(migration) << migration.error().message;
  const auto& dataset = migration->datasets[0];
  ASSERT_EQ(dataset.changes.size(), 2U);
  EXPECT_EQ(dataset.changes[0].id, "user-plays/rename/user_name");
  EXPECT_EQ(dataset.changes[0].note, "Same meaning.");
  EXPECT_EQ(dataset.changes[1].id, "wider");
  EXPECT_EQ(dataset.changes[1].from, "int32");  // from the old schema
  EXPECT_EQ(dataset.old.name, "w.v1.Play");
  EXPECT_EQ(dataset.now.name, "w.v2.PlayEvent");
  EXPECT_THAT(dataset.now.fieldPaths(), ElementsAre("listener_name", "d"));
  EXPECT_EQ(dataset.now.findField("d")->type, "int64");
}

TEST(MigrationTest, ReadsTheRollout) {
  auto migration = parse(kFull);
  ASSERT_TRUE(migration) << migration.error().message;
  ASSERT_EQ(migration->files.size(), 2U);
  EXPECT_EQ(migration->files[0].text, "message X {}\n");
  EXPECT_EQ(migration->files[0].beside, "");
  EXPECT_EQ(migration->files[1].beside, "plays_v2.proto");
  ASSERT_EQ(migration->prose.size(), 2U);
  EXPECT_EQ(migration->prose[0].paths, "docs/**");
  EXPECT_EQ(migration->prose[0].comments, ProseAction::kEdit);
  EXPECT_EQ(migration->prose[0].documents, ProseAction::kList);
  EXPECT_EQ(migration->prose[1].paths, "**");
  EXPECT_THAT(migration->shapePaths, ElementsAre("data/*.csv"));
  EXPECT_TRUE(migration->allowIncomplete);
  EXPECT_EQ(migration->repositories[0].url, "../repos/report.git");
  ASSERT_TRUE(migration->catalog);
  EXPECT_EQ(migration->catalog->folder, "catalog/");
  EXPECT_EQ(migration->catalog->dataset, "resource:default/user-plays");
}

TEST(MigrationTest, DigestCoversTheDocumentAndItsFiles) {
  MemoryFiles other({{"new.proto", "message Y {}\n"}, {"plays.proto", *kFiles.read("plays.proto")}});
  auto digest = parse(kFull)->digest;
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_EQ(parse(kFull)->digest, digest);
  EXPECT_NE(parse(std::string(kFull) + "# a comment\n")->digest, digest);
  EXPECT_NE(parseMigration("m.yaml", kFull, other)->digest, digest);
}

TEST(MigrationTest, TellsFiveMistakesAtOnce) {
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
  EXPECT_THAT(mistakesOf(migration),
              ElementsAre("m.yaml:3:18: bad name 'Plays_V2'; use a-z, 0-9 and '-' between them, at most 63 bytes",
                          "m.yaml:9:16: a table lacks the key 'new'; add it",
                          "m.yaml:9:32: unknown key 'now'; did you mean 'new'?",
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

const std::string kOne = "datasets: [{id: d, references: [{table: t}]}]\n";

INSTANTIATE_TEST_SUITE_P(
    Documents, BadDocument,
    ::testing::Values(
        Mistake{"NoDatasets", "datasets: []\n", {"m.yaml:4:11: no datasets; a migration is about at least one"}},
        Mistake{"MetadataTwice", "metadata: {}\n" + kOne, {"m.yaml:4:1: key 'metadata' stands here a second time (first at 3:1); remove one of them"}},
        Mistake{"DatasetsMissing", "", {"m.yaml:1:1: a migration lacks the key 'datasets'; add it"}},
        Mistake{"DatasetsWrong", "datasets: plays\n", {"m.yaml:4:11: 'datasets' must be a list, not 'plays'"}},
        Mistake{"NoReferences", "datasets:\n  - id: d\n    references: []\n",
                {"m.yaml:6:17: no references: say by which names code knows the dataset"}},
        Mistake{"ReferencesMissing", "datasets:\n  - id: d\n", {"m.yaml:5:5: a dataset lacks the key 'references'; add it"}},
        Mistake{"SameDataset", "datasets:\n  - {id: d, references: [{table: t}]}\n  - {id: d, references: [{table: u}]}\n",
                {"m.yaml:6:10: dataset 'd' stands here a second time (first in line 5); give it another id"}},
        Mistake{"SameReference", "datasets:\n  - {id: d, references: [{table: t}]}\n  - {id: e, references: [{table: t}]}\n",
                {"m.yaml:6:27: table 't' is named already in line 5, for dataset 'd'; remove one of them"}},
        Mistake{"UnknownReference", "datasets: [{id: d, references: [{tabel: t}]}]\n",
                {"m.yaml:4:34: unknown kind of reference 'tabel'; did you mean 'table'?"}},
        Mistake{"TwoKindsInOne", "datasets: [{id: d, references: [{table: t, topic: u}]}]\n",
                {"m.yaml:4:33: a reference must be a map with one key: table, uri, topic, type, include, package, function or literal"}},
        Mistake{"BindingOfATable", "datasets: [{id: d, references: [{table: {old: t, new: u, binding: class}}]}]\n",
                {"m.yaml:4:58: unknown key 'binding'; a table has new or old"}},
        Mistake{"FunctionAlone", "datasets: [{id: d, references: [{function: load}]}]\n",
                {"m.yaml:4:44: a function needs a map with 'name' and 'object': what its value is"}},
        Mistake{"FunctionObject", "datasets: [{id: d, references: [{function: {name: load, object: row, parameter: -1}}]}]\n",
                {"m.yaml:4:65: object 'row' must name a model and its object, as in warehouse.row",
                 "m.yaml:4:81: 'parameter' must be a whole number from 0 to 63, not '-1'"}},
        Mistake{"TypeWithColons", "datasets: [{id: d, references: [{type: \"w::v1::Play\"}]}]\n",
                {"m.yaml:4:40: write 'w::v1::Play' with dots; the binding knows how each language spells it"}},
        Mistake{"Role", "datasets: [{id: d, role: boss, references: [{table: t}]}]\n",
                {"m.yaml:4:26: 'role' can't be 'boss'; write consumer or owner"}},
        Mistake{"ChangesWithoutSchema", "datasets:\n  - id: d\n    references: [{table: t}]\n    changes:\n      - {kind: remove, field: a}\n",
                {"m.yaml:8:7: changes need the old schema; add 'schema: {old: ...}'"}},
        Mistake{"SchemaWithoutOld", "datasets: [{id: d, references: [{table: t}], schema: {new: {fields: {a: int}}}}]\n",
                {"m.yaml:4:54: 'schema' lacks the key 'old'; add it"}},
        Mistake{"SchemaBothWays", "datasets: [{id: d, references: [{table: t}], schema: {old: {file: plays.proto, fields: {a: int}}}}]\n",
                {"m.yaml:4:60: a schema has either 'file' or 'fields', not both"}},
        Mistake{"SchemaFileMissing", "datasets: [{id: d, references: [{table: t}], schema: {old: {file: no.proto}}}]\n",
                {"m.yaml:4:67: can't read 'no.proto': no.proto: No such file or directory"}},
        Mistake{"SchemaFileBroken", "datasets: [{id: d, references: [{table: t}], schema: {old: {file: bad.proto}}}]\n",
                {"bad.proto:2:9: not protobuf: Expected message name."}},
        Mistake{"SchemaNameWrong", "datasets: [{id: d, references: [{table: t}], schema: {old: {file: plays.proto, name: w.v1.Plya}}}]\n",
                {"plays.proto:1:1: no message 'w.v1.Plya' here; did you mean 'w.v1.Play'?"}},
        Mistake{"FileMissing", kOne + "files: [{path: \"**/a.proto\", from: gone.proto}]\n",
                {"m.yaml:5:36: can't read 'gone.proto': gone.proto: No such file or directory"}},
        Mistake{"FilesIncomplete", kOne + "files: [{from: new.proto, beside: a/b}]\n",
                {"m.yaml:5:9: a file lacks the key 'path'; add it", "m.yaml:5:35: 'beside' is a file's name, without a folder, not 'a/b'"}},
        Mistake{"Globs", kOne + "shapes: [/data/*.csv, \"../x\"]\n",
                {"m.yaml:5:10: glob '/data/*.csv' begins with '/'; paths begin at the repository's root, without one",
                 "m.yaml:5:23: glob '../x' leaves the repository; remove '..'"}},
        Mistake{"Prose", kOne + "prose: [{comments: change}]\n", {"m.yaml:5:20: 'comments' can't be 'change'; write list or edit"}},
        Mistake{"Incomplete", kOne + "incomplete: [hold]\n", {"m.yaml:5:13: 'incomplete' must be a text, not a list"}},
        Mistake{"Repositories", kOne + "repositories: [{name: a/b, url: x}, {name: a/b, url: y}, {name: ../c, url: z}]\n",
                {"m.yaml:5:37: repository 'a/b' stands here twice; remove one of them",
                 "m.yaml:5:65: bad name '../c' for a repository; write it as acme/report"}},
        Mistake{"SecretInUrl", kOne + "repositories: [{name: a/b, url: \"https://u:hunter2@host/x\"}]\n",
                {"m.yaml:5:33: this url carries a user or password; remove it, and give git a credential helper"}},
        Mistake{"Catalog", kOne + "catalog: {dataset: x}\n", {"m.yaml:5:10: 'catalog' lacks the key 'folder'; add it"}},
        Mistake{"OwnModel", kOne + "models: [own.yaml]\n",
                {"own.yaml:1:1: a model lacks the key 'apiVersion'; add it", "own.yaml:1:1: a model lacks the key 'entries'; add it",
                 "own.yaml:1:1: a model lacks the key 'metadata'; add it"}},
        Mistake{"DuplicateKey", kOne + "shapes: []\nshapes: []\n",
                {"m.yaml:6:1: key 'shapes' stands here a second time (first at 5:1); remove one of them"}},
        Mistake{"UnknownKey", kOne + "reposotories: []\n", {"m.yaml:5:1: unknown key 'reposotories'; did you mean 'repositories'?"}},
        Mistake{"Syntax", "datasets: [{id: d\n", {"m.yaml:5:1: not YAML: end of map flow not found"}}),
    [](const auto& info) { return info.param.name; });

class BadChange : public ::testing::TestWithParam<Mistake> {};
TEST_P(BadChange, IsExplained) { EXPECT_EQ(mistakesOf(parseChanges(GetParam().text)), GetParam().mistakes); }

INSTANTIATE_TEST_SUITE_P(
    Changes, BadChange,
    ::testing::Values(
        Mistake{"SameKindTwice", "      - {kind: rename, field: a, to: x}\n      - {kind: rename, field: a, to: y}\n",
                {"m.yaml:11:9: field 'a' is changed twice: rename here and rename in line 10; keep one of them"}},
        Mistake{"RemoveAndRetype", "      - {kind: remove, field: a}\n      - {kind: retype, field: a, to: int64}\n",
                {"m.yaml:11:9: field 'a' is changed twice: retype here and remove in line 10; keep one of them"}},
        Mistake{"TwoToOneTarget", "      - {kind: rename, field: a, to: x}\n      - {kind: rename, field: b, to: x}\n",
                {"m.yaml:11:38: 'a' and 'b' both become 'x' (see line 10); give one of them another name"}},
        Mistake{"OntoOneThatStays", "      - {kind: rename, field: a, to: b}\n",
                {"m.yaml:10:38: 'a' can't become 'b': the old schema has that field and it stays; rename or remove it too"}},
        Mistake{"ToItself", "      - {kind: rename, field: a, to: a}\n", {"m.yaml:10:38: 'a' is renamed to itself; remove the change"}},
        Mistake{"ToAPath", "      - {kind: rename, field: listener.name, to: listener.title}\n",
                {"m.yaml:10:50: a rename's 'to' is the new last name only: write 'title'; use 'kind: move' for another place"}},
        Mistake{"BadTarget", "      - {kind: rename, field: a, to: \"x y\"}\n",
                {"m.yaml:10:38: bad name 'x y' for a field; no blanks, quotes, dots or backslashes"}},
        Mistake{"AddWhatIsThere", "      - {kind: add, field: a}\n", {"m.yaml:10:28: field 'a' is in the old schema already; it can't be added"}},
        Mistake{"RetypeFrom", "      - {kind: retype, field: a, from: string, to: int64}\n",
                {"m.yaml:10:40: field 'a' is int32 in the old schema, not string"}},
        Mistake{"UnknownKind", "      - {kind: renam, field: a}\n",
                {"m.yaml:10:16: 'kind' can't be 'renam'; write rename, retype, remove, add, move, nullability, unit or enum"}},
        Mistake{"Nullability", "      - {kind: nullability, field: a, to: optional}\n",
                {"m.yaml:10:43: 'to' can't be 'optional'; write nullable or required"}},
        Mistake{"UnitWithoutFrom", "      - {kind: unit, field: a, to: ms}\n", {"m.yaml:10:9: a change lacks the key 'from'; add it"}},
        Mistake{"KeyOfAnotherKind", "      - {kind: remove, field: a, to: b}\n",
                {"m.yaml:10:34: unknown key 'to'; a change has field, id, kind or note"}},
        Mistake{"EnumName", "      - {kind: enum, enum: Knid, from: OLD, to: NEW}\n",
                {"m.yaml:10:28: the old schema has no enum 'Knid'; did you mean 'Kind'?"}},
        Mistake{"EnumValue", "      - {kind: enum, enum: Kind, from: ODL, to: NEW}\n      - {kind: enum, enum: Kind, to: KEPT}\n",
                {"m.yaml:10:40: enum 'Kind' has no value 'ODL'; did you mean 'OLD'?", "m.yaml:11:38: enum 'Kind' has the value 'KEPT' already"}},
        Mistake{"EnumNothing", "      - {kind: enum, enum: Kind}\n",
                {"m.yaml:10:9: an enum change needs 'from', 'to' or both: the old value and the new one"}},
        Mistake{"EnumTwice", "      - {kind: enum, enum: Kind, from: OLD, to: X}\n      - {kind: enum, enum: Kind, from: OLD, to: Y}\n",
                {"m.yaml:11:9: value 'OLD' of enum 'Kind' is changed twice (first in line 10); keep one of the changes"}},
        Mistake{"SameId", "      - {kind: remove, field: a, id: one}\n      - {kind: remove, field: b, id: one}\n",
                {"m.yaml:11:9: change id 'one' is used in line 10 too; give it another"}}),
    [](const auto& info) { return info.param.name; });

TEST(MigrationTest, TellsWhatTheHeadLacks) {
  EXPECT_THAT(mistakesOf(parse("apiVersion: v1\nkind: Model\nmetadata:\n  guide: wiki\n" + kOne)),
              ElementsAre("m.yaml:1:13: apiVersion 'v1' is not known; write gander/v1", "m.yaml:2:7: kind is 'Model', and Migration is wanted here",
                          "m.yaml:4:3: metadata lacks the key 'name'; add it", "m.yaml:4:3: metadata lacks the key 'owner'; add it",
                          "m.yaml:4:3: metadata lacks the key 'title'; add it", "m.yaml:4:10: guide must be an https:// address, not 'wiki'"));
  EXPECT_THAT(mistakesOf(parse("[]")), ElementsAre("m.yaml:1:1: a migration must be a map of keys, not a list"));
  EXPECT_THAT(mistakesOf(parse("")), ElementsAre("m.yaml:1:1: the document is empty"));
}

TEST(MigrationTest, AllowsSwapsAndSeveralKindsOfChangeForOneField) {
  auto migration = parseChanges(
      "      - {kind: rename, field: a, to: b}\n      - {kind: rename, field: b, to: a}\n"
      "      - {kind: retype, field: a, to: int64}\n      - {kind: unit, field: a, from: s, to: ms}\n"
      "      - {kind: nullability, field: a, to: nullable}\n      - {kind: rename, field: listener.name, to: title}\n"
      "      - {kind: add, field: d, type: bool}\n      - {kind: enum, enum: Kind, from: OLD, to: NEW}\n");
  ASSERT_TRUE(migration) << migration.error().message;
  const auto& dataset = migration->datasets[0];
  EXPECT_THAT(dataset.now.fieldPaths(), ElementsAre("b", "a", "c", "listener.title", "d"));
  EXPECT_EQ(dataset.now.fields[0].type, "int64");
  EXPECT_TRUE(dataset.now.fields[0].nullable);
  EXPECT_EQ(dataset.now.fields[4].type, "bool");
  EXPECT_EQ(dataset.now.name, "plays_v2");
  EXPECT_THAT(dataset.now.enums[0].values, ElementsAre("NEW", "KEPT"));
  EXPECT_EQ(dataset.changes[7].id, "plays/enum/Kind.OLD");
}

TEST(MigrationTest, AllowsARenameOntoANameThatGoes) {
  auto migration = parseChanges("      - {kind: remove, field: b}\n      - {kind: rename, field: a, to: b}\n");
  ASSERT_TRUE(migration) << migration.error().message;
  EXPECT_THAT(migration->datasets[0].now.fieldPaths(), ElementsAre("b", "c", "listener.name"));
}

TEST(MigrationTest, FollowsMovesAndRenamedParents) {
  auto migration = parseChanges("      - {kind: move, field: a, to: listener.a}\n      - {kind: rename, field: listener, to: person}\n");
  ASSERT_TRUE(migration) << migration.error().message;
  EXPECT_THAT(migration->datasets[0].now.fieldPaths(), ElementsAre("listener.a", "b", "c", "person.name"));
}

TEST(MigrationTest, ComparesWithAWrittenNewSchema) {
  auto now = "      new: {fields: {x: int32, b: string, listener.name: string}}\n";
  auto migration = parseChanges("      - {kind: rename, field: a, to: xx}\n      - {kind: remove, field: b}\n      - {kind: add, field: y}\n", now);
  EXPECT_THAT(mistakesOf(migration),
              ElementsAre("m.yaml:8:12: the new schema of 'plays' lacks the field 'c', and no change says what becomes of it; add a rename, move or remove",
                          "m.yaml:11:38: the new schema of 'plays' has no field 'xx'; did you mean 'x'?",
                          "m.yaml:12:31: field 'b' is removed, and the new schema still has it",
                          "m.yaml:13:28: the new schema of 'plays' has no field 'y'; did you mean 'x'?"));
}

TEST(MigrationTest, SharesAnIncludeBetweenDatasetsThatAgree) {
  auto two = [](const std::string& now) {
    return parse(std::string(kHead) + "datasets:\n  - {id: d, references: [{include: {old: a.h, new: b.h}}]}\n  - {id: e, references: [{include: {old: a.h, new: " +
                 now + "}}]}\n");
  };
  EXPECT_THAT(mistakesOf(two("b.h")), IsEmpty());
  EXPECT_THAT(mistakesOf(two("c.h")), ElementsAre("m.yaml:6:27: include 'a.h' is named already in line 5, for dataset 'd'; remove one of them"));
}

TEST(MigrationTest, LoadsFromDiskAndResolvesPaths) {
  auto folder = TemporaryDirectory::make("gander-migration");
  ASSERT_TRUE(folder);
  auto root = folder->path();
  ASSERT_TRUE(writeFile(root / "m.yaml", std::string(kHead) + kOne +
                                             "repositories: [{name: a, url: ../repos/a.git}, {name: b, url: \"git@host:x/b\"}, {name: c, url: \"https://h/c\"}, {name: d, url: /d}]\n"
                                             "models: [own/m.yaml]\n"));
  EXPECT_THAT(mistakesOf(loadMigration(root / "m.yaml")), ElementsAre(HasSubstr("own/m.yaml: No such file or directory")));
  ASSERT_TRUE(ensureDirectory(root / "own"));
  ASSERT_TRUE(writeFile(root / "own/m.yaml",
                        "apiVersion: gander/v1\nkind: Model\nmetadata: {name: own, language: python}\nentries: [{text: {function: f, argument: 0, kind: log}}]\n"));
  auto migration = loadMigration(root / "m.yaml");
  ASSERT_TRUE(migration) << migration.error().message;
  EXPECT_EQ(migration->file, (root / "m.yaml").string());
  EXPECT_EQ(migration->repositories[0].url, (root.parent_path() / "repos/a.git").string());
  EXPECT_EQ(migration->repositories[1].url, "git@host:x/b");
  EXPECT_EQ(migration->repositories[2].url, "https://h/c");
  EXPECT_EQ(migration->repositories[3].url, "/d");
  EXPECT_THAT(migration->models, ElementsAre((root / "own/m.yaml").string()));
}

TEST(MigrationTest, SaysWhichFileIsMissing) {
  auto migration = loadMigration("/nowhere/m.yaml");
  ASSERT_FALSE(migration);
  EXPECT_EQ(migration.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(migration.error().message, HasSubstr("/nowhere/m.yaml"));
  auto folder = loadMigration("/tmp");
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().message, HasSubstr("/tmp: not a regular file"));
}

TEST(MigrationTest, ChecksReferencesAgainstTheLibrary) {
  auto library = loadLibrary(std::filesystem::path(GANDER_SOURCE_DIR) / "rules", {});
  ASSERT_TRUE(library) << library.error().message;
  auto good = parse(kFull);
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_TRUE(checkReferences(*good, *library));
  auto bad = parse(std::string(kHead) +
                   "datasets: [{id: d, references: [{type: {old: A, new: B, binding: protobuff}}, {function: {name: f, object: warehouse.recrd}}]}]\n");
  ASSERT_TRUE(bad) << bad.error().message;
  EXPECT_THAT(mistakesOf(checkReferences(*bad, *library)),
              ElementsAre("m.yaml:4:34: there is no binding 'protobuff'; did you mean 'protobuf'?",
                          "m.yaml:4:80: no model has an object 'warehouse.recrd'; did you mean 'warehouse.record'?"));
}

}  // namespace
}  // namespace gander::rules
