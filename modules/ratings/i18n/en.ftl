# Ratings and the three rates
ratings-twice = You have already rated this, thank you
measure-ratings-rated = Rated
measure-ratings-solved = Rated as solved
measure-ratings-satisfied = Rated as satisfied
rate-response = Response rate
rate-response-words = Reporter contacted in time, of all finished
rate-solved = Solved rate
rate-solved-words = The reporter said “solved”, of all finished
rate-satisfied = Satisfaction rate
rate-satisfied-words = The reporter gave 4 or 5 of 5, of all finished
ratings-too-many-reasons = At most { $max } reasons

### What is held about people, and what for
room-ratings = Ratings
field-ratings-rating-rater = So that each reporter rates once; the id of a report
field-ratings-rating-reasons = To learn why somebody was satisfied or not; codes and words of their own

### The list behind the rates
ratings-list-title = Ratings
ratings-list-figure = Which ones
ratings-list-unit = Unit
ratings-list-all = All
ratings-list-whole = See all ratings
ratings-list-none = Nothing fits
ratings-list-none-words = Choose others, or look at all units.
ratings-list-number = Number
ratings-list-done = Finished
ratings-list-solved = Solved?
ratings-list-stars = Satisfied, of 5
ratings-list-raters = Raters
ratings-figure-rated = Rated
ratings-figure-rated-words = Finished, in the assessment, and rated by somebody.
ratings-figure-solved = Rated as solved
ratings-figure-solved-words = Everybody who rated says it is solved: these make the solved rate.
ratings-figure-satisfied = Rated as satisfied
ratings-figure-satisfied-words = Rated 4 or more on average: these make the satisfied rate.
ratings-figure-unrated = Not rated yet
ratings-figure-unrated-words = Finished and in the assessment, and nobody has rated them yet.
ratings-solved-yes = Solved
ratings-solved-partly = In part
ratings-solved-no = Not solved
