// point.hpp: the door between model types and the execution that runs them.
//
//   Before   atomics.hpp, tracked.hpp, explorer.hpp.   After   execution.cpp.
//   Called   on a virtual thread, or outside of any execution (then nothing is scheduled).
//   Holds    nothing.
//   Rules    P1  A virtual thread changes shared state only after a point, before its next one.
//            P2  Nothing here throws: shipped code that is noexcept stays testable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace model::detail {

/// What a virtual thread is about to do, in words.
struct operation {
  const void* object = nullptr;
  const char* what = "";
};

/// When a virtual thread may go on. Without a function: always.
struct condition {
  bool (*holds)(const void*) = nullptr;
  const void* argument = nullptr;
};

/// Lets another virtual thread go first, if the schedule says so.
/// @returns when `until` holds and the schedule has come to the calling thread.
void point(operation next, condition until = {}) noexcept;
/// As point, for a thread that can do nothing useful until another one has.
void yield_point() noexcept;
/// The point behind an operation, if the options ask for it (`split`).
void point_after() noexcept;

/// Pieces of a line.
using texts = std::initializer_list<std::string_view>;
[[nodiscard]] std::string joined(texts pieces);

/// Ends this execution as failed. Frames above are abandoned, not unwound.
[[noreturn]] void fail(std::string statement) noexcept;

/// True while an execution is repeated in order to be written down.
[[nodiscard]] bool tracing() noexcept;
/// Writes one line of the interleaving: the object's name, then `text`.
void note(const void* object, texts text);
/// A word as readers want it: a number, or the name of what lies at that address.
[[nodiscard]] std::string word_text(std::uint64_t word);
[[nodiscard]] std::string address_text(const void* address);
void name_object(const void* object, std::size_t bytes, const char* name);

/// The number of the running virtual thread; outside of any: no_thread.
[[nodiscard]] unsigned this_thread() noexcept;
inline constexpr unsigned no_thread = ~0U;

/// Storage of a tracked object; freed storage stays mapped until the execution ends.
void* quarantined_new(std::size_t bytes, std::size_t alignment);
void quarantined_delete(void* storage, std::size_t bytes, std::size_t alignment) noexcept;
/// Counts constructed (+1) and destroyed (-1) objects of this execution.
void count_tracked(int change) noexcept;

/// Tells a living object from a destroyed one. Volatile, since compilers drop a destructor's last
/// stores.
class life_mark {
public:
  constexpr life_mark() noexcept = default;
  life_mark(const life_mark&) = delete;
  life_mark& operator=(const life_mark&) = delete;
  ~life_mark() { *const_cast<volatile std::uint64_t*>(&word_) = 0xdeadU; }

  /// Fails the execution if the object is gone.
  void require(const char* what) const noexcept {
    if (*const_cast<const volatile std::uint64_t*>(&word_) != alive) refuse(what);
  }

private:
  static constexpr std::uint64_t alive = 0x600d11feU;
  [[noreturn]] static void refuse(const char* what) noexcept {
    fail(joined({what, " of a destroyed object"}));
  }

  std::uint64_t word_ = alive;  // eight bytes, so that shipped code has low bits to use
};

/// A value as text for the interleaving.
template <class T>
[[nodiscard]] std::string value_text(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_enum_v<T>) {
    return value_text(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (std::is_integral_v<T>) {
    return value < T{} ? std::to_string(value) : word_text(static_cast<std::uint64_t>(value));
  } else if constexpr (std::is_pointer_v<T>) {
    return value == nullptr ? "null" : address_text(value);
  } else {
    return joined({"(", std::to_string(sizeof(T)), " bytes)"});
  }
}

}  // namespace model::detail
