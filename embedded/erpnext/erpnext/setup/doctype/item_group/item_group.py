from erpnext.utilities.tree_master import TreeMaster


class ItemGroup(TreeMaster):
	nsm_parent_field = "parent_item_group"
