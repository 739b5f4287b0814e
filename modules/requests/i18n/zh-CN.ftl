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
requests-yours-words = 到现场后点“开始处理”。{ $time } 前没有开始，单子会回到池子。
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

### 分拣
requests-all-matters = 全部
requests-held-title = 待放行的事项
requests-held-count = 待放行（{ $count }）
requests-held-lead = 这些没有署名的内容像是广告，先没有放出来。看一眼：是正常的事就放行，不是就不受理。
requests-is-held = 还没有放出来
requests-is-held-words = 内容像是广告。放行以后才会进入列表和统计；反映人看到的是“已收到”。
requests-release = 放行
requests-whistles-title = 请我们配合的事
requests-whistles-count = 请我们配合（{ $count }）
requests-whistles-lead = 其他单位请你们办好自己的那一部分，按时答复就行，事项还归对方。
requests-whistles-none = 没有要配合的事
requests-whistles-none-words = 别的单位吹哨请你们配合时，会出现在这里。
requests-call-from-to = { $from } 请 { $to }
requests-answer-by = { $time } 前答复
requests-call-answered = { $time } 已答复
requests-call-recalled = { $time } 已收回
requests-calls = 吹哨配合
requests-answer = 你们的答复
requests-answer-hint = 做了什么，或者为什么办不了、该找谁
requests-answer-send = 答复
requests-recall = 不用配合了
requests-meanwhile-words = 下面是最新情况。您写的还在原处，看过以后可以再提交。
requests-flag-urgent = 可能有危险
requests-flag-outside = 可能不在本街道
requests-flag-excluded = 不计入考核
requests-waits-for = 正在等：{ $what }
requests-waits-for-words = 等的时候办理时限停着。
requests-waits-for-answer = 反映人回答
requests-site = 站点
requests-why = 为什么派给这位
requests-why-by-desk = 工作人员指派。
requests-why-reopened = 反映人说没有解决，还由原来的人办。
requests-why-nobody-grabbed = 规定时间内没有人抢，派给最合适、有空的人。
requests-why-distance = 离这里 { $metres } 米；
requests-why-held = 当时手上 { $count } 单；
requests-why-skilled = 会这门手艺；
requests-why-unskilled = 没有人会这门手艺；
requests-why-others = 当时有空的 { $free } 人，没空的 { $busy } 人。
requests-materials = 用料
requests-material = { $name } { $amount }
requests-material-cost = { $name } { $amount }，{ $cost } 元
requests-stages = 各环节时限
requests-stage-due = 期限
requests-stage-reached = 完成
requests-stage-late = 已超时
requests-stage-was-late = 超时
requests-stage-contact = 联系
requests-stage-grab = 接单
requests-stage-start = 动手
requests-stage-finish = 办结
requests-kin = 有关的事项
requests-kin-into = 已经并入这一件
requests-kin-merged = 并进来的
requests-kin-part = 拆出来的
requests-reply = 常用回复
requests-reply-hint = 选一条会放在您写的话前面
requests-reply-none = 不用
requests-way = 写给谁
requests-way-note = 内部备注
requests-way-note-hint = 只有办理的人能看到
requests-way-update = 告诉反映人
requests-way-update-hint = 反映人会看到；时限照常走
requests-way-question = 问反映人
requests-way-question-hint = 反映人会看到；回答之前办理时限停着
requests-said-update = 告诉反映人
requests-publish-unit = 哪里的人可以抢
requests-publish-everybody = 所有人
requests-publish-skill = 要会什么
requests-publish-any-skill = 不限
requests-decide-ask = 有人申请不把这件事计入考核，请您决定。
requests-decide-yes = 同意
requests-decide-no = 不同意
requests-exclusion-waits = 已申请不计入考核，等街道决定：{ $reason }。{ $words }
requests-exclusion-approved = 街道已同意不计入考核：{ $reason }。{ $words }
requests-exclusion-refused = 街道没有同意，照常计入考核：{ $reason }。{ $words }
requests-in-words = 用自己的话说
requests-decline-words = 补充说明
requests-more = 其他
requests-move = 改类别或归属
requests-move-category = 改成哪一类
requests-move-unit = 归到哪里
requests-move-hint = 换了类别，时限按新的类别从反映时算起
requests-stays = 不变
requests-delegate = 吹哨，请别的单位配合
requests-delegate-hint = 事项还归你们，只请对方办它的那一部分，对方的时限单独算。
requests-delegate-unit = 请哪个单位
requests-delegate-words = 请对方做什么
requests-delegate-limit = 多久答复（可以不填）
requests-delegate-limit-hint = 4wh 是 4 个工作小时，1wd 是 1 个工作日，24h 是 24 小时；不填是 1 个工作日
requests-merge = 和另一件合并
requests-merge-into = 并入哪一件（编号）
requests-merge-hint = 这一件的反映人都会跟着过去，原来的链接照样能用
requests-split = 拆出一件
requests-split-hint = 一次反映里有两件事时用；拆出来的一件有自己的编号和时限
requests-split-words = 拆出来的是什么事
requests-exclude = 申请不计入考核
requests-exclude-reason = 为什么
requests-exclude-hint = 由街道决定，提的人不能自己批
requests-exclude-words = 说明情况
requests-follow-parts = 您反映的内容里还有另外的事，单独在办：
requests-follow-others = { $count } 人反映了这件事

### 办理中
requests-say = 备注，或联系反映人
requests-besides = 其他
requests-wait = 要等一等
requests-wait-for = 在等什么
requests-wait-hint = 等的时候办理时限停着，管理的人能看到原因
requests-wait-words = 说明（可以不填）
requests-resume = 继续办理
requests-material-add = 记一笔用料
requests-material-name = 用了什么
requests-material-amount = 用了多少
requests-material-amount-hint = 例如：2 个、3 米
requests-material-yuan = 花了多少元（可以不填）
requests-return-words = 补充说明
requests-others-wait = 还有别人也反映了 { $number } 这件事，所以会继续办；不想再跟进，不看链接就行
requests-changed-since = 您打开以后，有人改了 { $number }
requests-cooldown = 这件事上次抢到以后没有按时开始，{ $until } 以后才能再抢
requests-not-offered = 这一单只给指定范围或会这门手艺的人
requests-waits-already = { $number } 已经在等了
requests-waits-not = { $number } 没有在等
requests-bad-cost = 请写金额，例如 12.50
requests-not-held = { $number } 没有被拦下
requests-nothing-changes = 类别和归属都没有变
requests-bad-limit = 时限写成 4wh、1wd 或 24h 这样
requests-own-unit = 事项本来就归这里
requests-asked-already = 已经请过这个单位了，等它答复
requests-delegation-over = 已经答复或者收回了
requests-exclusion-asked = { $number } 已经申请过了
requests-no-exclusion = { $number } 没有等着决定的申请
requests-second-person = 提申请的人不能自己批，请换一位
requests-merge-same = 不能和自己合并
requests-merge-over = 那一件已经结束，不能并进去
requests-too-many-parts = 一次最多拆 { $max } 件
requests-joined-already = 您已经反映过 { $number } 了
requests-no-such-number = 没有这个编号的事项

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
history-requests-reopen = 说没有解决，重新打开
history-requests-join = 也反映了这件事
history-requests-release = 放行
history-requests-merge = 并入另一件
history-requests-merged-in = 有一件并了进来
history-requests-split = 拆出了一件
history-requests-move = 改了类别或归属
history-requests-delegate = 吹哨请别的单位配合
history-requests-answer-delegation = 配合单位答复
history-requests-recall-delegation = 不再请别的单位配合
history-requests-delegation-late = 配合单位超时没有答复
history-requests-exclude = 申请不计入考核
history-requests-decide-exclusion = 决定是否计入考核
history-requests-yellow = 办理时限用了八成
history-requests-red = 超过办理时限
history-orders-assign = 派了单
history-orders-lapse = 没有按时开始，单子回到池子
history-orders-nobody-free = 没有人有空，已告诉管理的人
history-orders-wait = 要等一等，时限停着
history-orders-resume = 继续办理
history-orders-material = 记了用料
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
