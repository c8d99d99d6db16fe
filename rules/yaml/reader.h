// Reads a map's keys one by one; what is asked for is known, and finish() reports the rest as unknown.
//
//   MapReader map(node, "a dataset", problems);
//   auto id = map.text("id");                    // must be there
//   auto role = map.optionalText("role");
//   map.finish();
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/yaml/node.h"

namespace gander::rules {

class MapReader {
 public:
  // `what` names the map in messages: "a dataset". A node that is no map is one problem, and every key is then just absent.
  MapReader(const Node& node, std::string what, Problems& problems);

  bool isMap() const { return map_; }
  Position position() const { return node_.position; }
  bool has(const std::string& key);
  Position positionOf(const std::string& key) const;  // of the key's value; of the map where it is absent

  std::string text(const std::string& key);  // empty where it was missing or wrong, which is then reported
  std::optional<std::string> optionalText(const std::string& key);
  std::optional<bool> optionalFlag(const std::string& key);
  std::optional<int> optionalNumber(const std::string& key, int least, int most);
  // A text out of `allowed`.
  std::optional<std::string> choice(const std::string& key, const std::vector<std::string>& allowed,
                                    bool required = false);
  const Node* child(const std::string& key, bool required = false);  // any kind but null
  const Node* map(const std::string& key, bool required = false);
  std::vector<const Node*> list(const std::string& key, bool required = false);  // never null items
  bool isEmptyList(const std::string& key) const;

  // A key that counts as known although nobody asked for its value.
  void allow(const std::string& key) { known_.insert(key); }
  void finish();

 private:
  const Node* find(const std::string& key, bool required);
  const Node* wantScalar(const std::string& key, bool required);

  const Node& node_;
  std::string what_;
  Problems& problems_;
  bool map_ = false;
  std::set<std::string> known_;
};

// "a list", "a map", "the text 'x'", "nothing": what stands there, for a message.
std::string describe(const Node& node);

// A scalar's text, one line; reports anything else as not being `what`.
std::optional<std::string> scalarText(const Node& node, std::string_view what, Problems& problems);

}  // namespace gander::rules
