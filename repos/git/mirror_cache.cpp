#include "base/files.h"
#include "repos/git/failure.h"
#include "repos/git/fetch.h"
#include "repos/git/local_folder.h"
#include "repos/git/mirror.h"

namespace gander::repos {
namespace {

class MirrorCache final : public Mirrors {
 public:
  MirrorCache(std::filesystem::path cache, std::chrono::milliseconds patience)
      : cache_(std::move(cache)), patience_(patience) {
    ensureGitStarted();
  }

  Result<std::unique_ptr<Repository>> fetch(const std::string& url) override {
    GANDER_TRY(auto remote, parseRemoteUrl(url));
    auto repository = open(remote);
    if (!repository) return std::unexpected(remote.told(repository.error(), "fetch"));
    return repository;
  }

 private:
  Result<std::unique_ptr<Repository>> open(const RemoteUrl& remote) {
    if (remote.isLocal()) GANDER_CHECK(openLocal(remote.local));
    GANDER_CHECK(ensureDirectory(cache_));
    GANDER_TRY(auto lock, MirrorLock::take(cache_ / (remote.mirror + ".lock"), patience_));
    GANDER_TRY(auto repository, ensureMirror(cache_ / remote.mirror, remote));
    return std::make_unique<Mirror>(std::move(lock), std::move(repository), remote);
  }

  const std::filesystem::path cache_;
  const std::chrono::milliseconds patience_;
};

}  // namespace

std::unique_ptr<Mirrors> makeMirrors(std::filesystem::path cache, std::chrono::milliseconds patience) {
  return std::make_unique<MirrorCache>(std::move(cache), patience);
}

}  // namespace gander::repos
