# Work that takes longer than a page may: where it is found again.
chores-title = Being done for you
chores-lead = What takes longer is done here while you go on with something else. You may close this page and come back.
chores-kept = What came of it is kept for a day, for you alone. Then it is removed.
chores-empty = Nothing is being done for you
chores-empty-words = Long lists and large imports that you ask for are found here.
chores-card = Being done for you
chores-card-words = Long lists as files, large imports, backups: how far they are
chores-asked = Asked for { $time }
chores-ended = Over { $time }
chores-state-waiting = Waits its turn
chores-state-running = Under way
chores-state-done = Done
chores-state-failed = Did not work out
chores-state-cancelled = Stopped
chores-far = { $done } of { $total }
chores-so-far = { $done } so far
chores-begins = It begins in a moment
chores-progress = How far it is: { $name }
chores-stop = Stop it
chores-drop = Remove
chores-download = Download ({ $kind })
chores-started = It has been begun. You may leave this page.
chores-dropped = It is gone.
chores-reload = See how far it is
chore-failed = Something went wrong on our side, and nothing was changed by halves. Please ask for it again.
chore-may-not = Your post has changed since, and does not open this any more.
chore-given-up = The server stopped in the middle of it three times, so it was not tried again. Please tell an administrator.
chore-too-long = It took longer than three hours and was stopped. Please ask for less at once.
chore-too-many = { $most } things are being done for you already. Please wait until one is over, or stop one.
chore-too-busy = Very much is being done just now. Please try again in a while.
chore-not-ours = It was stopped in the meantime, and nothing was changed.
field-chore-asked = To do what somebody asked for that takes longer, and show it to them again
field-chore-told = To tell them what came of it

### Tables that are looked at before they are written
import-file = The file
import-mapping = How it is to be read
import-mapping-hint = Which column is what. Where nothing is chosen, we take the way that knows most of the file’s columns.
import-mapping-found = Find it out
import-look = See what would happen
import-look-title = What this table would do
import-write = Write all of it
import-not = Not now
import-again = Mend it and choose it again
import-row = Row
import-effect = What happens
import-adds = New
import-changes = Changes
import-nothing = Stays as it is
import-wrong = Wrong
import-count-adds = { $count } new
import-count-changes = { $count ->
    [one] { $count } changes
   *[other] { $count } change
}
import-count-nothing = { $count ->
    [one] { $count } stays as it is
   *[other] { $count } stay as they are
}
import-count-wrong = { $count ->
    [one] { $count } row is wrong
   *[other] { $count } rows are wrong
}
import-stopped = { $count ->
    [one] { $count } row is wrong, so nothing was written
   *[other] { $count } rows are wrong, so nothing was written
}
import-stopped-words = The wrong rows stand first, each with what to mend. Then choose the file again.
import-moved = Something changed while you were looking
import-moved-words = This is what would happen now; please look once more.
import-more = { $count } more rows are not shown
import-large = The file is larger than { $megabytes } MB; please split it
import-forgotten = A table is kept for 30 minutes after it was looked at; please choose the file again
