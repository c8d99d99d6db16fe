#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/process.h"
#include "tests/judges/postgres.h"

namespace gander::judges {
namespace {

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr const char* kInstall = "install the server (tools/setup does)";

// Debian keeps the server's programs out of PATH, in a folder for each version; the newest is taken.
Result<std::filesystem::path> programs() {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
    if (std::filesystem::exists(entry.path() / "bin/initdb", error)) found.push_back(entry.path() / "bin");
  }
  if (!found.empty()) return *std::max_element(found.begin(), found.end());
  auto initdb = findProgram("initdb", kPath);
  if (!initdb) return fail(ErrorKind::kUnavailable, std::string("PostgreSQL's initdb was not found: ") + kInstall);
  return initdb->parent_path();
}

// The server refuses to run as root.
Status giveToServer(const std::filesystem::path& folder) {
  if (geteuid() != 0) return {};
  const passwd* user = getpwnam("postgres");
  if (user == nullptr) return fail(ErrorKind::kUnavailable, std::string("there is no user postgres: ") + kInstall);
  if (chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) return failErrno(errno, "chown " + folder.string());
  return {};
}

std::vector<std::string> asServer(std::vector<std::string> command) {
  if (geteuid() != 0) return command;
  command.insert(command.begin(), {"runuser", "-u", "postgres", "--"});
  return command;
}

Status runAsServer(std::vector<std::string> command, const std::filesystem::path& folder) {
  const std::string name = std::filesystem::path(command.front()).filename();
  GANDER_TRY(const auto outcome, runProcess({.command = asServer(std::move(command)),
                                             .environment = {{"PATH", kPath}, {"LC_ALL", "C"}},
                                             .directory = folder,
                                             .timeout = std::chrono::seconds(60),
                                             .mergeErrors = true}));
  if (outcome.succeeded()) return {};
  const auto log = readFile(folder / "log");
  return fail(ErrorKind::kUnavailable, name + " failed: " + outcome.output + (log ? *log : ""));
}

}  // namespace

Result<PostgresCluster> PostgresCluster::start() {
  GANDER_TRY(const auto bin, programs());
  GANDER_TRY(auto folder, TemporaryDirectory::make("postgres"));
  const std::string path = folder.path().string();
  GANDER_CHECK(giveToServer(folder.path()));
  GANDER_CHECK(runAsServer({(bin / "initdb").string(), "--pgdata=" + path + "/data", "--auth=trust", "--username=judge",
                            "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"},
                           folder.path()));
  const std::string options = "-k " + path +
                              " -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
                              " -c autovacuum=off -c jit=off -c shared_buffers=32MB";
  const std::string control = (bin / "pg_ctl").string();
  GANDER_CHECK(runAsServer({control, "--pgdata=" + path + "/data", "--log=" + path + "/log", "--options=" + options,
                            "--wait", "--silent", "start"},
                           folder.path()));
  // A process that waits for the end of this one, so that no server is left behind by a test that crashed.
  std::string command = "cat >/dev/null; " + control + " --pgdata=" + path +
                        "/data --mode=immediate --silent stop; rm -rf " + path + "/*";
  if (geteuid() == 0) command = "exec runuser -u postgres -- sh -c '" + command + "'";
  std::unique_ptr<FILE, Stop> watcher(popen(("cd " + path + " && " + command).c_str(), "we"));
  if (watcher == nullptr) return failErrno(errno, "watch the server");
  return PostgresCluster(std::move(folder), std::move(watcher));
}

}  // namespace gander::judges
