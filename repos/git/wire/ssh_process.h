// A program that we talk to: its standard input and output are one socket, its standard error is kept aside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "repos/git/wire/connection.h"

namespace gander::repos {

class SshProcess {
 public:
  static Result<std::unique_ptr<SshProcess>> start(std::vector<std::string> command, const Deadlines& deadlines);
  SshProcess(const SshProcess&) = delete;
  SshProcess& operator=(const SshProcess&) = delete;
  ~SshProcess();  // lets it end, for a moment, and then kills it

  // Takes in what it says meanwhile, so that neither waits for the other. An end before all is written is no error here: its words are.
  Status write(std::string_view bytes);
  Result<size_t> read(char* buffer, size_t size);  // 0 at the end

  // After the end of its output: waits for its end, and gives its exit status.
  int wait();
  const std::string& words() const { return words_; }

 private:
  explicit SshProcess(const Deadlines& deadlines) : watch_(deadlines) {}
  Status turn(bool writing);
  void takeWords();

  Watch watch_;
  pid_t process_ = -1;
  int socket_ = -1;
  int errors_ = -1;
  int status_ = -1;  // of its exit
  bool ended_ = false;
  std::string arrived_;
  std::string words_;
};

}  // namespace gander::repos
