// Both branches of a template's `{% if %}`: token lists with one branch of each chain taken, until every branch was taken once.
//
//   FROM {% if dev %} plays_dev {% else %} plays {% endif %}   ->   FROM plays_dev;   FROM plays
//
// A condition that is asked again has the same answer: {% if dev %} WHERE x {% endif %} {% if not dev %} WHERE y {% endif %} AND z
#include <algorithm>
#include <map>

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
  std::string_view condition;  // of the first branch
  bool negated = false;
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
        branch.inner.push_back(readChain(mark));
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

  Chain readChain(const TemplateMark& mark) {
    ++at_;
    ++depth_;
    Chain chain;
    chain.condition = mark.condition;
    chain.negated = mark.negated;
    chain.branches.push_back(readBranch(mark.token));
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

// One list of tokens, with the answers that its conditions have been given.
class Variant {
 public:
  explicit Variant(const Tokens& tokens) : tokens_(tokens) {}

  std::vector<Token> take(Branch& whole) {
    emit(whole);
    list_.push_back(tokens_.list.back());
    matchBrackets(list_);
    return std::move(list_);
  }
  bool anyNew() const { return anyNew_; }  // some branch was taken for the first time

 private:
  void emit(Branch& branch) {
    anyNew_ |= !branch.taken;
    branch.taken = true;
    uint32_t at = branch.begin;
    for (auto& chain : branch.inner) {
      copy(at, chain.branches.front().begin);
      at = chain.branches.back().end;
      emit(choose(chain));
    }
    copy(at, branch.end);
  }

  Branch& choose(Chain& chain) {
    auto known = chain.condition.empty() ? answers_.end() : answers_.find(chain.condition);
    if (known != answers_.end() && known->second != chain.negated) return chain.branches.front();
    auto begin = chain.branches.begin() + (known != answers_.end() ? 1 : 0);
    auto next = std::find_if(begin, chain.branches.end(), [](const Branch& one) { return !one.done(); });
    if (next == chain.branches.end()) next = begin;
    if (known == answers_.end() && !chain.condition.empty())
      answers_[chain.condition] = (next == chain.branches.begin()) != chain.negated;
    return *next;
  }

  void copy(uint32_t begin, uint32_t end) {
    list_.insert(list_.end(), tokens_.list.begin() + begin, tokens_.list.begin() + end);
  }

  const Tokens& tokens_;
  std::vector<Token> list_;
  std::map<std::string_view, bool> answers_;
  bool anyNew_ = false;
};

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
    Variant variant(tokens);
    auto list = variant.take(whole);
    if (!variant.anyNew()) break;  // what is left needs answers that contradict each other
    variants.push_back(std::move(list));
  }
  return variants;
}

}  // namespace gander::rewriter::sql
