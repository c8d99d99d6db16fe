// One exchange of HTTP, through libcurl. No policy: what is asked when, and what is asked again, is api_client.h.
//
// Nothing is followed, kept or repeated here. A certificate is always checked; what is trusted beside the system's authorities is named by
// the settings.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/error.h"

namespace gander::prbot {

using HttpHeaders = std::map<std::string, std::string>;  // names in lower case; one that comes twice is joined by ", "

// A header's value, or "". `name` in lower case.
std::string headerOf(const HttpHeaders& headers, const std::string& name);

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers;
  std::string body;
};

struct HttpAnswer {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  // Safe for many threads. kUnavailable where no whole answer came: whether a write had its effect is then not known. Errors name the method
  // and the URL without its query, and nothing of the headers.
  virtual Result<HttpAnswer> send(const HttpRequest& request) = 0;
};

struct HttpSettings {
  std::filesystem::path certificates = {};  // PEM file of authorities that are trusted beside the system's
  std::chrono::milliseconds connect{std::chrono::seconds(10)};
  std::chrono::milliseconds total{std::chrono::seconds(60)};  // of the whole exchange
  uint64_t most = 32ULL << 20;                                // bytes of an answer
  bool plain = false;  // whether http:// may be asked of another host than this machine
};

Result<std::unique_ptr<HttpTransport>> makeCurlTransport(const HttpSettings& settings = {});

}  // namespace gander::prbot
