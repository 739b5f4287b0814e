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
requests-queue-drafted = Not sent yet: this is what you had begun to write.
requests-queue-offline = There is no network just now. Nothing is lost: it goes by itself, in this order.
requests-queue-signin = You are signed out. Sign in again and it will be sent; nothing is lost.
requests-queue-full = This phone keeps no more than 100 things and 60 MB. Find a network so that what waits can be sent, then do this again.
requests-queue-leaving = Some things have not been sent yet. Signing out throws them away. Sign out all the same?
requests-queue-expired = The server could not take it just now. It will be tried again.
requests-queue-send = Send now
requests-queue-none = What became of it
requests-queue-photos = Photos: { $count }

# My orders, by limit and by distance
requests-group-over = Over the limit ({ $count })
requests-group-near = Near the limit ({ $count })
requests-group-rest = With time left ({ $count })
requests-nearest = Nearest first
requests-nearest-asking = The phone is finding out where it is …
requests-nearest-sorted = In each group the nearest stands first. Where you are stayed on this phone.
requests-nearest-back = In the order of the limits again.
requests-nearest-failed = The phone does not say where it is, so the orders stay as they are.
requests-nearest-metres = about {"{n}"} m
requests-nearest-km = about {"{n}"} km
requests-nearest-nowhere = no place known

# The pool on a map
requests-pool-list = As a list
requests-pool-on-map = On the map
requests-pool-views = The pool
requests-pool-map-title = To be grabbed, on the map
requests-pool-map-label = Map of the orders that can be grabbed
requests-pool-map-beside = The orders on the map
requests-pool-map-together = { $count } orders are here: choose one in the list
requests-pool-map-chosen = This order is here
requests-pool-map-empty = No order here has a place
requests-pool-map-empty-words = What has no place is in the list alone.
requests-pool-map-nowhere = { $count } more have no place and are in the list alone
