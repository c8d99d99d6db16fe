#include "tests/rewriter/clang/parse.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace gander::rewriter::testing {

template <typename T>
static T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

CppTree::CppTree(std::map<std::string, std::string> files)
    : folder_(must(TemporaryDirectory::make("gander-cpp-test"))) {
  for (const auto& [name, text] : files) {
    const auto path = folder_.path() / name;
    if (!ensureDirectory(path.parent_path()) || !writeFile(path, text)) throw std::runtime_error("can't write " + name);
  }
  command_.root = command_.directory = folder_.path().string();
  command_.arguments = {"clang++", "-std=c++17", "-I."};
}

CppTree& CppTree::wanting(std::vector<std::string> names) {
  command_.request.wanted = std::move(names);
  return *this;
}

CppTree& CppTree::asking(std::vector<std::string> types) {
  command_.request.types = std::move(types);
  return *this;
}

CppTree& CppTree::withFlow() {
  command_.request.flow = true;
  return *this;
}

CppTree& CppTree::flags(std::vector<std::string> flags) {
  command_.arguments.insert(command_.arguments.end(), flags.begin(), flags.end());
  return *this;
}

CppCommand CppTree::command(const std::string& file) const {
  CppCommand command = command_;
  command.request.file = file;
  command.arguments.insert(command.arguments.end(), {"-c", file, "-o", file + ".o"});
  return command;
}

Unit CppTree::parse(const std::string& file) const { return must(parseCpp(command(file))); }

std::string CppTree::textAt(const Span& span) const {
  const auto text = must(readFile(folder_.path() / span.file));
  return text.substr(span.range.begin, span.range.size());
}

Marked readMarks(std::string_view marked) {
  Marked result;
  uint32_t open = 0;
  for (size_t at = 0; at < marked.size(); ++at) {
    const auto two = marked.substr(at, 2);
    const auto here = static_cast<uint32_t>(result.text.size());
    if (two == "[[") {
      open = here, ++at;
    } else if (two == "]]") {
      result.marks.push_back({open, here}), ++at;
    } else {
      result.text.push_back(marked[at]);
    }
  }
  return result;
}

std::string describe(const NameUse& use) {
  std::string text = use.symbol + " " + std::string(toString(use.kind));
  if (use.declares) text += use.definesHere ? " defines" : " declares";
  if (use.dependent) text += " dependent";
  if (use.pasted) text += " pasted";
  if (!use.macro.empty()) text += " macro=" + use.macro;
  if (!use.templated.empty()) text += " in=" + use.templated;
  if (!use.objectType.empty()) text += " of=" + use.objectType;
  return text;
}

std::vector<NameUse> usesAt(const Unit& unit, const std::string& file, ByteRange range) {
  std::vector<NameUse> uses;
  for (const auto& use : unit.names) {
    if (use.span == Span{file, range}) uses.push_back(use);
  }
  return uses;
}

}  // namespace gander::rewriter::testing
