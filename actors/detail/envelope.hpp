// envelope.hpp: a message under way.
//
//   Before   target.hpp makes one.      After   mailbox.hpp queues it, turn.cpp runs it.
//   Holds    24 bytes of header, then the payload: a small message fits a block of 32 bytes.
//   Rules    E1  Exactly one of run, drop is called, once; it destroys the payload.
//            E2  The header's memory is the mailbox's until retired, unless it was detached before
//                run.
#pragma once

#include <troupe/actors/counters.hpp>
#include <troupe/actors/detail/atomics.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace troupe::detail {

class cell;

/// What a mailbox threads its elements on.
template <class Atomics>
struct basic_link {
  typename Atomics::template atomic<basic_link*> next{nullptr};
};
using link = basic_link<real_atomics>;

struct envelope;

/// What an actor that keeps messages back does with an envelope.
enum class envelope_kind : std::uint8_t {
  message,   ///< waits for its turn
  reply,     ///< resumes what this actor has begun: waits only for an exclusive request to end
  stop,      ///< the end, after the messages before it
  control,   ///< never waits
  operation  ///< an adapter's, which never waits either: operation.hpp
};

/// Names a message's type by an address; null: no message.
using message_tag = const char*;
template <class M>
inline constexpr char tag_of = 0;

/// What can be done with an envelope: one static table where actor type and message type meet.
struct envelope_ops {
  /// Calls the handler. May throw what the handler throws; the payload is destroyed in any case.
  void (*run)(cell&, envelope&);
  /// Destroys the payload unrun. A request is answered as the reason says. The cell is null if
  /// there is none.
  void (*drop)(cell*, envelope&, dead_reason) noexcept;
  std::string_view message;  ///< name of the message's type, for reports
  envelope_kind kind = envelope_kind::message;
  message_tag tag = nullptr;
};

/// The header of every message under way.
struct envelope : link {
  const envelope_ops* ops = nullptr;
  std::uint32_t incarnation = 0;  ///< whom it is for; 0: whoever lives there
  std::uint32_t flags = 0;

  // The flags. 0: a message that was told, and does not count.
  static constexpr std::uint32_t detached = 1;  ///< to be taken out whole before run: it travels on
  static constexpr std::uint32_t reserved = 2;  ///< control, replies: always run, never dropped
  static constexpr std::uint32_t counted = 4;   ///< counts for one against the capacity
  static constexpr std::uint32_t sampled = 8;   ///< one in 64; the other bits say when it was sent
  static constexpr unsigned flag_bits = 4;
};

static_assert(sizeof(envelope) == 24);

}  // namespace troupe::detail
