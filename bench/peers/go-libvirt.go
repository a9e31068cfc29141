// go-libvirt as a peer: reads lines `CALL REPETITIONS IN-FLIGHT`, answers one line of JSON for each (CPU µs a call, calls/s).
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/digitalocean/go-libvirt"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func open(socket, name string) *libvirt.Libvirt {
	conn, err := net.Dial("unix", socket)
	must(err)
	l := libvirt.New(conn)
	must(l.ConnectToURI(libvirt.ConnectURI(name)))
	return l
}

func cpuMicros() int64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return (usage.Utime.Nano() + usage.Stime.Nano()) / 1000
}

// Arguments: the daemon's socket, the URI of a host of few domains, that of one of many.
func main() {
	few, many := open(os.Args[1], os.Args[2]), open(os.Args[1], os.Args[3])
	domains, _, err := few.ConnectListAllDomains(1, 0)
	must(err)
	domain := domains[0]
	list := func(l *libvirt.Libvirt) func() error {
		return func() error { _, _, err := l.ConnectListAllDomains(1, 0); return err }
	}
	calls := map[string]func() error{
		"domainGetInfo":    func() error { _, _, _, _, _, err := few.DomainGetInfo(domain); return err },
		"domainGetXMLDesc": func() error { _, err := few.DomainGetXMLDesc(domain, 0); return err },
		"list-few":         list(few),
		"list-many":        list(many),
		"stats-many":       func() error { _, err := many.ConnectGetAllDomainStats(nil, 0, 0); return err },
	}
	out := json.NewEncoder(os.Stdout)
	must(out.Encode(map[string]bool{"ready": true}))
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var name string
		var count, inFlight int64
		_, err := fmt.Sscan(lines.Text(), &name, &count, &inFlight)
		must(err)
		call, left := calls[name], count
		var workers sync.WaitGroup
		began, before := time.Now(), cpuMicros()
		for i := int64(0); i < inFlight; i++ {
			workers.Add(1)
			go func() {
				defer workers.Done()
				for atomic.AddInt64(&left, -1) >= 0 {
					must(call())
				}
			}()
		}
		workers.Wait()
		used, seconds := cpuMicros()-before, time.Since(began).Seconds()
		must(out.Encode(map[string]float64{
			"cpuMicros": float64(used) / float64(count),
			"perSecond": float64(count) / seconds,
		}))
	}
}
