#!/bin/sh
# Get MNIST and the Stanford Sentiment Treebank, or make the mini stand-in; --help says how.
#
# The files and their addresses, sizes and checksums are in manifest.toml beside this script. A file gets its name only
# when all of it is there and its sha256 is right; until then it is called NAME.part, and the next run completes that.
# Plain POSIX sh, for Linux and macOS: no arrays, no local variables, no [[ ]].

set -uf
LC_ALL=C
export LC_ALL

SILENCE_S=30       # slow lines trickle, dead ones say nothing
TRIES=5            # for one address, as long as each brings something new
ZIP_LIMIT=50000000 # bytes; the Treebank's zip has about 6 million, and its size is not known for certain
AGAIN="Run the same command again: it goes on from where it stopped."
WEB_PAGE="it answered with a web page instead of the file, as the login page of a network does: \
open a browser, log in there, then come back"

usage() {
    cat <<'END'
Usage: sh get_datasets.sh [--mini] [--folder DIR] [--manifest FILE]

Gets MNIST (four files, 11.6 MB) and the sentences of the Stanford Sentiment Treebank (a zip of 6 MB).
Files that are there and right are left alone, and a download that broke off is continued.

  --mini            make a small stand-in instead: drawn digits and made-up reviews; needs no network, but Python
                    with NumPy
  --folder DIR      where to put the data (default: the folder data beside this script)
  --manifest FILE   another list of files (default: manifest.toml beside this script)
  --help            show this

HW4_MIRROR=ADDRESS  in the environment: a folder on the web that holds the four MNIST files and the zip; it is used
                    instead of the addresses in the manifest.

Exit code: 0 done, 2 not done (one line says why).
END
}

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 2
}

has() { command -v "$1" >/dev/null 2>&1; }

size_of() { # file
    if [ -e "$1" ]; then wc -c <"$1" | tr -d ' '; else echo 0; fi
}

sha256_of() { # file
    if has sha256sum; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -c 1-64
}

# One line a file: path|size|sha256|member|addresses with blanks between.
read_manifest() { # file
    awk '
        function put() {
            if (value["path"] != "")
                print value["path"] "|" value["size"] "|" value["sha256"] "|" value["member"] "|" value["addresses"]
        }
        /^\[\[file\]\]/ { put(); value["path"] = value["member"] = "" }
        /^[a-z0-9]+ = / { key = $1; sub(/^[a-z0-9]+ = /, ""); gsub(/[]["]/, ""); gsub(/, /, " "); value[key] = $0 }
        END { put() }
    ' "$1"
}

# The largest file that the next command may write: its argument in bytes, up to twice that and 2 MB, because shells
# count in blocks of 512 or of 1024 bytes.
limit_writing() { # bytes
    ulimit -f $(($1 / 512 + 2048)) 2>/dev/null
}

need_room() { # bytes
    free_kib=$(df -Pk "$folder" 2>/dev/null | awk 'NR == 2 { print $4 }')
    case $free_kib in
        '' | *[!0-9]*) return ;;
    esac
    if [ "$free_kib" -lt $(($1 / 1024)) ]; then
        fail "The disk is full: $free_kib KiB are free for $folder, and $(($1 / 1024)) are needed. Make room. $AGAIN"
    fi
}

cannot_write() {
    fail "$part cannot be written: the disk is full, or you may not write there. Make room or choose --folder. $AGAIN"
}

# Append to $part what is missing from it. Afterwards $reason says why it did not come to its end (empty: it did),
# $restart is yes if the server does not continue files, and $pieced if the file came in more than one piece.
transfer() { # address
    reason='' restart=no pieced=no
    if [ "$before" -gt 0 ]; then pieced=yes; fi
    if has curl; then with_curl "$1"; else with_wget "$1"; fi
}

with_curl() { # address
    show=-s
    if [ -t 2 ]; then show=--progress-bar; fi
    code=$(
        limit_writing "$limit"
        exec curl -f -L "$show" -C - --connect-timeout "$SILENCE_S" --speed-limit 1 --speed-time "$SILENCE_S" \
            --max-redirs 5 --proto =http,https --max-filesize "$limit" -w '%{http_code}' -o "$part" "$1" </dev/null
    )
    status=$?
    case $status in
        0) ;;
        5 | 6) reason="its name is not known here: is there a network?" ;;
        7) reason="it refused the connection, or there is no way there: is there a network?" ;;
        16 | 18 | 52 | 55 | 56 | 92) reason="the connection broke off" ;;
        22)
            reason="the server answered $code"
            if [ "$code" = 416 ]; then restart=yes reason="it has no more than $before bytes"; fi ;;
        23) cannot_write ;;
        28) reason="it said nothing for $SILENCE_S s" ;;
        33 | 36) restart=yes reason="it does not continue the file" ;;
        35 | 51 | 58 | 60 | 77 | 83 | 91)
            reason="its certificate is not accepted: a login page of the network, or a wrong clock" ;;
        63) reason="it offers more than the $limit bytes that are expected" ;;
        47) reason="it sends us round in circles: perhaps to the login page of a network" ;;
        *) reason="curl ended with code $status" ;;
    esac
}

with_wget() { # address
    (
        limit_writing "$limit"
        # A second try, because wget gives up when it finds a connection closed that it wanted to use again.
        exec wget -c -T "$SILENCE_S" -t 2 -O "$part" "$1" </dev/null >"$messages" 2>&1
    )
    status=$?
    if grep -q '206 Partial' "$messages"; then pieced=yes; fi
    if [ "$status" -eq 0 ]; then return; fi
    code=$(sed -n -e 's/.*ERROR \([0-9]*\).*/\1/p' -e 's/.*error: HTTP[^ ]* \([0-9]*\).*/\1/p' "$messages")
    case "$code $(cat "$messages")" in
        416*) restart=yes reason="it has no more than $before bytes" ;;
        [0-9]*) reason="the server answered $code" ;;
        *"No space left"* | *"annot write"* | *"ermission denied"*) cannot_write ;;
        *"unable to resolve"* | *"bad address"*) reason="its name is not known here: is there a network?" ;;
        *"onnection refused"*) reason="it refused the connection" ;;
        *"conflicts with"*) restart=yes reason="it does not continue the file" ;;
        *ertificate* | *SSL* | *TLS*)
            reason="its certificate is not accepted: a login page of the network, or a wrong clock" ;;
        *"edirections exceeded"* | *"too many redirections"*)
            reason="it sends us round in circles: perhaps to the login page of a network" ;;
        *"timed out"*) reason="it said nothing for $SILENCE_S s" ;;
        *)
            reason="the connection broke off"
            if [ "$status" -gt 128 ]; then
                reason="wget itself crashed: install curl, or use python -m hw4kit.get_data"
            fi ;;
    esac
}

is_web_page() { # file
    head -c 512 "$1" | tr '[:upper:]' '[:lower:]' | grep -q -e '<html' -e '<!doctype'
}

# Set $wrong to what is wrong with the bytes of a file; empty if it is right.
check_file() { # file
    wrong=''
    if [ "$(size_of "$1")" != "$size" ]; then
        wrong="has $(size_of "$1") bytes instead of $size"
    elif [ "$(sha256_of "$1")" != "$sha256" ]; then
        wrong="has altered bytes: the size is right, the sha256 is not"
    fi
}

check_zip() { # file
    wrong=''
    if has unzip; then
        unzip -tqq "$1" </dev/null >/dev/null 2>&1
    else
        python3 -c 'import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)' "$1" 2>/dev/null
    fi || wrong="is no whole zip file"
}

# Complete $part from the first of the addresses that can, and check it with the given command.
fetch() { # check_file or check_zip; addresses
    check=$1
    shift
    for address; do
        say "Getting $address"
        tries=0
        while [ "$tries" -lt "$TRIES" ]; do
            tries=$((tries + 1))
            before=$(size_of "$part")
            if [ "$before" -ge "$limit" ]; then
                rm -f "$part" # it was complete, and wrong
                before=0
            fi
            transfer "$address"
            after=$(size_of "$part")
            if [ "$after" -gt "$limit" ]; then
                reason="it sent more than the $limit bytes that are expected"
                rm -f "$part"
                break
            elif [ "$restart" = no ] && [ -n "$reason" ]; then
                if [ "$after" -gt "$before" ]; then continue; fi # it broke off on the way: go on from there
                break
            fi
            "$check" "$part"
            if [ -z "$wrong" ]; then return; fi
            if [ "$after" -gt 0 ] && is_web_page "$part"; then
                reason=$WEB_PAGE
            elif [ "$restart" = no ]; then
                reason="what came from there $wrong"
                # Too little, from a server that does not announce the length: it may have broken off.
                if [ "$before" -lt "$after" ] && [ "$after" -lt "$least" ]; then continue; fi
            fi
            rm -f "$part"
            # In one piece, and wrong; otherwise the pieces may not belong together.
            if [ "$pieced" = no ]; then break; fi
        done
        say "  $reason"
    done
    part=${part%.part}
    fail "${part##*/} could not be had ($reason). $AGAIN Or use --mini, which needs no network."
}

# Write the member of the zip to $part; a zip that does not hold what the manifest promises is removed.
take_out() { # zip
    (
        limit_writing "$size"
        if has unzip; then exec unzip -p "$1" "$member"; fi
        exec python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
            "$1" "$member"
    ) </dev/null >"$part" 2>/dev/null
    check_file "$part"
    if [ -n "$wrong" ]; then
        rm -f "$part" "$1"
        fail "${1##*/} is not the expected one: $member in it $wrong. Tell your instructor."
    fi
}

get_one() {
    target=$folder/$path
    if [ -f "$target" ]; then
        check_file "$target"
        if [ -z "$wrong" ]; then
            say "$path: is there and right"
            return
        fi
        if [ -f "$folder/MINI" ]; then wrong="is of the mini stand-in"; fi
        say "$path: is there, but $wrong; it will be replaced"
    fi
    # shellcheck disable=SC2086 # the addresses are separated by blanks
    set -- $addresses
    last_name=${1##*/}
    if [ -n "${HW4_MIRROR:-}" ]; then set -- "${HW4_MIRROR%/}/$last_name"; fi
    mkdir -p "${target%/*}" || fail "The folder ${target%/*} cannot be made."
    if [ -n "$member" ]; then
        zip=$folder/$last_name
        zips="$zips $last_name"
        if [ -f "$zip" ]; then check_zip "$zip"; else wrong="is not there"; fi
        if [ -n "$wrong" ]; then
            part=$zip.part limit=$ZIP_LIMIT least=0
            fetch check_zip "$@"
            mv -f "$part" "$zip" || cannot_write
        fi
        part=$target.part
        need_room "$size"
        take_out "$zip"
    else
        part=$target.part limit=$size least=$size
        need_room $((size - $(size_of "$part")))
        if [ "$(size_of "$part")" -eq "$size" ]; then check_file "$part"; else wrong="is not complete"; fi
        if [ -n "$wrong" ]; then fetch check_file "$@"; fi
    fi
    mv -f "$part" "$target" || cannot_write
    say "$path: done, $size bytes, sha256 right"
}

make_mini() {
    for kit in "$here/.." "$here/../source/hw4" ''; do
        if [ -f "$kit/hw4kit/mini.py" ]; then break; fi
    done
    if [ -z "$kit" ]; then fail "The folder hw4kit, which makes the stand-in, is not beside the datasets folder."; fi
    for python in python3 python ''; do
        if [ -n "$python" ] && "$python" -c 'import numpy, sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            break
        fi
    done
    if [ -z "$python" ]; then fail "The stand-in needs Python 3.10 or later with NumPy. Activate their environment."; fi
    cd "$kit" || fail "$kit cannot be entered."
    exec "$python" -m hw4kit.mini --folder "$folder"
}

# Two runs that append to one .part would spoil what one of them finishes.
keep_others_out() {
    lock=$folder/.getting
    if [ -f "$lock/pid" ] && ! kill -0 "$(cat "$lock/pid")" 2>/dev/null; then rm -rf "$lock"; fi
    if ! mkdir "$lock" 2>/dev/null; then
        fail "Another run is at work in $folder. If none is, remove the folder $lock and try again."
    fi
    messages=$lock/messages
    trap 'rm -rf "$lock"' EXIT
    trap 'trap - EXIT; rm -rf "$lock"; fail "Stopped. $AGAIN"' HUP INT TERM
    echo $$ >"$lock/pid"
}

get_all() {
    [ -f "$manifest" ] || fail "There is no list of files at $manifest. Is the datasets folder complete?"
    has curl || has wget || fail "Neither curl nor wget is installed. Install one, or use: python -m hw4kit.get_data"
    has sha256sum || has shasum || fail "Neither sha256sum nor shasum is installed; one is needed to check the files."
    has unzip || has python3 || fail "Neither unzip nor python3 is installed; one is needed to unpack the Treebank."
    if ! mkdir -p "$folder" || [ ! -w "$folder" ]; then
        fail "The folder $folder cannot be written. Choose another with --folder."
    fi
    keep_others_out
    zips=''
    while IFS='|' read -r path size sha256 member addresses; do
        case $path/$size in
            /* | *..* | */*[!0-9]) fail "$manifest is not in the form that its heading describes: $path, $size." ;;
        esac
        get_one
    done <<END
$(read_manifest "$manifest")
END
    for name in $zips; do rm -f "$folder/$name"; done
    rm -f "$folder/MINI" # nothing is left of a mini stand-in
    say "All data is in $folder, whole and right."
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=$here/data
manifest=$here/manifest.toml
mini=no
while [ $# -gt 0 ]; do
    case $1 in
        --mini) mini=yes ;;
        --folder=*) folder=${1#*=} ;;
        --manifest=*) manifest=${1#*=} ;;
        --folder | --manifest)
            [ $# -gt 1 ] || fail "$1 needs a name behind it. See --help."
            if [ "$1" = --folder ]; then folder=$2; else manifest=$2; fi
            shift ;;
        -h | --help) usage; exit 0 ;;
        *) fail "$1 is not known. See --help." ;;
    esac
    shift
done
case $folder in
    /*) ;;
    *) folder=$PWD/$folder ;;
esac
if [ "$mini" = yes ]; then make_mini; else get_all; fi
