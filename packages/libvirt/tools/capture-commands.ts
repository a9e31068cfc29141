/** Commands of virsh, in this order. FOLDER is the private daemon's; a no-break space stands for a space within a word. */
export const TEST_DRIVER_COMMANDS = `
list --all
list --all --name
domstats
dominfo test
domstate test --reason
dumpxml test
vcpuinfo test
vcpucount test
vcpupin test
schedinfo test
schedinfo test --set weight=60
domblkinfo test vda
domblkstat test vda
domifstat test eth0
dommemstat test
domcontrol test
domhostname test
domtime test
domfsinfo test
domiflist test
suspend test
resume test
setmem test 1024 --live
setvcpus test 1
setmaxmem test 9000000 --config
autostart test
desc test --title hello
metadata test --uri http://domus.invalid/1 --key n --set <n/>
metadata test --uri http://domus.invalid/1
save test FOLDER/test.save
restore FOLDER/test.save
managedsave test
start test
snapshot-create-as test first
snapshot-create-as test second
snapshot-list test --tree
snapshot-info test first
snapshot-current test
snapshot-parent test second
snapshot-dumpxml test first
snapshot-revert test first
snapshot-delete test second
checkpoint-create-as test one
checkpoint-list test
checkpoint-dumpxml test one
checkpoint-delete test one
domfsfreeze test
domfsthaw test
set-user-password test user secret
send-key test KEY_A
screenshot test FOLDER/test.png
reboot test
shutdown test
undefine test
net-list --all
net-dumpxml default
net-info default
net-dhcp-leases default
net-destroy default
net-start default
net-undefine default
iface-list --all
iface-dumpxml eth1
iface-mac eth1
iface-name aa:bb:cc:dd:ee:ff
iface-begin
iface-define FOLDER/iface.xml
iface-start eth9
iface-destroy eth9
iface-undefine eth9
iface-commit
pool-list --all --details
pool-dumpxml default-pool
pool-info default-pool
pool-refresh default-pool
vol-create-as default-pool v1 10M
vol-create-as default-pool v2 20M
vol-list default-pool --details
vol-info v1 default-pool
vol-dumpxml v1 default-pool
vol-path v1 default-pool
vol-key v1 default-pool
vol-delete v1 default-pool
pool-destroy default-pool
pool-autostart default-pool
nodedev-list --tree
nodedev-dumpxml computer
nodedev-info computer
nodeinfo
nodecpumap
nodecpustats
nodememstats
freecell --all
freepages --all
capabilities
domcapabilities
uri
hostname
sysinfo
version
maxvcpus
cpu-models x86_64
secret-list
nwfilter-list
domstats --list-active --raw
list --with-snapshot
iothreadinfo test
domjobinfo test
dominfo nobody
`
  .trim()
  .split('\n');

export const QEMU_COMMANDS = `
pool-define-as images dir --target FOLDER/images
pool-build images
pool-start images
pool-autostart images
pool-info images
pool-dumpxml images
pool-capabilities
pool-event --list
vol-create-as images raw.img 1M --format raw
vol-upload raw.img FOLDER/disk.img --pool images
vol-upload raw.img FOLDER/disk.img --pool images --sparse
vol-download raw.img FOLDER/back.img --pool images
vol-download raw.img FOLDER/back.img --pool images --sparse
vol-create-as images other.qcow2 1M --format qcow2
vol-create-as images vdb.qcow2 1M --format qcow2
vol-resize other.qcow2 2M --pool images
vol-clone raw.img clone.img --pool images
vol-wipe clone.img --pool images
vol-list images --details
vol-pool FOLDER/images/raw.img
vol-info FOLDER/images/raw.img
vol-delete clone.img --pool images
pool-refresh images
net-define FOLDER/net.xml
net-start lan
net-autostart lan
net-info lan
net-update lan add-last ip-dhcp-host <host\u00a0mac='52:54:00:00:00:01'\u00a0ip='192.168.77.15'/> --live
net-dhcp-leases lan
net-list --all
net-port-list lan
secret-define FOLDER/secret.xml
secret-list
nwfilter-define FOLDER/filter.xml
nwfilter-list
nwfilter-dumpxml drop-all
nwfilter-binding-list
define FOLDER/echo.xml
start echo --paused
resume echo
dominfo echo
domstats --raw
domstats echo --block --vcpu --interface --balloon
domstate echo --reason
domid echo
domuuid echo
dumpxml echo --security-info
vncdisplay echo
domdisplay echo
domblklist echo --details
domblkinfo echo vda --human
domblkinfo echo --all
domblkstat echo vda
domblkerror echo
domblkthreshold echo vda 100
dommemstat echo
cpu-stats echo --total
cpu-stats echo
vcpuinfo echo
vcpupin echo
vcpupin echo 0 0
emulatorpin echo
iothreadinfo echo
iothreadadd echo 3
iothreadinfo echo
schedinfo echo
blkiotune echo
memtune echo
numatune echo
perf echo
blkdeviotune echo vda
blkdeviotune echo vda --total-iops-sec 500
attach-interface echo network lan --model virtio --live
domiflist echo
domifaddr echo
nwfilter-binding-list
net-port-list lan
attach-disk echo FOLDER/images/vdb.qcow2 vdb --driver qemu --subdriver qcow2 --live
domblklist echo
detach-disk echo vdb --live
setmem echo 30000 --live
dommemstat echo --period 2 --live
metadata echo --uri http://domus.invalid/1 --key n --set <n/>
metadata echo --uri http://domus.invalid/1
desc echo --live words
guest-agent-timeout echo --timeout 3
domtime echo
domfsinfo echo
domhostname echo
guestinfo echo
qemu-agent-command echo {}
qemu-monitor-command echo --hmp info\u00a0status
qemu-monitor-event --domain echo --timeout 1
inject-nmi echo
send-key echo KEY_A KEY_B
screenshot echo FOLDER/shot.png
snapshot-create-as echo first
snapshot-list echo
snapshot-dumpxml echo first
snapshot-revert echo first
snapshot-delete echo first
checkpoint-create-as echo c1
checkpoint-list echo --tree
backup-begin echo
backup-dumpxml echo
domjobinfo echo
domjobabort echo
domjobinfo echo --completed
blockcopy echo vda FOLDER/images/copy.qcow2 --wait --pivot --transient-job
blockjob echo vda
blockresize echo vda 2M
snapshot-create-as echo over --disk-only --no-metadata
blockcommit echo vda --active --wait --pivot
domdirtyrate-calc echo 1
migrate-getspeed echo
migrate-setspeed echo 100
migrate-getmaxdowntime echo
migrate-compcache echo
migrate --live echo qemu+unix:///system?socket=/nowhere
managedsave echo
managedsave-dumpxml echo
managedsave-remove echo
start echo
save echo FOLDER/echo.save
save-image-dumpxml FOLDER/echo.save
restore FOLDER/echo.save
dump echo FOLDER/echo.core --memory-only
suspend echo
resume echo
reset echo
reboot echo
dompmsuspend echo mem
set-lifecycle-action echo poweroff destroy
shutdown echo
destroy echo
autostart echo
autostart echo --disable
domxml-to-native qemu-argv --domain echo
nodeinfo
nodecpumap
nodecpustats --percent
nodememstats
node-memory-tune
nodesuspend mem 60
freecell --all
freepages --all
allocpages 2M 0
capabilities
domcapabilities --virttype qemu
cpu-models x86_64
cpu-baseline FOLDER/echo.xml
sysinfo
hostname
version --daemon
nodedev-list
nodedev-dumpxml computer
find-storage-pool-sources dir
find-storage-pool-sources logical
event --all --timeout 1
list --all --title
dominfo nobody
vol-info nothing --pool images
net-info nothing
pool-info nothing
undefine nobody
`
  .trim()
  .split('\n');
