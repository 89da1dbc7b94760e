#!/usr/bin/env bash
# root.sh COMMAND: throw-away Debian or Ubuntu roots of this machine's own release.
#
#   new [--architecture NAME] [--with PACKAGE] DIR
#                              a fresh minimal root in DIR (made once with mmdebstrap, kept as a tar under
#                              build/roots/ for 7 days); --with adds a package to the kept one; for another
#                              architecture than the machine's, one whose programs it can run (binfmt_misc)
#   keep [--architecture NAME] [PACKAGE]
#                              makes that kept tar now, so that nobody waits for it later
#   install BINARY DIR         puts the helper into the root as /usr/local/bin/ci-optimizer, with its own
#                              shared libraries unless it is static
#   run [--leftovers FILE] [--user NAME] DIR [NAME=VALUE]... COMMAND...
#                              runs the command in the root with its own mounts and processes and a clean
#                              environment; FILE gets the command lines that outlived the command
#   remove DIR                 deletes the root
#
# Needs root. Nothing stays mounted: the mounts go with the namespace of `run`.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

kept=$project/build/roots
search_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# sources SUITE: the one-line sources of the machine's own distribution, read through apt itself so that both
# file formats count; a `mirror+file:` list is replaced by its first mirror.
sources() {
  local suite=$1 uri release component
  # shellcheck disable=SC2016  # apt fills these fields in, not the shell
  apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)|$(CREATED_BY)' |
    awk -F'|' -v suite="$suite" '$5 == "Packages" && ($4 ~ /^(Debian|Ubuntu)$/ || $4 ~ /[$]/ || $4 == "") &&
      ($2 == suite || $2 == suite "-updates" || $2 == suite "-security") && $3 ~ /^(main|universe)$/' |
    sort -u | while IFS='|' read -r uri release component _; do
      if [[ $uri == mirror+file:* ]]; then
        uri=${uri#mirror+file:}
        uri=$(awk '/^(http|https):/ { print $1; exit }' "${uri%/}")
      fi
      printf 'deb %s %s %s\n' "$uri" "$release" "$component"
    done
}

# inherited_options: what of the machine's apt configuration a root needs to reach the same mirror.
inherited_options() {
  apt-config dump |
    grep -E '^Acquire::(https?::Proxy|Check-Valid-Until|Check-Date) ' | sed 's/^/--aptopt=/' || true
}

# kept_tar [--architecture NAME] [PACKAGE]: path of the kept tar, made or refreshed when it is absent or 7 days old.
kept_tar() {
  local suite tar options lines architecture='' limit=600
  if [[ ${1:-} == --architecture ]]; then architecture=$2 limit=1500; shift 2; fi
  suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  tar=$kept/$suite${1:+-$1}${architecture:+-$architecture}.tar
  mkdir -p "$kept"
  exec 9>"$kept/lock${architecture:+-$architecture}"
  flock --timeout "$limit" 9 || die "another run has been making a root for $((limit / 60)) minutes"
  if [[ -z $(find "$tar" -mtime -7 2>/dev/null) ]]; then
    say "making a minimal $suite root${architecture:+ of $architecture}${1:+ with $1} (once; 30 s, or some minutes for another architecture)"
    lines=$(sources "$suite")
    [[ -n $lines ]] || die "apt knows no source of $suite on this machine" 4
    mapfile -t options < <(inherited_options)
    timeout --kill-after=10 "$limit" mmdebstrap --quiet --format=tar --variant=minbase \
      ${architecture:+--architectures="$architecture"} ${1:+--include="$1"} "${options[@]}" "$suite" "$tar.new" - <<<"$lines" >&2
    mv "$tar.new" "$tar"
  fi
  exec 9>&-
  printf '%s\n' "$tar"
}

new_root() {
  local with='' of=()
  if [[ $1 == --architecture ]]; then of=("$1" "$2"); shift 2; fi
  if [[ $1 == --with ]]; then with=$2; shift 2; fi
  local tar dir=$1
  tar=$(kept_tar "${of[@]}" ${with:+"$with"})
  mkdir -p "$dir"
  tar --extract --file "$tar" --directory "$dir" --exclude='./dev/*' --numeric-owner --xattrs --xattrs-include='*'
  printf '127.0.0.1 localhost %s\n' "$(hostname)" >"$dir/etc/hosts"
  rm -f "$dir/etc/resolv.conf"
  cp --dereference /etc/resolv.conf "$dir/etc/resolv.conf"
}

# The dynamic helper brings its loader and libraries along: LD_LIBRARY_PATH would leak into apt.
install_helper() {
  local binary=$1 dir=$2 folder=$2/opt/ci-optimizer loader library
  mkdir -p "$folder/lib" "$dir/usr/local/bin"
  cp "$binary" "$folder/ci-optimizer"
  ln -sf /opt/ci-optimizer/ci-optimizer "$dir/usr/local/bin/ci-optimizer"
  loader=$(patchelf --print-interpreter "$binary" 2>/dev/null || true)
  [[ -n $loader ]] || return 0
  for library in "$loader" $(ldd "$binary" | awk '$2 == "=>" { print $3 }'); do
    cp --dereference "$library" "$folder/lib/"
  done
  patchelf --force-rpath --set-rpath "\$ORIGIN/lib" --set-interpreter "/opt/ci-optimizer/lib/${loader##*/}" \
    "$folder/ci-optimizer"
}

run_in_root() {
  local leftovers='' user=''
  while [[ $1 == --* ]]; do
    case $1 in
      --leftovers) leftovers=$2; shift 2 ;;
      --user) user=$2; shift 2 ;;
      *) usage_error "unknown option: $1" ;;
    esac
  done
  local dir=$1
  shift
  exec unshare --mount --pid --fork --kill-child --propagation private \
    "$BASH" "${BASH_SOURCE[0]}" first-process "$dir" "$leftovers" "$user" "$@"
}

# The first process of the namespace: mounts, runs the command in the foreground (a background one would
# ignore SIGINT), and says what was left when the command was over.
first_process() {
  local dir=$1 leftovers=$2 user=$3 node code=0 process
  shift 3
  mount -t proc proc "$dir/proc"
  mount -t tmpfs -o mode=755 tmpfs "$dir/dev"
  for node in null zero full random urandom; do
    touch "$dir/dev/$node"
    mount --bind "/dev/$node" "$dir/dev/$node"
  done
  mkdir "$dir/dev/pts" "$dir/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=666 devpts "$dir/dev/pts"
  mount -t tmpfs -o mode=1777 tmpfs "$dir/dev/shm"
  ln -s pts/ptmx "$dir/dev/ptmx"
  ln -s /proc/self/fd "$dir/dev/fd"

  local home=/root switch=()
  if [[ -n $user ]]; then
    home=/home/$user
    switch=(setpriv "--reuid=$user" "--regid=$user" --init-groups)
  fi
  chroot "$dir" "${switch[@]}" env -i "PATH=$search_path" "HOME=$home" LANG=C.UTF-8 "$@" || code=$?
  if [[ -n $leftovers ]]; then
    # A zombie has no command line, and one that is just going may vanish between two looks.
    for process in "$dir"/proc/[0-9]*; do
      [[ ${process##*/} == "$$" ]] || tr '\0' ' ' <"$process/cmdline" || true
    done >"$leftovers" 2>/dev/null
  fi
  exit "$code"
}

remove_root() {
  [[ ! -e $1 ]] || rm -rf --one-file-system "$1"
}

[[ $# -gt 0 ]] || usage_error "no command given"
command=$1
shift
case $command in
  -h | --help) print_help; exit 0 ;;
esac
[[ $EUID -eq 0 ]] || die "throw-away roots need root" 77
case $command in
  new) new_root "$@" ;;
  keep) kept_tar "$@" >/dev/null ;;
  install) install_helper "$@" ;;
  run) run_in_root "$@" ;;
  remove) remove_root "$@" ;;
  first-process) first_process "$@" ;;
  *) usage_error "no such command: $command" ;;
esac
