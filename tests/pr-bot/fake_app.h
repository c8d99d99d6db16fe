// A GitHub App as GitHub knows it: by its public key. It lets in whoever the App's private key has signed for, for as long as GitHub does,
// and gives out tokens of its installation that end.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"

namespace gander::prbot {

// A pair of keys of its own, in PEM; made once for all tests of a program, for that takes time.
struct KeyPair {
  std::string secret;
  std::string open;
};
const KeyPair& appKeys();
const KeyPair& otherKeys();

class FakeApp {
 public:
  FakeApp(std::string id, std::string publicKey, const Clock& clock)
      : id_(std::move(id)), publicKey_(std::move(publicKey)), clock_(clock) {}

  // Why that `Authorization` is none of the App's; empty: it is.
  std::string problemOf(const std::string& authorization) const;
  // A new token, and when it ends.
  std::pair<std::string, Time> issue();
  // Whether that `Authorization` has a token that has not ended and was not taken back.
  bool lets(const std::string& authorization) const;
  void takeBack() { tokens_.clear(); }

  static constexpr auto kSlug = "gander-mover";
  static constexpr int kInstallation = 345;
  size_t issued = 0;
  std::string last;  // token

 private:
  const std::string id_;
  const std::string publicKey_;
  const Clock& clock_;
  std::map<std::string, Time> tokens_;  // -> their end
};

}  // namespace gander::prbot
