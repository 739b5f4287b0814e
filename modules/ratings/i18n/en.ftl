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
