// The library that gander ships, and how a library's mistakes are told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "rules/model.h"

namespace gander::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::filesystem::path kRules = std::filesystem::path(GANDER_SOURCE_DIR) / "rules";

std::string messageOf(const Result<Library>& library) { return library ? "no error" : library.error().message; }

const Model* findModel(const Library& library, std::string_view language, std::string_view name) {
  for (const auto& model : library.models)
    if (model.language == language && model.name == name) return &model;
  return nullptr;
}

TEST(LibraryTest, ReadsWhatIsShipped) {
  auto library = loadLibrary(kRules, {});
  ASSERT_TRUE(library) << library.error().message;
  std::vector<std::string> models;
  for (const auto& model : library->models) models.push_back(model.language + "/" + model.name);
  EXPECT_THAT(models, ::testing::IsSupersetOf({"cpp/libpqxx", "cpp/std", "cpp/warehouse", "python/builtins",
                                               "python/warehouse", "yaml/pipelines", "json/pipelines"}));
  EXPECT_NE(library->findBinding("protobuf"), nullptr);
  EXPECT_NE(library->findBinding("class"), nullptr);
  EXPECT_NE(library->findBinding("thrift"), nullptr);
  EXPECT_EQ(library->findBinding("capnp"), nullptr);
  EXPECT_EQ(library->digest.size(), 64U);
  EXPECT_EQ(library->digest, loadLibrary(kRules, {})->digest);
}

TEST(LibraryTest, ReadsPlacesAndDefaultsOfEntries) {
  auto library = loadLibrary(kRules, {});
  ASSERT_TRUE(library) << library.error().message;
  const Model* python = findModel(*library, "python", "warehouse");
  ASSERT_NE(python, nullptr);
  EXPECT_THAT(python->objects, ElementsAre("client", "handle", "rows", "row", "record"));
  auto entry = [&](EntryKind kind, const Pattern& pattern) -> const ModelEntry* {
    for (const auto& found : python->entries)
      if (found.kind == kind && found.pattern == pattern) return &found;
    return nullptr;
  };
  const auto* open = entry(EntryKind::kSource, {Pattern::Form::kMethod, "open", "client"});
  ASSERT_NE(open, nullptr);
  EXPECT_EQ(open->argument, 0);
  EXPECT_EQ(open->keyword, "name");
  EXPECT_EQ(open->reference, ReferenceKind::kTable);
  EXPECT_EQ(open->gives, "handle");
  const auto* constructor = entry(EntryKind::kFlow, {Pattern::Form::kFunction, "warehouse.Client", ""});
  ASSERT_NE(constructor, nullptr);
  EXPECT_EQ(constructor->from, kAbsent);
  const auto* publish = entry(EntryKind::kSink, {Pattern::Form::kMethod, "publish", "client"});
  ASSERT_NE(publish, nullptr);
  EXPECT_EQ(publish->value, 1);
  EXPECT_EQ(publish->gives, "record");
  EXPECT_EQ(publish->reference, ReferenceKind::kTopic);
  const auto* subscript = entry(EntryKind::kUse, {Pattern::Form::kSubscript, "", "row"});
  ASSERT_NE(subscript, nullptr);
  EXPECT_EQ(subscript->from, kReceiver);
  EXPECT_EQ(subscript->field, kAbsent);
  const auto* rows = entry(EntryKind::kFlow, {Pattern::Form::kMethod, "rows", "handle"});
  ASSERT_NE(rows, nullptr);
  EXPECT_EQ(rows->from, kReceiver);
}

class LibraryFolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TemporaryDirectory::make("gander-library");
    ASSERT_TRUE(made);
    folder_.emplace(std::move(*made));
    ASSERT_TRUE(ensureDirectory(root() / "models/cpp"));
    ASSERT_TRUE(ensureDirectory(root() / "bindings"));
  }
  std::filesystem::path root() const { return folder_->path(); }
  void write(const std::string& path, const std::string& text) { ASSERT_TRUE(writeFile(root() / path, text)); }
  static std::string model(const std::string& name, const std::string& language) {
    return "apiVersion: gander/v1\nkind: Model\nmetadata: {name: " + name + ", language: " + language +
           "}\nentries:\n  - text: {function: f, argument: 0, kind: log}\n";
  }
  std::optional<TemporaryDirectory> folder_;
};

TEST_F(LibraryFolderTest, TakesOwnModelsAfterTheShippedOnes) {
  write("models/cpp/a.yaml", model("a", "cpp"));
  write("own.yaml", model("own", "python"));
  auto without = loadLibrary(root(), {});
  auto with = loadLibrary(root(), {(root() / "own.yaml").string()});
  ASSERT_TRUE(with) << with.error().message;
  ASSERT_EQ(with->models.size(), 2U);
  EXPECT_EQ(with->models.back().name, "own");
  EXPECT_NE(with->digest, without->digest);
}

TEST_F(LibraryFolderTest, TellsTheMistakesOfAllFiles) {
  write("models/cpp/a.yaml", model("a", "python"));
  write("models/cpp/b.yaml", "kind: Model\n");
  write("models/cpp/c.yaml", model("a", "python"));
  write("bindings/x.yaml", "[]");
  auto library = loadLibrary(root(), {(root() / "missing.yaml").string()});
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().kind, ErrorKind::kInvalid);
  auto file = [&](const std::string& path) { return (root() / path).string(); };
  EXPECT_THAT(messageOf(library), HasSubstr(file("models/cpp/a.yaml") +
                                            ":1:1: the model is for python, and lies in the folder 'cpp'; move it"));
  EXPECT_THAT(messageOf(library),
              HasSubstr(file("models/cpp/b.yaml") + ":1:1: a model lacks the key 'apiVersion'; add it"));
  EXPECT_THAT(messageOf(library),
              HasSubstr(file("models/cpp/c.yaml") + ":1:1: a model 'a' for python is there already"));
  EXPECT_THAT(messageOf(library),
              HasSubstr(file("bindings/x.yaml") + ":1:1: a binding must be a map of keys, not a list"));
  EXPECT_THAT(messageOf(library), HasSubstr("missing.yaml: No such file or directory"));
}

TEST_F(LibraryFolderTest, SaysThatAFolderIsMissing) {
  auto library = loadLibrary(root() / "nowhere", {});
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(messageOf(library), HasSubstr("nowhere/models"));
}

}  // namespace
}  // namespace gander::rules
