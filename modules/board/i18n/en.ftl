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

# Programme packs
board-pack-third-level = the tree has two levels; "{ $value }" is on the second already
board-pack-node = tree.csv has no line with the code "{ $value }"
board-pack-target = "{ $value }" is no whole number above 0
board-pack-measure = there is no measure "{ $value }"; there are: { $known }
programme-count-tree = parts of the programme: { $count }
programme-count-targets = aims: { $count }
