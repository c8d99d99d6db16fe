#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "base/text.h"
#include "rules/yaml/node.h"
#include "rules/yaml/tree_builder.h"

namespace gander::rules {
namespace {

Position positionOf(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<uint32_t>(mark.line + 1), static_cast<uint32_t>(mark.column + 1)};
}

class YamlEvents final : public YAML::EventHandler {
 public:
  explicit YamlEvents(Problems& problems) : builder_(problems) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { builder_.alias(positionOf(mark), anchor); }
  void OnSequenceEnd() override { builder_.close(); }
  void OnMapEnd() override { builder_.close(); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.position = positionOf(mark);
    builder_.scalar(std::move(node), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node;
    node.kind = Node::Kind::kScalar;
    node.text = value;
    node.plain = tag == "?";
    node.position = positionOf(mark);
    builder_.scalar(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    builder_.open(Node::Kind::kSequence, positionOf(mark), anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    builder_.open(Node::Kind::kMap, positionOf(mark), anchor);
  }
  std::optional<Node> take() { return builder_.take(); }

 private:
  TreeBuilder builder_;
};

// What the library would read past without a word: bytes that it replaces, and the byte 4, which it takes for the end.
bool isReadable(std::string_view text, Problems& problems) {
  if (text.size() > kTextLimit) {
    problems.add({}, fmt::format("larger than {} bytes; split the document", kTextLimit));
    return false;
  }
  if (!isValidUtf8(text)) {
    problems.add({}, "not UTF-8; save the document as UTF-8");
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte >= 0x20 && byte != 0x7F) || byte == '\t' || byte == '\n' || byte == '\r') continue;
    problems.add(LineIndex(text).at(static_cast<uint32_t>(i)),
                 fmt::format("control character {:#04x}; remove it", byte));
    return false;
  }
  return true;
}

}  // namespace

std::optional<Node> parseYaml(std::string_view text, Problems& problems) {
  if (!isReadable(text, problems)) return std::nullopt;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    YamlEvents events(problems);
    if (!parser.HandleNextDocument(events)) {
      problems.add({}, "the document is empty");
      return std::nullopt;
    }
    auto root = events.take();
    Problems dropped(problems.file());
    YamlEvents second(dropped);
    if (parser.HandleNextDocument(second))
      problems.add(root ? root->position : Position{}, "more than one YAML document; keep one in a file");
    return root;
  } catch (const TreeLimit& limit) {
    problems.add(limit.position, limit.what());
  } catch (const YAML::Exception& error) {
    problems.add(positionOf(error.mark), fmt::format("not YAML: {}", error.msg));
  } catch (const std::exception& error) {
    problems.add({}, fmt::format("not YAML: {}", error.what()));
  }
  return std::nullopt;
}

}  // namespace gander::rules
