%% row_program.erl: the command line of ../../common/row_program.hpp, spoken by Erlang.
%%
%%   Rules  Exit codes: 0 measured, 1 the row failed (why: stderr), 2 wrong arguments.
-module(row_program).
-export([main/0, require/2, timed/1, ns_each/2, millions/2]).

%% name, unit, function of the amount of work, and of the variant if it has any
rows() ->
    [{"ping_pong_ns", "ns", fun ping_pong:measure/1},
     {"one_producer", "M/s", fun producers:one/1},
     {"eight_producers", "M/s", fun producers:eight/1},
     {"spawn", "ns", fun lives:spawn/1},
     {"spawn_end", "ns", fun lives:spawn_end/1},
     {"bytes_per_actor", "B", fun footprint:measure/1},
     {"skynet", "ms", fun skynet:measure/1},
     {"savina_thread_ring", "ns", fun savina_thread_ring:measure/1},
     {"savina_counting", "ns", fun savina_counting:measure/1},
     {"savina_fork_join_throughput", "ns", fun savina_fork_join_throughput:measure/1},
     {"savina_big", "ns", fun savina_big:measure/1},
     {"timers_1m_set", "ns", fun timers:set/1},
     {"timers_1m_cancel", "ns", fun timers:cancel/1},
     {"timers_1m_fire", "ns", fun timers:fire/1},
     {"restart_time", "us", fun restarts:median/1},
     {"restart_time_p99", "us", fun restarts:p99/1},
     {"restarts_per_second", "1/s", fun restarts:per_second/1},
     {"supervised_spawn", "ns", fun families:supervised_spawn/2},
     {"family_100k", "ns", fun families:family_100k/1},
     {"family_1k", "ns", fun families:family_1k/1}].

%% Called by the start script `erlang_rows`; the words are those after -extra.
main() ->
    try run(init:get_plain_arguments()) of
        ok -> halt(0)
    catch
        throw:{refused, Why} ->
            say("~ts~nusage: erlang_rows ROW --work COUNT [--workers N] [--variant V]"
                " | --list | --about", [Why]),
            halt(2);
        throw:{failed, Why} ->
            say("~ts", [Why]),
            halt(1);
        Class:Why:Stack ->
            say("~p: ~p~n~p", [Class, Why, Stack]),
            halt(1)
    end.

run(["--list"]) ->
    lists:foreach(fun({Name, _, _}) -> io:format("~s~n", [Name]) end, rows());
run(["--about"]) ->
    io:format("Erlang/OTP ~s, ERTS ~s, ~p~n",
              [erlang:system_info(otp_release), erlang:system_info(version),
               erlang:system_info(emu_flavor)]);
run([Name | Options]) ->
    case lists:keyfind(Name, 1, rows()) of
        {Name, Unit, Measure} ->
            io:format("~.3f ~s~n", [float(measured(Measure, orders_in(Options))), Unit]);
        false ->
            refuse("there is no row '~ts' here; --list prints those there are", [Name])
    end;
run([]) ->
    refuse("a row is missing; --list prints those there are", []).

measured(Measure, {Work, Variant}) when is_function(Measure, 2) -> Measure(Work, Variant);
measured(Measure, {Work, ""}) -> Measure(Work);
measured(_, {_, Variant}) -> refuse("this row has no variant '~ts'", [Variant]).

orders_in(Options) ->
    case options(Options, #{workers => 1, variant => ""}) of
        #{work := Work, workers := Workers, variant := Variant} ->
            require(erlang:system_info(schedulers_online) =:= Workers,
                    "Erlang did not take the number of workers"),
            {Work, Variant};
        _ ->
            refuse("--work COUNT is missing", [])
    end.

options([], Found) -> Found;
options(["--work", N | Rest], Found) -> options(Rest, Found#{work => positive("--work", N)});
options(["--workers", N | Rest], Found) ->
    options(Rest, Found#{workers => positive("--workers", N)});
options(["--variant", Variant | Rest], Found) -> options(Rest, Found#{variant => Variant});
options([Option | _], _) -> refuse("unknown option '~ts', or it has no value", [Option]).

positive(Option, Text) ->
    case string:to_integer(Text) of
        {N, []} when N > 0 -> N;
        _ -> refuse("~s needs a positive number, not '~ts'", [Option, Text])
    end.

refuse(Format, Values) -> throw({refused, io_lib:format(Format, Values)}).

say(Format, Values) ->
    io:format(standard_error, "erlang_rows: " ++ Format ++ "~n", Values).

%% Fails the row when what was computed is not what must come out.
require(true, _) -> ok;
require(false, What) -> throw({failed, What}).

%% Nanoseconds that F() takes.
timed(F) ->
    Start = erlang:monotonic_time(nanosecond),
    F(),
    erlang:monotonic_time(nanosecond) - Start.

%% Nanoseconds for each of Count, and millions a second.
ns_each(Took, Count) -> Took / Count.
millions(Took, Count) -> Count * 1000 / Took.
