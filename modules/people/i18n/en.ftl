# People, posts, standing in, and what needs two people. zh-CN.ftl has exactly the same keys.

people-card = People and posts
people-card-words = Who holds which post, who comes and who goes
people-approvals-card = What needs two people
people-approvals-card-words = Erasing, granting and changing rules are decided by a second person
people-access-card = Why somebody may or may not
people-access-card-words = Ask whether somebody may do something, and by which rule
people-rules-card = Rules of this house
people-rules-card-words = What the parts permit, and what this house forbids besides
people-looks-card = Who looked at personal data
people-looks-card-words = Every look: who, when, and what for
people-own-card = My posts, and who stands in
people-own-card-words = Have somebody stand in while you are away

### The list
people-title = People and posts
people-lead = Posts have dates: they begin and end by themselves on their day.
people-words = Name or login
people-unit = Unit
people-unit-hint = The post holds for this unit and all under it.
people-all-units = All
people-empty = Nobody found
people-empty-words = Try another word, or fewer conditions.
people-name = Name
people-public-name = Name that residents see
people-public-name-hint = The name itself where you leave this empty.
people-login = Login
people-login-hint = 2 to 40 characters, no blanks.
people-posts = Posts
people-post = Which post
people-role = Role
people-gone = Left
people-erased = Somebody whose data was erased
people-no-posts = No post at present.
people-choose = Please choose
people-from = First day
people-from-hint = From now on where you leave this empty.
people-until = Last day
people-until-hint = Until further notice where you leave this empty.
people-new = Somebody new
people-new-lead = You will get a link, shown once. Give it to them: they choose their password themselves.
people-add = Add
people-done-give = The post is given.
people-done-end = The post is ended.
people-done-move = They have moved: the old post ends the moment the new one begins.
people-done-leave = They leave. All posts end, and signing in ends with them.
people-done-stand-in = Somebody stands in.
people-done-invite = There is a new link; the old password opens nothing any more.
people-done-erase = Asked for. A second person has to agree.
people-done-grant = Asked for. A second person has to agree.
people-link = The link for { $name }
people-link-words = Good once and for seven days. It is not shown again after this page.
people-link-copy = Copy the link
people-link-copied = Copied
people-end = End
people-last-day = Last day
people-last-day-hint = Now where you leave this empty.
people-move = Move
people-move-from = First day there
people-move-hint = Today where you leave this empty. The old post ends the moment the new one begins.
people-give = Give a post
people-grant-hint = Administrators and auditors need a reason and a second person.
people-reason = Reason
people-more = More
people-leave = Let them leave
people-leave-ask = All posts end on the last day. Orders they still hold go back to be grabbed.
people-invite = New link
people-invite-ask = The old password stops working at once and all devices are signed out.
people-erase = Erase their data
people-erase-ask = It cannot be undone. A second person has to agree.
people-erase-send = Ask for it
people-for = for { $name }
people-stand-in = Have somebody stand in
people-stand-ins = Who stands in
people-stand-in-end = End it
people-deputy = Who stands in
people-post-since = since { $from }
people-post-until = { $from } to { $until }
people-post-to-come = from { $from }
people-post-to-come-until = from { $from } to { $until }
people-post-over = ended { $until }

### One's own posts
people-own-title = My posts, and who stands in
people-own-done = Saved.
people-away = I will be away
people-away-words = For that time they may do what this post may do. It ends by itself, after three months at most.

### What needs two
people-approvals-title = What needs two people
people-approvals-lead = One person asks, another decides. After seven days without a decision it lapses.
people-approvals-empty = Nothing waits
people-approvals-empty-words = What somebody asks for appears here, and those who may decide are told.
people-approval-people-erase = Erase somebody's data
people-approval-posts-grant = Make somebody administrator or auditor
people-approval-policies-change = Change the rules of this house
people-approval-state-waiting = Waiting
people-approval-state-approved = Approved
people-approval-state-refused = Refused
people-approval-state-withdrawn = Taken back
people-approval-state-over = Lapsed
people-approval-head-what = What is asked for
people-approval-head-state = State
people-approval-head-who-asked = Asked
people-approval-head-who-decided = Decided
people-approval-head-about = What it is about
people-approval-head-reason = Reason
people-approval-head-answer = Answer
people-approval-asked = Asked: { $who }
people-approval-decided = Decided: { $who }
people-approval-own = You asked for this; somebody else decides.
people-approval-withdraw = Take it back
people-approval-done-approve = Approved, and done.
people-approval-done-refuse = Refused. Nothing was changed.
people-approval-done-withdraw = Taken back.
people-approval-done-asked = Asked for. Somebody else decides now.
people-approve = Approve
people-approve-ask = It is done at once. What is erased cannot be brought back.
people-refuse = Refuse
people-refuse-why = Why you refuse
people-approval-answer = Refused because: { $why }

### Rules
people-rules-title = Rules of this house
people-rules-lead = The rules of the parts say who may do what. A house can forbid more, never permit more.
people-rules-example = For example, part-time grid workers do not see phone numbers:
people-rules-own = What this house forbids besides
people-rules-ask = Ask for this change
people-rules-rooms = The rules of the parts

### Why
people-access-title = Why somebody may or may not
people-access-lead = The answer comes from the very rules that decide.
people-access-person = Who
people-access-person-hint = A login, or anyone for who is not signed in.
people-access-action = Does what
people-access-action-hint = Such as requests.reveal or orders.grab
people-access-thing = To what
people-access-thing-hint = The number of a request, the code of a site or of a unit
people-access-ask = Ask
people-anyone = Somebody not signed in
people-no-person = There is no such login.
people-no-action = There is no such action.
people-no-thing = There is no such thing.
people-why-sign-yes = Allowed
people-why-sign-no = Not allowed
people-why-yes = { $name } may
people-why-no = { $name } may not
people-why-thing = { $name } belongs to { $unit }.
people-why-own = It is their own.
people-why-handler = They work on it.
people-why-counted = This post counts: { $post }
people-why-elsewhere = This post does not reach here: { $post }
people-why-not-now = This post does not count now: { $post }, { $when }
people-why-token = The token does not cover this action.
people-why-enough = One of these posts here would be enough: { $roles }
people-why-own-may = People may do this with what is their own.
people-why-handler-may = Whoever works on it may.
people-why-no-rule = No rule permits it: what is not permitted is refused.
people-why-rule = The rule ({ $room })
people-list-comma = ,{" "}

### Looks
people-looks-title = Who looked at personal data
people-looks-lead = The people themselves see these lines about them too.
people-looks-empty = Nobody has looked yet
people-looks-empty-words = A line appears here when somebody has a resident's contact shown.
people-looks-when = When
people-looks-who = Who
people-looks-what = What
people-looks-why = What for

### Errors
people-needs-two = This post needs two people: give another post first, then ask for this one on the person's page.
people-last-admin = This is the last administrator. Give somebody else that post first.
people-no-post = They hold no post.
people-bad-date = Please write a date like 2026-03-02, at most ten years ahead.
people-ends-before = The end must come after the beginning and after today.
people-begins-before = The first day must not be over.
people-bad-login = A login has 2 to 40 characters and no blanks.
people-login-taken = This login is taken. Please choose another.
people-not-handed-on = Nobody can stand in at this post.
people-not-handed-twice = You stand in here yourself; it cannot be passed on.
people-own-deputy = Nobody stands in for themselves.
people-deputy-works-here = Whoever stands in must work here.
people-stand-in-time = Please choose a later day, within three months and within the post's own time.

### Notices
people-notice-asked = Something waits for your decision
people-notice-asked-words = Somebody asked for something that needs two people.
people-notice-decided = What you asked for was decided
people-notice-decided-words = Open it to see how.
people-notice-looks = Somebody looked at personal data { $looks } times within an hour
people-notice-looks-words = Please check whether the work needed it.
people-notice-post = You have a new post
people-notice-post-words = Open it to see which one and from when on.
people-notice-post-ended = One of your posts has ended
people-notice-post-ended-words = Open it to see which posts you hold.

### A table of people
people-import-title = From a table
people-import-lead = See what each row would do, then let all of them in at once. Where one row is wrong, nobody is let in.
people-import-step-1 = Begin with an empty table:
people-import-table = table (CSV)
people-import-step-2 = One row for each post: login, name, post and unit (its name or its code). Posts you may give: { $roles }.
people-import-step-3 = Save it as “CSV UTF-8” and choose it here. Each new person gets a link of their own.
people-import-hint = CSV in UTF-8, at most 1 MB; its first row names the columns: { $columns }
people-import-joins = Joins, and gets a link
people-import-gets = { $count ->
    [one] Gets one more post
   *[other] Gets { $count } more posts
}
people-links-title = Their links
people-links-done = { $count ->
    [one] One person of the table is in
   *[other] All { $count } people of the table are in
}
people-links-lead = Each link opens once, within seven days, and is shown only now. Give each to its person alone; print this page, or copy them.
people-links-link = Link
people-table-encoding = The file is not UTF-8. Please save it as “CSV UTF-8” and try again
people-table-broken = The file is no CSV table we can read
people-table-column = There is no column { $column }; they are { $columns }
people-table-missing = The column { $column } is missing
people-table-rows = A table has at most { $most } rows; please split it
people-table-role = “{ $role }” is no post; take one of { $roles }
people-table-unit = There is no unit { $unit }; units are brought in with `tongxin import units`
people-table-two-names = { $login } has another name in line { $line }; two people need two logins
people-table-twice = This person has this post in line { $line } already
people-table-two-addresses = { $login } has another address in line { $line }; write one of the two
people-table-address-taken = { $login } has this address in line { $line }; a link back in may go there, so it is one person’s: leave one empty
people-table-not-yours = This post is not yours to give
people-table-login-taken = The login { $login } is taken by somebody else; nobody was let in
