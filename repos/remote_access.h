// How gander reaches remotes: with which credential, whom it trusts, how long it waits.
//
// No secret of these lands in an address, an error, a log, a process's arguments or a mirror's settings.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"

namespace gander::repos {

// A repository on a server, as a credential is looked up for it.
struct RemotePlace {
  std::string host;  // in lower case, with its port where that is not the scheme's own: "git.example.com:8443"
  std::string path;  // as the address has it: "/team/api.git"
};

struct Token {
  std::string user;  // "x-access-token" for GitHub, "oauth2" for GitLab, anything for most others
  std::string secret;
};

// Tokens for https. Asked at each connection, since some live for an hour only. Safe for many threads.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // Nothing: the host is asked without one. `refused`: the server has just refused the last one, which may have expired. That is asked
  // once for an exchange; a token that is refused as well is kDenied.
  virtual Result<std::optional<Token>> findToken(const RemotePlace& place, bool refused) = 0;
};

// Through the program ssh, which checks host keys; nothing of the user's own ssh settings is read.
struct SshAccess {
  std::filesystem::path key = {};                      // a private key without a passphrase; empty: only the agent's
  std::filesystem::path agent = {};                    // an agent's socket; empty: none
  std::vector<std::filesystem::path> knownHosts = {};  // a host that is in none of them is refused
  std::filesystem::path program = "/usr/bin/ssh";
};

// An exchange that is over one of these is kUnavailable. For https and ssh; libgit2's own git:// knows none of them.
struct Deadlines {
  std::chrono::milliseconds connect{std::chrono::seconds(30)};
  std::chrono::milliseconds silence{std::chrono::minutes(2)};  // not a byte in either direction
  std::chrono::milliseconds whole{std::chrono::minutes(60)};   // one fetch or one push
};

struct RemoteAccess {
  std::shared_ptr<CredentialSource> credentials = {};  // none: only what an address holds
  std::set<std::string> plainHosts = {};               // as RemotePlace::host: there a token may go over http, in clear
  std::filesystem::path authorities = {};              // PEM file of CAs that are trusted beside the system's
  SshAccess ssh = {};
  Deadlines deadlines = {};
};

// Commits are signed with this key as git does with gpg.format=ssh. Only keys whose signatures are always the same (Ed25519, RSA), since
// the same inputs must give the same commit.
struct Signing {
  std::filesystem::path key;  // a private key without a passphrase
  std::filesystem::path program = "/usr/bin/ssh-keygen";
};

}  // namespace gander::repos
