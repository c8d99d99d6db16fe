// Migration documents: what a good one means. Bad ones are in migration_mistakes_test.cpp.
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
automerge: true
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

TEST(MigrationTest, ReadsModels) {
  auto migration = parse(
      "apiVersion: gander/v1\nkind: Migration\nmetadata: {name: m, title: t, owner: \"group:default/g\"}\n"
      "datasets:\n  - id: d\n    references: [{model: {old: plays_v1, new: plays_v2, move: true}}, {model: "
      "shop.users},\n"
      "                 {model: {old: a.b, new: a.c}}]\n");
  ASSERT_TRUE(migration) << migration.error().message;
  const auto& references = migration->datasets[0].references;
  ASSERT_EQ(references.size(), 3U);
  EXPECT_EQ(references[0].kind, ReferenceKind::kModel);
  EXPECT_EQ(references[0].now, "plays_v2");
  EXPECT_TRUE(references[0].move);
  EXPECT_EQ(references[1].now, "shop.users");
  EXPECT_FALSE(references[2].move);
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
  EXPECT_TRUE(migration->automerge);
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

TEST(MigrationTest, MakesTheNewEnumsOfTheOldOnes) {
  const MemoryFiles files({{"p.proto",
                            "syntax = \"proto3\"; package w; enum Kind { NONE = 0; A = 1; B = 2; C = 5; }\n"
                            "message Play { enum Kind { A = 0; } Kind kind = 1; }\n"}});
  auto migration = parseMigration("m.yaml", std::string(kHead) + R"(datasets:
  - id: plays
    schema: {old: {file: p.proto, name: w.Play}}
    references: [{type: {old: w.Play, new: w.Play}}]
    changes:
      - {kind: enum, enum: Kind, from: A, to: B}
      - {kind: enum, enum: Kind, from: B, to: A}
      - {kind: enum, enum: Kind, from: NONE}
      - {kind: enum, enum: Kind, to: D}
)",
                                  files);
  ASSERT_TRUE(migration) << migration.error().message;
  const auto& now = migration->datasets[0].now;
  const auto* kind = now.findEnum("Kind");
  ASSERT_NE(kind, nullptr);
  EXPECT_THAT(kind->values, ElementsAre("B", "A", "C", "D"));
  EXPECT_THAT(kind->numbers, ElementsAre(1, 2, 5)) << "nothing says that of a new one";
  EXPECT_THAT(now.findEnum("Play.Kind")->values, ElementsAre("A")) << "another enum, whose name ends so";
}

TEST(MigrationTest, AllowsARenameOntoANameThatGoes) {
  auto migration = parseChanges("      - {kind: remove, field: b}\n      - {kind: rename, field: a, to: b}\n");
  ASSERT_TRUE(migration) << migration.error().message;
  EXPECT_THAT(migration->datasets[0].now.fieldPaths(), ElementsAre("b", "c", "listener.name"));
}

TEST(MigrationTest, FollowsMovesAndRenamedParents) {
  auto migration = parseChanges(
      "      - {kind: move, field: a, to: listener.a}\n      - {kind: rename, field: listener, to: person}\n");
  ASSERT_TRUE(migration) << migration.error().message;
  EXPECT_THAT(migration->datasets[0].now.fieldPaths(), ElementsAre("listener.a", "b", "c", "person.name"));
}

TEST(MigrationTest, ComparesWithAWrittenNewSchema) {
  auto now = "      new: {fields: {x: int32, b: string, listener.name: string}}\n";
  auto migration = parseChanges(
      "      - {kind: rename, field: a, to: xx}\n      - {kind: remove, field: b}\n      - {kind: add, field: y}\n",
      now);
  EXPECT_THAT(mistakesOf(migration),
              ElementsAre("m.yaml:8:12: the new schema of 'plays' lacks the field 'c', and no change says what becomes "
                          "of it; add a rename, move or remove",
                          "m.yaml:11:38: the new schema of 'plays' has no field 'xx'; did you mean 'x'?",
                          "m.yaml:12:31: field 'b' is removed, and the new schema still has it",
                          "m.yaml:13:28: the new schema of 'plays' has no field 'y'; did you mean 'x'?"));
}

TEST(MigrationTest, SharesAnIncludeBetweenDatasetsThatAgree) {
  auto two = [](const std::string& now) {
    return parse(std::string(kHead) +
                 "datasets:\n  - {id: d, references: [{include: {old: a.h, new: b.h}}]}\n  - {id: e, references: "
                 "[{include: {old: a.h, new: " +
                 now + "}}]}\n");
  };
  EXPECT_THAT(mistakesOf(two("b.h")), IsEmpty());
  EXPECT_THAT(
      mistakesOf(two("c.h")),
      ElementsAre("m.yaml:6:27: include 'a.h' is named already in line 5, for dataset 'd'; remove one of them"));
}

TEST(MigrationTest, LoadsFromDiskAndResolvesPaths) {
  auto folder = TemporaryDirectory::make("gander-migration");
  ASSERT_TRUE(folder);
  auto root = folder->path();
  ASSERT_TRUE(writeFile(root / "m.yaml", std::string(kHead) + kOne +
                                             "repositories: [{name: a, url: ../repos/a.git}, {name: b, url: "
                                             "\"git@host:x/b\"}, {name: c, url: \"https://h/c\"}, {name: d, url: /d}]\n"
                                             "models: [own/m.yaml]\n"));
  EXPECT_THAT(mistakesOf(loadMigration(root / "m.yaml")),
              ElementsAre(HasSubstr("own/m.yaml: No such file or directory")));
  ASSERT_TRUE(ensureDirectory(root / "own"));
  ASSERT_TRUE(writeFile(root / "own/m.yaml",
                        "apiVersion: gander/v1\nkind: Model\nmetadata: {name: own, language: python}\nentries: [{text: "
                        "{function: f, argument: 0, kind: log}}]\n"));
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
                   "datasets: [{id: d, references: [{type: {old: A, new: B, binding: protobuff}}, {function: {name: f, "
                   "object: warehouse.recrd}}]}]\n");
  ASSERT_TRUE(bad) << bad.error().message;
  EXPECT_THAT(mistakesOf(checkReferences(*bad, *library)),
              ElementsAre("m.yaml:4:34: there is no binding 'protobuff'; did you mean 'protobuf'?",
                          "m.yaml:4:80: no model has an object 'warehouse.recrd'; did you mean 'warehouse.record'?"));
}

}  // namespace
}  // namespace gander::rules
