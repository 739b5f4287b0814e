# Words of the main loop: report, accept, place an order, grab, handle, feed back, rate.

### Navigation and home
requests-nav-report = Report something
requests-nav-work = My orders
requests-nav-desk = Matters
requests-card-report = Report something
requests-card-report-words = A street lamp is out, rubbish is piling up, a neighbour is too loud: tell us. No account needed.
requests-card-work = Grab an order, see mine
requests-card-work-words = See what there is, grab one, get it done.
requests-card-desk = Matters
requests-card-desk-words = Accept, place orders, call residents back.

### Report
requests-report-title = Report something
requests-report-lead = Say what it is and where. That is all we need.
requests-report-for-caller = You are filling this in for somebody who called or came by. Note what to call them and their phone number; give them the number and the link.
requests-urgent = If somebody is hurt, something burns or a crime is happening, call 120, 119 or 110 right away.
requests-field-category = What kind of matter is it
requests-choose = Please choose
requests-category-needed = Please choose what kind of matter it is
requests-field-words = What is the matter
requests-field-words-hint = At most { $max } characters. Please leave out other people’s names and phone numbers.
requests-words-needed = Please say what it is about
requests-field-place = Where is it
requests-field-place-more = Where exactly (optional)
requests-field-place-hint = For example: Kangcheng community, building 3, door 2
requests-at-site = You are at: { $site }
requests-place-needed = Please say where it is, or use your position
requests-unknown-site = There is no site with this code. Please look at the code beside the QR sign
requests-field-name = What to call you (optional)
requests-field-name-hint = For example: Ms Li
requests-field-phone = Phone (optional)
requests-field-phone-hint = Only used to talk to you about this matter
requests-send = Send
requests-private = Only those who handle it see what you write.
requests-no-photos-yet = Photos cannot be sent here yet. Please describe it in words

### Follow
requests-sent-title = We have it, thank you
requests-sent-number = Number
requests-sent-link = With this link you can follow it, add to it and rate it. Keep it; only you have it:
requests-sent-next = What comes next: your community looks at it soon and gets in touch with you.
requests-sent-call = You can also call and name the number:
requests-follow-title = Matter { $number }
requests-next-received = We have it; your community is looking at it.
requests-next-accepted = Your community has taken it on and is finding somebody to do it.
requests-next-declined = It was not taken on; the reason is below.
requests-next-withdrawn = You have taken it back.
requests-next-open = An order is out; a grid worker will take it.
requests-next-working = A grid worker is at it.
requests-next-done = It is done. Please tell us whether it is well done.
requests-next-rated = Thank you for your rating.
requests-next-reopened = You said it is not solved; your community will see to it again.
requests-next-closed = This matter is closed.
requests-declined-because = Why it was not taken on
requests-done-by = Done by { $worker }
requests-rate-title = How did it go
requests-rate-solved = Is it solved?
requests-rate-satisfied = Are you satisfied?
requests-rate-send = Send rating
requests-solved-yes = Solved
requests-solved-partly = Solved in part
requests-solved-no = Not solved
requests-stars-1 = Not at all
requests-stars-2 = Not really
requests-stars-3 = So-so
requests-stars-4 = Satisfied
requests-stars-5 = Very
requests-rated-thanks = We have your rating, thank you
requests-rated-reopened = Understood: it is open again
requests-rated-reopened-words = Your community will send somebody again. You need not report it twice.
requests-rated-late = This rating was not counted: the matter was rated before, or it has moved on
requests-rated-incomplete = Please say whether it is solved, and how satisfied you are
requests-matter = The matter
requests-unit = Belongs to
requests-words = What it is
requests-due = To be done by
requests-worker = Handled by
requests-steps = What was done
requests-talk = Messages
requests-asked = There is a question for you
requests-asked-words = Please answer below. Until you do, the time limit stands still.
requests-from-us = Us
requests-from-you = You
requests-add = Add something, or answer
requests-withdraw = Take it back
requests-withdraw-ask = Once taken back, nobody will see to it. Are you sure?
requests-withdraw-yes = Yes, take it back
requests-somebody = The reporter

### The round
requests-work-title = My orders
requests-mine = In my hands ({ $count })
requests-cap-words = One person holds at most { $cap } orders at a time.
requests-mine-empty = You hold no order. Grab one below.
requests-pool = To be grabbed
requests-pool-empty = There is nothing to grab right now
requests-pool-empty-words = New orders appear here.
requests-look-again = Look again
requests-due-at = Due { $time }
requests-distance = { $metres } m
requests-grab = Grab
requests-grab-this = Grab order { $number }
requests-missed-words = Never mind, there are others below.
requests-order-title = Order { $number }
requests-number = Number
requests-reporter = Reporter
requests-phone = Phone
requests-yours = You got it, this one is yours
requests-yours-words = When you are there, tap “Start”.
requests-start = Start
requests-note = What was done
requests-note-hint = What you did and how it is now. The reporter reads it
requests-complete = Done
requests-return = I cannot do it
requests-return-reason = Why you give it back
requests-return-hint = For example: needs an electrician
requests-return-yes = Give it back to the pool
requests-back-to-work = Back to my orders

### The desk
requests-desk-title = Matters
requests-enter-for-caller = Enter for a caller
requests-filter-words = Number, words, place
requests-filter-status = Status
requests-any = All
requests-when = Reported
requests-none = No matters yet
requests-none-words = What residents report appears here. You can also enter something for a caller.
requests-none-found = Nothing found
requests-none-found-words = Try another word, or clear the filters to see everything.
requests-back-to-desk = Back to matters
requests-matter-title = Matter { $number }
requests-point = Coordinates
requests-channel = Came by
requests-channel-web = Web page
requests-channel-api = Program
requests-channel-staff = Entered by staff
requests-channel-import = Import
requests-contact-due = To be contacted by
requests-contacted = Contacted
requests-reveal = Show number (is recorded)
requests-order = Order
requests-nothing-said = No messages yet.
requests-said-question = Asked the reporter
requests-said-answer = The reporter said
requests-said-note = Internal note
requests-message = Write something
requests-message-public = Ask the reporter
requests-message-public-hint = The reporter sees it, and the time limit stands still until they answer. Without the tick it is an internal note.
requests-todo = What can be done now
requests-accept = Accept
requests-publish = Place an order
requests-pool-choice = Into which pool
requests-how = How they were reached
requests-how-phone = By phone
requests-how-visit = In person
requests-how-message = In writing
requests-contact-note = What was said (optional)
requests-contact = Record the contact
requests-transfer-to = Hand over to
requests-transfer = Hand over
requests-close = Close
requests-decline = Decline
requests-decline-reason = Why it is declined
requests-decline-hint = The reporter reads it; say whom to turn to
requests-withdraw-for-caller = Take it back for the reporter

### Rules
requests-wrong-state = Matter { $number } is “{ $status ->
    [received] received
    [accepted] accepted
    [declined] declined
    [withdrawn] withdrawn
    [open] waiting for a worker
    [working] being worked on
    [done] done
    [rated] rated
    [reopened] reopened
   *[closed] closed
}” now, so this cannot be done
requests-order-wrong-state = This order is “{ $status ->
    [open] open to grab
    [grabbed] grabbed
    [working] being worked on
    [done] done
    [returned] returned
   *[cancelled] cancelled
}” now, so this cannot be done
requests-changed-meanwhile = Somebody has just changed this matter. Please look at how it stands, then decide
requests-somebody-was-first = { $winner } was a little faster; this order is taken
requests-already-yours = This order is already yours
requests-order-gone = This order is no longer there
requests-over-cap = You hold { $cap } orders already. Finish one, then grab the next
requests-not-done = This matter is not done yet; it can be rated when it is
requests-no-worker = There is no such worker
requests-same-worker = This order is already with them
requests-imported-before = This file was imported before ({ $file }); nothing was imported twice
requests-bad-cursor = That page marker is not right. Please start from the first page
requests-bad-near = Write a position as latitude,longitude, for example 39.60,109.79

### History
history-requests-report = reported it
history-requests-accept = accepted it
history-requests-decline = declined it
history-requests-publish = placed an order
history-requests-contact = contacted the reporter
history-requests-message = left a message
history-requests-withdraw = took it back
history-requests-close = closed it
history-requests-reveal = looked at the phone number
history-requests-import = came with an import
history-orders-grab = grabbed the order
history-orders-start = started
history-orders-return = gave the order back
history-orders-complete = finished it
history-orders-transfer = handed it over
history-ratings-rate = rated it
history-requests-imported-created = reported (imported history)
history-requests-imported-accepted = accepted (imported history)
history-requests-imported-contacted = contacted (imported history)
history-requests-imported-done = done (imported history)

### Measures
measure-requests-received = Reported
measure-requests-now-received = To be accepted
measure-requests-now-accepted = Accepted
measure-requests-now-declined = Declined
measure-requests-now-withdrawn = Withdrawn
measure-requests-now-open = To be grabbed
measure-requests-now-working = Being worked on
measure-requests-now-done = To be rated
measure-requests-now-rated = Rated
measure-requests-now-reopened = Reopened
measure-requests-now-closed = Closed
measure-requests-assessed = Finished
measure-requests-contacted = Contacted in time
measure-requests-in-time = Finished in time

### Notices: something moved, and those concerned are told
requests-field-email = E-mail (optional)
requests-field-email-hint = Leave an address, and we write each time something moves, with the link to follow it
requests-notice-accepted = Your report "{ $category }" was taken on ({ $number })
requests-notice-accepted-words = The community has it now, and will see that somebody deals with it.
requests-notice-declined = Your report "{ $category }" was not taken on ({ $number })
requests-notice-declined-words = The page says why. If anything is unclear, please call us.
requests-notice-withdrawn = Your report "{ $category }" was taken back for you by our staff ({ $number })
requests-notice-withdrawn-words = If that is not what you wanted, please call us or report it again.
requests-notice-question = A question to you about "{ $category }" ({ $number })
requests-notice-question-words = Please answer on the page. Until you do, the time limit stands still.
requests-notice-update = News of your report "{ $category }" ({ $number })
requests-notice-update-words = You find them on the page.
requests-notice-started = Somebody is at your report "{ $category }" ({ $number })
requests-notice-started-words = We tell you when it is done.
requests-notice-done = Your report "{ $category }" is done: how was it? ({ $number })
requests-notice-done-words = Is it solved? Are you satisfied? If it is not solved, we go on.
requests-notice-merged = Your report "{ $category }" is one with another, and both go on together ({ $number })
requests-notice-merged-words = Your link works as before, and we go on telling you.
requests-notice-split = Your report "{ $category }" holds several matters, and each goes its own way now ({ $number })
requests-notice-split-words = We tell you of each.
requests-notice-moved = Your report "{ $category }" is with somebody else now ({ $number })
requests-notice-moved-words = A community or a category that fits better has it. There is nothing for you to do.
requests-notice-closed = Your report "{ $category }" is closed ({ $number })
requests-notice-closed-words = Should it happen again, please tell us.
requests-notice-answer = The reporter of "{ $category }" answered you ({ $number })
requests-notice-answer-words = The time limit runs again, so please go on.
requests-notice-assigned = An order was given to you: { $category } ({ $number })
requests-notice-assigned-words = Please begin in time; if you cannot, give it back soon, so that somebody else can.
requests-notice-assigned-by-clock = Nobody grabbed "{ $category }", so it was given to somebody who fits ({ $number })
requests-notice-assigned-by-clock-words = The page says to whom, and why.
requests-notice-transferred = An order was handed over to you: { $category } ({ $number })
requests-notice-transferred-words = Please look at it and begin in time.
requests-notice-lapsed = "{ $category }" was not begun in time and went back ({ $number })
requests-notice-lapsed-words = It is in the pool again; you cannot grab it for a day.
requests-notice-yours-again = The reporter says "{ $category }" is not solved: please go there again ({ $number })
requests-notice-yours-again-words = The order is still yours, and its time limit begins anew.
requests-notice-reopened-often = "{ $category }" was opened again for the third time: please decide ({ $number })
requests-notice-reopened-often-words = The same person was there twice. Somebody else, another office, or a visit?
requests-notice-nobody-free = Nobody can be given "{ $category }" ({ $number })
requests-notice-nobody-free-words = Everybody on duty is full or does not fit. Please see to it yourself.
requests-notice-yellow = "{ $category }" has used four fifths of its time ({ $number })
requests-notice-yellow-words = See what holds it up; there is still time.
requests-notice-red = "{ $category }" is over its time limit ({ $number })
requests-notice-red-words = Please see to it soon, and tell the reporter.
requests-notice-delegated = You are asked to help with "{ $category }" ({ $number })
requests-notice-delegated-words = What is needed, and by when, is on the page.
requests-notice-delegation-answered = The unit that was asked to help with "{ $category }" answered ({ $number })
requests-notice-delegation-answered-words = Please read it and go on.
requests-notice-delegation-late = No answer in time about "{ $category }" ({ $number })
requests-notice-delegation-late-words = Please talk to each other, so that the reporter need not wait.
requests-notice-delegation-recalled = Your help with "{ $category }" is not needed any more ({ $number })
requests-notice-delegation-recalled-words = There is nothing left to do. Thank you.
