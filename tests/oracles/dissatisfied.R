# Numbers on the dissatisfied from simulated.csv: who says so, a named group against all others (raw, and of the same
# case mix), arms of an experiment with strata, alpha, and a change corrected for regression to the mean. Standard errors:
# survey's linearisation where it has the statistic, else its jackknife.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1])), "common.R"))
suppressPackageStartupMessages(library(survey))

sim <- read.csv(file.path(here, "simulated.csv"))
points <- function(x) (x - 1) / 9 * 100
sim$score <- points(sim$s1)
sim$named <- as.numeric((sim$id * 7) %% 10 < 3 + 2 * (sim$q1 <= 6))
sim$band <- pmin(pmax(sim$v2, 4), 9)
sim$low <- as.numeric(sim$s1 <= 5)
sim$said <- as.numeric((sim$id * 11) %% 7 < 1 + 2 * sim$low)
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = sim)
jackknife <- as.svrepdesign(design, type = "JKn")

number <- function(x) list(est = unname(as.numeric(coef(x)))[1], se = unname(as.numeric(SE(x)))[1])
repeated <- function(f) {
  r <- withReplicates(jackknife, f)
  list(est = as.numeric(r)[1], se = sqrt(as.numeric(attr(r, "var")))[1])
}

# ---- a named group and all others -----------------------------------------------------------------------------------

raw <- svyglm(score ~ named, design)
means <- svyby(~score, ~named, design, svymean, covmat = TRUE)
gap <- list(est = unname(coef(raw)["named"]), se = unname(SE(raw)["named"]))
percent <- svycontrast(means, quote(100 * (`1` / `0` - 1)))

# The others' regression on the case mix, predicted for the named.
adjusted <- function(w, data, relative) {
  rows <- data$named == 0
  fit <- lm(score ~ group + factor(band), data = data[rows, ], weights = w[rows])
  own <- weighted.mean(data$score[!rows], w[!rows])
  expected <- weighted.mean(predict(fit, data[!rows, ]), w[!rows])
  if (relative) 100 * (own / expected - 1) else own - expected
}

# ---- who says so ----------------------------------------------------------------------------------------------------

sim$both <- sim$low * sim$said
design <- update(design, both = low * said)
captured <- svyratio(~both, ~low, design)
confirmed <- svyratio(~both, ~said, design)

# ---- an experiment: strata are regions, arms by number --------------------------------------------------------------

trial <- transform(sim, care = as.numeric((id * 13) %% 10 < 6), heard = (id * 17) %% 5 < 3)
cell <- paste(trial$stratum, trial$care)
whole <- ave(rep(1, nrow(trial)), trial$stratum, FUN = sum)
heard <- ave(as.numeric(trial$heard), cell, FUN = sum)
trial$w <- whole / heard
answers <- trial[trial$heard, ]
arms <- svydesign(ids = ~1, strata = ~ interaction(stratum, care), weights = ~w, data = answers)
by_arm <- svyby(~score, ~care, arms, svymean, covmat = TRUE)
effect <- svycontrast(by_arm, quote(`1` - `0`))
low_by_arm <- svyby(~low, ~care, arms, svymean, covmat = TRUE)
effect_low <- svycontrast(low_by_arm, quote(`1` - `0`))

# ---- alpha, and the change of the lowest -------------------------------------------------------------------------------

items <- c("s1", "s2", "s3")
alpha <- function(w, data) {
  C <- cov.wt(data[items], w, method = "ML")$cov
  3 / 2 * (1 - sum(diag(C)) / sum(C))
}
cut <- points(5)
x0 <- points(rowMeans(sim[items]))
chosen <- x0 <= cut
x1 <- points(rowMeans(sim[c("q1", "q2", "q3")]))
linear <- function(w, data) {
  mean_of <- function(x) weighted.mean(x, w)
  m0 <- weighted.mean(x0[chosen], w[chosen])
  m1 <- weighted.mean(x1[chosen], w[chosen])
  (m1 - m0) - (1 - 0.8) * (mean_of(x0) - m0)
}

write_oracle("dissatisfied", list(
  gap = gap,
  gap_percent = number(percent),
  adjusted_gap = repeated(function(w, data) adjusted(w, data, FALSE)),
  adjusted_gap_percent = repeated(function(w, data) adjusted(w, data, TRUE)),
  captured = number(captured),
  confirmed = number(confirmed),
  effect = number(effect),
  effect_on_dissatisfied = number(effect_low),
  alpha = repeated(alpha),
  corrected_linear = repeated(linear)
), packages = "survey")
