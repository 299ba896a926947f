// prelude.hpp: the one include for actors.
//
//   Before   a newcomer's first line.
//   After    everything public of this floor but the test kit.
#pragma once

#include <troupe/actors/actor.hpp>
#include <troupe/actors/await.hpp>
#include <troupe/actors/coroutine.hpp>
#include <troupe/actors/events/event.hpp>
#include <troupe/actors/gather.hpp>
#include <troupe/actors/life/names.hpp>
#include <troupe/actors/life/weak.hpp>
#include <troupe/actors/partner.hpp>
#include <troupe/actors/system.hpp>
