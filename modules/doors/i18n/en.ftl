# The words of the doors. Keys begin with doors-; zh-CN.ftl has exactly the same keys.

doors-card = How I sign in
doors-card-words = Password, passkeys, codes; where I am signed in.

data-way-in = A way to sign in
data-field-passkey = Passkey
data-field-organisation = Organisation
data-field-app = App with codes

### The door

doors-other-ways = Other ways in
doors-again = Please show once more that it is you. What comes next changes how you sign in.
doors-reveal = Show the password
doors-conceal = Hide the password
doors-copy = Copy
doors-with = With { $name }
doors-with-phone = With a code on your telephone (residents)
doors-forgotten = I cannot get in any more
doors-back = Back
doors-back-to-sign-in = Back to signing in
doors-remove = Remove
doors-rename = Rename
doors-begin-anew = Begin anew
doors-again-needed = You signed in a while ago. Please sign in once more, then try again

### The second step

doors-second-title = One more step
doors-second-words = Your password was right. Now show the second thing that only you have.
doors-code = Code
doors-code-hint = Six digits from your app, or one of the recovery codes you wrote down.
doors-code-wrong = This code is not right, or was used already. Wait for the next one in your app and try again

### My ways in

doors-mine-title = How I sign in
doors-mine-words = The ways in that are yours, and where you are signed in now. When one of them changes we tell you.
doors-password-title = Change the password
doors-password-words = All your other sessions end when the password changes.
doors-password-is = There is a password for the login { $login }.
doors-password-none = There is no password for the login { $login }; you get in another way.
doors-password-current = The password until now
doors-password-current-wrong = This is not the password until now. Please try again
doors-password-hint = { $min } to { $max } characters of any kind. A few words that belong together for you alone are easy to keep and hard to guess.
doors-passkeys = Passkeys
doors-passkey-words = A passkey stays on your device or in your keychain and opens with your finger, your face or its PIN. Nobody can guess it or trick you out of it.
doors-passkey-use = Use a passkey
doors-passkey-make = Make a passkey
doors-passkey-name = Name of the passkey
doors-passkey-name-hint = Such as: my telephone, the office computer
doors-passkey-unnamed = Passkey
doors-passkey-when = Made { $since }, last used { $used }
doors-passkey-remove-ask = This device will not open the door any more. Remove the passkey there as well.
doors-passkey-no-script = This browser offers no passkeys, or scripts are off.
doors-passkey-no-name = Passkeys work only where this server is reached by a name, not by a number. Ask who runs it for its name.
doors-passkey-failed = The passkey was not used. Please try again, or choose another way in
doors-passkey-too-many = There are twenty passkeys already. Remove one that you do not use any more
doors-passkey-known = This passkey is known already
doors-app = App with codes
doors-app-none = An app on your telephone shows a new code every half minute. With one, a stolen password opens nothing.
doors-app-since = Set up { $since }.
doors-app-title = Set up an app with codes
doors-app-words = Any app for one-time codes (TOTP) will do. Two steps, two minutes.
doors-app-scan = Open the app and take a picture of this square.
doors-app-picture = Square with the key for your app
doors-app-key = If that does not work, type this key:
doors-app-here = The app is on this device: open it
doors-app-show = Type the code that the app shows now.
doors-app-code = Code from the app
doors-app-code-wrong = This is not the code of the moment. Is the clock of your telephone right? Try the next code
doors-app-confirm = Set up
doors-app-remove-ask = Then your password alone opens the door. The recovery codes go as well.
doors-codes-title = Your recovery codes
doors-codes-words = Each opens the door once, when your telephone is lost. Write them down or print them, and keep them where your papers are.
doors-codes-once = They are shown this once
doors-codes-once-words = We keep no copy that could be read. Older codes open nothing any more.
doors-codes-kept = I have written them down
doors-codes-new = New recovery codes
doors-codes-new-ask = The old ones open nothing then.
doors-codes-left = { $count ->
    [0] No recovery code is left: make new ones.
    [one] One recovery code is left.
   *[other] { $count } recovery codes are left.
}
doors-phone = Telephone
doors-phone-none = No number is known. With one you can get in by a code that we send.
doors-phone-is = Codes go to { $number }.
doors-phone-add = Add a number
doors-phone-remove-ask = Codes will not go to this number any more.
doors-organisations = Organisations
doors-link = Link with { $name }
doors-linked-since = Linked { $since }
doors-link-taken = This account is linked with somebody else here
doors-unlink-ask = You cannot sign in with this account any more then.
doors-mail-none = If you lose your password, a link to your e-mail address can help. You have left none.
doors-mail-leave = Leave an address
doors-mail-good = If you lose your password, we send a link to { $mail }.
doors-mail-open = You left { $mail }. Before a link to a new password may go there, please show that it is yours.
doors-mail-confirm = Send me a link
doors-sessions = Where I am signed in
doors-sessions-words = If you do not know one of these, end it and change your password.
doors-session-here = here
doors-session-when = since { $since }, last seen { $seen }
doors-session-end = End
doors-sessions-end-others = End all others
doors-sessions-end-all = Sign out everywhere
doors-changed-elsewhere = You are signed in elsewhere too. If one of those is not you, end them all now.
doors-device = { $browser } on { $system }
doors-browser-chrome = Chrome
doors-browser-edge = Edge
doors-browser-firefox = Firefox
doors-browser-safari = Safari
doors-browser-wechat = WeChat
doors-browser-other = A browser
doors-system-windows = Windows
doors-system-mac = a Mac
doors-system-linux = Linux
doors-system-android = an Android device
doors-system-harmony = a HarmonyOS device
doors-system-iphone = an iPhone
doors-system-ipad = an iPad
doors-system-other = an unknown device
doors-how-password = Password
doors-how-code = Password and code
doors-how-paper = Recovery code
doors-how-passkey = Passkey
doors-how-organisation = Organisation
doors-how-phone = Code on the telephone
doors-how-invitation = Invitation
doors-tokens = Keys for programs
doors-token-title = Make a key for a program
doors-token-words = A program with such a key may do in your name what you choose here, until the day you choose.
doors-token-name = What it is for
doors-token-name-hint = Such as: the monthly table
doors-token-name-needed = Say in a few words what the key is for (at most 60 characters)
doors-token-scope = What it may do
doors-token-scope-needed = Choose what the key may do
doors-token-until = How long
doors-token-days = { $days } days
doors-token-make = Make the key
doors-token-made = The key is shown this once
doors-token-made-words = Copy it into the program now. We keep no copy that could be read.
doors-token-when = made { $since }
doors-token-when-until = made { $since }, good until { $until }
doors-token-remove-ask = The program that has it gets in no more.
doors-token-too-many = There are twenty keys already. Remove one that is not used any more
doors-scope-all = Everything I may do
doors-scope-requests = Requests
doors-scope-orders = Orders
doors-scope-sites = Service sites
doors-scope-ratings = Ratings
doors-instead = Instead of a password

### Telephone

doors-resident = Resident
doors-phone-title = Sign in by telephone
doors-phone-words = For residents who want to see all their matters in one place. Reporting and following need no account.
doors-phone-number = Mobile number
doors-phone-hint = Eleven digits. We use it to let you in, and for nothing else.
doors-phone-risk = Whoever can read messages to your number can get in. A passkey is safer: you can make one once you are in.
doors-phone-wrong = This is no mobile number. It has eleven digits and begins with 1
doors-phone-send = Send me a code
doors-phone-code-title = Type the code
doors-phone-code-words = If { $number } can be reached, a code of six digits is on its way. It is good for five minutes.
doors-phone-code = Code
doors-phone-code-wrong = This code is not right, or not good any more. Try again, or have a new one sent
doors-phone-again = Send another code
doors-phone-again-words = Nothing came? Another code can go after { $seconds } seconds.
doors-phone-other = Another number
doors-phone-taken = This number is somebody else's here. Sign in with it, or take another
doors-outbox-title = Codes of the demo
doors-outbox-words = This is a demo: no telephone rings. The codes it would have sent are here.
doors-outbox-link = Demo: read the code here
doors-outbox-empty = No code was sent yet
doors-outbox-empty-words = Ask for one, and it appears here.

### Recovery

doors-recover-title = When I cannot get in
doors-recover-words = There are several ways back in. None of them asks for your password.
doors-recover-hint = We send a link to the address that belongs to it.
doors-recover-send = Send me a link
doors-recover-asked = If we know this login and its address, a letter is on its way
doors-recover-asked-words = The link in it is good once, for half an hour. Nothing there? Look among the unwanted letters, or take another way.
doors-recover-else = Other ways
doors-recover-codes = Your telephone is lost: sign in with your password, then type one of your recovery codes.
doors-recover-admin = Ask the administrator of your office: they make a new invitation for you.
doors-recover-over-title = This link opens nothing any more
doors-recover-over = It was used, or half an hour is over, or the address has changed. Ask for a new one.
doors-renew-title = Choose a new password
doors-renew-words = All your sessions end with it. If you have a second factor, it is asked for as ever.
doors-letter-recover = A link to a new password
doors-letter-recover-words = Somebody, you we hope, asked for it. It is good once, for half an hour. If it was not you, do nothing: your password stays as it is.
doors-letter-confirm = Is this your address?
doors-letter-confirm-words = Open the link while you are signed in. From then on a link to a new password can go to this address. If you know nothing of it, do nothing.

### Organisations

doors-visit-away = This organisation cannot be reached just now. Please take another way in, or try again in a while
doors-visit-refused = What the organisation said of you did not hold. Please begin anew; if it happens again, tell your administrator
doors-visit-lost-title = The way back was lost
doors-visit-lost = You came back by a link that was used already, is too old or belongs to another browser. Please begin anew.
doors-visit-declined-title = You were not let through
doors-visit-declined = The organisation sent you back without a word for you. Please begin anew, or take another way in.
doors-visit-unknown-title = Nobody here has this account yet
doors-visit-unknown = Sign in another way first and link the account under "How I sign in", or use the invitation that you were sent.

doors-out-title = You are signed out here
doors-out-words = This browser may still be signed in to { $name }. If others use it too, sign out there as well.
doors-out-there = Sign out of { $name }
doors-out-none = The organisation offers no way to do that from here: sign out on its own pages, or close the browser.
doors-out-home = To the home page

### The command line

doors-command-no-login = { $login } is no login; it has 2 to 40 characters and no blanks
doors-command-no-role = { $role } is no role; take one of { $all }
doors-command-no-unit = There is no unit { $code }
doors-command-no-units = There are no units yet; `tongxin import units` brings them in
doors-command-taken = The login { $login } is taken; choose another
doors-command-unknown = There is no login { $login }; `tongxin user list` names them
doors-command-link = The link for { $login }, good once and for seven days; it is not shown again:
doors-command-can = { $login } can sign in with this password now
doors-command-reset = What opened the door for { $login } opens nothing any more, and all sessions have ended
doors-command-password = Password (at least { $min } characters; it is shown while you type):
doors-command-password-short = A password has at least { $min } characters
doors-command-password-guessed = This password is too short, too long or among the first to be guessed

### What was done

doors-said-second-needed = Your post needs a second factor. Set up an app with codes or a passkey now; until then only this page is open to you.
doors-said-step-over = The second step was not finished. Please begin anew.
doors-said-ended = The session has ended.
doors-said-ended-others = All other sessions have ended.
doors-said-ended-all = You are signed out everywhere.
doors-said-password = The password is changed. All other sessions have ended.
doors-said-app-removed = The app is removed.
doors-said-passkey-added = The passkey is made. You can sign in with it from now on.
doors-said-passkey-named = The passkey has its new name.
doors-said-passkey-removed = The passkey is removed.
doors-said-phone-added = The number is added.
doors-said-phone-removed = The number is removed.
doors-said-linked = The account is linked.
doors-said-unlinked = The link is removed.
doors-said-token-ended = The key opens nothing any more.
doors-said-mail-sent = A letter is on its way. Open its link on this device.
doors-said-mail-confirmed = The address is yours. If you lose your password, a link can go there.
doors-said-mail-over = This link opens nothing any more. Have another one sent.
doors-said-welcome = Welcome. You can sign in with your telephone from now on.

### Notices

doors-notice-password = Your password was changed
doors-notice-password-words = All other sessions have ended. If it was not you, call us at once.
doors-notice-recovered = A new password was set by a link from your mailbox
doors-notice-recovered-words = All sessions have ended. If it was not you, call us at once.
doors-notice-app-added = An app with codes was set up for your account
doors-notice-app-added-words = From now on it is asked for when you sign in. If it was not you, call us at once.
doors-notice-app-removed = The app with codes was removed from your account
doors-notice-app-removed-words = If it was not you, change your password and call us.
doors-notice-codes-new = New recovery codes were made for your account
doors-notice-codes-new-words = The old ones open nothing any more. If it was not you, call us at once.
doors-notice-code-used = A recovery code was used to sign in
doors-notice-code-used-words = If it was not you, end all sessions and change your password.
doors-notice-passkey-added = A passkey was added to your account
doors-notice-passkey-added-words = If it was not you, remove it and change your password.
doors-notice-passkey-removed = A passkey was removed from your account
doors-notice-passkey-removed-words = If it was not you, change your password and call us.
doors-notice-phone-added = A number was added to your account
doors-notice-phone-added-words = Codes to sign in can go there now. If it was not you, remove it.
doors-notice-phone-removed = The number was removed from your account
doors-notice-phone-removed-words = If it was not you, change your password and call us.
doors-notice-linked = An organisation's account was linked with yours
doors-notice-linked-words = It opens the door from now on. If it was not you, remove it.
doors-notice-unlinked = The link with an organisation's account was removed
doors-notice-unlinked-words = If it was not you, change your password and call us.
doors-notice-token = A key for a program was made in your name
doors-notice-token-words = If it was not you, remove it and change your password.

### What is held about people, and what for
room-doors = Signing in
field-doors-app-secret = To check the codes of the person's app; sealed
field-doors-link-subject = To know whom the person's organisation means; a blind index
field-doors-mail-address = To know that the person's address is theirs; a blind index
field-doors-passkey-credential = To know the person's passkey again
field-doors-passkey-name = To know one's own passkeys apart; sealed
field-doors-passkey-public-key = To check what the person's passkey signed
field-doors-passkey-state = To notice a copy of the person's passkey
field-doors-phone-number = To find who signs in by telephone; a blind index
field-doors-phone-sealed = To show the person which number it is; sealed
field-doors-phone-code-number = To send one code at a time; a blind index
field-doors-ticket-state = To finish a sign-in that takes two visits; sealed, gone within a day
