#!/bin/bash
# Sends a folder's DICOM files to a DICOMweb server (STOW-RS) and remembers what the server acknowledged.
#
#   nightly-upload.sh [-n FILES] [-b BYTES] [-m MINUTES] [-t TRIES] URL FOLDER LEDGER
#
#   URL      where to store, such as http://127.0.0.1:8080/dicomweb/studies
#   FOLDER   walked with all its subfolders
#   LEDGER   one line a file that is durable on the server; such a file is not sent again unless size or time changed
#   -n, -b   at most so many files (25) and, where there are several, bytes (256 MiB) in one request
#   -m       leave out files changed within so many minutes (1), they may still be written; 0 takes all
#   -t       tries of one request while the server is busy, full, away or silent (6, waiting 1, 2, 4, ... seconds)
#
# Ends with 0 when all is acknowledged, 1 when some file was refused or not sent (each is named), 2 on wrong use.
# Stop it at any moment and start it again: what was stored is recognised by the server, nothing is stored twice.
# Needs bash 4, curl, flock and GNU find. For cron:  15 2 * * *  nightly-upload.sh http://archive:8080/dicomweb/studies /data/out /var/lib/upload.ledger
set -u
export LC_ALL=C

batch_files=25 batch_bytes=$((256 << 20)) minutes=1 tries=6
usage() { sed -n '4,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while getopts n:b:m:t: option; do
  case $option in
    n) batch_files=$OPTARG ;; b) batch_bytes=$OPTARG ;; m) minutes=$OPTARG ;; t) tries=$OPTARG ;; *) usage ;;
  esac
done
shift $((OPTIND - 1))
[ $# -eq 3 ] && [ -d "$2" ] || usage
url=$1 folder=$2 ledger=$3

say() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*"; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
touch "$ledger" && exec 9<"$ledger" && flock -n 9 || { say "another run holds $ledger" >&2; exit 2; }

# A file is known by size, time of change and name; names are quoted, so that a line is a line.
declare -A acknowledged
while IFS=$'\t' read -r _ key; do acknowledged[$key]=1; done <"$ledger"

# The multipart body: made while it is sent, never in memory or on disk. RFC 2387
body() {
  local file
  for file; do
    printf -- '--%s\r\nContent-Type: application/dicom\r\n\r\n' "$boundary"
    cat -- "$file"
    printf '\r\n'
  done
  printf -- '--%s--\r\n' "$boundary"
}

# Sends files in one request; sets status (000: no answer). Tries again while that may help.
send() {
  local try wait=1 after
  for ((try = 1; ; try++)); do
    boundary=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    : >"$work/headers" >"$work/answer"
    status=$(body "$@" 2>/dev/null | curl -sS -X POST -T - \
      -H "Content-Type: multipart/related; type=\"application/dicom\"; boundary=$boundary" \
      -H 'Accept: application/dicom+json' -H 'Expect:' --connect-timeout 10 --speed-limit 1 --speed-time 120 \
      -D "$work/headers" -o "$work/answer" -w '%{http_code}' "$url" 2>"$work/error")
    case $status in
      000 | 408 | 429 | 5??) ;;
      *) return ;;
    esac
    [ "$try" -lt "$tries" ] || return
    after=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]\{1,4\}\).*/\1/p' "$work/headers" | tail -n 1)
    [ "${after:-0}" -gt "$wait" ] || after=$wait
    say "try $try of $tries: $(reason); again in $after s"
    sleep "$after"
    wait=$((wait * 2))
  done
}

# The last answer in words: the reasons of a store response (PS3.18 I.2.2), the title of a problem, or curl's error.
reason() {
  local codes
  codes=$(grep -o '"00081197":{[^}]*}' "$work/answer" | grep -o '[0-9]*\]' | tr -d ']' | sort -u | tr '\n' ' ')
  if [ "$status" = 000 ]; then
    printf 'no answer: %s' "$(head -n 1 "$work/error")"
  elif [ -n "$codes" ]; then
    printf '%s, failure reason%s' "$status" "$(printf ' %04XH' $codes)"
  else
    printf '%s %s' "$status" "$(sed -n 's/.*"title":"\([^"]*\)".*/\1/p' "$work/answer" | head -n 1)"
  fi
}

stored() { # index ...
  local index
  for index; do printf '%s\t%s\n' "$(date -u +%FT%TZ)" "${keys[$index]}" >>"$ledger"; done
  done_files=$((done_files + $#))
}

# 200: all of the request is durable. Else each file is asked for alone, so that every answer is about one file.
deliver() { # index ...
  local index group=() gone
  for index; do group+=("${files[$index]}"); done
  send "${group[@]}"
  if [ "$status" = 200 ]; then
    stored "$@"
  elif [ $# -eq 1 ] && [ "$status" = 202 ] && ! grep -q '"00081198"\|"0008119A"' "$work/answer"; then
    stored "$@"
    say "stored with a warning: ${files[$1]}"
  elif [ "$status" = 000 ] || [ "$status" = 503 ] || [ "$status" = 429 ]; then
    unanswered=$((unanswered + 1))
    for index; do say "NOT SENT ${files[$index]}: $(reason)"; done
    # One request may be the fault of what is in it; two in a row are the fault of the server or the line.
    [ "$unanswered" -lt 2 ] || stopped="$(reason), twice in a row"
    return
  elif [ $# -gt 1 ]; then
    for index; do [ -n "$stopped" ] || deliver "$index"; done
  else
    refused=$((refused + 1))
    say "REFUSED ${files[$1]}: $(reason)"
  fi
  unanswered=0
}

files=() keys=() sizes=() known=0
age=() && [ "$minutes" -gt 0 ] && age=(-mmin "+$minutes")
while IFS=$'\t' read -r -d '' size time name; do
  key="$size"$'\t'"$time"$'\t'"$(printf %q "$name")"
  if [ -n "${acknowledged[$key]:-}" ]; then known=$((known + 1)); continue; fi
  files+=("$name") keys+=("$key") sizes+=("$size")
done < <(find "$folder" -type f "${age[@]}" -printf '%s\t%T@\t%p\0')
total=${#files[@]} done_files=0 refused=0 unanswered=0 stopped=''
say "$total files to send, $known acknowledged before"

next=0
while [ "$next" -lt "$total" ] && [ -z "$stopped" ]; do
  group=() bytes=0
  while [ "$next" -lt "$total" ] && [ ${#group[@]} -lt "$batch_files" ]; do
    [ ${#group[@]} -eq 0 ] || [ $((bytes + sizes[next])) -le "$batch_bytes" ] || break
    group+=("$next") bytes=$((bytes + sizes[next])) next=$((next + 1))
  done
  deliver "${group[@]}"
done

[ -z "$stopped" ] || say "STOPPED: $stopped; start again to send the rest"
say "$done_files acknowledged, $refused refused, $((total - done_files - refused)) not sent"
[ "$done_files" -eq "$total" ]
