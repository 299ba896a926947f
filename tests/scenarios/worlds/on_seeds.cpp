// on_seeds.cpp: which kind of program this is. Its seeds decide the order; the clock stands still.
#include "../scenario.hpp"

constinit const bool scenario::world::real = false;
