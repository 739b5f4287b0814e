# 凭证：证明上报和评价原样记在日志里。

receipt-title = 凭证 { $number }
receipt-lead = 您写的话已原样记入办理日志。这份凭证可以证明这一点。
receipt-entry = 第 { $seq } 条
receipt-requests-report = 上报，
receipt-requests-join = 加入同一件事，
receipt-requests-message = 答复，
receipt-ratings-rate = 评价，
receipt-journal = 日志
receipt-rows = 盖章时条数
receipt-root = 章上的数
receipt-code = 凭证要点，二维码
receipt-download = 下载完整凭证
receipt-check = 核对凭证
receipt-keep = 完整凭证里有您写的原话，请自己保管好。以后即使这里的内容按您的要求删除，凭证仍然有效，而这里再也无法证明。
receipt-none = 没有可以证明的内容
receipt-none-words = 您写的话已经按要求或到期删除，这里不再保存。以前下载的凭证仍然有效。
receipt-back = 回到进度页
receipt-about = 什么是办理日志
receipt-take = 领取凭证：证明您写的话原样记在日志里
