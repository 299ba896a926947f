// prelude.hpp: all that a program needs that supervises actors.
//
//   Before   #include <troupe/supervision/prelude.hpp>.
#pragma once

#include <troupe/actors/prelude.hpp>
#include <troupe/supervision/family.hpp>
#include <troupe/supervision/run.hpp>
#include <troupe/supervision/slot.hpp>
#include <troupe/supervision/start.hpp>
#include <troupe/supervision/supervisor_ref.hpp>
