// result.cpp: the names of what can go wrong with an ask.
#include <troupe/actors/result.hpp>

#include <array>

namespace troupe {

std::string_view to_string(ask_errc code) noexcept {
  static constexpr std::array<std::string_view, 10> names{
      "timeout",     "down",     "full",        "cancelled",          "self_ask",
      "unreachable", "no_reply", "not_handled", "would_block_worker", "no_memory"};
  const auto i = static_cast<std::size_t>(code);
  return i < names.size() ? names[i] : "unknown";
}

}  // namespace troupe
