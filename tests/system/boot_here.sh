#!/usr/bin/env bash
# Boots this computer's own root folder, read-only beneath a memory file system, with its own systemd as process 1 and the
# station of a clone in it: namespaces of its own, nothing of it stays.
# usage: boot_here.sh FOLDER PROJECT PACKAGES PYTHON     FOLDER: empty; PACKAGES: site-packages; PYTHON: a Python's prefix
set -euo pipefail
folder=$1
if [ "${2:-}" != inside ]; then
    cgroups=$(mktemp -d); mount -t cgroup2 none "$cgroups"
    group=$cgroups/booted-here-$$; mkdir "$group"; echo $$ >"$group/cgroup.procs"
    # Whoever started this and dies takes it along.
    setpriv --pdeathsig KILL unshare --kill-child --pid --mount --uts --ipc --cgroup --net --fork bash "$0" "$folder" inside "${@:2}" &
    child=$!
    for _ in $(seq 100); do one=$(pgrep -P $child | head -n 1) && [ -n "$one" ] && break; sleep 0.05; done
    echo "$one" >"$folder.pid"
    wait $child || true
    rm -f "$folder.pid"
    echo $$ >"$cgroups/cgroup.procs" || true
    find "$group" -depth -type d -exec rmdir {} +
    umount --lazy "$cgroups"; rmdir "$cgroups"
    exit 0
fi
project=$3 packages=$4 python=$5
mount --make-rprivate /
mount -t tmpfs tmpfs "$folder"
mkdir "$folder"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
cd "$folder/root"
# Whose root this is starts nothing of its own here.
rm -rf etc/systemd/system etc/fstab; mkdir -p etc/systemd/system; : >etc/fstab
# The release: a virtual environment whose parts are elsewhere.
release=opt/balance-station/releases/here
rm -rf opt/balance-station; mkdir -p $release/bin opt/station-clone opt/station-packages opt/station-python
for one in "$project:clone" "$packages:packages" "$python:python"; do mount --bind "${one%:*}" "opt/station-${one##*:}"; done
version=$("$python/bin/python3" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
mkdir -p $release/lib/$version/site-packages
printf '/opt/station-clone\n/opt/station-packages\n' >$release/lib/$version/site-packages/here.pth
printf 'home = /opt/station-python/bin\ninclude-system-site-packages = false\n' >$release/pyvenv.cfg
ln -s /opt/station-python/bin/python3 $release/bin/python
printf '#!/%s/bin/python\nfrom station.cli import main\nmain()\n' $release >$release/bin/station
chmod 755 $release/bin/station
cp -r "$project/systemd" $release/systemd
echo here >$release/release
# A Python with a library of its own looks for it where it was built, which may be somebody's home.
mkdir -p etc/systemd/system.conf.d
printf '[Manager]\nDefaultEnvironment=LD_LIBRARY_PATH=/opt/station-python/lib\n' >etc/systemd/system.conf.d/python.conf
ln -s releases/here opt/balance-station/current
ln -s releases/here opt/balance-station/proven
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for n in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "dev/${n%:*}" c 1 "${n#*:}"; done
mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd; touch dev/console
printf '[station]\nrig = "simulated"\nlanguage = "de"\n[install]\nhostname = "booted-here"\n' >etc/answers.toml
"$python/bin/python3" $release/systemd/install --root "$folder/root" --settings etc/answers.toml \
    --only snippets,users,folders,computer,settings,safe-mode,units,enabled
ln -sf /etc/systemd/system/station.target etc/systemd/system/default.target
hostname booted-here
ip link set lo up
mkdir .old; pivot_root . .old; umount -l /.old
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=lxc TERM=dumb /lib/systemd/systemd --log-target=console </dev/null
