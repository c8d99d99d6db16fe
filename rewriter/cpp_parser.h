// Parsing of C++ as the rewriter sees it. The parser is another process behind a wall: a repository's code and flags are not
// trusted, so who calls the rewriter decides how the process is run.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "rewriter/facts/facts.h"

namespace gander::rewriter {

// A rule of the migration's own (rules::Rule): what Clang has to know of it.
struct CppRule {
  std::string name;
  std::string match;
  std::string range;  // empty: the whole match
  std::string replace;
  std::string paths = "**";  // glob: where it edits
};

// A mistake in the text of a rule.
enum class RulePart { kMatch, kRange, kReplace };
struct RuleProblem {
  uint32_t rule = 0;  // index into those that were asked about
  RulePart part = RulePart::kMatch;
  uint32_t offset = 0;  // bytes into that text
  std::string message;
};

// Bytes that are read instead of those that stand there, as many.
struct Overwrite {
  Span span;
  std::string text;
};

// One translation unit to lower.
struct CppRequest {
  std::string file;                 // main file, relative to the root
  std::vector<std::string> wanted;  // identifiers: a NameUse is made for each token that is one of them
  std::vector<std::string> types;   // qualified names of classes whose members are asked for (TypeSeen)
  bool flow = false;                // lower function bodies too
  bool everything =
      false;  // of every identifier and class, whatever is wanted: for whoever keeps facts (facts/narrow.h)
  std::vector<CppRule> rules = {};      // matched in the own files (RuleMatch)
  std::vector<Overwrite> instead = {};  // in files of the tree
};

class CppParser {
 public:
  virtual ~CppParser() = default;
  // The main files that can be parsed with flags of their own, relative to the root: the compilation database's.
  virtual std::vector<std::string> sources() const = 0;
  // Names of macros that not all of its commands define alike.
  virtual std::set<std::string> varyingMacros() const { return {}; }
  // One answer for each request, in their order; requests may be worked on side by side. It holds a unit for each way in which
  // the file is compiled, at least one. A file that can't be parsed at all is an error with the reason; a unit with gaps is a value.
  virtual std::vector<Result<std::vector<Unit>>> lower(const std::vector<CppRequest>& requests) = 0;
  // What is wrong with rules, before any file is parsed.
  virtual Result<std::vector<RuleProblem>> check(const std::vector<CppRule>& rules) = 0;
};

// What passes between gander and its parsing process (`gander-cpp`): the request on standard input as a JSON document, the
// unit on standard output as encodeUnit() makes it.
struct CppCommand {
  CppRequest request;
  std::string root;                    // the tree's root as the process sees it
  std::string directory;               // working folder of the command
  std::vector<std::string> arguments;  // as in a compilation database, the compiler first; already filtered
  bool inferred = false;               // made up from a neighbour's command
};
std::string encodeCommand(const CppCommand& command);
Result<CppCommand> decodeCommand(std::string_view text);

// To check rules, a command with nothing but them goes in, and their mistakes come out.
std::string encodeProblems(const std::vector<RuleProblem>& problems);
Result<std::vector<RuleProblem>> decodeProblems(std::string_view text);

}  // namespace gander::rewriter
