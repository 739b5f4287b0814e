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
requests-queue-offline = 现在没有网络。什么都没有丢：恢复后会按这个顺序自动发送。
requests-queue-signin = 您已退出登录。重新登录后就会发送，内容都还在。
requests-queue-full = 本机最多保存 100 项、60 MB。请先到有网络的地方把待发送的发出去，再做这一步。
requests-queue-leaving = 还有内容没有发送，退出登录会丢弃它们。仍要退出吗？
requests-queue-expired = 服务器暂时没能接收，稍后会再试。
requests-queue-send = 现在发送
requests-queue-none = 发送情况
requests-queue-photos = 照片：{ $count } 张
