#include <unistd.h>

#include <nlohmann/json.hpp>

#include "program_test.h"

namespace gander::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace fs = std::filesystem;

class RewriteTest : public ProgramTest {
 protected:
  std::string migration_ = kSource / "fixtures/fleet/migration.yaml";

  nlohmann::json document(const fs::path& tree, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"rewrite", migration_, tree, "--json"};
    words.insert(words.end(), more.begin(), more.end());
    auto outcome = gander(words);
    auto parsed = nlohmann::json::parse(outcome.output, nullptr, false);
    EXPECT_TRUE(parsed.is_object()) << outcome.errors;
    return parsed;
  }
};

TEST_F(RewriteTest, ShowsChangesAndMakesNone) {
  auto tree = copyTree("fleet/py-charts/before", "tree");
  auto before = contents(tree);
  auto outcome = gander({"rewrite", migration_, tree});
  EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
  EXPECT_THAT(outcome.output, HasSubstr("user_name -> listener_name"));
  EXPECT_THAT(outcome.output, HasSubstr("occurrences of old names"));
  EXPECT_THAT(outcome.output, Not(HasSubstr("\x1b")));
  EXPECT_EQ(contents(tree), before);
}

TEST_F(RewriteTest, WritesOnceAndThenHasNothingToDo) {
  auto tree = copyTree("fleet/py-charts/before", "tree");
  auto outcome = gander({"rewrite", migration_, tree, "--write"});
  EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
  EXPECT_EQ(contents(tree), contents(kSource / "fixtures/fleet/py-charts/after"));
  auto again = document(tree);
  EXPECT_THAT(again["edits"], IsEmpty());
}

TEST_F(RewriteTest, TheDiffCanBeApplied) {
  auto tree = copyTree("fleet/py-charts/before", "tree");
  auto outcome = gander({"rewrite", migration_, tree, "--diff"});
  put("changes.diff", outcome.output);
  auto applied = start({"git", "-C", tree, "apply", "--whitespace=nowarn", at("changes.diff")});
  EXPECT_EQ(applied.exitCode, 0) << applied.errors;
  EXPECT_EQ(contents(tree), contents(kSource / "fixtures/fleet/py-charts/after"));
}

TEST_F(RewriteTest, TheDocumentHasEveryFieldAndTheLedgerAddsUp) {
  auto found = document(copyTree("fleet/py-charts/before", "tree"));
  ASSERT_THAT(found["edits"], Not(IsEmpty()));
  for (const auto* field : {"file", "line", "column", "old", "new", "change", "tier", "unit", "evidence"})
    EXPECT_TRUE(found["edits"][0].contains(field)) << field;
  for (const auto* field : {"file", "line", "column", "why"})
    EXPECT_TRUE(found["edits"][0]["evidence"][0].contains(field)) << field;
  int sum = 0;
  for (const auto* verdict : {"edited", "other", "prose", "generated", "listed", "unreached"})
    sum += found["ledger"][verdict].get<int>();
  EXPECT_EQ(sum, found["ledger"]["occurrences"].get<int>());
  EXPECT_GT(sum, 0);
}

TEST_F(RewriteTest, AMissingMigrationOrTreeIsWrongInput) {
  auto noMigration = gander({"rewrite", "none.yaml", "."});
  EXPECT_EQ(noMigration.exitCode, 2);
  EXPECT_THAT(noMigration.errors, HasSubstr("none.yaml"));
  auto noTree = gander({"rewrite", migration_, "none"});
  EXPECT_EQ(noTree.exitCode, 2);
  EXPECT_THAT(noTree.errors, HasSubstr("tree none: No such file"));
  put("file", "");
  auto noFolder = gander({"rewrite", migration_, "file"});
  EXPECT_EQ(noFolder.exitCode, 2);
  EXPECT_THAT(noFolder.errors, HasSubstr("not a folder"));
  auto tree = copyTree("fleet/py-charts/before", "tree");
  auto noDatabase = gander({"rewrite", migration_, tree, "--build-dir", folder_.path()});
  EXPECT_EQ(noDatabase.exitCode, 2);
  EXPECT_THAT(noDatabase.errors, HasSubstr("compile_commands.json"));
}

TEST_F(RewriteTest, TellsEveryMistakeOfAMigrationAtOnce) {
  put("wrong.yaml", R"(apiVersion: gander/v1
kind: Migration
metadata:
  name: Bad Name
  title: t
  colour: red
datasets:
  - id: plays
    schema:
      old: {name: plays, fields: {a: int64, b: int64}}
      new: {name: plays, fields: {a2: int64, b: int64}}
    references:
      - tabel: {old: plays, new: plays_v2}
    changes:
      - {kind: rename, field: nosuch, to: x}
      - {kind: rename, field: a, to: 7seven}
)");
  auto outcome = gander({"rewrite", "wrong.yaml", "."});
  EXPECT_EQ(outcome.exitCode, 2);
  EXPECT_THAT(outcome.output, IsEmpty());
  for (const auto* place : {"wrong.yaml:4:", "wrong.yaml:6:", "wrong.yaml:13:", "wrong.yaml:15:", "wrong.yaml:16:"})
    EXPECT_THAT(outcome.errors, HasSubstr(place));
}

TEST_F(RewriteTest, AnUnreadableTreeIsSaid) {
  auto tree = copyTree("fleet/py-charts/before", "tree");
  fs::create_directory(tree / "closed");
  fs::permissions(tree / "closed", fs::perms::none);
  std::vector<std::string> command{program_, "rewrite", migration_, tree, "--write"};
  // The superuser reads everything, unless it gives its capabilities away.
  if (::geteuid() == 0) command.insert(command.begin(), {"setpriv", "--bounding-set=-all", "--inh-caps=-all"});
  auto before = contents(kSource / "fixtures/fleet/py-charts/before");
  auto outcome = start(command);
  fs::permissions(tree / "closed", fs::perms::owner_all);
  EXPECT_EQ(outcome.exitCode, 3);
  EXPECT_THAT(outcome.errors, HasSubstr("closed: Permission denied"));
  EXPECT_EQ(contents(tree), before);
}

// A file system of 256 KB that the tree fills up to the last bytes: not even one new text fits.
TEST_F(RewriteTest, AFullDiskLeavesEverythingAsItWas) {
  auto tree = copyTree("fleet/py-charts/before", "tree");
  std::string script = R"(cp -r "$1" /mnt/tree && cd /mnt/tree || exit 90
dd if=/dev/zero of=/mnt/fill bs=1024 2>/dev/null
"$2" rewrite "$3" /mnt/tree --write --no-sandbox; echo "status $?"
diff -r "$1" /mnt/tree && echo unchanged)";
  auto outcome = start({"bwrap", "--dev-bind", "/", "/", "--size", "262144", "--tmpfs", "/mnt", "--die-with-parent",
                        "--", "/bin/sh", "-c", script, "sh", tree, program_, migration_});
  EXPECT_THAT(outcome.output, HasSubstr("status 3\nunchanged\n")) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("No space left on device"));
}

TEST_F(RewriteTest, ALinkInTheTreeIsNeitherReadNorWritten) {
  auto tree = copyTree("fleet/py-charts/before", "tree");
  put("outside.py",
      "import warehouse\nfor row in warehouse.open(\"user_plays_v1\").rows():\n    print(row[\"user_name\"])\n");
  fs::create_symlink("../outside.py", tree / "linked.py");
  auto before = readFile(at("outside.py")).value();
  auto outcome = gander({"rewrite", migration_, tree, "--write"});
  EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
  EXPECT_EQ(readFile(at("outside.py")).value(), before);
  EXPECT_TRUE(fs::is_symlink(tree / "linked.py"));
}

TEST_F(RewriteTest, AFileNameMayBeAnyBytes) {
  auto tree = copyTree("fleet/py-charts/before", "tree");
  fs::rename(tree / "charts/top.py", tree / "charts/t\xe9p.py");
  auto outcome = gander({"rewrite", migration_, tree});
  EXPECT_THAT(outcome.output, HasSubstr("charts/t\xe9p.py"));
  EXPECT_THAT(document(tree)["edits"], Not(IsEmpty()));
}

class WithoutParserTest : public RewriteTest {
 protected:
  void expectOnlyRead(const nlohmann::json& found, const std::string& words) {
    ASSERT_THAT(found["hazards"], Not(IsEmpty()));
    EXPECT_EQ(found["hazards"][0]["name"], "no-parser");
    EXPECT_THAT(found["hazards"][0]["message"].get<std::string>(), HasSubstr(words));
    for (const auto& edit : found["edits"]) EXPECT_THAT(edit["file"].get<std::string>(), Not(HasSubstr(".cpp")));
    EXPECT_THAT(found["listed"], Not(IsEmpty()));
  }
};

TEST_F(WithoutParserTest, AMissingParserCostsTheCppOnly) {
  fs::create_directories(at("alone"));
  fs::copy_file(program_, at("alone/gander"));
  program_ = at("alone/gander");
  auto tree = copyTree("fleet/play-report/before", "tree");
  auto before = contents(tree);
  auto outcome = gander({"rewrite", migration_, tree});
  EXPECT_EQ(outcome.exitCode, 1) << outcome.errors;
  EXPECT_EQ(contents(tree), before);
  expectOnlyRead(document(tree), "gander-cpp is not there");
}

TEST_F(WithoutParserTest, AMissingSandboxCostsTheCppOnly) {
  auto tree = copyTree("fleet/play-report/before", "tree");
  environment_["PATH"] = at("empty");
  expectOnlyRead(document(tree), "--no-sandbox");
}

// What a kernel without namespaces makes of bubblewrap.
TEST_F(WithoutParserTest, NoNamespacesCostTheCppOnly) {
  put("bin/bwrap", "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n");
  fs::permissions(at("bin/bwrap"), fs::perms(0755));
  environment_["PATH"] = at("bin");
  auto tree = copyTree("fleet/play-report/before", "tree");
  expectOnlyRead(document(tree), "No permissions to create new namespace");
}

TEST_F(RewriteTest, AFullStandardOutputIsAnError) {
  auto tree = copyTree("fleet/py-charts/before", "tree");
  auto outcome = start({"/bin/sh", "-c", "\"$0\" rewrite \"$1\" \"$2\" > /dev/full", program_, migration_, tree});
  EXPECT_EQ(outcome.exitCode, 3);
  EXPECT_THAT(outcome.errors, HasSubstr("standard output"));
}

}  // namespace
}  // namespace gander::cli
