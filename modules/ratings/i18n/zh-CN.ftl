# 评价与三率
ratings-twice = 您已经评价过这一次办理了，谢谢您
measure-ratings-rated = 已评价
measure-ratings-solved = 评为“已解决”
measure-ratings-satisfied = 评为满意
rate-response = 响应率
rate-response-words = 按时联系到反映人的，占办结的
rate-solved = 解决率
rate-solved-words = 反映人说“解决了”的，占办结的
rate-satisfied = 满意率
rate-satisfied-words = 反映人打 4 分或 5 分的，占办结的
ratings-too-many-reasons = 最多写 { $max } 条理由

### 存了哪些个人信息，做什么用
room-ratings = 评价
field-ratings-rating-rater = 保证每位反映人只评一次；存的是反映的编号
field-ratings-rating-reasons = 了解为什么满意或不满意；选项和本人写的话

### 三率的清单
ratings-list-title = 评价清单
ratings-list-figure = 看哪一类
ratings-list-unit = 单位
ratings-list-all = 全部
ratings-list-whole = 看全部评价
ratings-list-none = 没有符合的事项
ratings-list-none-words = 换一类，或者看所有单位的。
ratings-list-number = 编号
ratings-list-done = 办结
ratings-list-solved = 解决了吗
ratings-list-stars = 满意度（5 分制）
ratings-list-raters = 评价人数
ratings-figure-rated = 已评价
ratings-figure-rated-words = 已办结、计入考核，并且有人评价过的事项。
ratings-figure-solved = 评为“已解决”
ratings-figure-solved-words = 所有评价人都说“解决了”的事项：解决率数的就是它们。
ratings-figure-satisfied = 评为满意
ratings-figure-satisfied-words = 平均 4 分以上的事项：满意率数的就是它们。
ratings-figure-unrated = 还没有人评价
ratings-figure-unrated-words = 已办结、计入考核，还没有人评价的事项。
ratings-solved-yes = 解决了
ratings-solved-partly = 部分解决
ratings-solved-no = 没有解决
