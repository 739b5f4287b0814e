### Backups
backups-title = Backup
backups-card = Backup
backups-card-words = All data in one encrypted file, to be kept elsewhere.
backups-lead = All data and photos become one encrypted file. The house goes on being served meanwhile.
backups-no-key-title = Nobody could open a backup yet
backups-no-key = A backup is encrypted for a public key whose secret half you keep elsewhere. The settings name no key yet.
backups-step-1 = On the server, make a pair of keys:
backups-step-2 = Put the public half it prints into the settings:
backups-step-3 = Keep the secret file elsewhere, remove it from the server, and start again.
backups-for = Encrypted for
backups-keys = The house’s own keys are not in it; keep them in a file of their own:
backups-begin = Make a backup
backups-later = You need not wait here: it can be downloaded under “Being done for you”, for a day.
backups-told = { $rows } rows and { $files } files were written.
chore-backups-make = Backup
