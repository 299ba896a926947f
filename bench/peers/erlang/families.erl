%% families.erl: very many children of one supervisor, simple_one_for_one: started, and stopped.
%%
%%   Rules  One start_child after the other: with many under way at once (gen_server:send_request)
%%          the supervisor searches its mailbox at every start, and takes three times as long.
-module(families).
-export([supervised_spawn/2, family_100k/1, family_1k/1, begin_member/1, member/2]).

%% The number of ../../common/restarts.hpp.
small_family() -> 1000.

begin_member(Begun) -> proc_lib:start_link(?MODULE, member, [self(), Begun]).

member(Supervisor, Begun) ->
    savina:one_ended(Begun),  % counts down: here those who have yet to begin
    proc_lib:init_ack(Supervisor, {ok, self()}),
    idle().

idle() ->
    receive hello -> idle() end.

unsupervised(Begun) ->
    savina:one_ended(Begun),
    idle().

tree_of_one() ->
    tree:start(#{}, [#{id => members, type => supervisor,
                       start => {supervisor, start_link,
                                 [tree, {#{strategy => simple_one_for_one},
                                         [#{id => member, start => {?MODULE, begin_member, []}}]}]}}]).

populate(Tree, Count) ->
    [{members, Family, supervisor, _}] = supervisor:which_children(Tree),
    Begun = savina:lives(Count),
    start_members(Count, Family, Begun),
    savina:wait_for(Begun).

start_members(0, _, _) -> ok;
start_members(N, Family, Begun) ->
    {ok, _} = supervisor:start_child(Family, [Begun]),
    start_members(N - 1, Family, Begun).

settle(Count) ->
    Begun = savina:lives(Count),
    lists:foreach(fun(_) -> spawn(fun() -> unsupervised(Begun) end) end, lists:seq(1, Count)),
    savina:wait_for(Begun).

supervised_spawn(Work, "") ->
    Tree = tree_of_one(),
    each(Work, fun(Count) -> populate(Tree, Count) end);
supervised_spawn(Work, "unsupervised") ->
    each(Work, fun settle/1);
supervised_spawn(_, _) ->
    throw({failed, "the only variant is unsupervised"}).

start_and_stop(Size) ->
    Before = erlang:system_info(process_count),
    Tree = tree_of_one(),
    populate(Tree, Size),
    tree:stop(Tree),
    row_program:require(erlang:system_info(process_count) =< Before,
                        "children outlived their family").

each(Work, Run) ->
    Run(workload:warm_up(Work)),
    row_program:ns_each(row_program:timed(fun() -> Run(Work) end), Work).

family_100k(Work) -> each(Work, fun start_and_stop/1).
family_1k(Work) ->
    each(Work, fun(All) -> restarts:in_parts(All, small_family(), fun start_and_stop/1) end).
