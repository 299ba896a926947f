%% savina_fork_join_throughput.erl: one process deals messages out to sixty others.
-module(savina_fork_join_throughput).
-export([measure/1]).

-define(ACTORS, 60).
-define(MESSAGES, 10000).
-define(ANGLE, 37.2).

laborer(Lives, _, 0) -> savina:one_ended(Lives);
laborer(Lives, Angle, Left) ->
    receive
        job ->
            true = compute(Angle) > 0,
            laborer(Lives, Angle, Left - 1)
    end.

compute(Angle) ->
    Sine = math:sin(Angle),
    Sine * Sine.

deal(0, _) -> ok;
deal(Rounds, Laborers) ->
    lists:foreach(fun(L) -> L ! job end, Laborers),
    deal(Rounds - 1, Laborers).

measure(Work) ->
    savina:ns_per_message(Work, ?ACTORS * ?MESSAGES, fun(Messages) ->
        Each = max(Messages div ?ACTORS, 1),
        Lives = savina:lives(?ACTORS),
        Laborers = [spawn_link(fun() -> laborer(Lives, ?ANGLE, Each) end)
                    || _ <- lists:seq(1, ?ACTORS)],
        deal(Each, Laborers),
        savina:wait_for(Lives),
        Each * ?ACTORS
    end).
