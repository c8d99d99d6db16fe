// The parts of an http(s) address.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace gander::prbot {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // in lower case, without brackets
  int port = 0;        // the scheme's own where none is written
  std::string target;  // path and query: begins with '/'

  bool isLoopback() const;
  // Scheme, host and port are the same: what may see the same token.
  bool sameOrigin(const Url& other) const;
};

// kInvalid for what is no http(s) address, or carries a user or a password.
Result<Url> parseUrl(std::string_view text);

// For errors and logs: without user, query and fragment.
std::string withoutQuery(std::string_view url);

// A part of a path or a query, with everything but unreserved characters escaped: "acme/plays" -> "acme%2Fplays".
std::string urlEscaped(std::string_view text);

}  // namespace gander::prbot
