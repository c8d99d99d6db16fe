#include "tests/oracle/description.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/text.h"

namespace gander::prbot {
namespace {

using Json = nlohmann::json;

bool matches(const std::string& pattern, const std::string& path) {
  return std::ranges::equal(
      split(pattern, '/'), split(path, '/'),
      [](const std::string& part, const std::string& asked) { return part == asked || part.starts_with('{'); });
}

}  // namespace

Description::Description(const std::filesystem::path& file) : json_(Json::parse(std::ifstream(file))) {}

const Json* Description::findOperation(const std::string& method, const std::string& path) const {
  // The one with the fewest parameters: /pulls/{index}/reviews is not /pulls/{base}/{head}.
  const Json* found = nullptr;
  auto fewest = std::string::npos;
  for (const auto& [pattern, item] : json_.at("paths").items()) {
    const auto parameters = static_cast<size_t>(std::ranges::count(pattern, '{'));
    if (!matches(pattern, path) || !item.contains(toLowerAscii(method)) || parameters >= fewest) continue;
    found = &item.at(toLowerAscii(method));
    fewest = parameters;
  }
  return found;
}

bool Description::takes(const Json& operation, const std::string& query) const {
  return std::ranges::any_of(operation.value("parameters", Json::array()), [&](const Json& one) {
    const auto& parameter =
        one.contains("$ref") ? json_.at(Json::json_pointer(one.at("$ref").get<std::string>().substr(1))) : one;
    return parameter.at("in") == "query" && parameter.at("name") == query;
  });
}

std::string Description::strangeQueries(const std::string& method, const std::string& target) const {
  const auto mark = target.find('?');
  if (mark == std::string::npos) return "";
  const auto* operation = findOperation(method, target.substr(0, mark));
  if (operation == nullptr) return "";  // the proxy says so
  std::string out;
  for (const auto& query : split(target.substr(mark + 1), '&'))
    if (!takes(*operation, query.substr(0, query.find('='))))
      out += fmt::format("{} {}: no query {}\n", method, target.substr(0, mark), query);
  return out;
}

}  // namespace gander::prbot
