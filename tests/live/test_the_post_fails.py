"""A mail server that refuses, hangs, or dies after accepting: nothing is lost, and no letter comes more than twice (F11)."""

import frappe

from tests.live.conftest import readers, the_one


def queued(person: str) -> list[str]:
	"""The states of that person's letters in Frappe's queue."""
	letters = frappe.get_all("Email Queue Recipient", {"recipient": person}, pluck="parent")
	return frappe.get_all("Email Queue", {"name": ("in", letters)}, pluck="status", order_by="creation, name")


def test_a_letter_that_was_refused_comes_with_the_next_minute_and_once(register, passes, mailbox, staff):
	register("Mon 09:30")
	the_one(passes("Mon 09:31"), staff.technician)
	with mailbox.closed():
		assert passes("Mon 11:30") == []
	assert queued(staff.technician) == ["Sent", "Not Sent"]
	the_one(passes("Mon 11:31"), staff.technician)
	assert passes("Mon 11:32") == []
	assert queued(staff.technician) == ["Sent", "Sent"]


def test_a_server_that_hangs_up_on_a_letter_gets_it_again_and_once(register, passes, mailbox, staff):
	register("Mon 09:30")
	mailbox.hang_on_next_letter()
	assert passes("Mon 09:31") == []
	the_one(passes("Mon 09:32"), staff.technician)
	assert passes("Mon 09:33") == []


def test_a_server_that_dies_after_accepting_gets_one_duplicate_at_most(register, passes, mailbox, staff):
	register("Mon 09:30")
	mailbox.keep_next_letter_and_die()
	copies = passes("Mon 09:31") + passes("Mon 09:32") + passes("Mon 09:33")
	assert 1 <= readers(copies)[staff.technician] == len(copies) <= 2
	# a mail program can tell: both are the same letter
	assert len({letter.message_id for letter in copies}) == 1
	assert queued(staff.technician) == ["Sent"]
