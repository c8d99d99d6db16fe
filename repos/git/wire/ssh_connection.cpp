// git over ssh, by the program ssh: libgit2's own ssh takes known hosts and the order of host keys from the home directory of whoever
// runs it, knows no deadline, and signs with RSA keys as today's servers refuse it (libssh2 1.10).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "repos/git/wire/connection.h"
#include "repos/git/wire/ssh_process.h"

namespace gander::repos {
namespace {

constexpr int kSshFailed = 255;  // ssh's own exit status; any other is that of the program on the server

// A path as a value of ssh's: quoted, since blanks part values, and with its '%' kept from being expanded.
std::string settingOf(const std::filesystem::path& path) { return "\"" + replaceAll(path.string(), "%", "%%") + "\""; }

std::string quotedForShell(std::string_view text) { return "'" + replaceAll(text, "'", "'\\''") + "'"; }

std::string hostAndPort(const RemoteUrl& url) {
  return url.port.empty() || url.port == "22" ? url.host : fmt::format("[{}]:{}", url.host, url.port);
}

std::vector<std::string> sshCommand(const RemoteUrl& url, const RemoteAccess& access, Service service) {
  const auto& ssh = access.ssh;
  std::string known;
  for (const auto& file : ssh.knownHosts) known += (known.empty() ? "" : " ") + settingOf(file);
  auto seconds = [](std::chrono::milliseconds time) {
    return std::max<int64_t>(1, std::chrono::ceil<std::chrono::seconds>(time).count());
  };
  std::vector<std::string> command = {ssh.program.string(), "-F", "none", "-T", "-a", "-x"};
  auto set = [&](std::string_view name, std::string_view value) {
    command.insert(command.end(), {"-o", fmt::format("{}={}", name, value)});
  };
  set("BatchMode", "yes");
  set("StrictHostKeyChecking", "yes");
  set("UserKnownHostsFile", known.empty() ? "none" : known);
  set("GlobalKnownHostsFile", "none");
  set("UpdateHostKeys", "no");
  set("CheckHostIP", "no");
  set("PreferredAuthentications", "publickey");
  set("IdentitiesOnly", ssh.key.empty() ? "no" : "yes");
  set("IdentityFile", ssh.key.empty() ? "none" : settingOf(ssh.key));
  set("IdentityAgent", ssh.agent.empty() ? "none" : settingOf(ssh.agent));
  set("ClearAllForwardings", "yes");
  set("ConnectTimeout", fmt::to_string(seconds(access.deadlines.connect)));
  set("LogLevel", "ERROR");
  if (!url.user.empty()) command.insert(command.end(), {"-l", url.user});
  if (!url.port.empty()) command.insert(command.end(), {"-p", url.port});
  command.insert(command.end(), {"--", url.host, fmt::format("{} {}", programOf(service), quotedForShell(url.path))});
  return command;
}

// The sentence for ssh's words; they are English, since it runs with LC_ALL=C.
class Refusal {
 public:
  Refusal(const RemoteUrl& url, const RemoteAccess& access, Service service, const std::string& words)
      : url_(url), access_(access), service_(service), words_(words) {}

  Error ofSsh() const {
    if (says("HOST IDENTIFICATION HAS CHANGED") || says("host key for") || says("is marked as revoked")) {
      return {
          ErrorKind::kDenied,
          fmt::format("the host key of {0} is not the known one: another machine may be answering in its place; if its "
                      "owner says that it has changed, remove the old one with: ssh-keygen -R '{0}' -f {1}",
                      hostAndPort(url_), file())};
    }
    if (says("Host key verification failed") || says("host key is known for")) {
      auto port = url_.port.empty() ? "" : fmt::format("-p {} ", url_.port);
      return {ErrorKind::kDenied,
              fmt::format("the host key of {} is not known: get it with: ssh-keyscan {}{} >> {} and compare it "
                          "with what its owner publishes",
                          hostAndPort(url_), port, url_.host, file())};
    }
    if (says("Permission denied (") || says("Too many authentication failures"))
      return {ErrorKind::kDenied, fmt::format("the server refuses {}: {}", key(), line())};
    return {ErrorKind::kUnavailable, line()};
  }

  Error ofServer(int status) const {
    auto said = line();
    bool pushing = service_ == Service::kPush;
    auto right = pushing ? "write to" : "read";
    if (pushing && says("upload-pack: "))
      return {ErrorKind::kDenied,
              fmt::format("{} may only read: the server answers a push with git-upload-pack", key())};
    if (says("not appear to be a git repo") || says("not found") || says("does not exist") || says("No such file"))
      return {ErrorKind::kNotFound, fmt::format("no such repository, or {} may not see it: {}", key(), said)};
    if (status != 0) {
      return {ErrorKind::kDenied, fmt::format("{} has no right to {} the repository: {}", key(), right,
                                              said.empty() ? fmt::format("exit status {}", status) : said)};
    }
    return {ErrorKind::kUnavailable, "the server has ended the conversation" + (said.empty() ? "" : ": " + said)};
  }

 private:
  bool says(std::string_view text) const { return words_.contains(text); }
  std::string line() const { return firstLine(words_); }
  std::string file() const {
    return access_.ssh.knownHosts.empty() ? "known_hosts (and name that file)" : access_.ssh.knownHosts[0].string();
  }
  std::string key() const {
    if (!access_.ssh.key.empty()) return "the key " + access_.ssh.key.string();
    return access_.ssh.agent.empty() ? "a visitor without a key" : "the agent's keys";
  }

  const RemoteUrl& url_;
  const RemoteAccess& access_;
  const Service service_;
  const std::string& words_;
};

class SshStream final : public WireStream {
 public:
  SshStream(std::unique_ptr<SshProcess> process, const RemoteUrl& url, const RemoteAccess& access, Service service)
      : process_(std::move(process)), url_(url), access_(access), service_(service) {}

  Status write(std::string_view bytes) override { return process_->write(bytes); }

  Result<size_t> read(char* buffer, size_t size) override {
    GANDER_TRY(size_t count, process_->read(buffer, size));
    if (count > 0) return count;
    int status = process_->wait();  // nobody ends before git is done with it
    Refusal refusal(url_, access_, service_, process_->words());
    return std::unexpected(status == kSshFailed ? refusal.ofSsh() : refusal.ofServer(status));
  }

 private:
  std::unique_ptr<SshProcess> process_;
  const RemoteUrl& url_;
  const RemoteAccess& access_;
  const Service service_;
};

class SshConnection final : public Connection {
 public:
  SshConnection(const RemoteUrl& url, const RemoteAccess& access) : url_(url), access_(access) {}

  Result<std::unique_ptr<WireStream>> open(Service service, bool) override {
    if (!url_.password.empty())
      return fail(ErrorKind::kInvalid, "ssh takes a key, not a password; remove the password from the address");
    GANDER_TRY(auto process, SshProcess::start(sshCommand(url_, access_, service), access_.deadlines));
    return std::make_unique<SshStream>(std::move(process), url_, access_, service);
  }

 private:
  const RemoteUrl& url_;
  const RemoteAccess& access_;
};

}  // namespace

std::unique_ptr<Connection> connectOverSsh(const RemoteUrl& url, const RemoteAccess& access) {
  return std::make_unique<SshConnection>(url, access);
}

}  // namespace gander::repos
