// whose_malloc.cpp: prints which libraries malloc and operator new of a consumer come from.
//
//   Note     docs/decisions/0007: the library's messages come from mimalloc, all else as it was.
#include <troupe/actors/prelude.hpp>

#include <cstdio>
#include <dlfcn.h>

int main() {
  const troupe::actor_system sys({.workers = 1});  // so that the library is linked
  for (const char* const name : {"malloc", "_Znwm"}) {
    Dl_info where{};
    if (dladdr(dlsym(RTLD_DEFAULT, name), &where) == 0) return 1;
    std::printf("%s %s\n", name, where.dli_fname);
  }
}
