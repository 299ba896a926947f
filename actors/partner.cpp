// partner.cpp: the loop that runs a pair, and the names of what is refused.
#include <troupe/actors/partner.hpp>

#include <coroutine>
#include <exception>
#include <initializer_list>

namespace troupe {
namespace {

const char* text_of(switch_errc code) noexcept {
  switch (code) {
    case switch_errc::ended:
      return "troupe: this partner has ended, or has no body yet: ask done() before";
    case switch_errc::running:
      return "troupe: this partner runs now, or its pair is under way: only one that stands can "
             "be switched to";
    case switch_errc::stranger: break;
  }
  return "troupe: this partner is not the other one of this pair: hand_over(a, b) makes two a pair";
}

std::coroutine_handle<> handle_of(const detail::partner_promise& p) noexcept {
  return std::coroutine_handle<detail::partner_promise>::from_promise(
      const_cast<detail::partner_promise&>(p));
}

}  // namespace

namespace detail {

pair::pair(partner_promise& first, partner_promise* second) noexcept
    : running(&first), members{&first, second} {
  for (partner_promise* const p : members)
    if (p != nullptr) p->in = this;
}

pair::~pair() {
  for (partner_promise* const p : members)
    if (p != nullptr) p->in = nullptr;
}

partner_promise::~partner_promise() {
  if (in == nullptr) return;
  for (partner_promise*& p : in->members)
    if (p == this) p = nullptr;
}

partner partner_promise::get_return_object() noexcept { return partner(*this); }

void refuse_switch(const partner_promise& from, const partner_promise* to) {
  if (to == &from) throw switch_failed(switch_errc::running);
  if (to == nullptr || (to->in == nullptr && handle_of(*to).done()))
    throw switch_failed(switch_errc::ended);
  throw switch_failed(switch_errc::stranger);
}

}  // namespace detail

switch_failed::switch_failed(switch_errc code) : std::logic_error(text_of(code)), code_(code) {}

void hand_over(partner& first, partner& second) {
  if (&first == &second) throw switch_failed(switch_errc::stranger);
  detail::partner_promise* const one = first.frame_.promise();
  detail::partner_promise* const two = second.frame_.promise();
  for (const detail::partner_promise* const p : {one, two})
    if (p != nullptr && p->in != nullptr) throw switch_failed(switch_errc::running);
  if (first.done()) throw switch_failed(switch_errc::ended);
  detail::pair both(*one, second.done() ? nullptr : two);
  while (both.running != nullptr) handle_of(*both.running).resume();
  if (both.failure) std::rethrow_exception(both.failure);
}

}  // namespace troupe
