// wait.cpp: words for what becomes of waits.
#include <troupe/actors/classic/wait.hpp>

#include <array>
#include <cstddef>

namespace troupe::classic {
namespace {

struct word {
  std::string_view name;
  std::string_view says;
};
constexpr std::array<word, 20> words{{
    {"ok", "it is done"},
    {"timeout", "not within the time given"},
    {"negative_timeout", "the time to wait is negative: for ever is troupe::classic::forever"},
    {"closed", "it has ended with its system"},
    {"queue_full", "there is no room now"},
    {"queue_empty", "there is nothing now"},
    {"queue_shut_down", "the queue is shut down"},
    {"not_held", "nobody holds it"},
    {"not_owner", "only who holds it may do that"},
    {"too_many", "that is once more than there was something to give back"},
    {"broken", "the barrier is broken: reset() it"},
    {"deadlock", "those who hold what it waits for wait for it, in a circle"},
    {"bad_count", "the number must be at least 1"},
    {"cancelled", "it was cancelled before it began"},
    {"shut_down", "the executor is shut down and takes no more"},
    {"not_started", "it has not been started: start() it"},
    {"started_before", "it was started before: a thread begins once"},
    {"self_join", "a thread cannot wait for its own end"},
    {"killed", "it was ended before it had a result"},
    {"no_memory", "there is no memory"},
}};

const word& word_of(wait_errc code) noexcept { return words[static_cast<std::size_t>(code)]; }

}  // namespace

std::string_view to_string(wait_errc code) noexcept { return word_of(code).name; }

std::ostream& operator<<(std::ostream& out, wait_errc code) { return out << to_string(code); }

wait_failed::wait_failed(wait_errc code, std::string_view operation)
    : code_(code), text_("troupe: " + std::string(operation) + ": ") {
  text_ += word_of(code).says;
}

}  // namespace troupe::classic
