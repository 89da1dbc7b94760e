# shellcheck shell=bash
# Sourced by every script: where the project is, how a script speaks, who is root.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# die MESSAGE [EXIT_CODE]: prints the message and ends the script (1 unless told).
die() {
  say "error: $1"
  exit "${2:-1}"
}

# usage_error MESSAGE: ends the script with the exit code of wrong usage.
usage_error() { die "$1 (see --help)" 64; }

# print_help: the comment block at the top of the running script, without its marks.
print_help() { sed -n '2,/^[^#]/{ /^#/!q; s/^# \{0,1\}//; p }' "$0"; }

# as_root COMMAND...: runs the command as root, through sudo when we are not.
as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "'$1' needs root, and there is no sudo here" 77
  fi
}

# use_newer_node: puts the Node that bootstrap has unpacked first in PATH, where the system's is too old.
use_newer_node() {
  local folder
  for folder in "$project"/build/tools/node/node_modules/node-linux-*/bin; do
    [[ ! -x $folder/node ]] || PATH=$folder:$PATH
  done
}

# memory_folder: makes a folder in memory for the temporary files of tests and prints its path. Prints nothing where memory
# is short, or where what lies there cannot be executed. The caller removes it.
memory_folder() {
  local place=/dev/shm available
  [[ $(findmnt --noheadings --output FSTYPE,OPTIONS --target "$place") =~ ^tmpfs\ (.*)$ && ! ${BASH_REMATCH[1]} =~ noexec ]] || return 0
  available=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
  [[ $available -ge 6000 && $(df --output=avail --block-size=1M "$place" | tail -1) -ge 3000 ]] || return 0
  place=$(mktemp --directory "$place/ci-optimizer-tests-XXXXXX")
  chmod 1777 "$place" # as /tmp: some tests become another user
  printf '%s\n' "$place"
}

# mount_fresh_disk DIR GIB: mounts a new ext4 on DIR, in a file beside it that goes with the mount and takes no more room
# than is written. It has a journal, as a hosted runner's disk: one without passes over the inodes of files that were
# deleted minutes before, one by one, for every new file. As root.
mount_fresh_disk() {
  local image=$1.image
  rm -f "$image"
  truncate --size "$2G" "$image"
  mkfs.ext4 -q -E lazy_itable_init=1 "$image"
  mount -o loop,noinit_itable "$image" "$1" || { rm -f "$image"; die "a disk of its own for $1 needs a loop device"; }
  rm -f "$image"
}

# build_binary PRESET: configures and builds the preset; prints the binary's path.
build_binary() {
  local preset=$1
  (cd "$project" && cmake --preset "$preset" && cmake --build --preset "$preset") >&2
  printf '%s/build/%s/src/ci-optimizer\n' "$project" "$preset"
}
