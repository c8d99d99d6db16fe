#include "fleet/compile_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

#include "fleet/compile_flags.h"

namespace gander::fleet {
namespace {

using std::filesystem::path;

bool isSource(const std::string& file) {
  static const std::vector<std::string> kEndings = {".c", ".cc", ".cpp", ".cxx", ".c++", ".C", ".CC"};
  return std::ranges::find(kEndings, path(file).extension().string()) != kEndings.end();
}

// The path relative to the tree, or empty where it is the tree itself or outside of it.
std::string withinTree(const path& root, const path& file) {
  auto relative = file.lexically_normal().lexically_relative(root.lexically_normal());
  if (relative.empty() || relative == "." || *relative.begin() == "..") return {};
  auto text = relative.generic_string();
  if (text.ends_with('/')) text.pop_back();
  return text;
}

std::optional<std::vector<std::string>> wordsOf(const nlohmann::json& entry) {
  if (auto found = entry.find("arguments"); found != entry.end()) {
    if (!found->is_array()) return std::nullopt;
    std::vector<std::string> words;
    for (const auto& word : *found) {
      if (!word.is_string()) return std::nullopt;
      words.push_back(word.get<std::string>());
    }
    return words;
  }
  auto found = entry.find("command");
  if (found == entry.end() || !found->is_string()) return std::nullopt;
  return splitCommandLine(found->get<std::string>());
}

std::string textOf(const nlohmann::json& entry, const char* key) {
  auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<CompileCommand> readEntry(const nlohmann::json& entry, size_t number, const CompilePlace& place) {
  auto wrong = [&](std::string_view what) {
    return fail(ErrorKind::kInvalid, fmt::format("compile_commands.json: entry {}: {}", number, what));
  };
  if (!entry.is_object()) return wrong("not an object");
  auto file = textOf(entry, "file");
  if (file.empty()) return wrong("no \"file\"");
  auto words = wordsOf(entry);
  if (!words || words->empty()) return wrong("neither a \"command\" text nor \"arguments\", a list of texts");
  auto flags = filterFlags(*words);
  auto directory = (place.folder / textOf(entry, "directory")).lexically_normal();
  CompileCommand command;
  command.file = withinTree(place.root, directory / file);
  command.directory = directory.string();
  command.arguments = std::move(flags.arguments);
  command.dropped = std::move(flags.dropped);
  return command;
}

int commonParts(const path& a, const path& b) {
  auto [inA, inB] = std::ranges::mismatch(a, b);
  return static_cast<int>(std::distance(a.begin(), inA));
}

// A header among C++ neighbours is C++, whatever its ending says; `-x` of the neighbour, if it has one, comes first.
std::vector<std::string> languageFlags(const std::string& file, const CompileCommand& neighbour) {
  if (isSource(file)) return {};
  for (const auto& argument : neighbour.arguments)
    if (argument.starts_with("-x")) return {};
  bool c = neighbour.arguments[0] == "clang" && neighbour.file.ends_with(".c");
  return {c ? "-xc" : "-xc++"};
}

}  // namespace

CompilationDatabase CompilationDatabase::none(path root, const path& host) {
  CompilationDatabase database;
  database.root_ = std::move(root);
  database.roots_.emplace(host);
  return database;
}

Result<CompilationDatabase> CompilationDatabase::parse(std::string_view text, const CompilePlace& place) {
  auto document = nlohmann::json::parse(text, nullptr, false);
  if (document.is_discarded()) return fail(ErrorKind::kInvalid, "compile_commands.json: not JSON");
  if (!document.is_array()) return fail(ErrorKind::kInvalid, "compile_commands.json: not a list of commands");
  CompilationDatabase database;
  database.root_ = place.root;
  database.buildFolder_ = withinTree(place.root, place.folder);
  size_t number = 0;
  for (const auto& entry : document) {
    GANDER_TRY(auto command, readEntry(entry, ++number, place));
    if (command.file.empty()) {
      ++database.outside_;
      continue;
    }
    auto& known = database.commands_[command.file];
    if (std::ranges::find(known, command) == known.end()) known.push_back(std::move(command));
  }
  return database;
}

std::vector<CompileCommand> CompilationDatabase::find(const std::string& file) const {
  auto found = commands_.find(file);
  return found != commands_.end() ? found->second : std::vector{inferred(file)};
}

CompileCommand CompilationDatabase::inferred(const std::string& file) const {
  CompileCommand command;
  if (const auto* neighbour = findNeighbour(file); neighbour != nullptr) {
    command = *neighbour;
    command.from = neighbour->file;
    std::ranges::copy(languageFlags(file, *neighbour), std::back_inserter(command.arguments));
  } else {
    bool c = file.ends_with(".c");
    command.directory = root_.string();
    command.arguments = {c ? "clang" : "clang++"};
    if (!c) command.arguments.emplace_back("-std=c++20");
    if (!isSource(file)) command.arguments.emplace_back("-xc++");
    const std::vector<std::string> usual = {"", "include", "src"};
    for (const auto& folder : usual)
      command.arguments.push_back("-I" + (folder.empty() ? root_ : root_ / folder).string());
    // Behind the system's: what stands there is not to be taken for <string.h>.
    for (const auto& folder : roots_ ? roots_->of(file, usual) : std::vector<std::string>())
      command.arguments.push_back("-idirafter" + (root_ / folder).string());
  }
  command.file = file;
  command.inferred = true;
  return command;
}

const CompileCommand* CompilationDatabase::findNeighbour(const std::string& file) const {
  const CompileCommand* best = nullptr;
  std::tuple<bool, int, int> bestScore;
  path wanted(file);
  for (const auto& [name, commands] : commands_) {
    if (!isSource(name)) continue;
    path candidate(name);
    int common = commonParts(wanted.parent_path(), candidate.parent_path());
    int away = static_cast<int>(std::distance(candidate.begin(), candidate.end())) - common;
    std::tuple score{candidate.stem() == wanted.stem(), common, -away};
    if (best != nullptr && score <= bestScore) continue;
    best = &commands.front();
    bestScore = score;
  }
  return best;
}

std::vector<std::string> CompilationDatabase::sources() const {
  std::vector<std::string> files;
  for (const auto& [file, commands] : commands_) {
    bool made = !buildFolder_.empty() && file.starts_with(buildFolder_ + "/");
    if (!made && isSource(file)) files.push_back(file);
  }
  return files;
}

// "-DNAME=1", "-D", "NAME=1" -> NAME, with the whole definition.
static std::map<std::string, std::string> macrosOf(const std::vector<std::string>& arguments) {
  std::map<std::string, std::string> macros;
  for (size_t at = 0; at < arguments.size(); ++at) {
    const auto& argument = arguments[at];
    if (!argument.starts_with("-D") && !argument.starts_with("-U")) continue;
    const bool apart = argument.size() == 2 && at + 1 < arguments.size();
    const auto definition = apart ? arguments[++at] : argument.substr(2);
    macros[definition.substr(0, definition.find_first_of("=("))] = argument.substr(0, 2) + definition;
  }
  return macros;
}

std::set<std::string> CompilationDatabase::varyingMacros() const {
  std::map<std::string, std::map<std::string, size_t>> definitions;  // name -> how often each definition
  size_t count = 0;
  for (const auto& [file, commands] : commands_)
    for (const auto& command : commands) {
      ++count;
      for (const auto& [name, definition] : macrosOf(command.arguments)) ++definitions[name][definition];
    }
  std::set<std::string> varying;
  for (const auto& [name, uses] : definitions)
    if (uses.begin()->second != count) varying.insert(name);
  return varying;
}

}  // namespace gander::fleet
