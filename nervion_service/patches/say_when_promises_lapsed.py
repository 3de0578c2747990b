"""Promises that lapsed before `cancelled_at` was there: nothing has changed them since, so they lapsed when last written."""

import frappe


def execute():
	# every promise of the site, whoever may read it
	frappe.db.sql(
		"""UPDATE `tabService Commitment` SET cancelled_at = modified
		WHERE status = 'Cancelled' AND cancelled_at IS NULL AND in_figures = 0"""
	)
