#include "server/look_workers.h"

#include <algorithm>

namespace gander::server {

LookWorkers::LookWorkers(fleet::Workers& process)
    : process_(process),
      own_([](const std::string& name) { return name.substr(0, name.rfind('/') + 1); }(process.newName())) {}

std::string LookWorkers::newName() {
  auto name = process_.newName();
  std::lock_guard lock(mutex_);
  working_[std::this_thread::get_id()].insert(name);
  return name;
}

bool LookWorkers::isGone(const std::string& worker) const {
  if (!isOwn(worker)) return process_.isGone(worker);
  std::lock_guard lock(mutex_);
  return std::ranges::none_of(working_, [&](const auto& look) { return look.second.contains(worker); });
}

void LookWorkers::lookEnded() {
  std::lock_guard lock(mutex_);
  working_.erase(std::this_thread::get_id());
}

}  // namespace gander::server
