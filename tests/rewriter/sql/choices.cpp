#include "tests/rewriter/sql/choices.h"

#include <algorithm>

namespace gander::rewriter::sql::generated {
namespace {

using Numbers = std::vector<uint32_t>;

class Shrinking {
 public:
  Shrinking(Numbers numbers, const std::function<bool(const Numbers&)>& fails, size_t tries)
      : best_(std::move(numbers)), fails_(fails), tries_(tries) {}

  Numbers run() {
    for (bool better = true; better && tries_ > 0;) {
      better = false;
      for (size_t length = best_.size(); length > 0; length /= 2) better = dropRuns(length) || better;
      better = makeSmaller() || better;
    }
    return best_;
  }

 private:
  bool take(Numbers candidate) {
    if (tries_ == 0) return false;
    --tries_;
    if (!fails_(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  bool dropRuns(size_t length) {
    bool better = false;
    for (size_t at = 0; at + length <= best_.size();) {
      Numbers candidate = best_;
      candidate.erase(candidate.begin() + static_cast<ptrdiff_t>(at),
                      candidate.begin() + static_cast<ptrdiff_t>(at + length));
      if (take(std::move(candidate))) {
        better = true;
      } else {
        at += length;
      }
    }
    return better;
  }

  bool makeSmaller() {
    bool better = false;
    for (size_t at = 0; at < best_.size(); ++at) {
      for (const uint32_t value : {0U, 1U, best_[at] / 2}) {
        if (value >= best_[at]) continue;
        Numbers candidate = best_;
        candidate[at] = value;
        if (!take(std::move(candidate))) continue;
        better = true;
        break;
      }
    }
    return better;
  }

  Numbers best_;
  const std::function<bool(const Numbers&)>& fails_;
  size_t tries_;
};

}  // namespace

std::vector<uint32_t> randomNumbers(std::mt19937& random, size_t count) {
  std::vector<uint32_t> numbers(count);
  for (uint32_t& number : numbers) number = static_cast<uint32_t>(random() % 5040);  // 7!: fair for every small count
  return numbers;
}

std::vector<uint32_t> shrink(std::vector<uint32_t> numbers, const std::function<bool(const Numbers&)>& fails,
                             size_t tries) {
  return Shrinking(std::move(numbers), fails, tries).run();
}

}  // namespace gander::rewriter::sql::generated
