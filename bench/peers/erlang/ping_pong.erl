%% ping_pong.erl: two processes, one message that bounces between them.
-module(ping_pong).
-export([measure/1]).

player(Other, Over) ->
    receive
        {meet, New} -> player(New, Over);
        {play, Hops, From} ->
            Other ! {ball, Hops - 1},
            player(Other, From);
        {ball, 0} ->
            Over ! over,
            player(Other, Over);
        {ball, Left} ->
            Other ! {ball, Left - 1},
            player(Other, Over)
    end.

measure(Work) ->
    Server = spawn_link(fun() -> player(none, none) end),
    Returner = spawn_link(fun() -> player(Server, none) end),
    Server ! {meet, Returner},
    Play = fun(Hops) ->
        Server ! {play, Hops, self()},
        receive over -> ok end
    end,
    Hops = workload:even(Work),
    Play(workload:even(workload:warm_up(Hops))),
    row_program:ns_each(row_program:timed(fun() -> Play(Hops) end), Hops).
