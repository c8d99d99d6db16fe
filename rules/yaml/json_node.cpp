#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "rules/yaml/node.h"
#include "rules/yaml/tree_builder.h"

namespace gander::rules {
namespace {

using Json = nlohmann::json;

// Hands bytes to the library and counts them: its events carry no places.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    if (reached_ != nullptr) *reached_ = at_;
    return *this;
  }
  CountingIterator operator++(int) {
    auto before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

class JsonEvents final : public nlohmann::json_sax<Json> {
 public:
  JsonEvents(std::string_view text, Problems& problems)
      : text_(text), lines_(text), problems_(problems), builder_(problems), reached_(text.data()) {}

  const char** reached() { return &reached_; }
  std::optional<Node> take() { return builder_.take(); }

  bool null() override {
    Node node;
    node.position = startOfToken();
    builder_.scalar(std::move(node), 0);
    return true;
  }
  bool boolean(bool value) override { return scalar(value ? "true" : "false", true); }
  bool number_integer(number_integer_t value) override { return scalar(std::to_string(value), true); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(std::to_string(value), true); }
  bool number_float(number_float_t, const string_t& written) override { return scalar(written, true); }
  bool string(string_t& value) override { return scalar(value, false); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& value) override { return scalar(value, false); }
  bool start_object(std::size_t) override { return open(Node::Kind::kMap); }
  bool start_array(std::size_t) override { return open(Node::Kind::kSequence); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const Json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ..."
    std::string_view what = error.what();
    size_t colon = what.find(": ");
    if (colon != std::string_view::npos) what.remove_prefix(colon + 2);
    auto offset = static_cast<uint32_t>(std::min(position > 0 ? position - 1 : 0, text_.size()));
    problems_.add(lines_.at(offset), fmt::format("not JSON: {}", what));
    return false;
  }

 private:
  // The token that was just read begins behind the one before it and what separates the two. A number is read one byte too
  // far, which is a separator then.
  Position startOfToken() {
    size_t begin = text_.find_first_not_of(" \t\r\n,:]}", previousEnd_);
    previousEnd_ = static_cast<size_t>(reached_ - text_.data());
    return lines_.at(static_cast<uint32_t>(std::min(begin, text_.size())));
  }
  bool scalar(std::string value, bool plain) {
    Node node;
    node.kind = Node::Kind::kScalar;
    node.text = std::move(value);
    node.plain = plain;
    node.position = startOfToken();
    builder_.scalar(std::move(node), 0);
    return true;
  }
  bool open(Node::Kind kind) {
    builder_.open(kind, startOfToken(), 0);
    return true;
  }
  bool close() {
    builder_.close();
    return true;
  }

  std::string_view text_;
  LineIndex lines_;
  Problems& problems_;
  TreeBuilder builder_;
  const char* reached_;
  size_t previousEnd_ = 0;
};

}  // namespace

std::optional<Node> parseJson(std::string_view text, Problems& problems) {
  if (text.size() > kTextLimit) {
    problems.add({}, fmt::format("larger than {} bytes; split the document", kTextLimit));
    return std::nullopt;
  }
  JsonEvents events(text, problems);
  try {
    CountingIterator begin(text.data(), events.reached());
    CountingIterator end(text.data() + text.size(), nullptr);
    if (Json::sax_parse(begin, end, &events)) return events.take();
  } catch (const TreeLimit& limit) {
    problems.add(limit.position, limit.what());
  } catch (const std::exception& error) {
    problems.add({}, fmt::format("not JSON: {}", error.what()));
  }
  return std::nullopt;
}

}  // namespace gander::rules
