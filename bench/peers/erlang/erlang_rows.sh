#!/bin/sh
# erlang_rows: starts the Erlang machine with as many schedulers as --workers says.
#
#   Rules  Room for four million processes, since the default of 262,144 is not enough for the rows
#          that hold a million; all else as it comes.
workers=1
before=
for word in "$@"; do
  [ "$before" = --workers ] && workers=$word
  before=$word
done
case $workers in
  '' | *[!0-9]* | 0*)
    echo "erlang_rows: --workers needs a positive number, not '$workers'" >&2
    exit 2
    ;;
esac
ERL_CRASH_DUMP_SECONDS=0  # a crash leaves no file behind
export ERL_CRASH_DUMP_SECONDS
exec erl -noinput +S "$workers:$workers" +P 4194304 -pa "${0%/*}/erlang" \
  -s row_program main -extra "$@"
