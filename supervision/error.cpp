// error.cpp: the names of codes, states and kinds; what a failed ask means for an operation.
#include <troupe/supervision/error.hpp>

#include <troupe/supervision/detail/operation.hpp>

#include <array>

namespace troupe {
namespace {

template <class E, std::size_t N>
std::string_view name_in(const std::array<std::string_view, N>& names, E value) noexcept {
  const auto i = static_cast<std::size_t>(value);
  return i < N ? names[i] : "unknown";
}

}  // namespace

std::string_view to_string(supervision_errc code) noexcept {
  static constexpr std::array<std::string_view, 12> names{
      "invalid_spec",    "already_started", "already_present", "not_found", "running", "restarting",
      "failed_to_start", "is_family",       "noproc",          "full",      "timeout", "no_memory"};
  return name_in(names, code);
}

std::string_view to_string(child_state state) noexcept {
  static constexpr std::array<std::string_view, 6> names{"undefined", "starting",   "running",
                                                         "stopping",  "restarting", "ended"};
  return name_in(names, state);
}

std::string_view to_string(child_kind kind) noexcept {
  static constexpr std::array<std::string_view, 3> names{"actor", "supervisor", "family"};
  return name_in(names, kind);
}

supervision_error detail::error_from(const ask_error& e) {
  supervision_errc code = supervision_errc::noproc;
  if (e == ask_errc::timeout) code = supervision_errc::timeout;
  if (e == ask_errc::full) code = supervision_errc::full;
  if (e == ask_errc::no_memory) code = supervision_errc::no_memory;
  return {code, e.text(), e.reason()};
}

}  // namespace troupe
