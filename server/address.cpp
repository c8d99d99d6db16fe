#include "server/address.h"

#include <fmt/format.h>

#include <charconv>

namespace gander::server {

Result<Address> parseAddress(std::string_view text) {
  auto wrong = [&](std::string_view why) {
    return fail(ErrorKind::kInvalid, fmt::format("'{}' is no HOST:PORT to listen on: {}", text, why));
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong("write it as 127.0.0.1:8080");
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty()) return wrong("it names no host; 127.0.0.1 is this machine only, 0.0.0.0 is all that reach it");
  if (!bracketed && host.contains(':')) return wrong("an IPv6 address stands in brackets, as in [::1]:8080");
  Address address{.host = std::string(host)};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (error != std::errc() || end != digits.data() + digits.size() || address.port < 0 || address.port > 65535)
    return wrong("a port is a number up to 65535, or 0 for one that is free");
  return address;
}

std::string toString(const Address& address) {
  return address.host.contains(':') ? fmt::format("[{}]:{}", address.host, address.port)
                                    : fmt::format("{}:{}", address.host, address.port);
}

}  // namespace gander::server
