# Words of the shell, the error pages, the forms and the states. Each room keeps its own words.
# Keys here begin with shell-, error-, status-, common- or form-; zh-CN.ftl has exactly the same keys.

### The shell
shell-name = Tongxin
shell-title-error = Error:
shell-skip = Skip to main content
shell-nav = Main
shell-elder = Larger and simpler
shell-language-zh = 中文
shell-language-en = English
shell-sign-in = Sign in
shell-sign-out = Sign out
shell-my-page = My page: { $name }
shell-read-aloud = Read this page to me
shell-read-stop = Stop reading
shell-call-us = Rather talk to somebody? Call, and we fill it in for you
shell-privacy = Privacy
shell-accessibility = Accessibility
shell-about = About Tongxin
shell-no-assets = The style sheet has not been built yet: run npm ci and npm run build in the folder web. The content is all here.

### When something goes wrong: what happened, and what to do
error-home = Go to the home page
error-back = Back to the page before
error-retry = Try again
error-call = Or call us:
error-reference = Reference number
error-reference-hint = Tell us this number when you call, and we find the cause sooner.
error-400-title = We could not read that request
error-400-words = The link may be incomplete, or part of what was sent got lost on the way.
error-400-way = Go back and open the page again. If you came from a message, copy the whole link.
error-401-title = Please sign in first
error-401-words = This page needs you to be signed in. You may not have signed in yet, or you were away so long that we signed you out.
error-401-way = After signing in you come back to this page. Reporting a problem and following it need no sign-in.
error-403-title = This page is not open to your post
error-403-words = What is here is open only to those responsible for it. That protects everybody's information.
error-403-way = If your work needs it, ask your community secretary or the administrator.
error-404-title = There is no page here
error-404-words = The address may be mistyped, the page may have moved, or the link is incomplete.
error-404-way = Check the address. To follow a report, use the link or the number you were given when you sent it.
error-409-title = Something has just changed
error-409-words = While you were at it, somebody else updated this matter, so your step was not carried out.
error-409-way = Reload the page to see how things stand, then decide again.
error-413-title = That file is too large
error-413-words = What you sent is over the size limit, so it was not received.
error-413-way = Choose fewer or smaller photos and send again.
error-422-title = A few things need changing
error-422-words = What you have filled in is still there. Nothing is lost.
error-422-way = Change what is listed below, then send again.
error-429-title = That was a little too fast
error-429-words = Many requests came from you in a short time. We ask you to wait, so that it stays usable for everybody.
error-429-way = Try again in a minute. Whatever was sent successfully is safe.
error-500-title = Something went wrong on our side
error-500-words = It is not your fault. This step was not finished, and the problem has been recorded.
error-500-way = Please try again later. If it is urgent, call us.
error-503-title = Busy for the moment
error-503-words = The system is being looked after, or many people are using it at once.
error-503-way = Try again in a few minutes. Whatever was sent successfully is safe.

### States
status-request-received = Received
status-request-accepted = Accepted
status-request-declined = Declined
status-request-withdrawn = Withdrawn
status-request-open = Waiting for a worker
status-request-working = Being worked on
status-request-done = Done
status-request-rated = Rated
status-request-reopened = Reopened
status-request-closed = Closed
status-order-open = Open to grab
status-order-grabbed = Grabbed
status-order-working = Being worked on
status-order-done = Done
status-order-returned = Returned
status-limit-green = In time
status-limit-yellow = Due soon
status-limit-red = Overdue
status-limit-paused = Clock paused

### Common
common-date = %-d %b %Y
common-date-time = %-d %b %Y, %H:%M
common-time = %H:%M
common-yes = Yes
common-no = No
common-none = None
common-unknown = Not given
common-continue = Continue
common-back = Back
common-send = Send
common-save = Save
common-cancel = Cancel
common-change = Change
common-delete = Delete
common-search = Search
common-filter = Filter
common-clear = Clear filters
common-show = Show
common-more = Show more
common-page-previous = Previous
common-page-next = Next
common-pages = Pages
common-export = Export
common-print = Print
common-copy-link = Copy link
common-copied = Copied
common-use-position = Use my position
common-position-done = Your position is filled in
common-position-failed = Could not find your position. Please describe the place in words
common-total = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}
common-of = { $part } of { $whole }
common-are-you-sure = Are you sure?

### Forms
form-errors-title = Please look at this again
form-named = { $field }: { $text }
form-optional = {" "}(optional)
form-required = Please fill this in
form-too-long = At most { $max } characters
form-too-short = At least { $min } characters
form-not-a-number = Please enter a number
form-out-of-range = Please enter a number from { $min } to { $max }
form-unknown-choice = Please choose one of the options listed
form-bad-email = This does not look like an e-mail address such as li@example.com
form-bad-phone = That does not look like a phone number. Enter 11 digits for a mobile, or a landline with its area code
form-bad-date = That does not look like a date. Write year-month-day, for example 2026-05-01
form-bad-file = We cannot open that file. Please use a JPEG, PNG or WebP photo
form-too-many-files = At most { $max } photos
form-expired = This page was open for too long. What you filled in is still here; please send it again

### Home, sign-in, my page
home-title = Home
home-heading = { $place }: what can we do for you?
home-lead = You need no account to report something. Just tell us what is the matter.
sign-in-title = Sign in
sign-in-words = Staff and grid workers sign in here. Residents need no account to report or to follow.
sign-in-login = Login
sign-in-password = Password
sign-in-wrong = The login or the password is not right. Please try again
me-title = My page
me-name = Name
me-public-name = The name others see
role-resident = Resident
role-enterprise = Merchant or enterprise
role-part_time = Part-time grid worker
role-grid_worker = Grid worker
role-mediator = Mediator
role-lecturer = Lecturer
role-community_staff = Community staff
role-secretary = Community secretary
role-subdistrict = Subdistrict staff
role-auditor = Auditor
role-admin = Administrator
privacy-title = Privacy
privacy-1 = We keep track of matters, not of people. You may leave out your name and your phone number when you report something.
privacy-2 = What you write and the photos you send are seen only by those who handle it. Nothing of it is public until staff have checked and released it.
privacy-3 = Every step is written into a journal that nobody can change unseen. It holds matters, never your name or phone number.
privacy-4 = You need not go online: call us or come by, and staff fill it in for you. It is handled just as fast.
accessibility-title = Accessibility
accessibility-1 = Every page has a switch “Larger and simpler” at the top: larger text, larger buttons, plainer words, and it can be read aloud.
accessibility-2 = All pages work by keyboard alone and without scripts, and each is checked against WCAG 2.2 AA.
accessibility-3 = If something is hard to use, please call the number at the bottom of the page and tell us.
about-title = About Tongxin
about-1 = Tongxin is the service platform of the subdistrict and its communities: residents report, the community accepts, the grid places an order, everybody may grab it, the result is fed back and rated.
about-2 = Every figure on the board opens the list of matters it was counted from.

### API and forms
error-login-taken = The login { $login } is taken. Please choose another
error-too-many-parts = One person can look after at most four separate areas. Ask the administrator to change your posts
error-key-reused = This Idempotency-Key was used for another call. Please use a new one
error-key-length = An Idempotency-Key has 1 to 128 characters
form-unreadable = The form did not arrive whole. Please send it again
form-not-json = Please send JSON, with Content-Type: application/json
form-bad-json = This JSON cannot be read: { $why }
form-nul = There is an invisible character (NUL) in it. Please take it out and send it again
