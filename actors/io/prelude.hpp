// prelude.hpp: the one include for actors that use Asio.
//
//   Before   a file's first line.      After   everything public of actors/io.
#pragma once

#include <troupe/actors/io/close_on_exec.hpp>
#include <troupe/actors/io/executor.hpp>
#include <troupe/actors/io/run_until_signal.hpp>
#include <troupe/actors/io/use_actor.hpp>
#include <troupe/actors/prelude.hpp>
