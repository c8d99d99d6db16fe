#include "tests/rewriter/clang/cpp_rewriting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "base/text.h"
#include "rules/model.h"
#include "tests/rewriter/clang/parse.h"

namespace gander::rewriter::testing {

const char* const kPlaysMigration = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: user-plays-v2, title: Move user_plays to version 2, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: user_plays_v1, fields: {user_name: string, track_ms: int64, played_at: int64}}
    references:
      - table: {old: user_plays_v1, new: user_plays_v2}
    changes:
      - {kind: rename, field: user_name, to: listener_name}
      - {kind: rename, field: track_ms, to: duration_ms}
)";

const char* const kLakeHeader = R"(#pragma once
#include <string>
#include <vector>
namespace lake {
class Row {
 public:
  Row();
  std::string operator[](const std::string& name) const;
  std::string get(const std::string& name) const;
};
class Rows {
 public:
  const Row* begin() const;
  const Row* end() const;
  const Row& front() const;
};
class Table {
 public:
  Rows rows() const;
};
class Reader {
 public:
  explicit Reader(const Table& table);
  bool next(Row& row);
};
Reader& operator>>(Reader& in, Row& row);
Table open(const std::string& name);
void log(const std::string& text);
}  // namespace lake
)";

const char* const kLakeModel = R"(apiVersion: gander/v1
kind: Model
metadata: {name: lake, language: cpp}
objects: [table, rows, row, reader]
entries:
  - source: {function: "lake::open", argument: 0, names: table, gives: table}
  - flow: {function: "lake::Table::rows", from: receiver, gives: rows}
  - flow: {element: rows, gives: row}
  - flow: {function: ["lake::Rows::begin", "lake::Rows::end", "lake::Rows::front"], from: receiver, gives: row}
  - flow: {function: "lake::Reader::Reader", from: 0, gives: reader}
  - flow: {function: "lake::Reader::next", from: receiver, gives: row, into: 0}
  - flow: {function: "lake::operator>>", from: 0, gives: row, into: 1}
  - flow: {function: "lake::operator>>", from: 0, gives: same}
  - use: {function: ["lake::Row::operator[]", "lake::Row::get"], from: receiver, field: 0}
  - text: {function: "lake::log", argument: 0, kind: log}
)";

namespace {

class NoFiles final : public rules::DocumentFiles {
 public:
  Result<std::string> read(const std::string& relative) const override {
    return fail(ErrorKind::kNotFound, "no file " + relative);
  }
};

// One way of compiling it.
Result<std::vector<Unit>> parseOnce(const CppCommand& command) {
  GANDER_TRY(auto unit, parseCpp(command));
  std::vector<Unit> units;
  units.push_back(std::move(unit));
  return units;
}

// Parses the sources of a tree in this process.
class InProcess final : public CppParser {
 public:
  InProcess(std::map<std::string, std::string> tree, const std::string& flag) : tree_(tree) {
    tree_.flags({flag});
    for (const auto& [path, text] : tree)
      if (path.ends_with(".cpp")) sources_.push_back(path);
  }
  std::vector<std::string> sources() const override { return sources_; }
  Result<std::vector<RuleProblem>> check(const std::vector<CppRule>& rules) override { return checkRules(rules); }
  std::vector<Result<std::vector<Unit>>> lower(const std::vector<CppRequest>& requests) override {
    std::vector<Result<std::vector<Unit>>> answers;
    for (const auto& request : requests) {
      auto command = tree_.command(request.file);
      command.request = request;
      answers.push_back(parseOnce(command));
    }
    return answers;
  }

 private:
  CppTree tree_;
  std::vector<std::string> sources_;
};

rules::Library library() {
  static const auto loaded = rules::loadLibrary(GANDER_SOURCE_DIR "/rules", {});
  if (!loaded) throw std::runtime_error(loaded.error().message);
  auto known = *loaded;
  auto lake = rules::parseModel("lake.yaml", kLakeModel);
  if (!lake) throw std::runtime_error(lake.error().message);
  known.models.push_back(std::move(*lake));
  return known;
}

struct Split {
  std::string before;
  std::string after;
  std::vector<uint32_t> listed;
};

Split split(const std::string& marked) {
  Split out;
  for (size_t i = 0; i < marked.size();) {
    const size_t end = marked.find(marked.compare(i, 2, "[[") == 0 ? "]]" : "}}", i);
    const size_t arrow = marked.find("->", i);
    if (marked.compare(i, 2, "[[") == 0 && arrow < end) {
      out.before += marked.substr(i + 2, arrow - i - 2);
      out.after += marked.substr(arrow + 2, end - arrow - 2);
      i = end + 2;
    } else if (marked.compare(i, 7, "{{user_") == 0 || marked.compare(i, 8, "{{track_") == 0) {
      out.listed.push_back(static_cast<uint32_t>(out.before.size()));
      out.before += marked.substr(i + 2, end - i - 2);
      out.after += marked.substr(i + 2, end - i - 2);
      i = end + 2;
    } else {
      out.before += marked[i];
      out.after += marked[i++];
    }
  }
  return out;
}

}  // namespace

CppRewritten rewriteCpp(std::map<std::string, std::string> tree, const std::string& migration,
                        const std::string& flag) {
  auto parsed = rules::parseMigration("migration.yaml", migration, NoFiles());
  if (!parsed) throw std::runtime_error(parsed.error().message);
  MemoryFileSystem files(tree);
  InProcess parser(tree, flag);
  const auto known = library();
  auto rewritten = rewrite({*parsed, known, files, &parser});
  if (!rewritten) throw std::runtime_error(rewritten.error().message);
  CppRewritten out{*rewritten, std::move(tree)};
  auto changed = changedFiles(out.rewrite, files);
  if (!changed) throw std::runtime_error(changed.error().message);
  for (auto& [path, text] : *changed)
    if (text) out.after[path] = *text;
  return out;
}

void expectMarked(const std::string& marked, const std::map<std::string, std::string>& others) {
  const auto want = split("#include \"lake.h\"\n" + marked);
  auto tree = others;
  tree["main.cpp"] = want.before;
  tree["lake.h"] = kLakeHeader;
  const auto got = rewriteCpp(tree);
  std::string said;
  for (const auto& site : got.rewrite.listed)
    said += formatPlace(site.span.file, site.position) + " listed: " + site.reason + "\n";
  for (const auto& entry : got.rewrite.ledger.entries)
    said += formatPlace(entry.span.file, entry.position) + " " + std::string(toString(entry.verdict)) + " " +
            entry.spelling + ": " + entry.reason + "\n";
  for (const auto& gap : got.rewrite.gaps) said += gap.file + ": " + gap.why + "\n";
  EXPECT_EQ(got.after.at("main.cpp"), want.after) << said;
  std::vector<uint32_t> listed;
  for (const auto& site : got.rewrite.listed)
    if (site.span.file == "main.cpp") listed.push_back(site.span.range.begin);
  EXPECT_THAT(listed, ::testing::ElementsAreArray(want.listed)) << said;
  for (const auto& edit : got.rewrite.edits) EXPECT_FALSE(edit.evidence.empty()) << edit.old;
  const auto again = rewriteCpp(got.after);
  EXPECT_TRUE(again.rewrite.edits.empty()) << "a second run still edits";
}

}  // namespace gander::rewriter::testing
