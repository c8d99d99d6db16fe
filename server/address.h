// Where the bot listens, as it is typed:
//
//   127.0.0.1:8080   this machine only        0.0.0.0:8080   everybody who reaches the machine
//   [::1]:8080       the same by IPv6         localhost:0    a port that is free
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace gander::server {

struct Address {
  std::string host;  // a name or an address; IPv6 without its brackets
  int port = 0;      // 0: any that is free
};

// kInvalid where it is not HOST:PORT.
Result<Address> parseAddress(std::string_view text);

std::string toString(const Address& address);

}  // namespace gander::server
