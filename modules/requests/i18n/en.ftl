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

### Triage
requests-all-matters = All
requests-held-title = Matters held back
requests-held-count = Held back ({ $count })
requests-held-lead = These came without a name and look like advertising, so they are not shown yet. Have a look: let real matters through, decline the rest.
requests-is-held = Not shown yet
requests-is-held-words = It looks like advertising. Once let through it is in the lists and figures; its reporter sees “received”.
requests-release = Let it through
requests-whistles-title = What we are asked to help with
requests-whistles-count = Asked of us ({ $count })
requests-whistles-lead = Other units ask you for your part of a matter. Answer in time; the matter stays theirs.
requests-whistles-none = Nothing is asked of you
requests-whistles-none-words = When another unit calls you for your part of a matter, it appears here.
requests-call-from-to = { $from } asks { $to }
requests-answer-by = answer by { $time }
requests-call-answered = answered { $time }
requests-call-recalled = called off { $time }
requests-calls = Other units called
requests-answer = Your answer
requests-answer-hint = What you did, or why you cannot and whom to ask
requests-answer-send = Answer
requests-recall = No longer needed
requests-meanwhile-words = Below is how it stands now. What you wrote is still in its place; look, then send it again.
requests-flag-urgent = May be dangerous
requests-flag-outside = May be outside our area
requests-flag-excluded = Not in the assessment
requests-waits-for = Waiting: { $what }
requests-waits-for-words = The time limit stands still meanwhile.
requests-waits-for-answer = for the reporter to answer
requests-site = Site
requests-why = Why it was given to them
requests-why-by-desk = Chosen by staff.
requests-why-reopened = The reporter says it is not solved, so it is back with who had it.{ " " }
requests-why-nobody-grabbed = Nobody grabbed it in time, so it went to the best worker who was free.{ " " }
requests-why-distance = { $metres } m away;{ " " }
requests-why-held = { $count ->
    [one] held one order;
   *[other] held { $count } orders;
}{ " " }
requests-why-skilled = has the skill;{ " " }
requests-why-unskilled = nobody free had the skill;{ " " }
requests-why-others = { $free } were free, { $busy } were not.
requests-materials = Materials
requests-material = { $name }, { $amount }
requests-material-cost = { $name }, { $amount }, { $cost } yuan
requests-stages = Limits of each stage
requests-stage-due = By
requests-stage-reached = Reached
requests-stage-late = Overdue
requests-stage-was-late = Late
requests-stage-contact = Contact
requests-stage-grab = Grabbed
requests-stage-start = Begun
requests-stage-finish = Done
requests-kin = Related matters
requests-kin-into = became part of this one
requests-kin-merged = became part of it
requests-kin-part = split off it
requests-reply = Ready reply
requests-reply-hint = The one you choose is put before what you write
requests-reply-none = None
requests-way = For whom
requests-way-note = Internal note
requests-way-note-hint = Only those who work on it see it
requests-way-update = Tell the reporter
requests-way-update-hint = The reporter sees it; the time limit runs on
requests-way-question = Ask the reporter
requests-way-question-hint = The reporter sees it; the time limit stands still until they answer
requests-said-update = Told the reporter
requests-publish-unit = Who may grab it
requests-publish-everybody = Everybody
requests-publish-skill = Skill needed
requests-publish-any-skill = Any
requests-decide-ask = Somebody asks to leave this matter out of the assessment. Please decide.
requests-decide-yes = Approve
requests-decide-no = Refuse
requests-exclusion-waits = Asked to be left out of the assessment; the subdistrict decides: { $reason }. { $words }
requests-exclusion-approved = Left out of the assessment by approval: { $reason }. { $words }
requests-exclusion-refused = Not left out, it counts as usual: { $reason }. { $words }
requests-in-words = In my own words
requests-decline-words = More words
requests-more = More
requests-move = Change category or unit
requests-move-category = Category
requests-move-unit = Unit
requests-move-hint = The new category’s limits count from when it was reported
requests-stays = Stays as it is
requests-delegate = Call another unit
requests-delegate-hint = The matter stays yours. The other unit does its part, with a time limit of its own.
requests-delegate-unit = Which unit
requests-delegate-words = What it should do
requests-delegate-limit = Answer within (optional)
requests-delegate-limit-hint = 4wh is 4 working hours, 1wd one working day, 24h 24 hours; one working day where it is left out
requests-merge = Merge with another
requests-merge-into = Into which one (number)
requests-merge-hint = Its reporters go along, and their links still work
requests-split = Split off a matter
requests-split-hint = For a report that holds two matters; the new one has its own number and limits
requests-split-words = What the new matter is
requests-exclude = Ask to leave out of the assessment
requests-exclude-reason = Why
requests-exclude-hint = The subdistrict decides; not the one who asks
requests-exclude-words = What happened
requests-follow-parts = Your report held something else too, which is handled by itself:
requests-follow-others = { $count } people reported this

### At work
requests-say = Make a note or write to the reporter
requests-besides = Besides
requests-wait = It has to wait
requests-wait-for = For what
requests-wait-hint = The time limit stands still meanwhile; the desk sees why
requests-wait-words = More words (optional)
requests-resume = Go on
requests-material-add = Write down material
requests-material-name = What was used
requests-material-amount = How much
requests-material-amount-hint = For example: 2, or 3 m
requests-material-yuan = What it cost, in yuan (optional)
requests-return-words = More words
requests-others-wait = Others reported { $number } as well, so it is still being handled. If you no longer want to follow it, just leave the link
requests-changed-since = Somebody changed { $number } after you opened it
requests-cooldown = You had this one before and did not start in time; you may grab it again after { $until }
requests-not-offered = This order is for certain units or skills only
requests-waits-already = { $number } is waiting already
requests-waits-not = { $number } is not waiting
requests-bad-cost = Please write an amount such as 12.50
requests-not-held = { $number } is not held back
requests-nothing-changes = Neither category nor unit would change
requests-bad-limit = Write a limit such as 4wh, 1wd or 24h
requests-own-unit = The matter belongs to this unit already
requests-asked-already = This unit is asked already; wait for its answer
requests-delegation-over = It was answered or called off already
requests-exclusion-asked = { $number } was asked for already
requests-no-exclusion = Nothing waits to be decided for { $number }
requests-second-person = Whoever asked cannot decide; somebody else must
requests-merge-same = A matter cannot be merged with itself
requests-merge-over = That matter is over; nothing can be merged into it
requests-too-many-parts = At most { $max } at once
requests-joined-already = You reported { $number } already
requests-no-such-number = There is no matter with this number

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
history-orders-photos = added photos
history-orders-complete = finished it
history-orders-transfer = handed it over
history-requests-reopen = says it is not solved
history-requests-join = reported it too
history-requests-release = let it through
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
history-orders-nobody-free = nobody was free, the manager was told
history-orders-wait = it waits, the time limit stands still
history-orders-resume = went on
history-orders-material = wrote down material
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
