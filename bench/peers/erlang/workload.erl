%% workload.erl: the numbers of ../../common/workload.hpp, for Erlang.
-module(workload).
-export([round_items/0, many_producers/0, skynet_width/0, warm_up/1, even/1, skynet_leaves/1,
         sum_to/1, far_timer_ms/1, near_timers_ms/1]).

%% Messages that may be under way to one mailbox; a round ends when all are handled.
round_items() -> 500000.
many_producers() -> 8.
skynet_width() -> 10.

%% A tenth of the work goes first and is not measured.
warm_up(Work) -> max(Work div 10, 2).

%% A ball that is to end where it was served needs an even number of hops.
even(N) -> N + N rem 2.

%% The largest power of the tree's width that is not above Work.
skynet_leaves(Work) -> skynet_leaves(Work, 1).
skynet_leaves(Work, Leaves) ->
    Width = skynet_width(),
    if
        Leaves =< Work div Width -> skynet_leaves(Work, Leaves * Width);
        true -> Leaves
    end.

%% 1 + 2 + … + N.
sum_to(N) -> N * (N + 1) div 2.

%% When the timer of this number would come: in one to two hours.
far_timer_ms(Number) -> 3600000 + Number * 2654435761 rem 3600000.

%% In how long Count timers are all due.
near_timers_ms(Count) -> 100 + Count * 4 div 1000.
