// Whether a rule leaves its own result alone: the texts with all edits of the rules are parsed once more, and nothing may be left to
// do there.
//
//   f(x) -> f(g(x))   the rule for f(...) matches its result, and would make f(g(g(x))) of it
#pragma once

#include <string>
#include <vector>

#include "rewriter/clang/rules.h"

namespace gander::rewriter {

class RuleResults {
 public:
  // What will be edited of a unit's matches, made in the texts that they were found in: not what is listed, what overlaps, what
  // stands in generated files or where the rule's paths do not reach.
  RuleResults(const std::vector<CompiledRule>& rules, const std::vector<RuleMatch>& matches, const FileTexts& texts);

  const FileTexts& texts() const { return texts_; }  // the files that change
  bool empty() const { return texts_.empty(); }

  // Matches whose result is matched by `again` (found in `texts`), and would change, get a reason. False where none gets one: what
  // is edited then is what was parsed.
  bool judge(const std::vector<RuleMatch>& again, const FileTexts& texts, std::vector<RuleMatch>& matches) const;

  // All of them get a reason.
  void blameEach(std::vector<RuleMatch>& matches, const std::string& why) const;

 private:
  // An edit, before and after it is made.
  struct Result {
    Span span;  // in the new text
    std::string rule;
    Span before;
    std::string made;
  };
  std::vector<Result> editsOf(const std::vector<RuleMatch>& matches, const FileTexts& texts) const;
  void make(const FileTexts& texts);
  static bool meet(const Span& a, const Span& b);
  static bool blame(const Result& result, std::vector<RuleMatch>& matches, const std::string& why);
  bool isKnown(const Result& next, const std::vector<RuleMatch>& matches) const;
  bool blameAll(const Result& next, std::vector<RuleMatch>& matches) const;

  const std::vector<CompiledRule>& rules_;
  std::vector<Result> results_;
  FileTexts texts_;
};

}  // namespace gander::rewriter
