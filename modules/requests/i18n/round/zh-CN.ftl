# 没有网络时走访用的词语。
requests-queue-title = 存在本机：{"{n}"} 项待发送
requests-queue-waits = 等待发送
requests-queue-sent = 已发送
requests-queue-refused = 未被接收：
requests-queue-unsure = 一天前可能已经送达，但没有收到回复。请先看看这张单，再决定重发还是丢弃。
requests-queue-again = 再试一次
requests-queue-drop = 丢弃
requests-queue-copy = 复制文字
requests-queue-copied = 已复制
requests-queue-drafted = 还没发出去：这是您上次没写完的话。
requests-queue-offline = 现在没有网络。什么都没有丢：恢复后会按这个顺序自动发送。
requests-queue-signin = 您已退出登录。重新登录后就会发送，内容都还在。
requests-queue-full = 本机最多保存 100 项、60 MB。请先到有网络的地方把待发送的发出去，再做这一步。
requests-queue-leaving = 还有内容没有发送，退出登录会丢弃它们。仍要退出吗？
requests-queue-expired = 服务器暂时没能接收，稍后会再试。
requests-queue-send = 现在发送
requests-queue-none = 发送情况
requests-queue-photos = 照片：{ $count } 张

# 我的单子，按时限和远近
requests-group-over = 已超时限（{ $count }）
requests-group-near = 快到时限（{ $count }）
requests-group-rest = 还有时间（{ $count }）
requests-nearest = 近的在前
requests-nearest-asking = 手机正在确定位置…
requests-nearest-sorted = 每一组里近的排在前面。您的位置只留在这部手机上。
requests-nearest-back = 又按时限排列了。
requests-nearest-failed = 手机没有给出位置，单子保持原来的顺序。
requests-nearest-metres = 约 {"{n}"} 米
requests-nearest-km = 约 {"{n}"} 公里
requests-nearest-nowhere = 没有地点

# 地图上的单子池
requests-pool-list = 列表
requests-pool-on-map = 地图
requests-pool-views = 单子池
requests-pool-map-title = 地图上可以抢的
requests-pool-map-label = 可以抢的单子的地图
requests-pool-map-beside = 地图上的单子
requests-pool-map-together = 这里有 { $count } 单，请在列表里选
requests-pool-map-chosen = 这里是这一单
requests-pool-map-empty = 这里没有带地点的单子
requests-pool-map-empty-words = 没有地点的只在列表里。
requests-pool-map-nowhere = 另有 { $count } 单没有地点，只在列表里
