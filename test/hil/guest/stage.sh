#!/bin/sh
# First script on the guest's root (the host's, with a layer in memory over it). Ends the machine.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LC_ALL=C.UTF-8
fact() { sed -n "s/.*chariot\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }

mount -t tmpfs tmpfs /run
mkdir -p /dev/pts /dev/shm /lib/modules
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount --bind "$(fact modules)" /lib/modules

modprobe -a virtio_net vhci_hcd usbhid hid_generic ftdi_sio cp210x cdc_acm uvcvideo evdev
net=$(ls /sys/class/net | grep -v '^lo$' | head -1)
busybox ip link set lo up
busybox ip addr add 10.0.2.15/24 dev "$net"
busybox ip link set "$net" up
"$(fact udevd)" --daemon
udevadm trigger --action=add
udevadm settle

cd "$(fact root)" && "$(fact node)" "$(fact agent)" "$(fact config)"
echo "agent ended with $? after $(cut -d' ' -f1 /proc/uptime) s"
sync
busybox poweroff -f
