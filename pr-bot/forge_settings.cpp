#include "pr-bot/forge_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/files.h"
#include "pr-bot/http/url.h"
#include "rules/yaml/reader.h"

namespace gander::prbot {
namespace {

namespace fs = std::filesystem;
using rules::MapReader;
using rules::Node;

constexpr size_t kSecretBytes = 64 << 10;
constexpr int kMostPerHour = 500;  // what GitHub takes
constexpr int kMostOpen = 100'000;
constexpr int kMostReviewers = 15;  // GitHub's

class SettingsReader {
 public:
  SettingsReader(fs::path folder, rules::Problems& problems) : folder_(std::move(folder)), problems_(problems) {}

  ForgeSettings read(const Node& root) {
    MapReader map(root, "the document", problems_);
    if (auto version = map.text("apiVersion"); !version.empty() && version != "gander/v1")
      problems_.add(map.positionOf("apiVersion"), "this gander reads gander/v1");
    map.choice("kind", {"Forges"}, true);
    for (const auto* item : map.list("forges", true)) addForge(*item);
    if (map.isEmptyList("forges")) problems_.add(map.positionOf("forges"), "no forge is named; add one");
    if (const auto* node = map.map("author")) readAuthor(*node);
    if (const auto* node = map.map("ssh")) readSsh(*node);
    readPullRequests(map);
    map.finish();
    return std::move(settings_);
  }

 private:
  fs::path absolute(const std::string& path) const {
    return path.empty() ? fs::path() : (folder_ / path).lexically_normal();
  }

  void readAuthor(const Node& node) {
    MapReader map(node, "'author'", problems_);
    settings_.authorName = map.text("name");
    settings_.authorEmail = map.text("email");
    settings_.signingKey = absolute(map.optionalText("signingKey").value_or(""));
    settings_.coAuthors = texts(map, "coAuthors", "a co-author", [](const std::string& person) {
      const auto open = person.find('<');
      const bool whole = open != 0 && open != std::string::npos && person.ends_with('>') &&
                         person.find('<', open + 1) == std::string::npos;
      return whole ? std::string() : std::string("write it as \"Ada <ada@example.com>\"");
    });
    for (const auto& [key, value] :
         {std::pair("name", settings_.authorName), std::pair("email", settings_.authorEmail)})
      if (value.find_first_of("<>\n") != std::string::npos)
        problems_.add(map.positionOf(key), fmt::format("git has no '<', '>' or line end in an author's {}", key));
    map.finish();
  }

  std::vector<std::string> texts(MapReader& map, const std::string& key, const std::string& what,
                                 const std::function<std::string(const std::string&)>& wrong) {
    std::vector<std::string> out;
    for (const auto* item : map.list(key))
      if (auto text = rules::scalarText(*item, what, problems_)) {
        if (auto problem = wrong(*text); !problem.empty()) problems_.add(item->position, problem);
        out.push_back(std::move(*text));
      }
    return out;
  }

  void readPullRequests(MapReader& map) {
    settings_.labels = texts(map, "labels", "a label", [](const std::string& label) {
      return label.contains(',') ? std::string("a label has no comma: GitLab would take it for two") : std::string();
    });
    settings_.assignees = texts(map, "assignees", "an assignee", [](const std::string& name) {
      return name.starts_with('@') ? std::string("a login, without the @") : std::string();
    });
    settings_.ignoredAuthors = texts(map, "ignoreAuthors", "an author", [](const std::string& email) {
      return email.contains('@') ? std::string()
                                 : std::string("an author is told by the e-mail address of the commits");
    });
    settings_.reviewers = map.optionalNumber("reviewers", 0, kMostReviewers).value_or(settings_.reviewers);
    settings_.draftUntilChecks = map.optionalFlag("draftUntilChecks").value_or(false);
  }

  void readSsh(const Node& node) {
    MapReader map(node, "'ssh'", problems_);
    settings_.sshKey = absolute(map.optionalText("key").value_or(""));
    settings_.knownHosts = absolute(map.optionalText("knownHosts").value_or(""));
    map.finish();
  }

  void addForge(const Node& node) {
    MapReader map(node, "a forge", problems_);
    ForgeEntry entry;
    entry.position = node.position;
    entry.kind = map.choice("kind", {"github", "gitlab", "gitea", "forgejo", "embedded"}, true).value_or("");
    entry.certificates = absolute(map.optionalText("certificates").value_or(""));
    if (!entry.certificates.empty()) {
      if (settings_.certificates.empty()) settings_.certificates = entry.certificates;
      if (settings_.certificates != entry.certificates)
        problems_.add(map.positionOf("certificates"), "another forge names another file; put all authorities into one");
    }
    // On one machine nobody is flooded.
    if (entry.kind == "embedded") entry.perHour = entry.perOwner = entry.openPerRepository = 0;
    entry.perHour = map.optionalNumber("perHour", 1, kMostPerHour).value_or(entry.perHour);
    entry.perOwner = map.optionalNumber("perOwner", 1, kMostPerHour).value_or(entry.perOwner);
    entry.perRepository = map.optionalNumber("perRepository", 0, kMostPerHour).value_or(entry.perRepository);
    entry.open = map.optionalNumber("open", 0, kMostOpen).value_or(entry.open);
    entry.openPerOwner = map.optionalNumber("openPerOwner", 0, kMostOpen).value_or(entry.openPerOwner);
    entry.openPerRepository = map.optionalNumber("openPerRepository", 0, kMostOpen).value_or(entry.openPerRepository);
    if (entry.kind == "embedded")
      entry.folder = absolute(map.text("folder"));
    else
      readNetwork(map, entry);
    map.finish();
    settings_.forges.push_back(std::move(entry));
  }

  void readNetwork(MapReader& map, ForgeEntry& entry) {
    entry.url = map.text("url");
    while (entry.url.ends_with('/')) entry.url.pop_back();
    entry.api = map.optionalText("api").value_or("");
    entry.plain = map.optionalFlag("plain").value_or(false);
    for (const auto& [key, value] : {std::pair("url", entry.url), std::pair("api", entry.api)}) {
      if (value.empty()) continue;
      auto url = parseUrl(value);
      if (!url)
        problems_.add(map.positionOf(key), url.error().message);
      else if (url->scheme == "http" && !entry.plain && !url->isLoopback())
        problems_.add(map.positionOf(key),
                      "the token would go in clear over http://; use https://, or say plain: true");
    }
    if (!entry.url.empty() && !urls_.insert(entry.url).second)
      problems_.add(map.positionOf("url"), fmt::format("{} stands here twice; remove one", entry.url));
    if (const auto* node = map.child("token")) entry.token = readPlace(*node, "'token'");
    if (const auto* node = map.map("app")) entry.app = readApp(*node);
    if (const auto* node = map.child("webhook")) entry.webhooks = readWebhooks(*node);
    if (entry.kind != "github" && entry.app) problems_.add(map.positionOf("app"), "only GitHub has Apps; use 'token'");
    if (map.isMap() && entry.token.has_value() == entry.app.has_value())
      problems_.add(entry.position, entry.token ? "'token' and 'app' both say who gander is; remove one"
                                                : "nothing says who gander is there; add 'token', or 'app' for GitHub");
  }

  AppPlace readApp(const Node& node) {
    MapReader map(node, "'app'", problems_);
    AppPlace app;
    app.id = map.text("id");
    app.installation = map.optionalText("installation").value_or("");
    if (const auto* key = map.child("key", true)) app.key = readPlace(*key, "'key'");
    map.finish();
    return app;
  }

  // One place, or a list of them.
  std::vector<SecretPlace> readWebhooks(const Node& node) {
    if (node.kind != Node::Kind::kSequence) return {readPlace(node, "'webhook'")};
    if (node.items.empty())
      problems_.add(node.position, "'webhook' names no secret; add one, or leave the key out and gander only polls");
    std::vector<SecretPlace> places;
    for (const auto& item : node.items) places.push_back(readPlace(item, "'webhook'"));
    return places;
  }

  SecretPlace readPlace(const Node& node, const std::string& what) {
    if (node.kind != Node::Kind::kMap) {
      // Not shown: it may be the secret.
      problems_.add(node.position,
                    fmt::format("{} does not stand in a document; write {{env: NAME}} or {{file: PATH}}", what));
      return {};
    }
    MapReader map(node, what, problems_);
    SecretPlace place{map.optionalText("env").value_or(""), absolute(map.optionalText("file").value_or(""))};
    if (place.environment.empty() == place.file.empty())
      problems_.add(node.position, fmt::format("{} is named by 'env' or by 'file', by one of them", what));
    map.finish();
    return place;
  }

  const fs::path folder_;
  rules::Problems& problems_;
  ForgeSettings settings_;
  std::set<std::string> urls_;
};

}  // namespace

Result<ForgeSettings> parseForgeSettings(const fs::path& file, std::string_view text) {
  rules::Problems problems(file.string());
  std::error_code error;
  auto folder = fs::absolute(file, error).parent_path();
  auto root = rules::parseYaml(text, problems);
  ForgeSettings settings;
  if (root) settings = SettingsReader(folder, problems).read(*root);
  if (!problems.empty()) return std::unexpected(problems.error());
  return settings;
}

Result<std::string> readSecret(const SecretPlace& place, const Lookup& environment) {
  std::string secret;
  std::string name;
  if (!place.environment.empty()) {
    name = "the environment variable " + place.environment;
    auto value = environment(place.environment);
    if (!value) return fail(ErrorKind::kNotFound, name + " is not set; a forge's secret is to be in it");
    secret = *value;
  } else {
    name = place.file.string();
    GANDER_TRY(secret, readFile(place.file, kSecretBytes));
  }
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) return fail(ErrorKind::kInvalid, name + " is empty; a forge's secret is to be in it");
  return secret;
}

}  // namespace gander::prbot
