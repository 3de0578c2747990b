"""The bench's own MariaDB: data, socket, port and root password all inside `.bench/`."""

import getpass
import os
import secrets
import shutil
import subprocess
from pathlib import Path

from embedded.daemons import Daemon
from embedded.layout import Layout
from embedded.packages import program, require_program
from embedded.ports import Ports
from embedded.shell import clean_environment, output_of, run
from embedded.steps import Step, digest_of

LAYOUT_VERSION = 1  # of the data folder: raise it when mariadb-install-db is called differently


def server_config(layout: Layout, port: int) -> str:
	"""The server's own settings; Frappe insists on the character set and collation standing here."""
	return "\n".join(
		(
			"[mysqld]",
			f"datadir={layout.database}",
			f"socket={layout.socket}",
			f"tmpdir={layout.temporary}",
			f"port={port}",
			"bind-address=127.0.0.1",
			f"pid-file={layout.run / 'mariadb.server.pid'}",
			f"init-file={layout.config / 'mariadb-init.sql'}",
			"skip-name-resolve",
			"character-set-server=utf8mb4",
			"collation-server=utf8mb4_unicode_ci",
			"max_connections=300",
			"max_allowed_packet=256M",
			"innodb_buffer_pool_size=512M",
			"innodb_log_file_size=256M",
			*(("user=root",) if os.geteuid() == 0 else ()),
			"",
		)
	)


def client_config(port: int, password: str) -> str:
	return f"[client]\nhost=127.0.0.1\nport={port}\nuser=root\npassword={password}\n"


def root_password(layout: Layout) -> str:
	path = layout.config / "mariadb-root-password"
	if not path.exists():
		path.write_text(secrets.token_hex(16))
		path.chmod(0o600)
	return path.read_text().strip()


def init_statements(password: str) -> str:
	"""Run at every start, so that the remembered password is always the true one."""
	accounts = ("'root'@'localhost'", "'root'@'127.0.0.1'")
	lines = []
	for account in accounts:
		lines += [
			f"CREATE USER IF NOT EXISTS {account};",
			f"ALTER USER {account} IDENTIFIED BY '{password}';",
			f"GRANT ALL PRIVILEGES ON *.* TO {account} WITH GRANT OPTION;",
		]
	return "\n".join(lines) + "\n"


def data_step(layout: Layout) -> Step:
	return Step(
		name="database files",
		inputs=lambda: digest_of(LAYOUT_VERSION, layout.database),
		holds=lambda: (layout.database / "mysql").is_dir(),
		clear=lambda: _clear(layout),
		run=lambda: _make_data(layout),
	)


def _clear(layout: Layout) -> None:
	stop(layout)
	shutil.rmtree(layout.database, ignore_errors=True)


def _make_data(layout: Layout) -> None:
	layout.database.mkdir(parents=True)
	run(
		(
			require_program("mariadb-install-db"),
			"--no-defaults",
			f"--datadir={layout.database}",
			f"--user={getpass.getuser()}",
			"--auth-root-authentication-method=normal",
			"--skip-test-db",
		),
		layout.logs / "mariadb-install.log",
		what="making the database files",
	)


def daemon(layout: Layout) -> Daemon:
	return Daemon(
		name="mariadb",
		command=(
			program("mariadbd", "mysqld") or "mariadbd",
			f"--defaults-file={layout.config / 'mariadb.cnf'}",
		),
		pid_file=layout.run / "mariadb.pid",
		log=layout.logs / "mariadb.log",
		cwd=layout.root,
	)


def start(layout: Layout, ports: Ports) -> None:
	server = daemon(layout)
	running = server.pid() is not None
	port = ports.claim("mariadb", is_ours=running)
	password = root_password(layout)
	if not running:
		_write_private(layout.config / "mariadb-init.sql", init_statements(password))
		(layout.config / "mariadb.cnf").write_text(server_config(layout, port))
	_write_private(layout.config / "mariadb-client.cnf", client_config(port, password))
	server.start(lambda: answers(layout), patience=90)


def _write_private(path: Path, text: str) -> None:
	path.touch(mode=0o600)
	path.write_text(text)


def stop(layout: Layout) -> None:
	daemon(layout).stop(patience=60)


def _client(layout: Layout, program: str, *words: str) -> list[str]:
	return [require_program(program), f"--defaults-file={layout.config / 'mariadb-client.cnf'}", *words]


def answers(layout: Layout) -> bool:
	command = _client(layout, "mariadb-admin", "--connect-timeout=2", "ping")
	return subprocess.run(command, capture_output=True, env=clean_environment()).returncode == 0


def query(layout: Layout, sql: str) -> list[list[str]]:
	"""Rows of a statement run as root, each value as text."""
	printed = output_of(_client(layout, "mariadb", "--batch", "--skip-column-names", "-e", sql))
	return [line.split("\t") for line in printed.splitlines()]


def drop(layout: Layout, name: str) -> None:
	"""Take a site's database and its account away, whatever of them exists."""
	accounts = query(layout, f"SELECT user, host FROM mysql.global_priv WHERE user = '{name}'")
	drops = [f"DROP USER '{user}'@'{host}'" for user, host in accounts]
	query(layout, "; ".join((f"DROP DATABASE IF EXISTS `{name}`", *drops)))


def create(layout: Layout, name: str, password: str) -> None:
	query(
		layout,
		f"CREATE DATABASE `{name}`; CREATE USER '{name}'@'127.0.0.1' IDENTIFIED BY '{password}';"
		f" GRANT ALL PRIVILEGES ON `{name}`.* TO '{name}'@'127.0.0.1'",
	)


def dump(layout: Layout, name: str, target: Path) -> None:
	half = target.with_suffix(".half")
	words = ("--single-transaction", "--skip-dump-date", f"--result-file={half}", name)
	run(_client(layout, "mariadb-dump", *words), layout.logs / "dump.log", what=f"saving {name}")
	half.replace(target)


def load(layout: Layout, name: str, source: Path) -> None:
	run(_client(layout, "mariadb", name), layout.logs / "load.log", stdin=source, what=f"loading {name}")
