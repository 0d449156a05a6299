#!/usr/bin/env bash
# bench/build.sh [--recipe FILE] [--work DIR] [--without-mkosi] [--without-user]
# How long an image takes, beside mkosi 24.3 with the same packages in the same run, and whether two builds are the same.
#   --recipe         what to build (default: image-builder/recipes/demo.yaml)
#   --work           keeps caches and results there (default: a temporary directory, removed in the end)
#   --without-mkosi  leaves the peer out; --without-user does not build as another user (that needs root)
# mkosi 24.3 is in bookworm-backports; MKOSI=PATH names one elsewhere, such as a script that enters a chroot (it is called in
# the directory of its configuration, below --work). It is given the mirrors of this machine's apt. One line per
# figure: what ours limit ok|MISSED. The exit code is 0 only if every bar holds. KEELSON=COMMAND builds with another launcher.
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "$0")")")
recipe=$root/image-builder/recipes/demo.yaml work='' peer=1 user=1
while [ $# -gt 0 ]; do
  case "$1" in
    --recipe) recipe=$(readlink -f "$2"); shift ;;
    --work) work=$(mkdir -p "$2" && readlink -f "$2"); shift ;;
    --without-mkosi) peer= ;;
    --without-user) user= ;;
    *) echo "unknown option $1: see the head of $0" >&2; exit 2 ;;
  esac
  shift
done
if [ -z "$work" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
chmod 755 "$work"
keelson=${KEELSON:-$root/keelson}
cache=$work/cache missed=0
figure() { # WHAT OURS LIMIT UNIT
  awk -v w="$1" -v o="$2" -v l="$3" -v u="$4" 'BEGIN { ok = o <= l
    printf "%-40s %10.2f %s, at most %.2f %s\n", w, o, u, l, ok ? "ok" : "MISSED"; exit !ok }' || missed=1
}
seconds() { # COMMAND...: sets `took`
  local from; from=$(date +%s.%N)
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; echo "failed: $*" >&2; exit 1; }
  took=$(awk -v a="$from" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
}
build() { # OUT LOCK [ARGUMENTS]
  "$keelson" image build --recipe "$recipe" --version 1.0.0 --keys "$work/keys" --cache "$cache" --out "$1" --lock "$2" "${@:3}"
}
[ -d "$work/keys" ] || "$keelson" keys generate --dir "$work/keys" >/dev/null
"$keelson" image lock --recipe "$recipe" --cache "$cache" --out "$work/new.lock" >&2
"$keelson" image lock --recipe "$recipe" --suite trixie --cache "$cache" --out "$work/old.lock" >&2
# One package of the older lock in the newer one: the first that differs and is no kernel and no part of a set of equals.
python3 - "$work" <<'PYTHON'
import json, sys
new, old = (json.load(open(f"{sys.argv[1]}/{n}.lock")) for n in ("new", "old"))
older = {p["name"]: p for p in old["packages"]}
for i, p in enumerate(new["packages"]):
    q = older.get(p["name"])
    if q and q["version"] != p["version"] and not p["name"].startswith("linux-"):
        new["packages"][i] = q
        print("one package changed:", p["name"], p["version"], "->", q["version"], file=sys.stderr)
        break
else:
    sys.exit("no package differs between the suites today")
json.dump(new, open(f"{sys.argv[1]}/one.lock", "w"))
PYTHON
build "$work/first" "$work/one.lock" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; } # fetches
# Of the packages nothing is left but the downloads. The linked JDK and the archive of the host's classes are kept: they come
# of no package, and the peer has neither.
forget() { rm -rf "$work/first" "$cache/unpacked" "$cache/initrds" "$cache/locks"; }
forget
rm -rf "$cache/runtime" "$cache/class-archives"
seconds build "$work/first" "$work/new.lock"
from_nothing=$took
runs=()
for _ in 1 2 3; do
  forget
  seconds build "$work/first" "$work/new.lock"
  runs+=("$took")
done
all=$(printf '%s\n' "${runs[@]}" | sort -n | sed -n 2p)
forget
# A log of its own for every process that the build may start.
rm -f "$work"/gc-*.log
JAVA_TOOL_OPTIONS="-Xmx1g -Xlog:gc:file=$work/gc-%p.log" seconds build "$work/first" "$work/new.lock"
seconds build "$work/first" "$work/new.lock"
unchanged=$took
# The changed package is neither unpacked nor built: only its download is there.
find "$cache/unpacked" -name "$(python3 -c '
import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:])
print(next(q["sha256"] for p, q in zip(a["packages"], b["packages"]) if p != q))' "$work/new.lock" "$work/one.lock")*" -delete
seconds build "$work/first" "$work/one.lock"
one=$took
echo "the JDK linked and its classes archived anew, too: $from_nothing s"
figure unchanged "$unchanged" 2 s
figure one-package-changed "$one" 6 s
figure peak-heap "$(grep -ho '[0-9]*M->' "$work"/gc-*.log | tr -dc '0-9\n' | sort -n | tail -1)" 1024 MiB

if [ -n "$peer" ]; then
  mkosi=${MKOSI:-mkosi}
  command -v "$mkosi" >/dev/null ||
    { echo "install mkosi 24.3 from bookworm-backports (it brings a newer systemd), or name it by MKOSI" >&2; exit 2; }
  mkdir -p "$work/mkosi/packages"
  # Of its own it adds a suite of debug symbols, which not every mirror has.
  sources=$work/mkosi/mkosi.pkgmngr/etc/apt/sources.list.d/mkosi.sources
  mkdir -p "$(dirname "$sources")"
  main=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1 || true)
  security=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep security | head -1 || true)
  # Without lists there are no targets.
  : "${main:=$(awk '/^URIs:/ { print $2 }' /etc/apt/sources.list.d/debian.sources | head -1)}"
  : "${security:=$(awk '/^URIs:/ { print $2 }' /etc/apt/sources.list.d/debian.sources | tail -1)}"
  printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n' "$main" >"$sources"
  printf 'Types: deb\nURIs: %s\nSuites: trixie-security\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' "$security" >>"$sources"
  python3 - "$work" >"$work/mkosi/mkosi.conf" <<'PYTHON'
import json, sys
lock = json.load(open(f"{sys.argv[1]}/new.lock"))
print("[Distribution]\nDistribution=debian\nRelease=trixie\n[Output]\nFormat=disk\nOutput=image\n[Content]\nBootable=no\nWithDocs=no\nPackages=")
for p in lock["packages"]:
    print("    " + p["name"])
PYTHON
  run_mkosi() { (cd "$work/mkosi" && "$mkosi" --force --package-cache-dir "$work/mkosi/packages" build); }
  run_mkosi >"$work/log" 2>&1 || { cat "$work/log" >&2; echo "mkosi failed" >&2; exit 2; } # fetches
  seconds run_mkosi
  peers=("$took")
  seconds run_mkosi
  peers+=("$took")
  took=$(printf '%s\n' "${peers[@]}" | sort -n | head -1)
  echo "mkosi, packages fetched: ${peers[*]} s; ours: ${runs[*]} s, the middle one counts"
  figure everything-rebuilt "$all" "$(awk -v t="$took" 'BEGIN { print t * 0.2 }')" s
else
  echo "everything-rebuilt: $all s (no mkosi to compare with)"
fi

other=$work/a/quite/different/place
mkdir -p "$other"
run_other() {
  env TZ=Asia/Kathmandu LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 HOME="$other" JAVA_TOOL_OPTIONS=-Duser.language=tr \
    taskset -c 0 "${as[@]}" "$keelson" image build --recipe "$recipe" --version 1.0.0 --keys "$work/keys" \
    --cache "$other/cache" --out "$other/out" --lock "$work/new.lock" --payload
}
build "$work/kept" "$work/new.lock" --payload >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
as=()
mkdir -p "$other/cache"
cp -r "$cache/archive" "$other/cache/"
if [ -n "$user" ] && [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  chmod -R a+rX "$work/keys"
  chown -R 65534:65534 "$other"
fi
(umask 077; run_other) >"$work/log" 2>&1 || { cat "$work/log" >&2; echo "the second build failed" >&2; exit 1; }
same=1 files=0
[ "$(ls "$work/kept")" = "$(ls "$other/out")" ] || { echo "differs: which files there are"; same=0; }
for file in "$work"/kept/*; do
  files=$((files + 1))
  cmp -s "$file" "$other/out/$(basename "$file")" || { echo "differs: $(basename "$file")"; same=0; }
done
if [ "$same" = 1 ]; then
  echo "two builds: $files files the same (other directory, user, time zone, locale, umask, one CPU)"
else
  missed=1
fi
exit "$missed"
