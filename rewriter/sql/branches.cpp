// Both branches of a template's `{% if %}`: token lists with one branch of each chain taken, until every branch was taken once.
//
//   FROM {% if dev %} plays_dev {% else %} plays {% endif %}   ->   FROM plays_dev;   FROM plays
#include <algorithm>

#include "rewriter/sql/lexer.h"

namespace gander::rewriter::sql {
namespace {

struct Chain;

struct Branch {
  uint32_t begin = 0;  // tokens
  uint32_t end = 0;
  std::vector<Chain> inner;
  bool taken = false;
  bool done() const;
};

struct Chain {
  std::vector<Branch> branches;
  bool hasElse = false;
  bool done() const {
    return std::all_of(branches.begin(), branches.end(), [](const Branch& branch) { return branch.done(); });
  }
};

bool Branch::done() const {
  return taken && std::all_of(inner.begin(), inner.end(), [](const Chain& chain) { return chain.done(); });
}

class ChainReader {
 public:
  explicit ChainReader(const Tokens& tokens) : tokens_(tokens) {}

  Branch read() {
    Branch whole = readBranch(0);
    while (at_ < tokens_.marks.size()) {  // an `endif` too many
      ++at_;
      Branch more = readBranch(whole.end);
      std::move(more.inner.begin(), more.inner.end(), std::back_inserter(whole.inner));
    }
    whole.end = static_cast<uint32_t>(tokens_.list.size() - 1);
    return whole;
  }

 private:
  Branch readBranch(uint32_t begin) {
    Branch branch{begin, begin, {}, false};
    while (at_ < tokens_.marks.size()) {
      const auto& mark = tokens_.marks[at_];
      branch.end = mark.token;
      if (mark.word == TemplateWord::kIf && depth_ < 64) {
        ++at_;
        branch.inner.push_back(readChain(mark.token));
      } else if (mark.word == TemplateWord::kOther || mark.word == TemplateWord::kIf) {
        ++at_;
      } else if (depth_ == 0 && mark.word != TemplateWord::kEndIf) {
        ++at_;  // the `else` of a loop
      } else {
        return branch;
      }
    }
    branch.end = static_cast<uint32_t>(tokens_.list.size() - 1);
    return branch;
  }

  Chain readChain(uint32_t begin) {
    ++depth_;
    Chain chain;
    chain.branches.push_back(readBranch(begin));
    while (at_ < tokens_.marks.size() && tokens_.marks[at_].word != TemplateWord::kEndIf) {
      chain.hasElse |= tokens_.marks[at_].word == TemplateWord::kElse;
      const uint32_t from = tokens_.marks[at_].token;
      ++at_;
      chain.branches.push_back(readBranch(from));
    }
    if (at_ < tokens_.marks.size()) ++at_;
    --depth_;
    const uint32_t end = chain.branches.back().end;
    if (!chain.hasElse) chain.branches.push_back({end, end, {}, false});
    return chain;
  }

  const Tokens& tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

void emit(const Tokens& tokens, Branch& branch, std::vector<Token>& out) {
  branch.taken = true;
  uint32_t at = branch.begin;
  for (auto& chain : branch.inner) {
    out.insert(out.end(), tokens.list.begin() + at, tokens.list.begin() + chain.branches.front().begin);
    at = chain.branches.back().end;
    auto next =
        std::find_if(chain.branches.begin(), chain.branches.end(), [](const Branch& one) { return !one.done(); });
    emit(tokens, next == chain.branches.end() ? chain.branches.front() : *next, out);
  }
  out.insert(out.end(), tokens.list.begin() + at, tokens.list.begin() + branch.end);
}

}  // namespace

std::vector<std::vector<Token>> variantsOf(Tokens tokens, size_t most) {
  const bool branches = std::any_of(tokens.marks.begin(), tokens.marks.end(),
                                    [](const TemplateMark& mark) { return mark.word == TemplateWord::kIf; });
  std::vector<std::vector<Token>> variants;
  if (!branches) {
    variants.push_back(std::move(tokens.list));
    return variants;
  }
  Branch whole = ChainReader(tokens).read();
  while (variants.size() < most && !whole.done()) {
    std::vector<Token> list;
    emit(tokens, whole, list);
    list.push_back(tokens.list.back());
    matchBrackets(list);
    variants.push_back(std::move(list));
  }
  return variants;
}

}  // namespace gander::rewriter::sql
