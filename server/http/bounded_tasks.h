// The threads of the server, and the connections that wait for one: at most so many.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace gander::server {

class BoundedTasks final : public httplib::TaskQueue {
 public:
  BoundedTasks(unsigned threads, size_t waiting);
  ~BoundedTasks() override;
  BoundedTasks(const BoundedTasks&) = delete;
  BoundedTasks& operator=(const BoundedTasks&) = delete;

  // Where too many wait the task is done at once, in the caller's thread, with isOverflow(): it must be short then.
  void enqueue(std::function<void()> task) override;
  void shutdown() override;  // does what waits, and ends

  static bool isOverflow();  // of the task that this thread does

 private:
  void work();

  const size_t waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace gander::server
