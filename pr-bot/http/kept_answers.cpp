#include "pr-bot/http/kept_answers.h"

#include <utility>

namespace gander::prbot {
namespace {

size_t sizeOf(const std::string& url, const KeptAnswers::Kept& answer) {
  return 2 * url.size() + answer.tag.size() + answer.link.size() + answer.body.size();
}

}  // namespace

std::optional<KeptAnswers::Kept> KeptAnswers::find(const std::string& url) {
  std::scoped_lock lock(mutex_);
  auto found = entries_.find(url);
  if (found == entries_.end()) return std::nullopt;
  order_.splice(order_.begin(), order_, found->second.place);
  return found->second.answer;
}

void KeptAnswers::forget(std::map<std::string, Entry>::iterator entry) {
  bytes_ -= sizeOf(entry->first, entry->second.answer);
  order_.erase(entry->second.place);
  entries_.erase(entry);
}

void KeptAnswers::keep(const std::string& url, Kept answer) {
  std::scoped_lock lock(mutex_);
  if (auto found = entries_.find(url); found != entries_.end()) forget(found);
  const auto size = sizeOf(url, answer);
  if (answer.tag.empty() || size > limit_) return;
  while (bytes_ + size > limit_) forget(entries_.find(order_.back()));
  order_.push_front(url);
  entries_.emplace(url, Entry{std::move(answer), order_.begin()});
  bytes_ += size;
}

}  // namespace gander::prbot
