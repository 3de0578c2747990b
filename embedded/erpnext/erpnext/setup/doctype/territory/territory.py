from erpnext.utilities.tree_master import TreeMaster


class Territory(TreeMaster):
	nsm_parent_field = "parent_territory"
