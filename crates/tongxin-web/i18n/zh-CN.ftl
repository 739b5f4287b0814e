# Words of the shell, the error pages, the forms and the states. Each room keeps its own words.
# Keys here begin with shell-, error-, status-, common- or form-; en.ftl has exactly the same keys.

### 页面外壳
shell-name = 同心家园
# The colon is the plain one: tests and screen reader scripts look for it.
shell-title-error = 错误:
shell-skip = 跳到正文
shell-nav = 主导航
shell-elder = 长者模式
shell-language-zh = 中文
shell-language-en = English
shell-sign-in = 登录
shell-sign-out = 退出
shell-my-page = 我的信息：{ $name }
shell-read-aloud = 读给我听
shell-read-stop = 停止朗读
shell-call-us = 不方便上网？打电话，我们替您办
shell-privacy = 隐私
shell-accessibility = 无障碍
shell-about = 关于同心
shell-no-assets = 页面样式还没有生成：请在 web 目录运行 npm ci 和 npm run build。页面内容不受影响。

### 出错时的话：发生了什么，接下来怎么办
error-home = 回到首页
error-back = 返回上一页
error-retry = 再试一次
error-call = 也可以打电话给我们：
error-reference = 参考编号
error-reference-hint = 来电时报这个编号，我们能更快找到问题。
error-400-title = 没看懂这次请求
error-400-words = 链接可能不完整，或者填写的内容在路上丢了一部分。
error-400-way = 请返回上一页重新打开；从短信或微信点来的，请复制完整的链接。
error-401-title = 请先登录
error-401-words = 这一页要登录后才能看。您可能还没有登录，或者离开太久，已自动退出。
error-401-way = 登录后会回到这一页。反映问题、查进度都不需要登录。
error-403-title = 您的岗位看不到这一页
error-403-words = 这里的内容只对负责的人开放，这样才能保护大家的信息。
error-403-way = 如果您的工作需要它，请联系社区书记或管理员。
error-404-title = 没有找到这一页
error-404-words = 网址可能有误，内容可能已经移走，或者链接不完整。
error-404-way = 请检查网址。查办理进度，请用提交时给您的链接或编号。
error-409-title = 情况刚刚变了
error-409-words = 就在您操作的同时，别人已经更新了这件事，您的这一步没有执行。
error-409-way = 请刷新看看最新情况，再决定下一步。
error-413-title = 文件太大了
error-413-words = 您上传的内容超过了大小限制，没有收到。
error-413-way = 请少选几张照片，或者选小一点的再试。
error-422-title = 有几处需要改一下
error-422-words = 您填的内容都还在，没有丢失。
error-422-way = 请按下面的提示修改，然后再提交。
error-429-title = 操作太快了
error-429-words = 短时间内的请求太多，为了让大家都能用，我们请您等一等。
error-429-way = 请过一分钟再试。已经提交成功的内容不会丢。
error-500-title = 我们这边出了问题
error-500-words = 不是您的错。这一步没有完成，问题已经记录下来。
error-500-way = 请稍后再试。如果事情着急，请打电话。
error-503-title = 系统正忙，请稍等
error-503-words = 系统正在维护，或者同时使用的人太多。
error-503-way = 请过几分钟再试。已经提交成功的内容不会丢。

### 办理状态
status-request-received = 已收到
status-request-accepted = 已受理
status-request-declined = 未受理
status-request-withdrawn = 已撤回
status-request-open = 等待接单
status-request-working = 处理中
status-request-done = 已办结
status-request-rated = 已评价
status-request-reopened = 重新办理
status-request-closed = 已归档
status-order-open = 待抢单
status-order-grabbed = 已抢单
status-order-working = 处理中
status-order-done = 已完成
status-order-returned = 已退回
status-limit-green = 时限内
status-limit-yellow = 快到时限
status-limit-red = 已超时
status-limit-paused = 计时暂停

### 通用
common-date = %Y年%-m月%-d日
common-date-time = %Y年%-m月%-d日 %H:%M
common-time = %H:%M
common-yes = 是
common-no = 否
common-none = 无
common-unknown = 未填写
common-continue = 继续
common-back = 返回
common-send = 提交
common-save = 保存
common-cancel = 取消
common-change = 修改
common-delete = 删除
common-search = 搜索
common-filter = 筛选
common-clear = 清除条件
common-show = 查看
common-more = 查看更多
common-page-previous = 上一页
common-page-next = 下一页
common-pages = 翻页
common-export = 导出
common-print = 打印
common-copy-link = 复制链接
common-copied = 已复制
common-use-position = 使用我的位置
common-position-done = 已填入您的位置
common-position-failed = 没能取得位置，请用文字说明地点
common-total = 共 { $count } 条
common-of = { $part } / { $whole }
common-are-you-sure = 确定吗？

### 填表
form-errors-title = 请看一下这里
form-named = { $field }：{ $text }
form-optional = （选填）
form-required = 请填写这一项
form-too-long = 最多 { $max } 个字
form-too-short = 至少 { $min } 个字
form-not-a-number = 请填数字
form-out-of-range = 请填 { $min } 到 { $max } 之间的数
form-unknown-choice = 请从列出的选项里选一个
form-bad-email = 这不像一个邮箱地址，例如 li@example.com
form-bad-phone = 电话号码好像不对，请填 11 位手机号，或带区号的座机号
form-bad-date = 日期好像不对，请按“年-月-日”填写，例如 2026-05-01
form-bad-file = 这个文件打不开，请换成 JPEG、PNG 或 WebP 照片
form-too-many-files = 最多上传 { $max } 张
form-expired = 页面放得太久了。您填的内容还在，请再提交一次

### 首页、登录、我的
home-title = 首页
home-heading = { $place }，有事找同心
home-lead = 反映问题不用注册，说清楚事情就行。
sign-in-title = 登录
sign-in-words = 工作人员和网格员在这里登录。居民反映问题、查看进度都不用登录。
sign-in-login = 账号
sign-in-password = 密码
sign-in-wrong = 账号或密码不对，请再试一次
me-title = 我的
me-name = 姓名
me-public-name = 对外显示的称呼
role-resident = 居民
role-enterprise = 商户、企业
role-part_time = 兼职网格员
role-grid_worker = 网格员
role-mediator = 调解员
role-lecturer = 宣讲员
role-community_staff = 社区工作者
role-secretary = 社区书记
role-subdistrict = 街道工作人员
role-auditor = 审计
role-admin = 系统管理员
privacy-title = 隐私
privacy-1 = 我们只记事，不盯人。反映问题时，姓名和电话都可以不留。
privacy-2 = 您写的内容和照片只有负责处理的人能看到，工作人员确认可以公开之前，任何公开页面都不会出现。
privacy-3 = 每一步处理都记在一本改不了的账里，账里只有事情，没有您的姓名和电话。
privacy-4 = 不愿意上网也没关系：打电话或到社区来，工作人员替您填，办得一样快。
accessibility-title = 无障碍
accessibility-1 = 每个页面右上角都有“长者模式”，打开后字更大、按钮更大、话更简单，还可以读给您听。
accessibility-2 = 所有页面只用键盘就能操作，不开脚本也能用，并按 WCAG 2.2 AA 的要求逐页检查。
accessibility-3 = 哪里用着不方便，请打页面下方的电话告诉我们。
about-title = 关于同心
about-1 = 同心是街道和社区的为民服务平台：居民反映，社区受理，网格下单，大家抢单，办结反馈，码上评价。
about-2 = 看板上的每个数字都能点开，看到它是由哪些事情算出来的。

### 接口与表单
error-login-taken = 账号 { $login } 已经有人用了，请换一个
error-too-many-parts = 一个人最多负责四个互不相连的区域，请联系管理员调整岗位
error-key-reused = 这个 Idempotency-Key 已经用在另一个请求上了，请换一个新的
error-key-length = Idempotency-Key 应为 1 到 128 个字符
form-unreadable = 表单没有完整送到，请再发一次
form-not-json = 请用 JSON 发送，并注明 Content-Type: application/json
form-bad-json = 这段 JSON 读不懂：{ $why }
form-nul = 里面有一个看不见的字符（NUL），请去掉再发
