// handler_test.cpp: which members are handlers, and of what form.
#include <troupe/actors/kit/prelude.hpp>

#include <gtest/gtest.h>

#include <string>

namespace unit {

struct a {};
struct b {};
struct c {};
struct d {};
struct e {};
struct q {
  using reply = int;
};
struct later {
  using reply = int;
};
struct later_by_reference {
  using reply = int;
};

class every_form : public troupe::actor<every_form> {
public:
  void on(a) {}
  void on(const b&) {}
  void on(c&&) {}
  void on(d) const {}
  void on(const e&) const noexcept {}
  int on(q) noexcept { return 1; }
  void on(later, troupe::reply_to<later> to) { to(1); }
  void on(const later_by_reference&, troupe::reply_to<later_by_reference> to) { to(1); }
};

class inner : public troupe::actor<inner> {
public:
  void on(a) {}

private:
  void on(b) {}
};
class befriends : public troupe::actor<befriends> {
  friend troupe::handler_access;
  void on(b) {}
};
class converts : public troupe::actor<converts> {
public:
  void on(long) {}
  void on(std::string) {}
};
class none : public troupe::actor<none> {};
class with_template : public troupe::actor<with_template> {
public:
  template <class T>
  void on(T) {}
};

}  // namespace unit

namespace {

using troupe::handles;
using troupe::detail::passing;
template <class M>
using shape = troupe::handler_access::shape_of<unit::every_form, M>;

static_assert(handles<unit::every_form, unit::a> && handles<unit::every_form, unit::b> &&
              handles<unit::every_form, unit::c> && handles<unit::every_form, unit::d> &&
              handles<unit::every_form, unit::e> && handles<unit::every_form, unit::q> &&
              handles<unit::every_form, unit::later> &&
              handles<unit::every_form, unit::later_by_reference>);
static_assert(!handles<unit::every_form, int>);
static_assert(!handles<unit::none, unit::a>);
static_assert(handles<unit::inner, unit::a> && !handles<unit::inner, unit::b>,
              "private ones do not count");
static_assert(handles<unit::befriends, unit::b>, "unless befriended");
static_assert(handles<unit::converts, long> && !handles<unit::converts, int>, "exactly");
static_assert(!handles<unit::converts, const char*>);
static_assert(!handles<unit::with_template, unit::a>);

static_assert(shape<unit::a>::by == passing::value && !shape<unit::a>::later);
static_assert(shape<unit::b>::by == passing::const_reference);
static_assert(shape<unit::c>::by == passing::rvalue);
static_assert(shape<unit::d>::by == passing::value);
static_assert(shape<unit::e>::by == passing::const_reference);
static_assert(std::is_same_v<shape<unit::q>::result, int> && !shape<unit::q>::later);
static_assert(shape<unit::later>::later && shape<unit::later>::by == passing::value);
static_assert(shape<unit::later_by_reference>::later &&
              shape<unit::later_by_reference>::by == passing::const_reference);

class starts : public troupe::actor<starts> {
public:
  void on_start() {}
};
static_assert(troupe::handler_access::starts<starts, troupe::actor<starts>>());
static_assert(!troupe::handler_access::starts<unit::none, troupe::actor<unit::none>>());

TEST(Handler, OfEveryFormIsCalledThroughEveryHandle) {
  troupe::kit::stage s;
  auto x = s.spawn<unit::every_form>();
  const troupe::address<unit::later_by_reference, unit::later, unit::q> to = x;
  EXPECT_EQ(x.ask(unit::q{}).get() + x.ask(unit::later{}).get(), 2);
  EXPECT_EQ(to.ask(unit::later_by_reference{}).get() + to.ask(unit::later{}).get(), 2);
}

}  // namespace
