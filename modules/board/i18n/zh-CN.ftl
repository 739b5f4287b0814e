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

### 通报
board-bulletin = 写通报
board-bulletin-title = 写一份月度通报
board-bulletin-lead = 数字由系统填好，按党政机关公文格式（GB/T 9704）排成 PDF，可以打印、盖章、归档。
board-bulletin-office = 发文单位
board-bulletin-office-hint = 印在最上面的红字里，也是落款
board-bulletin-number = 发文字号
board-bulletin-number-hint = 例如：滨街办发〔2026〕12号
board-bulletin-to = 主送
board-bulletin-to-hint = 例如：各社区：
board-bulletin-copies = 抄送
board-bulletin-copies-hint = 例如：区委办公室，区民政局。
board-bulletin-copied = 抄送：{ $copies }
board-bulletin-sent = { $day }印发
board-bulletin-make = 生成 PDF
board-bulletin-month = { $year }{"\u2060"}年{"\u2060"}{ $month }{"\u2060"}月
board-bulletin-head = { $office }文件
board-bulletin-about = 关于{ $place }{ $month }诉求办理情况的通报
board-bulletin-nth = { $n ->
    [1] 一
    [2] 二
    [3] 三
   *[other] 四
}、
board-bulletin-heading-all = 总体情况
board-bulletin-heading-rates = 三率情况
board-bulletin-heading-units = 各单位情况
board-bulletin-heading-aims = 年度目标进展
board-bulletin-all = { $month }，{ $place }共收到诉求{ $received }件，办结并计入考核{ $assessed }件。
board-bulletin-rate = { $name }{ $rate }（{ $of }/{ $all }），口径：{ $words }。

### 大家的看板
board-open-board = 大家的看板
board-open-board-lead = 这里的数字谁都可以看。和人有关的，只用已经公布的月份；服务点这样和人无关的，是现在的数。
board-whole-board = 回到工作看板
board-open-how = 这些数字怎么来
board-open-months = 逐月的数字
board-open-json = 给程序用（JSON）
board-open-map-label = 地图：社区、服务点，以及各社区已公开的诉求
board-open-map-words = 公开的诉求只标到社区，不标具体位置。
board-map-legend = 图例
board-communities = 各社区
board-hidden = 暂不公开
board-target-hidden = 人太少或还没到公布的时候，暂不公开
board-at-least = 至少 { $count }
board-trend-months = { $name }，已公布的月份
board-by-month = 逐月数字
