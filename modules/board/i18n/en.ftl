# The board
board-nav = Board
board-title = Board
board-card = Board
board-card-words = How things are going; every figure opens what it counts.
board-heading = { $place }: the board
board-as-of = As of { $time }
board-unit = Unit
board-rates = The three rates
board-flow = Where matters stand
board-units = Units below
board-unanswered = { $count } of them not rated by anybody yet
board-tree = The programme: one line, three leads, five focuses
board-target-uncounted = not counted here yet
board-target-of = aim: { $target } { $unit }
board-target-reached = reached
board-uncounted = not counted yet
board-change = { $change } in a week
board-trend = { $name }, the last 13 weeks
board-by-week = Week by week
board-week = Week to
board-now = Counted
board-wanted = Wanted
board-part = Part
board-aim = Aim
board-aims = aims reached
board-whole = The whole programme
board-as-table = As a table

# Programme packs
board-pack-third-level = the tree has two levels; "{ $value }" is on the second already
board-pack-node = tree.csv has no line with the code "{ $value }"
board-pack-target = "{ $value }" is no whole number above 0
board-pack-measure = there is no measure "{ $value }"; there are: { $known }
programme-count-tree = parts of the programme: { $count }
programme-count-targets = aims: { $count }

### Open figures
board-open-card = Open figures
board-open-card-words = What was reported and solved, month by month
board-open-title = Open figures
board-open-lead = Each month is published once, thirty days after its end, and never changed.
board-open-empty = No month is published yet
board-open-empty-words = The first appears thirty days after its end.
board-open-month = Month
board-open-unit = Community
board-open-received = Reported
board-open-assessed = Finished
board-open-reached = Reached in time
board-open-solved = Solved
board-open-satisfied = Satisfied
board-open-few = too few
board-open-why = A figure of fewer than ten people is not shown, nor one by which it could be worked out, so that nobody can be recognised.

### Live, limits, map, on a wall
board-limits = Time limits
board-map = On the map
board-map-open = Open the map
board-to-wall = For a wall screen
board-from-wall = Back to the board
board-live-on = Live
board-live-lost = Connection lost, trying again; the figures are as of the time above
board-live-out = You have been signed out, so the figures stand still. Please sign in again.

### The bulletin
board-bulletin = Write a bulletin
board-bulletin-title = A month as a bulletin
board-bulletin-lead = The figures are filled in. It is set as a PDF in the layout of official documents (GB/T 9704), to be printed, sealed and filed.
board-bulletin-office = Issued by
board-bulletin-office-hint = Stands in red at the head, and at the end
board-bulletin-number = Document number
board-bulletin-number-hint = Such as: No. 12 of 2026
board-bulletin-to = To
board-bulletin-to-hint = Such as: All communities:
board-bulletin-copies = Copies to
board-bulletin-copies-hint = Such as: District Office, Civil Affairs
board-bulletin-copied = Copies: { $copies }
board-bulletin-sent = Issued { $day }
board-bulletin-make = Make the PDF
board-bulletin-month = { $year }-{ $month }
board-bulletin-head = { $office }
board-bulletin-about = How reports were handled: { $place }, { $month }
board-bulletin-nth = { $n }.{" "}
board-bulletin-heading-all = The month as a whole
board-bulletin-heading-rates = The three rates
board-bulletin-heading-units = Unit by unit
board-bulletin-heading-aims = How far this year’s aims are
board-bulletin-all = In { $month }, { $place } received { $received } reports; { $assessed } were finished and assessed.
board-bulletin-rate = { $name }: { $rate } ({ $of }/{ $all }). Counted: { $words }.

### The board for everybody
board-open-board = The board for everybody
board-open-board-lead = Everybody may see these figures. Those about people come from the published months alone; those about places, such as service sites, are as of now.
board-whole-board = Back to the board for staff
board-open-how = Where these figures come from
board-open-months = Month by month
board-open-json = For programs (JSON)
board-open-map-label = Map: communities, service sites, and the matters released in each community
board-open-map-words = Released matters are shown by community, never at their own place.
board-map-legend = Legend
board-communities = The communities
board-hidden = not public yet
board-target-hidden = too few people, or not published yet
board-at-least = at least { $count }
board-trend-months = { $name }, the published months
board-by-month = Month by month
