#include "sandbox/bubblewrap/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include "base/files.h"

namespace gander::sandbox {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kHome = "/home/gander";
constexpr std::string_view kUser = "1000";
constexpr std::string_view kPrlimit = "/usr/bin/prlimit";

// No folder of /etc as a whole: ssl holds private keys, and pip.conf, npmrc or gitconfig may hold passwords.
constexpr std::array<std::string_view, 20> kEtc = {
    "alternatives",   "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "ssl/certs",    "ssl/openssl.cnf", "ca-certificates",
    "debian_version", "os-release",  "localtime",  "timezone",     "locale.alias", "mime.types",      "protocols",
    "services",       "perl",        "magic",      "fonts",        "host.conf",    "gai.conf"};
// Settings of interpreters, a folder for each version: python3.11, java-17-openjdk.
constexpr std::array<std::string_view, 2> kEtcPrefixes = {"python3", "java-"};

// As container engines hide them: they tell of the machine or its users, and a build needs none.
constexpr std::array<std::string_view, 9> kHiddenProc = {"keys",       "timer_list",  "kcore",
                                                         "kpagecount", "kpageflags",  "kpagecgroup",
                                                         "kallsyms",   "sched_debug", "latency_stats"};
constexpr std::array<std::string_view, 2> kReadOnlyProc = {"sys", "sysrq-trigger"};

class Options {
 public:
  void add(std::initializer_list<std::string_view> words) { words_.insert(words_.end(), words.begin(), words.end()); }
  void tmpfs(std::string_view path, uint64_t size) {
    add({"--perms", "0755", "--size", std::to_string(size), "--tmpfs", path});
  }
  std::vector<std::string> take() { return std::move(words_); }

 private:
  std::vector<std::string> words_;
};

void addNamespaces(Options& options) {
  // --unshare-user by name: as root, --unshare-all alone would do without. --disable-userns: a build needs no namespaces of its
  // own, and they are the widest door into the kernel.
  options.add(
      {"--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--new-session", "--clearenv"});
  options.add({"--cap-drop", "ALL", "--uid", kUser, "--gid", kUser, "--hostname", "gander"});
}

void addSystem(Options& options, const fs::path& etc) {
  options.add({"--ro-bind", "/usr", "/usr"});
  std::error_code error;
  for (std::string_view name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    auto link = fs::read_symlink(name, error);
    if (!error)
      options.add({"--symlink", link.string(), name});
    else if (fs::is_directory(name, error))
      options.add({"--ro-bind", name, name});
  }
  // A machine's own settings under /usr/local/etc are as private as those in /etc.
  if (fs::is_directory("/usr/local/etc", error))
    options.add({"--tmpfs", "/usr/local/etc", "--remount-ro", "/usr/local/etc"});
  for (auto name : kEtc) {
    auto path = fmt::format("/etc/{}", name);
    options.add({"--ro-bind-try", path, path});
  }
  for (fs::directory_iterator entry("/etc", error), end; !error && entry != end; entry.increment(error)) {
    auto path = entry->path().string();
    auto name = entry->path().filename().string();
    for (auto prefix : kEtcPrefixes)
      if (name.starts_with(prefix)) options.add({"--ro-bind-try", path, path});
  }
  for (std::string_view name : {"passwd", "group", "hosts", "nsswitch.conf"})
    options.add({"--ro-bind", (etc / name).string(), fmt::format("/etc/{}", name)});
}

void addKernel(Options& options) {
  std::error_code error;
  options.add({"--proc", "/proc", "--dev", "/dev"});
  for (auto name : kReadOnlyProc) {
    auto path = fmt::format("/proc/{}", name);
    options.add({"--ro-bind-try", path, path});
  }
  for (auto name : kHiddenProc) {
    auto path = fmt::format("/proc/{}", name);
    if (fs::exists(path, error)) options.add({"--ro-bind", "/dev/null", path});
  }
}

void addPrivate(Options& options, uint64_t memory) {
  uint64_t size = std::max<uint64_t>(memory / 4, 1 << 20);
  options.tmpfs("/tmp", size);
  options.tmpfs(kHome, size);
  options.tmpfs("/run", size);
  options.tmpfs("/dev/shm", size);
}

void addEnvironment(Options& options, const Request& request) {
  auto environment = request.environment;
  environment.try_emplace("PATH", kPathInside);
  environment.try_emplace("HOME", kHome);
  for (const auto& [name, value] : environment) options.add({"--setenv", name, value});
}

Status addMounts(Options& options, const std::vector<Mount>& mounts) {
  for (const auto& mount : mounts) {
    std::error_code error;
    if (!fs::exists(mount.host, error))
      return fail(ErrorKind::kNotFound, fmt::format("mount {} in the sandbox: it is not there", mount.host.string()));
    if (!mount.inside.is_absolute() || mount.inside.lexically_normal() != mount.inside)
      return fail(ErrorKind::kInvalid, fmt::format("mount at {}: a place inside the sandbox is a plain absolute path",
                                                   mount.inside.string()));
    auto host = fs::absolute(mount.host, error);
    if (error) return failErrno(error.value(), fmt::format("find {}", mount.host.string()));
    options.add({mount.writable ? "--bind" : "--ro-bind", host.string(), mount.inside.string()});
  }
  return {};
}

// Options are handed over separated by NUL bytes: one inside a word would start an option of its own.
Status checkWords(const std::vector<std::string>& words) {
  for (const auto& word : words)
    if (word.contains('\0'))
      return fail(ErrorKind::kInvalid, "a command, path or environment for the sandbox contains a NUL byte");
  return {};
}

}  // namespace

Status writeEtc(const fs::path& folder) {
  constexpr std::string_view kPasswd =
      "root:x:0:0:root:/root:/usr/sbin/nologin\n"
      "gander:x:1000:1000:gander:/home/gander:/bin/sh\n"
      "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
  GANDER_CHECK(writeFile(folder / "passwd", kPasswd));
  GANDER_CHECK(writeFile(folder / "group", "root:x:0:\ngander:x:1000:\nnogroup:x:65534:\n"));
  GANDER_CHECK(writeFile(folder / "hosts", "127.0.0.1 localhost gander\n::1 localhost\n"));
  return writeFile(folder / "nsswitch.conf",
                   "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n");
}

Result<std::vector<std::string>> bubblewrapOptions(const Request& request, const fs::path& etc) {
  if (request.command.empty()) return fail(ErrorKind::kInvalid, "a sandbox without a command");
  if (!request.directory.is_absolute())
    return fail(ErrorKind::kInvalid,
                fmt::format("run in {}: a folder inside the sandbox is an absolute path", request.directory.string()));
  Options options;
  addNamespaces(options);
  addSystem(options, etc);
  addKernel(options);
  addPrivate(options, request.limits.memory);
  GANDER_CHECK(addMounts(options, request.mounts));
  addEnvironment(options, request);
  options.add({"--remount-ro", "/dev", "--remount-ro", "/", "--chdir", request.directory.string()});
  auto words = options.take();
  GANDER_CHECK(checkWords(words));
  GANDER_CHECK(checkWords(request.command));
  return words;
}

std::vector<std::string> limitedCommand(const Request& request, StandIns standIns) {
  const auto& limits = request.limits;
  std::vector<std::string> words = {std::string(kPrlimit), "--core=0", fmt::format("--fsize={}", limits.fileSize)};
  if (standIns.memory) words.push_back(fmt::format("--as={}", limits.memory));
  // The first process inside counts too. The kernel counts no process of the machine's root.
  if (standIns.processes) words.push_back(fmt::format("--nproc={}", limits.processes + 1));
  words.push_back("--");
  words.insert(words.end(), request.command.begin(), request.command.end());
  return words;
}

}  // namespace gander::sandbox
