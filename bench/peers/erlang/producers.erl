%% producers.erl: one or eight processes that send to one mailbox, in rounds.
%%
%%   Rules  A round is over when the sink has handled every message; the sum proves it.
-module(producers).
-export([one/1, eight/1]).

one(Work) -> rounds(Work, 1).
eight(Work) -> rounds(Work, workload:many_producers()).

producer() ->
    receive
        {produce, Count, To} ->
            send(Count, To),
            producer()
    end.

send(0, _) -> ok;
send(N, To) ->
    To ! {item, N},
    send(N - 1, To).

sink(Producers) ->
    receive
        {gather, Each, From} ->
            [P ! {produce, Each, self()} || P <- Producers],
            From ! {sum, add_up(Each * length(Producers), 0)},
            sink(Producers)
    end.

add_up(0, Sum) -> Sum;
add_up(Left, Sum) ->
    receive {item, Value} -> add_up(Left - 1, Sum + Value) end.

rounds(Work, Count) ->
    Producers = [spawn_link(fun producer/0) || _ <- lists:seq(1, Count)],
    Sink = spawn_link(fun() -> sink(Producers) end),
    Each = max(Work div Count, 1),
    run(workload:warm_up(Each), Count, Sink),
    Took = row_program:timed(fun() -> run(Each, Count, Sink) end),
    row_program:millions(Took, Each * Count).

run(Each, _, _) when Each =< 0 -> ok;
run(Each, Count, Sink) ->
    Part = min(workload:round_items() div Count, Each),
    Sink ! {gather, Part, self()},
    receive
        {sum, Sum} ->
            row_program:require(Sum =:= workload:sum_to(Part) * Count,
                                "messages were lost or handled twice")
    end,
    run(Each - Part, Count, Sink).
