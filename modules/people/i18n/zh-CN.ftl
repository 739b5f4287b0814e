# 人员、岗位、代班、需要两个人同意的事。en.ftl 里有完全相同的键。

people-card = 人员和岗位
people-card-words = 谁在哪个岗位，谁来了，谁走了
people-approvals-card = 需要两个人同意的事
people-approvals-card-words = 删除、授权和规则改动，由另一个人来决定
people-access-card = 为什么可以，为什么不可以
people-access-card-words = 查一个人能不能做一件事，依据是什么
people-rules-card = 本街道的规则
people-rules-card-words = 各部分的权限规则，和本街道另外禁止的事
people-looks-card = 谁看过个人信息
people-looks-card-words = 每一次查看：谁、什么时候、为了什么
people-own-card = 我的岗位和代班
people-own-card-words = 离开时请人代班

### The list
people-title = 人员和岗位
people-lead = 岗位有起止日期：到了日子自动生效，也自动结束。
people-words = 姓名或账号
people-unit = 单位
people-unit-hint = 岗位管这个单位和它下面的所有单位。
people-all-units = 全部
people-empty = 没有找到人
people-empty-words = 换一个词，或少选一个条件。
people-name = 姓名
people-public-name = 对外显示的名字
people-public-name-hint = 不填就显示姓名。
people-login = 账号
people-login-hint = 2 到 40 个字，没有空格。
people-posts = 岗位
people-post = 哪个岗位
people-role = 角色
people-gone = 已离开
people-erased = 已删除信息的人
people-no-posts = 现在没有岗位。
people-choose = 请选择
people-from = 从哪天开始
people-from-hint = 不填就从现在开始。
people-until = 到哪天为止
people-until-hint = 不填就一直有效。
people-new = 新来的人
people-new-lead = 添加以后会有一个链接，只显示一次。请把它交给本人，由本人设置密码。
people-add = 添加
people-done-give = 已安排岗位。
people-done-end = 已结束岗位。
people-done-leave = 已办理离开。所有岗位到期结束，登录也随之失效。
people-done-stand-in = 已安排代班。
people-done-invite = 已生成新的链接，旧密码不能再用。
people-done-erase = 已提出删除，等另一个人同意。
people-done-grant = 已提出，等另一个人同意。
people-link = 给{ $name }的链接
people-link-words = 7 天内有效，只能用一次，离开本页后不再显示。
people-link-copy = 复制链接
people-link-copied = 已复制
people-end = 结束
people-last-day = 最后一天
people-last-day-hint = 不填就现在结束。
people-give = 安排岗位
people-grant-hint = 管理员和审计岗位要写理由，并由另一个人同意。
people-reason = 理由
people-more = 其他
people-leave = 办理离开
people-leave-ask = 所有岗位在最后一天结束。手里没办完的工单会回到待抢。
people-invite = 重新发链接
people-invite-ask = 旧密码马上失效，所有设备退出登录。
people-erase = 删除个人信息
people-erase-ask = 删除后不能恢复。需要另一个人同意。
people-erase-send = 提出删除
people-for = 代{ $name }
people-stand-in = 请人代班
people-stand-ins = 正在代班的人
people-stand-in-end = 结束代班
people-deputy = 谁来代班
people-post-since = { $from } 起
people-post-until = { $from } 到 { $until }
people-post-to-come = 将从 { $from } 开始
people-post-to-come-until = 将从 { $from } 到 { $until }
people-post-over = 已于 { $until } 结束

### One's own posts
people-own-title = 我的岗位和代班
people-own-done = 已保存。
people-away = 我要离开一段时间
people-away-words = 代班的人在这段时间里可以做这个岗位的事，到期自动结束。最长三个月。

### What needs two
people-approvals-title = 需要两个人同意的事
people-approvals-lead = 一个人提出，另一个人决定。七天内没有人决定就失效。
people-approvals-empty = 没有等待决定的事
people-approvals-empty-words = 有人提出以后会出现在这里，并通知有权决定的人。
people-approval-people-erase = 删除一个人的信息
people-approval-posts-grant = 授予管理员或审计岗位
people-approval-policies-change = 改动本街道的规则
people-approval-state-waiting = 等待决定
people-approval-state-approved = 已同意
people-approval-state-refused = 没有同意
people-approval-state-withdrawn = 已收回
people-approval-state-over = 已过期
people-approval-asked = 提出：{ $who }
people-approval-decided = 决定：{ $who }
people-approval-own = 这是您提出的，要由另一个人决定。
people-approval-withdraw = 收回
people-approval-done-approve = 已同意，并已执行。
people-approval-done-refuse = 没有同意，什么都没有改变。
people-approval-done-withdraw = 已收回。
people-approval-done-asked = 已提出，等另一个人决定。
people-approve = 同意
people-approve-ask = 同意后马上执行，删除不能恢复。
people-refuse = 不同意

### Rules
people-rules-title = 本街道的规则
people-rules-lead = 各部分的规则说明谁可以做什么。本街道可以另外禁止，但不能另外允许。
people-rules-example = 例如，兼职网格员不能看居民的电话：
people-rules-own = 本街道另外禁止的事
people-rules-ask = 提出改动
people-rules-rooms = 各部分的规则

### Why
people-access-title = 为什么可以，为什么不可以
people-access-lead = 答案和系统当时的判断出自同一套规则。
people-access-person = 谁
people-access-person-hint = 账号；没有登录的人写 anyone。
people-access-action = 做什么
people-access-action-hint = 例如 requests.reveal 或 orders.grab
people-access-thing = 对什么
people-access-thing-hint = 诉求编号、站点编号或单位代码
people-access-ask = 查一查
people-anyone = 没有登录的人
people-no-person = 没有这个账号。
people-no-action = 没有这个操作。
people-no-thing = 没有找到。
people-why-sign-yes = 可以
people-why-sign-no = 不可以
people-why-yes = { $name }：可以
people-why-no = { $name }：不可以
people-why-thing = { $name } 属于{ $unit }。
people-why-own = 是本人的。
people-why-handler = 正由本人办理。
people-why-counted = 岗位算数：{ $post }
people-why-elsewhere = 岗位不管这里：{ $post }
people-why-not-now = 岗位现在不算数：{ $post }，{ $when }
people-why-token = 所用的令牌不包括这个操作。
people-why-enough = 在这个单位有以下任一岗位就可以：{ $roles }
people-why-own-may = 本人可以对自己的事这样做。
people-why-handler-may = 办理它的人可以这样做。
people-why-no-rule = 没有规则允许：没有写明允许的，一律不允许。
people-why-rule = 依据的规则（{ $room }）
people-list-comma = 、

### Looks
people-looks-title = 谁看过个人信息
people-looks-lead = 本人也能看到关于自己的这些记录。
people-looks-empty = 还没有人看过
people-looks-empty-words = 有人查看居民的联系方式时，这里会留下一行。
people-looks-when = 时间
people-looks-who = 谁
people-looks-what = 看了什么
people-looks-why = 为了什么

### Errors
people-needs-two = 这个岗位要由两个人同意：请先添加别的岗位，再在这个人的页面上提出。
people-last-admin = 这是最后一位管理员。请先安排另一位。
people-no-post = 这个人现在没有岗位。
people-bad-date = 请写成 2026-03-02 这样的日期，不超过十年。
people-ends-before = 结束要晚于开始，也要晚于今天。
people-bad-login = 账号有 2 到 40 个字，不能有空格。
people-login-taken = 这个账号已经有人用了，请换一个。
people-not-handed-on = 这个岗位不能请人代班。
people-not-handed-twice = 您自己也是代班，不能再转给别人。
people-own-deputy = 不能代自己的班。
people-deputy-works-here = 代班的人要在这里有工作岗位。
people-stand-in-time = 请写一个以后的日子，最长三个月，也不晚于岗位结束。

### Notices
people-notice-asked = 有一件事等您决定
people-notice-asked-words = 有人提出了需要两个人同意的事。
people-notice-decided = 您提出的事已有决定
people-notice-decided-words = 打开看看结果。
people-notice-looks = 有人一小时内查看了 { $looks } 次个人信息
people-notice-looks-words = 请看看这些查看是不是工作需要。
people-notice-post = 您有了新的岗位
people-notice-post-words = 打开看看是哪一个，从哪天开始。
people-notice-post-ended = 您的一个岗位结束了
people-notice-post-ended-words = 打开看看还有哪些岗位。
