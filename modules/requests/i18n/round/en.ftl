# Words of the round without a network.
requests-queue-title = Kept on this phone: {"{n}"} to be sent
requests-queue-waits = Waits to be sent
requests-queue-sent = Sent
requests-queue-refused = Not taken:
requests-queue-unsure = It may have arrived a day ago, but the answer was lost. Look at the order, then send it again or throw it away.
requests-queue-again = Try again
requests-queue-drop = Throw away
requests-queue-copy = Copy the text
requests-queue-copied = Copied
requests-queue-offline = There is no network just now. Nothing is lost: it goes by itself, in this order.
requests-queue-signin = You are signed out. Sign in again and it will be sent; nothing is lost.
requests-queue-full = This phone keeps no more than 100 things and 60 MB. Find a network so that what waits can be sent, then do this again.
requests-queue-leaving = Some things have not been sent yet. Signing out throws them away. Sign out all the same?
requests-queue-expired = The server could not take it just now. It will be tried again.
requests-queue-send = Send now
requests-queue-none = What became of it
requests-queue-photos = Photos: { $count }
