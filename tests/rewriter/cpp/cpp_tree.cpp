#include "tests/rewriter/cpp/cpp_tree.h"

#include <stdexcept>

#include "base/files.h"
#include "base/process.h"
#include "base/text.h"
#include "rewriter/clang/frontend.h"

namespace gander::rewriter {
namespace {

class TreeParser final : public CppParser {
 public:
  TreeParser(const Tree& tree, CompiledAs flags)
      : folder_(*TemporaryDirectory::make("gander-cpp-tree")), flags_(std::move(flags)) {
    write("build/CMakeCache.txt", "");
    for (const auto& [name, text] : tree) {
      write(name, text);
      if (name.ends_with(".cpp") || name.ends_with(".c")) sources_.push_back(name);
    }
    for (const auto& [name, text] : tree)
      if (name.ends_with(".proto")) generate(name);
  }

  std::vector<std::string> sources() const override { return sources_; }
  Result<std::vector<RuleProblem>> check(const std::vector<CppRule>& rules) override { return checkRules(rules); }

  std::vector<Result<std::vector<Unit>>> lower(const std::vector<CppRequest>& requests) override {
    std::vector<Result<std::vector<Unit>>> answers;
    for (const auto& request : requests) answers.push_back(lowerOne(request));
    return answers;
  }

 private:
  void write(const std::string& name, const std::string& text) {
    const auto path = folder_.path() / name;
    if (!ensureDirectory(path.parent_path()) || !writeFile(path, text)) throw std::runtime_error("can't write " + name);
  }

  void generate(const std::string& proto) {
    ProcessRequest request{.command = {GANDER_PROTOC, "--cpp_out=build", proto}};
    request.directory = folder_.path().string();
    const auto outcome = runProcess(request);
    if (!outcome || !outcome->succeeded()) ADD_FAILURE() << "protoc failed for " << proto;
  }

  Result<std::vector<Unit>> lowerOne(const CppRequest& request) const {
    std::vector<Unit> units;
    auto found = flags_.find(request.file);
    for (const auto& flags : found == flags_.end() ? CompiledAs::mapped_type{{}} : found->second) {
      GANDER_TRY(auto unit, parseCpp(commandOf(request, flags)));
      units.push_back(std::move(unit));
    }
    return units;
  }

  CppCommand commandOf(const CppRequest& request, const std::vector<std::string>& flags) const {
    CppCommand command{.request = request};
    command.root = command.directory = folder_.path().string();
    bool isC = request.file.ends_with(".c");
    command.arguments = {isC ? "clang" : "clang++", isC ? "-std=c11" : "-std=c++20", "-I.", "-Ibuild"};
    command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
    command.arguments.insert(command.arguments.end(), {"-c", request.file});
    return command;
  }

  TemporaryDirectory folder_;
  CompiledAs flags_;
  std::vector<std::string> sources_;
};

}  // namespace

std::unique_ptr<CppParser> makeTreeParser(const Tree& tree, const CompiledAs& flags) {
  return std::make_unique<TreeParser>(tree, flags);
}

const char* const kClassMigration = R"(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-class, title: New names in UserPlay, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {name: plays.UserPlay, fields: {user_name: string, track_ms: int64, played_at: int64}}
    references:
      - type: plays.UserPlay
    changes:
      - {kind: rename, field: user_name, to: listener_name}
      - {kind: rename, field: track_ms, to: duration_ms}
)";

Around cppAround() {
  return Around{.parse = [](const Tree& tree) { return makeTreeParser(tree); }};
}

std::string migrationOf(const ProtoCase& schema) {
  const auto now = schema.newName.empty() ? "" : "      new: {file: v2.proto, name: " + schema.newName + "}\n";
  return R"(apiVersion: gander/v1
kind: Migration
metadata: {name: plays-proto, title: New names in UserPlay, owner: "group:default/plays"}
datasets:
  - id: user-plays
    schema:
      old: {file: v1.proto, name: warehouse.v1.UserPlay}
)" + now +
         "    references:\n      " + schema.references + "\n    changes:\n" + schema.changes +
         "files:\n  - {path: plays.proto, from: v2.proto}\n";
}

Around aroundOf(const ProtoCase& schema) {
  auto around = cppAround();
  around.documents = {{"v1.proto", schema.old}, {"v2.proto", schema.now}};
  return around;
}

void expectProto(const ProtoCase& schema, const std::string& marked, const Tree& others) {
  Tree tree = others;
  tree["plays.proto"] = schema.old;
  expectMarked("main.cpp", "#include \"plays.pb.h\"\n" + marked, tree, migrationOf(schema), aroundOf(schema));
}

Rewritten rewriteProto(const ProtoCase& schema, const std::string& source, const Tree& others) {
  Tree tree = others;
  tree["plays.proto"] = schema.old;
  tree["main.cpp"] = "#include \"plays.pb.h\"\n" + source;
  return rewriteTree(tree, migrationOf(schema), aroundOf(schema));
}

std::vector<std::string> hazardLines(const Rewrite& rewrite) {
  std::vector<std::string> lines;
  for (const auto& hazard : rewrite.hazards)
    lines.push_back(hazard.name + " " + formatPlace(hazard.file, hazard.position) + " " + hazard.message);
  return lines;
}

}  // namespace gander::rewriter
