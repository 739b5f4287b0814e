# 主环节的词：反映、受理、下单、抢单、处理、反馈、评价。

### 导航与首页
requests-nav-report = 我要反映
requests-nav-work = 我的单子
requests-nav-desk = 事项
requests-card-report = 我要反映
requests-card-report-words = 路灯坏了、垃圾没清、邻居太吵，都可以说。不用注册。
requests-card-work = 抢单和我的单子
requests-card-work-words = 看看有什么单子，抢一单，办好它。
requests-card-desk = 事项办理
requests-card-desk-words = 受理、下单、联系居民。

### 反映
requests-report-title = 我要反映
requests-report-lead = 说清楚是什么事、在哪里，就可以发了。
requests-report-for-caller = 您正在替来电或来访的人填写。请写对方的称呼和电话，链接和编号告诉对方。
requests-urgent = 有人受伤、着火或正在发生的违法犯罪，请直接打 120、119 或 110。
requests-field-category = 是哪一类事
requests-choose = 请选择
requests-category-needed = 请选一下是哪一类事
requests-field-words = 是什么事
requests-field-words-hint = 最多 { $max } 个字。请不要写别人的姓名和电话。
requests-words-needed = 请说一下是什么事
requests-field-place = 在哪里
requests-field-place-more = 具体位置（可以不填）
requests-field-place-hint = 例如：康城社区 3 号楼 2 单元门口
requests-at-site = 您在：{ $site }
requests-place-needed = 请说一下在哪里，或者用您现在的位置
requests-unknown-site = 没有这个站点编号，请看看二维码旁边的编号
requests-field-name = 怎么称呼您（可以不填）
requests-field-name-hint = 例如：李女士
requests-field-phone = 电话（可以不填）
requests-field-phone-hint = 只用来联系您说这件事
requests-send = 发送
requests-private = 您写的内容只有负责处理的人能看到。
requests-no-photos-yet = 照片暂时还不能从这里发送，请先用文字说明

### 跟进
requests-sent-title = 收到了，谢谢您
requests-sent-number = 编号
requests-sent-link = 用这个链接随时看进度、补充说明、评价。请保存好，只有您有：
requests-sent-next = 接下来：社区会尽快受理并联系您。
requests-sent-call = 也可以打电话问，报编号就行：
requests-follow-title = 事项 { $number }
requests-next-received = 已经收到，社区正在看。
requests-next-accepted = 社区已经受理，正在安排人手。
requests-next-declined = 这件事没有受理，原因写在下面。
requests-next-withdrawn = 您已经撤回了这件事。
requests-next-open = 已经下单，等网格员接单。
requests-next-working = 网格员正在处理。
requests-next-done = 已经办完，请您看看满意不满意。
requests-next-rated = 谢谢您的评价。
requests-next-reopened = 您说没有解决，社区会重新安排。
requests-next-closed = 这件事已经结束。
requests-declined-because = 没有受理的原因
requests-done-by = { $worker } 已办完
requests-rate-title = 办得怎么样
requests-rate-solved = 问题解决了吗？
requests-rate-satisfied = 您满意吗？
requests-rate-send = 发送评价
requests-solved-yes = 解决了
requests-solved-partly = 解决了一部分
requests-solved-no = 没有解决
requests-stars-1 = 很不满意
requests-stars-2 = 不满意
requests-stars-3 = 一般
requests-stars-4 = 满意
requests-stars-5 = 很满意
requests-rated-thanks = 评价收到了，谢谢您
requests-rated-reopened = 知道了，这件事重新打开
requests-rated-reopened-words = 社区会再安排人处理，您不用再报一次。
requests-rated-late = 这次评价没有算上：这件事已经评价过，或者又有了变化
requests-rated-incomplete = 请选“解决了吗”，再选满意程度
requests-matter = 这件事
requests-unit = 所属
requests-words = 内容
requests-due = 办理期限
requests-worker = 处理人
requests-steps = 办理过程
requests-talk = 沟通
requests-asked = 处理人有问题想问您
requests-asked-words = 请在下面回答。您回答之前，办理时限先停着。
requests-from-us = 处理人
requests-from-you = 您
requests-add = 补充或回答
requests-withdraw = 撤回这件事
requests-withdraw-ask = 撤回以后就不再处理了。确定要撤回吗？
requests-withdraw-yes = 确定撤回
requests-somebody = 反映人

### 网格员
requests-work-title = 我的单子
requests-mine = 我手上的（{ $count }）
requests-cap-words = 一个人最多同时拿 { $cap } 单。
requests-mine-empty = 手上没有单子，在下面抢一单吧。
requests-pool = 可以抢的
requests-pool-empty = 现在没有可抢的单子
requests-pool-empty-words = 新单子来了会出现在这里。
requests-look-again = 再看一下
requests-due-at = { $time } 前办完
requests-distance = { $metres } 米
requests-grab = 抢单
requests-grab-this = 抢单 { $number }
requests-missed-words = 没关系，下面还有别的单子。
requests-order-title = 单子 { $number }
requests-number = 编号
requests-reporter = 反映人
requests-phone = 电话
requests-yours = 抢到了，这单归您
requests-yours-words = 到现场后点“开始处理”。
requests-start = 开始处理
requests-note = 办理结果
requests-note-hint = 做了什么、现在怎么样，反映人会看到
requests-complete = 办完了
requests-return = 办不了，退回
requests-return-reason = 为什么退回
requests-return-hint = 例如：需要专业电工
requests-return-yes = 退回单子池
requests-back-to-work = 回到我的单子

### 工作台
requests-desk-title = 事项
requests-enter-for-caller = 替来电人填写
requests-filter-words = 编号、内容、地点
requests-filter-status = 状态
requests-any = 全部
requests-when = 反映时间
requests-none = 还没有事项
requests-none-words = 居民反映的事会出现在这里。您也可以替来电人填写。
requests-none-found = 没有找到
requests-none-found-words = 换个词，或者清除筛选看看全部。
requests-back-to-desk = 回到事项
requests-matter-title = 事项 { $number }
requests-point = 坐标
requests-channel = 来源
requests-channel-web = 网页
requests-channel-api = 程序
requests-channel-staff = 工作人员代填
requests-channel-import = 导入
requests-contact-due = 联系期限
requests-contacted = 已联系
requests-reveal = 显示电话（会留下记录）
requests-order = 单子
requests-nothing-said = 还没有沟通记录。
requests-said-question = 问反映人
requests-said-answer = 反映人说
requests-said-note = 内部备注
requests-message = 写一句
requests-message-public = 问反映人
requests-message-public-hint = 反映人会看到；回答之前办理时限停着。不勾选就是内部备注。
requests-todo = 现在可以做
requests-accept = 受理
requests-publish = 下单
requests-pool-choice = 放到哪个池子
requests-how = 怎么联系的
requests-how-phone = 打电话
requests-how-visit = 上门
requests-how-message = 发消息
requests-contact-note = 说了什么（可以不填）
requests-contact = 记录已联系
requests-transfer-to = 转给谁
requests-transfer = 转单
requests-close = 结束
requests-decline = 不受理
requests-decline-reason = 为什么不受理
requests-decline-hint = 反映人会看到，请说明该找谁
requests-withdraw-for-caller = 替反映人撤回

### 规则
requests-wrong-state = 事项 { $number } 现在是“{ $status ->
    [received] 已收到
    [accepted] 已受理
    [declined] 未受理
    [withdrawn] 已撤回
    [open] 等待接单
    [working] 处理中
    [done] 已办结
    [rated] 已评价
    [reopened] 已重开
   *[closed] 已结束
}”，不能这样办
requests-order-wrong-state = 这一单现在是“{ $status ->
    [open] 等待抢单
    [grabbed] 已抢
    [working] 处理中
    [done] 已办结
    [returned] 已退回
   *[cancelled] 已取消
}”，不能这样办
requests-changed-meanwhile = 刚才有人改了这件事，请看一下最新情况再决定
requests-somebody-was-first = { $winner } 快了一步，这一单已经被抢走了
requests-already-yours = 这一单已经在您手上
requests-order-gone = 这一单已经撤了
requests-over-cap = 您手上已经有 { $cap } 单，先办完一单再抢
requests-not-done = 这件事还没有办完，办完才能评价
requests-no-worker = 没有这个网格员
requests-same-worker = 这一单本来就在这位手上
requests-imported-before = 这个文件已经导入过了（{ $file }），没有再导一次
requests-bad-cursor = 翻页标记不对，请从第一页重新开始
requests-bad-near = 位置要写成“纬度,经度”，例如 39.60,109.79

### 过程
history-requests-report = 反映了这件事
history-requests-accept = 受理
history-requests-decline = 没有受理
history-requests-publish = 下单
history-requests-contact = 联系了反映人
history-requests-message = 留了言
history-requests-withdraw = 撤回
history-requests-close = 结束
history-requests-reveal = 查看了电话
history-requests-import = 随历史数据导入
history-orders-grab = 抢到了单子
history-orders-start = 开始处理
history-orders-return = 退回了单子
history-orders-complete = 办完了
history-orders-transfer = 转了单
history-ratings-rate = 评价了
history-requests-imported-created = 反映（历史数据）
history-requests-imported-accepted = 受理（历史数据）
history-requests-imported-contacted = 联系（历史数据）
history-requests-imported-done = 办结（历史数据）

### 指标
measure-requests-received = 反映
measure-requests-now-received = 待受理
measure-requests-now-accepted = 已受理
measure-requests-now-declined = 未受理
measure-requests-now-withdrawn = 已撤回
measure-requests-now-open = 待抢单
measure-requests-now-working = 处理中
measure-requests-now-done = 待评价
measure-requests-now-rated = 已评价
measure-requests-now-reopened = 已重开
measure-requests-now-closed = 已结束
measure-requests-assessed = 办结
measure-requests-contacted = 按时联系
measure-requests-in-time = 按时办结

### 消息：事情有了进展，告诉相关的人
requests-field-email = 邮箱（选填）
requests-field-email-hint = 留下邮箱，每有进展我们发一封信给您，信里有查看的链接
requests-notice-accepted = 您反映的“{ $category }”已受理（{ $number }）
requests-notice-accepted-words = 社区已经接下这件事，接下来安排人处理。
requests-notice-declined = 您反映的“{ $category }”这次没有受理（{ $number }）
requests-notice-declined-words = 理由写在页面上。有不清楚的地方，请打电话给我们。
requests-notice-withdrawn = 您反映的“{ $category }”已由工作人员代为撤回（{ $number }）
requests-notice-withdrawn-words = 如果不是您的意思，请打电话给我们，或者重新反映。
requests-notice-question = 关于“{ $category }”，有个问题想问您（{ $number }）
requests-notice-question-words = 请打开页面回答。您回答之前，办理时限先停下。
requests-notice-update = 您反映的“{ $category }”有新消息（{ $number }）
requests-notice-update-words = 打开页面就能看到。
requests-notice-started = 您反映的“{ $category }”已经有人在处理（{ $number }）
requests-notice-started-words = 办好以后我们再告诉您。
requests-notice-done = 您反映的“{ $category }”办好了，请您评一评（{ $number }）
requests-notice-done-words = 解决了吗？满意吗？没解决的话，我们接着办。
requests-notice-merged = 您反映的“{ $category }”和另一件事是同一件，已经合在一起办（{ $number }）
requests-notice-merged-words = 您的链接照常能用，进展还会告诉您。
requests-notice-split = 您反映的“{ $category }”里有几件事，已经分开来办（{ $number }）
requests-notice-split-words = 每一件有了进展，都会告诉您。
requests-notice-moved = 您反映的“{ $category }”换了负责的人（{ $number }）
requests-notice-moved-words = 现在由更合适的社区或类别来办，您不用再做什么。
requests-notice-closed = 您反映的“{ $category }”已归档（{ $number }）
requests-notice-closed-words = 又出现同样的问题，请再告诉我们。
requests-notice-answer = “{ $category }”的反映人回答了您（{ $number }）
requests-notice-answer-words = 时限继续计时，请接着办。
requests-notice-assigned = 有一单派给您：{ $category }（{ $number }）
requests-notice-assigned-words = 请按时开始；来不了，请尽早退回，好让别人接手。
requests-notice-assigned-by-clock = “{ $category }”没人抢单，系统已派给合适的人（{ $number }）
requests-notice-assigned-by-clock-words = 页面上写着派给了谁、为什么。
requests-notice-transferred = 有一单转给您：{ $category }（{ $number }）
requests-notice-transferred-words = 请看一下，按时开始。
requests-notice-lapsed = “{ $category }”没有按时开始，已退回（{ $number }）
requests-notice-lapsed-words = 这一单回到了抢单池，一天之内您不能再抢它。
requests-notice-yours-again = 反映人说“{ $category }”没有解决，请您再去一次（{ $number }）
requests-notice-yours-again-words = 这一单还在您名下，时限重新计算。
requests-notice-reopened-often = “{ $category }”已经第三次说没解决，请您来定（{ $number }）
requests-notice-reopened-often-words = 原来的人办了两次，换人、吹哨或上门看看？
requests-notice-nobody-free = “{ $category }”没有人能派（{ $number }）
requests-notice-nobody-free-words = 在岗的人都满了或不合适，请您直接安排。
requests-notice-yellow = “{ $category }”用掉了八成时限（{ $number }）
requests-notice-yellow-words = 看看卡在哪里，还来得及。
requests-notice-red = “{ $category }”超时了（{ $number }）
requests-notice-red-words = 请尽快处理，并告诉反映人。
requests-notice-delegated = 请你们协助办理“{ $category }”（{ $number }）
requests-notice-delegated-words = 有单位吹哨找你们，要做的事和期限在页面上。
requests-notice-delegation-answered = 被吹哨的单位回复了“{ $category }”（{ $number }）
requests-notice-delegation-answered-words = 请看回复，接着办。
requests-notice-delegation-late = “{ $category }”的吹哨到期没有回复（{ $number }）
requests-notice-delegation-late-words = 请互相联系一下，别让反映人等。
requests-notice-delegation-recalled = “{ $category }”不再需要你们协助（{ $number }）
requests-notice-delegation-recalled-words = 不用再做什么，谢谢。
