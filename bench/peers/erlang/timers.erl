%% timers.erl: very many timers of one process.
%%
%%   Rules  All are set before the first is due: what is clocked is one thing at a time.
-module(timers).
-export([set/1, cancel/1, fire/1]).

%% Timers of which none comes; the references, and how long it took.
set_far(Count) ->
    Start = erlang:monotonic_time(nanosecond),
    Timers = set_far(0, Count, []),
    {Timers, erlang:monotonic_time(nanosecond) - Start}.

set_far(Count, Count, Timers) -> Timers;
set_far(I, Count, Timers) ->
    Timer = erlang:send_after(workload:far_timer_ms(I), self(), {expire, I + 1}),
    set_far(I + 1, Count, [Timer | Timers]).

cancel_all(Timers) ->
    row_program:timed(fun() -> lists:foreach(fun erlang:cancel_timer/1, Timers) end).

set_near(Count, Count, _) -> ok;
set_near(I, Count, Due) ->
    erlang:send_after(Due, self(), {expire, I + 1}, [{abs, true}]),
    set_near(I + 1, Count, Due).

gather(0, Sum) -> Sum;
gather(Left, Sum) ->
    receive {expire, Number} -> gather(Left - 1, Sum - Number) end.

%% How long it takes from when all are due until the last is handled.
fire_all(Count) ->
    Due = erlang:monotonic_time(millisecond) + workload:near_timers_ms(Count),
    set_near(0, Count, Due),
    row_program:require(erlang:monotonic_time(millisecond) < Due,
                        "the timers were not set in time"),
    row_program:require(gather(Count, workload:sum_to(Count)) =:= 0, "timers were lost"),
    erlang:monotonic_time(nanosecond) - erlang:convert_time_unit(Due, millisecond, nanosecond).

%% In a process of its own, whose memory goes with it.
alone(F) ->
    Waiter = self(),
    spawn_link(fun() -> Waiter ! {took, F()} end),
    receive {took, Took} -> Took end.

each(Work, F) ->
    alone(fun() -> F(workload:warm_up(Work)) end),
    row_program:ns_each(alone(fun() -> F(Work) end), Work).

set(Work) ->
    each(Work, fun(Count) -> {Timers, Took} = set_far(Count), cancel_all(Timers), Took end).

cancel(Work) ->
    each(Work, fun(Count) -> {Timers, _} = set_far(Count), cancel_all(Timers) end).

fire(Work) -> each(Work, fun fire_all/1).
