# shellcheck shell=bash
# The apt part of scripts/bench, which sources it: the same installation in every way.
# shellcheck disable=SC2154  # what scripts/bench sets

packages="ffmpeg libglib2.0-0 libgl1 fonts-dejavu-core"

# read_options OPTION...: into runs, place, ways and binary.
read_options() {
  runs=3 place=disk ways=plain,cold,debs,warm,tar,peer binary=''
  while [[ $# -gt 0 ]]; do
    case $1 in
      --runs) runs=$2; shift 2 ;;
      --tmpfs) place=tmpfs; shift ;;
      --ways) ways=$2; shift 2 ;;
      --binary) binary=$2; shift 2 ;;
      *) usage_error "unknown option: $1" ;;
    esac
  done
  local way
  for way in ${ways//,/ }; do
    [[ $(type -t "run_$way") == function ]] || usage_error "unknown way: $way"
  done
}

wants() { [[ ,$ways, == *,$1,* ]]; }

# place_roots: gets ready to make roots.
place_roots() {
  folder=$project/build/bench
  log=$folder/last.log
  mkdir -p "$folder/roots"
  if mountpoint -q "$folder/roots"; then umount --lazy "$folder/roots"; fi # of a bench that was killed
  rm -rf "$folder/cache" "$folder/peer"
  mkdir "$folder/peer"
  trap 'umount --lazy "$folder/roots"' EXIT
  if [[ $place == tmpfs ]]; then
    mount -t tmpfs tmpfs "$folder/roots"
  else
    mount_fresh_disk "$folder/roots" 16
  fi
  rm -f "$folder"/*.times "$folder"/*.record.json
}

# fresh_root [--with PACKAGE]: path of a new root with the helper in it, in place of the one before, everything written out.
fresh_root() {
  local roots=$project/scripts/lib/root.sh root=$folder/roots/root
  "$roots" remove "$root"
  "$roots" new "$@" "$root" >&2
  "$roots" install "$binary" "$root"
  sync # what making the root left to be written is not the installation's to pay
  echo "$root"
}

# timed WAY ROOT COMMAND...: runs the command in the root; its time goes to a file named after the way.
timed() {
  local way=$1 root=$2
  shift 2
  milliseconds timeout --kill-after=10 900 "$project/scripts/lib/root.sh" run "$root" CI=true \
    DEBIAN_FRONTEND=noninteractive "$@" >>"$folder/$way.times"
}

# timed_ours WAY TIER ROOT OPTION...: an `optimize` that must be served by the tier.
timed_ours() {
  local way=$1 tier=$2 root=$3
  shift 3
  timed "$way" "$root" ci-optimizer optimize --packages "$packages" --history file:/var/tmp/history "$@"
  find "$root/var/tmp/history/records" -name "*.json" -exec cp {} "$folder/$way.record.json" \;
  grep -q "\"tier\": *\"$tier\"" "$folder/$way.record.json" || die "another tier served: see $folder/$way.record.json"
}

# with_store ROOT: the root gets what was saved.
with_store() {
  cp -a "$folder/cache" "$1/var/tmp/cache"
  sync
}

# prepare_files: the delta, and one archive a package, from a plain installation.
prepare_files() {
  local root name
  say "preparing: a plain installation, for the files that it changes"
  root=$(fresh_root)
  timed model "$root" sh -ec "ci-optimizer internal delta snapshot --exclude /var/cache/apt/archives /run/before
    { apt-get update && apt-get install -y $packages; } >/run/log 2>&1; ci-optimizer internal delta changes /run/before"
  # shellcheck disable=SC2016  # JavaScript's own
  node -e '
    const { changes } = JSON.parse(require("fs").readFileSync(process.argv[1]));
    process.stdout.write(changes.filter(({ kind }) => kind !== "deleted").map(({ path }) => "." + path).join("\0"));' "$log" |
    tar --create --directory "$root" --no-recursion --null --files-from - --xattrs --numeric-owner | zstd -q -1 -T0 -f -o "$folder/delta.tar.zst"
  # The packages that are new there, each with the files of its list, as the peer keeps them.
  while read -r name; do
    sed 's|^/||' "$root/var/lib/dpkg/info/$name.list" | (cd "$root" && while read -r file; do
      if [[ -f $file || -L $file ]]; then printf '%s\0' "$file"; fi
    done) | tar --create --file "$folder/peer/${name/:/_}.tar" --directory "$root" --null --files-from -
  done < <(cd "$root/var/lib/dpkg/info" && find . -name '*.list' -newer "$root/run/before" | sed 's|^\./||; s|\.list$||')
  tar --create --directory "$folder/peer" . | zstd -q -1 -T0 -f -o "$folder/peer.tar.zst"
}

prepare_store() {
  local root
  say "preparing: an installation with the helper, which fills its store"
  root=$(fresh_root)
  timed_ours saving network "$root" --cache-store file:/var/tmp/cache
  cp -a "$root/var/tmp/cache" "$folder/cache"
}

run_plain() {
  timed plain "$(fresh_root)" sh -c "apt-get update && apt-get install -y $packages"
}

run_cold() {
  timed_ours cold network "$(fresh_root)" --cache off
}

run_debs() {
  local root
  root=$(fresh_root --with bc)
  with_store "$root"
  timed_ours debs debs "$root" --cache-store file:/var/tmp/cache --cache read
}

run_warm() {
  local root
  root=$(fresh_root)
  with_store "$root"
  timed_ours warm delta "$root" --cache-store file:/var/tmp/cache
}

run_tar() {
  # shellcheck disable=SC2016  # for the inner shell
  milliseconds bash -c 'set -o pipefail; zstd -dc "$1" | tar --extract --directory "$2" --numeric-owner --xattrs --preserve-permissions' \
    bash "$folder/delta.tar.zst" "$(fresh_root)" >>"$folder/tar.times"
}

run_peer() {
  local root
  root=$(fresh_root --with sudo)
  mkdir "$root/var/tmp/peer"
  # shellcheck disable=SC2016  # for the inner shells
  milliseconds bash -ec 'set -o pipefail
    zstd -dc "$1" | tar --extract --directory "$2/var/tmp/peer"
    "$3" run "$2" sh -ec "for archive in /var/tmp/peer/*.tar; do sudo tar --extract --file \$archive --directory /; done"' \
    bash "$folder/peer.tar.zst" "$root" "$project/scripts/lib/root.sh" >>"$folder/peer.times"
}

# ratios OTHER OURS: the ratio of the two of each round; least, median, most.
ratios() {
  paste "$folder/$1.times" "$folder/$2.times" | awk '{ printf "%.2f\n", $1 / $2 }' | sort -n |
    awk '{ value[NR] = $1 } END { printf "least %s, median %s, most %s", value[1], value[int((NR + 1) / 2)], value[NR] }'
}

phases_of() {
  # shellcheck disable=SC2016  # JavaScript's own
  node -e '
    const { apt, seconds } = JSON.parse(require("fs").readFileSync(process.argv[1]));
    const phases = apt.phases.map(({ name, seconds }) => `${name} ${seconds.toFixed(2)}`);
    console.log(`${phases.join(", ")}; all ${seconds.toFixed(2)}`);' "$1"
}

bench_apt() {
  local given=("$@") way other ours run list
  read_options "$@"
  "$project/scripts/bootstrap" build test
  if [[ -z $binary ]]; then
    "$project/scripts/bootstrap" static
    "$project/scripts/static-deps" >&2
    binary=$(build_binary static-x64) # what the action ships
  fi
  [[ $EUID -eq 0 ]] || exec sudo "${BASH_SOURCE[1]}" apt "${given[@]}" --binary "$binary"
  place_roots
  if wants tar || wants peer; then prepare_files; fi
  if wants debs || wants warm; then prepare_store; fi
  list=${ways//,/ }
  for ((run = 1; run <= runs; run++)); do
    for way in $list; do
      "run_$way"
      say "round $run: $way $(seconds "$(tail -1 "$folder/$way.times")") s"
    done
    list="${list#* } ${list%% *}" # each goes first in turn: the mirror's and the system's caches warm up for the next
  done

  echo "apt, $place, $runs rounds, load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores"
  for way in ${ways//,/ }; do printf '%-7s median %7.2f s\n' "$way" "$(awk -v ms="$(median <"$folder/$way.times")" 'BEGIN { print ms / 1000 }')"; done
  for ours in cold debs warm; do
    for other in plain tar peer; do
      if [[ $ours != warm && $other != plain ]] || ! wants "$ours" || ! wants "$other"; then continue; fi
      printf '%-13s of each round: %s\n' "$other / $ours" "$(ratios "$other" "$ours")"
    done
  done
  for ours in saving cold debs warm; do
    [[ ! -e $folder/$ours.record.json ]] || echo "phases of the last $ours: $(phases_of "$folder/$ours.record.json") s"
  done
  if wants warm && wants tar; then
    echo "bytes: $(stat -c %s "$folder/delta.tar.zst") of tar's archive; of the store's entries: $(stat -c %s "$folder"/cache/*/data | paste -sd' ')"
  fi
}
