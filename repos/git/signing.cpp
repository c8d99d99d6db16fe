#include "repos/git/signing.h"

#include <fmt/format.h>

#include "base/process.h"
#include "repos/git/wire/connection.h"

namespace gander::repos {
namespace {

// No terminal and no window is asked for a passphrase.
ProcessRequest keygen(const Signing& signing, std::vector<std::string> arguments) {
  ProcessRequest request;
  request.command = {signing.program.string()};
  request.command.insert(request.command.end(), arguments.begin(), arguments.end());
  request.environment = {
      {"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C"}, {"SSH_ASKPASS", "/bin/false"}, {"SSH_ASKPASS_REQUIRE", "force"}};
  request.timeout = std::chrono::seconds(30);
  return request;
}

// "256 SHA256:… comment (ED25519)": the kind stands at the end.
Status checkKind(const Signing& signing) {
  GANDER_TRY(auto outcome, runProcess(keygen(signing, {"-l", "-f", signing.key.string()})));
  if (!outcome.succeeded())
    return fail(ErrorKind::kInvalid, fmt::format("no SSH key: {}", firstLine(outcome.errors + outcome.output)));
  bool steady = outcome.output.contains("(ED25519)") || outcome.output.contains("(RSA)");
  if (steady) return {};
  return fail(ErrorKind::kInvalid, "sign with an Ed25519 or an RSA key: others make another commit each time");
}

}  // namespace

Result<std::string> signText(const Signing& signing, const std::string& text) {
  auto doing = fmt::format("sign with {}", signing.key.string());
  if (auto status = checkKind(signing); !status) return std::unexpected(status.error().withContext(doing));
  auto request = keygen(signing, {"-Y", "sign", "-n", "git", "-f", signing.key.string()});
  request.input = text;
  GANDER_TRY(auto outcome, runProcess(request));
  if (!outcome.succeeded() || !outcome.output.starts_with("-----BEGIN SSH SIGNATURE-----"))
    return fail(ErrorKind::kDenied,
                fmt::format("{}: {} (a passphrase is not asked for)", doing, firstLine(outcome.errors)));
  auto signature = outcome.output;
  while (signature.ends_with('\n')) signature.pop_back();
  return signature;
}

}  // namespace gander::repos
