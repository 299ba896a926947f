// requests.hpp: the books an actor keeps of what it has asked.
//
//   Before   request.hpp through runtime.hpp; turn.cpp when time has passed; life.cpp when the
//            actor stops.
//   Called   in the asker's turn, unless a line says otherwise.
//   Rules    R1  Every request is opened once and settled once: by its reply, its deadline, or the
//                asker's end.
//            R2  A block that comes home after it was settled is late: counted, not delivered.
#pragma once

#include <troupe/actors/detail/request_block.hpp>
#include <troupe/actors/engine/context.hpp>

namespace troupe::detail {

/// Takes the message of an offer. @returns false: its sender has withdrawn it
[[nodiscard]] bool take_offer(request_block& r) noexcept;

/// The deadline of an exclusive request, during which no other alarm rings; null: there is none.
[[nodiscard]] alarm* only_alarm(const cell& c) noexcept;

/// Answers the requests whose reply_to went with an exception or with the object: for `ended` the
/// actor is down; for another reason it lives, and the handler has let go of them.
void answer_orphans(cell& c, context& x, dead_reason why) noexcept;

}  // namespace troupe::detail
