// prelude.hpp: the one include for tests of actors.
//
//   Before   a test's first line.      After   everything public of the kit.
#pragma once

#include <troupe/actors/kit/probe.hpp>
#include <troupe/actors/kit/stage.hpp>
