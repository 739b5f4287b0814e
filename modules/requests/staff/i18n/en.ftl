# Notices, hours on duty and the lists that are kept: the second half of this room's words; zh-CN.ftl has the same keys.

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

### Duty: hours, leaves, skills, base point
requests-nav-workers = Workers
requests-hours-title = My hours
requests-hours-of = Hours of { $name }
requests-hours-lead = Say when you are there, what you can do and where you set out from; orders are given by it.
requests-hours-lead-other = Orders are given by this. The base point is set by the worker alone.
requests-hours-saved = Saved
requests-duty-hours = Hours on duty
requests-duty-hours-hint = 1 is Monday. Such as 1-5 08:30-12:00,14:30-17:30; 6 09:00-12:00. Left empty, the office hours hold: { $office }
requests-bad-week-hours = Write hours as 1-5 08:30-12:00,14:30-17:30; 6 09:00-12:00, each day once
requests-duty-skills = Skills
requests-duty-skills-hint = Orders that need one of these come to you first
requests-base = Base point
requests-base-hint = A place you choose, used for distances alone, kept to about a hundred metres, seen and changed by you only. We do not record where you go. Left empty, the middle of your grid counts.
requests-base-here = Use my position, this once
requests-base-done = Filled in; it holds once you save
requests-base-failed = Your position was not to be had; you may leave this empty
requests-duty-lat = Latitude
requests-duty-lon = Longitude
requests-leave = Leave
requests-leave-now = Away now
requests-leave-from = From
requests-leave-to = To
requests-leave-reason = Reason
requests-leave-reason-hint = Seen by you and your community only
requests-leave-add = Enter leave
requests-leave-drop = Cancel
requests-leave-saved = Your leave is entered; no orders are given to you then
requests-leave-dropped = The leave is cancelled
requests-leave-order = The end must come after the beginning, and not be over yet
requests-leave-long = At most a year at a time
requests-bad-moment = Give a date and a time, such as 2026-05-01T09:00
requests-on-duty = On duty
requests-off-duty = Off duty
requests-on-leave = On leave
requests-office-hours = Office hours
requests-list-comma = {", "}
requests-workers-title = Workers
requests-workers-there = { $count ->
    [one] One is on duty now
   *[other] { $count } are on duty now
  }
requests-workers-only = Only those on duty
requests-workers-all = Show all
requests-workers-empty = Nobody here
requests-workers-empty-words = In the part you look after there is no such worker just now.
requests-workers-now = Now
requests-workers-held = Orders held (at most { $cap })
requests-workers-kind = Post
requests-workers-full = Full

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
