// Chooses what is lowered: the files that hold a spelling, and then what the solver asks for.
//
//   seeds -> Python files; C++ translation units, one that reads each header -> Program -> needs -> more of them
//         -> at last, branches of `#if` that no unit reads (branches.h)
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "rewriter/cpp_parser.h"
#include "rewriter/lower/varying_headers.h"
#include "rewriter/scan/scan.h"
#include "rewriter/scan/texts.h"
#include "rewriter/solve/demand.h"
#include "rewriter/solve/meaning.h"
#include "rewriter/solve/program.h"
#include "rewriter/treesitter/frontends.h"

namespace gander::rewriter {

class Lowering {
 public:
  Lowering(const Texts& texts, const Spellings& spellings, const Meaning& meaning, CppParser* cpp);

  // Lowers the files into the program; those that are lowered already cost nothing.
  void lower(const std::vector<std::string>& files, Program& program);
  // Lowers what the needs ask for. False if nothing was added: what is known is closed.
  bool lowerNeeds(const std::set<Need>& needs, Program& program);

  // Reads old names in branches that the build leaves out as code, each file once: by type, for nothing follows the flow there.
  // False if nothing was added.
  bool lowerBranches(Program& program);

  const std::vector<Gap>& gaps() const { return gaps_; }
  // C++ files that hold a spelling and that no parsed unit reads.
  const std::set<std::string>& unparsed() const { return unparsed_; }
  // Regions that no unit saw as active code, by file.
  std::vector<ByteRange> inactiveIn(const std::string& file) const;
  std::map<std::string, std::vector<ByteRange>> inactive() const;  // the same for each file that has some
  // What the compiler lacked in every unit that reads a C++ file, or empty: names may be unresolved for that.
  std::string gapIn(const std::string& file) const;

 private:
  void lowerPythonFile(const std::string& path, Program& program);
  void lowerCpp(const std::vector<std::string>& files, Program& program);
  void parse(const std::vector<std::string>& mains, Program& program);
  std::vector<ByteRange> namesIn(const SourceText& source) const;
  void takeBranches(const std::string& path, const std::vector<ByteRange>& branches, Unit unit, Program& program) const;
  std::vector<std::string> openHeaders(const std::vector<std::string>& files) const;
  bool fits(const Unit& unit) const;
  void take(const std::string& main, Unit unit, Program& program);
  void noteGaps(const std::string& main, const Unit& unit);
  std::vector<std::string> includersOf(const std::string& header, bool likely);
  std::vector<std::string> readersOf(const std::vector<std::string>& headers);
  std::vector<std::string> readersOfVarying(const std::vector<std::string>& files);
  void buildIncludeGraph();

  const Texts& texts_;
  const Spellings& spellings_;
  const Meaning& meaning_;
  const std::vector<CppRule> rules_;
  CppParser* cpp_;
  TokenIndex tokens_;
  std::unique_ptr<LoweringContext> python_;
  VaryingHeaders varying_;
  std::set<std::string> seen_;     // files lowered, or tried
  std::set<std::string> parsed_;   // main files that were parsed, or tried
  std::set<std::string> covered_;  // C++ files that a parsed unit reads
  std::set<std::string> unparsed_;
  struct Include {
    std::string includer;
    std::string_view written;  // into its text
  };
  std::map<std::string, std::vector<Include>, std::less<>> includers_;  // by the last part of what is written
  bool graphBuilt_ = false;
  std::map<std::string, std::vector<std::vector<ByteRange>>> inactive_;  // file -> one list for each unit that reads it
  std::map<std::string, std::string> mains_;  // C++ file -> the main file of a unit that reads it
  std::set<std::string> branched_;            // files whose branches were read
  std::map<std::string, std::string>
      lacking_;  // C++ file -> the first gap of a unit that reads it; empty if one has none
  std::vector<Gap> gaps_;
};

// Whether a C++ file is compiled on its own, told by its name.
bool isCppSource(std::string_view path);

}  // namespace gander::rewriter
