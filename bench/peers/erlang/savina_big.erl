%% savina_big.erl: many processes, each pings one of all, chosen at random, and waits for its pong.
-module(savina_big).
-export([measure/1]).

-define(ACTORS, 120).
-define(PINGS, 20000).
-define(NOBODY, ?ACTORS).

-record(pinger, {id, left, random, sink, all, expected = ?NOBODY, pongs = 0}).

pinger(Me) ->
    receive {meet, All} -> loop(Me#pinger{all = All}) end.

loop(Me) ->
    receive
        {ping, Sender} ->
            element(Sender + 1, Me#pinger.all) ! {pong, Me#pinger.id},
            loop(Me);
        {pong, Sender} ->
            loop(answered(Me#pinger{pongs = Me#pinger.pongs + expected(Sender, Me)}));
        retire ->
            ok
    end.

expected(Sender, #pinger{expected = Sender}) -> 1;
expected(_, _) -> 0.

answered(#pinger{left = 0} = Me) ->
    Me#pinger.sink ! {finished, Me#pinger.pongs - 1},  % the first one came from nobody
    Me;
answered(Me) ->
    Random = (Me#pinger.random * 1309 + 13849) band 65535,  % Savina's own generator
    Target = Random rem ?ACTORS,
    element(Target + 1, Me#pinger.all) ! {ping, Me#pinger.id},
    Me#pinger{left = Me#pinger.left - 1, random = Random, expected = Target}.

add_up(0, Pongs) -> Pongs;
add_up(Left, Pongs) ->
    receive {finished, More} -> add_up(Left - 1, Pongs + More) end.

sink(All, From) ->
    lists:foreach(fun(A) -> A ! {pong, ?NOBODY} end, All),
    Pongs = add_up(?ACTORS, 0),
    lists:foreach(fun(A) -> A ! retire end, All),
    From ! {pongs, Pongs}.

measure(Work) ->
    savina:ns_per_message(Work, 2 * ?ACTORS * ?PINGS, fun(Messages) ->
        Pings = max(Messages div (2 * ?ACTORS), 1),
        Main = self(),
        Sink = spawn_link(fun() -> receive {host, All} -> sink(All, Main) end end),
        All = [start(#pinger{id = Id, left = Pings, random = Id, sink = Sink})
               || Id <- lists:seq(0, ?ACTORS - 1)],
        lists:foreach(fun({P, _}) -> P ! {meet, list_to_tuple([Q || {Q, _} <- All])} end, All),
        Sink ! {host, [P || {P, _} <- All]},
        receive
            {pongs, Pongs} ->
                row_program:require(Pongs =:= Pings * ?ACTORS,
                                    "pongs were lost, or came from others than were asked")
        end,
        lists:foreach(fun({_, M}) -> receive {'DOWN', M, process, _, normal} -> ok end end, All),
        2 * Pings * ?ACTORS
    end).

start(Me) -> spawn_monitor(fun() -> pinger(Me) end).
