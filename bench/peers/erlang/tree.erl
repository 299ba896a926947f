%% tree.erl: a supervisor with the children that it is given, and its end.
-module(tree).
-behaviour(supervisor).
-export([start/2, stop/1, init/1]).

init(Spec) -> {ok, Spec}.

%% As in ours, nothing is logged.
start(Flags, Children) ->
    ok = logger:set_primary_config(level, none),
    {ok, Tree} = supervisor:start_link(?MODULE, {Flags, Children}),
    Tree.

%% Waits until it and all its children are gone.
stop(Tree) ->
    unlink(Tree),
    Monitor = monitor(process, Tree),
    exit(Tree, shutdown),
    receive {'DOWN', Monitor, process, Tree, shutdown} -> ok end.
