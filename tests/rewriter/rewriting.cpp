#include "rewriting.h"

#include <gmock/gmock.h>

#include "base/text.h"

namespace gander::rewriter {

const char* const kPlaysMigration = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: user-plays-v2, title: Move user_plays to version 2, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: user_plays_v1, fields: {user_name: string, track_ms: int64, played_at: int64}}
    references:
      - table: {old: user_plays_v1, new: user_plays_v2}
      - uri: {old: "s3://lake/user_plays/v1/", new: "s3://lake/user_plays/v2/"}
      - topic: {old: user-plays-v1, new: user-plays-v2}
    changes:
      - {kind: rename, field: user_name, to: listener_name}
      - {kind: rename, field: track_ms, to: duration_ms}
)";

namespace {

class GivenFiles final : public rules::DocumentFiles {
 public:
  explicit GivenFiles(const Tree& files) : files_(files) {}
  Result<std::string> read(const std::string& relative) const override {
    auto found = files_.find(relative);
    if (found == files_.end()) return fail(ErrorKind::kNotFound, "no file " + relative);
    return found->second;
  }

 private:
  const Tree& files_;
};

const rules::Library& library() {
  static const auto loaded = rules::loadLibrary(GANDER_SOURCE_DIR "/rules", {});
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return *loaded;
}

struct Marked {
  std::string before;
  std::string after;
  std::vector<Position> listed;
};

// Splits marked source into what goes in, what comes out, and where something is listed; without `lists`, {{x}} is text.
Marked split(const std::string& marked, bool lists = true) {
  Marked out;
  std::vector<uint32_t> listed;
  for (size_t i = 0; i < marked.size();) {
    if (marked.compare(i, 2, "[[") == 0 && marked.find("->", i) < marked.find("]]", i)) {
      size_t arrow = marked.find("->", i);
      size_t end = marked.find("]]", i);
      out.before += marked.substr(i + 2, arrow - i - 2);
      out.after += marked.substr(arrow + 2, end - arrow - 2);
      i = end + 2;
    } else if (lists && marked.compare(i, 2, "{{") == 0) {
      size_t end = marked.find("}}", i);
      listed.push_back(static_cast<uint32_t>(out.before.size()));
      out.before += marked.substr(i + 2, end - i - 2);
      out.after += marked.substr(i + 2, end - i - 2);
      i = end + 2;
    } else {
      out.before += marked[i];
      out.after += marked[i++];
    }
  }
  LineIndex lines(out.before);
  for (auto offset : listed) out.listed.push_back(lines.at(offset));
  return out;
}

std::vector<std::string> places(const std::vector<Position>& positions) {
  std::vector<std::string> out;
  for (auto position : positions) out.push_back(formatPlace("", position));
  return out;
}

}  // namespace

Rewritten rewriteTree(const Tree& tree, const std::string& migration, const std::string& model) {
  return rewriteTree(tree, migration, Around{.model = model});
}

Rewritten rewriteTree(const Tree& tree, const std::string& migration, const Around& around) {
  Rewritten out;
  auto parsed = rules::parseMigration("migration.yaml", migration, GivenFiles(around.documents));
  EXPECT_TRUE(parsed) << parsed.error().message;
  if (!parsed) return out;
  out.migration = *parsed;
  MemoryFileSystem files(tree);
  auto known = library();
  if (!around.model.empty()) {
    auto own = rules::parseModel("own.yaml", around.model);
    EXPECT_TRUE(own) << own.error().message;
    if (own) known.models.push_back(std::move(*own));
  }
  auto parser = around.parse ? around.parse(tree) : nullptr;
  auto rewritten = rewrite({out.migration, known, files, parser.get()});
  EXPECT_TRUE(rewritten) << rewritten.error().message;
  if (!rewritten) return out;
  out.rewrite = *rewritten;
  const auto& certificate = out.rewrite.certificate;
  EXPECT_FALSE(certificate.failed()) << formatPlace(certificate.difference->file, certificate.difference->position)
                                     << ": " << certificate.why << ": before " << certificate.difference->before
                                     << ", after " << certificate.difference->after;
  out.after = tree;
  auto changed = changedFiles(out.rewrite, files);
  EXPECT_TRUE(changed) << changed.error().message;
  if (changed)
    for (auto& [path, text] : *changed) {
      if (text) out.after[path] = *text;
      if (!text) out.after.erase(path);
    }
  return out;
}

void expectMarked(const std::string& path, const std::string& marked, const Tree& others, const std::string& migration,
                  const std::string& model) {
  expectMarked(path, marked, others, migration, Around{.model = model});
}

void expectMarked(const std::string& path, const std::string& marked, const Tree& others, const std::string& migration,
                  const Around& around) {
  auto want = split(marked);
  Tree tree;
  Tree after;
  for (const auto& [other, text] : others) {
    auto sides = split(text, false);
    tree[other] = sides.before;
    after[other] = sides.after;
  }
  tree[path] = want.before;
  after[path] = want.after;
  auto got = rewriteTree(tree, migration, around);
  for (const auto& file : got.rewrite.files) after[file.path] = got.after[file.path];
  EXPECT_EQ(got.after, after);
  std::vector<Position> listed;
  std::string reasons;
  for (const auto& site : got.rewrite.listed) {
    if (site.span.file != path) continue;
    listed.push_back(site.position);
    reasons += formatPlace(path, site.position) + ": " + site.reason + "\n";
  }
  EXPECT_THAT(places(listed), testing::ElementsAreArray(places(want.listed))) << reasons;
  for (const auto& edit : got.rewrite.edits) EXPECT_FALSE(edit.evidence.empty()) << edit.old;
  auto again = rewriteTree(got.after, migration, around);
  EXPECT_TRUE(again.rewrite.edits.empty()) << "a second run still edits " << again.rewrite.edits.front().old;
}

std::vector<std::string> ledgerLines(const Rewrite& rewrite) {
  std::vector<std::string> out;
  for (const auto& entry : rewrite.ledger.entries)
    out.push_back(formatPlace(entry.span.file, entry.position) + " " + std::string(toString(entry.verdict)) + " " +
                  entry.spelling);
  return out;
}

}  // namespace gander::rewriter
