"""Who must not be reached: servers, and a process, outside of the guard. Prints what is needed to find it as JSON; for
each line that it reads it prints how many datagrams came to the forbidden port and to the allowed one since the last."""
import array, json, os, select, signal, socket, sys, threading

secret, path, abstract = sys.argv[1:4]
signal.signal(signal.SIGUSR1, lambda *_: None)


def tcp():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(512)

    def serve():
        while True:
            server.accept()[0].close()

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]


counts = {}
receivers = {}
receiving = threading.Lock()


def udp(name):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    server.setblocking(False)
    server.bind(("127.0.0.1", 0))
    counts[name] = 0
    receivers[name] = server

    def serve():
        while True:
            select.select([server], [], [])
            with receiving:
                drain(name)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]


def drain(name):
    for _ in range(1 << 20):
        try:
            receivers[name].recv(64)
        except BlockingIOError:
            return
        counts[name] += 1


def local(address):
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen(8)

    def serve():
        while True:
            peer = server.accept()[0]
            handle = open(secret)
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [handle.fileno()]))
            try:
                peer.sendmsg([b"x"], [rights])
            except OSError:
                pass  # It only wanted to connect.
            handle.close()
            peer.close()

    threading.Thread(target=serve, daemon=True).start()


local(path)
local("\0" + abstract)
master, slave = os.openpty()
free = socket.socket()
free.bind(("127.0.0.1", 0))
with open("/proc/self/maps") as maps:
    address = maps.readline().split("-")[0]
facts = {"OUTSIDE": os.getpid(), "ADDRESS": address, "TERMINAL": os.ttyname(slave), "TCP": tcp(), "TCP_ALLOWED": tcp()}
facts |= {"UDP": udp("forbidden"), "UDP_ALLOWED": udp("allowed"), "FREE": free.getsockname()[1]}
free.close()
print(json.dumps(facts), flush=True)
for line in sys.stdin:
    # Loopback delivers before sendto returns: what was sent is here.
    with receiving:
        for name in counts:
            drain(name)
        print(json.dumps(counts), flush=True)
        for name in counts:
            counts[name] = 0
