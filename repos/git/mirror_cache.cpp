#include "base/files.h"
#include "repos/git/failure.h"
#include "repos/git/fetch.h"
#include "repos/git/local_folder.h"
#include "repos/git/mirror.h"

namespace gander::repos {
namespace {

class MirrorCache final : public Mirrors {
 public:
  MirrorCache(std::filesystem::path cache, MirrorSettings settings)
      : cache_(std::move(cache)), settings_(std::move(settings)) {
    ensureGitStarted();
  }

  Result<std::unique_ptr<Repository>> fetch(const std::string& url) override {
    GANDER_TRY(auto parsed, parseRemoteUrl(url));
    Remote remote{std::move(parsed), settings_.access};
    auto repository = open(remote);
    if (!repository) return std::unexpected(remote.url.told(repository.error(), "fetch"));
    return repository;
  }

 private:
  Result<std::unique_ptr<Repository>> open(const Remote& remote) {
    if (remote.url.isLocal()) GANDER_CHECK(openLocal(remote.url.local));
    GANDER_CHECK(ensureDirectory(cache_));
    GANDER_TRY(auto lock, MirrorLock::take(cache_ / (remote.url.mirror + ".lock"), settings_.patience));
    GANDER_TRY(auto repository, ensureMirror(cache_ / remote.url.mirror, remote));
    return std::make_unique<Mirror>(std::move(lock), std::move(repository), remote, settings_.signing);
  }

  const std::filesystem::path cache_;
  const MirrorSettings settings_;
};

}  // namespace

std::unique_ptr<Mirrors> makeMirrors(std::filesystem::path cache, MirrorSettings settings) {
  return std::make_unique<MirrorCache>(std::move(cache), std::move(settings));
}

}  // namespace gander::repos
