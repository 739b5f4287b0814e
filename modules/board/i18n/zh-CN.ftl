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

# 方案包
board-pack-third-level = 方案树只有两级；“{ $value }”本身已是第二级
board-pack-node = tree.csv 里没有代码为“{ $value }”的一项
board-pack-target = “{ $value }”不是大于 0 的整数
board-pack-measure = 没有名为“{ $value }”的指标；可写：{ $known }
programme-count-tree = 工作体系 { $count } 项
programme-count-targets = 目标 { $count } 个
