# 看板
board-nav = 看板
board-title = 看板
board-card = 看板
board-card-words = 事情办得怎么样，每个数字都能点开看。
board-heading = { $place }看板
board-as-of = 截至 { $time }
board-unit = 单位
board-rates = 三率
board-flow = 事情走到了哪一步
board-units = 下级单位
board-unanswered = 其中 { $count } 件还没有人评价
board-tree = 一三五工作体系
board-target-uncounted = 系统里尚无记录
board-target-of = 目标 { $target }{ $unit }
board-target-reached = 已达到
board-uncounted = 尚未计数
board-change = 一周 { $change }
board-trend = { $name }，近13周
board-by-week = 逐周数字
board-week = 截至
board-now = 已计
board-wanted = 目标
board-part = 部分
board-aim = 指标
board-aims = 目标达成
board-whole = 看整个方案
board-as-table = 看表格

# 方案包
board-pack-third-level = 方案树只有两级；“{ $value }”本身已是第二级
board-pack-node = tree.csv 里没有代码为“{ $value }”的一项
board-pack-target = “{ $value }”不是大于 0 的整数
board-pack-measure = 没有名为“{ $value }”的指标；可写：{ $known }
programme-count-tree = 工作体系 { $count } 项
programme-count-targets = 目标 { $count } 个

### 公开的数字
board-open-card = 公开的数字
board-open-card-words = 每个月反映了多少、解决了多少
board-open-title = 公开的数字
board-open-lead = 每个月结束三十天后公布一次，以后不再改动。
board-open-empty = 还没有公布的月份
board-open-empty-words = 第一个月结束三十天后会出现在这里。
board-open-month = 月份
board-open-unit = 社区
board-open-received = 反映
board-open-assessed = 办结
board-open-reached = 按时联系
board-open-solved = 解决
board-open-satisfied = 满意
board-open-few = 太少
board-open-why = 少于十个人的数字不公布，能用来推算出它们的数字也不公布，这样谁也不会被认出来。

### 实时、时限、地图、墙上大屏
board-limits = 时限
board-map = 在地图上
board-map-open = 打开地图
board-to-wall = 放到大屏上
board-from-wall = 回到看板
board-live-on = 实时更新
board-live-lost = 连接断开了，正在重连；数字停在上面的时间
board-live-out = 登录已过期，数字不再更新。请重新登录。
