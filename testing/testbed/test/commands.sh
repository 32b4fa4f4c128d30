# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2016
# A command's words go in, and its output and status come out, unchanged.

check_commands() {
    local status odd
    for status in 0 1 42; do
        run -- sh -c "exit $status"
        check "status $status is passed on" status_is "$status"
        check "nothing is added to the errors (status $status)" err_is_empty
    done
    run -- no-such-command
    check 'an unknown command is status 127' status_is 127

    odd=("a b" "it's" '"q"' '$HOME' '*' '' $'new\nline' 'back\slash' 'é' '-- --x')
    run -- printf '[%s]' "${odd[@]}"
    check 'words survive quoting' out_is "$(printf '[%s]' "${odd[@]}")"

    run -- sh -c 'echo to out; echo to err >&2; echo anew >/dev/stderr'
    check 'output holds the output alone' out_is 'to out'
    check 'errors hold the errors alone' [ "$(cat "$work/err")" = $'to err\nanew' ]

    head -c 5000000 /dev/urandom >"$work/with/blob"
    run --with "$work/with" -- cat /mnt/blob
    check 'five megabytes come through byte for byte' cmp -s "$work/with/blob" "$work/out"

    run -- sh -c 'sleep 1000 & echo left one running'
    check 'a process left behind does not hold up the end' out_is 'left one running'

    run -- sh -c 'cat; echo end' <&-
    check 'closed standard input' out_is end
}
