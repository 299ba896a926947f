// handle.hpp: a counted reference to a cell.
//
//   Before   ref.hpp and address.hpp hold one.
//   After    runtime.cpp counts; the last to go tells the cell.
//   Called   any thread; one handle object by one thread at a time.
//   Cost     copy and destruction: one atomic operation each. Move: none.
#pragma once

#include <troupe/actors/detail/runtime.hpp>

#include <cstdint>
#include <utility>

namespace troupe::detail {

class handle {
public:
  handle() noexcept = default;
  /// Counts itself.
  handle(cell* c, std::uint32_t incarnation) noexcept : cell_(c), incarnation_(incarnation) {
    if (cell_ != nullptr) retain(*cell_);
  }
  handle(const handle& other) noexcept : handle(other.cell_, other.incarnation_) {}
  handle(handle&& other) noexcept
      : cell_(std::exchange(other.cell_, nullptr)),
        incarnation_(std::exchange(other.incarnation_, 0)) {}
  handle& operator=(handle other) noexcept {
    std::swap(cell_, other.cell_);
    std::swap(incarnation_, other.incarnation_);
    return *this;
  }
  ~handle() {
    if (cell_ != nullptr) release(*cell_);
  }

  /// Takes over a count that was made for it.
  [[nodiscard]] static handle adopt(cell& c) noexcept { return adopt(c, incarnation_of(c)); }
  [[nodiscard]] static handle adopt(cell& c, std::uint32_t incarnation) noexcept {
    handle h;
    h.cell_ = &c;
    h.incarnation_ = incarnation;
    return h;
  }

  /// The same, for whichever incarnation lives there.
  [[nodiscard]] static handle adopt_seat(cell& c) noexcept {
    handle h;
    h.cell_ = &c;
    return h;
  }

  [[nodiscard]] cell* get() const noexcept { return cell_; }
  [[nodiscard]] std::uint32_t incarnation() const noexcept { return incarnation_; }

private:
  cell* cell_ = nullptr;
  std::uint32_t incarnation_ = 0;
};

}  // namespace troupe::detail
