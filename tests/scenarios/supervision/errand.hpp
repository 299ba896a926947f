// errand.hpp: something outside that an actor waits for, and that takes as long as the test wants:
// neither a stop nor a kill of the actor calls it back.
//
//   Before   a child that is to end slowly sets out.      After   the test lets it come back.
//   Called   in turns of the child; come_back: by the test, on seeds only. Threads use gates.
#pragma once

#include "../scenario.hpp"
#include <troupe/actors/detail/activity.hpp>
#include <troupe/actors/detail/envelope.hpp>

#include <map>
#include <string>
#include <utility>

namespace supervised {

class errand;

/// Who is out, by the name of the child.
class errand_box {
public:
  void set_out(const std::string& name, errand& e) { out_[name] = &e; }
  [[nodiscard]] bool is_out(const std::string& name) const { return out_.count(name) > 0; }
  void come_back(const std::string& name);

private:
  std::map<std::string, errand*> out_;
};

/// An operation under way elsewhere.
class errand : public troupe::detail::outside_operation {
public:
  errand(errand_box& box, std::string name)
      : outside_operation(&mind_nothing), box_(box), name_(std::move(name)) {
    home_.ops = &home_ops;
    home_.flags = troupe::detail::envelope::reserved | troupe::detail::envelope::detached;
    home_.who = this;
  }
  bool await_ready() const noexcept { return false; }
  template <class P>
  void await_suspend(std::coroutine_handle<P> h) {
    bind(h);
    box_.set_out(name_, *this);
    begin();
  }
  void await_resume() const noexcept {}
  void come_back() { troupe::detail::deliver_reserved(owner(), home_); }

private:
  struct homecoming : troupe::detail::envelope {
    errand* who = nullptr;
  };
  static void mind_nothing(outside_operation&) noexcept {}
  static const troupe::detail::envelope_ops home_ops;

  errand_box& box_;
  std::string name_;
  homecoming home_;
};

inline const troupe::detail::envelope_ops errand::home_ops{
    [](troupe::detail::cell&, troupe::detail::envelope& e) {
      static_cast<homecoming&>(e).who->back();
    },
    nullptr, "the end of an errand", troupe::detail::envelope_kind::reply};

inline void errand_box::come_back(const std::string& name) {
  const auto found = out_.find(name);
  ASSERT_NE(found, out_.end()) << name << " is not out";
  errand* const back = found->second;
  out_.erase(found);
  back->come_back();
}

/// What is awaited.
class going_out {
public:
  using value_type = void;
  static constexpr bool is_awaited_in_turns = true;
  static constexpr bool is_hazard = false;

  going_out(errand_box& box, std::string name) : box_(box), name_(std::move(name)) {}
  [[nodiscard]] auto operator co_await() const { return errand(box_, name_); }

private:
  errand_box& box_;
  std::string name_;
};

}  // namespace supervised
