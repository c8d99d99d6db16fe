// An API description as far as the proxy leaves it unread: the names of queries.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace gander::prbot {

class Description {
 public:
  // Throws where the file is none.
  explicit Description(const std::filesystem::path& file);

  // Queries of a request that its operation has not, a line each. `target`: path and query, as asked.
  std::string strangeQueries(const std::string& method, const std::string& target) const;

 private:
  const nlohmann::json* findOperation(const std::string& method, const std::string& path) const;
  bool takes(const nlohmann::json& operation, const std::string& query) const;

  nlohmann::json json_;
};

}  // namespace gander::prbot
