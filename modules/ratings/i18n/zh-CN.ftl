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
