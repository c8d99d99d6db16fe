#include "tests/rewriter/clang/model_rewriting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "base/text.h"
#include "tests/rewriter/clang/parse.h"

namespace gander::rewriter::testing {
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

class InProcessParser final : public CppParser {
 public:
  explicit InProcessParser(const CppFiles& files) : tree_(files) {
    for (const auto& [path, text] : files)
      if (path.ends_with(".cpp") || path.ends_with(".cc") || path.ends_with(".c")) sources_.push_back(path);
  }
  std::vector<std::string> sources() const override { return sources_; }
  Result<std::vector<RuleProblem>> check(const std::vector<CppRule>& rules) override { return checkRules(rules); }
  std::vector<Result<std::vector<Unit>>> lower(const std::vector<CppRequest>& requests) override {
    std::vector<Result<std::vector<Unit>>> answers;
    for (const auto& request : requests) {
      auto command = tree_.command(request.file);
      command.request = request;
      if (request.file.ends_with(".c")) command.arguments[0] = "clang", command.arguments[1] = "-std=c11";
      answers.push_back(parseOnce(command));
    }
    return answers;
  }

 private:
  CppTree tree_;
  std::vector<std::string> sources_;
};

const rules::Library& library() {
  static const auto loaded = rules::loadLibrary(GANDER_SOURCE_DIR "/rules", {});
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return *loaded;
}

struct Split {
  std::string before;
  std::string after;
  std::vector<std::string> listed;
};

Split split(const std::string& marked) {
  Split out;
  std::vector<uint32_t> listed;
  for (size_t i = 0; i < marked.size();) {
    size_t end = marked.find(marked.compare(i, 2, "{{") == 0 ? "}}" : "]]", i);
    size_t arrow = marked.find("->", i);
    std::string inside = end == std::string::npos ? "" : marked.substr(i + 2, end - i - 2);
    bool word = !inside.empty() && inside.find_first_of(" \n\"{") == std::string::npos;
    if (marked.compare(i, 2, "[[") == 0 && arrow < end && end != std::string::npos) {
      out.before += marked.substr(i + 2, arrow - i - 2);
      out.after += marked.substr(arrow + 2, end - arrow - 2);
      i = end + 2;
    } else if (marked.compare(i, 2, "{{") == 0 && word) {
      listed.push_back(static_cast<uint32_t>(out.before.size()));
      out.before += inside;
      out.after += inside;
      i = end + 2;
    } else {
      out.before += marked[i];
      out.after += marked[i++];
    }
  }
  LineIndex lines(out.before);
  for (auto offset : listed) out.listed.push_back(formatPlace("", lines.at(offset)));
  return out;
}

}  // namespace

std::string playsMigration(const std::string& references) {
  std::string more;
  for (size_t at = 0; at < references.size();) {
    size_t end = std::min(references.find('\n', at), references.size());
    more += "      - " + references.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return R"(apiVersion: gander/v1
kind: Migration
metadata: {name: user-plays-v2, title: Move user_plays to version 2, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: user_plays_v1, fields: {user_name: string, track_ms: int64, played_at: int64, listener.name: string}}
    references:
      - table: {old: user_plays_v1, new: user_plays_v2}
      - uri: {old: "s3://lake/user_plays/v1/", new: "s3://lake/user_plays/v2/"}
      - topic: {old: user-plays-v1, new: user-plays-v2}
)" + more +
         R"(    changes:
      - {kind: rename, field: user_name, to: listener_name}
      - {kind: rename, field: track_ms, to: duration_ms}
      - {kind: rename, field: listener.name, to: title}
)";
}

ModelRewritten rewriteWithModels(const CppFiles& tree, const std::string& migration, const std::string& model) {
  ModelRewritten out;
  auto parsed = rules::parseMigration("migration.yaml", migration, NoFiles());
  EXPECT_TRUE(parsed) << parsed.error().message;
  if (!parsed) return out;
  auto known = library();
  if (!model.empty()) {
    auto own = rules::parseModel("own.yaml", model);
    EXPECT_TRUE(own) << own.error().message;
    if (own) own->own = true;
    if (own) known.models.push_back(std::move(*own));
  }
  if (auto fits = rules::checkReferences(*parsed, known); !fits) ADD_FAILURE() << fits.error().message;
  MemoryFileSystem files(tree);
  InProcessParser parser(tree);
  auto rewritten = rewrite({*parsed, known, files, &parser});
  EXPECT_TRUE(rewritten) << rewritten.error().message;
  if (!rewritten) return out;
  out.rewrite = *rewritten;
  out.after = tree;
  auto changed = changedFiles(out.rewrite, files);
  EXPECT_TRUE(changed) << changed.error().message;
  if (changed)
    for (auto& [path, text] : *changed)
      if (text) out.after[path] = *text;
  return out;
}

void expectMarkedCpp(const std::string& marked, const CppFiles& others, const std::string& migration,
                     const std::string& model) {
  const std::string path = "main.cpp";
  const auto want = split(marked);
  auto tree = others;
  tree[path] = want.before;
  const auto got = rewriteWithModels(tree, migration, model);
  EXPECT_EQ(got.after.at(path), want.after);
  std::vector<std::string> listed;
  std::string reasons;
  for (const auto& site : got.rewrite.listed) {
    if (site.span.file != path) continue;
    if (listed.empty() || listed.back() != formatPlace("", site.position))
      listed.push_back(formatPlace("", site.position));
    reasons += formatPlace(path, site.position) + ": " + site.reason + "\n";
  }
  for (const auto& gap : got.rewrite.gaps) reasons += "gap " + gap.file + ": " + gap.why + "\n";
  EXPECT_THAT(listed, ::testing::ElementsAreArray(want.listed)) << reasons;
  for (const auto& edit : got.rewrite.edits) EXPECT_FALSE(edit.evidence.empty()) << edit.old;
  const auto again = rewriteWithModels(got.after, migration, model);
  EXPECT_TRUE(again.rewrite.edits.empty()) << "a second run still edits " << again.rewrite.edits.front().old;
}

std::vector<std::string> verdictsIn(const Rewrite& rewrite, const std::string& file) {
  std::vector<std::string> out;
  for (const auto& entry : rewrite.ledger.entries)
    if (entry.span.file == file)
      out.push_back(std::to_string(entry.position.line) + " " + std::string(toString(entry.verdict)) + " " +
                    entry.spelling);
  return out;
}

}  // namespace gander::rewriter::testing
