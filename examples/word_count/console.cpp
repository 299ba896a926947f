// console.cpp: writing, with a look at what became of it.
#include "console.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace word_count {
namespace {

constexpr std::uint64_t progress_bytes = 16'000'000;

int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    if (n >= 0)
      text.remove_prefix(static_cast<std::size_t>(n));
    else if (errno != EINTR)
      return errno;
  }
  return 0;
}

void warn(std::string_view text) { (void)write_all(STDERR_FILENO, text); }

}  // namespace

void guard_standard_streams() {
  // open() takes the lowest free number; the wrong direction makes every use an EBADF.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) == -1)
      (void)::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  std::signal(SIGPIPE, SIG_IGN);
}

int print(std::string_view text) { return write_all(STDOUT_FILENO, text); }

console::console() : terminal_(::isatty(STDERR_FILENO) == 1), next_(progress_bytes) {}

void console::add(std::size_t bytes) {
  bytes_ += bytes;
  if (!terminal_ || bytes_ < next_) return;
  next_ = bytes_ + progress_bytes;
  shown_ = true;
  warn(std::string("\r").append(std::to_string(bytes_ / 1'000'000)).append(" MB read"));
}

void console::complain(std::string_view about, std::string_view text) {
  clear();
  std::string line = "word_count: ";
  if (!about.empty()) line.append(about).append(": ");
  warn(line.append(text).append("\n"));
}

void console::clear() {
  if (shown_) warn("\r\033[K");
  shown_ = false;
}

}  // namespace word_count
