%% lives.erl: processes made by a process: held alive, or living for one message.
%%
%%   Rules  `spawn` clocks the making alone; `spawn_end` clocks whole lives.
-module(lives).
-export([spawn/1, spawn_end/1]).

resident() ->
    receive hello -> resident() end.

settler(Held) ->
    receive
        {populate, Count, From} ->
            Grown = populate(Count, Held),
            From ! settled,
            settler(Grown)
    end.

populate(0, Held) -> Held;
populate(N, Held) -> populate(N - 1, [erlang:spawn(fun resident/0) | Held]).

spawn(Work) ->
    Settler = spawn_link(fun() -> settler([]) end),
    Run = fun(Count) ->
        Settler ! {populate, Count, self()},
        receive settled -> ok end
    end,
    Run(workload:warm_up(Work)),
    row_program:ns_each(row_program:timed(fun() -> Run(Work) end), Work).

mayfly(Lives, Waiter) ->
    receive hello -> ok end,
    case atomics:sub_get(Lives, 1, 1) of
        0 -> Waiter ! all_ended;
        _ -> ok
    end.

breeder(Lives, Waiter) ->
    receive {hatch, Count} -> hatch(Count, fun() -> mayfly(Lives, Waiter) end) end,
    breeder(Lives, Waiter).

hatch(0, _) -> ok;
hatch(N, Mayfly) ->
    erlang:spawn(Mayfly) ! hello,
    hatch(N - 1, Mayfly).

spawn_end(Work) ->
    Lives = atomics:new(1, []),
    Waiter = self(),
    Breeder = spawn_link(fun() -> breeder(Lives, Waiter) end),
    Run = fun(Count) ->
        atomics:put(Lives, 1, Count),
        Breeder ! {hatch, Count},
        receive all_ended -> ok end
    end,
    Run(workload:warm_up(Work)),
    row_program:ns_each(row_program:timed(fun() -> Run(Work) end), Work).
