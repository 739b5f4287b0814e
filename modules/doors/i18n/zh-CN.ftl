# 登录各页的用语。键以 doors- 开头；en.ftl 的键与此完全相同。

doors-card = 我的登录方式
doors-card-words = 密码、通行密钥、验证码，以及登录着的设备。

data-way-in = 一种登录方式
data-field-passkey = 通行密钥
data-field-organisation = 单位账号
data-field-app = 验证器应用

### 登录

doors-other-ways = 其他登录方式
doors-again = 接下来的操作会改变您的登录方式，请再登录一次以确认是您本人。
doors-reveal = 显示密码
doors-conceal = 隐藏密码
doors-copy = 复制
doors-with = 使用{ $name }登录
doors-with-phone = 用手机验证码登录（居民）
doors-forgotten = 我登录不了
doors-back = 返回
doors-back-to-sign-in = 返回登录
doors-remove = 移除
doors-rename = 改名
doors-begin-anew = 重新开始
doors-again-needed = 您登录已有一段时间，请先重新登录再试

### 第二步

doors-second-title = 还差一步
doors-second-words = 密码正确。请再出示只有您才有的第二样东西。
doors-code = 验证码
doors-code-hint = 验证器应用里的六位数字，或者您抄下的一个恢复码。
doors-code-wrong = 验证码不对，或者已经用过。请等应用里出现下一个再试

### 我的登录方式

doors-mine-title = 我的登录方式
doors-mine-words = 这里是您的各种登录方式，以及您现在在哪些设备上登录着。任何一项有变动，我们都会通知您。
doors-password-title = 修改密码
doors-password-words = 密码一改，您在其他设备上的登录会全部退出。
doors-password-is = 登录名 { $login } 已设密码。
doors-password-none = 登录名 { $login } 没有设密码，您用其他方式登录。
doors-password-current = 现在的密码
doors-password-current-wrong = 现在的密码不对，请再试
doors-password-hint = { $min } 到 { $max } 个字，什么字符都可以。几个只有您才会连在一起的词，好记又难猜。
doors-passkeys = 通行密钥
doors-passkey-words = 通行密钥保存在您的设备或钥匙串里，用指纹、面容或锁屏密码打开。别人猜不到，也骗不走。
doors-passkey-use = 使用通行密钥
doors-passkey-make = 添加通行密钥
doors-passkey-name = 通行密钥的名称
doors-passkey-name-hint = 例如：我的手机、办公室电脑
doors-passkey-unnamed = 通行密钥
doors-passkey-when = { $since } 添加，{ $used } 最近使用
doors-passkey-remove-ask = 移除后，这个设备就不能再登录。请在设备上也删掉它。
doors-passkey-no-script = 这个浏览器不支持通行密钥，或者脚本被关闭了。
doors-passkey-no-name = 只有用域名（而不是数字地址）访问时才能使用通行密钥。请向系统管理员询问域名。
doors-passkey-failed = 没有用成通行密钥。请再试一次，或者换一种登录方式
doors-passkey-too-many = 已经有二十个通行密钥了，请先移除不再用的
doors-passkey-known = 这个通行密钥已经添加过
doors-app = 验证器应用
doors-app-none = 手机上的验证器应用每半分钟显示一个新验证码。有了它，密码被偷也登录不了。
doors-app-since = { $since } 设置。
doors-app-title = 设置验证器应用
doors-app-words = 任何支持动态验证码（TOTP）的应用都可以。两步，两分钟。
doors-app-scan = 打开应用，扫描这个方块。
doors-app-picture = 验证器应用的密钥方块
doors-app-key = 扫不了的话，请输入这个密钥：
doors-app-here = 应用就在这台设备上：打开它
doors-app-show = 输入应用现在显示的验证码。
doors-app-code = 应用里的验证码
doors-app-code-wrong = 这不是当前的验证码。手机时间准吗？请用下一个再试
doors-app-confirm = 完成设置
doors-app-remove-ask = 移除后只凭密码就能登录，恢复码也一并作废。
doors-codes-title = 您的恢复码
doors-codes-words = 手机丢了时，每个恢复码可以登录一次。请抄下或打印出来，和证件放在一起。
doors-codes-once = 只显示这一次
doors-codes-once-words = 我们不保存可以读出的副本。以前的恢复码全部作废。
doors-codes-kept = 我已经抄下了
doors-codes-new = 换一组恢复码
doors-codes-new-ask = 换了以后，旧的恢复码全部作废。
doors-codes-left = { $count ->
    [0] 恢复码已用完，请换一组新的。
   *[other] 还剩 { $count } 个恢复码。
}
doors-phone = 手机号
doors-phone-none = 没有登记手机号。登记后可以用短信验证码登录。
doors-phone-is = 验证码发往 { $number }。
doors-phone-add = 登记手机号
doors-phone-remove-ask = 移除后，验证码不再发往这个号码。
doors-organisations = 单位账号
doors-link = 关联{ $name }
doors-linked-since = { $since } 关联
doors-link-taken = 这个单位账号已经关联了别人
doors-unlink-ask = 移除后，您就不能再用这个账号登录。
doors-mail-none = 忘记密码时，可以往您的电子邮箱发一个链接。您还没有留邮箱。
doors-mail-leave = 去留邮箱
doors-mail-good = 忘记密码时，我们会往 { $mail } 发一个链接。
doors-mail-open = 您留的邮箱是 { $mail }。确认是您本人的以后，才能往那里发重设密码的链接。
doors-mail-confirm = 发确认链接
doors-sessions = 我登录着的设备
doors-sessions-words = 如果有您不认得的，请让它退出并修改密码。
doors-session-here = 本机
doors-session-when = { $since } 登录，{ $seen } 最近使用
doors-session-end = 退出
doors-sessions-end-others = 退出其他所有设备
doors-sessions-end-all = 在所有设备上退出
doors-changed-elsewhere = 您在别处也登录着。如果其中有不是您本人的，请现在让它们全部退出。
doors-device = { $system }上的{ $browser }
doors-browser-chrome = Chrome
doors-browser-edge = Edge
doors-browser-firefox = Firefox
doors-browser-safari = Safari
doors-browser-wechat = 微信
doors-browser-other = 浏览器
doors-system-windows = Windows 电脑
doors-system-mac = 苹果电脑
doors-system-linux = Linux 电脑
doors-system-android = 安卓设备
doors-system-harmony = 鸿蒙设备
doors-system-iphone = iPhone 手机
doors-system-ipad = iPad 平板
doors-system-other = 其他设备
doors-how-password = 密码
doors-how-code = 密码和验证码
doors-how-paper = 恢复码
doors-how-passkey = 通行密钥
doors-how-organisation = 单位账号
doors-how-phone = 手机验证码
doors-how-invitation = 邀请
doors-tokens = 程序密钥
doors-token-title = 新建程序密钥
doors-token-words = 持有密钥的程序，在您选定的日期之前，可以以您的名义做您选定的事。
doors-token-name = 用途
doors-token-name-hint = 例如：每月报表
doors-token-name-needed = 请用几个字说明密钥的用途（最多 60 个字）
doors-token-scope = 可以做什么
doors-token-scope-needed = 请选择密钥可以做什么
doors-token-until = 有效期
doors-token-days = { $days } 天
doors-token-make = 新建密钥
doors-token-made = 密钥只显示这一次
doors-token-made-words = 请马上复制到程序里。我们不保存可以读出的副本。
doors-token-when = { $since } 新建
doors-token-when-until = { $since } 新建，{ $until } 到期
doors-token-remove-ask = 移除后，持有它的程序就进不来了。
doors-token-too-many = 已经有二十个密钥了，请先移除不再用的
doors-scope-all = 我能做的一切
doors-scope-requests = 诉求
doors-scope-orders = 工单
doors-scope-sites = 服务点
doors-scope-ratings = 评价
doors-instead = 不用密码，改用

### 手机

doors-resident = 居民
doors-phone-title = 手机登录
doors-phone-words = 给想把自己的事放在一处查看的居民用。反映问题和查进度都不需要账号。
doors-phone-number = 手机号码
doors-phone-hint = 十一位数字。只用来让您登录，不作他用。
doors-phone-risk = 能看到这个号码短信的人就能登录。通行密钥更安全：登录后可以新建一个。
doors-phone-wrong = 这不是手机号码。手机号码是 1 开头的十一位数字
doors-phone-send = 发送验证码
doors-phone-code-title = 输入验证码
doors-phone-code-words = 如果 { $number } 可以收到短信，六位验证码已经在路上，五分钟内有效。
doors-phone-code = 验证码
doors-phone-code-wrong = 验证码不对，或者已经失效。请再试，或者重新发送
doors-phone-again = 重新发送
doors-phone-again-words = 没有收到？{ $seconds } 秒后可以重新发送。
doors-phone-other = 换一个号码
doors-phone-taken = 这个号码已经是别人的。请用它登录，或者换一个号码
doors-outbox-title = 演示验证码
doors-outbox-words = 这里是演示系统，不会真的发短信。本该发出的验证码在这里。
doors-outbox-link = 演示：在这里看验证码
doors-outbox-empty = 还没有发过验证码
doors-outbox-empty-words = 请求一个，它就会出现在这里。

### 找回

doors-recover-title = 登录不了怎么办
doors-recover-words = 有几种办法可以重新登录，都不会问您的密码。
doors-recover-hint = 我们会往它登记的邮箱发一个链接。
doors-recover-send = 发链接给我
doors-recover-asked = 如果有这个登录名和它的邮箱，邮件已经在路上
doors-recover-asked-words = 邮件里的链接半小时内有效，只能用一次。没收到？请看看垃圾邮件，或者换一种办法。
doors-recover-else = 其他办法
doors-recover-codes = 手机丢了：先输入密码，再输入一个恢复码。
doors-recover-admin = 请单位的系统管理员给您发一个新的邀请。
doors-recover-over-title = 这个链接已经失效
doors-recover-over = 它已被用过，或者过了半小时，或者邮箱已经换了。请重新申请。
doors-renew-title = 设置新密码
doors-renew-words = 您所有的登录都会退出。如果设了第二步验证，照常要用。
doors-letter-recover = 重设密码的链接
doors-letter-recover-words = 有人（应该是您）申请了它。链接半小时内有效，只能用一次。如果不是您，请不要理会，密码不会变。
doors-letter-confirm = 这是您的邮箱吗？
doors-letter-confirm-words = 请在登录状态下打开链接。以后重设密码的链接就可以发到这个邮箱。如果您不知情，请不要理会。

### 单位

doors-visit-away = 暂时连不上这个单位的登录系统。请换一种方式登录，或者过一会儿再试
doors-visit-refused = 单位发来的登录信息没有通过核验。请重新开始；如果再次出现，请告诉系统管理员
doors-visit-lost-title = 返回的路断了
doors-visit-lost = 这个返回链接已经用过、太旧，或者属于另一个浏览器。请重新开始。
doors-visit-declined-title = 单位没有放行
doors-visit-declined = 单位的登录系统没有确认您的身份。请重新开始，或者换一种方式登录。
doors-visit-unknown-title = 这个账号还没有关联
doors-visit-unknown = 请先用其他方式登录，在“我的登录方式”里关联这个账号，或者使用发给您的邀请。

doors-out-title = 您已在这里退出
doors-out-words = 这个浏览器可能仍登录着{ $name }。如果别人也用它，请在那边一并退出。
doors-out-there = 退出{ $name }
doors-out-none = 这个单位没有提供从这里退出的办法：请到单位自己的页面退出，或者关闭浏览器。
doors-out-home = 回首页

### 命令行

doors-command-no-login = { $login } 不能作账号；账号是 2 到 40 个字符，没有空格
doors-command-no-role = 没有 { $role } 这个角色；可选 { $all }
doors-command-no-unit = 没有单元 { $code }
doors-command-no-units = 还没有任何单元；请先用 `tongxin import units` 导入
doors-command-taken = 账号 { $login } 已被占用，请换一个
doors-command-unknown = 没有账号 { $login }；`tongxin user list` 会列出全部账号
doors-command-link = { $login } 的链接，七天内有效，只能用一次，不会再显示：
doors-command-can = { $login } 现在可以用这个密码登录
doors-command-reset = { $login } 原来的登录方式全部作废，所有登录都已退出
doors-command-password = 密码（至少 { $min } 个字符，输入时可见）：
doors-command-password-short = 密码至少 { $min } 个字符
doors-command-password-guessed = 这个密码太短、太长，或者太容易被猜到

### 做了什么

doors-said-second-needed = 您的岗位需要第二步验证。请现在设置验证器应用或通行密钥；在此之前只能打开这一页。
doors-said-step-over = 第二步没有完成，请重新开始。
doors-said-ended = 已经退出。
doors-said-ended-others = 其他设备都已退出。
doors-said-ended-all = 您已在所有设备上退出。
doors-said-password = 密码已修改，其他设备都已退出。
doors-said-app-removed = 验证器应用已移除。
doors-said-passkey-added = 通行密钥已添加，今后可以用它登录。
doors-said-passkey-named = 名称已修改。
doors-said-passkey-removed = 通行密钥已移除。
doors-said-phone-added = 手机号已登记。
doors-said-phone-removed = 手机号已移除。
doors-said-linked = 单位账号已关联。
doors-said-unlinked = 关联已移除。
doors-said-token-ended = 密钥已经作废。
doors-said-mail-sent = 邮件已经在路上，请在这台设备上打开其中的链接。
doors-said-mail-confirmed = 邮箱已确认。忘记密码时可以往那里发链接。
doors-said-mail-over = 这个链接已经失效，请重新发送。
doors-said-welcome = 欢迎。今后可以用手机登录。

### 通知

doors-notice-password = 您的密码已修改
doors-notice-password-words = 其他设备都已退出。如果不是您本人，请马上给我们打电话。
doors-notice-recovered = 有人通过您邮箱里的链接设了新密码
doors-notice-recovered-words = 所有设备都已退出。如果不是您本人，请马上给我们打电话。
doors-notice-app-added = 您的账号设置了验证器应用
doors-notice-app-added-words = 今后登录要用它。如果不是您本人，请马上给我们打电话。
doors-notice-app-removed = 您账号的验证器应用已移除
doors-notice-app-removed-words = 如果不是您本人，请修改密码并给我们打电话。
doors-notice-codes-new = 您的账号换了一组恢复码
doors-notice-codes-new-words = 旧的全部作废。如果不是您本人，请马上给我们打电话。
doors-notice-code-used = 有人用恢复码登录了
doors-notice-code-used-words = 如果不是您本人，请退出所有设备并修改密码。
doors-notice-passkey-added = 您的账号添加了通行密钥
doors-notice-passkey-added-words = 如果不是您本人，请移除它并修改密码。
doors-notice-passkey-removed = 您账号的一个通行密钥已移除
doors-notice-passkey-removed-words = 如果不是您本人，请修改密码并给我们打电话。
doors-notice-phone-added = 您的账号登记了手机号
doors-notice-phone-added-words = 登录验证码可以发到那里了。如果不是您本人，请移除它。
doors-notice-phone-removed = 您账号的手机号已移除
doors-notice-phone-removed-words = 如果不是您本人，请修改密码并给我们打电话。
doors-notice-linked = 您的账号关联了一个单位账号
doors-notice-linked-words = 今后可以用它登录。如果不是您本人，请移除它。
doors-notice-unlinked = 您账号与单位账号的关联已移除
doors-notice-unlinked-words = 如果不是您本人，请修改密码并给我们打电话。
doors-notice-token = 有人以您的名义新建了程序密钥
doors-notice-token-words = 如果不是您本人，请移除它并修改密码。

### 存了哪些个人信息，做什么用
room-doors = 登录
field-doors-app-secret = 核对本人验证器上的验证码；加密保存
field-doors-link-subject = 认出本人在所属单位的账号；只存看不出内容的索引
field-doors-mail-address = 确认邮箱是本人的；只存看不出地址的索引
field-doors-passkey-credential = 下次还认得本人的通行密钥
field-doors-passkey-name = 让本人分得清自己的几个通行密钥；加密保存
field-doors-passkey-public-key = 核对通行密钥的签名
field-doors-passkey-state = 发现通行密钥被复制
field-doors-phone-number = 找到是谁用手机号登录；只存看不出号码的索引
field-doors-phone-sealed = 让本人看到登记的是哪个号码；加密保存
field-doors-phone-code-number = 同一时间只发一个验证码；只存看不出号码的索引
field-doors-ticket-state = 完成要分两步的登录；加密保存，一天内删除
