# A quality element asked of some customers only (group A and B rate v1-v3), beside one that everybody rates (q1-q3), and
# an outcome (s1-s3): scores among users, dissatisfied users, contact, and svyglm among users. Some answers are deleted:
# q2 of every 7th, v1 and v2 of every 11th (one of three answered: no score of one's own), s3 of every 13th respondent.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(survey))

sim <- read.csv(file.path(here, "simulated.csv"))
users <- sim$group != "C"
sim$q2[sim$id %% 7 == 0] <- NA
sim$v1[sim$id %% 11 == 0] <- NA
sim$v2[sim$id %% 11 == 0] <- NA
sim$s3[sim$id %% 13 == 0] <- NA
items <- c(paste0("q", 1:3), paste0("v", 1:3), paste0("s", 1:3))
sim[items] <- (sim[items] - 1) / 9 * 100
sim[!users, paste0("v", 1:3)] <- NA

# The mean of the items answered, at least half of them.
own <- function(names) {
  x <- as.matrix(sim[names])
  ifelse(2 * rowSums(!is.na(x)) >= length(names), rowMeans(x, na.rm = TRUE), NA)
}
sim$everybody <- own(paste0("q", 1:3))
sim$channel <- own(paste0("v", 1:3))
sim$outcome <- own(paste0("s", 1:3))
sim$user <- as.numeric(users)
limit <- (5 - 1) / 9 * 100 + 1e-9
sim$unhappy <- as.numeric(sim$channel <= limit)
sim$unhappy_worst <- ifelse(is.na(sim$channel), NA, as.numeric(apply(sim[paste0("v", 1:3)], 1, function(x)
  if (all(is.na(x))) NA else min(x, na.rm = TRUE)) <= limit))

# Numerators and denominators of the item means: each item over its valid answers.
for (item in items) {
  sim[[paste0("d_", item)]] <- as.numeric(!is.na(sim[[item]]))
  sim[[paste0("y_", item)]] <- ifelse(is.na(sim[[item]]), 0, sim[[item]])
}
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = sim)

number <- function(x) list(est = unname(as.numeric(coef(x))), se = unname(as.numeric(SE(x))))

# The mean of the item means, with their covariances.
score <- function(names, design) {
  r <- svyratio(reformulate(paste0("y_", names)), reformulate(paste0("d_", names)), design, covmat = TRUE)
  k <- length(names)
  pick <- diag(k) / k
  est <- sum(pick * r$ratio)
  # vcov of all numerator-denominator pairs, numerators running fastest
  list(est = est, se = sqrt(drop(c(pick) %*% vcov(r) %*% c(pick))))
}

mean_of <- function(name, design) number(svymean(reformulate(name), design, na.rm = TRUE))

regression <- function(formula, domain) {
  complete <- complete.cases(sim[all.vars(formula)]) & domain
  fit <- svyglm(formula, subset(design, complete))
  s <- summary(fit)$coefficients
  list(n = sum(complete), df = unname(fit$df.residual), term = rownames(s), est = unname(s[, 1]), se = unname(s[, 2]))
}

levels <- lapply(c("A", "B"), function(g) {
  d <- subset(design, group == g)
  list(group = g, channel = score(paste0("v", 1:3), d), everybody = score(paste0("q", 1:3), d),
       unhappy = mean_of("unhappy", d))
})

write_oracle("elements", list(
  score_channel = score(paste0("v", 1:3), subset(design, users)),
  score_everybody = score(paste0("q", 1:3), design),
  unhappy = mean_of("unhappy", design),
  unhappy_worst = mean_of("unhappy_worst", design),
  contact = mean_of("user", design),
  by_group = levels,
  among_users = regression(outcome ~ channel + everybody, users),
  among_all = regression(outcome ~ everybody, rep(TRUE, nrow(sim)))
), c("survey"))
