from erpnext.utilities.tree_master import TreeMaster


class CustomerGroup(TreeMaster):
	nsm_parent_field = "parent_customer_group"
