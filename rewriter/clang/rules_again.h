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
  // The edits of a unit's matches, made in the texts that they were found in; of edits that overlap, the first.
  RuleResults(const std::vector<RuleMatch>& matches, const FileTexts& texts);

  const FileTexts& texts() const { return texts_; }  // the files that change
  bool empty() const { return texts_.empty(); }

  // Matches whose result is matched by `again`, and would change, get a reason.
  void judge(const std::vector<RuleMatch>& again, std::vector<RuleMatch>& matches) const;

 private:
  struct Result {
    Span span;  // in the new text
    std::string rule;
    Span before;
  };
  static bool meet(const Span& a, const Span& b);
  static void blame(const Result& result, std::vector<RuleMatch>& matches, const std::string& why);
  bool isKnown(const RuleMatch& next, const std::vector<RuleMatch>& matches) const;
  void blameAll(const RuleMatch& next, std::vector<RuleMatch>& matches) const;

  std::vector<Result> results_;
  FileTexts texts_;
};

}  // namespace gander::rewriter
