# 评价与三率
ratings-twice = 您已经评价过这一次办理了，谢谢您
measure-ratings-rated = 已评价
measure-ratings-solved = 评为“已解决”
measure-ratings-satisfied = 评为满意
