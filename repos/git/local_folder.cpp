#include "repos/git/local_folder.h"

#include <dirent.h>
#include <sys/stat.h>

#include <cerrno>

#include "repos/git/failure.h"

namespace gander::repos {
namespace {

Status checkLocalFolder(const std::filesystem::path& folder) {
  struct stat there{};
  if (::stat(folder.c_str(), &there) != 0) return failErrno(errno, "look for the folder");
  if (!S_ISDIR(there.st_mode)) return fail(ErrorKind::kInvalid, "a file, not the folder of a git repository");
  DIR* opened = ::opendir(folder.c_str());
  if (opened == nullptr) return failErrno(errno, "read the folder");
  ::closedir(opened);
  return {};
}

}  // namespace

Result<RepositoryHandle> openLocal(const std::filesystem::path& folder) {
  GANDER_CHECK(checkLocalFolder(folder));
  RepositoryHandle repository;
  int code = git_repository_open(into(repository), folder.c_str());
  if (code == GIT_ENOTFOUND) return fail(ErrorKind::kNotFound, "no git repository is there");
  if (code < 0) return failGit(code, "open the repository");
  return repository;
}

}  // namespace gander::repos
