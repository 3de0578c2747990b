import socket

import pytest

from embedded.errors import BenchError
from embedded.ports import RANGE, Ports, is_free


@pytest.fixture
def ports(tmp_path, said):
	return Ports(tmp_path / "ports.json", say=said.append, free=lambda port: True)


def test_a_port_that_somebody_listens_on_is_not_free():
	with socket.socket() as listener:
		listener.bind(("127.0.0.1", 0))
		listener.listen()
		assert not is_free(listener.getsockname()[1])


def test_a_chosen_port_is_remembered(ports):
	port = ports.claim("mariadb", is_ours=False)
	assert port in RANGE
	assert ports.claim("mariadb", is_ours=False) == port
	assert ports.of("mariadb") == port


def test_a_preferred_port_is_taken_when_it_is_free(ports):
	assert ports.claim("web", is_ours=False, preferred=(8000,)) == 8000


def test_a_port_taken_by_another_program_is_left_to_it_and_that_is_told(ports, said):
	first = ports.claim("mariadb", is_ours=False)
	ports.free = lambda port: port != first
	second = ports.claim("mariadb", is_ours=False)
	assert second != first
	assert said == [f"        port {first} of mariadb is taken by another program: using {second}"]
	assert ports.of("mariadb") == second


def test_a_port_held_by_our_own_process_is_kept(ports, said):
	first = ports.claim("mariadb", is_ours=False)
	ports.free = lambda port: False
	assert ports.claim("mariadb", is_ours=True) == first
	assert said == []


def test_two_services_never_get_the_same_port(ports):
	names = [f"service-{number}" for number in range(50)]
	assert len({ports.claim(name, is_ours=False) for name in names}) == 50


def test_a_damaged_file_of_ports_is_written_anew(ports):
	ports.path.write_text('{"mariadb": 2')
	assert ports.known() == {}
	ports.claim("mariadb", is_ours=False)
	assert "mariadb" in ports.known()


def test_an_unknown_port_says_what_to_run_first(ports):
	with pytest.raises(BenchError, match="start the bench first"):
		ports.of("web")


def test_no_free_port_at_all_is_told(ports):
	ports.free = lambda port: False
	with pytest.raises(BenchError, match="no free port"):
		ports.claim("web", is_ours=False)
