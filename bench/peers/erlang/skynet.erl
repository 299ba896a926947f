%% skynet.erl: a tree of processes, ten children each; every leaf sends its number, sums come up.
-module(skynet).
-export([measure/1]).

branch(Parent, First, 1) ->
    Parent ! {sum, First};
branch(Parent, First, Leaves) ->
    Share = Leaves div workload:skynet_width(),
    grow(workload:skynet_width(), self(), First, Share),
    Parent ! {sum, add_up(workload:skynet_width(), 0)}.

grow(0, _, _, _) -> ok;
grow(Children, Me, First, Share) ->
    spawn(fun() -> branch(Me, First, Share) end),
    grow(Children - 1, Me, First + Share, Share).

add_up(0, Total) -> Total;
add_up(Left, Total) ->
    receive {sum, Value} -> add_up(Left - 1, Total + Value) end.

tree(Leaves) ->
    Me = self(),
    spawn(fun() -> branch(Me, 0, Leaves) end),
    receive
        {sum, Total} ->
            row_program:require(Total =:= workload:sum_to(Leaves - 1), "skynet's sum is wrong")
    end.

measure(Work) ->
    Leaves = workload:skynet_leaves(Work),
    tree(workload:skynet_leaves(workload:warm_up(Leaves))),
    row_program:timed(fun() -> tree(Leaves) end) / 1.0e6.
