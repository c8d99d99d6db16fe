#include "pr-bot/joined_forges.h"

#include <fmt/format.h>

#include "base/text.h"

namespace gander::prbot {
namespace {

class JoinedForges final : public Forge {
 public:
  explicit JoinedForges(std::vector<NamedForge> forges) : forges_(std::move(forges)) {}

  Result<std::string> repositoryName(const std::string& url) const override {
    std::string whys;
    for (const auto& one : forges_) {
      auto name = one.forge->repositoryName(url);
      if (name) return one.host.empty() ? *name : one.host + ":" + *name;
      if (name.error().kind != ErrorKind::kNotFound) return name;
      whys += (whys.empty() ? "" : "; ") + name.error().message;
    }
    return fail(ErrorKind::kNotFound,
                whys.empty() ? fmt::format("{}: no forge is known", withoutCredentials(url)) : whys);
  }

  Result<ForgeRepository> look(const std::string& repository) override {
    GANDER_TRY(auto place, placeOf(repository));
    GANDER_TRY(auto seen, place.forge.look(place.name));
    seen.name = place.prefix + seen.name;
    return seen;
  }
  Result<std::optional<PullRequest>> find(const std::string& repository, const std::string& branch,
                                          const std::string& base, int number) override {
    GANDER_TRY(auto place, placeOf(repository));
    GANDER_TRY(auto found, place.forge.find(place.name, branch, base, number));
    if (found) found->text.repository = repository;
    return found;
  }
  Result<PullRequest> ensure(const PullRequestText& text) override {
    GANDER_TRY(auto place, placeOf(text.repository));
    auto own = text;
    own.repository = place.name;
    return named(text.repository, place.forge.ensure(own));
  }
  Result<PullRequest> merge(const std::string& repository, int number, const MergeOrder& order) override {
    GANDER_TRY(auto place, placeOf(repository));
    return named(repository, place.forge.merge(place.name, number, order));
  }
  Result<PullRequest> close(const std::string& repository, int number, const std::string& reason) override {
    GANDER_TRY(auto place, placeOf(repository));
    return named(repository, place.forge.close(place.name, number, reason));
  }
  Status say(const std::string& repository, int number, const Remark& remark) override {
    GANDER_TRY(auto place, placeOf(repository));
    return place.forge.say(place.name, number, remark);
  }
  Result<std::vector<Comment>> comments(const std::string& repository, int number) override {
    GANDER_TRY(auto place, placeOf(repository));
    return place.forge.comments(place.name, number);
  }

 private:
  struct Place {
    Forge& forge;
    std::string prefix;
    std::string name;
  };

  // A host has no slash before its colon, and a path of the embedded forge no colon before its slash.
  Result<Place> placeOf(const std::string& repository) const {
    for (const auto& one : forges_)
      if (!one.host.empty() && repository.starts_with(one.host + ":"))
        return Place{*one.forge, one.host + ":", repository.substr(one.host.size() + 1)};
    for (const auto& one : forges_)
      if (one.host.empty()) return Place{*one.forge, "", repository};
    return fail(ErrorKind::kNotFound, fmt::format("no forge that is known has the repository {}", repository));
  }

  static Result<PullRequest> named(const std::string& repository, Result<PullRequest> pull) {
    if (pull) pull->text.repository = repository;
    return pull;
  }

  const std::vector<NamedForge> forges_;
};

}  // namespace

// A host has no slash before its colon, and may have another colon before its port.
RepositoryPlace placeOfName(const std::string& repository) {
  const auto colon = repository.substr(0, repository.find('/')).rfind(':');
  RepositoryPlace place;
  if (colon != std::string::npos) place.host = repository.substr(0, colon);
  place.path = colon == std::string::npos ? repository : repository.substr(colon + 1);
  if (const auto slash = place.path.rfind('/'); slash != std::string::npos) place.owner = place.path.substr(0, slash);
  return place;
}

std::unique_ptr<Forge> joinForges(std::vector<NamedForge> forges) {
  return std::make_unique<JoinedForges>(std::move(forges));
}

}  // namespace gander::prbot
