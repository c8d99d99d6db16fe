// The servers that people run, on loopback, with keys and certificates of the test's own: nginx before `git http-backend`, and sshd.
// A program that is missing fails the test, and says what to install.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace gander::repos {

// A program in the background, ended with the value.
class Daemon {
 public:
  Daemon(const std::vector<std::string>& command, const std::filesystem::path& log);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

 private:
  pid_t process_ = -1;
};

// The repositories below `root`, at https://localhost:<port>/<name>.git, for those who have a token:
//   writer, reader (a push is 403), and whoever `setTokens` adds. Below /moved/ every repository is a redirect to /<name>.git,
//   below /elsewhere/ to the same at another port, whose server logs what it is sent, and below /down/ to plain http.
class HttpsGit {
 public:
  explicit HttpsGit(std::filesystem::path root);

  std::string url(const std::string& name = "api.git") const { return base() + name; }
  std::string base(const std::string& host = "localhost") const;
  std::filesystem::path authorities() const { return folder_ / "ca.pem"; }
  std::string elsewhereLog() const;  // a line for each request: its Authorization header, or "-"
  int elsewherePort() const { return elsewhere_; }
  int requests() const;  // to the first server

  // `looks`: who may list the branches; `acts`: who may do more. As lines user:token.
  void setTokens(const std::vector<std::string>& looks, const std::vector<std::string>& acts) const;

 private:
  void makeCertificates() const;
  std::string settings() const;

  const std::filesystem::path root_;
  const std::filesystem::path folder_;
  int port_ = 0;
  int elsewhere_ = 0;
  std::vector<std::unique_ptr<Daemon>> daemons_;
};

// The repositories below `root`, at ssh://127.0.0.1:<port>/<root>/<name>.git, for the keys writer, reader (a script refuses git-receive-pack)
// and fetcher (its forced command is git-upload-pack, whatever it asks for).
class SshGit {
 public:
  explicit SshGit(std::filesystem::path root);

  std::string url(const std::string& name = "api.git") const;
  std::filesystem::path key(const std::string& who) const { return folder_ / who; }
  int port() const { return port_; }
  std::string hostKey() const;  // type and key, as in known_hosts behind the host's name

 private:
  const std::filesystem::path root_;
  const std::filesystem::path folder_;
  int port_ = 0;
  std::unique_ptr<Daemon> daemon_;
};

// Runs a program to its end; throws with its words if it fails.
std::string mustRun(const std::vector<std::string>& command, const std::filesystem::path& folder,
                    const std::string& input = "");

}  // namespace gander::repos
