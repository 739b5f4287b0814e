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
