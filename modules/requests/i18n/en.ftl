# Words of the main loop: report, accept, place an order, grab, handle, feed back, rate.

### Navigation and home
requests-nav-report = Report something
requests-nav-work = My orders
requests-nav-pool = To be grabbed
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
requests-field-name-hint = For example: Ms Li. Under 14? Leave this and the telephone empty, or ask a parent to report with you.
requests-field-phone = Phone (optional)
requests-field-phone-hint = Only used to talk to you about this matter
requests-send = Send
requests-private = Only those who handle it see what you write.
requests-field-photos = Photos (optional)
requests-photos = Photos
requests-photos-report = As it was reported
requests-photos-before = Before the work
requests-photos-after = After the work
requests-photo-report = Photo { $n } of the matter
requests-photo-before = Photo { $n } from before the work
requests-photo-after = Photo { $n } from after the work
requests-photo-entry = Each photo is an id from POST /api/v1/files, a data:image/…;base64, URL or base64
requests-before-field = Photos from before the work
requests-after-field = Photos of how it is now (optional)
requests-before-add = Add photos from before the work
requests-before-send = Add them

requests-urgent-title = Is somebody in danger?
requests-call-police = Police
requests-call-fire = Fire brigade
requests-call-ambulance = Ambulance
requests-trap = Please leave this empty
requests-danger-title = This sounds dangerous. Please call first
requests-danger-words = They come at once; we may read this only later. Your report is not lost: you can send it afterwards.
requests-review-title = Is it one of these?
requests-review-lead = Others nearby have reported something like it. If it is the same, join them: one matter with many voices is seen to sooner.
requests-review-urgent-title = Your report is ready
requests-review-urgent-lead = If you are safe and help is called, send it to us as well.
requests-me-too = Me too
requests-me-too-at = Me too:
requests-me-too-words = You get a link of your own and hear of every step. What you wrote and your photos go along; nobody sees who else reported it.
requests-known-reporters = { $count ->
    [one] reported by one person
   *[other] reported by { $count } people
}
requests-known-away = { $distance } away
requests-age-minutes = { $n ->
    [one] a minute ago
   *[other] { $n } minutes ago
}
requests-age-hours = { $n ->
    [one] an hour ago
   *[other] { $n } hours ago
}
requests-age-days = { $n ->
    [one] a day ago
   *[other] { $n } days ago
}
requests-draft = What you are about to send
requests-other-matter = Mine is another matter, send it
requests-send-anyway = Send it to us as well
requests-change-draft = Change something
requests-joined-title = You have joined this matter, thank you
requests-joined-words = It was reported before. You follow it from here like those who reported it first.
requests-sent-outside = The place seems to lie outside our area
requests-sent-outside-words = The desk of { $subdistrict } looks at it first, and tells you whose it is. You need do nothing.
requests-sent-urgent = Should it still be dangerous
requests-map-picture = See which service sites are near (you can report from the page of each)
requests-map-open = Choose on the map
requests-map-loading = The map is coming …
requests-map-failed = The map does not open here. Please describe the place in words, or choose one of the places below
requests-map-label = Map of the area. The arrow keys move it; the place under the cross is the one you choose
requests-map-help = Move the map until the cross is where it is. Arrow keys work too.
requests-map-near = Nearest to the cross: { $place }, { $metres } m
requests-map-in = Closer
requests-map-out = Farther
requests-map-take = Take this place
requests-map-taken = Chosen on the map: near { $place }
requests-map-close = Close the map
requests-map-places = Or choose a place

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
requests-next-grabbed = Somebody took it on and will come soon.
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
requests-rate-reasons = Why (optional)
requests-reason-fast = Fast
requests-reason-friendly = Friendly
requests-reason-thorough = Thorough
requests-reason-kept-informed = Kept me informed
requests-reason-slow = Slow
requests-reason-unfriendly = Unfriendly
requests-reason-not-thorough = Not thorough
requests-reason-no-feedback = Nobody told me
requests-slip-title = Slip { $number }
requests-slip = Slip
requests-slip-code = Code that leads to progress and rating
requests-slip-words = Scan it with a phone to follow, add something, and rate.
requests-slip-back = Back to the matter
requests-slip-print = Print a slip (is recorded)
requests-rate-for-caller = Rate for the reporter
requests-sent-scan = Or let somebody in the family scan this:
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
requests-cap-words = You hold { $count } of at most { $cap }.
requests-mine-empty = You hold no order
requests-mine-empty-words = What can be grabbed stands in the pool.
requests-mine-empty-do = Grab one
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
requests-yours-words = When you are there, tap “Start”. If it is not begun by { $time }, it goes back to the pool.
requests-start = Start
requests-note = What was done
requests-note-hint = What you did and how it is now. The reporter reads it
requests-complete = Done
requests-return = I cannot do it
requests-return-reason = Why you give it back
requests-return-hint = For example: needs an electrician
requests-return-yes = Give it back to the pool
requests-back-to-work = Back to my orders

### Rules
requests-wrong-state = Matter { $number } is “{ $status ->
    [received] received
    [accepted] accepted
    [declined] declined
    [withdrawn] withdrawn
    [open] placed as an order
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
history-requests-reveal = looked at how to reach the reporter
history-requests-import = came with an import
history-orders-grab = grabbed the order
history-orders-start = started
history-orders-return = gave the order back
history-orders-photos = added photos
history-orders-complete = finished it
history-orders-transfer = handed it over
history-requests-reopen = says it is not solved
history-requests-join = reported it too
history-requests-release = let it through
history-requests-slip = printed a slip with the link
history-requests-merge = merged it into another
history-requests-merged-in = merged another into it
history-requests-split = split a matter off
history-requests-move = changed category or unit
history-requests-delegate = called another unit
history-requests-answer-delegation = the other unit answered
history-requests-recall-delegation = called off the other unit
history-requests-delegation-late = the other unit did not answer in time
history-requests-exclude = asked to leave it out of the assessment
history-requests-decide-exclusion = decided about the assessment
history-requests-yellow = 80 % of the time are used
history-requests-red = over the time limit
history-orders-assign = gave the order to a worker
history-orders-lapse = not begun in time, the order is back in the pool
history-orders-taken_back = the worker does not work here any more, the order is back in the pool
history-orders-nobody-free = nobody was free, the manager was told
history-orders-wait = it waits, the time limit stands still
history-orders-resume = went on
history-orders-material = wrote down material
history-ratings-rate = rated it
history-requests-imported-created = reported (imported history)
history-requests-imported-accepted = accepted (imported history)
history-requests-imported-contacted = contacted (imported history)
history-requests-imported-started = work begun (imported history)
history-requests-imported-done = done (imported history)
history-requests-imported-reopened = opened again (imported history)

### Measures
measure-requests-received = Reported
measure-requests-now-received = Received
measure-requests-now-accepted = Accepted
measure-requests-now-declined = Declined
measure-requests-now-withdrawn = Withdrawn
measure-requests-now-open = Order placed
measure-requests-now-working = Being worked on
measure-requests-now-done = Done
measure-requests-now-rated = Rated
measure-requests-now-reopened = Reopened
measure-requests-now-closed = Closed
measure-requests-assessed = Finished
measure-requests-contacted = Contacted in time
measure-requests-in-time = Finished in time
measure-requests-released = Matters released

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
requests-notice-cancelled = "{ $category }" is no longer needed ({ $number })
requests-notice-cancelled-words = Its reporter took it back, or the desk decided otherwise; the order is out of your hands.
requests-notice-exclusion-asked = A matter is asked to be left out of the assessment ({ $number })
requests-notice-exclusion-asked-words = "{ $category }": please look at the reason and decide.
requests-notice-urgent = May be dangerous: "{ $category }" ({ $number })
requests-notice-urgent-words = The report speaks of danger. Please look at once, and call 110, 119 or 120 where needed.
requests-notice-taken-over = "{ $category }" was handed to somebody else ({ $number })
requests-notice-taken-over-words = The order is no longer yours; you need not go.
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

### The lists that staff choose from, and categories
requests-card-phrases = Choices and phrases
requests-card-phrases-words = Reasons to decline, give back, wait, leave out; replies; skills
requests-card-categories = Categories
requests-card-categories-words = What can be reported, and the time limit of each stage
requests-phrases-title = Choices and phrases
requests-phrases-lead = Staff choose from these. What is retired is not offered any more; where it was used it can still be read.
requests-phrases-decline = Why something is not taken on
requests-phrases-decline-words = Reporters read the words behind it: be kind, and say whom to ask.
requests-phrases-return = Why an order is given back
requests-phrases-return-words = Workers choose one when they give an order back.
requests-phrases-wait = What the work waits for
requests-phrases-wait-words = While it waits for one of these, the time limit stands still.
requests-phrases-reply = Replies
requests-phrases-reply-words = Ready to be used in messages to reporters.
requests-phrases-exclude = Why something is left out
requests-phrases-exclude-words = Chosen when a matter should not count in the assessment; a second person decides.
requests-phrases-skill = Skills
requests-phrases-skill-words = Workers choose what they know; a category may ask for one.
requests-phrases-empty = Nothing here yet.
requests-phrase-new = Add one
requests-phrase-change = Change one
requests-list-name = Name
requests-list-name-hint = What stands in the list; keep it short
requests-list-name-en = Name in English
requests-list-text = What the reporter reads
requests-list-text-hint = Kindly: what happened, and what to do now
requests-list-text-en = The same in English
requests-list-saved = Saved
requests-list-retired = Retired; it is not offered any more
requests-list-used = In use again
requests-list-retire = Retire
requests-list-use = Use again
requests-list-not-used = Retired
requests-list-in-use = In use
requests-list-up = Move { $name } up
requests-list-down = Move { $name } down
requests-categories-title = Categories
requests-categories-lead = All that can be reported, and the time limit of each stage.
requests-category-new = Add a category
requests-category-change = Change a category
requests-category-promise = A changed limit holds from now on
requests-category-promise-words = Matters under way keep the time they were promised.
requests-list-code = Code
requests-list-code-hint = Letters and digits, such as 0207; it cannot be changed later
requests-bad-code = A code is made of letters, digits and hyphens
requests-code-taken = This code is taken
requests-list-parent = Above it
requests-list-no-parent = None: it stands at the top
requests-list-limits = Time limits
requests-list-limits-hint = Written 2wh (2 working hours), 5wd (5 working days) or 24h (24 hours by the clock, for emergencies)
requests-list-contact = Reach the reporter
requests-list-grab = Be grabbed
requests-list-start = Begin
requests-list-finish = Be done
requests-list-radius = Alike within (metres)
requests-list-radius-hint = Two matters of this kind within so many metres may be one
requests-list-skill = Skill
requests-list-no-skill = None
requests-list-active = State
requests-list-active-hint = Without the tick nothing new can be reported as this; what is there goes on
requests-limit-in-wh = { $n ->
    [one] 1 working hour
   *[other] { $n } working hours
  }
requests-limit-in-wd = { $n ->
    [one] 1 working day
   *[other] { $n } working days
  }
requests-limit-in-h = { $n ->
    [one] 1 hour
   *[other] { $n } hours
  }
requests-reveal-why = What for? They will see who looked, and why.
requests-follow-rights = What is kept behind this link, who looked at it, take it along or erase it

### What is held about people, and what for
room-requests = Matters and orders
field-requests-delegation-answer = What the other unit did
field-requests-delegation-words = What another unit is asked to do about the matter
field-requests-duty-hours = To give work to those who are on duty
field-requests-duty-lat = How far a matter is from where the worker sets out; chosen by the worker, to 100 m
field-requests-duty-lon = How far a matter is from where the worker sets out; chosen by the worker, to 100 m
field-requests-duty-skills = To give work to those who know how
field-requests-exclusion-words = Why the matter is left out of the assessment
field-requests-leave-reason = Tells the community why somebody is away
field-requests-message-text = What was asked and answered about the matter
field-requests-order-note = Tells the reporter what was done
field-requests-order-reason = Tells the desk why an order came back
field-requests-release-outcome = What was done, as staff released it
field-requests-release-words = What staff released of a matter for everybody to read
field-requests-report-email = To tell the reporter how it goes
field-requests-report-name = To address the reporter
field-requests-report-phone = To reach the reporter
field-requests-report-place = To find the matter
field-requests-report-words = To understand the matter
field-requests-request-reason = Tells the reporter why it was declined
