# Ratings and the three rates
ratings-twice = You have already rated this, thank you
measure-ratings-rated = Rated
measure-ratings-solved = Rated as solved
measure-ratings-satisfied = Rated as satisfied
