// A run of numbers that decides what is generated. The same numbers give the same text; fewer and smaller ones give a simpler
// one, so that what shrinks numbers shrinks queries.
#pragma once

#include <cstdint>
#include <functional>
#include <iterator>
#include <random>
#include <span>
#include <vector>

namespace gander::rewriter::sql::generated {

class Choices {
 public:
  explicit Choices(std::vector<uint32_t> numbers) : numbers_(std::move(numbers)) {}

  // 0 .. count - 1; 0 where the numbers have run out. Whoever asks makes 0 the simplest.
  size_t below(size_t count) { return count < 2 || at_ >= numbers_.size() ? 0 : numbers_[at_++] % count; }
  bool oneIn(size_t count) { return below(count) == count - 1 && count > 1; }
  template <typename Range>
  const auto& of(const Range& range) {
    return *(std::begin(range) + static_cast<ptrdiff_t>(below(std::size(range))));
  }
  size_t used() const { return at_; }

 private:
  std::vector<uint32_t> numbers_;
  size_t at_ = 0;
};

std::vector<uint32_t> randomNumbers(std::mt19937& random, size_t count);

// Fewer and smaller numbers that still fail: runs are left out, then single numbers are made smaller, as long as that helps
// and at most `tries` times.
std::vector<uint32_t> shrink(std::vector<uint32_t> numbers,
                             const std::function<bool(const std::vector<uint32_t>&)>& fails, size_t tries = 4000);

}  // namespace gander::rewriter::sql::generated
