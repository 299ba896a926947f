%% footprint.erl: resident bytes per idle process, each after one message.
%%
%%   Rules  Nobody holds the pids: a process lives until it returns. Nobody hibernates.
-module(footprint).
-export([measure/1]).

home() ->
    receive
        {visit, From} ->
            From ! visited,
            home()
    end.

settle(0) -> ok;
settle(Count) ->
    spawn(fun home/0) ! {visit, self()},
    receive visited -> ok end,
    settle(Count - 1).

resident_bytes(PageBytes) ->
    {ok, Text} = file:read_file("/proc/self/statm"),
    [_, Pages | _] = string:lexemes(Text, " "),
    binary_to_integer(Pages) * PageBytes.

measure(Work) ->
    PageBytes = list_to_integer(string:trim(os:cmd("getconf PAGESIZE"))),
    settle(workload:warm_up(Work) div 10 + 1),
    Before = resident_bytes(PageBytes),
    settle(Work),
    After = resident_bytes(PageBytes),
    row_program:require(After > Before, "memory shrank: the warm-up left too much behind"),
    (After - Before) / Work.
