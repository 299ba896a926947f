%% savina_counting.erl: one process lets another count a million messages.
-module(savina_counting).
-export([measure/1]).

-define(MESSAGES, 1000000).

counter(Count) ->
    receive
        increment -> counter(Count + 1);
        {retrieve, From} -> From ! {counted, Count}
    end.

producer(Counter) ->
    receive
        {produce, Count, From} ->
            send(Count, Counter),
            Counter ! {retrieve, self()},
            receive {counted, Counted} -> From ! {produced, Counted} end
    end.

send(0, _) -> ok;
send(N, To) ->
    To ! increment,
    send(N - 1, To).

measure(Work) ->
    savina:ns_per_message(Work, ?MESSAGES, fun(Messages) ->
        Counter = spawn_link(fun() -> counter(0) end),
        Producer = spawn_link(fun() -> producer(Counter) end),
        Producer ! {produce, Messages, self()},
        receive
            {produced, Counted} ->
                row_program:require(Counted =:= Messages, "messages were lost or counted twice")
        end,
        Messages
    end).
