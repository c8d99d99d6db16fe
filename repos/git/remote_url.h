// Where a repository lives, as git takes it: a URL or a path of this machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace gander::repos {

struct RemoteUrl {
  std::string address;               // for libgit2; may hold credentials
  std::string shown;                 // for people: without credentials
  std::filesystem::path local;       // of a repository on this machine, absolute; else empty
  std::vector<std::string> secrets;  // what of the address must never be shown
  std::string mirror;                // the folder name of its mirror
  // of a server; empty where there is none
  std::string scheme = {};  // in lower case; "ssh" for host:path
  std::string user = {};
  std::string password = {};
  std::string host = {};  // in lower case, without brackets
  std::string port = {};
  std::string path = {};  // of http: as written, with its slash; of ssh: as the server's shell is to get it

  bool isLocal() const { return !local.empty(); }
  // The error with what was being done and without the secrets that a library may have quoted.
  Error told(const Error& error, std::string_view doing) const;
};

// kInvalid for what is neither a URL nor a path; the message does not repeat it, as it may hold a credential.
Result<RemoteUrl> parseRemoteUrl(const std::string& url);

}  // namespace gander::repos
