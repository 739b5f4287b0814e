### 备份
backups-title = 备份
backups-card = 备份
backups-card-words = 把全部数据做成一个加密文件，存到别处。
backups-lead = 全部数据和照片做成一个加密文件。做的时候系统照常使用。
backups-no-key-title = 还没有设定由谁打开备份
backups-no-key = 备份要用一把公钥加密，私钥由您保管在别处。设定里还没有公钥。
backups-step-1 = 在服务器上运行，得到一对钥匙：
backups-step-2 = 把它打印出来的公钥写进设定文件：
backups-step-3 = 把私钥文件存到别的地方，从服务器上删掉，再重新启动。
backups-for = 加密给
backups-keys = 文件里没有系统自己的密钥，请另外保存一份：
backups-begin = 开始备份
backups-later = 不用守在这里：做好以后在“正在为您办理”里下载，保留一天。
backups-told = 已写好 { $rows } 行、{ $files } 个文件。
chore-backups-make = 备份
