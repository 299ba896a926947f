// prelude.hpp: the one include of the adapters.
#pragma once

#include <troupe/actors/classic/barrier.hpp>
#include <troupe/actors/classic/condition.hpp>
#include <troupe/actors/classic/deque.hpp>
#include <troupe/actors/classic/event.hpp>
#include <troupe/actors/classic/executor.hpp>
#include <troupe/actors/classic/future.hpp>
#include <troupe/actors/classic/green.hpp>
#include <troupe/actors/classic/guarded.hpp>
#include <troupe/actors/classic/local.hpp>
#include <troupe/actors/classic/lock.hpp>
#include <troupe/actors/classic/protocol.hpp>
#include <troupe/actors/classic/queue.hpp>
#include <troupe/actors/classic/semaphore.hpp>
#include <troupe/actors/classic/thread.hpp>
#include <troupe/actors/classic/timer.hpp>
#include <troupe/actors/classic/watch_waits.hpp>
#include <troupe/actors/prelude.hpp>
