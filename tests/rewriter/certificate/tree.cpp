#include "tests/rewriter/certificate/tree.h"

#include <algorithm>
#include <stdexcept>

#include "rewriter/clang/frontend.h"

namespace gander::rewriter::testing {
namespace {

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

class NoFiles final : public rules::DocumentFiles {
 public:
  Result<std::string> read(const std::string& relative) const override {
    return fail(ErrorKind::kNotFound, "no file " + relative);
  }
};

constexpr auto kMigration = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-v2, title: Move plays, owner: group:default/plays}
datasets:
  - id: plays
    schema: {old: {name: plays.UserPlay, fields: {user_name: string, day: string}}}
    references: [{type: {old: plays.UserPlay, new: plays.UserPlay, binding: class}}]
    changes: [{kind: rename, field: user_name, to: listener_name}]
)";

}  // namespace

DirectParser::DirectParser(const Tree& files) : folder_(must(TemporaryDirectory::make("gander-certificate"))) {
  for (const auto& [name, text] : files) {
    auto path = folder_.path() / name;
    if (!ensureDirectory(path.parent_path()) || !writeFile(path, text)) throw std::runtime_error("can't write " + name);
    if (name.ends_with(".cpp")) sources_.push_back(name);
  }
}

// One way of compiling it.
static Result<std::vector<Unit>> parseOnce(const CppCommand& command) {
  GANDER_TRY(auto unit, parseCpp(command));
  std::vector<Unit> units;
  units.push_back(std::move(unit));
  return units;
}

std::vector<Result<std::vector<Unit>>> DirectParser::lower(const std::vector<CppRequest>& requests) {
  std::vector<Result<std::vector<Unit>>> answers;
  for (const auto& request : requests) {
    CppCommand command;
    command.request = request;
    command.root = command.directory = folder_.path().string();
    command.arguments = {"clang++", "-std=c++17", "-I.", "-c", request.file};
    answers.push_back(parseOnce(command));
  }
  return answers;
}

Rewriting::Rewriting(const Tree& tree)
    : tree_(tree),
      migration_(must(rules::parseMigration("m.yaml", kMigration, NoFiles()))),
      library_(must(rules::loadLibrary(GANDER_SOURCE_DIR "/rules", {}))) {
  DirectParser parser(tree_);
  rewrite = must(rewriter::rewrite({migration_, library_, MemoryFileSystem(tree_), &parser}));
}

Tree Rewriting::after() const {
  auto out = tree_;
  for (auto& [path, text] : must(changedFiles(rewrite, MemoryFileSystem(tree_)))) out[path] = text.value_or("");
  return out;
}

Certificate Rewriting::certify(const std::string& lost) const {
  MemoryFileSystem files(tree_);
  DirectParser before(tree_);
  auto rewritten = after();
  rewritten.erase(lost);
  DirectParser now(rewritten);
  auto changed = must(changedFiles(rewrite, files));
  return must(rewriter::certify(rewrite, {migration_, library_, files, changed, &before, &now}));
}

void Rewriting::plant(const std::string& file, const std::string& before, const std::string& after) {
  auto at = static_cast<uint32_t>(tree_.at(file).find(before));
  auto end = at + static_cast<uint32_t>(before.size());
  Edit edit;
  edit.span = {file, {at, end}};
  edit.position = LineIndex(tree_.at(file)).at(at);
  edit.old = before;
  edit.now = after;
  rewrite.edits.push_back(edit);
  std::ranges::sort(rewrite.edits, {}, &Edit::span);
}

}  // namespace gander::rewriter::testing
