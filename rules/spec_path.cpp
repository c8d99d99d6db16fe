#include "rules/spec_path.h"

#include <fmt/format.h>

#include <algorithm>

namespace gander::rules {
namespace {

class PathParser {
 public:
  explicit PathParser(std::string_view path) : path_(path) {}

  std::expected<SpecPath, SpecPathError> parse() {
    do {
      if (!parseStep()) return std::unexpected(error_);
    } while (take('.'));
    if (at_ < path_.size()) return std::unexpected(SpecPathError{at_, "a '.' or '[' is expected here"});
    if (steps_.back().kind == SpecStep::Kind::kFieldKey && !steps_.back().filters.empty())
      return std::unexpected(SpecPathError{path_.size(), "{field} is a key; nothing stands behind it"});
    for (size_t index = 0; index + 1 < steps_.size(); ++index)
      if (steps_[index].kind == SpecStep::Kind::kFieldKey)
        return std::unexpected(SpecPathError{path_.find("{field}"), "{field} is the last step"});
    return SpecPath{std::move(steps_)};
  }

 private:
  bool fail(std::string message) {
    error_ = {at_, std::move(message)};
    return false;
  }

  bool take(char c) {
    if (at_ >= path_.size() || path_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view word(std::string_view ends) {
    size_t end = std::min(path_.find_first_of(ends, at_), path_.size());
    auto found = path_.substr(at_, end - at_);
    at_ = end;
    return found;
  }

  bool parseStep() {
    SpecStep step;
    auto key = word(".[]=");
    if (key.empty()) return fail("a key is missing here");
    if (key == "*") {
      step.kind = SpecStep::Kind::kAnyKey;
    } else if (key == "{table}") {
      step.kind = SpecStep::Kind::kTableKey;
    } else if (key == "{field}") {
      step.kind = SpecStep::Kind::kFieldKey;
    } else if (key.contains('{')) {
      at_ -= key.size();
      return fail(fmt::format("unknown placeholder {}; there are {{table}} and {{field}}", key));
    } else {
      step.key = key;
    }
    while (take('['))
      if (!parseFilter(step)) return false;
    steps_.push_back(std::move(step));
    return true;
  }

  bool parseFilter(SpecStep& step) {
    SpecFilter filter;
    auto key = word("]=");
    if (key == "*") {
      filter.items = true;
    } else {
      if (key.empty()) return fail("[*] or [key=value] is expected here");
      if (!take('=')) return fail("[key=value] lacks its '='");
      filter.key = key;
      filter.value = word("]");
      filter.table = filter.value == "{table}";
    }
    if (!take(']')) return fail("']' is missing here");
    step.filters.push_back(std::move(filter));
    return true;
  }

  std::string_view path_;
  size_t at_ = 0;
  std::vector<SpecStep> steps_;
  SpecPathError error_;
};

}  // namespace

bool SpecPath::namesTable() const {
  return std::ranges::any_of(steps, [](const SpecStep& step) {
    return step.kind == SpecStep::Kind::kTableKey || std::ranges::any_of(step.filters, &SpecFilter::table);
  });
}

std::expected<SpecPath, SpecPathError> parseSpecPath(std::string_view path) { return PathParser(path).parse(); }

}  // namespace gander::rules
