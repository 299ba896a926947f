// place_table.hpp: what an actor has begun and may cancel, by place.
//
//   Before   timers, watches.      After   a timer_id or a monitor finds its own again, or nothing.
//   Called   in the owner's turns.
//   Holds    pointers, 16 bytes each. Places are used again; a number tells who has it now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe::detail {

/// `T` has a `place`.
template <class T>
class place_table {
public:
  /// @throws std::bad_alloc
  [[nodiscard]] std::uint64_t put(T& t) {
    if (free_ == none) {
      places_.push_back({nullptr, none});
      free_ = places_.size() - 1;
    }
    t.place = free_;
    seat& p = places_[free_];
    free_ = p.number;
    p = {&t, ++last_number_};
    ++count_;
    return p.number;
  }
  void take_out(const T& t) noexcept {
    places_[t.place] = {nullptr, free_};
    free_ = t.place;
    if (--count_ != 0 || places_.size() <= kept_places) return;
    places_ = {};
    free_ = none;
  }
  /// Null: it is not there any more.
  [[nodiscard]] T* find(std::size_t place, std::uint64_t number) const noexcept {
    if (at(place) == nullptr || places_[place].number != number) return nullptr;
    return places_[place].who;
  }
  /// Null: nobody is there. For places up to size().
  [[nodiscard]] T* at(std::size_t place) const noexcept {
    return place < places_.size() ? places_[place].who : nullptr;
  }
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  [[nodiscard]] bool is_empty() const noexcept { return count_ == 0; }

private:
  struct seat {
    T* who;                // null: the place is free
    std::uint64_t number;  // of who is there; of a free place the next free one
  };
  static constexpr std::size_t kept_places = 64;  // when the last one goes
  static constexpr std::size_t none = ~std::size_t{0};

  std::vector<seat> places_;
  std::size_t free_ = none;
  std::size_t count_ = 0;
  std::uint64_t last_number_ = 0;
};

}  // namespace troupe::detail
