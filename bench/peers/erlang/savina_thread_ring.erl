%% savina_thread_ring.erl: a token that goes round a hundred processes.
-module(savina_thread_ring).
-export([measure/1]).

-define(ACTORS, 100).
-define(HOPS, 100000).

ring_actor(Lives) ->
    receive {meet, Next} -> ring_actor(Lives, Next) end.

ring_actor(Lives, Next) ->
    receive
        {token, 0} ->
            Next ! {retire_in_turn, ?ACTORS - 1},
            ring_actor(Lives, Next);
        {token, Left} ->
            Next ! {token, Left - 1},
            ring_actor(Lives, Next);
        {retire_in_turn, Left} ->
            Left > 0 andalso (Next ! {retire_in_turn, Left - 1}),
            savina:one_ended(Lives)
    end.

measure(Work) ->
    savina:ns_per_message(Work, ?HOPS, fun(Hops) ->
        Lives = savina:lives(?ACTORS),
        Ring = [spawn_link(fun() -> ring_actor(Lives) end) || _ <- lists:seq(1, ?ACTORS)],
        [First | Others] = Ring,
        lists:foreach(fun({Actor, Next}) -> Actor ! {meet, Next} end,
                      lists:zip(Ring, Others ++ [First])),
        First ! {token, Hops},
        savina:wait_for(Lives),
        Hops
    end).
