// 60_handler_forms.cpp: every form a handler may have.
//
// must compile
#include "../common.hpp"

struct by_value {};
struct by_const_reference {};
struct by_rvalue {};
struct on_const {
  using reply = int;
};
struct on_noexcept {};
struct by_const_reference_on_const {};
struct later {
  using reply = int;
};
struct later_by_reference {
  using reply = void;
};
struct later_by_rvalue {
  using reply = std::string;
};

class clerk : public troupe::actor<clerk> {
public:
  void on_start() { ++seen_; }
  void on_stop(const troupe::exit_reason&) {}

  void on(by_value) { ++seen_; }
  void on(const by_const_reference&) { ++seen_; }
  void on(by_rvalue&&) { ++seen_; }
  int on(on_const) const { return seen_; }
  void on(on_noexcept) noexcept { ++seen_; }
  void on(const by_const_reference_on_const&) const noexcept {}
  void on(later, troupe::reply_to<later> to) const { to(seen_); }
  void on(const later_by_reference&, troupe::reply_to<later_by_reference> to) { to(); }
  void on(later_by_rvalue&&, troupe::reply_to<later_by_rvalue> to) { to("late"); }
  void on(int) {}
  void on(std::string) {}

private:
  int seen_ = 0;
};

int use(troupe::actor_system& sys) {
  auto c = sys.spawn<clerk>();
  c.tell(by_value{});
  c.tell<by_const_reference>();
  c.tell(by_rvalue{});
  c.tell(on_const{});  // asked for, or only told
  c.tell(on_noexcept{});
  c.tell(by_const_reference_on_const{});
  c.tell(7);
  c.tell<std::string>("seven");
  c.tell(std::string("seven"));
  c.ask(later_by_reference{}).get();
  const std::string text = c.ask(later_by_rvalue{}).get();
  return c.ask(on_const{}).get() + c.ask<later>().get() + static_cast<int>(text.size());
}
