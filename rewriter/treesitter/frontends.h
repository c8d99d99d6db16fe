// The frontends that rest on tree-sitter: Python as facts; YAML and JSON as scalars; comments and strings of any language.
//
//   text -> tree-sitter -> syntax tree -> facts, scalars, zones
//
// All are pure functions of their arguments and never fail: what can't be read becomes a Gap and the rest is still lowered.
// Offsets are bytes of `text`. Safe to call from several threads at once.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// What lowering one Python file asks of the rest of its tree: which file an import means. Built once for a tree.
class LoweringContext {
 public:
  explicit LoweringContext(const std::vector<std::string>& files);

  // Reads a package's `__init__.py` for names that it passes on (`from .client import open`), so that an import of them
  // resolves to the file that defines them. One step; a chain of packages ends at the second.
  void addPackage(const std::string& path, std::string_view text);

  // The file of a module named as in `import a.b` from code in `importer`: `a/b.py` or `a/b/__init__.py`, at the root, beside
  // the importer, or anywhere in the tree if only one file ends so. Leading dots are relative to the importer's package.
  // Empty where no file or more than one fits.
  std::string moduleFile(std::string_view importer, std::string_view dotted) const;

  // The symbol of a name in a module's file, behind one re-export: ("warehouse/__init__.py", "open") -> "warehouse/client.py:open".
  std::string symbolIn(const std::string& moduleFile, std::string_view name) const;

  // A module's dotted name without leading dots: ".client" in "src/warehouse/io.py" -> "warehouse.client", where the folders
  // with an `__init__.py` make the package. Where there is none, what is behind the dots.
  std::string absoluteName(std::string_view importer, std::string_view dotted) const;

 private:
  std::set<std::string> files_;                     // Python files only
  std::multimap<std::string, std::string> byTail_;  // "b.py" or "b/__init__.py" -> paths
  std::map<std::string, std::string> reexports_;    // symbol -> symbol
};

// Lowers a Python file. Besides its functions:
//   names     a NameUse for each identifier token that is in `wanted`
//   includes  an IncludeUse for each dotted module name of an import statement
// Module code is the function "<file>path"; others are "path.py:Class.method", "path.py:outer.inner", "path.py:<lambda@OFFSET>".
// Module variables are "path.py:NAME", variables of a function that an inner one captures "path.py:outer.<local>name".
Unit lowerPython(const std::string& path, std::string_view text, const LoweringContext& context,
                 const std::vector<std::string>& wanted);

// One value of a YAML or JSON document.
struct Scalar {
  std::string path;   // keys and positions on the way to it, joined by '.': "jobs.0.table"
  std::string key;    // the last key on that way; "" if there is none
  std::string value;  // decoded, UTF-8
  Span span;          // the bytes of the body, without quotes; of the whole text for a block scalar (`|`, `>`)
  std::vector<uint32_t> offsets;  // as LiteralPiece::offsets; empty: one to one
  uint32_t offsetOf(size_t byte) const {
    return offsets.empty() ? span.range.begin + static_cast<uint32_t>(byte) : offsets[byte];
  }
};

// Values only, not keys, in their order; of every document of the file. JSON lines and comments in JSON are let pass.
std::vector<Scalar> yamlScalars(const std::string& path, std::string_view text);
std::vector<Scalar> jsonScalars(const std::string& path, std::string_view text);

// The language of a file, told by its name: "cpp" (C too), "python", "yaml", "json", "csv", "sql", "shell", "make", "cmake", "toml",
// "ini", "proto", "go", "java", "javascript", "rust", "markdown", ...; "" where it is not known.
std::string languageOf(std::string_view path);

// Comments, strings and, for "cpp", preprocessor directives, sorted by offset; they may lie in one another (a string in a
// directive). A Python docstring is a comment. A string's range has its prefix and quotes. Empty for an unknown language.
std::vector<Zone> zones(const std::string& language, std::string_view text);

}  // namespace gander::rewriter
