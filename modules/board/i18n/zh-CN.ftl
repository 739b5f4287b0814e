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
