#include "fleet/automerge.h"

#include <fmt/format.h>

#include "fleet/rewrite_json.h"
#include "sandbox/build.h"

namespace gander::fleet {
namespace {

using Json = nlohmann::json;

class Missing {
 public:
  void add(size_t count, std::string_view one, std::string_view many) {
    if (count > 0) say(fmt::format("{} {}", count, count == 1 ? one : many));
  }
  void say(std::string_view what) {
    if (!text_.empty()) text_ += ", ";
    text_ += what;
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace

Result<std::string> missingProof(const std::string& json, const std::string& verification) {
  return readRewrite(json, [&](const Json& rewrite) {
    Missing missing;
    if (verification != sandbox::toString(sandbox::BuildVerdict::kVerified)) missing.say("it is " + verification);
    if (rewrite.at("incomplete").get<bool>()) missing.say("it is incomplete");
    missing.add(rewrite.at("hazards").size(), "hazard", "hazards");
    missing.add(rewrite.at("listed").size(), "place is listed", "places are listed");
    missing.add(rewrite.at("ledger").at("unreached").get<size_t>(), "place that nothing leads to",
                "places that nothing leads to");
    missing.add(rewrite.at("skipped").size(), "file that was not read", "files that were not read");
    missing.add(rewrite.at("gaps").size(), "part that could not be read as code",
                "parts that could not be read as code");
    return std::move(missing).text();
  });
}

}  // namespace gander::fleet
