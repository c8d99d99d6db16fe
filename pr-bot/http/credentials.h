// How gander shows a forge who it is. The secrets stay in here: no error and no log holds them.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "pr-bot/http/api_client.h"

namespace gander::prbot {

// A personal, project or group token, as `Authorization: Bearer`, which all forges take. kInvalid for an empty one, or one with blanks
// or line ends in it.
Result<std::unique_ptr<Credentials>> makeTokenCredentials(const std::string& token);

// A GitHub App. A JWT signed with its key (RS256, ten minutes) buys a token of an installation (an hour), which is bought again before it
// ends, and when GitHub refuses it. GitHub's limits are waited for there as everywhere (api_client.h).
struct AppKey {
  std::string app;           // its id, or its client id
  std::string installation;  // id; empty: the App's only one
  std::string key;           // PEM of the private key
};

// `rest`: where GitHub's REST is: https://api.github.com, https://HOST/api/v3. kInvalid for a key that is none.
Result<std::unique_ptr<Credentials>> makeAppCredentials(const AppKey& key, const std::string& rest,
                                                        HttpTransport& transport, Clock& clock);

// header.claims.signature, each in base64url: {"alg":"RS256","typ":"JWT"} and {iat, exp, iss}; iat is a minute back, for clocks differ.
Result<std::string> signedJwt(const std::string& app, const std::string& key, Time now);

}  // namespace gander::prbot
