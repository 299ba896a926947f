%% restarts.erl: one child that fails again and again, and a supervisor that starts it again.
%%
%%   Rules  The clock is read just before the child exits, and first thing in the next one. The
%%          children are processes of proc_lib, which the supervisor waits for as for a gen_server,
%%          but with less to do; and they exit, which is cheaper than an error.
-module(restarts).
-export([median/1, p99/1, per_second/1, begin_victim/2, victim/3, begin_hopeless/3, hopeless/4]).
-export([in_parts/3, percentile/2]).

%% The numbers of ../../common/restarts.hpp.
of_a_tree() -> 100.
intensity() -> 1000000.

%% Calls Run(Size) with sizes of at most Each, until their sum is All.
in_parts(All, Each, Run) when All > 0 ->
    Size = min(All, Each),
    [Run(Size) | in_parts(All - Size, Each, Run)];
in_parts(0, _, _) -> [].

percentile(Values, Percent) ->
    lists:nth(max(ceil(Percent / 100 * length(Values)), 1), lists:sort(Values)).

supervise(Child) ->
    tree:start(#{strategy => one_for_one, intensity => intensity(), period => 5}, [Child]).

%% Fails when it is told to.
begin_victim(Thrown, Driver) -> proc_lib:start_link(?MODULE, victim, [self(), Thrown, Driver]).

victim(Supervisor, Thrown, Driver) ->
    Now = erlang:monotonic_time(nanosecond),
    Took = Now - atomics:get(Thrown, 1),
    proc_lib:init_ack(Supervisor, {ok, self()}),
    Driver ! {up, self(), Took},
    receive fail -> ok end,
    atomics:put(Thrown, 1, erlang:monotonic_time(nanosecond)),
    exit(it_was_told_to_fail).

provoke(Restarts) ->
    Thrown = atomics:new(1, []),
    Tree = supervise(#{id => victim, start => {?MODULE, begin_victim, [Thrown, self()]}}),
    receive {up, First, _} -> First ! fail end,
    Took = [wait_for_up(I < Restarts) || I <- lists:seq(1, Restarts)],
    tree:stop(Tree),
    Took.

wait_for_up(IsToFail) ->
    receive
        {up, Victim, Took} ->
            IsToFail andalso (Victim ! fail),
            Took
    end.

took_us(All) ->
    Took = lists:append(in_parts(All, of_a_tree(), fun provoke/1)),
    row_program:require(length(Took) =:= All, "restarts were lost, or came by themselves"),
    Took.

measure(Work, Percent) ->
    took_us(workload:warm_up(Work)),
    percentile(took_us(Work), Percent) / 1000.

median(Work) -> measure(Work, 50).
p99(Work) -> measure(Work, 99).

%% Fails as long as there is something left.
begin_hopeless(All, Left, Waiter) ->
    proc_lib:start_link(?MODULE, hopeless, [self(), All, Left, Waiter]).

hopeless(Supervisor, All, Left, Waiter) ->
    proc_lib:init_ack(Supervisor, {ok, self()}),
    case atomics:sub_get(Left, 1, 1) of
        -1 ->
            Waiter ! {last, erlang:monotonic_time(nanosecond)},
            receive nothing -> ok end;
        StillLeft ->
            StillLeft =:= All - 1 andalso (Waiter ! {first, erlang:monotonic_time(nanosecond)}),
            self() ! fail,
            receive fail -> exit(it_fails) end
    end.

fail_often(Restarts) ->
    Left = atomics:new(1, []),
    atomics:put(Left, 1, Restarts),
    Tree = supervise(#{id => hopeless,
                       start => {?MODULE, begin_hopeless, [Restarts, Left, self()]}}),
    First = receive {first, At} -> At end,
    Last = receive {last, Then} -> Then end,
    tree:stop(Tree),
    Last - First.

run(All) -> lists:sum(in_parts(All, of_a_tree(), fun fail_often/1)).

per_second(Work) ->
    run(workload:warm_up(Work)),
    Work * 1.0e9 / run(Work).
