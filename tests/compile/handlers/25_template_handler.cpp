// 25_template_handler.cpp: a handler that is a template.
//
// must fail: troupe: no handler on(M) for exactly this message
// must fail: a template
// must name: sorter
// must name: std::vector<int>
#include "../common.hpp"

struct sorter : troupe::actor<sorter> {
  template <class T>
  void on(std::vector<T>) {}
  void on(int) {}
};

void sort(const troupe::ref<sorter>& s) { s.tell(std::vector<int>{1}); }
