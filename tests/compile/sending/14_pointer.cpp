// 14_pointer.cpp: a string literal as a message.
//
// must fail: troupe: a message owns what it carries: no pointers
// must fail: std::string{"..."}
// must name: address<std::__cxx11::basic_string<char
// must name: const char*
#include "../common.hpp"

void log(const troupe::address<std::string>& to) { to.tell("hello"); }
