# 服务阵地的话。键以 sites- 开头；en.ftl 的键与这里完全相同。

sites-nav = 服务点
sites-nav-desk = 阵地管理
sites-card = 找身边的服务点
sites-card-words = 所、站、点、角，看看哪里近、几点开门、能办什么
measure-sites-open = 开放的服务阵地

### 四级阵地与五大服务
sites-level-institute = 街道教育所
sites-level-station = 社区教育站
sites-level-point = 网格服务点
sites-level-corner = 楼栋服务角
sites-service-education = 宣传教育
sites-service-education-words = 听宣讲、看展览、上课
sites-service-service = 服务保障
sites-service-service-words = 办事、饮水、休息、充电
sites-service-deliberation = 协商议事
sites-service-deliberation-words = 邻里的事坐下来一起商量
sites-service-errands = 帮办代办
sites-service-errands-words = 跑不动、不会办的，我们替您跑
sites-service-friendship = 联系交友
sites-service-friendship-words = 认识邻居，参加活动

### 街面
sites-on-map = 在地图上看
sites-title = 服务点
sites-lead = 有人接待、能坐下来说事的地方。
sites-words = 名称、地址或编号
sites-all-units = 全部
sites-all-levels = 全部
sites-all-states = 全部
sites-position-failed = 没能取得位置，请按名称或地址找
sites-empty = 没有找到服务点
sites-empty-words = 换个词，或者去掉一些条件再找找。
sites-empty-action = 看全部服务点
sites-have-code = 门口牌子上有六位编号？
sites-type-code = 输入编号
sites-report-here = 在这里反映问题
sites-report-here-words = 地点已经替您填好，说清楚什么事就行
sites-map = 在地图里打开
sites-no-hours = 没有固定时间，来之前请先打电话
sites-near = 附近的服务点
sites-all = 看全部服务点
sites-closed-title = 这个服务点已经停用
sites-closed-words = 附近的服务点照常接待，就在下面；附近的问题仍然可以在这里反映。
sites-far = 距离
sites-now = 现在是否开放
sites-metres = { $metres } 米
sites-kilometres = { $kilometres } 公里
sites-code-title = 输入服务点编号
sites-code-unknown = 没有这个编号
sites-code-unknown-words = 我们没有找到“{ $code }”。可能有一位看错了，请对照牌子再输一次。
sites-code-hint = 牌子上的六位字母或数字，大小写都可以
sites-report-anyway = 不用编号，直接反映

### 时间
sites-now-open = 正在开放，到 { $time }
sites-now-today = 还没开门，今天 { $time } 开
sites-now-closed = 已关门，{ $day } { $time } 开
sites-now-unknown = 来之前请先打电话
sites-now-holiday = 今天是节假日或调休，来之前请先打电话
sites-and = 、
sites-days = { $from }至{ $to }
sites-day-1 = 周一
sites-day-2 = 周二
sites-day-3 = 周三
sites-day-4 = 周四
sites-day-5 = 周五
sites-day-6 = 周六
sites-day-7 = 周日

### 管理
sites-desk-title = 阵地管理
sites-desk-lead = 您负责的区域里的服务点。
sites-desk-empty-words = 换个条件再找，或者新增一个。
sites-new-title = 新增服务点
sites-edit-title = 修改：{ $name }
sites-choose = 请选择
sites-state-open = 使用中
sites-state-closed = 已停用
sites-changed-at = 最近修改
sites-field-code = 编号
sites-field-name = 名称
sites-field-name-en = 英文名称
sites-field-level = 级别
sites-field-unit = 所在区域
sites-field-address = 地址
sites-field-phone = 办公电话
sites-field-hours = 开放时间
sites-field-services = 提供的服务
sites-field-state = 状态
sites-field-lat = 纬度
sites-field-lon = 经度
sites-point = 位置
sites-hint-name = 牌子上怎么写，这里就怎么填
sites-hint-level = 所在街道，站在社区，点在网格或小区，角在楼栋
sites-hint-address = 写到一个陌生人能找到：楼号、楼层、哪个门进
sites-hint-phone = 座机带区号。没有座机就空着，页面会显示街道的电话；请不要填个人手机号
sites-hint-hours = 例如：1-5 09:00-12:00,13:00-17:00; 6 09:00-12:00（1 是周一，7 是周日）
sites-hint-services = 至少选一项
sites-hint-point = 例如 39.6012 和 109.7803。填了位置，居民才能按远近找到它
sites-back = 返回列表
sites-public-page = 看居民看到的页面
sites-close = 停用
sites-close-ask = 停用后，列表里不再出现它；扫牌子的人会看到“已停用”和附近的服务点。以后可以重新启用。
sites-close-yes = 确定停用
sites-reopen = 重新启用
sites-history = 修改记录
sites-history-add = 新增了这个服务点
sites-history-change = 修改了内容
sites-history-close = 停用了它
sites-history-reopen = 重新启用了它
sites-done-added = 已新增。编号在这一页上，可以做牌子了
sites-done-saved = 已保存
sites-done-closed = 已停用
sites-done-reopened = 已重新启用
sites-conflict-words = 您填的都还在，还没有保存。下面是对方刚保存、和您填的不一样的地方。看过之后再按“保存”，就以您的为准。

### 出错
sites-error-unit = 没有这个区域，请从列出的选项里选一个
sites-error-level = 这一级的服务点不能设在这个区域：所在街道，站在社区，点在网格或小区，角在楼栋
sites-error-mobile = 这是手机号，属于个人。请填带区号的办公电话，没有就空着
sites-error-phone = 电话号码好像不对，请填带区号的座机，例如 0477-8590001
sites-error-hours = 开放时间没看懂，请写成：1-5 09:00-12:00,13:00-17:00; 6 09:00-12:00
sites-error-services = 请至少选一项服务
sites-error-point = 纬度和经度要一起填，或者都空着
sites-error-near = 位置请写成“纬度,经度”，例如 39.6012,109.7803
sites-error-cursor = 这个 cursor 不是上一页给出的，请从第一页重新开始
sites-error-changed = 有人先保存了这个服务点
sites-error-state = 这个服务点已经是这个状态了，请刷新看看
sites-error-code = 这个编号不对：六位字母或数字，最后一位用来检查前五位
sites-error-code-twice = 这个编号在文件里出现了两次
sites-error-encoding = 这个文件不是 UTF-8 编码，请另存为“CSV UTF-8”再试
sites-error-table = 这个文件不是能读懂的 CSV 表格
sites-error-column = 表头里有不认识的列：{ $column }
sites-error-column-missing = 表头里少了一列：{ $column }
sites-error-rows = 一个文件最多 { $max } 行，请分成几个文件
sites-error-import-changed = 导入的时候，有人修改了 { $code }。什么都没有写入，请再导入一次
programme-count-sites = 服务阵地 { $count } 处

### 从表格导入
sites-import-title = 从表格导入
sites-import-lead = 先看清每一行会怎样，再一次写入。有一行不对，就什么都不写。
sites-import-step-1 = 下载现在的服务点，
sites-import-table = 表格（CSV）
sites-import-step-2 = 在表格软件里改：改一行就是改一个服务点，加一行就是加一个；编号空着，系统会给一个。
sites-import-step-3 = 另存为“CSV UTF-8”，在这里选中它。
sites-import-file-hint = CSV，UTF-8 编码，不超过 1 MB；第一行是列名：{ $columns }
sites-import-own-code = 系统给
sites-import-done = 已写入：新增 { $added } 个，修改 { $changed } 个，{ $unchanged } 个不变

### 标牌
sites-sign-a4 = 打印标牌（A4）
sites-sign-a6 = 打印标牌（A6）
sites-signs-a4 = 全部标牌（A4）
sites-signs-a6 = 全部标牌（A6）
sites-sign-scan = 有事扫一扫
sites-sign-step-1 = 用手机扫左边的码，不用下载，不用登录
sites-sign-step-2 = 说清楚什么事，也可以拍张照片
sites-sign-step-3 = 记下编号，随时看办到哪一步；办好了请您评一评
sites-sign-phone = 电话
sites-sign-hours = 开放时间
sites-error-signs = 一次最多印 { $most } 张标牌，请先选一个单位
