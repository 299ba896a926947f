// recorder.hpp: what a worker has handled lately, for the time after a failure.
//
//   Before   turn.cpp writes each message.
//   After    life.cpp reads it when an actor fails; tools read it at any time.
//   Called   write: its worker. The rest: any thread; what is being overwritten is left out.
//   Holds    the last 256 messages: whose, of what type. The oldest may be just being overwritten,
//            so 255 can be read.
//   Cost     two stores a message.
#pragma once

#include <troupe/actors/detail/envelope.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe::detail {

class recorder {
public:
  static constexpr std::size_t size = 256;

  /// One message.
  struct record {
    std::uint64_t sequence;     ///< counts the messages of this worker
    std::uint64_t who;          ///< the actor's id
    std::uint16_t incarnation;  ///< modulo 2^16
    const envelope_ops* what;
  };

  /// @pre `n` counts the messages, without gaps; the caller publishes it afterwards
  void write(std::uint64_t n, std::uint64_t who, std::uint32_t incarnation,
             const envelope_ops& what) noexcept {
    slot& s = slots_[n % size];
    // release, with the fence in read(): who sees one of these sees that n messages were counted.
    s.who.store(who << incarnation_bits | (incarnation & incarnation_mask),
                std::memory_order_release);
    s.what.store(&what, std::memory_order_release);
  }

  /// What is there and `keeps(record)`, the oldest first. `written` is how many there were, read
  /// with acquire; calls `written()` again at the end. @throws std::bad_alloc
  template <class Count, class Keep>
  [[nodiscard]] std::vector<record> read(Count written, Keep keeps) const {
    std::vector<record> all;
    const std::uint64_t end = written();
    for (std::uint64_t n = end > size ? end - size : 0; n < end; ++n) {
      const slot& s = slots_[n % size];
      const std::uint64_t who = s.who.load(std::memory_order_relaxed);
      const envelope_ops* const what = s.what.load(std::memory_order_relaxed);
      if (what == nullptr) continue;  // it was not recorded
      const record r{n, who >> incarnation_bits, static_cast<std::uint16_t>(who & incarnation_mask),
                     what};
      if (keeps(r)) all.push_back(r);
    }
    // What is being overwritten, or was meanwhile, is not told.
    std::atomic_thread_fence(std::memory_order_acquire);
    const std::uint64_t now = written();
    std::erase_if(all, [&](const record& r) { return r.sequence + size <= now; });
    return all;
  }
  template <class Count>
  [[nodiscard]] std::vector<record> read(Count written) const {
    return read(written, [](const record&) { return true; });
  }

private:
  static constexpr unsigned incarnation_bits = 16;
  static constexpr std::uint64_t incarnation_mask = 0xFFFF;

  struct slot {
    std::atomic<std::uint64_t> who{0};
    std::atomic<const envelope_ops*> what{nullptr};
  };
  std::array<slot, size> slots_{};
};

}  // namespace troupe::detail
