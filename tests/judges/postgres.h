// A PostgreSQL server of the tests' own: a fresh cluster in a temporary folder, reached by its socket alone, and gone with the value,
// or with the process however that ends.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/files.h"
#include "tests/judges/database.h"

namespace gander::judges {

class PostgresCluster {
 public:
  // kUnavailable with what to install, or with the server's own words.
  static Result<PostgresCluster> start();

  // A database of that name, made empty.
  Result<std::unique_ptr<Database>> open(const std::string& name) const;

 private:
  struct Stop {
    void operator()(FILE* watcher) const { pclose(watcher); }
  };
  PostgresCluster(TemporaryDirectory folder, std::unique_ptr<FILE, Stop> watcher)
      : folder_(std::move(folder)), watcher_(std::move(watcher)) {}

  TemporaryDirectory folder_;
  std::unique_ptr<FILE, Stop> watcher_;  // stops the server when its standard input ends; goes before the folder
};

}  // namespace gander::judges
