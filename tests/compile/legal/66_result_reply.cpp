// 66_result_reply.cpp: refusals of the domain belong in the reply.
//
// must compile
#include "../common.hpp"

enum class refusal { too_much, closed };
struct receipt {
  long left;
};
struct pay {
  using reply = troupe::result<receipt, refusal>;
  long amount;
};
struct lock_up {
  using reply = troupe::result<void, refusal>;
};

class till : public troupe::actor<till> {
public:
  troupe::result<receipt, refusal> on(pay p) {
    if (p.amount > content_) return refusal::too_much;
    content_ -= p.amount;
    return receipt{content_};
  }
  troupe::result<void, refusal> on(lock_up) { return {}; }

private:
  long content_ = 100;
};

class guest : public troupe::actor<guest> {
public:
  explicit guest(troupe::address<pay, lock_up> t) : till_(std::move(t)) {}
  void on(int) {
    till_.ask<pay>(3).then(this, [this](troupe::result<receipt, refusal> r) {
      if (r) left_ = r->left;
    });
    till_.try_ask<pay>(3).then(this, [this](auto r) {
      if (r && *r) left_ = (*r)->left;
    });
    till_.try_ask(lock_up{}).then(this, [](const troupe::result<lock_up::reply>& r) { (void)r; });
  }

private:
  troupe::address<pay, lock_up> till_;
  long left_ = 0;
};
