# Importance of correlated drivers without a model: LMG (Shapley) shares over all subsets and Johnson's relative weights.
# Satisfaction on Image, Expectation, Quality, Value in mobi, each the plain mean of its items.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))

mobi <- read_data("mobi", "mobi.csv")
blocks <- list(
  Image = paste0("IMAG", 1:5), Expect = paste0("CUEX", 1:3), Quality = paste0("PERQ", 1:7), Value = paste0("PERV", 1:2),
  Satis = paste0("CUSA", 1:3)
)
scores <- as.data.frame(lapply(blocks, function(items) rowMeans(mobi[items])))

# LMG: mean gain in R2 of a driver over all orders of entry = sum over subsets without it of |s|!(k-|s|-1)!/k! * gain.
lmg <- function(r, outcome, drivers) {
  r2 <- function(s) if (length(s)) drop(r[outcome, s] %*% solve(r[s, s], r[s, outcome])) else 0
  k <- length(drivers)
  vapply(drivers, function(j) {
    others <- setdiff(drivers, j)
    total <- 0
    for (code in 0:(2^length(others) - 1)) {
      s <- others[bitwAnd(code, 2^(seq_along(others) - 1)) > 0]
      weight <- factorial(length(s)) * factorial(k - length(s) - 1) / factorial(k)
      total <- total + weight * (r2(c(s, j)) - r2(s))
    }
    total
  }, 0)
}

# Johnson (2000): drivers through the nearest orthogonal variables, L = Q D^(1/2) Q'.
johnson <- function(r, outcome, drivers) {
  e <- eigen(r[drivers, drivers], symmetric = TRUE)
  l <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  b <- solve(l, r[drivers, outcome])
  setNames(drop((l * l) %*% (b * b)), drivers)
}

record <- function(r, outcome, drivers) {
  full <- drop(r[outcome, drivers] %*% solve(r[drivers, drivers], r[drivers, outcome]))
  importance <- lmg(r, outcome, drivers)
  weights <- johnson(r, outcome, drivers)
  stopifnot(abs(sum(importance) - full) < 1e-12, abs(sum(weights) - full) < 1e-12)
  list(
    r_squared = full,
    drivers = data.frame(
      driver = drivers, r = unname(r[drivers, outcome]), beta = unname(solve(r[drivers, drivers], r[drivers, outcome])),
      lmg = unname(importance), lmg_share = unname(importance / full), johnson = unname(weights),
      johnson_share = unname(weights / full), first = unname(r[drivers, outcome]^2),
      last = full - vapply(drivers, function(j) {
        s <- setdiff(drivers, j)
        drop(r[outcome, s] %*% solve(r[s, s], r[s, outcome]))
      }, 0, USE.NAMES = FALSE)
    )
  )
}

drivers <- setdiff(names(blocks), "Satis")
model <- lm(Satis ~ Image + Expect + Quality + Value, scores)
stopifnot(abs(summary(model)$r.squared - record(cor(scores), "Satis", drivers)$r_squared) < 1e-12)

# Weighted correlations: plain mean of items again, weights 1 + (row mod 3).
w <- 1 + (seq_len(nrow(mobi)) - 1) %% 3
weighted_r <- cov.wt(scores, wt = w / sum(w), cor = TRUE, method = "ML")$cor

write_oracle("drivers", c(
  list(data = "mobi/mobi.csv; construct score = plain mean of the items; weights = 1 + (zero-based row mod 3)"),
  list(
    correlations = matrix_record(cor(scores)),
    unweighted = record(cor(scores), "Satis", drivers),
    weighted = record(weighted_r, "Satis", drivers),
    lm = as.list(coef(model))
  )
), character())
