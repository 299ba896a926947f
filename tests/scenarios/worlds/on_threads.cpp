// on_threads.cpp: which kind of program this is. Real threads, real time.
#include "../scenario.hpp"

constinit const bool scenario::world::real = true;
