%% savina.erl: what the Savina rows share, from ../../common/savina.hpp.
-module(savina).
-export([ns_per_message/3, lives/1, one_ended/1, wait_for/1]).

%% Iterate(Messages) runs one iteration of about so many messages and returns how many there were.
ns_per_message(Work, Standard, Iterate) ->
    Iterate(workload:warm_up(Standard)),
    Start = erlang:monotonic_time(nanosecond),
    Messages = iterate(Work, Standard, Iterate, 0),
    (erlang:monotonic_time(nanosecond) - Start) / Messages.

iterate(Work, Standard, Iterate, Done) when Done < Work ->
    iterate(Work, Standard, Iterate, Done + Iterate(min(Standard, Work - Done)));
iterate(_, _, _, Done) ->
    Done.

%% Counts lives down for the process that made it.
lives(Count) ->
    Left = atomics:new(1, []),
    atomics:put(Left, 1, Count),
    {Left, self()}.

one_ended({Left, Waiter}) ->
    case atomics:sub_get(Left, 1, 1) of
        0 -> Waiter ! {all_ended, Left};
        _ -> ok
    end.

wait_for({Left, _}) ->
    receive {all_ended, Left} -> ok end.
