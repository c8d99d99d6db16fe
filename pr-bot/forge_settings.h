// Which forges gander works on, and who it is there: one document of the operator's.
//
//   apiVersion: gander/v1
//   kind: Forges
//   forges:
//     - {kind: github, url: "https://github.com", token: {env: GITHUB_TOKEN}}
//     - kind: github
//       url: https://git.example.com
//       app: {id: "12", installation: "345", key: {file: secrets/app.pem}}
//       certificates: ca.pem
//     - {kind: gitlab, url: "https://gitlab.example.com", token: {file: /run/secrets/gitlab}, webhook: {env: GITLAB_WEBHOOK}}
//     - {kind: embedded, folder: ../forge}
//   author: {name: gander, email: gander@example.com, signingKey: secrets/id_ed25519, coAuthors: ["Ada <ada@example.com>"]}
//   ignoreAuthors: [formatter@example.com]
//   labels: [gander]
//   assignees: [ada]
//   reviewers: 3
//   draftUntilChecks: true
//   ssh: {key: secrets/id_ed25519, knownHosts: known_hosts}
//
// A secret never stands in the document: it is named by an environment variable or a file, and read when it is needed.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/source.h"

namespace gander::prbot {

// Where a secret is. Exactly one of the two.
struct SecretPlace {
  std::string environment;     // the name of a variable
  std::filesystem::path file;  // its whole text, without the line end
};

struct AppPlace {
  std::string id;
  std::string installation;  // empty: the App's only one
  SecretPlace key;
};

struct ForgeEntry {
  std::string kind;  // "github", "gitlab", "gitea", "forgejo", "embedded"
  Position position;
  std::string url;                     // of the pages; empty for the embedded one
  std::string api;                     // empty: where the forge has it
  std::filesystem::path folder;        // of the embedded one
  std::optional<SecretPlace> token;    // exactly one of token and app for those on the network
  std::optional<AppPlace> app;         // GitHub only
  std::vector<SecretPlace> webhooks;   // what its webhooks are signed with; several while one takes another's place
  std::filesystem::path certificates;  // PEM, trusted beside the system's
  bool plain = false;                  // http:// to another host is wanted
  // How many pull requests are opened at most; 0: as many as there are.
  int perHour = 60;
  int perOwner = 20;           // in an hour, for one owner
  int perRepository = 0;       // in an hour, for one repository
  int open = 0;                // open at one time
  int openPerOwner = 0;        // open at one time
  int openPerRepository = 10;  // open at one time
};

struct ForgeSettings {
  std::vector<ForgeEntry> forges;  // at least one; no two of one url
  std::string authorName = "gander";
  std::string authorEmail = "gander@localhost";
  std::filesystem::path signingKey;         // an SSH key; empty: commits are not signed
  std::vector<std::string> coAuthors;       // of every commit: "Ada <ada@example.com>"
  std::vector<std::string> ignoredAuthors;  // e-mail addresses whose commits on a branch hand it over to nobody
  std::vector<std::string> labels;          // of every pull request
  std::vector<std::string> assignees;       // likewise
  int reviewers = 3;                        // at most
  bool draftUntilChecks = false;            // a pull request is a draft until the forge's own checks have passed
  std::filesystem::path sshKey;             // of repositories that are cloned by ssh; empty: the agent's
  std::filesystem::path knownHosts;         // empty: the account's and the machine's
  std::filesystem::path certificates;       // that one of the forges names; no two name different ones
};

// Paths are made absolute by the document's own folder. kInvalid with all mistakes, each `file:line:column: what`.
Result<ForgeSettings> parseForgeSettings(const std::filesystem::path& file, std::string_view text);

using Lookup = std::function<std::optional<std::string>(const std::string&)>;  // of environment variables

// kNotFound where it is not there, kInvalid where it is empty. Neither says any of it.
Result<std::string> readSecret(const SecretPlace& place, const Lookup& environment);

}  // namespace gander::prbot
