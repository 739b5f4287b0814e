# 这个房间的话。键以 skeleton- 开头；en.ftl 的键与这里完全相同。
skeleton-title = 条目
skeleton-empty = 还没有条目
skeleton-empty-words = 在下面新增第一条。
skeleton-field-title = 标题
skeleton-field-unit = 所在区域
skeleton-choose = 请选择
skeleton-add = 新增
skeleton-error-unit = 没有这个区域，请从列出的选项里选一个
