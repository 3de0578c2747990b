"""The bench's own Redis: one for the cache, one for the queue."""

import socket

from embedded.daemons import Daemon
from embedded.layout import Layout
from embedded.packages import program
from embedded.ports import Ports

KINDS = ("cache", "queue")


def config(layout: Layout, kind: str, port: int) -> str:
	lines = [
		"bind 127.0.0.1",
		f"port {port}",
		f"dir {layout.run}",
		'save ""',
		"appendonly no",
		# the command line is how the process is recognised as ours
		"set-proc-title no",
	]
	if kind == "cache":
		lines += ["maxmemory 256mb", "maxmemory-policy allkeys-lru"]
	return "\n".join(lines) + "\n"


def daemon(layout: Layout, kind: str) -> Daemon:
	path = layout.config / f"redis_{kind}.conf"
	return Daemon(
		name=f"redis_{kind}",
		command=(program("redis-server") or "redis-server", str(path)),
		pid_file=layout.run / f"redis_{kind}.pid",
		log=layout.logs / f"redis_{kind}.log",
		cwd=layout.root,
	)


def answers(port: int) -> bool:
	try:
		with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
			connection.sendall(b"PING\r\n")
			return connection.recv(16).startswith(b"+PONG")
	except OSError:
		return False


def start(layout: Layout, ports: Ports) -> None:
	for kind in KINDS:
		server = daemon(layout, kind)
		running = server.pid() is not None
		port = ports.claim(f"redis_{kind}", is_ours=running)
		if not running:
			(layout.config / f"redis_{kind}.conf").write_text(config(layout, kind, port))
		server.start(lambda port=port: answers(port))


def stop(layout: Layout) -> None:
	for kind in reversed(KINDS):
		daemon(layout, kind).stop()
