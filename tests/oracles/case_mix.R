# Case-mix adjustment: svyglm of an equal-weight score on regions and covariates, stratified clusters.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressMessages(library(survey))
set.seed(20261124)
n <- 600
d <- data.frame(region = rep(1:4, each = 150), town = rep(1:60, each = 10), stratum = rep(1:4, each = 150))
d$age <- round(runif(n, 18, 80) + 3 * d$region)
d$line <- 1 + (runif(n) < 0.2 + 0.1 * d$region)
u <- rnorm(60)[d$town]
f <- rnorm(n) + 0.5 * u - 0.4 * (d$line == 2) + 0.01 * d$age
for (k in 1:3) d[[paste0("x", k)]] <- round(60 + 10 * f + 8 * rnorm(n), 4)
d$w <- round(runif(n, 0.5, 2), 4)
d$y <- (d$x1 + d$x2 + d$x3) / 3
s <- svydesign(~town, strata = ~stratum, weights = ~w, data = d, nest = TRUE)
g <- svyglm(y ~ factor(region) + age + factor(line), design = s)
write.csv(d[, c("region", "town", "stratum", "age", "line", "x1", "x2", "x3", "w")], file.path(here, "case_mix.csv"),
          row.names = FALSE, quote = FALSE)
write_oracle("case_mix", list(
  data = "case_mix.csv",
  names = names(coef(g)),
  coef = as.vector(coef(g)),
  vcov = lapply(seq_along(coef(g)), function(i) as.vector(vcov(g)[i, ]))
), "survey")
