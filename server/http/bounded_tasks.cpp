#include "server/http/bounded_tasks.h"

namespace gander::server {
namespace {
thread_local bool overflow = false;
}  // namespace

BoundedTasks::BoundedTasks(unsigned threads, size_t waiting) : waiting_(waiting) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

BoundedTasks::~BoundedTasks() { shutdown(); }

bool BoundedTasks::isOverflow() { return overflow; }

void BoundedTasks::enqueue(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    if (tasks_.size() < waiting_) {
      tasks_.push_back(std::move(task));
      wake_.notify_one();
      return;
    }
  }
  overflow = true;
  task();
  overflow = false;
}

void BoundedTasks::shutdown() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void BoundedTasks::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return ended_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }
}

}  // namespace gander::server
