// input.cpp: reading, and where to cut.
#include "input.hpp"

#include "text.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace word_count {
namespace {

std::string words_for(int error) { return std::generic_category().message(error); }

/// Behind the last separator at or after `from`; 0 if there is none.
std::size_t end_of_words(const std::string& text, std::size_t from) {
  for (std::size_t i = text.size(); i > from; --i)
    if (letter(text[i - 1]) == 0) return i;
  return 0;
}

}  // namespace

input::input(const std::string& path)
    : file_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (file_ < 0) end(words_for(errno));
}

input::~input() {
  if (file_ > STDIN_FILENO) ::close(file_);
}

troupe::result<std::string, trouble> input::next() {
  std::string text = std::exchange(rest_, {});
  while (!ended_) {
    const std::size_t had = text.size();  // all of them letters
    const bool more = read_up_to(std::min(had + chunk_bytes, word_bytes_max + 1), text);
    if (std::exchange(first_, false) && text.find('\0') != text.npos) {
      text.clear();
      end("binary data, skipped");
    }
    if (!more || ended_) break;
    std::size_t cut = end_of_words(text, had);
    if (cut == 0 && text.size() > word_bytes_max) {
      trouble_ = "a word of more than 1 MiB was cut";
      cut = word_bytes_max;
    }
    if (cut != 0) {
      rest_ = text.substr(cut);
      text.resize(cut);
      return text;
    }
  }
  if (!text.empty() || trouble_.empty()) return text;
  return trouble{trouble_};
}

/// Reads until `text` has `size` bytes. @returns false: there is no more to read
bool input::read_up_to(std::size_t size, std::string& text) {
  std::size_t have = text.size();
  text.resize(size);
  while (have < size && !ended_) {
    const ssize_t n = ::read(file_, text.data() + have, size - have);
    if (n > 0)
      have += static_cast<std::size_t>(n);
    else if (n == 0)
      ended_ = true;
    else if (errno != EINTR)
      end(words_for(errno));
  }
  text.resize(have);
  return !ended_;
}

void input::end(std::string why) {
  ended_ = true;
  trouble_ = std::move(why);  // more telling than that a word was cut
}

}  // namespace word_count
