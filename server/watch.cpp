#include "server/watch.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

#include "pr-bot/markdown.h"

namespace gander::server {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestWait{1'000};  // for the clock may be set, or be another than the machine's

// Of a campaign as a whole.
fleet::TargetKey campaignKey(const std::string& campaign) { return {campaign, ""}; }

// One target's defect is not the bot's end.
Result<Looked> guarded(const Look& look, const fleet::TargetKey& target) {
  try {
    return look(target);
  } catch (const std::exception& error) {
    return fail(ErrorKind::kDefect, fmt::format("{}: a defect of gander: {}", target.repository, error.what()));
  }
}

}  // namespace

Watch::Watch(Parts parts, const WatchLimits& limits) : parts_(std::move(parts)), limits_(limits) {}

void Watch::begin() {
  if (limits_.workers == 0) return;
  threads_.emplace_back([this] { keepTime(); });
  for (unsigned i = 0; i < limits_.workers; ++i) threads_.emplace_back([this] { work(); });
}

Watch::~Watch() {
  stop(milliseconds(0));
  for (auto& thread : threads_) thread.join();
}

size_t Watch::stop(milliseconds patience) {
  Lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  changed_.wait_for(lock, patience, [this] { return running_ == 0; });
  return running_;
}

size_t Watch::tell(const std::string& repository, const prbot::ForgeEvent& event) {
  Lock lock(mutex_);
  const auto concerned = index_.concernedBy(repository, event);
  const auto from = parts_.clock.now() + limits_.gather;
  for (const auto& one : concerned) queue_.ask(one, Asked::kByEvent, from);
  if (concerned.empty()) return 0;
  spdlog::info("{} {}: {} to look at", prbot::oneLine(repository), prbot::toString(event.kind), concerned.size());
  changed_.notify_all();
  return concerned.size();
}

bool Watch::isHealthy() const {
  Lock lock(mutex_);
  return readable_ == true && parts_.clock.now() - read_ <= 3 * limits_.refresh;
}

void Watch::step() {
  Lock lock(mutex_);
  const auto now = parts_.clock.now();
  if (now >= nextReading_) readStore(lock);
  if (now >= nextRound_ && readable_ == true) beginRound();
  while (lookAtOne(lock)) {
  }
}

void Watch::keepTime() {
  Lock lock(mutex_);
  while (!stopping_) {
    const auto now = parts_.clock.now();
    if (now >= nextReading_) readStore(lock);
    if (now >= nextRound_ && readable_ == true && !stopping_) beginRound();
    waitUntil(lock, readable_ == true ? std::min(nextReading_, nextRound_) : nextReading_);
  }
}

void Watch::work() {
  Lock lock(mutex_);
  while (!stopping_)
    if (!lookAtOne(lock)) waitUntil(lock, queue_.next().value_or(Time::max()));
}

void Watch::waitUntil(Lock& lock, Time time) {
  if (stopping_) return;
  const auto now = parts_.clock.now();
  if (time > now) changed_.wait_for(lock, std::min(kLongestWait, time - now));
}

// A store that can't be read leaves the index as it is.
void Watch::readStore(Lock& lock) {
  lock.unlock();
  auto index = TargetIndex::read(parts_.store, parts_.forge, parts_.clock.now());
  lock.lock();
  const auto now = parts_.clock.now();
  nextReading_ = now + limits_.refresh;
  if (!index) {
    if (readable_ != false) spdlog::warn("{}; it is tried again", prbot::oneLine(index.error().message));
    readable_ = false;
    return;
  }
  if (readable_ == false) spdlog::info("the store can be read again");
  readable_ = true;
  read_ = now;
  for (const auto& [name, targets] : index->campaigns())
    if (!index_.campaigns().contains(name)) spdlog::info("{}: the campaign is watched; targets: {}", name, targets);
  index_ = std::move(*index);
}

void Watch::beginRound() {
  const auto now = parts_.clock.now();
  nextRound_ = limits_.poll > milliseconds(0) ? now + limits_.poll : Time::max();
  for (const auto& one : index_.unfinished()) queue_.ask(one, Asked::kByRound, now);
  changed_.notify_all();
}

bool Watch::lookAtOne(Lock& lock) {
  if (stopping_) return false;
  const auto wanted = queue_.take(parts_.clock.now());
  if (!wanted) return false;
  ++running_;
  lock.unlock();
  const auto looked = guarded(parts_.look, wanted->key);
  lock.lock();
  --running_;
  queue_.done(*wanted);
  settle(*wanted, looked);
  changed_.notify_all();
  return true;
}

void Watch::settle(const Wanted& wanted, const Result<Looked>& looked) {
  const auto again = parts_.clock.now() + limits_.again;
  if (!looked) {
    tellOnce(campaignKey(wanted.key.campaign), looked.error().message, true);
    if (looked.error().kind == ErrorKind::kUnavailable) queue_.ask(wanted, Asked::kByEvent, again);
    return;
  }
  told_.erase(campaignKey(wanted.key.campaign));
  if (looked->again) queue_.ask(wanted, Asked::kByEvent, again);
  if (looked->news.empty())
    told_.erase(wanted.key);
  else
    tellOnce(wanted.key, looked->news, false);
}

void Watch::tellOnce(const fleet::TargetKey& about, const std::string& text, bool isProblem) {
  auto& told = told_[about];
  if (told == text) return;
  told = text;
  const auto name = about.repository.empty() ? about.campaign : about.campaign + " " + about.repository;
  spdlog::log(isProblem ? spdlog::level::warn : spdlog::level::info, "{}: {}", prbot::oneLine(name),
              prbot::oneLine(text, 1000));
}

}  // namespace gander::server
