// ask.cpp: a request and its reply between two actors, one after the other.
#include "../../common/workload.hpp"
#include "rows.hpp"
#include "session.hpp"

namespace bench {
namespace {

class answerer : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {[](question q) -> number { return q.n - 1; }};
  }
};

class asker : public caf::event_based_actor {
public:
  asker(caf::actor_config& config, caf::actor to)
      : caf::event_based_actor(config), to_(std::move(to)) {}
  caf::behavior make_behavior() override {
    return {[this](interview i) -> caf::result<number> {
      over_ = make_response_promise();
      ask(i.questions);
      return caf::delegated<number>{};
    }};
  }

private:
  void ask(number left) {  // infinite: no deadline, which spares CAF a timer per request
    request(to_, caf::infinite, question{left}).then([this](number now_left) {
      if (now_left > 0)
        ask(now_left);
      else
        over_.deliver(number{0});
    });
  }
  caf::actor to_;
  caf::response_promise over_;
};

}  // namespace

double ask_same_core(const order& o) {
  session caf_side(o);
  auto reporter = caf_side.system().spawn<asker>(caf_side.system().spawn<answerer>());
  caf_side.ask(reporter, interview{warm_up(o.work)});
  return ns_each(seconds([&] { caf_side.ask(reporter, interview{o.work}); }), o.work);
}

}  // namespace bench
