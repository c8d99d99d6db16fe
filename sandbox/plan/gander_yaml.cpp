#include "sandbox/plan/gander_yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/source.h"
#include "base/text.h"

namespace gander::sandbox {
namespace {

std::string place(const YAML::Mark& mark) {
  // An empty document has no mark.
  if (mark.is_null()) return formatPlace(kGanderYaml, {});
  return formatPlace(kGanderYaml, {static_cast<uint32_t>(mark.line + 1), static_cast<uint32_t>(mark.column + 1)});
}

class Reader {
 public:
  BuildPlan read(const YAML::Node& root) {
    plan_.kind = kGanderYaml;
    if (!root.IsMap()) {
      complain(root.Mark(), "must be a map with the keys build, test and database");
      return plan_;
    }
    std::set<std::string> seen;
    for (const auto& entry : root) readEntry(entry.first, entry.second, seen);
    append("build", build_);
    append("test", test_);
    if (plan_.steps.empty() && mistakes_.empty()) complain(root.Mark(), "names no command; write `build: [[make]]`");
    return plan_;
  }

  const std::string& mistakes() const { return mistakes_; }

 private:
  using Commands = std::vector<std::vector<std::string>>;

  void readEntry(const YAML::Node& key, const YAML::Node& value, std::set<std::string>& seen) {
    static const std::vector<std::string> kKeys = {"build", "test", "database"};
    if (!key.IsScalar()) return complain(key.Mark(), "a key must be one of build, test, database");
    const auto& name = key.Scalar();
    if (!seen.insert(name).second) return complain(key.Mark(), fmt::format("the key '{}' stands twice", name));
    if (name == "build") {
      build_ = commands(name, value);
    } else if (name == "test") {
      test_ = commands(name, value);
    } else if (name == "database") {
      readDatabase(value);
    } else {
      auto near = nearest(name, kKeys);
      complain(key.Mark(), near.empty() ? fmt::format("unknown key '{}'; known are build, test, database", name)
                                        : fmt::format("unknown key '{}'; did you mean '{}'?", name, near));
    }
  }

  Commands commands(const std::string& key, const YAML::Node& node) {
    Commands all;
    if (!node.IsSequence()) {
      complain(node.Mark(), fmt::format("'{}' must be a list of commands, as in `{}: [[make, all]]`", key, key));
      return all;
    }
    for (const auto& command : node) all.push_back(words(key, command));
    return all;
  }

  std::vector<std::string> words(const std::string& key, const YAML::Node& node) {
    std::vector<std::string> all;
    if (!node.IsSequence() || node.size() == 0) {
      complain(node.Mark(), fmt::format("a command of '{}' must be a list of words, as in `[make, all]`", key));
      return all;
    }
    for (const auto& word : node) {
      if (!word.IsScalar() || word.Scalar().contains('\0'))
        complain(word.Mark(), "a word of a command must be plain text");
      else if (all.empty() && word.Scalar().empty())
        complain(word.Mark(), "the first word of a command is a program; it can't be empty");
      else
        all.push_back(word.Scalar());
    }
    return all;
  }

  void readDatabase(const YAML::Node& node) {
    if (!node.IsScalar() || node.Scalar().empty())
      return complain(node.Mark(), "'database' must be the folder of compile_commands.json, as in `database: build`");
    auto path = std::filesystem::path(node.Scalar()).lexically_normal();
    if (path.is_absolute() || *path.begin() == "..")
      return complain(node.Mark(), "'database' must be a folder below the repository's root, without '..'");
    plan_.database = node.Scalar();
  }

  void append(const std::string& name, const Commands& commands) {
    for (size_t i = 0; i < commands.size(); ++i)
      plan_.steps.push_back({commands.size() == 1 ? name : fmt::format("{} {}", name, i + 1), commands[i]});
  }

  void complain(const YAML::Mark& mark, std::string_view what) {
    if (!mistakes_.empty()) mistakes_ += '\n';
    mistakes_ += fmt::format("{}: {}", place(mark), what);
  }

  BuildPlan plan_;
  Commands build_, test_;
  std::string mistakes_;
};

}  // namespace

Result<BuildPlan> parseGanderYaml(std::string_view text) {
  try {
    Reader reader;
    auto plan = reader.read(YAML::Load(std::string(text)));
    if (!reader.mistakes().empty()) return fail(ErrorKind::kInvalid, reader.mistakes());
    return plan;
  } catch (const YAML::Exception& error) {
    return fail(ErrorKind::kInvalid, fmt::format("{}: not YAML: {}", place(error.mark), error.msg));
  }
}

}  // namespace gander::sandbox
