// Both branches of a template's `{% if %}`: token lists with one branch of each chain taken, until every branch was taken once.
//
//   FROM {% if dev %} plays_dev {% else %} plays {% endif %}   ->   FROM plays_dev;   FROM plays
//
// A condition that is asked again has the same answer: {% if dev %} WHERE x {% endif %} {% if not dev %} WHERE y {% endif %} AND z
// and so has what is compared: {% if kind == 'live' %} x {% elif kind == 'old' %} y {% endif %}
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
  std::string_view condition;  // as TemplateMark::condition; empty of an `else`
  bool negated = false;
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
    Branch branch{.begin = begin, .end = begin};
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
    ++depth_;
    Chain chain;
    addBranch(chain, mark);
    while (at_ < tokens_.marks.size() && tokens_.marks[at_].word != TemplateWord::kEndIf) {
      chain.hasElse |= tokens_.marks[at_].word == TemplateWord::kElse;
      addBranch(chain, tokens_.marks[at_]);
    }
    if (at_ < tokens_.marks.size()) ++at_;
    --depth_;
    const uint32_t end = chain.branches.back().end;
    if (!chain.hasElse) chain.branches.push_back({.begin = end, .end = end});
    return chain;
  }

  void addBranch(Chain& chain, const TemplateMark& mark) {
    ++at_;
    chain.branches.push_back(readBranch(mark.token));
    chain.branches.back().condition = mark.condition;
    chain.branches.back().negated = mark.negated;
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

  // The first branch that may be and was not taken, or the first that may be.
  Branch& choose(Chain& chain) {
    std::vector<Branch*> possible;
    for (auto& branch : chain.branches) {
      const auto known = answer(branch);
      if (known != false) possible.push_back(&branch);
      if (known == true) break;
    }
    if (possible.empty()) possible.push_back(&chain.branches.back());
    const auto fresh = std::ranges::find_if(possible, [](const Branch* one) { return !one->done(); });
    Branch& chosen = fresh == possible.end() ? *possible.front() : **fresh;
    for (auto& branch : chain.branches) {
      remember(branch, &branch == &chosen);
      if (&branch == &chosen) break;
    }
    return chosen;
  }

  // Whether a branch's condition holds; nullopt where nothing was said of it.
  std::optional<bool> answer(const Branch& branch) const {
    if (branch.condition.empty()) return std::nullopt;
    if (auto known = answers_.find(branch.condition); known != answers_.end()) return known->second != branch.negated;
    const auto [what, value] = comparison(branch.condition);
    auto known = values_.find(what);
    if (what.empty() || known == values_.end()) return std::nullopt;
    return (known->second == value) != branch.negated;
  }

  void remember(const Branch& branch, bool holds) {
    if (branch.condition.empty()) return;
    answers_.try_emplace(branch.condition, holds != branch.negated);
    const auto [what, value] = comparison(branch.condition);
    if (!what.empty() && holds && !branch.negated) values_.try_emplace(what, value);
  }

  // kind == 'live' -> kind, 'live'
  static std::pair<std::string_view, std::string_view> comparison(std::string_view condition) {
    const size_t at = condition.find(" == ");
    if (at == std::string_view::npos) return {};
    const auto value = condition.substr(at + 4);
    const bool text = value.size() >= 2 && (value.front() == '\'' || value.front() == '"');
    if (!text) return {};
    return {condition.substr(0, at), value.substr(1, value.size() - 2)};
  }

  void copy(uint32_t begin, uint32_t end) {
    list_.insert(list_.end(), tokens_.list.begin() + begin, tokens_.list.begin() + end);
  }

  const Tokens& tokens_;
  std::vector<Token> list_;
  std::map<std::string_view, bool> answers_;
  std::map<std::string_view, std::string_view> values_;
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
