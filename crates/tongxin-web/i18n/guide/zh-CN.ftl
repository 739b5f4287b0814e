# The guide and the first steps of each role.

shell-help = 使用说明
guide-title = 怎么用
guide-lead = 每种人一页：能做什么，怎么做。
tour-title = 先做这三步
tour-start = 开始
tour-guide = 看使用说明
tour-seen = 不再显示
tour-street-1 = 说一件事，有照片更好。
tour-street-2 = 在“我的”里看谁在办、什么时候办好。
tour-street-3 = 说说解决了没有，满意不满意。
tour-board-1 = 选单位，同心圆就是一三五现在的样子。
tour-board-2 = 点任何一个数字，打开它数的清单。
tour-board-3 = 每张图下面有一张表，可以读，可以打印。
tour-desk-1 = 打开事项：先看红色的，已经超时。
tour-desk-2 = 联系反映人，受理，下单，其余交给抢单池。
tour-desk-3 = 每天要看的清单，起个名字存下来。
tour-round-1 = 先填在岗时间，时间以外不派单。
tour-round-2 = 把页面放到手机桌面，没网也能用。
tour-round-3 = 抢近的单，开始办理，说说做了什么。
tour-office-1 = 把管理页上还没设好的设好。
tour-office-2 = 加人，给每人一个岗位和一个链接。
tour-office-3 = 今晚做一次备份，再试着恢复。
