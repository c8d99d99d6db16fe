#include "tests/repos/real_servers.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "base/files.h"
#include "base/process.h"

namespace gander::repos {
namespace {

namespace fs = std::filesystem;

void writeText(const fs::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

std::string programPath(const std::string& name, const std::string& package) {
  auto found = findProgram(name, "/usr/sbin:/usr/bin:/sbin:/bin");
  if (!found) throw std::runtime_error(name + " is not there: install " + package + " (tools/setup does)");
  return found->string();
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

int freePort() {
  int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof(address);
  bool bound = ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
               ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(listener);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

template <typename Ready>
void await(const fs::path& log, Ready ready) {
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!ready()) {
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error("the server does not start: " + readFile(log).value_or("(no log)"));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

bool accepts(int port) {
  int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(port);
  bool connected = ::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  ::close(client);
  return connected;
}

}  // namespace

std::string mustRun(const std::vector<std::string>& command, const fs::path& folder, const std::string& input) {
  ProcessRequest request;
  request.command = command;
  request.directory = folder;
  request.input = input;
  request.environment = {{"PATH", "/usr/bin:/bin"},
                         {"HOME", "/nonexistent"},
                         {"GIT_CONFIG_GLOBAL", "/dev/null"},
                         {"GIT_CONFIG_NOSYSTEM", "1"}};
  auto outcome = runProcess(request);
  if (!outcome) throw std::runtime_error(outcome.error().message);
  if (!outcome->succeeded())
    throw std::runtime_error(command[0] + " " + command[1] + ": " + outcome->output + outcome->errors);
  return outcome->output + outcome->errors;
}

Daemon::Daemon(const std::vector<std::string>& command, const fs::path& log) {
  auto arguments = command;
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  std::vector<std::string> variables = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/nonexistent",
                                        "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1"};
  std::vector<char*> environment;
  for (auto& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  int error = ::posix_spawn(&process_, pointers[0], &files, &attributes, pointers.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error(command[0] + " does not start");
}

Daemon::~Daemon() {
  ::kill(-process_, SIGTERM);
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (::waitpid(process_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end) ::kill(-process_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

HttpsGit::HttpsGit(fs::path root) : root_(std::move(root)), folder_(root_ / "https"), port_(freePort()) {
  do elsewhere_ = freePort();
  while (elsewhere_ == port_);
  auto nginx = programPath("nginx", "nginx-light");
  auto fcgiwrap = programPath("fcgiwrap", "fcgiwrap");
  fs::create_directories(folder_);
  makeCertificates();
  setTokens({}, {});
  writeText(folder_ / "nginx.conf", settings());
  auto log = folder_ / "error.log";
  auto socket = folder_ / "cgi";
  daemons_.push_back(std::make_unique<Daemon>(
      std::vector<std::string>{fcgiwrap, "-c", "4", "-s", "unix:" + socket.string()}, folder_ / "cgi.log"));
  await(folder_ / "cgi.log", [&] { return fs::exists(socket); });
  daemons_.push_back(std::make_unique<Daemon>(
      std::vector<std::string>{nginx, "-p", folder_.string(), "-e", log.string(), "-c", folder_ / "nginx.conf"}, log));
  await(log, [&] { return accepts(port_) && accepts(elsewhere_); });
}

std::string HttpsGit::base(const std::string& host) const { return fmt::format("https://{}:{}/", host, port_); }

void HttpsGit::makeCertificates() const {
  auto openssl = programPath("openssl", "openssl");
  mustRun({openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=CA of a test",
           "-keyout", "ca.key", "-out", "ca.pem"},
          folder_);
  mustRun({openssl, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key", "-out",
           "server.csr"},
          folder_);
  writeText(folder_ / "names", "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  mustRun({openssl, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "1",
           "-days", "2", "-extfile", "names", "-out", "server.pem"},
          folder_);
}

void HttpsGit::setTokens(const std::vector<std::string>& looks, const std::vector<std::string>& acts) const {
  auto lines = [](const std::vector<std::string>& tokens) {
    std::string text;
    for (auto token : tokens) text += token.replace(token.find(':'), 1, ":{PLAIN}") + "\n";
    return text;
  };
  writeText(folder_ / "looks", lines(looks));
  writeText(folder_ / "acts", lines(acts));
}

std::string HttpsGit::settings() const {
  constexpr std::string_view kSettings = R"(@user@
daemon off;
pid nginx.pid;
worker_processes 1;
events { worker_connections 64; }
http {
  log_format who "$http_authorization";
  map "$arg_service $remote_user" $may_not { "git-receive-pack reader" 1; default 0; }
  access_log access.log;
  client_max_body_size 0;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  ssl_certificate server.pem;
  ssl_certificate_key server.key;
  fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
  fastcgi_param GIT_PROJECT_ROOT @root@;
  fastcgi_param GIT_HTTP_EXPORT_ALL 1;
  fastcgi_param GIT_CONFIG_NOSYSTEM 1;
  fastcgi_param GIT_CONFIG_GLOBAL /dev/null;
  fastcgi_param PATH_INFO $uri;
  fastcgi_param QUERY_STRING $query_string;
  fastcgi_param REQUEST_METHOD $request_method;
  fastcgi_param CONTENT_TYPE $content_type;
  fastcgi_param CONTENT_LENGTH $content_length;
  fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
  fastcgi_param REMOTE_USER $remote_user;
  fastcgi_param REMOTE_ADDR $remote_addr;
  server {
    listen 127.0.0.1:@port@ ssl;
    listen 127.0.0.2:@port@ ssl;
    auth_basic git;
    location ~ ^/[^/]+\.git/info/refs$ {
      if ($may_not = 1) { return 403; }
      auth_basic_user_file looks;
      fastcgi_pass unix:@folder@/cgi;
    }
    location ~ ^/[^/]+\.git/git-(upload|receive)-pack$ {
      auth_basic_user_file acts;
      fastcgi_pass unix:@folder@/cgi;
    }
    location /moved/ { auth_basic off; rewrite ^/moved/(.*)$ /$1 permanent; }
    location /elsewhere/ {
      auth_basic_user_file looks;
      location ~ ^/elsewhere/(.*)$ {
        auth_basic_user_file looks;
        return 302 https://localhost:@elsewhere@/$1?$args;
      }
    }
    location /down/ { auth_basic off; rewrite ^/down/(.*)$ http://localhost:@elsewhere@/$1 redirect; }
    location /page/ { auth_basic off; default_type text/html; return 200 "<html>hello</html>"; }
  }
  server {
    listen 127.0.0.1:@elsewhere@ ssl;
    access_log elsewhere.log who;
    location / { return 404; }
  }
}
)";
  auto text = std::string(kSettings);
  auto put = [&](const std::string& name, const std::string& value) {
    for (size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size())
      text.replace(at, name.size(), value);
  };
  put("@user@", ::getuid() == 0 ? "user root;" : "");  // whose folders these are
  put("@root@", root_.string());
  put("@folder@", folder_.string());
  put("@port@", std::to_string(port_));
  put("@elsewhere@", std::to_string(elsewhere_));
  return text;
}

std::string HttpsGit::elsewhereLog() const { return readFile(folder_ / "elsewhere.log").value_or(""); }

int HttpsGit::requests() const {
  auto log = readFile(folder_ / "access.log").value_or("");
  return static_cast<int>(std::ranges::count(log, '\n'));
}

SshGit::SshGit(fs::path root) : root_(std::move(root)), folder_(root_ / "ssh"), port_(freePort()) {
  auto sshd = programPath("sshd", "openssh-server");
  auto keygen = programPath("ssh-keygen", "openssh-client");
  fs::create_directories(folder_);
  for (const char* name : {"host", "writer", "reader", "fetcher", "stranger"})
    mustRun({keygen, "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", (folder_ / name).string()}, folder_);
  // an RSA key too: libssh2 1.10 signs with it as no server of today takes it
  mustRun({keygen, "-q", "-t", "rsa", "-N", "", "-C", "rsa", "-f", (folder_ / "rsa").string()}, folder_);
  writeText(folder_ / "read-only",
            "#!/bin/sh\ncase $SSH_ORIGINAL_COMMAND in\ngit-upload-pack*) exec git shell -c "
            "\"$SSH_ORIGINAL_COMMAND\";;\nesac\n"
            "echo 'ERROR: this key may only read' >&2\nexit 1\n");
  fs::permissions(folder_ / "read-only", fs::perms(0700));
  auto publicKey = [&](const char* name) { return readFile(folder_ / (std::string(name) + ".pub")).value(); };
  writeText(folder_ / "authorized", publicKey("writer") + publicKey("rsa") + "command=\"" +
                                        (folder_ / "read-only").string() + "\" " + publicKey("reader") +
                                        "command=\"git-upload-pack " + (root_ / "api.git").string() + "\" " +
                                        publicKey("fetcher"));
  writeText(
      folder_ / "sshd_config",
      fmt::format("Port {}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n"
                  "PidFile none\nPermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                  "SetEnv GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null SHLVL=2\n",
                  port_, (folder_ / "host").string(), (folder_ / "authorized").string()));
  if (::getuid() == 0) fs::create_directories("/run/sshd");  // Debian's service makes it, and sshd insists on it
  auto log = folder_ / "log";
  daemon_ = std::make_unique<Daemon>(std::vector<std::string>{sshd, "-D", "-e", "-f", folder_ / "sshd_config"}, log);
  await(log, [&] { return accepts(port_); });
}

std::string SshGit::url(const std::string& name) const {
  return fmt::format("ssh://127.0.0.1:{}{}", port_, (root_ / name).string());
}

std::string SshGit::hostKey() const {
  auto text = readFile(folder_ / "host.pub").value();
  return text.substr(0, text.rfind(' '));  // without its comment
}

}  // namespace gander::repos
