"""The served desk itself: it opens, at both widths, for who may see it."""

import pytest


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_the_desk_opens_for_the_administrator(desk_page, windows, width):
	page = desk_page("Administrator", "user", width=width)
	page.wait_for_selector(".frappe-list .list-row-container, .frappe-list .list-row")
	assert page.evaluate("frappe.session.user") == "Administrator"
	assert page.viewport_size["width"] == {"desktop": 1366, "phone": 390}[width]
	# a bundle that lacks a part of itself speaks like this
	assert [
		line for line in windows.complaints if "is not defined" in line or "is not a function" in line
	] == []


def test_a_guest_does_not_enter_the_desk(windows):
	page = windows.new()
	answer = page.goto("/app")
	# one engine shows a refusal with the way to sign in, the other goes there by itself
	if "/login" not in page.url:
		assert answer.status == 403
		page.click("text=Login >> nth=-1")
	page.wait_for_selector("input#login_email")


def test_a_wrong_password_is_refused(windows):
	page = windows.new()
	answer = page.context.request.post(
		"/api/method/login", form={"usr": "Administrator", "pwd": "not-this-one"}
	)
	assert answer.status == 401
