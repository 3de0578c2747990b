"""Complaints of before `demanded_action` was there: the action that was open about their cause while they ran."""

import frappe


def execute():
	# every complaint of the site, whoever may read it
	frappe.db.sql(
		"""UPDATE `tabService Complaint` complaint SET demanded_action = (
			SELECT action.name FROM `tabService Corrective Action` action
			WHERE action.root_cause = complaint.root_cause AND action.company = complaint.company AND action.stage <> 'Cancelled'
				AND action.name <> IFNULL(complaint.recurrence_action, '')
				AND action.received_at <= IFNULL(complaint.closed_at, '9999-12-31')
				AND (action.implemented_at IS NULL OR action.implemented_at >= complaint.root_cause_set_at)
			ORDER BY action.received_at, action.name LIMIT 1)
		WHERE complaint.demanded_action IS NULL AND complaint.root_cause > '' AND complaint.root_cause_set_at IS NOT NULL
			AND (complaint.severity = 'Critical' OR complaint.recurrence_action > '')
			AND IFNULL(complaint.verdict, '') <> 'Inadmissible'"""
	)
