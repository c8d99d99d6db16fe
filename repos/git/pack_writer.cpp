#include "repos/git/pack_writer.h"

#include <git2/sys/odb_backend.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace gander::repos {
namespace {

constexpr size_t kPiece = 4096;                  // bytes: the smallest page of the machines we run on
constexpr unsigned long long kReserve = 4 << 20;  // bytes: what completing a thin pack may add at once

// The place in libgit2's object database where a fetch asks for somebody who writes packs.
struct Backend : git_odb_backend {
  git_repository* repository = nullptr;
};

struct Writing : git_odb_writepack {
  PackWriter writer;
};

int appendPack(git_odb_writepack* pack, const void* data, size_t size, git_indexer_progress* stats) {
  return static_cast<Writing*>(pack)->writer.append(data, size, stats);
}

int commitPack(git_odb_writepack* pack, git_indexer_progress* stats) {
  return static_cast<Writing*>(pack)->writer.commit(stats);
}

void freePack(git_odb_writepack* pack) { delete static_cast<Writing*>(pack); }

int beginPack(git_odb_writepack** out, git_odb_backend* backend, git_odb*, git_indexer_progress_cb progress, void* payload) {
  auto writing = std::make_unique<Writing>();
  writing->backend = backend;
  writing->append = appendPack;
  writing->commit = commitPack;
  writing->free = freePack;
  int code = writing->writer.open(static_cast<Backend*>(backend)->repository, progress, payload);
  if (code < 0) return code;
  *out = writing.release();  // libgit2 gives it back to freePack
  return 0;
}

void freeBackend(git_odb_backend* backend) { delete static_cast<Backend*>(backend); }

}  // namespace

int PackWriter::open(git_repository* repository, git_indexer_progress_cb progress, void* payload) {
  Buffer objects;
  if (int code = git_repository_item_path(&objects.value, repository, GIT_REPOSITORY_ITEM_OBJECTS); code < 0) return code;
  folder_ = std::string(objects.value.ptr, objects.value.size) + "/pack";
  OdbHandle odb;  // thin packs are completed from it
  if (int code = git_repository_odb(into(odb), repository); code < 0) return code;
  git_indexer_options options = GIT_INDEXER_OPTIONS_INIT;
  options.progress_cb = progress;
  options.progress_cb_payload = payload;
  // the repository keeps its object database alive
  return git_indexer_new(into(indexer_), folder_.c_str(), 0, odb.get(), &options);
}

int PackWriter::append(const void* data, size_t size, git_indexer_progress* stats) {
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0) {
    size_t piece = std::min(size, kPiece);
    if (int code = git_indexer_append(indexer_.get(), bytes, piece, stats); code < 0) return code;
    bytes += piece;
    size -= piece;
  }
  return 0;
}

int PackWriter::commit(git_indexer_progress* stats) {
  struct statvfs disk {};
  if (::statvfs(folder_.c_str(), &disk) == 0 && static_cast<unsigned long long>(disk.f_bavail) * disk.f_frsize < kReserve) {
    git_error_set_str(GIT_ERROR_OS, (folder_ + ": " + std::strerror(ENOSPC)).c_str());
    return GIT_ERROR;
  }
  return git_indexer_commit(indexer_.get(), stats);
}

int writePacksCarefully(git_repository* repository) {
  constexpr int kBeforeAll = 1000;  // libgit2's own backends have priorities of 1 and 2
  OdbHandle odb;
  if (int code = git_repository_odb(into(odb), repository); code < 0) return code;
  auto backend = std::make_unique<Backend>();
  if (int code = git_odb_init_backend(backend.get(), GIT_ODB_BACKEND_VERSION); code < 0) return code;
  backend->writepack = beginPack;
  backend->free = freeBackend;
  backend->repository = repository;
  if (int code = git_odb_add_backend(odb.get(), backend.get(), kBeforeAll); code < 0) return code;
  backend.release();  // the object database frees it
  return 0;
}

}  // namespace gander::repos
